"""What does the log say of customers who asked: did they pay by the end of the next day?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.store.queries import events

from .read_orders import JUST_BOUGHT, Orders, Paid
from .records import InquiryRecord

KNOWN_AFTER = timedelta(days=90)
"""Who bought nothing in a log of so long is a new customer; a younger log cannot tell."""
_TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True)
class _Ledger:
    """What is known of orders. `fed_since` is None where no order was ever told."""

    orders: Orders
    first_paid: Mapping[str, datetime]
    fed_since: datetime | None
    zone: ZoneInfo
    now: datetime

    def until(self, asked: datetime) -> datetime:
        """Return the end of the day after a time, in the shop's zone."""
        after = asked.astimezone(self.zone).date() + _TWO_DAYS
        return datetime.combine(after, datetime.min.time(), self.zone)

    def known(self, subject: str, asked: datetime) -> str:
        """Return new, returning or unknown."""
        first = self.first_paid.get(subject)
        if first is not None and first < asked:
            return "returning"
        lasted = self.fed_since is not None and asked - self.fed_since >= KNOWN_AFTER
        return "new" if lasted else "unknown"


def read_inquiries(
    session: Session, shop_id: str, start: datetime, end: datetime, orders: Orders, zone: ZoneInfo, now: datetime
) -> list[InquiryRecord]:
    """Return every customer who wrote in the window, once, in order; with why, where it is no inquiry that counts."""
    said: dict[str, list[Event]] = defaultdict(list)
    for event in events.in_window(session, shop_id, [EventKind.message_in], start, end):
        # Nobody can tell whether two conversations without a name are one customer's.
        said[event.subject_key or f"conversation:{event.conversation_id}"].append(event)
    replies: dict[str, list[Event]] = defaultdict(list)
    for event in events.in_window(session, shop_id, [EventKind.message_out], start, end + _TWO_DAYS):
        if event.payload.get("role") == "agent" and event.subject_key:
            replies[event.subject_key].append(event)
    ledger = _Ledger(
        orders=orders,
        first_paid=events.first_of_subjects(session, shop_id, EventKind.order_paid, EventKind.message_in, start, end),
        fed_since=events.first_at(session, shop_id, EventKind.order_paid),
        zone=zone,
        now=now,
    )
    found = [_inquiry(messages, replies, ledger) for messages in said.values()]
    return sorted(found, key=lambda record: (record.at, record.message_id))


def _inquiry(messages: Sequence[Event], replies: Mapping[str, Sequence[Event]], ledger: _Ledger) -> InquiryRecord:
    said = sorted(messages, key=lambda event: event.at)
    subject = said[0].subject_key
    orders = ledger.orders.get(subject, ()) if subject else ()
    asked = [one for one in said if one.payload.get("small_talk") is not True]
    asking = [one for one in asked if not any(order.at <= one.at < order.at + JUST_BOUGHT for order in orders)]
    first = (asking or asked or said)[0]
    paid = _paid(asking, orders, ledger)
    until = paid.at if paid else ledger.until(said[-1].at)
    heard = [one for one in replies.get(subject or "", ()) if first.at <= one.at < until]
    by = max(heard, key=lambda event: event.at, default=None)
    return InquiryRecord(
        message_id=first.message_id or first.key,
        conversation_id=first.conversation_id or "",
        at=first.at,
        agent_id=by.agent_id if by else None,
        level=by.level if by else None,
        team=by.team if by else None,
        platform=first.platform,
        category=None,
        left_out=_left_out(subject, asked, asking, ledger),
        paid=paid is not None,
        known=ledger.known(subject, first.at) if subject else "unknown",
    )


def _paid(asking: Sequence[Event], orders: Sequence[Paid], ledger: _Ledger) -> Paid | None:
    """Return the first order that follows something asked by the end of the next day."""
    return next(
        (order for order in orders if any(one.at < order.at < ledger.until(one.at) for one in asking)),
        None,
    )


def _left_out(subject: str | None, asked: Sequence[Event], asking: Sequence[Event], ledger: _Ledger) -> str | None:
    if ledger.fed_since is None:
        return "no_order_feed"
    if not asked:
        return "small_talk"
    if subject is None:
        return "unknown_customer"
    if not asking:
        return "paid_before"
    return "not_due" if ledger.now < ledger.until(asking[-1].at) else None
