"""What is proposed once everything is known: which options, who may grant them, and is there evidence enough?"""

from collections.abc import Sequence
from dataclasses import dataclass

from assist.domain.complaint import Ground
from assist.domain.people import AgentRole
from assist.domain.remedy import ClaimClock, EvidenceState, Option, Remedy, Trace
from assist.domain.remedy_policy import PayFirst, RemedyKind, RemedyPolicy, Rung

from .clock import overdue
from .evidence import checklist, complete
from .facts import Facts
from .ladder import REFUNDS, Offer, Purse, offers_of, payouts_of, rung_at
from .limits import Ceiling, ceilings_of, needed, room
from .pay_first import paying_first
from .rule import Ruled
from .thoughts import Thoughts

NO_DAMAGE = "no_damage"
"""The rung of a claim whose damaged share is nothing: it is explained, and costs nothing."""


@dataclass(frozen=True)
class _Granting:
    """What decides who may grant an offer."""

    clock: ClaimClock
    doubts: tuple[str, ...]
    ready: bool
    first: PayFirst | None


def propose(ruled: Ruled, facts: Facts, clock: ClaimClock, policy: RemedyPolicy, thoughts: Thoughts) -> Remedy:
    """Return the remedy of the rung that the damage reaches."""
    rung = rung_at(ruled.ladder, facts.share)
    offers = _offers(ruled, facts, rung, policy, thoughts)
    evidence = evidence_of(ruled, facts, policy)
    granting = _granting(ruled, facts, evidence, offers, clock, policy, thoughts)
    ceilings = [_ceilings(offer, ruled, granting, policy) for offer in offers]
    options = tuple(_option(*pair, policy, ready=granting.ready) for pair in zip(offers, ceilings, strict=True))
    first = granting.first
    return Remedy(
        rule=ruled.rule.id,
        rung=rung.id if rung else NO_DAMAGE,
        line_ref=ruled.line.line_ref,
        options=options,
        ready=granting.ready,
        evidence=evidence,
        clock=granting.clock,
        refund_only=ruled.rule.refund_only and any(offer.kind in REFUNDS for offer in offers),
        pay_first=first is not None,
        follow_up_hours=first.follow_up_hours if first else None,
        why_approval=_approvals(offers, ceilings, thoughts),
        trace=_concluded(options[0], thoughts),
    )


def evidence_of(ruled: Ruled, facts: Facts, policy: RemedyPolicy) -> tuple[EvidenceState, ...]:
    """Return the checklist of a claim's rule."""
    return checklist(
        ruled.rule,
        policy,
        ruled.claim,
        share_known=facts.share is not None and not facts.provisional,
        weight_known=facts.shortage is not None,
    )


def left_fen(ruled: Ruled) -> int:
    """Return what may still go back: of the line, and of the order."""
    line, claim = ruled.line, ruled.claim
    return min(line.paid_fen - line.refunded_fen, claim.order_paid_fen - claim.order_refunded_fen)


def _offers(
    ruled: Ruled, facts: Facts, rung: Rung | None, policy: RemedyPolicy, thoughts: Thoughts
) -> tuple[Offer, ...]:
    """Return what the rung pays; without a rung there is no damage, and an explanation is all."""
    share = None if facts.share is None else str(facts.share)
    thoughts.note("rung", rung is not None, rung.id if rung else NO_DAMAGE, ladder=ruled.ladder.id, share=share)
    payouts = payouts_of(rung, ruled.grounds, ruled.claim.wants, policy.price_error, thoughts) if rung else ()
    paid_fen, most_fen = ruled.line.paid_fen, left_fen(ruled)
    offers = offers_of(payouts, Purse(paid_fen, most_fen, policy.minimum_refund_fen, facts.share))
    for offer in offers:
        thoughts.note("amount", True, offer.kind, paid_fen=paid_fen, left_fen=most_fen, amount_fen=offer.amount_fen)
    return offers


def _granting(
    ruled: Ruled,
    facts: Facts,
    evidence: tuple[EvidenceState, ...],
    offers: Sequence[Offer],
    clock: ClaimClock,
    policy: RemedyPolicy,
    thoughts: Thoughts,
) -> _Granting:
    """Return whether it can be granted now: with its evidence, paid first, or because it costs nothing."""
    free = offers[0].kind is RemedyKind.explanation
    missing = ", ".join(state.item for state in evidence if not state.met) or "-"
    there = thoughts.note("evidence", complete(evidence), "" if complete(evidence) or free else "ask", missing=missing)
    clock = overdue(clock, ruled.claim, ruled.window, evidence_there=there)
    doubts = _doubts(ruled, facts, unseen=free and not there)
    first = None
    if not (there or free):
        first = paying_first(ruled, policy, clock, offers, doubted=bool(doubts), thoughts=thoughts)
    return _Granting(clock, doubts, free or ((there or first is not None) and not facts.provisional), first)


def _doubts(ruled: Ruled, facts: Facts, *, unseen: bool) -> tuple[str, ...]:
    """Return why a lead looks at any amount. Goods kept at home may have turned there, unless rot shows only later.

    `unseen`: an explanation waits for no evidence, what else could be given beside it would.
    """
    stored = ruled.claim.after_storage and Ground.inner_rot not in ruled.grounds
    doubts = {"provisional": facts.provisional, "after_storage": stored, "evidence_missing": unseen}
    return tuple(name for name, held in doubts.items() if held)


def _ceilings(offer: Offer, ruled: Ruled, granting: _Granting, policy: RemedyPolicy) -> tuple[Ceiling, ...]:
    return ceilings_of(
        offer.kind, ruled.claim, policy, granting.clock, doubts=granting.doubts, paying_first=granting.first
    )


def _option(offer: Offer, ceilings: Sequence[Ceiling], policy: RemedyPolicy, *, ready: bool) -> Option:
    """Return an offer with who may grant it. The room it leaves is room to that role, not to a higher one."""
    needs = needed(offer.amount_fen, ceilings)
    up_to_fen = room(offer.up_to_fen, needs, ceilings)
    alone = ready and needs is AgentRole.agent and offer.amount_fen > 0
    return Option(
        kind=offer.kind,
        amount_fen=offer.amount_fen,
        up_to_fen=up_to_fen if up_to_fen > offer.amount_fen else None,
        needs=needs,
        automatic=alone and policy.execution.allows(offer.kind),
    )


def _approvals(offers: Sequence[Offer], ceilings: Sequence[Sequence[Ceiling]], thoughts: Thoughts) -> tuple[str, ...]:
    """Return why anybody else must agree to any offer. Of offers beside the first only what stops them is noted."""
    why: dict[str, None] = {}
    for number, (offer, above) in enumerate(zip(offers, ceilings, strict=True)):
        for one in above:
            stops = one.stops(offer.amount_fen)
            if stops:
                why[one.rule] = None
            if stops or not number:
                facts = {"kind": offer.kind, "amount_fen": offer.amount_fen, "above_fen": one.above_fen}
                thoughts.note(one.rule, stops, one.needs, needs=one.needs, **facts)
    return tuple(why)


def _concluded(option: Option, thoughts: Thoughts) -> tuple[Trace, ...]:
    thoughts.note("automatic", option.automatic, option.needs, kind=option.kind, amount_fen=option.amount_fen)
    return thoughts.trace
