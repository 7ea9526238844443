"""One stream for all tabs of an agent, watched, opened again, and with a token that is renewed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from .conftest import Demo, Opener, Window, run_demo
from .test_pages import QUESTION, ask, eventually, open_desk

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

ALONE = "delete globalThis.SharedWorker"


def streams(demo: Demo) -> int:
    with httpx.Client(trust_env=False) as client:
        lines = client.get(f"{demo.url}/metrics").text.splitlines()
    return int(next(line for line in lines if line.startswith("assist_streams")).split()[1])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo nobody else looks at."""
    with run_demo(tmp_path_factory.mktemp("stream")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(shop: Demo, window: Opener) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(shop.told["desk"])
        page.locator("fresh-assist[live]").wait_for()
        page.close()
        yield opened


@pytest.fixture
def tabs(shop: Demo, browser: Window) -> "Iterator[list[Page]]":
    opened = [open_desk(shop, browser) for _ in range(6)]
    yield opened
    assert browser.take_errors() == []
    for page in browser.context.pages[1:]:
        page.close()


def test_six_tabs_are_one_connection_and_all_get_the_push(shop: Demo, tabs: "list[Page]") -> None:
    assert streams(shop) == 1
    name = ask(shop, QUESTION)

    for page in tabs:
        page.locator(".row", has_text=name).wait_for()
    # With a stream a tab the browser's six connections would be used up, and this would hang.
    assert tabs[5].evaluate("fetch('/healthz').then(answer => answer.status)") == 200


def test_a_tab_that_joins_late_has_everything_at_once(shop: Demo, browser: Window, tabs: "list[Page]") -> None:
    name = ask(shop, QUESTION)
    tabs[0].locator(".row", has_text=name).wait_for()
    seventh = open_desk(shop, browser)
    seventh.locator(".row", has_text=name).click()

    seventh.locator("#who", has_text=name).wait_for()
    seventh.locator("#cards .card[data-rank='1']").wait_for()
    assert streams(shop) == 1


def test_when_the_last_tab_goes_so_does_the_stream(shop: Demo, browser: Window) -> None:
    page = open_desk(shop, browser)
    other = open_desk(shop, browser)
    page.close()
    assert streams(shop) == 1
    other.close()

    assert eventually(lambda: streams(shop) == 0)


def test_without_a_shared_worker_each_tab_reads_for_itself(shop: Demo, window: Opener, browser: Window) -> None:
    with window() as opened:
        opened.context.add_init_script(ALONE)
        opened.context.add_cookies(cast(Any, browser.context.cookies()))
        first, second = open_desk(shop, opened), open_desk(shop, opened)
        name = ask(shop, QUESTION)

        first.locator(".row", has_text=name).wait_for()
        second.locator(".row", has_text=name).wait_for()
        assert streams(shop) == 2
        assert opened.take_errors() == []


def test_all_tabs_agree_that_the_server_is_gone_and_back_again(own_demo: Demo, window: Opener, tmp_path: Path) -> None:
    with window() as opened:
        first = opened.page()
        first.goto(own_demo.told["desk"])
        first.locator("fresh-assist[live]").wait_for()
        second = open_desk(own_demo, opened)
        own_demo.process.kill()

        first.locator("#banner", has_text="连接中断").wait_for()
        second.locator("#banner", has_text="连接中断").wait_for()
        with run_demo(tmp_path, port=httpx.URL(own_demo.url).port or 0) as again:
            second.get_by_role("button", name="立即重试").click()
            first.locator("fresh-assist:not([offline])").wait_for()
            second.locator("fresh-assist:not([offline])").wait_for()
            name = ask(again, QUESTION)
            first.locator(".row", has_text=name).wait_for()
            second.locator(".row", has_text=name).wait_for()
        assert opened.take_errors("net::ERR_", "Failed to load resource") == []


def test_a_line_that_fell_silent_is_given_up_and_what_came_meanwhile_is_told(own_demo: Demo, window: Opener) -> None:
    """The process sleeps: its sockets stay open, and no byte comes."""
    with window() as opened:
        opened.context.add_init_script(ALONE)
        page = opened.page()
        page.clock.install()
        page.goto(own_demo.told["desk"])
        page.locator("fresh-assist[live]").wait_for()
        asked: list[str] = []
        page.on(
            "request",
            lambda sent: asked.append(sent.headers.get("last-event-id", "")) if "/stream" in sent.url else None,
        )

        os.kill(own_demo.process.pid, signal.SIGSTOP)
        page.clock.fast_forward(26_000)
        page.locator("#banner", has_text="连接中断").wait_for()
        os.kill(own_demo.process.pid, signal.SIGCONT)
        name = ask(own_demo, QUESTION)
        page.clock.fast_forward(2_000)

        page.locator("fresh-assist:not([offline])").wait_for()
        page.locator(".row", has_text=name).wait_for()
        assert asked
        assert all(asked), "it says what it has"


def test_a_browser_that_goes_offline_says_so_at_once(shop: Demo, browser: Window, window: Opener) -> None:
    with window() as opened:
        opened.context.add_init_script(ALONE)
        opened.context.add_cookies(cast(Any, browser.context.cookies()))
        page = open_desk(shop, opened)

        opened.context.set_offline(True)
        page.locator("fresh-assist[offline] #banner").wait_for()
        opened.context.set_offline(False)

        page.locator("fresh-assist:not([offline])").wait_for()
        assert opened.take_errors("net::ERR_", "Failed to load resource") == []


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "alone"])
def test_a_refused_token_is_asked_for_anew(shop: Demo, browser: Window, window: Opener, shared: bool) -> None:
    agent = open_desk(shop, browser).locator("fresh-assist").get_attribute("agent") or ""
    with window() as opened:
        token = shop.told["agent_token"]
        page = embedded(shop, opened.context, token="spent", agent=agent if shared else "", answers=token)

        page.locator("fresh-assist[live]:not([offline])").wait_for()
        assert page.evaluate("window.wanted") == 1
        assert page.locator("fresh-assist").get_attribute("signed-out") is None
        assert opened.take_errors("401") == []


