"""Log how things ended for the customer: paid, refunded, rated."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from assist.contract import OrderPaid, OrderRefunded, OrderUpdated, RatingReceived
from assist.domain.event import Event, EventKind
from assist.domain.ids import id_of
from assist.store.queries.inbox import ClaimedLane

Outcome = OrderPaid | OrderRefunded | RatingReceived


def settle(lane: ClaimedLane, event: Outcome, at: datetime, subject_key: str | None) -> Event:
    """Return the log's fact for an outcome that counts at `at`; money is integer fen in `n`."""
    kind, number, payload = _told(event)
    return Event(
        key=f"{kind.value}:{lane.adapter}:{lane.account}:{event.event_ref}",
        shop_id=lane.shop_id,
        kind=kind,
        at=at,
        conversation_id=lane.lane_id if event.ref is not None else None,
        platform=lane.adapter,
        subject_key=subject_key,
        n=number,
        payload=payload,
    )


def paid_goods(lane: ClaimedLane, event: OrderUpdated, subject_key: str | None) -> Event | None:
    """Return the log's fact that these goods were paid, where an order's snapshot says so; a new one for new goods.

    A platform may tell of a payment by the snapshot alone; counting takes all facts about one order as one.
    """
    skus = sorted({line.sku for line in event.lines if line.sku})
    if event.paid_at is None or not skus:
        return None
    return Event(
        key=f"order_paid:{lane.adapter}:{lane.account}:{id_of(event.order_ref, *skus)}",
        shop_id=lane.shop_id,
        kind=EventKind.order_paid,
        at=event.paid_at,
        conversation_id=lane.lane_id if event.ref is not None else None,
        platform=lane.adapter,
        subject_key=subject_key,
        n=event.paid_fen,
        payload={"order_ref": event.order_ref, "skus": list(skus)},
    )


def _told(event: Outcome) -> tuple[EventKind, int, Mapping[str, JsonValue]]:
    match event:
        case OrderPaid():
            return EventKind.order_paid, event.paid_fen, {"order_ref": event.order_ref}
        case OrderRefunded():
            return EventKind.order_refunded, event.refunded_fen, {"order_ref": event.order_ref}
        case RatingReceived():
            return EventKind.rating, event.score, {"scale": event.scale}
