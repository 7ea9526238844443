"""Can every page be read and worked at 200 % zoom, without motion, and with forced colours?"""

from typing import TYPE_CHECKING

import pytest

from .conftest import Window
from .every_page import lead, pages
from .remedy_shop import Shop, shop
from .test_axe import show

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["lead", "pages", "shop"]

ZOOMED = {"width": 320, "height": 400}
"""What a window of 640 by 800 shows at 200 %."""
OUTSIDE_OR_CUT = """
() => {
  const bad = [];
  const look = root => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      const style = getComputedStyle(one), box = one.getBoundingClientRect();
      if (!one.getClientRects().length || one.closest(".unseen, svg, .table, #rows, pre, textarea")) continue;
      const name = `${one.tagName}.${one.className}#${one.id} ${one.textContent.trim().slice(0, 20)}`;
      const says = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
      const cuts = /hidden|clip/.test(style.overflowX) && style.textOverflow !== "ellipsis";
      if (says && cuts && one.scrollWidth > one.clientWidth + 1) bad.push(`cut ${name}`);
      if (box.right > innerWidth + 1 && style.position !== "fixed") bad.push(`outside ${name}`);
    }
  };
  look(document);
  return bad;
}
"""
SMALL = """
() => {
  const bad = [];
  const look = root => {
    for (const one of root.querySelectorAll("button, select, textarea, summary, input")) {
      if (["checkbox", "radio", "file", "hidden", "range"].includes(one.type)) continue;
      if (!one.getClientRects().length || one.closest(".unseen")) continue;
      const { width, height } = one.getBoundingClientRect();
      if (width < 27.5 || height < 27.5) bad.push(`${one.className}#${one.id} ${one.textContent.trim().slice(0, 20)}`);
    }
    for (const one of root.querySelectorAll("*")) if (one.shadowRoot) look(one.shadowRoot);
  };
  look(document);
  return bad;
}
"""
MOVING = "document.getAnimations().filter(one => one.playState === 'running').length"


@pytest.mark.timeout(300)  # some thirty pages
@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_nothing_is_cut_or_outside_at_twice_the_size(
    shop: Shop, lead: Window, pages: dict[str, str], language: str
) -> None:
    page = lead.page()
    page.set_viewport_size(ZOOMED)  # pyright: ignore[reportArgumentType]
    found: dict[str, list[str]] = {}
    for name, path in pages.items():
        show(page, _in(shop.demo.url + path, language))
        found[name] = [*page.evaluate(OUTSIDE_OR_CUT), *page.evaluate(SMALL), *_wider(page, ZOOMED["width"])]

    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("width", [390, 760, 1280])
def test_the_head_fits_in_three_languages(shop: Shop, lead: Window, width: int) -> None:
    page = lead.page()
    page.set_viewport_size({"width": width, "height": 800})
    for language in ("zh", "zh-TW", "en"):
        page.goto(f"{shop.demo.url}/claims?lang={language}")

        assert _wider(page, width) == []
        assert page.locator(".top").evaluate("one => one.offsetHeight") <= (50 if width == 1280 else 120)
        chosen = page.locator(".languages [aria-current]").get_attribute("hreflang")
        assert chosen == page.locator("html").get_attribute("lang")


def test_nothing_moves_where_less_motion_is_wanted(shop: Shop, lead: Window, pages: dict[str, str]) -> None:
    page = lead.page()
    for name in ("/desk 3", "/kb", "/practice"):
        show(page, f"{shop.demo.url}{pages[name]}")

        assert page.evaluate(MOVING) == 0


def test_what_is_chosen_is_seen_where_colours_are_forced(shop: Shop, lead: Window, pages: dict[str, str]) -> None:
    page = lead.page()
    page.emulate_media(forced_colors="active")
    show(page, f"{shop.demo.url}{pages['/desk 3']}")

    chosen = page.locator(".row[aria-current]")
    assert chosen.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_changing_the_language_keeps_what_is_looked_at(shop: Shop, lead: Window) -> None:
    page = lead.page()
    page.goto(f"{shop.demo.url}/manager?lang=en&by=agent")
    page.locator(".languages").get_by_text("繁").click()

    page.wait_for_url("**lang=zh-TW**")
    assert page.locator("html").get_attribute("lang") == "zh-TW"
    assert page.locator("select[name=by]").input_value() == "agent"


def _wider(page: "Page", width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"the page is {wide} wide"] if wide > width else []


def _in(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"
