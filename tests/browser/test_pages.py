"""The straight path and its hazards, in a real browser against a real demo."""

import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from .conftest import Demo, Opener, Window, run_demo

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request, Route

pytestmark = pytest.mark.browser

QUESTION = "如何保存活虾"
MARKUP = "<img src=x onerror=\"document.title='hacked'\">"


def test_a_link_signs_in_once_and_leaves_the_address(demo: Demo, agent: Window, window: Opener) -> None:
    """The agent fixture spent the link; whoever finds it later gets told where links come from."""
    with window() as other:
        page = other.page()
        page.goto(demo.told["desk"])

        page.locator("#spent").wait_for()
        assert "ticket" not in page.url
        assert page.get_by_text("assist token ticket").is_visible()
        assert other.take_errors("401") == []


def test_without_a_link_the_page_says_where_one_comes_from(demo: Demo, window: Opener) -> None:
    with window("en-GB") as other:
        page = other.page()
        page.goto(f"{demo.url}/manager?lang=en")

        page.get_by_text("Each link signs in once").wait_for()
        assert page.get_by_text("assist demo", exact=True).is_visible()
        assert other.take_errors() == []


def test_a_question_becomes_a_sent_answer_and_a_number(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.evaluate("window.stillHere = true")
    name = ask(demo, QUESTION)
    page.locator(".row", has_text=name).click()
    card = page.locator(".card[data-rank='1']")
    card.get_by_text("活虾", exact=False).first.wait_for()
    draft = page.locator("#draft")
    draft.press_sequentially("您好，祝好")
    draft.press("ArrowLeft")
    draft.press("ArrowLeft")

    with page.expect_request(lambda request: '"shown"' in (request.post_data or "")):
        page.keyboard.press("Alt+Digit1")

    text = card.locator(".text").inner_text()
    assert draft.input_value() == f"您好，{text}祝好"
    draft.press("Enter")
    page.locator(".message.agent", has_text=text).wait_for()
    assert draft.input_value() == ""
    assert page.evaluate("window.stillHere") is True
    assert eventually(lambda: demo.kpi("K4")["num"] == 1), demo.kpi("K4")


def test_a_failed_send_keeps_the_text_and_is_retried_under_its_key(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.locator(".row", has_text=ask(demo, QUESTION)).click()
    keys: list[str] = []

    def fail_first(route: "Route") -> None:
        keys.append(sent_by(route.request)["client_key"])
        if len(keys) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/messages?*", fail_first)
    draft = page.locator("#draft")
    draft.fill("请稍等，我看一下订单。")
    draft.press("Enter")
    page.get_by_text("没有发出去").wait_for()
    assert draft.input_value() == "请稍等，我看一下订单。"
    page.get_by_role("button", name="重试").click()

    page.locator(".message.agent", has_text="请稍等，我看一下订单。").wait_for()
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert agent.take_errors("net::ERR_FAILED") == []


def test_shift_enter_is_a_new_line_and_composing_does_not_send(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.locator(".row", has_text=ask(demo, QUESTION)).click()
    draft = page.locator("#draft")
    draft.fill("一")
    draft.press("Shift+Enter")
    draft.press_sequentially("二")
    draft.evaluate(
        "area => area.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )

    assert draft.input_value() == "一\n二"
    assert page.locator(".message.agent").count() == 0


def test_what_a_customer_writes_is_shown_as_text(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    name = f"{MARKUP}{uuid.uuid4().hex[:4]}"
    demo.say(f"{QUESTION} {MARKUP}", name=name)
    page.locator(".row", has_text=name).click()

    page.locator(".message.customer", has_text=MARKUP).wait_for()
    page.locator("fresh-assist #who", has_text=name).wait_for()
    page.reload()
    page.locator("h2#customer", has_text=name).wait_for()
    assert page.locator("img").count() == 0
    assert page.title() != "hacked"


def test_an_open_editor_outlives_more_words_of_the_customer(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    ref = f"chat-{uuid.uuid4().hex[:8]}"
    name = f"顾客{uuid.uuid4().hex[:6]}"
    demo.say(QUESTION, name=name, ref=ref)
    page.locator(".row", has_text=name).click()
    editor = edit_first_card(page, "我改过的话：活虾当天吃。")

    demo.say("榴莲还没开口，要放多久才熟", name=name, ref=ref)

    page.locator(".mark", has_text="顾客又发了消息").wait_for()
    assert editor.input_value() == "我改过的话：活虾当天吃。"
    page.locator("form.editor:visible").get_by_role("button", name="填入").click()
    assert page.locator("#draft").input_value() == "我改过的话：活虾当天吃。"


def test_a_card_in_hand_that_went_stale_says_so(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.locator(".row", has_text=ask(demo, QUESTION)).click()
    editor = edit_first_card(page, "我改过的话：活虾当天吃。")

    demo.reply(page.locator("#assist").get_attribute("conversation") or "", "同事已经回复：当天吃。")

    page.locator(".mark", has_text="已经回复过").wait_for()
    assert editor.input_value() == "我改过的话：活虾当天吃。"
    page.locator("form.editor:visible").get_by_role("button", name="填入").click()
    page.locator("#notice", has_text="已过期").wait_for()
    page.locator("#cards .card:not(.offer)").wait_for(state="detached")
    # Steps outlive the page: none may be left for the next one to tell.
    waiting = "Object.keys(localStorage).some(key => key.startsWith('fresh-assist.step'))"
    assert eventually(lambda: not page.evaluate(waiting))
    assert agent.take_errors("409") == []


def test_a_dismissed_card_goes_and_stays_away(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.locator(".row", has_text=ask(demo, QUESTION)).click()
    card = page.locator(".card[data-rank='1']")
    card.get_by_role("button", name="不需要").click()

    with page.expect_response("**/steps") as answered:
        card.get_by_role("button", name="语气不合适").click()

    assert sent_by(answered.value.request)["reason"] == "tone"
    card.wait_for(state="detached")
    page.reload()
    page.locator("#skeleton").wait_for(state="hidden")
    assert card.count() == 0


def test_a_search_hit_is_inserted_without_a_step(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.locator(".row", has_text=ask(demo, "在吗")).click()
    steps: list[str] = []
    page.on("request", lambda request: steps.append(request.url) if request.url.endswith("/steps") else None)
    page.keyboard.press("Alt+Slash")
    page.keyboard.type("草莓怎么洗")
    hit = page.locator("#hits .card").first
    hit.get_by_role("button", name="填入").click()

    assert page.locator("#draft").input_value() == hit.locator(".text").inner_text()
    assert steps == []


def test_a_lost_server_is_said_cards_stay_usable_and_steps_are_told_later(
    own_demo: Demo, window: Opener, tmp_path: Path
) -> None:
    with window() as opened:
        page = opened.page()
        own_demo.say(QUESTION)
        page.goto(own_demo.told["desk"])
        page.locator("fresh-assist[live] .card[data-rank='1']").wait_for()

        own_demo.process.kill()

        page.locator("#banner", has_text="连接中断").wait_for()
        page.locator(".card[data-rank='1']").get_by_role("button", name="填入").click()
        assert "活虾" in page.locator("#draft").input_value()
        page.locator("#queued", has_text="恢复后补传").wait_for()
        steps: list[tuple[str, int]] = []
        page.on("response", lambda said: steps.append((sent_by(said.request).get("kind", ""), said.status)))
        with run_demo(tmp_path, port=httpx.URL(own_demo.url).port or 0):
            page.get_by_role("button", name="立即重试").click()
            page.locator("#banner").wait_for(state="hidden")
            page.wait_for_timeout(500)
        assert ("inserted", 200) in steps, steps
        assert opened.take_errors("net::ERR_", "Failed to load resource") == []


def test_the_desk_speaks_english(demo: Demo, agent: Window) -> None:
    name = ask(demo, QUESTION)
    page = agent.page()
    page.goto(f"{demo.url}/desk?lang=en")
    page.locator(".row", has_text=name).click()

    page.locator(".card[data-rank='1']").get_by_role("button", name="Insert").wait_for()
    assert page.get_by_role("heading", name="Conversations").is_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_sidebar_alone_keeps_its_token_in_memory_and_copies(demo: Demo, window: Opener) -> None:
    with window(viewport={"width": 360, "height": 700}) as opened:
        page = opened.page()
        page.goto(demo.told["sidebar"])
        name = ask(demo, QUESTION)
        page.get_by_label("会话").select_option(label=f"● {name}")
        card = page.locator(".card[data-rank='1']")
        assert not card.get_by_role("button", name="填入").is_visible()
        card.get_by_role("button", name="复制").click()

        page.locator("#notice", has_text="已复制").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == card.locator(".text").inner_text()
        assert "ticket" not in page.url
        # Steps wait there until they are told.
        kept = "[localStorage.length, sessionStorage.length, document.cookie]"
        assert eventually(lambda: page.evaluate(kept) == [0, 0, ""])
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert opened.take_errors() == []


def test_the_manager_sees_numbers_by_agent(demo: Demo, window: Opener) -> None:
    with window() as opened:
        page = opened.page()
        page.goto(demo.told["manager"])
        page.locator(".tile#K4").wait_for()
        assert "ticket" not in page.url
        page.get_by_label("分组").select_option("agent")
        page.get_by_role("button", name="查看").click()
        page.get_by_role("heading", name="按客服").wait_for()
        page.get_by_label("分组").select_option("")
        page.get_by_role("button", name="查看").click()

        page.wait_for_url(lambda url: "by=" not in url)
        page.locator(".tile#K4").wait_for()
        assert opened.take_errors() == []


def open_desk(demo: Demo, agent: Window) -> "Page":
    page = agent.page()
    page.goto(f"{demo.url}/desk")
    page.locator("fresh-assist[live]:not([offline])").wait_for()
    return page


def edit_first_card(page: "Page", text: str) -> "Locator":
    page.locator("#cards .card[data-rank='1']").get_by_role("button", name="编辑").click()
    editor = page.locator("#cards .card textarea:visible")
    editor.fill(text)
    return editor


def sent_by(request: "Request") -> dict[str, str]:
    return json.loads(request.post_data or "{}")


def ask(demo: Demo, text: str) -> str:
    """Ask as a new customer; return the name to find the conversation by."""
    name = f"顾客{uuid.uuid4().hex[:6]}"
    demo.say(text, name=name)
    return name


def eventually(true_at_last: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not true_at_last():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
