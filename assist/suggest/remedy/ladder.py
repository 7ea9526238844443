"""Which rung does a damage reach, and what does it pay? Whole fen, rounded up, never above what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from assist.domain.complaint import OWED, Ground, Want
from assist.domain.remedy_policy import Ladder, Payout, PriceError, RemedyKind, Rung

from .thoughts import Thoughts

REFUNDS = frozenset({RemedyKind.partial_refund, RemedyKind.full_refund})
_WANTS_MONEY = frozenset({Want.money, Want.full_refund, Want.return_refund})


@dataclass(frozen=True)
class Purse:
    """What an amount is a part of, and how far it may go."""

    paid_fen: int
    left_fen: int
    minimum_fen: int
    share: Fraction | None


@dataclass(frozen=True)
class Offer:
    """One payout in fen; an agent may go up to `up_to_fen`."""

    kind: RemedyKind
    amount_fen: int
    up_to_fen: int


def rung_at(ladder: Ladder, share: Fraction | None) -> Rung | None:
    """Return the highest rung that holds a share, the lowest for an unknown one, None where no rung reaches it."""
    if share is None:
        return ladder.rungs[0]
    percent = share * 100
    return next((rung for rung in reversed(ladder.rungs) if _holds(rung, percent)), None)


def depends_on_share(ladder: Ladder) -> bool:
    """Return whether nothing can be said before the share is known."""
    return ladder.needs_share or any(payout.by == "share" for payout in ladder.rungs[0].payouts)


def payouts_of(
    rung: Rung, grounds: Sequence[Ground], wants: Sequence[Want], price_error: PriceError, thoughts: Thoughts
) -> tuple[Payout, ...]:
    """Return a rung's payouts as they apply: money beside a lone coupon, and first what the customer may choose."""
    payouts = rung.payouts
    if Ground.price_error in grounds:
        thoughts.note("price_error", True, "compensation", percent=price_error.compensation_percent)
        payouts += (_compensation(price_error),)
    coupon = next((payout for payout in payouts if payout.kind is RemedyKind.coupon), None)
    lone = not OWED.isdisjoint(grounds) and not any(one.kind in REFUNDS for one in payouts)
    if coupon is not None and lone and Want.coupon not in wants:
        thoughts.note("coupon_alone", True, "partial_refund", ground=grounds[0])
        payouts = (_as_money(coupon), *payouts)
    first = _chosen(payouts, wants, may_choose=rung.buyer_chooses)
    thoughts.note("wanted", first is not None, first.kind.value if first else "", wants=", ".join(wants) or "-")
    return payouts if first is None else (first, *(payout for payout in payouts if payout is not first))


def offers_of(payouts: Sequence[Payout], purse: Purse) -> tuple[Offer, ...]:
    """Return what each payout comes to; a refund or coupon of nothing is none."""
    offers = [_offer(payout, _floor(payout, payouts, purse), purse) for payout in payouts]
    worth = [one for one in offers if one.amount_fen or one.kind in (RemedyKind.explanation, RemedyKind.reship)]
    return tuple(worth) or (Offer(RemedyKind.explanation, 0, 0),)


def _holds(rung: Rung, percent: Fraction) -> bool:
    above = percent > rung.above_percent or (rung.includes_lower_edge and percent == rung.above_percent)
    return above and percent <= rung.to_percent


def _offer(payout: Payout, floor: Fraction, purse: Purse) -> Offer:
    part = _part(payout, purse)
    amount_fen = _fen(payout, part, floor, purse)
    up_to_fen = amount_fen
    if payout.by == "percent" and payout.percent_to is not None:
        up_to_fen = max(amount_fen, _fen(payout, Fraction(payout.percent_to, 100), floor, purse))
    return Offer(payout.kind, amount_fen, up_to_fen)


def _part(payout: Payout, purse: Purse) -> Fraction:
    """Return the part of what was paid that a payout is."""
    if payout.kind is RemedyKind.explanation:
        return Fraction(0)
    match payout.by:
        case "none":
            return Fraction(0)
        case "all":
            return Fraction(1)
        case "percent":
            return Fraction(payout.percent, 100)
        case "share":
            return (purse.share or Fraction(0)) * Fraction(payout.times_percent, 100)


def _floor(payout: Payout, payouts: Sequence[Payout], purse: Purse) -> Fraction:
    """Return what a payout is at least: a refund the minimum, a coupon its part of the refund it stands for."""
    if payout.kind in REFUNDS:
        return Fraction(purse.minimum_fen)
    if payout.kind is not RemedyKind.coupon or payout.by != "share":
        return Fraction(0)
    refund = next((one for one in payouts if one.kind in REFUNDS and one.by == "share"), None)
    return Fraction(purse.minimum_fen * payout.times_percent, refund.times_percent) if refund else Fraction(0)


def _fen(payout: Payout, part: Fraction, floor: Fraction, purse: Purse) -> int:
    """Return a part in fen: rounded up, within the payout's bounds and not below the floor, at most what is left."""
    if not part:
        return 0
    fen = max(ceil(purse.paid_fen * part), payout.at_least_fen)
    if payout.at_most_fen is not None:
        fen = min(fen, payout.at_most_fen)
    return min(max(fen, ceil(floor)), purse.left_fen)


def _compensation(price_error: PriceError) -> Payout:
    """What is given where the order stands, instead of having the platform undo it."""
    return Payout(
        kind=RemedyKind.partial_refund,
        by="percent",
        percent=price_error.compensation_percent,
        at_most_fen=price_error.at_most_fen,
    )


def _as_money(coupon: Payout) -> Payout:
    """Return the money a coupon stands for: the share itself, or the same part."""
    return coupon.model_copy(
        update={"kind": RemedyKind.partial_refund, "times_percent": min(100, coupon.times_percent)}
    )


def _chosen(payouts: Sequence[Payout], wants: Sequence[Want], *, may_choose: bool) -> Payout | None:
    """Return the payout to propose first because the customer wants it; money wanted counts before all else."""
    for kind in _wanted_kinds(wants):
        found = next((payout for payout in payouts if payout.kind is kind), None)
        if found is not None:
            return found if may_choose or _may_swap(payouts[0].kind, kind) else None
    return None


def _may_swap(proposed: RemedyKind, wanted: RemedyKind) -> bool:
    """A coupon that is among the choices, and money instead of a coupon, are always the customer's to choose."""
    return wanted is RemedyKind.coupon or (proposed is RemedyKind.coupon and wanted in REFUNDS)


def _wanted_kinds(wants: Sequence[Want]) -> tuple[RemedyKind, ...]:
    if Want.full_refund in wants or Want.return_refund in wants:
        return RemedyKind.full_refund, RemedyKind.partial_refund
    if _WANTS_MONEY & set(wants):
        return RemedyKind.partial_refund, RemedyKind.full_refund
    if Want.reship in wants:
        return (RemedyKind.reship,)
    return (RemedyKind.coupon,) if Want.coupon in wants else ()
