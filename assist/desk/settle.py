"""Log how things ended for the customer: paid, refunded, rated."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from assist.contract import OrderPaid, OrderRefunded, RatingReceived
from assist.domain.event import Event, EventKind
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


def _told(event: Outcome) -> tuple[EventKind, int, Mapping[str, JsonValue]]:
    match event:
        case OrderPaid():
            return EventKind.order_paid, event.paid_fen, {"order_ref": event.order_ref}
        case OrderRefunded():
            return EventKind.order_refunded, event.refunded_fen, {"order_ref": event.order_ref}
        case RatingReceived():
            return EventKind.rating, event.score, {"scale": event.scale}
