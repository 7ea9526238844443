"""The guard in a real browser: what is wrong with a draft is shown, mended by one key, and never in the way."""

import uuid
from typing import TYPE_CHECKING

import pytest

from .conftest import Demo, Window
from .guarded_desk import Checks, checks, guard, page
from .test_pages import QUESTION, ask, edit_first_card, sent_by

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["checks", "page"]

# What the shipped shop does not say, whoever words its rules: no cheapest price, no leading off the platform.
CHEAPEST = "我们的虾是全网最低价"
DIVERTED = "🦐🦐👨‍👩‍👧 您加微信聊吧"


def words_of(page: "Page") -> list[str]:
    return page.locator("#guard .guard-words").all_inner_texts()


def in_hand(page: "Page") -> str:
    return page.evaluate("(document.activeElement.shadowRoot ?? document).activeElement?.id ?? ''")


# With the shop's own guards.


def test_what_is_wrong_is_shown_and_one_key_mends_it_and_undo_brings_it_back(page: "Page") -> None:
    draft = page.locator("#draft")
    draft.press_sequentially(f"您好，{CHEAPEST}")

    guard(page).get_by_text("全网最低").wait_for()
    rewrite = page.locator("#guard .guard-rewrite").inner_text()
    line = page.locator("#guard .guard-words").evaluate("words => getComputedStyle(words).textDecoration")
    page.keyboard.press("Alt+KeyR")

    assert "wavy" in line
    assert "line-through" not in line
    assert rewrite
    assert rewrite in draft.input_value()
    assert "最低" not in draft.input_value()
    page.wait_for_timeout(600)
    assert guard(page).is_hidden()
    page.keyboard.press("Control+z")
    assert draft.input_value() == f"您好，{CHEAPEST}"
    guard(page).wait_for()
    assert in_hand(page) == "draft"


def test_what_must_not_be_sent_is_not_sent_and_characters_are_counted_as_people_do(page: "Page", agent: Window) -> None:
    draft = page.locator("#draft")
    draft.fill(f"  {DIVERTED}")
    draft.press("Enter")

    page.locator("#send-problem", has_text="不能发出去").wait_for()
    assert words_of(page) == ["加微信"]
    assert page.locator("#guard-anyway").is_hidden()
    assert in_hand(page) == "draft"
    assert draft.input_value() == f"  {DIVERTED}"
    page.keyboard.press("Alt+KeyR")
    assert draft.input_value().startswith("🦐🦐👨‍👩‍👧 您")
    assert draft.input_value().endswith("聊吧")
    assert "微信" not in draft.input_value()
    assert page.locator(".message.agent").count() == 0
    assert agent.take_errors("409") == []


def test_a_warning_is_overridden_with_a_reason_that_goes_with_the_text_once(page: "Page", agent: Window) -> None:
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("draft-steps") else None)
    page.locator("#draft").fill(CHEAPEST)
    page.locator("#draft").press("Enter")
    page.locator("#send-problem", has_text="说明为什么").wait_for()

    page.locator("#guard-anyway").click()
    page.locator("#guard-reason").fill("只是念给自己听")
    with page.expect_request("**/messages*") as sending:
        page.locator("#guard-reason").press("Enter")

    assert sent_by(sending.value)["override_reason"] == "只是念给自己听"
    page.locator(".message.agent", has_text=CHEAPEST).wait_for()
    guard(page).wait_for(state="hidden")
    assert in_hand(page) == "draft"
    assert told == []
    assert agent.take_errors("409") == []


def test_a_reason_goes_with_a_text_that_is_tried_again(page: "Page", agent: Window) -> None:
    reasons: list[str | None] = []

    def lose_the_second(route: "Route") -> None:
        reasons.append(sent_by(route.request)["override_reason"])
        if len(reasons) == 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/messages*", lose_the_second)
    page.locator("#draft").fill(CHEAPEST)
    page.locator("#draft").press("Enter")
    page.locator("#guard-anyway").click()
    page.locator("#guard-reason").fill("老顾客")
    page.locator("#guard-reason").press("Enter")
    page.get_by_text("没有发出去").wait_for()
    page.locator("#draft").press("Enter")

    page.locator(".message.agent", has_text=CHEAPEST).wait_for()
    assert reasons == [None, "老顾客", "老顾客"]
    assert agent.take_errors("409", "net::ERR_FAILED") == []


# With a guard of our own, whose answers come when the test says so.


