"""What was promised to whom until when: one row a promise, whose state only the functions here change."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assist.domain.promise import PromiseKind, PromiseState
from assist.store import care_tables, tables
from assist.store.sql import insert_once
from assist.store.tables import table_of

_promise = table_of(care_tables.Promise)
_conversation = table_of(tables.Conversation)
_message = table_of(tables.Message)

_AT_MOST = 200


@dataclass(frozen=True)
class PromiseRow:
    """One promise; its words are `text[word_start:word_end]` of the message, none left where both are the same.

    `ended_by` is the person who said what became of it; None where the clock or the message itself did.
    """

    id: str
    shop_id: str
    conversation_id: str
    message_id: str
    episode: int | None
    platform: str
    agent_id: str | None
    kind: PromiseKind
    word_start: int
    word_end: int
    promised_at: datetime
    due_at: datetime
    state: PromiseState = PromiseState.open
    ended_at: datetime | None = None
    ended_by: str | None = None
    late: bool = False


@dataclass(frozen=True)
class ListedPromise:
    """A promise with what a list of them shows beside it; no words where they were taken back."""

    row: PromiseRow
    customer_name: str | None
    words: str


_NAMES = tuple(field.name for field in fields(PromiseRow))


def one(session: Session, shop_id: str, promise_id: str) -> PromiseRow | None:
    query = select(_promise).where(_promise.c.id == promise_id, _promise.c.shop_id == shop_id)
    row = session.execute(query).one_or_none()
    return _read(row) if row else None


def of_conversation(session: Session, shop_id: str, conversation_id: str) -> list[PromiseRow]:
    """Return all promises of a conversation, those taken back too, in the order they were given."""
    query = select(_promise).where(_promise.c.conversation_id == conversation_id, _promise.c.shop_id == shop_id)
    return [_read(row) for row in session.execute(query.order_by(_promise.c.promised_at, _promise.c.id))]


def listed(session: Session, shop_id: str, state: PromiseState, *, agent_id: str | None = None) -> list[ListedPromise]:
    """Return a shop's promises in one state, due first; the 200 due soonest of open ones, else the 200 due last."""
    query = _with_names().where(_promise.c.shop_id == shop_id, _promise.c.state == state.value)
    if agent_id is not None:
        query = query.where(_promise.c.agent_id == agent_id)
    soonest = state is PromiseState.open
    by_due = (_promise.c.due_at, _promise.c.id) if soonest else (_promise.c.due_at.desc(), _promise.c.id.desc())
    found = [_listed(row) for row in session.execute(query.order_by(*by_due).limit(_AT_MOST))]
    return found if soonest else found[::-1]


def listed_in(session: Session, shop_id: str, conversation_id: str) -> list[ListedPromise]:
    """Return a conversation's promises that are open or were missed, due first."""
    shown = [PromiseState.open.value, PromiseState.missed.value]
    query = _with_names().where(
        _promise.c.shop_id == shop_id, _promise.c.conversation_id == conversation_id, _promise.c.state.in_(shown)
    )
    return [_listed(row) for row in session.execute(query.order_by(_promise.c.due_at, _promise.c.id))]


def one_listed(session: Session, shop_id: str, promise_id: str) -> ListedPromise | None:
    query = _with_names().where(_promise.c.shop_id == shop_id, _promise.c.id == promise_id)
    row = session.execute(query).one_or_none()
    return _listed(row) if row else None


def insert(session: Session, row: PromiseRow) -> bool:
    """Keep a new promise; False when it is there already."""
    return insert_once(session, _promise, {name: _plain(getattr(row, name)) for name in _NAMES})


def move(
    session: Session, row: PromiseRow, from_states: Iterable[PromiseState], to_state: PromiseState, **values: Any
) -> PromiseRow | None:
    """Change the state, and other columns with it, if it is one of `from_states` now; return the row as it is then."""
    statement = (
        update(_promise)
        .where(_promise.c.id == row.id, _promise.c.state.in_([state.value for state in from_states]))
        .values(state=to_state.value, **values)
        .returning(_promise)
    )
    changed = session.execute(statement).one_or_none()
    return _read(changed) if changed else None


def forget_words(session: Session, row: PromiseRow) -> None:
    """Point at no words any more: the message says something else there."""
    session.execute(update(_promise).where(_promise.c.id == row.id).values(word_end=_promise.c.word_start))


def _with_names() -> Any:
    return (
        select(_promise, _conversation.c.customer_name, _message.c.text, _message.c.recalled)
        .join(_conversation, _conversation.c.id == _promise.c.conversation_id)
        .outerjoin(_message, _message.c.id == _promise.c.message_id)
    )


def _listed(row: Any) -> ListedPromise:
    words = "" if row.text is None or row.recalled else row.text[row.word_start : row.word_end]
    return ListedPromise(row=_read(row), customer_name=row.customer_name, words=words)


def _read(row: Any) -> PromiseRow:
    values = {name: getattr(row, name) for name in _NAMES}
    values["kind"] = PromiseKind(row.kind)
    values["state"] = PromiseState(row.state)
    return PromiseRow(**values)


def _plain(value: Any) -> Any:
    """Return an enum's word: drivers store strings."""
    return value.value if isinstance(value, PromiseKind | PromiseState) else value
