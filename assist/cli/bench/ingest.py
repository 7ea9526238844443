"""Post signed events at a real server over loopback sockets, as fast as it takes them and at a fixed rate."""

import asyncio
import json
import os
import random
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from assist.cli.output import note, print_json
from assist.contract import key_of, signed_headers
from assist.domain.value import Value

from .server import demo_server

_CONVERSATIONS = 2000
_TEXTS = (
    "如何保存活虾",
    "草莓到了有几颗软软的，能退一点吗？",
    "今天下单什么时候能到呀",
    "三文鱼今晚不吃完能放几天",
    "可以开发票吗，公司抬头",
    "榴莲还没开口，要放多久才熟",
)


class Part(Value):
    """One way of posting: how many, how fast, how long each took from when it was due (ms)."""

    posts: int
    errors: int
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float


class IngestFigures(Value):
    """Both parts, and what was in the database after them."""

    database: str
    cores: int
    closed_loop: Part
    open_loop: Part
    acknowledged: int
    stored: int


@dataclass(frozen=True)
class _Target:
    host: str
    port: int
    path: str
    key: bytes


def run_ingest(seconds: float, connections: int, rate: float, database: str | None) -> IngestFigures:
    """Start a server of our own and measure it. The server advises on what it receives while it is measured."""
    with demo_server(database) as told:
        url = urlsplit(told["hook"])
        assert url.hostname is not None
        assert url.port is not None
        target = _Target(url.hostname, url.port, url.path, key_of(told["secret"]))
        note("closed loop …")
        closed = asyncio.run(_closed(target, seconds, connections))
        _wait_until_handled(told["url"])
        note("open loop …")
        opened = asyncio.run(_open(target, seconds, connections, rate))
        stored = _metric(told["url"], "assist_inbox_rows_total")
    acknowledged = closed.posts - closed.errors + opened.posts - opened.errors
    return IngestFigures(
        database=(database or "sqlite").split(":")[0],
        cores=os.cpu_count() or 1,
        closed_loop=closed,
        open_loop=opened,
        acknowledged=acknowledged,
        stored=stored,
    )


def print_ingest(figures: IngestFigures, *, as_json: bool) -> None:
    if as_json:
        print_json(figures.model_dump())
        return
    print(f"{figures.database}, {figures.cores} cores, load generator on the same machine")
    for name, part in (("closed loop", figures.closed_loop), ("open loop", figures.open_loop)):
        print(
            f"{name:12} {part.per_second:8.0f} posts/s  p50 {part.p50_ms:7.1f} ms  p99 {part.p99_ms:7.1f} ms"
            f"  max {part.max_ms:7.1f} ms  {part.posts} posts, {part.errors} errors"
        )
    print(f"acknowledged {figures.acknowledged}, stored {figures.stored}")


async def _closed(target: _Target, seconds: float, connections: int) -> Part:
    """Every connection posts again as soon as it is answered."""
    took: list[float] = []
    errors = 0
    requests = _requests(target, f"c{time.time_ns()}")
    deadline = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(target.host, target.port)
        while (begun := time.perf_counter()) < deadline:
            status = await _post(reader, writer, next(requests))
            took.append(time.perf_counter() - begun)
            errors += status != 202
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    return _part(took, errors, time.perf_counter() - begun)


async def _open(target: _Target, seconds: float, connections: int, rate: float) -> Part:
    """Posts are due at fixed times; waiting for a free connection counts as the server's delay."""
    took: list[float] = []
    errors = 0
    requests = _requests(target, f"o{time.time_ns()}")
    due: asyncio.Queue[float | None] = asyncio.Queue()

    async def client() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(target.host, target.port)
        while (at := await due.get()) is not None:
            status = await _post(reader, writer, next(requests))
            took.append(time.perf_counter() - at)
            errors += status != 202
        writer.close()

    clients = [asyncio.create_task(client()) for _ in range(connections)]
    begun = time.perf_counter()
    for number in range(int(seconds * rate)):
        at = begun + number / rate
        if (ahead := at - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        due.put_nowait(at)
    for _ in clients:
        due.put_nowait(None)
    await asyncio.gather(*clients)
    return _part(took, errors, time.perf_counter() - begun)


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    if size := int(length.split(b":")[1]):
        await reader.readexactly(size)
    return int(head[9:12])


def _requests(target: _Target, run: str) -> Iterator[bytes]:
    """Yield whole HTTP requests, each a new signed message in one of 2,000 conversations."""
    rng = random.Random(7)  # noqa: S311 - a reproducible load
    number = 0
    while True:
        number += 1
        now = datetime.now(UTC)
        conversation = f"{run}-{rng.randrange(_CONVERSATIONS)}"
        data = {
            "conversation_ref": conversation,
            "message_ref": f"{run}-{number}",
            "sent_at": now.isoformat(),
            "actor": {"role": "customer", "ref": f"u-{conversation}", "name": "顾客"},
            "text": rng.choice(_TEXTS),
        }
        body = json.dumps({"type": "message.received", "timestamp": now.isoformat(), "data": data}).encode()
        headers = signed_headers(target.key, f"{run}_{number}", now, body)
        lines = [f"POST {target.path} HTTP/1.1", f"host: {target.host}:{target.port}", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        yield ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def _part(took: Sequence[float], errors: int, seconds: float) -> Part:
    ordered = sorted(took)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2)

    return Part(
        posts=len(took),
        errors=errors,
        per_second=round(len(took) / seconds, 1),
        p50_ms=at(0.50),
        p99_ms=at(0.99),
        max_ms=round(ordered[-1] * 1000, 2),
    )


def _wait_until_handled(url: str) -> None:
    deadline = time.monotonic() + 300
    while _metric(url, 'assist_inbox_rows{state="pending"}') and time.monotonic() < deadline:
        time.sleep(0.2)


def _metric(url: str, name: str) -> int:
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as reply:  # noqa: S310 - our own server
        lines = reply.read().decode().splitlines()
    return next((int(float(line.rpartition(" ")[2])) for line in lines if line.startswith(f"{name} ")), 0)
