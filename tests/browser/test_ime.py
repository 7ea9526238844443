"""While an input method chooses characters, no key of ours is heard."""

from typing import TYPE_CHECKING

import pytest

from .card_shop import CardShop, agent, an_answer, as_host, card, opened, shop, signed_in
from .conftest import Window

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["agent", "shop", "signed_in"]


def composing_keys(page: "Page", where: str, *keys: tuple[str, str]) -> None:
    """Press keys as a browser reports them while an input method has them."""
    script = """
    ([where, keys]) => {
      const root = document.querySelector('fresh-assist').shadowRoot;
      const one = document.querySelector(where) ?? root.querySelector(where);
      one.focus();
      for (const [key, code] of keys) for (const more of [{isComposing: true}, {keyCode: 229}]) {
        const init = {key, code, altKey: code !== '', bubbles: true, composed: true, cancelable: true, ...more};
        one.dispatchEvent(new KeyboardEvent('keydown', init));
      }
    }
    """
    page.evaluate(script, [where, [list(key) for key in keys]])


def choose(session: "CDPSession", letters: str, chosen: str) -> None:
    """Type letters into an input method, and take what it offers."""
    for length in range(1, len(letters) + 1):
        text = letters[:length]
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": length, "selectionEnd": length})
    session.send("Input.insertText", {"text": chosen})


def test_no_shortcut_is_heard_while_composing(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer("第一句。")))
    draft = page.locator("#draft")

    composing_keys(page, "#draft", ("1", "Digit1"), ("j", "KeyJ"), ("/", "Slash"), ("r", "KeyR"), ("k", "KeyK"))

    assert draft.input_value() == ""
    assert draft.evaluate("one => one === document.activeElement")
    page.keyboard.press("Alt+Digit1")
    assert draft.input_value() == "第一句。"


def test_no_key_of_a_card_is_heard_while_composing(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer("第一句。")))
    page.keyboard.press("Alt+KeyJ")

    composing_keys(page, ".card", ("w", ""), ("e", ""), ("?", ""), ("Enter", ""))

    assert card(page).locator(".why").is_hidden()
    assert card(page).locator(".editor").is_hidden()
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("#draft").input_value() == ""


def test_what_is_chosen_arrives_whole_and_enter_that_chooses_does_not_send(shop: CardShop, agent: Window) -> None:
    conversation = shop.suggest(an_answer("第一句。"))
    page = opened(shop, agent, conversation)
    as_host(page, "send")
    card(page).locator("[data-action=use]:visible").click()
    editor = card(page).locator(".editor textarea")
    editor.press("Control+End")
    session = page.context.new_cdp_session(page)

    choose(session, "nihao", "你好")
    composing_keys(page, ".editor textarea", ("Enter", ""))

    assert editor.input_value() == "第一句。你好"
    assert shop.messages(conversation) == []
    assert editor.is_visible()


def test_escape_that_ends_composing_closes_nothing(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer("第一句。")))
    card(page).get_by_role("button", name="编辑").click()

    composing_keys(page, ".editor textarea", ("Escape", ""))

    assert card(page).locator(".editor").is_visible()
