"""Which orders may answer a customer's offers, as they were told last, with their payments and refunds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.domain.offer import OfferPolicy
from assist.store.queries import offers, order_lines, world
from assist.store.queries.offers import MadeRow
from assist.suggest.offers.outcome import Paid


@dataclass(frozen=True)
class _Window:
    """When an order has to be paid to answer one of the offers, and whose it has to be."""

    shop_id: str
    customer_ref: str
    start: datetime
    end: datetime


def paid_orders(
    session: Session, rows: Sequence[MadeRow], sent_at: Iterable[datetime], policy: OfferPolicy
) -> list[Paid]:
    """Return the orders of one customer that were paid since the first of these offers was sent, as far as they count.

    An order without a customer counts where its payment named them. An order nobody told a time of payment of counts
    for nothing.
    """
    times = sorted(sent_at)
    customer = rows[0].customer_ref
    if not times or not customer:
        return []
    window = _Window(rows[0].shop_id, customer, times[0], times[-1] + timedelta(hours=policy.accept_hours))
    paid = _payments(session, rows, window)
    bought = order_lines.history(session, window.shop_id, customer, window.start)
    refs = {one.order_ref for one in bought if one.paid_at is not None and one.paid_at <= window.end}
    refs |= {row.order_ref for row in rows if row.order_ref}
    found = (_paid(session, window, ref, paid, policy) for ref in sorted({*refs, *paid}))
    return [one for one in found if one is not None]


def _payments(session: Session, rows: Sequence[MadeRow], window: _Window) -> dict[str, datetime]:
    """Return the orders that the log says were paid by the customer, with the first time of each."""
    paid: dict[str, datetime] = {}
    for key in sorted({row.subject_key for row in rows if row.subject_key}):
        for ref, at in offers.payments_by(session, window.shop_id, key, window.start, window.end):
            paid[ref] = min(at, paid.get(ref, at))
    return paid


def _paid(
    session: Session, window: _Window, order_ref: str, told: dict[str, datetime], policy: OfferPolicy
) -> Paid | None:
    order = world.order(session, window.shop_id, order_ref)
    if order is None or order.customer_ref not in ("", window.customer_ref):
        return None
    if not order.customer_ref and order_ref not in told:
        return None
    kept = order_lines.of_order(session, window.shop_id, order_ref)
    times = (order.paid_at, told.get(order_ref), *(line.paid_at for line in kept))
    paid_at = next((at for at in times if at is not None), None)
    if paid_at is None:
        return None
    until = paid_at + timedelta(days=policy.return_days)
    return Paid(
        order=order,
        paid_at=paid_at,
        # A statement that leaves the lines out tells nothing about them.
        lines=tuple((line.sku, line.paid_fen) for line in order.lines or kept),
        given_up=order_lines.is_given_up(order),
        refunds=tuple(
            offers.told_of_order(session, window.shop_id, EventKind.order_refunded, order_ref, paid_at, until)
        ),
    )
