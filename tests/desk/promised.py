"""A desk where agents promise: a few phrases whose times are plain, what the ledger holds, and the clock's tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assist.contract import MessageReceived
from assist.desk import follow_promises
from assist.desk.end_promise import end_promise
from assist.desk.promise_tasks import promise_handlers
from assist.desk.tasks import Tasks
from assist.domain.library import Entry
from assist.domain.people import Caller
from assist.domain.promise import Commitment, Due, PromiseKind, PromisePolicy, PromiseState
from assist.domain.topic import Span
from assist.store.queries import promises
from assist.store.queries.promises import PromiseRow
from tests.conftest import NOW
from tests.desk.shop import SHOP, Desk, caller, conversation_of, message_of, policy, replaced, said, small_library

PHRASES = {
    "两小时内回复您": (PromiseKind.reply, Due(within=timedelta(hours=2))),
    "一小时内回复您": (PromiseKind.reply, Due(within=timedelta(hours=1))),
    "半小时后回复您": (PromiseKind.reply, Due(within=timedelta(minutes=30), exact=True)),
    "稍后回复您": (PromiseKind.reply, None),
    "今天给您补发": (PromiseKind.reship, Due(days_on=0)),
    "明天给您补发": (PromiseKind.reship, Due(days_on=1)),
    "后天给您补发": (PromiseKind.reship, Due(days_on=2)),
    "一年内给您补发": (PromiseKind.reship, Due(within=timedelta(days=365))),
    "保证新鲜": (PromiseKind.freshness, None),
}
"""What is promised by which words here; how words are read is tested where they are read."""

SAID = NOW - timedelta(minutes=10)
"""When the first promise is given, unless a test says otherwise: 16:50 in the shop's zone."""


def read_phrases(text: str, now: datetime, timezone: str) -> tuple[Commitment, ...]:
    found = [(text.find(phrase), phrase, *told) for phrase, told in PHRASES.items() if phrase in text]
    return tuple(
        Commitment(kind=kind, words=Span(start=start, end=start + len(phrase)), due=due)
        for start, phrase, kind, due in sorted(found, key=lambda one: one[0])
    )


def phrase_due(one: Commitment, rules: PromisePolicy, said_at: datetime, timezone: str) -> datetime | None:
    if one.kind not in rules.follow_up:
        return None
    if one.due is None:
        return said_at + timedelta(hours=rules.follow_up[one.kind])
    if one.due.within is not None:
        return said_at + one.due.within
    zone = ZoneInfo(timezone)
    day = said_at.astimezone(zone).date() + timedelta(days=(one.due.days_on or 0) + 1)
    return datetime.combine(day, time(), zone).astimezone(NOW.tzinfo)


def follow_phrases(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Desk:
    """Let a desk follow those phrases, with ten minutes' notice."""
    monkeypatch.setattr(follow_promises, "read_commitments", read_phrases)
    monkeypatch.setattr(follow_promises, "due_at", phrase_due)
    desk.publish(replaced(small_library(), promise_policy()))
    return desk


def promise_policy() -> Entry:
    return policy("promises", {"follow_up": {"reply": 2, "reship": 24}, "remind_before_minutes": 10})


def promise(text: str, ref: str = "a1", *, after: float = 0) -> MessageReceived:
    """An agent's message, some minutes after the first."""
    return said(ref, text, SAID + timedelta(minutes=after), role="agent")


@dataclass(frozen=True)
class Standing:
    """What a reader of the ledger sees of a promise, in minutes after the first message."""

    ref: str
    kind: str
    due: float
    state: str = "open"


def ledger(desk: Desk, c: str = "c1", refs: Sequence[str] = ("a1", "a2", "a3", "a4")) -> list[Standing]:
    """Return the promises of a conversation, those left out that its own messages took back."""
    ref_of = {message_of(ref, c): ref for ref in refs}
    found = [
        Standing(ref_of[row.message_id], row.kind.value, (row.due_at - SAID) / timedelta(minutes=1), row.state.value)
        for row in rows(desk, c)
        if row.state is not PromiseState.dismissed or row.ended_by is not None
    ]
    return sorted(found, key=lambda one: (one.ref, one.due))


def rows(desk: Desk, c: str = "c1") -> list[PromiseRow]:
    with desk.database.reader() as session:
        return promises.of_conversation(session, SHOP, conversation_of(c))


def mark(desk: Desk, row: PromiseRow, state: PromiseState, by: Caller | None = None) -> PromiseRow:
    return desk.writer.submit(end_promise(by or caller(), row.id, state, desk.clock())).result()


def run_tasks(desk: Desk) -> int:
    """Run what is due about promises now; return how many tasks there were."""
    return Tasks(desk.writer, desk.clock, "p1", promise_handlers(desk.writer, desk.clock)).work()
