"""What was delivered, and which conversation's rows to work on next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from assist.store.sql import database_now, insert_into
from assist.store.tables import Inbox, Lane, table_of

LEASE = timedelta(seconds=10)
MAX_ATTEMPTS = 3
_LOOK_AHEAD = 400

_inbox = table_of(Inbox)
_lane = table_of(Lane)


@dataclass(frozen=True)
class NewRow:
    """One event to keep. `raw` stands on the first row of its request."""

    shop_id: str
    adapter: str
    account: str
    event_ref: str
    lane_id: str
    kind: str
    body: str
    raw: bytes | None
    raw_digest: str
    received_at: datetime
    state: str = "pending"
    error: str | None = None


@dataclass(frozen=True)
class Kept:
    """How many rows were new, how many were there already, how many of those said something else."""

    new: int
    duplicates: int
    conflicts: int


@dataclass(frozen=True)
class PendingRow:
    id: int
    kind: str
    body: str
    received_at: datetime


@dataclass(frozen=True)
class ClaimedLane:
    """A conversation's unhandled rows in order of arrival, ours until the lease runs out."""

    lane_id: str
    shop_id: str
    adapter: str
    account: str
    rows: tuple[PendingRow, ...]


def keep(session: Session, requests: Sequence[Sequence[NewRow]]) -> list[Kept]:
    """Insert the rows of many requests once each, in one statement; return what became of each request.

    The first body of an event wins, within the batch too; a differing second is counted on its row.
    """
    first: dict[_Key, NewRow] = {}
    for rows in requests:
        for row in rows:
            first.setdefault(_key(row), row)
    new = _insert(session, list(first.values()))
    kept: list[Kept] = []
    for rows in requests:
        fresh = [row for row in rows if first[_key(row)] is row and _key(row) in new]
        repeated = [row for row in rows if not any(row is one for one in fresh)]
        conflicts = sum(_count_conflict(session, row) for row in repeated)
        kept.append(Kept(new=len(fresh), duplicates=len(repeated), conflicts=conflicts))
    return kept


_Key = tuple[str, str, str, str]


def _key(row: NewRow) -> _Key:
    return row.shop_id, row.adapter, row.account, row.event_ref


def _insert(session: Session, rows: Sequence[NewRow]) -> set[_Key]:
    """Return the keys that were not there; RETURNING tells them on both databases."""
    columns = (_inbox.c.shop_id, _inbox.c.adapter, _inbox.c.account, _inbox.c.event_ref)
    statement = insert_into(session, _inbox).on_conflict_do_nothing().returning(*columns)
    values = [{**row.__dict__, "attempts": 0, "conflicts": 0} for row in rows]
    inserted = session.connection().execute(statement, values)
    return {(row.shop_id, row.adapter, row.account, row.event_ref) for row in inserted}


def _count_conflict(session: Session, row: NewRow) -> int:
    result = session.execute(
        update(_inbox)
        .where(
            _inbox.c.shop_id == row.shop_id,
            _inbox.c.adapter == row.adapter,
            _inbox.c.account == row.account,
            _inbox.c.event_ref == row.event_ref,
            _inbox.c.raw_digest != row.raw_digest,
        )
        .values(conflicts=_inbox.c.conflicts + 1)
    )
    return int(getattr(result, "rowcount", 0))


def claim_lanes(session: Session, owner: str, limit: int) -> list[ClaimedLane]:
    """Lease up to `limit` lanes, oldest rows first, their attempts counted before any work.

    A lane that failed before gives one row at a time, so that a poisonous one is found and set aside.
    """
    now = database_now(session)
    ahead = select(_inbox.c.lane_id, _inbox.c.shop_id).where(_inbox.c.state == "pending")
    oldest = session.execute(ahead.order_by(_inbox.c.id).limit(_LOOK_AHEAD)).all()
    wanted = list(dict.fromkeys((str(lane_id), str(shop_id)) for lane_id, shop_id in oldest))
    if not wanted:
        return []
    busy = _busy(session, [lane_id for lane_id, _ in wanted], now)
    # One order for every process: two that lease the same lanes must not wait for each other.
    free = sorted(lane for lane in wanted if lane[0] not in busy)[:limit] if busy else sorted(wanted[:limit])
    if not free:
        return []
    attempts = _lease(session, free, owner, now)
    rows = _pending(session, list(attempts))
    given = [lane for lane_id in attempts if (lane := _lane_of(session, rows.get(lane_id, []), attempts[lane_id]))]
    for lane_id in attempts.keys() - {lane.lane_id for lane in given}:
        free_lane(session, lane_id)  # nothing is left in it: its next message must not wait for our lease
    return given


