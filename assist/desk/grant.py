"""On what terms may an amount be given, and is the money there? By today's policy, whatever the card said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.domain.chat import Order
from assist.domain.people import AgentRole
from assist.domain.remedy import Claim, Claimant, Option, Remedy, RemedyState
from assist.domain.remedy_policy import RemedyPolicy
from assist.store.queries import complaints, money, people, remedies, world
from assist.store.queries.complaints import LineRow
from assist.store.queries.money import PAY_FIRST, REFUNDS, SHOP, Refused, Reserve, Scope
from assist.store.queries.remedies import RemedyRow
from assist.suggest.remedy.limits import ceilings_of, needed, pay_first_left_fen

_RANKS = list(AgentRole)
_ON_THE_WAY = frozenset({RemedyState.reserved, RemedyState.executing, RemedyState.unknown})
_OF_ROLES = frozenset({"over_percent", "over_amount"})
"""Who may grant it is all that these say; nothing is odd about the claim."""
_MOMENT = timedelta(microseconds=1)

_WHY = {
    "budget": "today's budget for remedies has {left} yuan left; a manager can raise it in the policy",
    "pay_first_budget": "today's budget for paying first has {left} yuan left; look into the claim before paying",
    "order": "of what was paid for this order {left} yuan is left to go back",
    "line": "of what was paid for these goods {left} yuan is left to go back",
}


class MoneyRefused(Exception):
    """A budget is used up, or more would go back than was paid. `refused` says which, and what is left."""

    def __init__(self, refused: Refused) -> None:
        left = f"{refused.left_fen // 100}.{refused.left_fen % 100:02d}"
        super().__init__(_WHY[refused.why].format(left=left))
        self.refused = refused


class NotTheirOrder(Exception):
    """The order is not known as this customer's: nothing is given, and nothing of it is told."""


@dataclass(frozen=True)
class Terms:
    """Who may grant an amount, and what follows from granting it. `flags` name what raised a hand: rules of limits."""

    needs: AgentRole
    automatic: bool
    pay_first: bool
    flags: tuple[str, ...]


def outranks(role: AgentRole, needs: AgentRole) -> bool:
    """Return whether a role may do what another is needed for."""
    return _RANKS.index(role) >= _RANKS.index(needs)


def terms_of(
    decision: Remedy, option: Option, amount_fen: int, claim: Claim, order: Order, policy: RemedyPolicy
) -> Terms:
    """Return the terms for a claim as it stands now: never easier than the card's.

    An amount outside what the option leaves room for, or without the evidence that was asked for, takes a lead. What
    anything but a role's own limit speaks against is never carried out by itself.
    """
    pay_first = decision.pay_first and _may_be_paid_first(amount_fen, claim, policy)
    ceilings = ceilings_of(option.kind, claim, policy, decision.clock, doubts=(), paying_first=None)
    # Whether the day's budget holds it, the database says.
    stopped = tuple(dict.fromkeys(one.rule for one in ceilings if one.stops(amount_fen) and one.rule != "budget"))
    raised = {
        "other_amount": not option.amount_fen <= amount_fen <= (option.up_to_fen or option.amount_fen),
        "not_ready": not decision.ready,
        "not_pay_first": decision.pay_first and not pay_first,
    }
    doubts = tuple(name for name, is_raised in raised.items() if is_raised)
    asked = (
        option.needs,
        needed(amount_fen, [one for one in ceilings if one.rule != "budget"]),
        *([AgentRole.lead] if doubts else ()),
    )
    flags = (*stopped, *doubts)
    # Where the platform does not say whose order it is, a person looks before money moves.
    sure = set(flags) <= _OF_ROLES and bool(order.customer_ref)
    automatic = option.automatic and policy.execution.allows(option.kind) and sure
    return Terms(max(asked, key=_RANKS.index), automatic, pay_first, flags)


