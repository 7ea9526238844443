"""What becomes due about a remedy: its approval runs out, or what was paid first is to be looked into."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.clock import Clock
from assist.domain.event import EventKind
from assist.domain.remedy import ACTIVE, RemedyState
from assist.store.queries import remedies, tasks
from assist.store.queries.remedies import RemedyRow
from assist.store.queries.tasks import DueTask, NewTask
from assist.store.writer import Change, Writer

from .remedy_log import log_remedy, turn_of

REMEDY_EXPIRY = "remedy_expiry"
CLAIM_FOLLOW_UP = "claim_follow_up"


def plan_expiry(session: Session, row: RemedyRow) -> None:
    if row.expires_at is not None:
        tasks.plan(session, NewTask(row.shop_id, REMEDY_EXPIRY, row.id, row.expires_at))


def plan_follow_up(session: Session, row: RemedyRow) -> None:
    if row.follow_up_at is not None:
        tasks.plan(session, NewTask(row.shop_id, CLAIM_FOLLOW_UP, row.id, row.follow_up_at))


def cancel(session: Session, row: RemedyRow, *kinds: str) -> None:
    for kind in kinds:
        tasks.cancel(session, row.shop_id, kind, row.id)


def remedy_handlers(writer: Writer, clock: Clock) -> Mapping[str, Callable[[DueTask], None]]:
    """Return what runs these tasks, by kind."""

    def expiry(task: DueTask) -> None:
        writer.submit(expire(task.shop_id, task.subject_id, clock()), sort_key=turn_of(task.shop_id)).result()

    def follow_up(task: DueTask) -> None:
        writer.submit(remind(task.shop_id, task.subject_id, clock())).result()

    return {REMEDY_EXPIRY: expiry, CLAIM_FOLLOW_UP: follow_up}


def expire(shop_id: str, remedy_id: str, now: datetime) -> Change[bool]:
    """Return the change that ends a wait for approval whose time is over; nothing was set aside for it."""

    def keep(session: Session) -> bool:
        row = remedies.one(session, shop_id, remedy_id)
        if row is None or row.state is not RemedyState.pending_approval or row.expires_at is None:
            return False
        if row.expires_at > now:
            # The clock was set back since the task was due.
            plan_expiry(session, row)
            return False
        remedies.move(session, row.id, (RemedyState.pending_approval,), RemedyState.expired, ended_at=now)
        ended = remedies.one(session, shop_id, remedy_id)
        assert ended is not None
        log_remedy(session, ended, EventKind.remedy_expired, now)
        return True

    return keep


def remind(shop_id: str, remedy_id: str, now: datetime) -> Change[bool]:
    """Return the change that tells the shop's systems to look into what was paid first, once."""

    def keep(session: Session) -> bool:
        row = remedies.one(session, shop_id, remedy_id)
        if row is None or row.state not in ACTIVE or row.followed_up_at is not None:
            return False
        log_remedy(session, row, EventKind.remedy_follow_up_due, now)
        return True

    return keep
