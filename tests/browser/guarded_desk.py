"""A desk with a made-up guard behind it, that answers when the test says so."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Demo, Window
from .test_pages import QUESTION, ask, open_desk, sent_by

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

MARKS = {
    "甲甲": {"action": "warn", "rewrite": "子"},
    "乙乙": {"action": "block", "rewrite": None},
    "丙丙": {"action": "note", "rewrite": None},
    "丁丁": {"action": "warn", "rewrite": "丑" * 40},
    "weixin": {"action": "block", "rewrite": None},
}
"""Words that a made-up guard finds, with what it does."""


def found_in(text: str) -> dict[str, Any]:
    """Answer as the server does for the made-up words; places are in characters, as Python's are."""
    findings: list[dict[str, Any]] = []
    for words, mark in MARKS.items():
        start = text.find(words)
        while start >= 0:
            about = {"rule": f"rule-{words}", "reason": f"因为{words}", "basis": "own", "term": words}
            findings.append({**mark, **about, "start": start, "end": start + len(words)})
            start = text.find(words, start + len(words))
    worst = max((one["action"] for one in findings), key=["note", "warn", "block"].index, default="let")
    return {"action": worst, "findings": sorted(findings, key=lambda one: one["start"]), "rewritten": ""}


class Checks:
    """The made-up guard of one page: what it was asked, and answers that are held back until let go."""

    def __init__(self, page: "Page") -> None:
        self.asked: list[str] = []
        self.steps: list[dict[str, Any]] = []
        self.hold = False
        self.lost = False
        self._held: list[Route] = []
        page.route("**/api/v1/drafts/check*", self._check)
        page.route("**/draft-steps", self._step)

    def let_go(self) -> None:
        self.hold = False
        for route in self._held:
            self._answer(route)
        self._held.clear()

    def _check(self, route: "Route") -> None:
        self.asked.append(sent_by(route.request)["text"])
        if self.lost:
            route.abort()
        elif self.hold:
            self._held.append(route)
        else:
            self._answer(route)

    def _answer(self, route: "Route") -> None:
        route.fulfill(json=found_in(sent_by(route.request)["text"]))

    def _step(self, route: "Route") -> None:
        self.steps.append(json.loads(route.request.post_data or "{}"))
        route.fulfill(json={"new": True})


@pytest.fixture
def page(demo: Demo, agent: Window) -> "Iterator[Page]":
    """The desk with a new conversation open and its card there."""
    opened = open_desk(demo, agent)
    opened.locator(".row", has_text=ask(demo, QUESTION)).click()
    opened.locator(".card[data-rank='1']").wait_for()
    yield opened
    # Nothing may still be on its way into the next test's browser.
    opened.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def checks(page: "Page") -> Checks:
    return Checks(page)


def guard(page: "Page") -> "Locator":
    return page.locator("#guard")
