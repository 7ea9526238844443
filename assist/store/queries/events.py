"""The append-only log: append once, read in order."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.store import tables
from assist.store.sql import insert_new, insert_once
from assist.store.tables import table_of

_event = table_of(tables.Event)
_FIELDS = tuple(name for name in Event.model_fields if name not in ("kind", "payload"))


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
    query = select(_event).where(
        _event.c.shop_id == shop_id,
        _event.c.kind.in_([kind.value for kind in kinds]),
        _event.c.at >= start,
        _event.c.at < end,
    )
    return [_read(row) for row in session.execute(query.order_by(_event.c.id))]


def of_conversations(
    session: Session, shop_id: str, kinds: Iterable[EventKind], conversation_ids: Sequence[str]
) -> Iterator[Event]:
    """Yield events of some conversations in the order they were appended, in slices of 500 ids."""
    wanted = [kind.value for kind in kinds]
    for start in range(0, len(conversation_ids), 500):
        query = select(_event).where(
            _event.c.shop_id == shop_id,
            _event.c.kind.in_(wanted),
            _event.c.conversation_id.in_(conversation_ids[start : start + 500]),
        )
        for row in session.execute(query.order_by(_event.c.id)):
            yield _read(row)


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


def _values(event: Event) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(event, name) for name in _FIELDS}
    values["kind"] = event.kind.value
    values["payload"] = json.dumps(dict(event.payload), ensure_ascii=False, sort_keys=True)
    return values


def _read(row: Any) -> Event:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Event(kind=EventKind(row.kind), payload=json.loads(row.payload), **values)
