"""What becomes due about a promise: its countdown is nearly over, or its time has come."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.clock import Clock
from assist.domain.promise import PromisePolicy, PromiseState
from assist.store.queries import promises, tasks
from assist.store.queries.promises import PromiseRow
from assist.store.queries.tasks import DueTask, NewTask
from assist.store.writer import Change, Writer, tell

from .promise_log import log_promise

PROMISE_DUE = "promise_due"


def plan_promise(session: Session, row: PromiseRow, policy: PromisePolicy, now: datetime) -> None:
    """Plan to look at a promise some minutes before it is due, or when it is due where there is no time for that."""
    reminded_at = row.due_at - timedelta(minutes=policy.remind_before_minutes)
    _plan(session, row, reminded_at if reminded_at > now else row.due_at)


def cancel_promise(session: Session, row: PromiseRow) -> None:
    tasks.cancel(session, row.shop_id, PROMISE_DUE, row.id)


def promise_handlers(writer: Writer, clock: Clock) -> Mapping[str, Callable[[DueTask], None]]:
    """Return what runs these tasks, by kind."""

    def due(task: DueTask) -> None:
        writer.submit(look_at_promise(task.shop_id, task.subject_id, clock())).result()

    return {PROMISE_DUE: due}


def look_at_promise(shop_id: str, promise_id: str, now: datetime) -> Change[PromiseState | None]:
    """Return the change that marks an open promise missed once it is due, and before only reminds of it."""

    def keep(session: Session) -> PromiseState | None:
        row = promises.one(session, shop_id, promise_id)
        if row is None or row.state is not PromiseState.open:
            return row.state if row else None
        if now < row.due_at:
            # Reminded of, moved to a later time, or the clock was set back since: the end is still to come.
            _plan(session, row, row.due_at)
            tell(session, "chat", row.shop_id, row.conversation_id)
            return row.state
        missed = promises.move(session, row, (PromiseState.open,), PromiseState.missed, ended_at=now)
        if missed is not None:
            log_promise(session, missed, now, now)
        return missed.state if missed else None

    return keep


def _plan(session: Session, row: PromiseRow, at: datetime) -> None:
    tasks.plan(session, NewTask(row.shop_id, PROMISE_DUE, row.id, at))
