"""Who may grant an amount? A list of ceilings: above each of them somebody else has to agree. None ever refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assist.domain.people import AgentRole
from assist.domain.remedy import Claim, ClaimClock
from assist.domain.remedy_policy import PayFirst, RemedyKind, RemedyPolicy

from .ladder import REFUNDS

_RANKS = tuple(AgentRole)
_CLOCK_RULES = {"lead": "lead_window", "unknown": "delivery_unknown"}


@dataclass(frozen=True)
class Ceiling:
    """Above `above_fen` at least `needs` must agree. `rule` is why."""

    rule: str
    above_fen: int
    needs: AgentRole

    def stops(self, amount_fen: int) -> bool:
        return amount_fen > max(0, self.above_fen)


def ceilings_of(
    kind: RemedyKind,
    claim: Claim,
    policy: RemedyPolicy,
    clock: ClaimClock,
    *,
    doubts: Sequence[str],
    paying_first: PayFirst | None,
) -> tuple[Ceiling, ...]:
    """Return every ceiling for giving one kind of remedy. `doubts` are rules by which a lead looks at any amount."""
    return (
        *_of_roles(kind, claim, policy),
        *_of_customer(kind, claim, policy),
        *(Ceiling(rule, 0, AgentRole.lead) for rule in doubts),
        *_of_case(claim, clock),
        *((Ceiling("pay_first_cap", pay_first_left_fen(claim, paying_first), AgentRole.lead),) if paying_first else ()),
        Ceiling("budget", _told(claim.budget_left_fen, policy.budget.daily_fen), AgentRole.manager),
    )


def needed(amount_fen: int, ceilings: Sequence[Ceiling]) -> AgentRole:
    """Return the lowest role that may grant an amount; nothing costs nothing, so an agent may."""
    return max((one.needs for one in ceilings if one.stops(amount_fen)), key=_RANKS.index, default=AgentRole.agent)


def room(up_to_fen: int, needs: AgentRole, ceilings: Sequence[Ceiling]) -> int:
    """Return how far an amount may be raised before a higher role is needed."""
    higher = (one.above_fen for one in ceilings if _RANKS.index(one.needs) > _RANKS.index(needs))
    return min((up_to_fen, *higher))


def pay_first_left_fen(claim: Claim, pay_first: PayFirst) -> int:
    """Return how much may be paid first at most: by claim, and by what the shop has left for it today."""
    return min(pay_first.at_most_fen, _told(claim.pay_first_left_fen, pay_first.daily_fen))


def _of_roles(kind: RemedyKind, claim: Claim, policy: RemedyPolicy) -> Iterator[Ceiling]:
    """Yield each role's own limits. A refund's percentage counts what went back before: parts do not add up past it."""
    back_fen = claim.order_refunded_fen if kind in REFUNDS else 0
    for limit in policy.limits:
        above = _RANKS[min(_RANKS.index(limit.role) + 1, len(_RANKS) - 1)]
        percent_fen = claim.order_paid_fen * limit.percent_of_order // 100 - back_fen
        yield Ceiling("over_percent", percent_fen, above)
        if limit.at_most_fen is not None:
            yield Ceiling("over_amount", limit.at_most_fen, above)


def _of_customer(kind: RemedyKind, claim: Claim, policy: RemedyPolicy) -> Iterator[Ceiling]:
    """Yield what a customer's other claims lead to: a second look, never less. Refunds count with those before."""
    customers, past = policy.customers, claim.claimant
    if past.claims + 1 >= customers.claims:
        yield Ceiling("claims_in_window", 0, AgentRole.lead)
    if kind not in REFUNDS:
        return
    yield Ceiling("refunded_in_window", customers.refunded_fen - past.refunded_fen, AgentRole.lead)
    yield Ceiling("daily_customer", customers.daily_fen - past.refunded_today_fen, AgentRole.lead)


def _of_case(claim: Claim, clock: ClaimClock) -> Iterator[Ceiling]:
    if clock.state in _CLOCK_RULES:
        yield Ceiling(_CLOCK_RULES[clock.state], 0, AgentRole.lead)
    if claim.claimant.photo_seen_before:
        yield Ceiling("photo_seen_before", 0, AgentRole.lead)


def _told(fen: int | None, otherwise_fen: int) -> int:
    return otherwise_fen if fen is None else fen
