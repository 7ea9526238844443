"""The append-only log: append once, read in order."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import JsonValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.store import tables
from assist.store.sql import insert_new, insert_once, not_looked_up
from assist.store.tables import table_of

_event = table_of(tables.Event)
_FIELDS = tuple(name for name in Event.model_fields if name not in ("kind", "payload"))
_KINDS = {kind.value: kind for kind in EventKind}
_AT_ONCE = 500
"""So many rows are fetched together: one by one takes twice as long."""


class Logged(NamedTuple):
    """A line of a shop's log as it is counted: an Event without the checks that it passed before it was appended.

    A week of a large shop is half a million of them, and to check one takes ten times as long as to read it.
    """

    key: str
    kind: EventKind
    at: datetime
    conversation_id: str | None
    episode: int | None
    turn_id: str | None
    message_id: str | None
    suggestion_id: str | None
    agent_id: str | None
    level: str | None
    team: str | None
    platform: str | None
    category: str | None
    subject_key: str | None
    n: int
    payload: Mapping[str, JsonValue]


_logged = select(*(_event.c[name] for name in Logged._fields))


def append(session: Session, events: Sequence[Event]) -> None:
    """Append facts that are not there yet."""
    insert_new(session, _event, [_values(event) for event in events])


def append_once(session: Session, event: Event) -> bool:
    """Append one fact; return whether it is new."""
    return insert_once(session, _event, _values(event))


def by_key(session: Session, shop_id: str, key: str) -> Event | None:
    row = session.execute(select(_event).where(_event.c.shop_id == shop_id, _event.c.key == key)).one_or_none()
    return _read(row) if row else None


def in_window(
    session: Session, shop_id: str, kinds: Iterable[EventKind], start: datetime, end: datetime
) -> list[Event]:
    """Return a shop's events of some kinds with start <= at < end, in the order they were appended."""
    return [_checked(shop_id, line) for line in logged(session, shop_id, kinds, start, end)]


def of_conversations(
    session: Session, shop_id: str, kinds: Iterable[EventKind], conversation_ids: Sequence[str]
) -> Iterator[Event]:
    """Yield events of some conversations in the order they were appended, in slices of 500 ids."""
    for line in logged_of(session, shop_id, kinds, conversation_ids):
        yield _checked(shop_id, line)


def logged(
    session: Session,
    shop_id: str,
    kinds: Iterable[EventKind],
    start: datetime,
    end: datetime,
    *,
    saying: Mapping[str, JsonValue] | None = None,
) -> Iterator[Logged]:
    """Yield what `in_window` returns, to be counted; with `saying`, what holds this at the top of its payload."""
    query = _within(_logged, shop_id, kinds, start, end)
    told = (saying or {}).items()
    for one in told:
        # Payloads are kept as `_values` writes them: most of what does not say so is never fetched.
        query = query.where(_event.c.payload.contains(_json(dict([one]))[1:-1], autoescape=True))
    for line in _lines(session, query):
        if all(line.payload.get(name) == value for name, value in told):
            yield line


def logged_of(
    session: Session, shop_id: str, kinds: Iterable[EventKind], conversation_ids: Sequence[str]
) -> Iterator[Logged]:
    """Yield what `of_conversations` does, to be counted."""
    wanted = [kind.value for kind in kinds]
    for start in range(0, len(conversation_ids), 500):
        # SQLite would rather go through all there ever was of these kinds, once for each slice.
        query = _logged.where(
            not_looked_up(_event.c.shop_id) == shop_id,
            not_looked_up(_event.c.kind).in_(wanted),
            _event.c.conversation_id.in_(conversation_ids[start : start + 500]),
        )
        yield from _lines(session, query)


def conversations_with(session: Session, shop_id: str, kind: EventKind, start: datetime, end: datetime) -> list[str]:
    """Return the conversations that the window holds an event of a kind of, sorted."""
    query = _within(select(_event.c.conversation_id).distinct(), shop_id, [kind], start, end)
    return sorted(session.execute(query.where(_event.c.conversation_id.is_not(None))).scalars())


