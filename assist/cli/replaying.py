"""Turn recorded chats into signed posts, send them, wait until they are handled, and read what came of it."""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import Progress

from assist.contract import key_of, signed_headers
from assist.domain.ids import id_of
from assist.domain.value import Value

TURN_SECONDS = 5.0
_ROLES = {"customer": "customer", "agent": "agent", "bot": "bot"}
_CONNECTIONS = 16
_DRAIN_SECONDS = 600.0
_BUCKET = re.compile(r'assist_advice_seconds_bucket{le="([^"]+)"} (\d+)')
_COUNTER = re.compile(r"^(assist_\w+)(?:{([^}]*)})? ([\d.]+)$", re.MULTILINE)


class ReplayError(Exception):
    """The replay cannot run; the message names the cure."""


@dataclass(frozen=True)
class Replay:
    url: str
    account: str
    secret: str
    speed: float
    times: int
    shuffle: int | None
    token: str | None


@dataclass(frozen=True)
class Post:
    """One message to send: when in its session, under which webhook id, with which body."""

    session: int
    after_seconds: float
    webhook_id: str
    body: bytes


class Result(Value):
    """What a replay came to. Latency is from the hook's receipt to the stored decision, bucketed to 25 %."""

    sessions: int
    messages: int
    skipped: int
    posted: int
    errors: int
    statuses: dict[str, int]
    new_rows: int
    duplicates: int
    customer_turns: int
    suggestions: int
    suggestions_per_turn: float | None
    p50_ms: float | None
    p99_ms: float | None
    seconds: float


def read_sessions(path: Path) -> list[dict[str, Any]]:
    """Read JSONL sessions. Raises ReplayError naming the file and the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReplayError(f"{path}: cannot be read: {error}") from error
    sessions: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            session = json.loads(line)
            assert isinstance(session["session_id"], str)
            assert all(isinstance(turn["text"], str) and isinstance(turn["role"], str) for turn in session["turns"])
            json.dumps(session, ensure_ascii=False).encode()
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            raise ReplayError(f"{path}:{number}: not {{session_id, turns: [{{role, text}}]}}") from error
        sessions.append(session)
    return sessions


def posts_of(sessions: Sequence[dict[str, Any]], start: datetime) -> tuple[list[Post], int]:
    """Return the posts in order, and how many turns were skipped for their role.

    Everything is derived from the session's id and the turn's place: the same file gives the same posts.
    """
    posts: list[Post] = []
    skipped = 0
    for number, session in enumerate(sessions):
        for place, turn in enumerate(session["turns"]):
            role = _ROLES.get(turn["role"])
            if role is None:
                skipped += 1
                continue
            sent_at = start + timedelta(seconds=TURN_SECONDS * place)
            posts.append(_post(number, place, session["session_id"], role, turn["text"], sent_at))
    return posts, skipped


async def run_replay(plan: Replay, sessions: Sequence[dict[str, Any]]) -> Result:
    """Send everything, wait until the sidecar has handled it, and report. Raises ReplayError."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    posts, skipped = posts_of(sessions, midnight - timedelta(days=1))
    limits = httpx.Limits(max_connections=_CONNECTIONS)
    async with httpx.AsyncClient(timeout=30, limits=limits, trust_env=False) as client:
        before = await _metrics(client, plan)
        started = time.monotonic()
        statuses: Counter[str] = Counter()
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
            bar = progress.add_task("replay", total=len(posts) * plan.times)
            for round_number in range(plan.times):
                for batch in _batches(posts, plan, round_number):
                    statuses.update(await _send(client, plan, batch, lambda: progress.advance(bar)))
        await _drained(client, plan)
        seconds = time.monotonic() - started
        after = await _metrics(client, plan)
    return _result(plan, len(sessions), len(posts), skipped, statuses, before, after, seconds)


def _post(number: int, place: int, session_id: str, role: str, text: str, sent_at: datetime) -> Post:
    message_ref = f"{session_id}-{place}"
    body = {
        "type": "message.received",
        "timestamp": sent_at.isoformat(),
        "data": {
            "conversation_ref": session_id,
            "message_ref": message_ref,
            "sent_at": sent_at.isoformat(),
            "actor": {"role": role, "ref": f"{role}-{session_id}"[:256], "name": role},
            "text": text,
        },
    }
    webhook_id = f"rp_{id_of(session_id, str(place))}"
    return Post(number, TURN_SECONDS * place, webhook_id, json.dumps(body, ensure_ascii=False).encode())


