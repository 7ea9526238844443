"""Carry out what was granted, once: where nobody knows what became of it, find out before anything else.

A remedy's id is the key of its act. It is `executing` in the database before the platform is called, so whatever stops
us is seen; what remains doubtful is `unknown`, is asked about, and is tried again only when nothing happened.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from assist.contract import Act, Cap, Commerce, Coupon, NotSupported, Outcome, Refund, Reship
from assist.domain.clock import Clock
from assist.domain.event import EventKind
from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import RemedyKind
from assist.network.client import AddressRefused, NoAnswer, Unreachable
from assist.store.database import Database
from assist.store.queries import executions, libraries, money
from assist.store.queries.executions import LEASE, Due, Lane
from assist.store.queries.remedies import RemedyRow
from assist.store.writer import Writer, WriterClosed

from .accounts import Accounts
from .paid import Ended, after_call, after_question, not_called
from .remedy_log import log_remedy

logger = logging.getLogger(__name__)

POINTS = (
    "before_claim",
    "claiming",
    "claimed",
    "before_question",
    "after_question",
    "before_call",
    "after_call",
    "settling",
    "settled",
)
"""Where a payment may be cut off; at `claiming` and `settling` its change is not committed yet."""

CALL_SECONDS = 5.0
_READ_SECONDS = 3.0
_AT_ONCE = 64
_PER_LANE = 4

_NEEDS = {
    RemedyKind.partial_refund: Cap.REFUND,
    RemedyKind.full_refund: Cap.REFUND,
    RemedyKind.coupon: Cap.COUPON,
    RemedyKind.reship: Cap.RESHIP,
}

_TOLD = {
    RemedyState.executing: EventKind.remedy_executing,
    RemedyState.executed: EventKind.remedy_executed,
    RemedyState.failed: EventKind.remedy_failed,
    RemedyState.unknown: EventKind.remedy_unknown,
    RemedyState.reserved: EventKind.remedy_postponed,
}


class _CouponLife(BaseModel):
    """All that is read of a policy here: one of an older kind is still readable."""

    coupon_valid_days: int


def can_carry_out(accounts: Accounts, adapter: str, account: str, kind: RemedyKind) -> bool:
    """Return whether the program can give this there itself, whatever the policy allows."""
    opened = accounts.get(adapter, account)
    need = _NEEDS.get(kind)
    return bool(opened and opened.commerce and need and need in opened.type.capabilities)


@dataclass
class Payer:
    """The worker over remedies to carry out. `reach` is told of every one of POINTS that is come to."""

    database: Database
    writer: Writer
    accounts: Accounts
    clock: Clock
    owner: str
    reach: Callable[[str], None] = lambda _: None
    call_seconds: float = CALL_SECONDS
    _running: dict["asyncio.Task[None]", Lane] = field(init=False, default_factory=dict["asyncio.Task[None]", Lane])

    async def work(self) -> int:
        """Begin what is due and return how much there was; no platform is waited for."""
        leased_at = time.monotonic()
        self.reach("before_claim")
        handed_over, claimed = await self.writer.change(self._claim)
        if claimed:
            self.reach("claimed")
        for row in claimed:
            task = asyncio.create_task(self._finish(row, leased_at))
            self._running[task] = (row.adapter, row.account)
            task.add_done_callback(self._running.pop)
        return handed_over + len(claimed)

    async def finish(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.wait(list(self._running))

    def _claim(self, session: Session) -> tuple[int, list[RemedyRow]]:
        now = self.clock()
        running = Counter(self._running.values())
        seen = executions.due(session, now, running, at_most=_AT_ONCE - running.total(), per_lane=_PER_LANE)
        handed_over: list[RemedyRow] = []
        claimed: list[RemedyRow] = []
        for one in seen:
            if one.state is RemedyState.reserved and not can_carry_out(self.accounts, *one.lane, one.kind):
                handed_over += _handed_over(session, one, now)
            else:
                claimed += _claimed(session, one, self.owner, now)
        if claimed:
            self.reach("claiming")
        return len(handed_over), claimed

    async def _finish(self, row: RemedyRow, leased_at: float) -> None:
        try:
            await self._carry_out(row, leased_at)
        except WriterClosed:
            return  # its lease runs out, and then it is asked about
        except Exception:
            logger.exception("remedy %s was left where it is", row.id)

    async def _carry_out(self, row: RemedyRow, leased_at: float) -> None:
        opened = self.accounts.get(row.adapter, row.account)
        commerce = opened.commerce if opened else None
        if row.state is RemedyState.unknown:
            ended = await self._asked(row, commerce)
            if ended is None:
                leased_at = time.monotonic()
                again = await self.writer.change(lambda session: _again(session, row, self.clock()))
                if again is None:
                    return
                row = again
        else:
            # Only before the first try: after one, what is left cannot tell our own refund from another's.
            ended = await self._checked(row, commerce)
        if ended is None:
            ended = await self._called(row, commerce, leased_at)
        await self._settle(row, ended)

    async def _asked(self, row: RemedyRow, commerce: Commerce | None) -> Ended | None:
        """Ask what became of a key; None when nothing did and it may be tried again."""
        self.reach("before_question")
        if commerce is None:
            return after_call(row, Outcome(status="unknown", error_code="no_commerce"), self.clock())
        try:
            async with asyncio.timeout(self.call_seconds):
                outcome = await commerce.outcome(row.id)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, we know as little as before
            outcome = _doubt(row, error)
        self.reach("after_question")
        return after_question(row, outcome, self.clock(), commerce.settles_after_s)

    async def _checked(self, row: RemedyRow, commerce: Commerce | None) -> Ended | None:
        """Read what can be refunded now; None when it is enough. Nothing was asked for yet."""
        if commerce is None:
            return not_called(row, "no_commerce", self.clock(), by_hand=True)
        if row.kind not in money.REFUNDS:
            return None
        try:
            async with asyncio.timeout(_READ_SECONDS):
                left = await commerce.refundable(row.order_ref, row.line_ref)
        except LookupError:
            return Ended(RemedyState.failed, error="order_not_there")
        except Exception as error:  # noqa: BLE001 - a read that fails changes nothing
            logger.warning("what is refundable for remedy %s cannot be read: %s", row.id, type(error).__name__)
            return not_called(row, "not_reached", self.clock())
        return None if left.fen >= row.amount_fen else Ended(RemedyState.failed, error="more_than_refundable")

    async def _called(self, row: RemedyRow, commerce: Commerce | None, leased_at: float) -> Ended:
        if commerce is None:
            return not_called(row, "no_commerce", self.clock(), by_hand=True)
        try:
            act = await asyncio.to_thread(self._act, row)
        except (LookupError, ValidationError) as error:
            logger.error("remedy %s cannot be asked for: %s", row.id, type(error).__name__)
            return not_called(row, "cannot_be_asked_for", self.clock(), by_hand=True)
        self.reach("before_call")
        if time.monotonic() - leased_at > LEASE.total_seconds() - self.call_seconds:
            # Another may take it over before an answer would come; whoever does begins anew.
            return not_called(row, "too_slow", self.clock())
        ended = await self._answer(row, commerce, act)
        self.reach("after_call")
        return ended

    async def _answer(self, row: RemedyRow, commerce: Commerce, act: Act) -> Ended:
        try:
            async with asyncio.timeout(self.call_seconds):
                return after_call(row, await _do(commerce, act), self.clock())
        except NotSupported:
            return not_called(row, "not_supported", self.clock(), by_hand=True)
        except AddressRefused:
            return not_called(row, "address_refused", self.clock(), by_hand=True)
        except Unreachable:
            return not_called(row, "not_reached", self.clock())
        except Exception as error:  # noqa: BLE001 - an adapter's bug may come after its platform acted
            return after_call(row, _doubt(row, error), self.clock())

    def _act(self, row: RemedyRow) -> Act:
        """Return what to ask for: the same for every try. Raises LookupError or ValidationError for what cannot be."""
        match row.kind:
            case RemedyKind.coupon:
                with self.database.reader() as session:
                    days = _coupon_days(session, row)
                return Coupon(
                    customer_ref=row.customer_ref,
                    amount_fen=row.amount_fen,
                    valid_days=days,
                    idempotency_key=row.id,
                )
            case RemedyKind.reship:
                return Reship(order_ref=row.order_ref, line_ref=row.line_ref, idempotency_key=row.id, reason=row.rule)
            case _:
                return Refund(
                    order_ref=row.order_ref,
                    line_ref=row.line_ref,
                    amount_fen=row.amount_fen,
                    idempotency_key=row.id,
                    reason=row.rule,
                )

    async def _settle(self, row: RemedyRow, ended: Ended) -> None:
        def keep(session: Session) -> None:
            if _ended(session, row, ended, self.clock()):
                self.reach("settling")
            elif ended.state is RemedyState.executed:
                logger.error("remedy %s happened, and its row had ended otherwise: look into it", row.id)

        await self.writer.change(keep)
        self.reach("settled")


async def _do(commerce: Commerce, act: Act) -> Outcome:
    match act:
        case Refund():
            return await commerce.refund(act)
        case Coupon():
            return await commerce.coupon(act)
        case Reship():
            return await commerce.reship(act)


def _doubt(row: RemedyRow, error: Exception) -> Outcome:
    if not isinstance(error, NoAnswer | TimeoutError):
        logger.error("remedy %s: %s", row.id, type(error).__name__)
    return Outcome(status="unknown", error_code="no_answer")


def _coupon_days(session: Session, row: RemedyRow) -> int:
    """Return what the policy said when it was decided: another number under the same key would be another coupon."""
    body = libraries.policy_at(session, row.shop_id, "remedy", row.library_number)
    if body is None:
        raise LookupError("no remedy policy in that version")
    return _CouponLife.model_validate_json(body).coupon_valid_days


def _handed_over(session: Session, seen: Due, now: datetime) -> list[RemedyRow]:
    row = executions.hand_over(session, seen, "no_commerce")
    if row is None:
        return []
    _tell(session, row, now, error=row.error, more="by_hand")
    return [row]


def _claimed(session: Session, seen: Due, owner: str, now: datetime) -> list[RemedyRow]:
    match seen.state:
        case RemedyState.reserved:
            row = executions.claim(session, seen, owner, RemedyState.executing, called_at=now)
        case RemedyState.executing:
            # Without a time to ask, nobody would ask again should this process die too.
            doubt = {"unknown_since": seen.unknown_since or now, "next_try_at": now, "error": "stopped"}
            row = executions.claim(session, seen, owner, RemedyState.unknown, **doubt)
        case _:
            row = executions.claim(session, seen, owner, RemedyState.unknown)
    if row is None:
        return []
    if row.state is not seen.state:
        _tell(session, row, now, error=row.error)
    return [row]


def _again(session: Session, row: RemedyRow, now: datetime) -> RemedyRow | None:
    again = executions.go_on(session, row, RemedyState.executing, called_at=now)
    if again is not None:
        _tell(session, again, now)
    return again


def _ended(session: Session, row: RemedyRow, ended: Ended, now: datetime) -> bool:
    """Keep what became of a remedy; False where it is not for us to say any more."""
    match ended.state:
        case RemedyState.executed | RemedyState.failed:
            values = {"ended_at": now, "next_try_at": None, "unknown_since": None}
        case RemedyState.unknown:
            values = {"next_try_at": ended.at, "unknown_since": row.unknown_since or now}
        case _:
            begun = {"called_at": None, "unknown_since": None}
            values = {"next_try_at": ended.at, "automatic": not ended.by_hand, **begun}
    told = {"error": ended.error, "outcome_ref": ended.outcome_ref or row.outcome_ref}
    # What has happened is true whoever tells it; money is released by the one who holds the lease.
    fenced = ended.state is not RemedyState.executed
    if not executions.end(session, row, ended.state, fenced=fenced, **told, **values):
        return False
    if ended.state is RemedyState.failed:
        money.release(session, row)
    if ended.state is RemedyState.executed:
        executions.settle_complaint(session, row, now)
    if ended.state is not row.state or ended.given_up:
        more = "given_up" if ended.given_up else "by_hand" if ended.by_hand else ""
        _tell(session, replace(row, state=ended.state), now, error=ended.error, more=more)
    return True


def _tell(session: Session, row: RemedyRow, now: datetime, *, error: str | None = None, more: str = "") -> None:
    """Log what became of a remedy; `more` names an end that is no new state: given_up or by_hand."""
    # What has happened ends it, however often it was tried.
    again = "" if row.state is RemedyState.executed else f"{row.attempts}{more and ':'}{more}"
    kind = _TOLD[row.state]
    log_remedy(session, row, kind, now, again=again, by="program", attempts=row.attempts, more=more, error=error)
