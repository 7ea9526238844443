"""Whatever a customer, a shop or a platform writes is shown as text: nothing runs, nothing is even tried."""

from typing import TYPE_CHECKING

import pytest

from assist.domain.chat import Order
from assist.domain.offer import HoldWhy
from assist.web.card_models import HeldOut
from assist.web.preview import held_preview, offer_preview
from tests.web.test_cards import an_offer

from .card_shop import CardShop, agent, an_answer, an_order, card, opened, shop, signed_in
from .conftest import Window

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["agent", "shop", "signed_in"]

EVIL = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>\"'"
WATCH = """
addEventListener("securitypolicyviolation", (event) => {
  (window.violations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


@pytest.fixture
def page(shop: CardShop, agent: Window) -> "Page":
    """A desk on which everything that anybody can write is hostile."""
    agent.context.add_init_script(WATCH)
    evil = an_answer(f"{EVIL} {{{{ {EVIL.replace('{', '')[:20]} }}}}", title=EVIL, matched=EVIL, source=EVIL)
    order: Order = an_order(EVIL, status=EVIL)
    conversation = shop.suggest(
        evil, an_answer("好", title=EVIL, internal=True), name=EVIL, order=order, question=f"如何保存活虾 {EVIL}"
    )
    return opened(shop, agent, conversation)


def unharmed(page: "Page") -> None:
    assert page.title() != "hacked"
    assert page.evaluate("window.violations ?? []") == []
    assert page.locator("img, fresh-assist img").count() == 0


def test_cards_order_nick_and_message_are_text(page: "Page") -> None:
    page.locator("#strip summary").click()
    card(page).locator("[data-action=why]").click()

    assert page.locator("#who").inner_text().startswith("<img")
    assert "<img" in card(page).locator("h3").inner_text()
    assert "<script>" in card(page).locator(".text").inner_text()
    assert page.locator("#strip dd").filter(has_text="<img").count() == len(("goods", "status"))
    page.locator(".message.customer", has_text="<img").first.wait_for()
    unharmed(page)


def test_what_is_put_into_blanks_and_sent_on_is_text(page: "Page") -> None:
    card(page).locator("[data-action=use]:visible").click()
    field = card(page).locator(".slots input").first
    field.fill(EVIL)
    field.press("Enter")

    assert "<img" in page.locator("#draft").input_value()
    unharmed(page)


def test_what_is_searched_and_found_is_text(page: "Page") -> None:
    found = {"article_id": EVIL, "title": EVIL, "text": f"{EVIL} {{{{ a }}}}", "matched": EVIL, "category": EVIL}
    more = {"score": 1, "intent": EVIL, "internal": False, "images": []}
    page.route("**/api/v1/search?*", lambda route: route.fulfill(json={"query": EVIL, "found": [{**found, **more}]}))

    page.locator("#search").fill(EVIL)
    hit = page.locator("#hits .card")
    hit.wait_for()
    hit.locator("[data-action=use]:visible").click()

    assert "<img" in hit.locator("h3").inner_text()
    assert hit.locator(".slots input").count() == 1
    unharmed(page)


def test_offers_and_what_holds_them_back_are_text(page: "Page") -> None:
    bad = EVIL.replace("{", "")
    offer = an_offer(title=bad, product=bad, feature=bad, advantage=bad, benefit=bad, say=bad)
    html = offer_preview(offer, "zh") + held_preview(HeldOut(why=HoldWhy.mood), "zh")

    page.locator("fresh-assist").evaluate(
        "(host, html) => { host.shadowRoot.getElementById('hits').innerHTML = html;"
        " host.shadowRoot.getElementById('hits').hidden = false; }",
        html,
    )

    assert page.locator("#hits dd").filter(has_text="<img").count() == len(("feature", "advantage", "benefit"))
    assert "<script>" in page.locator("#hits .sayable").inner_text()
    unharmed(page)
