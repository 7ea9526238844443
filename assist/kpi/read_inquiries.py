"""What does the log say of customers who asked: did they pay by the end of the next day?"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.store.queries import events
from assist.store.queries.events import Logged

from .read_orders import JUST_BOUGHT, Orders, Paid
from .records import InquiryRecord

KNOWN_AFTER = timedelta(days=90)
"""Who bought nothing in a log of so long is a new customer; a younger log cannot tell."""
REPLIED_WITHIN = timedelta(days=2)
"""The next day is over so long after a message at the latest: a reply after it is none to an inquiry."""


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
        after = asked.astimezone(self.zone).date() + REPLIED_WITHIN
        return datetime.combine(after, datetime.min.time(), self.zone)

    def known(self, subject: str, asked: datetime) -> str:
        """Return new, returning or unknown."""
        first = self.first_paid.get(subject)
        if first is not None and first < asked:
            return "returning"
        lasted = self.fed_since is not None and asked - self.fed_since >= KNOWN_AFTER
        return "new" if lasted else "unknown"


def read_inquiries(
    session: Session,
    shop_id: str,
    start: datetime,
    end: datetime,
    orders: Orders,
    replies: Iterable[Logged],
    zone: ZoneInfo,
    now: datetime,
) -> list[InquiryRecord]:
    """Return every customer who wrote in the window, once, in order; with why, where it is no inquiry that counts.

    `replies` are what agents wrote until `REPLIED_WITHIN` after it.
    """
    said: dict[str, list[Logged]] = defaultdict(list)
    for event in events.logged(session, shop_id, [EventKind.message_in], start, end):
        # Nobody can tell whether two conversations without a name are one customer's.
        said[event.subject_key or f"conversation:{event.conversation_id}"].append(event)
    heard: dict[str, list[Logged]] = defaultdict(list)
    for reply in replies:
        if reply.subject_key in said:
            heard[reply.subject_key].append(reply)
    ledger = _Ledger(
        orders=orders,
        first_paid=events.first_of_subjects(session, shop_id, EventKind.order_paid, EventKind.message_in, start, end),
        fed_since=events.first_at(session, shop_id, EventKind.order_paid),
        zone=zone,
        now=now,
    )
    found = [_inquiry(messages, heard, ledger) for messages in said.values()]
    return sorted(found, key=lambda record: (record.at, record.message_id))


def _inquiry(messages: Sequence[Logged], replies: Mapping[str, Sequence[Logged]], ledger: _Ledger) -> InquiryRecord:
    said = sorted(messages, key=lambda event: event.at)
    subject = said[0].subject_key
    orders = ledger.orders.get(subject, ()) if subject else ()
    asked = [one for one in said if one.payload.get("small_talk") is not True]
    asking = _asking(asked, orders)
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


def _asking(asked: Sequence[Logged], orders: Sequence[Paid]) -> list[Logged]:
    """Return what was not asked just after an order. All are in order of time."""
    times = [order.at for order in orders]
    found: list[Logged] = []
    for one in asked:
        before = bisect_right(times, one.at)
        # The order before it is the nearest: no other can be within reach if that is not.
        if not before or one.at - times[before - 1] >= JUST_BOUGHT:
            found.append(one)
    return found


def _paid(asking: Sequence[Logged], orders: Sequence[Paid], ledger: _Ledger) -> Paid | None:
    """Return the first order that follows something asked by the end of the next day. All are in order of time."""
    times = [one.at for one in asking]
    for order in orders:
        before = bisect_left(times, order.at)
        # What was asked last has the latest end of its next day.
        if before and order.at < ledger.until(times[before - 1]):
            return order
    return None


def _left_out(subject: str | None, asked: Sequence[Logged], asking: Sequence[Logged], ledger: _Ledger) -> str | None:
    if ledger.fed_since is None:
        return "no_order_feed"
    if not asked:
        return "small_talk"
    if subject is None:
        return "unknown_customer"
    if not asking:
        return "paid_before"
    return "not_due" if ledger.now < ledger.until(asking[-1].at) else None