def claim_now(
    session: Session, line: LineRow, order: Order, customer_key: str | None, policy: RemedyPolicy, now: datetime
) -> Claim:
    """Return a kept claim with the counts and the money of this moment in place of those of its turn."""
    shop_id, complaint_id = line.shop_id, line.complaint_id
    zone = people.shop(session, shop_id).timezone
    today = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    since = now - timedelta(days=policy.customers.days)
    past = complaints.past_claims(session, shop_id, customer_key, since, now + _MOMENT, but=complaint_id)
    of_today = complaints.past_claims(session, shop_id, customer_key, today, now + _MOMENT, but=complaint_id)
    first = policy.pay_first
    spent_fen = money.used(session, shop_id, PAY_FIRST, money.day_of(now, zone))
    claimant = Claimant(
        claims=past.claims,
        refunded_fen=past.refunded_fen,
        refunded_today_fen=of_today.refunded_fen,
        photo_seen_before=line.claim.claimant.photo_seen_before,
    )
    back_fen = max(order_back(session, shop_id, order), money.back(session, shop_id, order.order_ref).get("", 0))
    return line.claim.model_copy(
        update={
            "claimant": claimant,
            "order_paid_fen": order.paid_fen,
            "order_refunded_fen": back_fen,
            "pay_first_left_fen": max(0, first.daily_fen - spent_fen) if first else None,
        }
    )


def _may_be_paid_first(amount_fen: int, claim: Claim, policy: RemedyPolicy) -> bool:
    first = policy.pay_first
    high_risk = claim.claimant.claims + 1 >= policy.customers.high_risk_claims
    return first is not None and not high_risk and amount_fen <= pay_first_left_fen(claim, first)


def order_of(session: Session, shop_id: str, order_ref: str | None, customer_ref: str, line_ref: str) -> Order:
    """Return the order a remedy is about. Raises NotTheirOrder for one that is unknown or another customer's.

    An order told of without lines is taken as a whole.
    """
    order = world.order_of_customer(session, shop_id, order_ref, customer_ref) if order_ref else None
    lines = {line.line_ref for line in order.lines} if order else set[str]()
    if order is None or (line_ref and lines and line_ref not in lines):
        raise NotTheirOrder("this customer has no such order; ask for the order's number")
    return order


def order_back(session: Session, shop_id: str, order: Order, *, but: str = "") -> int:
    """Return what went back of an order as its newest statement says, with what that cannot know of yet.

    Remedy `but` is left out.
    """
    ours = (row for row in remedies.of_order(session, shop_id, order.order_ref) if row.kind in REFUNDS)
    unseen = (row for row in ours if row.state in _ON_THE_WAY or _ended_since(row, order.as_of))
    return order.refunded_fen + sum(row.amount_fen for row in unseen if row.id != but)


def set_aside(session: Session, row: RemedyRow, order: Order, policy: RemedyPolicy) -> None:
    """Reserve a remedy's money on its `budget_day`. Raises MoneyRefused, and nothing is reserved."""
    refund = row.kind in REFUNDS
    caps = {SHOP: policy.budget.daily_fen, **({PAY_FIRST: policy.pay_first.daily_fen} if policy.pay_first else {})}
    scopes = (SHOP, PAY_FIRST) if row.pay_first else (SHOP,)
    refused = money.reserve(
        session,
        Reserve(
            shop_id=row.shop_id,
            order_ref=row.order_ref,
            line_ref=row.line_ref,
            order_paid_fen=order.paid_fen,
            order_back_fen=order_back(session, row.shop_id, order, but=row.id),
            line_paid_fen=paid_for(order, row.line_ref),
            line_back_fen=0,
            back_fen=row.amount_fen if refund else 0,
            spend_fen=row.amount_fen,
            scopes=tuple(Scope(scope, row.budget_day, caps.get(scope, 0)) for scope in scopes),
        ),
    )
    if refused is not None:
        raise MoneyRefused(refused)


def check_left(session: Session, row: RemedyRow, order: Order) -> None:
    """Raise MoneyRefused for a refund that what is left cannot hold: approval would only fail later."""
    if row.kind not in REFUNDS:
        return
    known = money.back(session, row.shop_id, row.order_ref)
    left_fen = order.paid_fen - max(known.get("", 0), order_back(session, row.shop_id, order, but=row.id))
    if row.amount_fen > left_fen:
        raise MoneyRefused(Refused("order", max(0, left_fen)))
    of_line_fen = paid_for(order, row.line_ref) - known.get(row.line_ref, 0)
    if row.amount_fen > of_line_fen:
        raise MoneyRefused(Refused("line", max(0, of_line_fen)))


def paid_for(order: Order, line_ref: str) -> int:
    """Return what was paid for one line, or for the order where none is named."""
    return next((line.paid_fen for line in order.lines if line.line_ref == line_ref), order.paid_fen)


def _ended_since(row: RemedyRow, as_of: datetime) -> bool:
    return row.state is RemedyState.executed and row.ended_at is not None and row.ended_at > as_of
