"""A manager changes the policy's text, runs it, and reads what it would have come to."""

from collections.abc import Iterator

import pytest

from .conftest import Demo, Opener, Window, run_demo

pytestmark = pytest.mark.browser

CHANGE = ("minimum_refund_fen = 200", "minimum_refund_fen = 900")
BREAK = ('ladder = "spoilage"', 'ladder = "nowhere"')


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: a printed link signs in once, and other tests use theirs."""
    with run_demo(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(scope="module")
def manager(demo: Demo, window: Opener) -> Iterator[Window]:
    """A manager's browser, signed in once by the printed link; no page may report an error."""
    with window() as opened:
        page = opened.page()
        page.goto(demo.told["manager"])
        page.locator(".tiles").wait_for()
        page.close()
        opened.errors.clear()
        yield opened
        assert opened.take_errors("422") == []


def test_a_draft_is_mended_and_simulated(demo: Demo, manager: Window) -> None:
    page = manager.page()
    page.goto(f"{demo.url}/simulator?lang=zh")
    draft = page.locator("#text")
    published = draft.input_value()
    assert CHANGE[0] in published

    draft.fill(published.replace(*BREAK))
    page.get_by_role("button", name="开始试算").click()
    page.locator("#findings li").first.get_by_role("button").click()
    selected = draft.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert selected == BREAK[1]

    page.get_by_role("button", name="换回已发布的").click()
    assert draft.input_value() == published
    assert page.locator("#findings").is_hidden()

    draft.fill(published.replace(*CHANGE))
    page.get_by_role("button", name="开始试算").click()
    page.locator("#result").wait_for()
    assert CHANGE[1] in page.locator("#text").input_value()


def test_the_pages_fit_a_narrow_window(demo: Demo, manager: Window) -> None:
    page = manager.page()
    page.set_viewport_size({"width": 420, "height": 900})

    for path, title in (("simulator", "Policy simulator"), ("clusters", "Clusters of complaints")):
        page.goto(f"{demo.url}/{path}?lang=en")
        page.get_by_role("heading", name=title).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 420
