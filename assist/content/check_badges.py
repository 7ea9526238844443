"""Does the policy keep what a badge on the product page promises?"""

from collections.abc import Iterator
from fractions import Fraction

from assist.domain.library import Library
from assist.domain.remedy_policy import Badge, ClaimWindow, Ladder, Payout, RemedyKind, RemedyPolicy

from .policy_rules import categories_of, ladder_of, reached
from .toml_places import Place

_GOODS_OR_MONEY = frozenset({RemedyKind.partial_refund, RemedyKind.full_refund, RemedyKind.reship})


def check_badges(policy: RemedyPolicy, library: Library) -> Iterator[tuple[Place, str]]:
    """Yield where a policy is narrower than a badge that is shown: a missing rule, a shorter window, less pay."""
    for badge in policy.badges:
        if badge.shown:
            messages = dict.fromkeys(_narrower(badge, policy, library))
            yield from ((Place("badges", badge.id, "shown"), message) for message in messages)


def _narrower(badge: Badge, policy: RemedyPolicy, library: Library) -> Iterator[str]:
    windows = {window.id: window for window in policy.windows}
    for ground in badge.grounds:
        for category in badge.categories or categories_of(library):
            rule = reached(policy, category, ground)
            if rule is None:
                yield f"{badge.id} is shown, but no rule covers {ground} of {category}; add one or set shown = false"
                continue
            if too_short := _too_short(windows[rule.window], badge):
                yield f"{badge.id} is shown, but {too_short}; widen window {rule.window} or set shown = false"
            if _pays_less(ladder_of(policy, rule), badge):
                yield (
                    f"{badge.id} promises {badge.pays_percent} % of the damaged share, ladder {rule.ladder} pays less; "
                    "raise its payouts or set shown = false"
                )


def _too_short(window: ClaimWindow, badge: Badge) -> str:
    contact = badge.contact_hours or badge.hours
    if window.hours is not None and window.hours < badge.hours:
        return f"promises {badge.hours} hours and window {window.id} has {window.hours}"
    if window.contact_hours is not None and window.contact_hours < contact:
        return f"gives {contact} hours to speak up and window {window.id} has {window.contact_hours}"
    return ""


def _pays_less(ladder: Ladder, badge: Badge) -> bool:
    promised = Fraction(badge.pays_percent, 100)
    return any(
        _part(rung.payouts[0], Fraction(rung.to_percent, 100)) < promised * Fraction(rung.to_percent, 100)
        for rung in ladder.rungs
    )


def _part(payout: Payout, share: Fraction) -> Fraction:
    """Return the part of the price a payout surely gives; one with a maximum gives no part surely."""
    if payout.kind not in _GOODS_OR_MONEY or payout.at_most_fen is not None:
        return Fraction(0)
    match payout.by:
        case "none":
            return Fraction(0)
        case "all":
            return Fraction(1)
        case "percent":
            return Fraction(payout.percent, 100)
        case "share":
            return min(Fraction(1), share * Fraction(payout.times_percent, 100))
