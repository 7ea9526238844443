"""How long from pressing Publish to the card in its new words, for each kind of edit, as an editor would do it?

Checked first, as the form does while one types; then saved, published, and asked for until the card of an open chat
carries the new version's number. Milliseconds of wall clock, over our own HTTP.
"""

import json
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from assist.cli.output import fail, note, print_json
from assist.contract import key_of, signed_headers
from assist.domain.value import Value

from .server import demo_server

_GOAL_MS = 2000.0
_WAIT_SECONDS = 30.0
_QUESTION = "草莓到家怎么放"

Body = dict[str, Any]
_EDITS: dict[str, tuple[str, str, Callable[[Body, int], Body]]] = {
    "an article's text": (
        "article",
        "storage-strawberry",
        lambda body, n: {**body, "text": f"{body['text']}好{'呀' * n}"},
    ),
    "a policy's figure": ("policy", "answers", lambda body, n: {**body, "min_score": body["min_score"] + 0.0001 * n}),
    "a word of small talk": (
        "lexicon",
        "small_talk",
        lambda body, n: {**body, "phrases": [*body["phrases"], f"嗨呀{n}"]},
    ),
}


class PublishFigures(Value):
    """Milliseconds from the request to publish until the card of an open chat has the new number."""

    edit: str
    times: int
    p50_ms: float
    max_ms: float


def run_publish(times: int) -> list[PublishFigures]:
    """Publish each kind of edit so many times, one after the other."""
    with demo_server() as told, httpx.Client(base_url=told["url"], trust_env=False, timeout=60) as client:
        shop = _Shop(client, told)
        shop.ask()
        return [_figures(edit, [shop.publish(edit, number) for number in range(1, times + 1)]) for edit in _EDITS]


def print_publish(figures: list[PublishFigures], *, as_json: bool) -> None:
    if as_json:
        print_json([one.model_dump() for one in figures])
        return
    table = Table(title=f"publish → card (goal: ≤ {_GOAL_MS:.0f} ms)")
    for column in ("edit", "n", "p50 ms", "max ms"):
        table.add_column(column, justify="left" if column == "edit" else "right")
    for one in figures:
        table.add_row(one.edit, str(one.times), f"{one.p50_ms:.0f}", f"{one.max_ms:.0f}")
    Console().print(table)


class _Shop:
    """The demo as its manager and its customer see it."""

    def __init__(self, client: httpx.Client, told: dict[str, str]) -> None:
        self._client = client
        self._told = told
        self._conversation = ""

    def ask(self) -> None:
        """Let a customer ask, and wait for the card."""
        now, ref = datetime.now(UTC).isoformat(), f"bench-{uuid.uuid4().hex[:8]}"
        said = {"conversation_ref": ref, "message_ref": uuid.uuid4().hex, "sent_at": now, "text": _QUESTION}
        data = {**said, "actor": {"role": "customer", "ref": ref, "name": "测速"}}
        body = json.dumps({"type": "message.received", "timestamp": now, "data": data}).encode()
        headers = signed_headers(key_of(self._told["secret"]), f"bench-{uuid.uuid4().hex}", datetime.now(UTC), body)
        answer = self._client.post(self._told["hook"], content=body, headers=headers)
        answer.raise_for_status()
        query = {"adapter": "generic", "account": self._told["account"], "ref": ref}
        _until(lambda: bool(self._get("conversations", **query)["conversations"]))
        self._conversation = self._get("conversations", **query)["conversations"][0]["id"]
        _until(lambda: bool(self._numbers()))

    def publish(self, edit: str, number: int) -> float:
        """Change, check, save and publish; return how long the publishing took to reach the card, in ms."""
        kind, entry_id, change = _EDITS[edit]
        note(f"publishing {edit} …")
        entry = self._get(f"kb/entries/{kind}/{entry_id}")
        body = change(entry["published"]["body"], number)
        named = {"kind": kind, "entry_id": entry_id, "body": body, "base_number": entry["number"]}
        self._post("kb/check", {"kind": kind, "entry_id": entry_id, "body": body})
        draft = self._post("kb/drafts", named)
        begin = time.perf_counter()
        told = {"revision": draft["revision"], "despite_warnings": True}
        published = self._post(f"kb/drafts/{draft['id']}/publish", told)["number"]
        _until(lambda: bool(self._numbers()) and min(self._numbers()) >= published)
        return (time.perf_counter() - begin) * 1000

    def _numbers(self) -> list[int]:
        found = self._get(f"conversations/{self._conversation}/suggestions")["suggestions"]
        return [int(one["library_number"]) for one in found]

    def _get(self, path: str, **query: str) -> Any:
        return self._asked("GET", path, params=query)

    def _post(self, path: str, body: Body) -> Any:
        return self._asked("POST", path, json=body)

    def _asked(self, method: str, path: str, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {self._told['manager_token']}"}
        answer = self._client.request(method, f"/api/v1/{path}", headers=headers, **more)
        if answer.is_error:
            fail(f"{path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()


def _until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while not there():
        if time.monotonic() > end:
            fail(f"no card in {_WAIT_SECONDS:.0f} seconds; is the machine very busy?")
        time.sleep(0.02)


def _figures(edit: str, took: list[float]) -> PublishFigures:
    return PublishFigures(edit=edit, times=len(took), p50_ms=round(statistics.median(took)), max_ms=round(max(took)))