def test_the_worst_comes_first_the_same_words_once_and_the_rest_by_number(page: "Page", checks: Checks) -> None:
    page.locator("#draft").fill("丙丙，甲甲，甲甲，丁丁，乙乙")

    guard(page).wait_for()

    assert words_of(page) == ["乙乙", "甲甲", "丁丁"]
    assert guard(page).get_by_text("还有 1 处").is_visible()
    assert page.locator("#guard-title").inner_text() == "不能这样发出去"
    page.keyboard.press("Alt+KeyR")
    assert page.locator("#draft").input_value() == f"丙丙，子，子，{'丑' * 40}，乙乙"
    assert [step["rules"] for step in checks.steps] == [["rule-甲甲", "rule-丁丁"]]


def test_a_note_asks_for_nothing(page: "Page", checks: Checks) -> None:
    page.locator("#draft").fill("这是丙丙")

    guard(page).wait_for()

    assert page.locator("#guard-title").inner_text() == "说这些要有依据"
    assert guard(page).get_by_role("button").count() == 0


def test_what_is_typed_while_an_answer_is_on_its_way_is_never_lost(page: "Page", checks: Checks) -> None:
    draft = page.locator("#draft")
    draft.fill("先甲甲后")
    guard(page).wait_for()
    checks.hold = True
    draft.press("End")
    draft.press_sequentially("再说🦐")
    draft.press("Home")
    draft.press_sequentially("您好")

    page.keyboard.press("Alt+KeyR")

    assert draft.input_value() == "您好先子后再说🦐"
    assert draft.evaluate("area => area.selectionStart") == 2
    checks.let_go()


def test_words_that_were_taken_out_are_no_longer_shown(page: "Page", checks: Checks) -> None:
    page.locator("#draft").fill("乙乙")
    guard(page).wait_for()
    checks.hold = True

    page.locator("#draft").press("Backspace")

    assert guard(page).is_hidden()
    checks.let_go()


def test_one_question_at_a_time_and_the_newest_text_is_asked_about_last(page: "Page", checks: Checks) -> None:
    checks.hold = True
    for text in ("一", "一二", "一二甲甲"):
        page.locator("#draft").fill(text)
        page.wait_for_timeout(350)
    assert checks.asked == ["一"]

    checks.let_go()

    guard(page).wait_for()
    assert checks.asked == ["一", "一二甲甲"]


def test_an_answer_for_another_conversation_is_not_shown_here(demo: Demo, page: "Page", checks: Checks) -> None:
    other = ask(demo, QUESTION)
    first = page.locator(".row[aria-current] .name").inner_text()
    checks.hold = True
    with page.expect_request("**/drafts/check*"):
        page.locator("#draft").fill("说甲甲")

    page.locator(".row", has_text=other).click()
    checks.let_go()
    page.wait_for_timeout(400)

    assert guard(page).is_hidden()
    page.locator(".row", has_text=first).click()
    guard(page).wait_for()
    assert words_of(page) == ["甲甲"]


def test_a_reason_half_written_does_not_follow_to_another_conversation(
    demo: Demo, page: "Page", checks: Checks
) -> None:
    other = ask(demo, QUESTION)
    page.locator("#draft").fill("说甲甲")
    page.locator("#guard-anyway").click()
    page.locator("#guard-reason").fill("这位顾客知道")

    page.locator(".row", has_text=other).click()
    page.locator("#draft").fill("也说甲甲")
    page.locator("#guard-anyway").click()

    assert page.locator("#guard-reason").input_value() == ""


def test_characters_still_being_chosen_are_not_the_agents_words(page: "Page", checks: Checks) -> None:
    page.locator("#draft").focus()
    keyboard = page.context.new_cdp_session(page)

    keyboard.send("Input.imeSetComposition", {"text": "weixin", "selectionStart": 6, "selectionEnd": 6})
    page.wait_for_timeout(500)
    assert page.locator("#draft").input_value() == "weixin"
    assert checks.asked == []
    keyboard.send("Input.insertText", {"text": "维新"})

    page.wait_for_timeout(500)
    assert checks.asked == ["维新"]
    assert guard(page).is_hidden()


def test_cards_keep_their_place_when_the_panel_comes_grows_and_goes(page: "Page", checks: Checks) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    page.locator(".card[data-rank='1']").get_by_role("button", name="为什么").click()
    page.locator(".scroll").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    use = page.locator(".card[data-rank='1']").get_by_role("button", name="填入").first
    places = [use.bounding_box()]

    for text in ("甲甲", "甲甲乙乙丁丁丙丙", "丙丙", "好"):
        page.locator("#draft").fill(text)
        page.wait_for_timeout(500)
        if text == "丙丙":
            page.locator(".scroll").evaluate("list => list.scrollTo(0, list.scrollHeight)")
            places = [use.bounding_box()]
        places.append(use.bounding_box())
        assert places[-1] == places[0], text

    assert guard(page).is_hidden()


