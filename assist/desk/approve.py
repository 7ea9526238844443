"""Decide on a remedy that was asked for: approve, reject, withdraw."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import ApprovalMode, RemedyPolicy
from assist.store.queries import complaints, money, people, remedies
from assist.store.queries.remedies import RemedyRow
from assist.store.writer import Change
from assist.suggest.remedy import DECLINED

from .grant import order_of, outranks, set_aside
from .remedy_log import log_remedy
from .remedy_tasks import CLAIM_FOLLOW_UP, REMEDY_EXPIRY, cancel, plan_follow_up
from .request_remedy import NoPolicy

_PENDING = (RemedyState.pending_approval,)


class UnknownRemedy(Exception):
    """No such remedy in this shop."""


class NotYours(Exception):
    """Somebody else has to decide this: of a higher role, or not the one who asked for it."""


class ReasonMissing(ValueError):
    """A person who confirms for themselves says why."""


class RemedyMoved(Exception):
    """The remedy has come too far, or ended, for this."""


class ApprovalExpired(Exception):
    """Nobody approved in time; ask again."""


class AmountChanged(Exception):
    """The amount is not the one that was looked at."""


def approve(
    caller: Caller, remedy_id: str, seen_amount_fen: int, reason: str, policy: RemedyPolicy | None, now: datetime
) -> Change[RemedyRow]:
    """Return the change that grants a waiting remedy and sets its money aside; granting it again changes nothing.

    Raises UnknownRemedy, NotYours, ReasonMissing, RemedyMoved, ApprovalExpired, AmountChanged, NotTheirOrder,
    MoneyRefused or NoPolicy.
    """

    def keep(session: Session) -> RemedyRow:
        row = locked(session, caller.shop_id, remedy_id)
        if policy is None:
            raise NoPolicy("this shop has no remedy policy any more; publish policy/remedy.toml first")
        by_oneself = _allowed(caller, row, reason, policy)
        if row.state is not RemedyState.pending_approval and row.approved_at is not None and row.state in _GRANTED:
            return row
        _waits(row, seen_amount_fen, now)
        _still_wanted(session, row)
        return _grant(session, caller, row, reason, policy, now, by_oneself=by_oneself)

    return keep


def _still_wanted(session: Session, row: RemedyRow) -> None:
    """Refuse to grant what the customer has taken back since it was asked for."""
    lines = complaints.lines_of(session, row.shop_id, row.complaint_id)
    if any(line.line_ref == row.line_ref and getattr(line.decision, "rule", "") == DECLINED for line in lines):
        raise RemedyMoved("the customer has said since that nothing is wanted; reject it, or ask them again")


_GRANTED = frozenset({RemedyState.reserved, RemedyState.executing, RemedyState.unknown, RemedyState.executed})


def reject(caller: Caller, remedy_id: str, reason: str, now: datetime) -> Change[RemedyRow]:
    """Return the change that turns a waiting remedy down. Raises UnknownRemedy, NotYours or RemedyMoved."""

    def keep(session: Session) -> RemedyRow:
        row = locked(session, caller.shop_id, remedy_id)
        if not outranks(caller.role, row.needs):
            raise NotYours(f"this takes the role {row.needs.value!r}")
        if row.state is RemedyState.rejected:
            return row
        values = {"approved_by": caller.agent_id, "ended_at": now, "reason": _said(row, reason)}
        ended = moved(session, row, _PENDING, RemedyState.rejected, **values)
        cancel(session, row, REMEDY_EXPIRY)
        log_remedy(session, ended, EventKind.remedy_rejected, now, caller)
        return ended

    return keep


def withdraw(caller: Caller, remedy_id: str, now: datetime) -> Change[RemedyRow]:
    """Return the change by which who asked, or a lead, takes a remedy back before it is carried out.

    What was set aside is free again. Raises UnknownRemedy, NotYours or RemedyMoved.
    """

    def keep(session: Session) -> RemedyRow:
        row = locked(session, caller.shop_id, remedy_id)
        if caller.agent_id != row.requested_by and not caller.may_manage():
            raise NotYours("only who asked for it, or a lead, takes it back")
        if row.state is RemedyState.withdrawn:
            return row
        ended = moved(session, row, (*_PENDING, RemedyState.reserved), RemedyState.withdrawn, ended_at=now)
        if row.state is RemedyState.reserved:
            money.release(session, row)
        cancel(session, row, REMEDY_EXPIRY, CLAIM_FOLLOW_UP)
        log_remedy(session, ended, EventKind.remedy_withdrawn, now, caller, before=row.state.value)
        return ended

    return keep


def locked(session: Session, shop_id: str, remedy_id: str) -> RemedyRow:
    """Return a remedy as it stays until this change is kept. Raises UnknownRemedy."""
    money.take_turn(session, shop_id)
    row = remedies.one(session, shop_id, remedy_id)
    if row is None:
        raise UnknownRemedy(f"no remedy {remedy_id!r}")
    return row


def moved(
    session: Session, row: RemedyRow, from_states: tuple[RemedyState, ...], to_state: RemedyState, **values: Any
) -> RemedyRow:
    """Change a remedy's state and return it as it is then. Raises RemedyMoved where it is in none of these states."""
    if not remedies.move(session, row.id, from_states, to_state, **values):
        raise RemedyMoved(f"it is {row.state.value} by now")
    return replace(row, state=to_state, **values)


