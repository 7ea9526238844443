"""What is due, and who runs it now."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from assist.store import tables
from assist.store.sql import database_now, insert_into
from assist.store.tables import table_of

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 3

_task = table_of(tables.Task)


@dataclass(frozen=True)
class NewTask:
    """Something to do at a time: one per (shop, kind, subject)."""

    shop_id: str
    kind: str
    subject_id: str
    due_at: datetime
    payload: str = "{}"


@dataclass(frozen=True)
class DueTask:
    """A claimed task; its attempt is counted already."""

    id: int
    shop_id: str
    kind: str
    subject_id: str
    payload: dict[str, Any]
    due_at: datetime
    attempts: int


def plan(session: Session, task: NewTask) -> None:
    """Plan a task; one that waits already for the same subject moves to the new time."""
    statement = insert_into(session, _task).values({**task.__dict__, "state": "waiting", "attempts": 0})
    changed = {
        "due_at": task.due_at,
        "payload": task.payload,
        "state": "waiting",
        "attempts": 0,
        "error": None,
    }
    keys = [_task.c.shop_id, _task.c.kind, _task.c.subject_id]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def cancel(session: Session, shop_id: str, kind: str, subject_id: str) -> None:
    session.execute(
        update(_task)
        .where(
            _task.c.shop_id == shop_id,
            _task.c.kind == kind,
            _task.c.subject_id == subject_id,
            _task.c.state == "waiting",
        )
        .values(state="cancelled")
    )


def claim_due(session: Session, owner: str, now: datetime, limit: int = 20) -> list[DueTask]:
    """Lease tasks due at `now`, attempts counted before the work; one tried enough is set aside as dead.

    `now` is the product's clock, leases are the database's.
    """
    clock = database_now(session)
    free = or_(_task.c.lease_until.is_(None), _task.c.lease_until <= clock)
    session.execute(
        update(_task).where(_task.c.state == "waiting", free, _task.c.attempts >= MAX_ATTEMPTS).values(state="dead")
    )
    due = select(_task.c.id).where(_task.c.state == "waiting", _task.c.due_at <= now, free)
    due = due.order_by(_task.c.due_at, _task.c.id).limit(limit)
    if session.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    statement = (
        update(_task)
        .where(_task.c.id.in_(due))
        .values(lease_owner=owner, lease_until=clock + LEASE, attempts=_task.c.attempts + 1)
        .returning(_task)
    )
    rows = [_read(row) for row in session.execute(statement)]
    return sorted(rows, key=lambda task: (task.due_at, task.id))


def finish(session: Session, task_id: int) -> None:
    """Mark a task done; one that was planned again while it ran waits for its new time."""
    state = case((_task.c.attempts == 0, "waiting"), else_="done")
    session.execute(update(_task).where(_task.c.id == task_id).values(state=state, lease_until=None))


def give_back(session: Session, task_id: int, error: str) -> None:
    session.execute(update(_task).where(_task.c.id == task_id).values(lease_until=None, error=error[:500]))


def free_leases(session: Session) -> None:
    """Forget every lease: only right where no other process can hold one."""
    session.execute(update(_task).where(_task.c.state == "waiting").values(lease_until=None))


def _read(row: Any) -> DueTask:
    return DueTask(
        id=row.id,
        shop_id=row.shop_id,
        kind=row.kind,
        subject_id=row.subject_id,
        payload=json.loads(row.payload),
        due_at=row.due_at,
        attempts=row.attempts,
    )
