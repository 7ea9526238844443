"""A demo in a process of its own, and Debian's chromium to look at it."""

import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assist.contract import key_of, signed_headers

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


class Demo:
    """A running `assist demo` without simulated customers; the test is the customer."""

    def __init__(self, process: "subprocess.Popen[str]", told: dict[str, str]) -> None:
        self.process = process
        self.told = told
        self.url = told["url"]

    def say(self, text: str, *, name: str = "虾兵蟹将", ref: str | None = None) -> str:
        """Post a customer's message as the platform would; return the conversation's ref."""
        ref = ref or f"chat-{uuid.uuid4().hex[:8]}"
        data = {
            "conversation_ref": ref,
            "message_ref": uuid.uuid4().hex,
            "sent_at": datetime.now(UTC).isoformat(),
            "actor": {"role": "customer", "ref": ref, "name": name},
            "text": text,
        }
        self.post("message.received", data)
        return ref

    def post(self, type_name: str, data: dict[str, Any]) -> None:
        """Post one signed event as the platform would."""
        now = datetime.now(UTC)
        sent = {"type": type_name, "timestamp": now.isoformat(), "data": data}
        body = json.dumps(sent, ensure_ascii=False).encode()
        headers = signed_headers(key_of(self.told["secret"]), f"test_{uuid.uuid4().hex}", now, body)
        with httpx.Client(trust_env=False, timeout=10) as client:
            answer = client.post(
                self.told["hook"], content=body, headers={**headers, "content-type": "application/json"}
            )
        answer.raise_for_status()

    def reply(self, conversation_id: str, text: str) -> None:
        """Answer as the same agent elsewhere."""
        headers = {"Authorization": f"Bearer {self.told['agent_token']}"}
        body = {"text": text, "client_key": uuid.uuid4().hex}
        with httpx.Client(trust_env=False, timeout=10) as client:
            client.post(
                f"{self.url}/api/v1/conversations/{conversation_id}/messages", json=body, headers=headers
            ).raise_for_status()

    def kpi(self, kpi_id: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.told['manager_token']}"}
        with httpx.Client(trust_env=False, timeout=10) as client:
            answer = client.get(f"{self.url}/api/v1/kpis", headers=headers).raise_for_status()
        return next(kpi for kpi in answer.json()["kpis"] if kpi["id"] == kpi_id)


class Window:
    """A browser with its own cookies, that remembers every error its pages report."""

    def __init__(self, context: "BrowserContext") -> None:
        self.context = context
        self.errors: list[str] = []
        context.set_default_timeout(10_000)
        context.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda raised: self.errors.append(str(raised.error)))

    def page(self) -> "Page":
        return self.context.new_page()

    def take_errors(self, *expected: str) -> list[str]:
        """Return the errors seen so far but those expected, and forget them."""
        kept = [error for error in self.errors if not any(part in error for part in expected)]
        self.errors.clear()
        return kept


@contextmanager
def run_demo(folder: Path, port: int = 0) -> Iterator[Demo]:
    command = [sys.executable, "-c", "from assist.cli import main; main()", "demo", "--no-browser"]
    with (folder / "stderr.txt").open("w") as errors:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--quiet-customers", "--data", str(folder / "data")],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                assert line, (folder / "stderr.txt").read_text()
                yield Demo(process, json.loads(line))
            finally:
                process.kill()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with run_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo the test may stop."""
    with run_demo(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> "Iterator[Playwright]":
    sync_api = pytest.importorskip("playwright.sync_api")
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no {CHROMIUM}; apt-get install chromium")
    with sync_api.sync_playwright() as started:
        yield started


Opener = Callable[..., AbstractContextManager[Window]]


@pytest.fixture(scope="session")
def window(playwright: "Playwright", tmp_path_factory: pytest.TempPathFactory) -> Opener:
    """Open a browser of its own: `with window(locale="en-GB") as opened`."""

    @contextmanager
    def opened(locale: str = "zh-CN", **options: Any) -> Iterator[Window]:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            args=_ARGUMENTS,
            locale=locale,
            permissions=["clipboard-read", "clipboard-write"],
            **options,
        )
        try:
            yield Window(context)
        finally:
            context.close()

    return opened


@pytest.fixture(scope="session")
def _signed_in(window: Opener, demo: Demo) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(demo.told["desk"])
        page.locator("#rows").wait_for(state="attached")
        assert page.url.startswith(f"{demo.url}/desk")
        page.close()
        yield opened


@pytest.fixture
def agent(_signed_in: Window) -> Iterator[Window]:
    """The agent's browser, signed in once by the printed link. No page may report an error."""
    _signed_in.errors.clear()
    yield _signed_in
    assert _signed_in.take_errors() == []
    for page in _signed_in.context.pages[1:]:
        page.close()
