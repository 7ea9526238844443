"""Can the guard's panel be read and reached at every width, in both languages, light and dark?"""

from typing import TYPE_CHECKING

import pytest

from .conftest import Demo
from .guarded_desk import Checks, checks, guard, page
from .test_remedy_looks import CONTRAST, NAMELESS, SMALL

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["checks", "page"]

DRAFT = "甲甲，" + "很长的话" * 30 + "丁丁，丙丙，乙乙"
SCRIPTS = [script.replace(".card.remedy", ".guard") for script in (CONTRAST, NAMELESS)]
HITS = SMALL.replace(".card.remedy", ".guard").replace("height < 24", "height < 28").replace("width < 24", "width < 28")
SIDE = (
    "width => { const side = document.querySelector('.side'); side.style.position = 'fixed';"
    " side.style.inset = '0 0 0 auto'; side.style.width = `${width}px`; }"
)
OUTSIDE = """
() => {
  const side = document.querySelector(".side").getBoundingClientRect();
  return [...document.querySelector("fresh-assist").shadowRoot.querySelectorAll(".guard :not(.unseen)")]
    .filter(one => one.getClientRects().length && one.tagName !== "LI" && !one.closest("ul"))
    .map(one => [one.getBoundingClientRect(), one.outerHTML])
    .filter(([box]) => box.right > side.right || box.bottom > side.bottom)
    .map(([, html]) => html);
}
"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [300, 360, 420])
def test_the_panel_fits_and_can_be_read_at_every_width_in_both_languages_light_and_dark(
    demo: Demo, page: "Page", checks: Checks, width: int, language: str
) -> None:
    page.goto(page.url.replace("/desk?", f"/desk?lang={language}&"))
    page.locator("fresh-assist:not([offline]) #skeleton").wait_for(state="hidden")
    page.set_viewport_size({"width": 1280, "height": 640})
    page.evaluate(SIDE, width)

    for text, form in ((DRAFT, False), (DRAFT.replace("乙乙", ""), True), ("这是丙丙", False)):
        page.locator("#draft").fill(text)
        guard(page).wait_for()
        page.wait_for_timeout(450)
        if form:
            page.locator("#guard-anyway").click()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
            for script in (*SCRIPTS, HITS, OUTSIDE):
                assert page.evaluate(script) == [], text
        # Whatever is wrong, most of the sidebar is left to what helps.
        assert guard(page).evaluate("one => one.offsetHeight / one.parentElement.offsetHeight") <= 0.41
        assert guard(page).evaluate("one => one.scrollHeight - one.clientHeight") <= 1


def test_who_pressed_on_what_lay_there_a_moment_ago_presses_on_nothing(page: "Page", checks: Checks) -> None:
    page.evaluate(
        """() => {
          const root = document.querySelector("fresh-assist").shadowRoot;
          const panel = root.getElementById("guard");
          const under = () => {
            const { left, top } = root.getElementById("guard-fix").getBoundingClientRect();
            return Boolean(root.elementFromPoint(left + 5, top + 5)?.closest("#guard"));
          };
          new MutationObserver(() => {
            if (panel.hidden || window.first !== undefined) return;
            window.first = under();
            setTimeout(() => (window.later = under()), 600);
          }).observe(panel, { attributes: true });
        }"""
    )

    page.locator("#draft").fill("说甲甲")
    guard(page).wait_for()

    page.wait_for_timeout(900)
    assert page.evaluate("[window.first, window.later]") == [False, True]


def test_a_phones_page_shows_the_panel_where_the_cards_are(page: "Page", checks: Checks) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    page.locator("#draft").fill("说甲甲")
    guard(page).wait_for()

    page.locator("fresh-assist #search").scroll_into_view_if_needed()

    assert guard(page).evaluate("one => one.getBoundingClientRect().bottom <= innerHeight + 1")
