"""What an agent did while the server was away is told later, each once, by whichever tab is there."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .conftest import Demo, Window
from .test_pages import QUESTION, ask, eventually, open_desk, sent_by

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

pytestmark = pytest.mark.browser

STEPS = "**/api/v1/conversations/*/steps"
WAITING = "Object.keys(localStorage).filter(key => key.startsWith('fresh-assist.step')).length"


class Told:
    """What was done and reached the server, by id and kind; a card is shown anew on every page."""

    def __init__(self, window: Window) -> None:
        self.steps: list[tuple[str, str]] = []
        window.context.on("requestfinished", self._finished)

    def _finished(self, request: "Request") -> None:
        if request.url.endswith("/steps") and request.method == "POST":
            step = sent_by(request)
            if step["kind"] != "shown":
                self.steps.append((step["step_id"], step["kind"]))

    def kinds(self) -> list[str]:
        return [kind for _, kind in self.steps]


@pytest.fixture
def page(demo: Demo, agent: Window) -> "Iterator[Page]":
    """The desk with a card; its steps do not reach the server."""
    opened = open_desk(demo, agent)
    opened.locator(".row", has_text=ask(demo, QUESTION)).click()
    card = opened.locator(".card[data-rank='1']")
    with opened.expect_response(STEPS):
        card.wait_for()
    agent.context.route(STEPS, lambda route: route.abort())
    yield opened
    agent.context.unroute_all(behavior="ignoreErrors")
    agent.take_errors("net::ERR_FAILED")


def test_steps_outlive_a_reload_and_are_told_exactly_once(page: "Page", agent: Window) -> None:
    page.keyboard.press("Alt+Digit1")
    page.locator("#queued", has_text="1 条操作").wait_for(state="attached")
    page.reload()
    page.locator("fresh-assist[live]").wait_for()
    assert page.evaluate(WAITING) == 1

    told = Told(agent)
    agent.context.unroute_all(behavior="ignoreErrors")
    assert eventually(lambda: page.evaluate(WAITING) == 0, 15)
    page.reload()
    page.locator("fresh-assist[live]").wait_for()

    assert told.kinds() == ["inserted"]


def test_several_tabs_tell_one_queue_once(demo: Demo, page: "Page", agent: Window) -> None:
    page.keyboard.press("Alt+Digit1")
    page.keyboard.press("Alt+Digit1")
    others = [open_desk(demo, agent) for _ in range(2)]
    # Cards seen in the other tabs wait with them.
    others[1].locator("#queued", has_text=re.compile("[2-9] 条操作")).wait_for(state="attached")

    told = Told(agent)
    agent.context.unroute_all(behavior="ignoreErrors")
    for one in [page, *others]:
        one.reload()

    assert eventually(lambda: page.evaluate(WAITING) == 0, 15)
    assert sorted(told.kinds()) == ["inserted", "inserted"]
    assert len({step_id for step_id, _ in told.steps}) == 2


def test_a_refused_sign_in_keeps_the_steps_for_the_same_agent(page: "Page", agent: Window) -> None:
    agent.context.unroute_all(behavior="ignoreErrors")
    agent.context.route(STEPS, lambda route: route.fulfill(status=401, json={"error": {"code": "not_signed_in"}}))
    page.keyboard.press("Alt+Digit1")
    page.locator("#queued", has_text="1 条操作").wait_for(state="attached")
    told = Told(agent)
    agent.context.unroute_all(behavior="ignoreErrors")
    page.reload()

    assert eventually(lambda: page.evaluate(WAITING) == 0, 15)
    assert [kind for _, kind in set(told.steps)] == ["inserted"]
    assert agent.take_errors("401") == []


def test_signing_out_leaves_nothing_for_the_next_agent(page: "Page") -> None:
    page.keyboard.press("Alt+Digit1")
    page.locator("#queued", has_text="1 条操作").wait_for(state="attached")
    page.evaluate("document.querySelector('fresh-assist').signOut()")

    assert eventually(lambda: page.evaluate(WAITING) == 0)
    page.locator("#cards .card").wait_for(state="detached")


def test_a_full_queue_lets_the_oldest_shown_go_and_keeps_what_was_done(page: "Page") -> None:
    agent_id = page.locator("fresh-assist").get_attribute("agent")
    page.evaluate(
        """agent => {
          for (let n = 0; n < 500; n += 1) {
            const step = {kind: n % 2 ? "shown" : "inserted", suggestion_id: "x", step_id: `s${n}`};
            const key = `fresh-assist.step.${agent}.${String(n).padStart(14, "0")}.000001.s${n}`;
            localStorage.setItem(key, JSON.stringify({conversation: "c", step}));
          }
        }""",
        agent_id,
    )
    page.keyboard.press("Alt+Digit1")
    page.locator("#queued", has_text="500 条操作").wait_for(state="attached")

    kept = page.evaluate("Object.values(localStorage).filter(text => text.includes('step_id'))")
    ids = {json.loads(text)["step"]["step_id"] for text in kept}
    assert "s0" in ids
    assert "s1" not in ids, "the oldest that was only shown"
    assert "s3" in ids
    page.evaluate("localStorage.clear()")
