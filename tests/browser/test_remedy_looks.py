"""Can a remedy card be read and reached at every width, in both languages, light and dark?"""

from datetime import UTC, datetime

import pytest

from tests.web.remedy_cases import a_remedy

from .conftest import Window
from .remedy_shop import Shop, agent, card_of, opened, shop, signed_in

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["agent", "shop", "signed_in"]

CONTRAST = """
() => {
  const rgb = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    for (let one = element; one; one = one.parentElement ?? one.getRootNode().host) {
      const colour = rgb(getComputedStyle(one).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const root = document.querySelector("fresh-assist").shadowRoot;
  const bad = [];
  for (const element of root.querySelectorAll(".card.remedy *")) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !element.getClientRects().length || element.closest(".unseen")) continue;
    const [one, other] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) bad.push(`${element.className} ${element.textContent.trim()} ${ratio.toFixed(2)}`);
  }
  return bad;
}
"""
NAMELESS = """
() => [...document.querySelector("fresh-assist").shadowRoot.querySelectorAll(
    ".card.remedy :is(button, input, textarea, select, [role=radiogroup], .progress)")]
  .filter(one => one.getClientRects().length)
  .filter(one => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length
    || one.closest("label")?.textContent.trim()))
  .map(one => one.outerHTML)
"""
SMALL = """
() => [...document.querySelector("fresh-assist").shadowRoot.querySelectorAll(".card.remedy :is(button, .room input)")]
  .filter(one => one.getClientRects().length)
  .filter(one => one.getBoundingClientRect().height < 24 || one.getBoundingClientRect().width < 24)
  .map(one => one.outerHTML)
"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 360, 420])
def test_cards_fit_and_can_be_read_at_every_width_in_both_languages_light_and_dark(
    shop: Shop, agent: Window, width: int, language: str
) -> None:
    missing = a_remedy(datetime.now(UTC), ready=False, why_approval=("over_amount", "claims_in_window"))
    page = opened(shop, agent, shop.complain(missing, photo_seen_before=True), language)
    page.evaluate(
        "width => { const side = document.querySelector('.side'); side.style.position = 'fixed';"
        " side.style.inset = '0 0 0 auto'; side.style.width = `${width}px`; }",
        width,
    )
    card_of(page).locator("[data-money=open]").click()
    card_of(page).locator("[data-action=why]").click()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        assert page.evaluate(CONTRAST) == []
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL) == []
    measured = page.evaluate(
        "() => Array.from(document.querySelector('fresh-assist').shadowRoot.querySelectorAll('.card.remedy *'))"
        ".filter(one => one.getClientRects().length).map(one => one.getBoundingClientRect().right)"
    )
    assert max(measured) <= page.locator(".side").evaluate("side => side.getBoundingClientRect().right")
