"""The live stream over a real socket: a snapshot, then news of each conversation."""

import json
import secrets
import threading
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import uvicorn

from assist.app import create_app
from assist.app.process import Process
from assist.app.publish_files import publish_files
from assist.contract import key_of, signed_headers
from assist.desk.setup import agent_id_of, apply_setup
from assist.desk.sign_in import hand_out
from assist.domain.clock import system_clock
from assist.domain.people import TokenKind
from assist.settings import Settings
from assist.store.database import open_database
from assist.store.migrate import upgrade
from assist.store.queries import people
from tests.shop import SHOP, body_of, message, setup_of

from .conftest import OTHER_SHOP, add_shop, other_setup

pytestmark = pytest.mark.anyio

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class Sidecar:
    """A server on a free port of loopback, in a thread."""

    url: str
    process: Process

    def token(self, name: str, shop_id: str = SHOP) -> str:
        change = hand_out(shop_id, agent_id_of(shop_id, name), TokenKind.bearer, system_clock())
        return self.process.writer.submit(change).result().token

    async def say(self, text: str, chat: str) -> None:
        now = datetime.now(UTC)
        said = message(text, secrets.token_hex(4), conversation=chat, role="customer", at=now)
        body = body_of("message.received", said, now)
        headers = signed_headers(key_of(SECRET), f"wh-{secrets.token_hex(8)}", now, body)
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.url}/hooks/generic/main", content=body, headers=headers)
        assert answer.status_code == 202

    @asynccontextmanager
    async def stream(self, token: str, last: str = "") -> AsyncGenerator[AsyncIterator[tuple[str, str, Any]]]:
        """Open the stream as a sidebar does, having `last`; yield its events as (event, id, data)."""
        headers = {"authorization": f"Bearer {token}", **({"last-event-id": last} if last else {})}
        async with (
            httpx.AsyncClient(timeout=10) as client,
            client.stream("GET", f"{self.url}/api/v1/stream", headers=headers) as response,
        ):
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            yield _events(response)


