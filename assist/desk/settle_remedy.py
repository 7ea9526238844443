"""Say how a granted remedy ended outside: done by hand on the platform, told by it, looked into afterwards."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.contract import OrderRefunded
from assist.domain.event import EventKind
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import ACTIVE, RemedyState
from assist.domain.remedy_policy import RemedyPolicy
from assist.store.queries import executions, money, remedies, world
from assist.store.queries.money import REFUNDS
from assist.store.queries.remedies import RemedyRow
from assist.store.writer import Change

from .approve import NotYours, RemedyMoved, locked, moved
from .grant import outranks
from .remedy_log import log_remedy, tell_of
from .remedy_tasks import CLAIM_FOLLOW_UP, cancel

_RESERVED = (RemedyState.reserved,)

_LIKELIEST = (RemedyState.executed, RemedyState.unknown, RemedyState.executing, RemedyState.reserved)
"""Which of several remedies alike the platform's news is about: rather one that is done than one that waits."""

_CLOCKS_APART = timedelta(minutes=5)
"""How much the platform's clock may be behind ours when it says that something was refunded."""


class TooEarly(Exception):
    """What one confirmed for oneself is done only after the delay."""


class NotExecutable(Exception):
    """The program does not carry this remedy out; it is done by hand."""


def done_by_hand(
    caller: Caller, remedy_id: str, platform_ref: str, now: datetime, *, happened: bool = True
) -> Change[RemedyRow]:
    """Return the change that keeps that a person did it on the platform; saying it again changes nothing.

    What became of an `unknown` remedy a lead may say, also that nothing `happened`: its money is free again then.
    Raises UnknownRemedy, NotYours, RemedyMoved for one that is not granted or that the program carries out, or
    TooEarly.
    """

    def keep(session: Session) -> RemedyRow:
        row = locked(session, caller.shop_id, remedy_id)
        end = RemedyState.executed if happened else RemedyState.failed
        if row.state is end:
            return row
        _may_settle(caller, row, now, happened=happened)
        told = {"outcome_ref": platform_ref or row.outcome_ref, "ended_at": now, "next_try_at": None}
        done = moved(session, row, (row.state,), end, **told)
        if happened:
            executions.settle_complaint(session, row, now)
        else:
            money.release(session, row)
        kind = EventKind.remedy_executed if happened else EventKind.remedy_failed
        log_remedy(session, done, kind, now, caller, by="hand")
        return done

    return keep


def _may_settle(caller: Caller, row: RemedyRow, now: datetime, *, happened: bool) -> None:
    if row.state is RemedyState.unknown:
        if not outranks(caller.role, AgentRole.lead):
            raise NotYours("what became of it, a lead looks up on the platform")
        return
    if row.state is not RemedyState.reserved or not happened:
        raise RemedyMoved(f"it is {row.state.value}; only what is reserved is done by hand")
    if row.automatic:
        raise RemedyMoved("it is carried out by the program; take it out of its hands first")
    if _delayed(row, now):
        raise TooEarly(f"it may be done from {row.not_before} on")


def _delayed(row: RemedyRow, now: datetime) -> bool:
    """Return whether the delay after one's own confirmation runs. After a first try the time is only a pause."""
    return row.not_before is not None and row.not_before > now and not row.attempts


def execute_again(
    caller: Caller, remedy_id: str, policy: RemedyPolicy | None, now: datetime, *, by_hand: bool
) -> Change[RemedyRow]:
    """Return the change that makes a granted remedy due for the program now, or `by_hand` takes it out of its hands.

    Only what waits as `reserved` moves: what the program is doing, or may have done, it finds out itself. What was
    never the program's stays with people. Raises UnknownRemedy, NotYours, RemedyMoved or NotExecutable.
    """

    def keep(session: Session) -> RemedyRow:
        row = locked(session, caller.shop_id, remedy_id)
        if caller.agent_id != row.requested_by and not outranks(caller.role, AgentRole.lead):
            raise NotYours("only who asked for it, or a lead, decides how it is done")
        was_the_programs = row.automatic or row.error is not None
        allowed = policy is not None and policy.execution.allows(row.kind)
        if not by_hand and not (was_the_programs and allowed):
            raise NotExecutable("the program does not carry this out; do it on the platform and say so")
        values = {"automatic": not by_hand, "not_before": row.not_before if _delayed(row, now) else None}
        ready = moved(session, row, _RESERVED, RemedyState.reserved, **values)
        tell_of(session, ready)
        return ready

    return keep


def follow_up(caller: Caller, remedy_id: str, finding: str, now: datetime) -> Change[RemedyRow]:
    """Return the change that keeps what was found about a claim paid first; the first finding stays.

    Raises UnknownRemedy, or RemedyMoved for one that was not paid first or was not paid.
    """

    def keep(session: Session) -> RemedyRow:
        row = locked(session, caller.shop_id, remedy_id)
        if row.followed_up_at is not None:
            return row
        if row.follow_up_at is None or row.state not in ACTIVE:
            raise RemedyMoved("there is nothing to look into: it was not paid first")
        values = {"followed_up_by": caller.agent_id, "followed_up_at": now, "finding": finding}
        found = moved(session, row, (row.state,), row.state, **values)
        cancel(session, row, CLAIM_FOLLOW_UP)
        log_remedy(session, found, EventKind.remedy_followed_up, now, caller)
        return found

    return keep


def settle_refund(shop_id: str, event: OrderRefunded, at: datetime, now: datetime) -> Change[str]:
    """Return the change that keeps a refund the platform told of, made at `at`; it returns the remedy it is, or "".

    A granted remedy of just this amount is executed by it. One that runs, or whose outcome is unknown, is only marked
    as told of: its own question to the platform settles it. What is no remedy of ours counts against the order too.
    """

    def keep(session: Session) -> str:
        money.take_turn(session, shop_id)
        row = _matching(remedies.of_order(session, shop_id, event.order_ref), event.refunded_fen, at)
        if row is None:
            _count_other(session, shop_id, event, at)
            return ""
        if row.state is RemedyState.reserved:
            done = moved(session, row, _RESERVED, RemedyState.executed, ended_at=at, confirmed_at=now)
            executions.settle_complaint(session, row, now)
            log_remedy(session, done, EventKind.remedy_executed, now, by="platform")
        else:
            moved(session, row, (row.state,), row.state, confirmed_at=now)
        return row.id

    return keep


def _matching(rows: list[RemedyRow], refunded_fen: int, at: datetime) -> RemedyRow | None:
    alike = [
        row
        for row in rows
        if row.kind in REFUNDS
        and row.amount_fen == refunded_fen
        and row.confirmed_at is None
        and row.state in _LIKELIEST
        and row.requested_at <= at + _CLOCKS_APART
    ]
    return min(alike, key=lambda row: (_LIKELIEST.index(row.state), row.requested_at), default=None)


def _count_other(session: Session, shop_id: str, event: OrderRefunded, at: datetime) -> None:
    order = world.order(session, shop_id, event.order_ref)
    # A statement as new as this refund holds it already.
    if order is None or at <= order.as_of:
        return
    money.note_refund(
        session,
        shop_id,
        order.order_ref,
        paid_fen=order.paid_fen,
        told_fen=order.refunded_fen,
        refunded_fen=event.refunded_fen,
    )
