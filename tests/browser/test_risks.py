"""A lead sees who needs them, judges an alert, and goes to the conversation."""

from collections.abc import Iterator

import pytest

from .conftest import Demo, Opener, Window, run_demo

pytestmark = pytest.mark.browser

ILL = "孩子吃完你家的虾食物中毒送急诊了"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: a printed link signs in once, and other tests use theirs."""
    with run_demo(tmp_path_factory.mktemp("risks")) as running:
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
        assert opened.take_errors() == []


def test_an_alert_is_judged_with_the_keyboard_and_goes(demo: Demo, manager: Window) -> None:
    for name in ("急诊甲", "急诊乙"):
        demo.say(ILL, name=name)
    page = manager.page()
    page.goto(f"{demo.url}/risks?lang=zh")
    first = page.locator("article.risk", has_text="急诊甲")
    for _ in range(40):
        if first.count() and page.locator("article.risk", has_text="急诊乙").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    assert first.locator("mark", has_text="食物中毒").count() >= 1
    assert first.get_by_role("img").get_attribute("aria-label")

    first.get_by_role("button", name="叫得对").focus()
    page.keyboard.press("Enter")

    page.locator("#told", has_text="已记下").wait_for()
    page.locator("article.risk", has_text="急诊乙").wait_for()
    assert first.locator("form").count() == 0
    assert page.evaluate("document.activeElement.matches('#risks button, #risks h2')")


def test_the_page_fits_wide_and_narrow_and_leads_to_the_conversation(demo: Demo, manager: Window) -> None:
    demo.say(ILL, name="急诊丙" * 8)
    page = manager.page()
    for width in (420, 760, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{demo.url}/risks?lang=en")
        page.get_by_role("heading", name="At risk").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("article.risk a").first.click()
    page.wait_for_url("**/desk**")