def test_without_a_fresh_token_the_agent_is_signed_out(shop: Demo, window: Opener) -> None:
    with window() as opened:
        page = embedded(shop, opened.context, token="spent", agent="", answers=None, clock=True)
        signed_out = page.locator("fresh-assist[signed-out] #banner")
        # The frame's request and the stream's are each refused in their own time, and each gives the host ten seconds.
        for _ in range(20):
            page.wait_for_timeout(250)
            if signed_out.count():
                break
            page.clock.fast_forward(11_000)

        signed_out.wait_for()
        assert page.evaluate("window.wanted") > 0
        page.evaluate("token => (document.querySelector('fresh-assist').token = token)", shop.told["agent_token"])
        page.locator("fresh-assist[live]:not([offline])").wait_for()
        assert opened.take_errors("401") == []


def embedded(
    shop: Demo, context: "BrowserContext", *, token: str, agent: str, answers: str | None, clock: bool = False
) -> "Page":
    """A page with nothing but the element, whose host answers `assist-token-wanted`."""
    page = context.new_page()
    if clock:
        page.clock.install()
    html = '<!doctype html><meta charset="utf-8"><title>host</title><body></body>'
    page.route("**/host", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{shop.url}/host")
    page.evaluate(
        """async ({token, agent, answers}) => {
          await import("/static/fresh-assist.js");
          const element = document.createElement("fresh-assist");
          element.setAttribute("mode", "token");
          element.setAttribute("lang", "zh");
          if (agent) element.setAttribute("agent", agent);
          window.wanted = 0;
          element.addEventListener("assist-token-wanted", () => {
            window.wanted += 1;
            if (answers) element.token = answers;
          });
          element.token = token;
          document.body.append(element);
        }""",
        {"token": token, "agent": agent, "answers": answers},
    )
    return page
