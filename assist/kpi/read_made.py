"""What does the log say of offers that were decided, seen or held out: did their customers buy the goods?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.store.queries import events
from assist.store.queries.events import Logged

from .read_offers import ACCEPT_WITHIN, Episode, skus_of
from .read_orders import Orders, Paid
from .records import MadeRecord, TurnRecord

_ARMS = ("shown", "holdout")


def read_made(
    session: Session,
    shop_id: str,
    start: datetime,
    end: datetime,
    turns: Sequence[TurnRecord],
    orders: Orders,
    now: datetime,
) -> tuple[list[MadeRecord], dict[Episode, Logged]]:
    """Return the customers for whom an offer was decided in the window, at the first, and the first of each episode."""
    kinds = [EventKind.suggestion_computed]
    decided = events.logged(session, shop_id, kinds, start, end, saying={"kind": "offer"})
    made = [one for one in decided if one.payload.get("arm") in _ARMS]
    subjects = {turn.turn_id: turn.subject_key for turn in turns}
    of: dict[str, list[Logged]] = defaultdict(list)
    first: dict[Episode, Logged] = {}
    for event in sorted(made, key=lambda one: one.at):
        subject = event.subject_key or subjects.get(event.turn_id or "")
        of[subject or f"conversation:{event.conversation_id}"].append(event)
        first.setdefault((event.conversation_id or "", event.episode), event)
    told = any(paid.skus for theirs in orders.values() for paid in theirs)
    records = [_made(cards, orders.get(subject, ()), now, told=told) for subject, cards in of.items()]
    return records, first


def _made(cards: Sequence[Logged], orders: Sequence[Paid], now: datetime, *, told: bool) -> MadeRecord:
    """A customer is on the side of the first card: the share that is held out may change later."""
    first = cards[0]
    return MadeRecord(
        suggestion_id=first.suggestion_id or "",
        conversation_id=first.conversation_id or "",
        at=first.at,
        agent_id=first.agent_id,
        level=first.level,
        team=first.team,
        platform=first.platform,
        category=first.category,
        arm=str(first.payload.get("arm")),
        bought=any(_bought(card, orders) for card in cards),
        left_out=_left_out(cards, now, told=told),
    )


def _bought(card: Logged, orders: Sequence[Paid]) -> bool:
    """Is what leads the offer in an order within 24 hours after it was decided?"""
    lead = skus_of(card)[:1]
    return any(set(lead) & set(order.skus) and timedelta(0) <= order.at - card.at <= ACCEPT_WITHIN for order in orders)


def _left_out(cards: Sequence[Logged], now: datetime, *, told: bool) -> str | None:
    if not any(skus_of(card) for card in cards):
        return "no_goods"
    if now - cards[-1].at < ACCEPT_WITHIN:
        return "not_due"
    return None if told else "order_goods_unknown"