def _batches(posts: Sequence[Post], plan: Replay, round_number: int) -> Iterable[list[list[Post]]]:
    """Yield sets of queues that run side by side: sessions in their own order, or everything shuffled."""
    if plan.shuffle is not None:
        shuffled = list(posts)
        random.Random(plan.shuffle + round_number).shuffle(shuffled)  # noqa: S311 - a reproducible order
        yield [shuffled[lane::_CONNECTIONS] for lane in range(_CONNECTIONS)]
        return
    by_session: dict[int, list[Post]] = {}
    for post in posts:
        by_session.setdefault(post.session, []).append(post)
    queues = list(by_session.values())
    if plan.speed:
        yield queues
        return
    yield [[post for queue in queues[lane::_CONNECTIONS] for post in queue] for lane in range(_CONNECTIONS)]


async def _send(client: httpx.AsyncClient, plan: Replay, queues: Sequence[Sequence[Post]], sent: Any) -> Counter[str]:
    key = key_of(plan.secret)
    statuses: Counter[str] = Counter()
    started = time.monotonic()

    async def work(queue: Sequence[Post]) -> None:
        for post in queue:
            if plan.speed:
                due = started + (post.after_seconds + _start_of(post.session)) / plan.speed
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            statuses[await _post_once(client, plan, key, post)] += 1
            sent()

    await asyncio.gather(*(work(queue) for queue in queues))
    return statuses


def _start_of(session: int) -> float:
    """Return when a session begins, within one turn's time: people do not all type at the same moment."""
    return TURN_SECONDS * (session * 0.618 % 1)


async def _post_once(client: httpx.AsyncClient, plan: Replay, key: bytes, post: Post) -> str:
    """Send one post; when told to come back later, come back as the sender of a webhook does."""
    for attempt in range(5):
        headers = signed_headers(key, post.webhook_id, datetime.now(UTC), post.body)
        headers["content-type"] = "application/json"
        try:
            reply = await client.post(f"{plan.url}/hooks/generic/{plan.account}", content=post.body, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__
        if reply.status_code != 503:
            return str(reply.status_code)
        await asyncio.sleep(0.2 * 2**attempt)
    return "503"


async def _metrics(client: httpx.AsyncClient, plan: Replay) -> str:
    headers = {"authorization": f"Bearer {plan.token}"} if plan.token else {}
    try:
        reply = await client.get(f"{plan.url}/metrics", headers=headers)
    except httpx.HTTPError as error:
        raise ReplayError(f"{plan.url} does not answer ({type(error).__name__}); is the sidecar running?") from error
    if reply.status_code == 401:
        raise ReplayError("the counters of a sidecar that is not on loopback need --token")
    return reply.text


async def _drained(client: httpx.AsyncClient, plan: Replay) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    while _counters(await _metrics(client, plan)).get('assist_inbox_rows{state="pending"}', 0):
        if time.monotonic() > deadline:
            raise ReplayError("the sidecar did not handle everything within 10 minutes; see its log")
        await asyncio.sleep(0.1)


def _result(
    plan: Replay,
    sessions: int,
    messages: int,
    skipped: int,
    statuses: Counter[str],
    before: str,
    after: str,
    seconds: float,
) -> Result:
    was, now = _counters(before), _counters(after)

    def gained(name: str) -> int:
        return int(now.get(name, 0) - was.get(name, 0))

    turns, made = gained("assist_questions_total"), gained("assist_suggestions_total")
    buckets = _buckets(before, after)
    accepted = sum(count for status, count in statuses.items() if status.startswith("2"))
    return Result(
        sessions=sessions,
        messages=messages,
        skipped=skipped,
        posted=messages * plan.times,
        errors=statuses.total() - accepted,
        statuses=dict(sorted(statuses.items())),
        new_rows=gained("assist_inbox_rows_total"),
        duplicates=gained("assist_inbox_duplicates_total"),
        customer_turns=turns,
        suggestions=made,
        suggestions_per_turn=round(made / turns, 3) if turns else None,
        p50_ms=_percentile(buckets, 0.50),
        p99_ms=_percentile(buckets, 0.99),
        seconds=round(seconds, 2),
    )


def _counters(text: str) -> dict[str, float]:
    return {f"{name}{{{labels}}}" if labels else name: float(value) for name, labels, value in _COUNTER.findall(text)}


def _buckets(before: str, after: str) -> list[tuple[float, int]]:
    was = dict(_BUCKET.findall(before))
    return [(float(bound), int(count) - int(was.get(bound, 0))) for bound, count in _BUCKET.findall(after)]


def _percentile(buckets: Sequence[tuple[float, int]], share: float) -> float | None:
    """Return the upper bound, in ms, of the bucket that holds the percentile."""
    total = buckets[-1][1] if buckets else 0
    for bound, count in buckets:
        if total and count >= share * total:
            return round(bound * 1000, 2)
    return None
