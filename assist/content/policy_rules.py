"""Which rule does a policy hold for goods and a ground, and what is a payout worth?"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from assist.domain.complaint import Ground
from assist.domain.figures import EntryId
from assist.domain.library import Library
from assist.domain.remedy_policy import Ladder, Payout, RemedyKind, RemedyPolicy, RemedyRule

_MONEY = frozenset({RemedyKind.partial_refund, RemedyKind.full_refund})


def categories_of(library: Library) -> tuple[EntryId, ...]:
    return tuple(category.id for category in library.topics.categories)


def reached(policy: RemedyPolicy, category: EntryId | None, ground: Ground) -> RemedyRule | None:
    """Return the rule of a single ground, None where no rule fits. Goods nobody knows have no category."""
    fitting = (rule for rule in policy.rules if ground in rule.grounds)
    return next((rule for rule in fitting if not rule.categories or category in rule.categories), None)


def ladder_of(policy: RemedyPolicy, rule: RemedyRule) -> Ladder:
    return next(ladder for ladder in policy.ladders if ladder.id == rule.ladder)


def worth(payout: Payout, share: Fraction, paid_fen: int, minimum_fen: int) -> int:
    """Return what a payout is worth to the customer: goods sent anew count as their price."""
    match payout.by:
        case "none":
            return 0
        case "all":
            return paid_fen
        case "percent":
            part = Fraction(payout.percent, 100)
        case "share":
            part = share * Fraction(payout.times_percent, 100)
    if not part:
        return 0
    fen = max(ceil(paid_fen * part), payout.at_least_fen, minimum_fen if payout.kind in _MONEY else 0)
    if payout.at_most_fen is not None:
        fen = max(min(fen, payout.at_most_fen), minimum_fen if payout.kind in _MONEY else 0)
    return min(fen, paid_fen)


def cases_of(policy: RemedyPolicy) -> Iterator[tuple[Ground, RemedyKind]]:
    """Yield every ground a rule names with every kind of remedy it may lead to.

    An explanation is always one of them, for customers who want nothing; a wrong price can be compensated.
    """
    seen: set[tuple[Ground, RemedyKind]] = set()
    ladders = {ladder.id: ladder.rungs for ladder in policy.ladders}
    for rule in policy.rules:
        kinds = {payout.kind for rung in ladders.get(rule.ladder, ()) for payout in rung.payouts}
        for ground in rule.grounds:
            extra = {RemedyKind.partial_refund} if ground is Ground.price_error else set[RemedyKind]()
            for kind in RemedyKind:
                if kind in kinds | extra | {RemedyKind.explanation} and (ground, kind) not in seen:
                    seen.add((ground, kind))
                    yield ground, kind
