"""What does the log say of orders that were paid?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.store.queries import events

JUST_BOUGHT = timedelta(hours=24)
"""Who paid within so long before asks about that order."""
_LONGEST = timedelta(days=2)
"""The next day ends so long after a day begins."""


@dataclass(frozen=True)
class Paid:
    """An order at the time it was first told as paid, with what was paid for it as told last.

    `skus` is what is in it, as far as any of what was told says so.
    """

    at: datetime
    fen: int
    skus: frozenset[str] = frozenset()


Orders = Mapping[str, Sequence[Paid]]
"""The orders of each customer, by subject key, in order of time."""


def read_orders(session: Session, shop_id: str, start: datetime, end: datetime) -> Orders:
    """Return the orders that may belong to what happened in the window: from a day before until two days after it."""
    orders: dict[tuple[str, str], Paid] = {}
    for event in events.logged(session, shop_id, [EventKind.order_paid], start - JUST_BOUGHT, end + _LONGEST):
        if event.subject_key is None:
            continue
        key = event.subject_key, str(event.payload.get("order_ref") or event.key)
        told_skus = event.payload.get("skus")
        skus = frozenset(str(sku) for sku in told_skus) if isinstance(told_skus, list) else frozenset[str]()
        known = orders.get(key, Paid(event.at, event.n))
        orders[key] = replace(known, at=min(known.at, event.at), fen=event.n, skus=known.skus | skus)
    of: dict[str, list[Paid]] = defaultdict(list)
    for (subject, _), paid in sorted(orders.items(), key=lambda one: one[1].at):
        of[subject].append(paid)
    return of