def _busy(session: Session, lane_ids: list[str], now: datetime) -> set[str]:
    held = select(_lane.c.lane_id).where(_lane.c.lane_id.in_(lane_ids), _lane.c.lease_until > now)
    return {str(lane_id) for (lane_id,) in session.execute(held)}


def _lease(session: Session, lanes: list[tuple[str, str]], owner: str, now: datetime) -> dict[str, int]:
    insert = insert_into(session, _lane).values(
        [
            {
                "lane_id": lane_id,
                "shop_id": shop_id,
                "lease_owner": owner,
                "lease_until": now + LEASE,
                "attempts": 1,
            }
            for lane_id, shop_id in lanes
        ]
    )
    leased = insert.on_conflict_do_update(
        index_elements=[_lane.c.lane_id],
        set_={"lease_owner": owner, "lease_until": now + LEASE, "attempts": _lane.c.attempts + 1},
        where=or_(_lane.c.lease_until.is_(None), _lane.c.lease_until <= now),
    ).returning(_lane.c.lane_id, _lane.c.attempts)
    return {str(row.lane_id): int(row.attempts) for row in session.execute(leased)}


def _pending(session: Session, lane_ids: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    columns = (
        _inbox.c.id,
        _inbox.c.lane_id,
        _inbox.c.shop_id,
        _inbox.c.adapter,
        _inbox.c.account,
        _inbox.c.kind,
        _inbox.c.body,
        _inbox.c.received_at,
        _inbox.c.attempts,
    )
    waiting = select(*columns).where(_inbox.c.lane_id.in_(lane_ids), _inbox.c.state == "pending")
    for row in session.execute(waiting.order_by(_inbox.c.id)):
        found.setdefault(str(row.lane_id), []).append(row)
    return found


def _lane_of(session: Session, rows: list[Any], attempts: int) -> ClaimedLane | None:
    if attempts > 1:
        rows = _singly(session, rows)
    if not rows:
        return None
    first = rows[0]
    return ClaimedLane(
        lane_id=first.lane_id,
        shop_id=first.shop_id,
        adapter=first.adapter,
        account=first.account,
        rows=tuple(PendingRow(row.id, row.kind, row.body, row.received_at) for row in rows),
    )


def _singly(session: Session, rows: list[Any]) -> list[Any]:
    """Return the first row that may still be tried, its attempt counted; set aside those tried enough."""
    for row in rows:
        # Its lane failed as a whole once before: that was its first try.
        if row.attempts < MAX_ATTEMPTS - 1:
            session.execute(update(_inbox).where(_inbox.c.id == row.id).values(attempts=_inbox.c.attempts + 1))
            return [row]
        session.execute(
            update(_inbox)
            .where(_inbox.c.id == row.id)
            .values(state="dead", error=func.coalesce(_inbox.c.error, "failed on every attempt"))
        )
    return []


def claim_lane(session: Session, owner: str, shop_id: str, lane_id: str) -> bool:
    """Lease one lane to work on it without new rows; False while another holds it."""
    return lane_id in _lease(session, [(lane_id, shop_id)], owner, database_now(session))


def free_lane(session: Session, lane_id: str) -> None:
    free = {"lease_owner": None, "lease_until": None, "attempts": 0}
    session.execute(update(_lane).where(_lane.c.lane_id == lane_id).values(free))


def finish(session: Session, lane: ClaimedLane) -> None:
    """Mark a lane's rows done and give the lane back."""
    ids = [row.id for row in lane.rows]
    session.execute(update(_inbox).where(_inbox.c.id.in_(ids)).values(state="done"))
    session.execute(
        update(_lane).where(_lane.c.lane_id == lane.lane_id).values(lease_owner=None, lease_until=None, attempts=0)
    )


def give_back(session: Session, lane: ClaimedLane, error: str) -> None:
    """After a failure: free the lane, keep its attempts, and note what went wrong on its first row."""
    session.execute(update(_lane).where(_lane.c.lane_id == lane.lane_id).values(lease_owner=None, lease_until=None))
    session.execute(update(_inbox).where(_inbox.c.id == lane.rows[0].id).values(error=error[:500]))


def free_leases(session: Session) -> None:
    """Forget every lease: only right where no other process can hold one (SQLite's single writer)."""
    session.execute(update(_lane).values(lease_owner=None, lease_until=None))


def count_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(_inbox.c.state, func.count()).group_by(_inbox.c.state))
    return {str(state): int(count) for state, count in rows}


def waiting(session: Session) -> int:
    pending = select(func.count()).select_from(_inbox).where(_inbox.c.state == "pending")
    return int(session.execute(pending).scalar_one())
