"""The topic chip and the why of a card, in a real browser: seen, corrected by keyboard, and never in the way."""

from typing import TYPE_CHECKING

import pytest

from .conftest import Demo, Window
from .test_pages import ask, open_desk, sent_by

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

QUESTION = "如何保存活虾"


def asked(demo: Demo, agent: Window, text: str = QUESTION) -> "Page":
    page = open_desk(demo, agent)
    page.locator(".row", has_text=ask(demo, text)).click()
    page.locator("#topic").wait_for()
    return page


def test_the_topic_stands_above_the_cards_with_the_customers_words(demo: Demo, agent: Window) -> None:
    page = asked(demo, agent)

    assert page.locator("#topic-name").inner_text() == "鲜活水产 · 储存保鲜"
    label = page.locator("#topic-chip").get_attribute("aria-label") or ""
    assert "话题：鲜活水产 · 储存保鲜" in label
    assert "来自顾客的话：“保存” “活虾”" in label
    page.locator(".message.customer mark", has_text="活虾").wait_for()
    assert page.locator(".message.customer .said").inner_text() == QUESTION


def test_the_topic_is_corrected_by_keyboard_alone(demo: Demo, agent: Window) -> None:
    page = asked(demo, agent)

    page.locator("#topic-chip").focus()
    page.keyboard.press("Enter")
    page.get_by_label("品类").wait_for()
    assert page.get_by_label("品类").input_value() == "live_seafood"
    page.get_by_label("意图").select_option("washing_cooking")
    page.get_by_label("意图").press("Tab")
    page.keyboard.press("Enter")

    page.locator("#topic-name", has_text="鲜活水产 · 清洗烹饪").wait_for()
    assert page.locator("#topic-source").inner_text() == "小林 更正"
    assert page.locator("#topic-form").is_hidden()
    assert page.evaluate("document.querySelector('fresh-assist').shadowRoot.activeElement.id") == "topic-chip"


def test_escape_leaves_the_topic_as_it_was_and_the_focus_on_it(demo: Demo, agent: Window) -> None:
    page = asked(demo, agent)
    page.locator("#topic-chip").click()
    page.get_by_label("意图").select_option("invoice")

    page.get_by_label("意图").press("Escape")

    assert page.locator("#topic-form").is_hidden()
    assert page.locator("#topic-name").inner_text() == "鲜活水产 · 储存保鲜"
    assert page.evaluate("document.querySelector('fresh-assist').shadowRoot.activeElement.id") == "topic-chip"


def test_a_correction_that_did_not_arrive_is_told_again_under_its_key(demo: Demo, agent: Window) -> None:
    page = asked(demo, agent)
    keys: list[str] = []

    def fail_first(route: "Route") -> None:
        keys.append(sent_by(route.request)["step_id"])
        if len(keys) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/topic", fail_first)
    page.locator("#topic-chip").click()
    page.get_by_label("意图").select_option("invoice")
    save = page.locator("#topic-form button[type=submit]")
    save.click()
    page.locator("#notice", has_text="没有改成").wait_for()
    assert page.get_by_label("意图").input_value() == "invoice"
    save.click()

    page.locator("#topic-name", has_text="鲜活水产 · 发票").wait_for()
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert agent.take_errors("net::ERR_FAILED") == []


def test_news_of_the_turn_does_not_close_the_menu_under_the_agents_hands(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    name = "顾客话题"
    ref = demo.say(QUESTION, name=name)
    page.locator(".row", has_text=name).click()
    page.locator("#topic-chip").click()
    page.get_by_label("意图").select_option("invoice")

    demo.say("活虾到家怎么养着", name=name, ref=ref)
    page.locator(".message.customer", has_text="怎么养着").wait_for()

    assert page.get_by_label("意图").input_value() == "invoice"
    assert page.get_by_label("意图").is_visible()


def test_small_talk_has_no_chip(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.locator(".row", has_text=ask(demo, "你好")).click()
    page.locator(".message.customer").wait_for()

    assert page.locator("#topic").is_hidden()


def test_why_names_the_phrasing_the_evidence_and_the_confidence(demo: Demo, agent: Window) -> None:
    page = asked(demo, agent)
    card = page.locator("#cards .card[data-rank='1']")

    card.get_by_role("button", name="为什么").click()

    why = card.locator(".why")
    assert why.get_by_text("意思相近").is_visible()
    assert 1 <= why.locator(".pieces li").count() <= 4
    assert card.locator(".level").inner_text() in ("把握高", "把握中", "把握低")
    assert card.locator(".level .bars rect").count() == 3


@pytest.mark.parametrize("width", [320, 420])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_chip_and_menu_fit_the_sidebar(demo: Demo, agent: Window, width: int, language: str) -> None:
    page = agent.page()
    page.goto(f"{demo.url}/desk?lang={language}")
    page.locator(".row", has_text=ask(demo, "澳洲车厘子有没有产地证明和检验检疫证书")).click()
    page.locator("#topic").wait_for()
    page.evaluate(
        "width => { const side = document.querySelector('.side'); side.style.position = 'fixed';"
        " side.style.inset = '0 0 0 auto'; side.style.width = `${width}px`; }",
        width,
    )
    page.locator("#topic-chip").click()
    page.locator("#topic-category").wait_for()

    measured = page.evaluate(
        "() => Array.from(document.querySelector('fresh-assist').shadowRoot.querySelectorAll('#topic, #topic *'))"
        ".map((one) => one.getBoundingClientRect().right)"
    )
    assert max(measured) <= page.locator(".side").evaluate("side => side.getBoundingClientRect().right")
