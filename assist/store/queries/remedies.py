"""What was asked for, granted and given: one row a remedy, whose state only `move` changes."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assist.domain.people import AgentRole
from assist.domain.remedy import ACTIVE, RemedyState
from assist.domain.remedy_policy import RemedyKind
from assist.store import remedy_tables, tables
from assist.store.sql import insert_once
from assist.store.tables import table_of

_remedy = table_of(remedy_tables.Remedy)
_shop = table_of(tables.Shop)

_ACTIVE = sorted(state.value for state in ACTIVE)
_AT_MOST = 200


@dataclass(frozen=True)
class RemedyRow:
    """One remedy. `id` is the idempotency key of its execution, `decision` the JSON of what was decided.

    `needs` is who may grant it, `automatic` that the program may carry it out, `confirmed_at` when the platform's
    own news of the money was matched with it.
    """

    id: str
    shop_id: str
    complaint_id: str
    line_ref: str
    order_ref: str
    conversation_id: str
    turn_id: str
    suggestion_id: str | None
    adapter: str
    account: str
    customer_ref: str
    customer_key: str | None
    kind: RemedyKind
    rule: str
    rung: str
    amount_fen: int
    needs: AgentRole
    state: RemedyState
    library_number: int
    decision: str
    requested_by: str
    requested_at: datetime
    category: str = ""
    issue: str = ""
    severity: str = ""
    automatic: bool = False
    pay_first: bool = False
    budget_day: str = ""
    approved_by: str | None = None
    approved_at: datetime | None = None
    reason: str = ""
    expires_at: datetime | None = None
    not_before: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    next_try_at: datetime | None = None
    attempts: int = 0
    called_at: datetime | None = None
    unknown_since: datetime | None = None
    outcome_ref: str | None = None
    error: str | None = None
    ended_at: datetime | None = None
    confirmed_at: datetime | None = None
    follow_up_at: datetime | None = None
    followed_up_by: str | None = None
    followed_up_at: datetime | None = None
    finding: str = ""


_NAMES = tuple(field.name for field in fields(RemedyRow))


def one(session: Session, shop_id: str, remedy_id: str) -> RemedyRow | None:
    found = _all(session, _remedy.c.shop_id == shop_id, _remedy.c.id == remedy_id)
    return found[0] if found else None


def active_for(session: Session, shop_id: str, complaint_id: str, line_ref: str) -> RemedyRow | None:
    """Return the one remedy of a complaint's order line that waits, runs or was given."""
    found = _all(
        session,
        _remedy.c.shop_id == shop_id,
        _remedy.c.complaint_id == complaint_id,
        _remedy.c.line_ref == line_ref,
        _remedy.c.state.in_(_ACTIVE),
    )
    return found[0] if found else None


def insert(session: Session, row: RemedyRow) -> bool:
    """Keep a new remedy; False when its id, or its complaint's order line, has one already."""
    return insert_once(session, _remedy, {name: _plain(getattr(row, name)) for name in _NAMES})


def move(
    session: Session,
    remedy_id: str,
    from_states: Iterable[RemedyState],
    to_state: RemedyState,
    **values: Any,
) -> bool:
    """Change the state, and other columns with it, if it is one of `from_states` now; whether it was."""
    _take_turn(session, remedy_id)
    changed = {name: _plain(value) for name, value in values.items()}
    statement = (
        update(_remedy)
        .where(_remedy.c.id == remedy_id, _remedy.c.state.in_([state.value for state in from_states]))
        .values(state=to_state.value, **changed)
        .returning(_remedy.c.id)
    )
    return session.execute(statement).first() is not None


def of_conversation(session: Session, shop_id: str, conversation_id: str) -> list[RemedyRow]:
    """Return a conversation's remedies, newest first."""
    return _all(session, _remedy.c.shop_id == shop_id, _remedy.c.conversation_id == conversation_id)


def of_complaint(session: Session, shop_id: str, complaint_id: str) -> list[RemedyRow]:
    return _all(session, _remedy.c.shop_id == shop_id, _remedy.c.complaint_id == complaint_id)


def of_order(session: Session, shop_id: str, order_ref: str) -> list[RemedyRow]:
    return _all(session, _remedy.c.shop_id == shop_id, _remedy.c.order_ref == order_ref)


def in_state(session: Session, shop_id: str, state: RemedyState | None = None) -> list[RemedyRow]:
    """Return a shop's newest remedies, of one state or of any."""
    states = () if state is None else (_remedy.c.state == state.value,)
    return _all(session, _remedy.c.shop_id == shop_id, *states, limit=_AT_MOST)


def waiting_for_approval(session: Session, shop_id: str, now: datetime) -> list[RemedyRow]:
    """Return what waits for somebody's word and has not expired, newest first."""
    return _all(
        session,
        _remedy.c.shop_id == shop_id,
        _remedy.c.state == RemedyState.pending_approval.value,
        _remedy.c.expires_at > now,
    )


def follow_ups_due(session: Session, shop_id: str, now: datetime) -> list[RemedyRow]:
    """Return what was paid first and is to be looked into by now."""
    return _all(
        session,
        _remedy.c.shop_id == shop_id,
        _remedy.c.state.in_(_ACTIVE),
        _remedy.c.follow_up_at <= now,
        _remedy.c.followed_up_at.is_(None),
    )


def _take_turn(session: Session, remedy_id: str) -> None:
    """Wait for the shop's turn to move money before its rows are locked: see `money.take_turn`."""
    shop = select(_remedy.c.shop_id).where(_remedy.c.id == remedy_id).scalar_subquery()
    session.execute(select(_shop.c.id).where(_shop.c.id == shop).with_for_update(key_share=True))


def _all(session: Session, *where: Any, limit: int | None = None) -> list[RemedyRow]:
    query = select(_remedy).where(*where).order_by(_remedy.c.requested_at.desc(), _remedy.c.id).limit(limit)
    return [_read(row) for row in session.execute(query)]


def _read(row: Any) -> RemedyRow:
    values = {name: getattr(row, name) for name in _NAMES}
    values["kind"] = RemedyKind(row.kind)
    values["needs"] = AgentRole(row.needs)
    values["state"] = RemedyState(row.state)
    return RemedyRow(**values)


def _plain(value: Any) -> Any:
    """Return an enum's word: drivers store strings."""
    return value.value if isinstance(value, RemedyKind | AgentRole | RemedyState) else value
