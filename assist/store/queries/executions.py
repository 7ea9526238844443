"""Which remedies are to be carried out or asked about now, and who does it?

A claim is a lease by the database's clock and the next number in `attempts`: whoever ends a remedy names that number,
and one who was too slow and whose remedy another has claimed since ends nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, not_, or_, select, update
from sqlalchemy.orm import Session

from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import RemedyKind
from assist.store import remedy_tables
from assist.store.sql import database_now
from assist.store.tables import table_of

from . import money, remedies
from .remedies import RemedyRow

LEASE = timedelta(seconds=10)

Lane = tuple[str, str]
"""(adapter, account): one platform's answers are waited for apart from all others'."""

_remedy = table_of(remedy_tables.Remedy)
_complaint = table_of(remedy_tables.Complaint)

_UNDER_WAY = (RemedyState.executing.value, RemedyState.unknown.value)
_LOOK_AHEAD = 200


@dataclass(frozen=True)
class Due:
    """A remedy that nobody works on and somebody should. `attempts` is how it was seen."""

    id: str
    shop_id: str
    lane: Lane
    kind: RemedyKind
    state: RemedyState
    attempts: int
    unknown_since: datetime | None


def due(session: Session, now: datetime, running: Mapping[Lane, int], *, at_most: int, per_lane: int) -> list[Due]:
    """Return what is to be done, oldest first, so that no lane has more than `per_lane` with those that are running.

    Reserved: when it may begin. Executing: when its lease ran out. Unknown: when it is time to ask. What may begin and
    be asked is by the product's clock, leases are by the database's.
    """
    free = or_(_remedy.c.lease_until.is_(None), _remedy.c.lease_until <= database_now(session))
    begins = and_(
        _remedy.c.state == RemedyState.reserved.value,
        _remedy.c.automatic,
        or_(_remedy.c.not_before.is_(None), _remedy.c.not_before <= now),
        or_(_remedy.c.next_try_at.is_(None), _remedy.c.next_try_at <= now),
    )
    asks = and_(_remedy.c.state == RemedyState.unknown.value, _remedy.c.next_try_at <= now)
    elsewhere = [
        not_(and_(_remedy.c.adapter == adapter, _remedy.c.account == account))
        for (adapter, account), count in running.items()
        if count >= per_lane
    ]
    left = _remedy.c.state == RemedyState.executing.value
    # Said first and alone, it is what the index is looked up by.
    under_way = _remedy.c.state.in_((RemedyState.reserved.value, *_UNDER_WAY))
    query = select(_remedy).where(under_way, free, or_(begins, asks, left), *elsewhere)
    found: list[Due] = []
    taken = dict(running)
    for row in session.execute(query.order_by(_remedy.c.requested_at, _remedy.c.id).limit(_LOOK_AHEAD)):
        lane = (str(row.adapter), str(row.account))
        if taken.get(lane, 0) < per_lane and len(found) < at_most:
            taken[lane] = taken.get(lane, 0) + 1
            found.append(_seen(row, lane))
    return sorted(found, key=lambda one: (one.shop_id, one.id))


def claim(session: Session, seen: Due, owner: str, state: RemedyState, **values: Any) -> RemedyRow | None:
    """Lease a remedy as it was seen and put it in `state`, the attempt counted; None when another was faster."""
    money.take_turn(session, seen.shop_id)
    now = database_now(session)
    statement = (
        update(_remedy)
        .where(
            _remedy.c.id == seen.id,
            _remedy.c.state == seen.state.value,
            _remedy.c.attempts == seen.attempts,
            or_(_remedy.c.lease_until.is_(None), _remedy.c.lease_until <= now),
        )
        .values(
            state=state.value,
            lease_owner=owner,
            lease_until=now + LEASE,
            attempts=seen.attempts + 1,
            **values,
        )
        .returning(_remedy.c.id)
    )
    return _as_it_is(session, seen.shop_id, seen.id) if session.execute(statement).first() else None


def go_on(session: Session, row: RemedyRow, state: RemedyState, **values: Any) -> RemedyRow | None:
    """Keep one's claim for another try: a new lease, the next number. None when it is one's own no longer."""
    money.take_turn(session, row.shop_id)
    renewed = {"lease_until": database_now(session) + LEASE, "attempts": row.attempts + 1}
    changed = _change(session, row, {"state": state.value, **renewed, **values}, fenced=True)
    return _as_it_is(session, row.shop_id, row.id) if changed else None


def end(session: Session, row: RemedyRow, state: RemedyState, *, fenced: bool = True, **values: Any) -> bool:
    """Give a claim back with what became of it; whether it was still ours to say.

    Without `fenced` it is enough that the remedy is still under way: what has happened is true whoever tells it.
    """
    money.take_turn(session, row.shop_id)
    given_back = {"state": state.value, "lease_owner": None, "lease_until": None}
    return _change(session, row, given_back | values, fenced=fenced)


def hand_over(session: Session, seen: Due, error: str) -> RemedyRow | None:
    """Leave a reserved remedy to people: it stays reserved, and is not due again."""
    money.take_turn(session, seen.shop_id)
    statement = (
        update(_remedy)
        .where(_remedy.c.id == seen.id, _remedy.c.state == seen.state.value, _remedy.c.attempts == seen.attempts)
        .values(automatic=False, error=error)
        .returning(_remedy.c.id)
    )
    return _as_it_is(session, seen.shop_id, seen.id) if session.execute(statement).first() else None


def settle_complaint(session: Session, row: RemedyRow, now: datetime) -> None:
    """Say that a complaint is settled, unless another remedy of it is still on its way."""
    on_its_way = ("pending_approval", "reserved", *_UNDER_WAY)
    waiting = select(_remedy.c.id).where(_remedy.c.complaint_id == row.complaint_id, _remedy.c.state.in_(on_its_way))
    settled = update(_complaint).where(_complaint.c.id == row.complaint_id, not_(waiting.exists()))
    session.execute(settled.values(state="settled", updated_at=now))


def free_leases(session: Session) -> None:
    """Forget every lease: only right where no other process can hold one (SQLite's single writer)."""
    under_way = _remedy.c.state.in_(_UNDER_WAY)
    session.execute(update(_remedy).where(under_way).values(lease_owner=None, lease_until=None))


def _seen(row: Any, lane: Lane) -> Due:
    return Due(
        id=row.id,
        shop_id=row.shop_id,
        lane=lane,
        kind=RemedyKind(row.kind),
        state=RemedyState(row.state),
        attempts=row.attempts,
        unknown_since=row.unknown_since,
    )


def _change(session: Session, row: RemedyRow, values: dict[str, Any], *, fenced: bool) -> bool:
    statement = update(_remedy).where(_remedy.c.id == row.id, _remedy.c.state.in_(_UNDER_WAY))
    if fenced:
        statement = statement.where(_remedy.c.attempts == row.attempts)
    return session.execute(statement.values(**values).returning(_remedy.c.id)).first() is not None


def _as_it_is(session: Session, shop_id: str, remedy_id: str) -> RemedyRow:
    found = remedies.one(session, shop_id, remedy_id)
    assert found is not None
    return found