@pytest.fixture(scope="module")
def sidecar(tmp_path_factory: pytest.TempPathFactory, content: Path) -> Generator[Sidecar]:
    folder = tmp_path_factory.mktemp("stream")
    url = f"sqlite:///{folder / 'assist.sqlite3'}"
    database = open_database(url)
    upgrade(database)
    database.close()

    def prepare(process: Process) -> None:
        process.writer.submit(apply_setup(setup_of(SECRET), process.box, process.clock())).result()
        process.reload()

    settings = Settings(database=url, key_file=folder / "assist.key", watch_content=content)
    app = create_app(settings, prepare=prepare)
    config = uvicorn.Config(app, port=0, log_config=None, ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    process: Process = app.state.process
    add_shop(process, other_setup())
    publish_files(process, content)
    yield Sidecar(f"http://127.0.0.1:{port}", process)
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


async def test_a_snapshot_comes_first_and_then_the_news_of_a_posted_message(sidecar: Sidecar) -> None:
    await sidecar.say("草莓怎么保存", "before")

    with anyio.fail_after(20):
        async with sidecar.stream(sidecar.token("小林")) as events:
            kind, first_id, snapshot = await anext(events)
            await sidecar.say("如何保存活虾", "after")
            news = await _first(events, lambda data: data["suggestions"]["suggestions"], "after")

    assert kind == "snapshot"
    assert "before" in {one["conversation_ref"] for one in snapshot["conversations"]}
    assert news[0] == "conversation"
    assert snapshot["partial"] is False
    assert news[1] != first_id
    assert news[2]["conversation"]["last_text"] == "如何保存活虾"
    assert news[2]["suggestions"]["suggestions"][0]["article_id"] == "storage-shrimp"
    assert 'class="card"' in news[2]["suggestions"]["html"]


async def test_a_client_that_comes_back_gets_all_it_missed_in_the_snapshot(sidecar: Sidecar) -> None:
    with anyio.fail_after(20):
        async with sidecar.stream(sidecar.token("小林")) as events:
            await anext(events)
            await sidecar.say("如何保存活虾", "missed")
            await _first(events, lambda data: data["suggestions"]["suggestions"], "missed")
        async with sidecar.stream(sidecar.token("小林")) as events:
            _, _, snapshot = await anext(events)

    conversation = next(one for one in snapshot["conversations"] if one["conversation_ref"] == "missed")
    cards = next(one for one in snapshot["suggestions"] if one["conversation_id"] == conversation["id"])
    assert cards["suggestions"][0]["article_id"] == "storage-shrimp"


async def test_a_client_that_says_what_it_has_gets_only_what_changed_since(sidecar: Sidecar) -> None:
    await sidecar.say("草莓怎么保存", "known")
    with anyio.fail_after(20):
        async with sidecar.stream(sidecar.token("小林")) as events:
            await anext(events)
            await sidecar.say("如何保存活虾", "news")
            _, last, _ = await _first(events, lambda data: data["suggestions"]["suggestions"], "news")
        await sidecar.say("榴莲放多久才熟", "missed-1")
        await sidecar.say("草莓放多久", "missed-2")
        await _settled(sidecar, {"missed-1", "missed-2"})
        async with sidecar.stream(sidecar.token("小林"), last) as events:
            kind, mark, snapshot = await anext(events)
        async with sidecar.stream(sidecar.token("小林"), mark) as events:
            _, _, again = await anext(events)

    assert kind == "snapshot"
    assert snapshot["partial"] is True
    assert {"missed-1", "missed-2"} <= _refs(snapshot)
    assert "known" not in _refs(snapshot)
    assert again["partial"] is True
    assert _refs(again) == set()


@pytest.mark.parametrize("last", ["nonsense", "12345", "deadbeef-1", "-", "deadbeef-" + "9" * 400])
async def test_a_mark_of_another_run_gets_everything(sidecar: Sidecar, last: str) -> None:
    await sidecar.say("草莓怎么保存", "whole")
    with anyio.fail_after(20):
        async with sidecar.stream(sidecar.token("小林"), last) as events:
            _, _, snapshot = await anext(events)

    assert snapshot["partial"] is False
    assert "whole" in _refs(snapshot)


async def test_one_of_another_shop_learns_nothing_by_a_mark_of_ours(sidecar: Sidecar) -> None:
    with anyio.fail_after(20):
        async with sidecar.stream(sidecar.token("小林")) as events:
            _, last, _ = await anext(events)
        await sidecar.say("如何保存活虾", "ours")
        await _settled(sidecar, {"ours"})
        async with sidecar.stream(sidecar.token("外人", OTHER_SHOP), last) as events:
            _, _, snapshot = await anext(events)

    assert _refs(snapshot) == set()


async def test_another_shops_stream_hears_nothing_of_it(sidecar: Sidecar) -> None:
    with anyio.fail_after(20):
        async with sidecar.stream(sidecar.token("外人", OTHER_SHOP)) as theirs:
            _, _, snapshot = await anext(theirs)
            async with sidecar.stream(sidecar.token("小林")) as ours:
                await anext(ours)
                await sidecar.say("如何保存活虾", "secret")
                await _first(ours, lambda data: data["suggestions"]["suggestions"], "secret")
            with anyio.move_on_after(0.5) as waited:
                await anext(theirs)

    outsider = agent_id_of(OTHER_SHOP, "外人")
    assert snapshot == {"agent_id": outsider, "partial": False, "conversations": [], "suggestions": []}
    assert waited.cancelled_caught, "something was told"


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense"])
async def test_the_stream_needs_a_token(sidecar: Sidecar, authorization: str) -> None:
    async with httpx.AsyncClient() as client:
        headers = {"authorization": authorization} if authorization else {}
        answer = await client.get(f"{sidecar.url}/api/v1/stream", headers=headers)

    assert answer.status_code == 401


async def test_while_a_stream_is_open_the_shop_counts_as_watched(sidecar: Sidecar) -> None:
    with anyio.fail_after(20):
        async with sidecar.stream(sidecar.token("小林")) as events:
            await anext(events)
            watched = sidecar.process.presence.is_open(SHOP)
        while sidecar.process.presence.is_open(SHOP):  # noqa: ASYNC110 - the server sees the end a moment later
            await anyio.sleep(0.05)

    assert watched


@pytest.mark.slow
@pytest.mark.parametrize("busy", [False, True], ids=["quiet shop", "busy shop"])
async def test_a_revoked_token_stops_hearing_within_seconds(sidecar: Sidecar, busy: bool) -> None:
    token = sidecar.token("经理")
    manager = agent_id_of(SHOP, "经理")

    async def chatter() -> None:
        while True:
            await sidecar.say("如何保存活虾", "busy")
            await anyio.sleep(0.5)

    revoked_at = system_clock()
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            if busy:
                tasks.start_soon(chatter)
            async with sidecar.stream(token) as events:
                await anext(events)
                revoked_at = system_clock()
                revoke = partial(people.revoke_tokens, agent_id=manager, now=revoked_at)
                sidecar.process.writer.submit(revoke).result()
                async for _ in events:
                    pass
            tasks.cancel_scope.cancel()

    assert (system_clock() - revoked_at).total_seconds() < 7


async def _first(events: AsyncIterator[tuple[str, str, Any]], ready: Any, chat: str) -> tuple[str, str, Any]:
    """Return the first news of a chat that is ready."""
    async for event in events:
        if event[0] == "conversation" and event[2]["conversation"]["conversation_ref"] == chat and ready(event[2]):
            return event
    raise AssertionError("the stream ended")


async def _events(response: httpx.Response) -> AsyncIterator[tuple[str, str, Any]]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if line and name:
            fields[name] = value
        elif "data" in fields:
            yield fields.get("event", "message"), fields.get("id", ""), json.loads(fields["data"])
            fields = {}


def _refs(snapshot: dict[str, Any]) -> set[str]:
    return {one["conversation_ref"] for one in snapshot["conversations"]}


async def _settled(sidecar: Sidecar, refs: set[str]) -> None:
    """Wait until these conversations have been advised."""
    async with sidecar.stream(sidecar.token("小林")) as events:
        _, _, snapshot = await anext(events)
        ready = {one["conversation_id"] for one in snapshot["suggestions"]}
        waiting = refs - {one["conversation_ref"] for one in snapshot["conversations"] if one["id"] in ready}
        while waiting:
            _, _, data = await anext(events)
            if data.get("conversation", {}).get("open_turn_id"):
                waiting.discard(data["conversation"]["conversation_ref"])
