"""How long until an agent sees it, from a platform's post to the card painted in a real browser, part by part?

All stamps are of one machine's wall clock (`time.time()` here and in the server, `performance.timeOrigin + now()` in
the page). Painted is the moment after the first frame with the card in it: a task posted from that frame's
`requestAnimationFrame`. The shared worker, the element and its modules are the real ones.
"""

import http.client
import json
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from assist.cli.output import fail, note, print_json
from assist.contract import key_of, signed_headers
from assist.domain.value import Value

from .server import demo_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_QUESTIONS = (
    "如何保存活虾",
    "草莓到了怎么洗",
    "榴莲还没开口，要放多久才熟",
    "三文鱼今晚不吃完能放几天",
    "可以开发票吗",
)
_WARM = 5
_GOAL_MS = 50.0

_WATCH = """() => {
  const element = document.querySelector("fresh-assist");
  const list = element.shadowRoot.getElementById("cards");
  const now = () => performance.timeOrigin + performance.now();
  let news = null;
  element.addEventListener("assist-news", ({ detail }) => {
    if (detail.toldAt) news = { told: detail.toldAt, arrived: now() };
  });
  new MutationObserver((changes) => {
    if (!news || !changes.some((change) => change.addedNodes.length)) return;
    const marks = news;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (window.painted = { ...marks, painted: now() });
      port2.postMessage(null);
    });
  }).observe(list, { childList: true });
}"""


class Span(Value):
    """Milliseconds."""

    p50_ms: float
    p95_ms: float
    max_ms: float


class PushFigures(Value):
    """`parts` in the order things happen; `told_to_painted` is what the goal is about."""

    pushes: int
    lost: int
    """Cards that were not there within ten seconds."""
    parts: dict[str, Span]
    told_to_painted: Span
    posted_to_painted: Span


def run_push(pushes: int, browser: str | None) -> PushFigures:
    """Post messages one after the other into the conversation that a browser shows."""
    with demo_server() as told, _desk(told, browser) as page:
        chat = _Chat(told)
        chat.say("在吗")
        page.locator("fresh-assist[live] #who").wait_for()
        page.locator(".row").first.click()
        page.evaluate(_WATCH)
        note("pushing …")
        marks = [chat.push(page, number) for number in range(_WARM + pushes)][_WARM:]
    seen = [one for one in marks if one is not None]
    if not seen:
        fail("no card came in ten seconds; is the machine very busy?")
    return PushFigures(
        pushes=pushes,
        lost=len(marks) - len(seen),
        parts={
            "posted → told (kept, advised, announced)": _span(seen, "posted", "told"),
            "told → arrived (read, rendered, sent)": _span(seen, "told", "arrived"),
            "arrived → painted (the page)": _span(seen, "arrived", "painted"),
        },
        told_to_painted=_span(seen, "told", "painted"),
        posted_to_painted=_span(seen, "posted", "painted"),
    )


def print_push(figures: PushFigures, *, as_json: bool) -> None:
    if as_json:
        print_json(figures.model_dump())
        return
    table = Table(title=f"{figures.pushes} pushes, {figures.lost} lost")
    for column in ("from → to", "p50 ms", "p95 ms", "max ms"):
        table.add_column(column, justify="left" if column == "from → to" else "right")
    rows = {
        **figures.parts,
        f"told → painted (goal: p50 ≤ {_GOAL_MS:.0f})": figures.told_to_painted,
        "posted → painted (all of it)": figures.posted_to_painted,
    }
    for name, one in rows.items():
        table.add_row(name, *(f"{value:.1f}" for value in (one.p50_ms, one.p95_ms, one.max_ms)))
    Console().print(table)


class _Chat:
    """A customer of the demo, and the agent who answers so that the next question is a turn of its own."""

    def __init__(self, told: dict[str, str]) -> None:
        self._told = told
        self._hook = urlsplit(told["hook"])
        self._ref = f"bench-{uuid.uuid4().hex[:8]}"

    def push(self, page: "Page", number: int) -> dict[str, float] | None:
        """Ask, and return when it was posted, told, arrived and painted, in ms since 1970."""
        page.evaluate("window.painted = null")
        posted = time.time() * 1000
        self.say(f"{_QUESTIONS[number % len(_QUESTIONS)]}？第{number}单")
        end = time.monotonic() + 10
        while (marks := page.evaluate("window.painted")) is None and time.monotonic() < end:
            page.wait_for_timeout(10)
        self._answer(page, number)
        return None if marks is None else {"posted": posted, **marks}

    def say(self, text: str) -> None:
        now = datetime.now(UTC)
        actor = {"role": "customer", "ref": self._ref, "name": "测速"}
        said = {"conversation_ref": self._ref, "message_ref": uuid.uuid4().hex, "sent_at": now.isoformat()}
        event = {
            "type": "message.received",
            "timestamp": now.isoformat(),
            "data": {**said, "actor": actor, "text": text},
        }
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = signed_headers(key_of(self._told["secret"]), f"bench-{uuid.uuid4().hex}", now, body)
        self._post(self._hook.path, body, headers)

    def _answer(self, page: "Page", number: int) -> None:
        conversation = page.locator("fresh-assist").get_attribute("conversation") or ""
        body = json.dumps({"text": f"好的亲，第{number}单已记下", "client_key": uuid.uuid4().hex}).encode()
        headers = {"authorization": f"Bearer {self._told['agent_token']}"}
        self._post(f"/api/v1/conversations/{conversation}/messages", body, headers)
        page.locator("#cards .card").first.wait_for(state="detached")

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        connection = http.client.HTTPConnection(self._hook.hostname or "", self._hook.port or 80, timeout=30)
        connection.request("POST", path, body, {**headers, "content-type": "application/json"})
        status = connection.getresponse().status
        connection.close()
        if status != 202:
            fail(f"{path} answered {status}")


@contextmanager
def _desk(told: dict[str, str], browser: str | None) -> Generator["Page"]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        fail("this needs a browser: pip install playwright, and a Chromium (apt-get install chromium)")
    found = browser or next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None or not Path(found).exists():
        fail(f"no {found or 'Chromium'}: apt-get install chromium, or name one with --browser")
    with tempfile.TemporaryDirectory(prefix="assist-bench-") as folder, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=found, args=list(_ARGUMENTS), locale="zh-CN"
        )
        page = context.new_page()
        page.goto(told["desk"])
        yield page
        context.close()


def _span(marks: Sequence[dict[str, Any]], start: str, end: str) -> Span:
    took = sorted(one[end] - one[start] for one in marks)
    at = min(len(took) - 1, round(0.95 * (len(took) - 1)))
    return Span(p50_ms=round(statistics.median(took), 1), p95_ms=round(took[at], 1), max_ms=round(took[-1], 1))
