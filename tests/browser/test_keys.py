"""The whole job by keyboard alone; keys that follow what the agent chose."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .card_shop import SLOTTED, CardShop, agent, an_answer, card, opened, shop, signed_in
from .conftest import Window
from .test_pages import eventually, sent_by

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["agent", "shop", "signed_in"]


def has_focus(one: "Locator") -> bool:
    return one.evaluate("one => one === one.getRootNode().activeElement")


def three(shop: CardShop) -> str:
    return shop.suggest(an_answer("第一句。"), an_answer("第二句。"), an_answer(SLOTTED))


def test_an_answer_is_found_judged_edited_and_sent_without_a_mouse(shop: CardShop, agent: Window) -> None:
    conversation = three(shop)
    page = opened(shop, agent, conversation)
    page.locator("#draft").focus()

    page.keyboard.press("Alt+KeyJ")
    assert has_focus(card(page, 1))
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    assert has_focus(card(page, 2))
    page.keyboard.press("w")
    assert card(page, 2).locator(".why").is_visible()
    with page.expect_request(lambda one: '"rated"' in (one.post_data or "")) as rated:
        page.keyboard.press("+")
    assert sent_by(rated.value)["verdict"] == "up"
    page.keyboard.press("e")
    page.keyboard.press("Control+End")
    page.keyboard.type("我改过。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    draft = page.locator("#draft")
    assert draft.input_value() == "第二句。我改过。"
    page.keyboard.press("Enter")

    assert eventually(lambda: shop.messages(conversation) == ["第二句。我改过。"])


def test_enter_on_a_card_is_its_green_button_and_blanks_are_filled_by_keyboard(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))

    page.keyboard.press("Alt+KeyJ")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.keyboard.type("林女士")
    page.keyboard.press("Tab")
    page.keyboard.type("SF1")
    page.keyboard.press("Enter")

    assert page.locator("#draft").input_value() == "林女士您好，SF1今天到，SF1请留意。"


def test_escape_goes_back_to_the_reply_box(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))

    page.keyboard.press("Alt+KeyJ")
    page.keyboard.press("Escape")

    assert has_focus(page.locator("#draft"))


def test_a_card_put_away_hands_the_focus_to_the_next(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))
    away = card(page, 1).locator("[data-action=dismiss]")

    away.focus()
    page.keyboard.press("Enter")
    card(page, 1).locator(".dismissal button").first.press("Enter")

    assert card(page, 1).count() == 0
    assert has_focus(card(page, 2))


def test_single_letters_are_letters_where_somebody_types(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))

    page.locator("#draft").press_sequentially("jkew+-?")
    page.locator("#search").press_sequentially("jkew?")
    page.keyboard.press("Escape")
    card(page, 1).get_by_role("button", name="编辑").click()
    editor = card(page, 1).locator(".editor textarea")
    editor.press_sequentially("ew+?")

    assert page.locator("#draft").input_value() == "jkew+-?"
    assert "ew+?" in editor.input_value()
    assert page.locator("dialog[open]").count() == 0
    assert card(page, 1).locator(".why").is_hidden()


def test_a_key_held_down_is_one_press(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))
    page.locator("#draft").focus()

    page.keyboard.down("Alt")
    page.keyboard.down("1")
    page.keyboard.down("1")
    page.keyboard.down("1")
    page.keyboard.up("1")
    page.keyboard.up("Alt")

    assert page.locator("#draft").input_value() == "第一句。"


@pytest.fixture
def default_keys(shop: CardShop) -> Iterator[None]:
    yield
    shop.put("me/preferences", {"keys": {}})


@pytest.mark.usefixtures("default_keys")
def test_a_key_is_changed_by_pressing_the_new_one_and_every_hint_follows(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))
    page.keyboard.press("Alt+KeyJ")
    page.keyboard.press("?")
    dialog = page.locator("fresh-assist dialog[open]")
    dialog.get_by_role("button", name="改: 用第 1–9 张卡片").press("Enter")

    page.keyboard.press("Control+Alt+Digit4")

    dialog.get_by_text("快捷键已保存").wait_for()
    assert dialog.locator("kbd[data-key=insert]").inner_text() == "Ctrl Alt 1–9"
    page.keyboard.press("Escape")
    assert card(page, 2).locator("kbd.rank").get_attribute("title") == "Ctrl+Alt+2"
    page.keyboard.press("Alt+Digit1")
    page.keyboard.press("Control+Alt+Digit2")
    assert page.locator("#draft").input_value() == "第二句。"
    page.reload()
    page.locator("#cards .card[data-rank='2'] kbd[title='Ctrl+Alt+2']").wait_for()


@pytest.mark.usefixtures("default_keys")
def test_a_key_that_is_taken_or_the_browsers_own_is_refused_in_words(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))
    page.locator("#keys-open").click()
    dialog = page.locator("fresh-assist dialog[open]")

    dialog.get_by_role("button", name="改: 编辑").click()
    page.keyboard.press("j")
    dialog.get_by_text("“下一张卡片”已经用了这个键").wait_for()
    dialog.get_by_role("button", name="改: 搜知识库").click()
    page.keyboard.press("q")
    dialog.get_by_text("要带 Alt 或 Ctrl").wait_for()
    dialog.get_by_role("button", name="改: 搜知识库").click()
    page.keyboard.press("Escape")

    assert dialog.is_visible()
    assert dialog.locator("kbd[data-key=search]").inner_text() == "Alt /"
    assert dialog.locator("kbd[data-key=edit]").inner_text() == "e"
    assert agent.take_errors("422") == []


def test_the_list_of_keys_keeps_the_focus_and_gives_it_back(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, three(shop))
    page.keyboard.press("Alt+KeyJ")
    page.keyboard.press("?")
    dialog = page.locator("fresh-assist dialog[open]")
    dialog.wait_for()

    for _ in range(20):
        page.keyboard.press("Tab")
        inside = "() => !document.activeElement || document.activeElement.matches('body, fresh-assist')"
        assert page.evaluate(inside)
        assert page.evaluate(
            "() => { const one = document.querySelector('fresh-assist').shadowRoot.activeElement;"
            " return !one || Boolean(one.closest('dialog')); }"
        )
    page.keyboard.press("Alt+Digit1")
    page.keyboard.press("Escape")

    dialog.wait_for(state="hidden")
    assert page.locator("#draft").input_value() == ""
    assert eventually(lambda: has_focus(card(page, 1)))
