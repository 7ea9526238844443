"""What selling beside answers comes to: offers, inquiries that turn into orders, and money, each a declared KPI."""

from collections.abc import Iterable, Sequence

from .intervals import newcombe, wilson
from .kpi import Kpi, Label, Subject, Unit, Worth
from .records import ACCEPTED, EpisodeRecord, InquiryRecord, MadeRecord, OfferRecord, OfferState

LEAST_COMPARED = 30
"""With fewer customers or orders on a side, nothing is said by comparing it with the other."""


def _no_occasion(episode: EpisodeRecord) -> str | None:
    if episode.complaint:
        return "complaint"
    return None if episode.eligible_at else "no_eligible_turn"


K18 = Kpi[EpisodeRecord](
    id="K18",
    zh="推荐率",
    en="Offer rate",
    subject=Subject.episode,
    among=lambda records: records.episodes,
    excluded=_no_occasion,
    counted=lambda episode: episode.offers,
    parts={"episodes_offered": lambda episode: episode.offers > 0},
)
"""Offers sent, the same goods once an episode, in a hundred episodes in which there was an occasion to."""


def _no_outcome(offer: OfferRecord) -> str | None:
    if offer.again:
        return "offered_again"
    return "not_due" if offer.state is OfferState.not_due else None


K18B = Kpi[OfferRecord](
    id="K18b",
    zh="推荐接受率",
    en="Offers accepted",
    subject=Subject.offer,
    among=lambda records: records.offers,
    excluded=_no_outcome,
    counted=lambda offer: offer.state in ACCEPTED,
    parts={
        "by_text": lambda offer: offer.state is OfferState.by_text,
        "by_order": lambda offer: offer.state is OfferState.by_order,
        "declined": lambda offer: offer.state is OfferState.declined,
        "lapsed": lambda offer: offer.state is OfferState.lapsed,
        "reversed": lambda offer: offer.state is OfferState.reversed,
    },
    interval=wilson,
)
"""What was said yes to, or bought within 24 hours, of what was offered; what all came back within 7 days is not."""

K19 = Kpi[InquiryRecord](
    id="K19",
    zh="询单转化率",
    en="Inquiry conversion",
    subject=Subject.customer,
    among=lambda records: records.inquiries,
    excluded=lambda inquiry: inquiry.left_out,
    counted=lambda inquiry: inquiry.paid,
    parts={
        "new": lambda inquiry: inquiry.known == "new",
        "new_paid": lambda inquiry: inquiry.known == "new" and inquiry.paid,
        "returning": lambda inquiry: inquiry.known == "returning",
        "returning_paid": lambda inquiry: inquiry.known == "returning" and inquiry.paid,
        "unknown": lambda inquiry: inquiry.known == "unknown",
        "unknown_paid": lambda inquiry: inquiry.known == "unknown" and inquiry.paid,
    },
)
"""Customers who paid by the end of the day after they asked, of those who asked and had not just bought."""


def _no_revenue(offer: OfferRecord) -> str | None:
    if reason := _no_outcome(offer):
        return reason
    match offer.state:
        case OfferState.by_order:
            return None
        case OfferState.by_text:
            return "no_order"
        case OfferState.reversed:
            return "reversed"
        case _:
            return "not_accepted"


K20 = Kpi[OfferRecord](
    id="K20",
    zh="推荐成交额",
    en="Revenue after offers",
    subject=Subject.offer,
    among=lambda records: records.offers,
    unit=Unit.fen,
    excluded=_no_revenue,
    counted=lambda offer: offer.net_fen,
    parts={
        "gross_fen": lambda offer: offer.gross_fen,
        "taken_back_fen": lambda offer: offer.gross_fen - offer.net_fen,
    },
    label=Label.correlational,
)
"""What was paid for the goods offered, less what was taken back within 7 days. Some would have bought them anyway."""


def _no_order_value(episode: EpisodeRecord) -> str | None:
    if reason := _no_occasion(episode):
        return reason
    return None if episode.orders else "no_order"


def order_value(episodes: Sequence[EpisodeRecord]) -> Worth:
    """Return by how much orders after an offer are worth more than those of customers without one.

    Where a holdout has orders enough, those who could have been offered something are compared with it; otherwise who
    was offered something with who was not, and agents offer to whom they think will buy: it proves nothing.
    """
    arms = [[one for one in episodes if one.arm == arm] for arm in ("shown", "holdout")]
    if all(_orders(side) >= LEAST_COMPARED for side in arms):
        return _compared(arms[0], arms[1], Label.holdout)
    offered = [one for one in episodes if one.offers]
    return _compared(offered, [one for one in episodes if not one.offers], Label.correlational)


def _compared(offered: Sequence[EpisodeRecord], others: Sequence[EpisodeRecord], label: Label) -> Worth:
    orders, other_orders = _orders(offered), _orders(others)
    fen, other_fen = _fen(offered), _fen(others)
    return Worth(
        value=fen * other_orders / (orders * other_fen) - 1 if orders and other_fen else None,
        num=orders,
        den=other_orders,
        parts={"offered_orders": orders, "offered_fen": fen, "other_orders": other_orders, "other_fen": other_fen},
        label=label,
    )


def _orders(episodes: Iterable[EpisodeRecord]) -> int:
    return sum(one.orders for one in episodes)


def _fen(episodes: Iterable[EpisodeRecord]) -> int:
    return sum(one.paid_fen for one in episodes)


K20B = Kpi[EpisodeRecord](
    id="K20b",
    zh="客单价提升",
    en="Order value uplift",
    subject=Subject.episode,
    among=lambda records: records.episodes,
    unit=Unit.change,
    excluded=_no_order_value,
    counted=lambda episode: episode.orders,
    worth=order_value,
)


def uplift(made: Sequence[MadeRecord]) -> Worth:
    """Return how many more in all bought what could be offered to them than of those it was held out from."""
    shown = [one.bought for one in made if one.arm == "shown"]
    held_out = [one.bought for one in made if one.arm == "holdout"]
    enough = min(len(shown), len(held_out)) >= LEAST_COMPARED
    return Worth(
        value=sum(shown) / len(shown) - sum(held_out) / len(held_out) if enough else None,
        num=sum(shown),
        den=len(shown),
        parts={"holdout": len(held_out), "holdout_bought": sum(held_out)},
        interval=newcombe(sum(shown), len(shown), sum(held_out), len(held_out)) if enough else None,
        label=Label.holdout if enough else Label.not_enough_data,
    )


K20C = Kpi[MadeRecord](
    id="K20c",
    zh="推荐带来的增量",
    en="Uplift against the holdout",
    subject=Subject.customer,
    among=lambda records: records.made,
    unit=Unit.change,
    excluded=lambda made: made.left_out,
    counted=lambda made: made.bought,
    worth=uplift,
)
"""The difference of two shares of customers who bought what was decided for them within 24 hours: could see, could not.

Customers are held out by their name alone, so that nothing but the offer tells the sides apart.
"""
