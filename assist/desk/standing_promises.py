"""Which promises stand when the same is promised twice?

A fold over a conversation's promises in order of saying, so the order in which messages arrive never matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assist.domain.promise import Due, PromiseKind
from assist.domain.topic import Span
from assist.store.queries.promises import PromiseRow


@dataclass(frozen=True)
class SaidPromise:
    """A promise as a sent message says it. `terms` are its own words on when; `received_at` is when we knew of it."""

    id: str
    message_id: str
    message_ref: str
    agent_id: str | None
    kind: PromiseKind
    words: Span
    terms: Due | None
    promised_at: datetime
    received_at: datetime
    due_at: datetime


@dataclass
class _Held:
    """A promise that stands so far; a row whose end is known (`settled`) stays as it is."""

    kind: PromiseKind
    message_id: str
    due_at: datetime
    terms: Due | None
    ended_at: datetime | None
    settled: bool
    said: SaidPromise | None


def standing(said: Sequence[SaidPromise], settled: Sequence[PromiseRow]) -> list[SaidPromise]:
    """Return what is promised and open, each with the earliest time it is due; a repetition is no promise of its own.

    A promise of the same kind is a repetition while the first is not due yet and nobody has said what became of it,
    if it is due no later, or says the same length of time again (再说一遍"2小时内"). One that is due later in other
    words (明天, then 后天) is another promise. `settled` are rows that a person ended or whose time is over: they
    stand as they are, whatever their message says now.
    """
    rows = {row.id: row for row in settled}
    held: list[_Held] = []
    terms = {one.id: one.terms for one in said if one.id in rows}
    items: list[SaidPromise | PromiseRow] = [*settled, *(one for one in said if one.id not in rows)]
    for item in sorted(items, key=_order):
        if isinstance(item, PromiseRow):
            held.append(_settled(item, terms.get(item.id)))
        elif (first := next((one for one in held if _repeats(item, one)), None)) is not None:
            first.due_at = first.due_at if first.settled else min(first.due_at, item.due_at)
        else:
            held.append(_Held(item.kind, item.message_id, item.due_at, item.terms, None, settled=False, said=item))
    return [replace(one.said, due_at=one.due_at) for one in held if one.said is not None]


def _order(item: SaidPromise | PromiseRow) -> tuple[datetime, bool, str, int]:
    if isinstance(item, PromiseRow):
        return item.promised_at, False, item.message_id, item.word_start
    return item.promised_at, True, item.message_ref, item.words.start


def _settled(row: PromiseRow, terms: Due | None) -> _Held:
    ended_at = row.ended_at if row.ended_by is not None else None
    return _Held(row.kind, row.message_id, row.due_at, terms, ended_at, settled=True, said=None)


def _repeats(said: SaidPromise, first: _Held) -> bool:
    if said.kind is not first.kind or said.promised_at > first.due_at:
        return False
    if first.ended_at is not None and said.received_at > first.ended_at:
        return False
    # Its own words, moved by an edit: what became of it was said of them.
    moved = first.settled and first.message_id == said.message_id
    return moved or said.due_at <= first.due_at or _same_length(said.terms, first.terms)


def _same_length(terms: Due | None, first: Due | None) -> bool:
    """Is it the same time from whenever it is said? A named day or hour is another one tomorrow."""
    if terms is None or first is None:
        return terms is first
    named = terms.days_on is not None or terms.at_minute is not None or terms.closing
    return terms == first and not named