def first_at(session: Session, shop_id: str, kind: EventKind) -> datetime | None:
    """Return when a shop's log tells of something for the first time."""
    query = select(func.min(_event.c.at)).where(_event.c.shop_id == shop_id, _event.c.kind == kind.value)
    return session.execute(query).scalar_one_or_none()


def first_of_subjects(
    session: Session, shop_id: str, kind: EventKind, of: EventKind, start: datetime, end: datetime
) -> dict[str, datetime]:
    """Return when something of `kind` first happened to each customer of whom the window holds an event of `of`."""
    there = select(_event.c.subject_key).where(
        _event.c.shop_id == shop_id,
        _event.c.kind == of.value,
        _event.c.at >= start,
        _event.c.at < end,
        _event.c.subject_key.is_not(None),
    )
    query = (
        select(_event.c.subject_key, func.min(_event.c.at).label("first_at"))
        .where(_event.c.shop_id == shop_id, _event.c.kind == kind.value, _event.c.subject_key.in_(there))
        .group_by(_event.c.subject_key)
    )
    return {row.subject_key: row.first_at for row in session.execute(query)}


def of_suggestion(session: Session, shop_id: str, conversation_id: str, suggestion_id: str) -> list[Event]:
    """Return everything the log tells of one suggestion of a conversation, in the order it was appended."""
    query = select(_event).where(
        _event.c.shop_id == shop_id,
        _event.c.conversation_id == conversation_id,
        _event.c.suggestion_id == suggestion_id,
    )
    return [_read(row) for row in session.execute(query.order_by(_event.c.id))]


def steps_of_turns(session: Session, turn_ids: Iterable[str], kinds: Iterable[EventKind]) -> list[Event]:
    """Return the steps agents took in some turns, in order."""
    turns = list(turn_ids)
    if not turns:
        return []
    query = select(_event).where(_event.c.turn_id.in_(turns), _event.c.kind.in_([kind.value for kind in kinds]))
    return [_read(row) for row in session.execute(query.order_by(_event.c.id))]


def newest_id(session: Session) -> int:
    return int(session.execute(select(func.max(_event.c.id))).scalar() or 0)


def count(session: Session, shop_id: str, kind: EventKind) -> int:
    query = select(func.count()).select_from(_event)
    return int(session.execute(query.where(_event.c.shop_id == shop_id, _event.c.kind == kind.value)).scalar_one())


def _within(
    query: Select[Any], shop_id: str, kinds: Iterable[EventKind], start: datetime, end: datetime
) -> Select[Any]:
    return query.where(
        _event.c.shop_id == shop_id,
        _event.c.kind.in_([kind.value for kind in kinds]),
        _event.c.at >= start,
        _event.c.at < end,
    )


def _lines(session: Session, query: Select[Any]) -> Iterator[Logged]:
    for rows in session.execute(query.order_by(_event.c.id)).partitions(_AT_ONCE):
        yield from map(_line, rows)


def _line(row: Sequence[Any]) -> Logged:
    key, kind, *said, payload = row
    return Logged._make((key, _KINDS[kind], *said, _parsed(payload)))


@lru_cache(maxsize=4096)
def _parsed(payload: str) -> Mapping[str, JsonValue]:
    """Most lines of a log say the same as another one: who wrote, and that it was no small talk."""
    return json.loads(payload)


def _json(payload: Mapping[str, JsonValue]) -> str:
    return json.dumps(dict(payload), ensure_ascii=False, sort_keys=True)


def _checked(shop_id: str, line: Logged) -> Event:
    return Event(shop_id=shop_id, **line._asdict())


def _values(event: Event) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(event, name) for name in _FIELDS}
    values["kind"] = event.kind.value
    values["payload"] = _json(event.payload)
    return values


def _read(row: Any) -> Event:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Event(kind=EventKind(row.kind), payload=json.loads(row.payload), **values)
