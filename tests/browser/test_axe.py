"""Does axe-core find nothing to say against any page, light or dark, wide or narrow?"""

from typing import TYPE_CHECKING

import pytest

from .conftest import Window
from .every_page import lead, page_routes, pages
from .remedy_shop import Shop, shop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["lead", "pages", "shop"]

NARROW, WIDE = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
SCHEMES = [pytest.param("light", WIDE, id="light, wide"), pytest.param("dark", NARROW, id="dark, narrow")]
UNSEEN = {"/kb/versions/{number}"}
"""Reached by a link only when something was published twice."""


def violations(page: "Page") -> list[str]:
    """Return what axe-core finds, in open shadow roots too: rule, and where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"]]


def show(page: "Page", address: str) -> None:
    page.goto(address)
    if "/desk" in address or "/practice/" in address:
        page.locator("fresh-assist:not([offline]) #skeleton").wait_for(state="hidden")


@pytest.mark.timeout(300)  # some thirty pages
@pytest.mark.parametrize(("scheme", "size"), SCHEMES)
def test_axe_finds_nothing_on_any_page(
    shop: Shop, lead: Window, pages: dict[str, str], scheme: str, size: dict[str, int]
) -> None:
    page = lead.page()
    page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
    page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
    found: dict[str, list[str]] = {}
    for name, path in pages.items():
        show(page, f"{shop.demo.url}{path}")
        found[name] = violations(page)

    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize("path", ["/desk", "/manager", "/kb", "/login"])
def test_axe_finds_nothing_in_other_languages(shop: Shop, lead: Window, path: str, language: str) -> None:
    page = lead.page()
    show(page, f"{shop.demo.url}{path}?lang={language}")

    assert violations(page) == []


@pytest.mark.parametrize(("scheme", "size"), SCHEMES)
def test_axe_finds_nothing_on_cards_with_everything_open(
    shop: Shop, lead: Window, pages: dict[str, str], scheme: str, size: dict[str, int]
) -> None:
    page = lead.page()
    page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
    page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
    show(page, f"{shop.demo.url}{pages['/desk 3']}")
    card = page.locator("#cards .card.remedy").first
    card.locator("[data-money=open]").click()
    card.locator("[data-action=why]").click()
    page.locator("#topic-chip").click()

    assert violations(page) == []


def test_every_page_was_looked_at(pages: dict[str, str]) -> None:
    routes = set(page_routes()) - UNSEEN

    assert [route for route in sorted(routes) if not _seen(route, pages)] == []


def _seen(route: str, pages: dict[str, str]) -> bool:
    return any(name == route or (name.split("/")[:2] == route.split("/")[:2] and "{kind}" in route) for name in pages)