def test_each_finding_is_read_out_once(page: "Page", checks: Checks) -> None:
    page.evaluate(
        "() => { const alert = document.querySelector('fresh-assist').shadowRoot.getElementById('guard-alert');"
        " window.said = []; new MutationObserver(() => window.said.push(alert.textContent))"
        ".observe(alert, {childList: true, characterData: true, subtree: true}); }"
    )
    draft = page.locator("#draft")
    draft.fill("说甲甲")
    guard(page).wait_for()

    for more in ("，好", "的", "，乙乙", "。"):
        draft.press_sequentially(more)
        page.wait_for_timeout(450)

    assert page.evaluate("window.said") == ["发之前请看一下 · 甲甲: 因为甲甲", "不能这样发出去 · 乙乙: 因为乙乙"]
    assert in_hand(page) == "draft"


def test_without_an_answer_it_is_asked_again_and_typing_goes_on(page: "Page", checks: Checks, agent: Window) -> None:
    checks.lost = True
    with page.expect_request("**/drafts/check*"):
        page.locator("#draft").fill("说甲甲")
    page.wait_for_timeout(100)
    assert guard(page).is_hidden()

    checks.lost = False

    guard(page).wait_for()
    assert page.locator("#draft").input_value() == "说甲甲"
    assert agent.take_errors("net::ERR_FAILED") == []


def test_a_rewrite_that_does_not_fit_cuts_nothing_off(page: "Page", checks: Checks) -> None:
    text = "字" * 4990 + "丁丁甲甲尾"
    page.locator("#draft").fill(text)
    guard(page).wait_for()

    page.keyboard.press("Alt+KeyR")

    page.locator("#send-problem", has_text="5000").wait_for()
    assert page.locator("#draft").input_value() == text
    assert checks.steps == []
    page.locator("#draft").fill("字" * 4990 + "甲甲尾")
    guard(page).get_by_text("因为甲甲").wait_for()
    page.keyboard.press("Alt+KeyR")
    assert page.locator("#draft").input_value() == "字" * 4990 + "子尾"


def test_the_reason_is_reached_and_left_by_keyboard(page: "Page", checks: Checks) -> None:
    page.locator("#draft").fill("说甲甲")
    guard(page).wait_for()
    page.locator("#guard-fix").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert in_hand(page) == "guard-reason"

    page.keyboard.press("Escape")

    assert in_hand(page) == "guard-anyway"
    assert page.locator("#guard-form").is_hidden()
    assert page.locator("#draft").input_value() == "说甲甲"


def test_a_cards_editor_is_checked_and_the_reply_box_is_left_alone(page: "Page", checks: Checks) -> None:
    page.locator("#draft").fill("回复里的丙丙")
    guard(page).wait_for()
    editor = edit_first_card(page, "卡片里的甲甲")
    guard(page).get_by_text("因为甲甲").wait_for()
    assert page.locator("#guard-anyway").is_hidden()

    page.keyboard.press("Alt+KeyR")

    assert editor.input_value() == "卡片里的子"
    assert page.locator("#draft").input_value() == "回复里的丙丙"
    editor.fill("卡片里的甲甲")
    guard(page).get_by_text("因为甲甲").wait_for()
    page.keyboard.press("Escape")
    guard(page).get_by_text("因为丙丙").wait_for()
    page.keyboard.press("Alt+KeyR")
    assert page.locator("#draft").input_value() == "回复里的丙丙"


def test_the_sidebar_alone_checks_its_editor_and_keeps_the_reason(demo: Demo, agent: Window) -> None:
    """The platform sends, not the sidebar: it can only keep why."""
    name = ask(demo, QUESTION)
    page = agent.page()
    page.set_viewport_size({"width": 360, "height": 700})
    ticket = demo.told["agent_token"]
    page.route("**/api/v1/token", lambda route: route.fulfill(json={"token": ticket}))
    checks = Checks(page)
    page.goto(f"{demo.url}/sidebar#ticket={uuid.uuid4().hex}")
    page.get_by_label("会话").select_option(label=f"● {name}")
    editor = edit_first_card(page, "卡片里的甲甲🦐")
    guard(page).wait_for()

    page.locator("#guard-anyway").click()
    page.locator("#guard-reason").fill("他问的就是这个")
    page.get_by_role("button", name="记下原因", exact=True).click()

    page.locator("#notice", has_text="原因已记下").wait_for()
    assert [(one["action"], one["rules"], one["reason"]) for one in checks.steps] == [
        ("overridden", ["rule-甲甲"], "他问的就是这个")
    ]
    assert in_hand(page) == "guard-anyway"
    page.keyboard.press("Alt+KeyR")
    assert editor.input_value() == "卡片里的子🦐"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