def _allowed(caller: Caller, row: RemedyRow, reason: str, policy: RemedyPolicy) -> bool:
    """Return whether they confirm what they asked for themselves. Raises NotYours or ReasonMissing."""
    if not outranks(caller.role, row.needs):
        raise NotYours(f"this takes the role {row.needs.value!r}")
    if caller.agent_id != row.requested_by:
        return False
    if policy.approval.mode is not ApprovalMode.self_confirm or caller.role is not AgentRole.admin:
        raise NotYours("who asked for it does not approve it; ask somebody else")
    if not reason.strip():
        raise ReasonMissing("say why you confirm what you asked for yourself")
    return True


def _waits(row: RemedyRow, seen_amount_fen: int, now: datetime) -> None:
    if row.state is RemedyState.expired:
        raise ApprovalExpired("nobody approved it in time; ask for it again")
    if row.state is not RemedyState.pending_approval:
        raise RemedyMoved(f"it is {row.state.value} and waits for nobody's approval")
    if row.expires_at is not None and row.expires_at <= now:
        raise ApprovalExpired("nobody approved it in time; ask for it again")
    if row.amount_fen != seen_amount_fen:
        raise AmountChanged("the amount is not the one you looked at; look again")


def _grant(
    session: Session,
    caller: Caller,
    row: RemedyRow,
    reason: str,
    policy: RemedyPolicy,
    now: datetime,
    *,
    by_oneself: bool,
) -> RemedyRow:
    order = order_of(session, row.shop_id, row.order_ref, row.customer_ref, row.line_ref)
    granted = moved(
        session,
        row,
        _PENDING,
        RemedyState.reserved,
        approved_by=caller.agent_id,
        approved_at=now,
        reason=_said(row, reason),
        budget_day=money.day_of(now, people.shop(session, row.shop_id).timezone),
        not_before=now + timedelta(seconds=policy.approval.delay_seconds) if by_oneself else None,
        automatic=row.automatic and policy.execution.allows(row.kind),
    )
    set_aside(session, granted, order, policy)
    cancel(session, row, REMEDY_EXPIRY)
    plan_follow_up(session, granted)
    log_remedy(session, granted, EventKind.remedy_approved, now, caller, self_confirmed=by_oneself)
    return granted


def _said(row: RemedyRow, reason: str) -> str:
    """Return what both said, who asked first."""
    return "\n".join(part for part in (row.reason, reason.strip()) if part)
