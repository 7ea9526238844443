"""Who bought what, line by line, as orders were told last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assist.domain.chat import Order
from assist.store import selling_tables, tables
from assist.store.sql import upsert
from assist.store.tables import table_of

_line = table_of(selling_tables.OrderLine)
_order = table_of(tables.OrderSnapshot)

GIVEN_UP = frozenset({"cancelled", "canceled", "closed", "refunded", "void"})
"""The words for an order that came to nothing, in any case of letters."""


@dataclass(frozen=True)
class Bought:
    """One line of an order. `paid_at` None: nobody told when it was paid."""

    order_ref: str
    line_ref: str
    sku: str
    quantity: int
    paid_fen: int
    paid_at: datetime | None
    cancelled: bool


def save_lines(session: Session, shop_id: str, order: Order) -> None:
    """Keep an order's lines that name an SKU; an older statement than the order's own never replaces a newer one.

    A statement without lines tells nothing about them but whether the order was given up, nor does one without
    `paid_at` about when it was paid.
    """
    as_of = select(_order.c.as_of).where(_order.c.shop_id == shop_id, _order.c.order_ref == order.order_ref)
    newest = session.execute(as_of).scalar_one_or_none()
    if newest is not None and newest > order.as_of:
        return
    here = (_line.c.shop_id == shop_id, _line.c.order_ref == order.order_ref)
    cancelled = is_given_up(order)
    if not order.lines:
        changed = {"paid_at": order.paid_at} if order.paid_at else {}
        session.execute(update(_line).where(*here).values(cancelled=cancelled, **changed))
        return
    paid_at = order.paid_at or session.execute(select(func.max(_line.c.paid_at)).where(*here)).scalar_one()
    rows = {
        line.line_ref: {
            "shop_id": shop_id,
            "order_ref": order.order_ref,
            "line_ref": line.line_ref,
            "sku": line.sku,
            "customer_ref": order.customer_ref,
            "quantity": line.quantity,
            "paid_fen": line.paid_fen,
            "paid_at": paid_at,
            "cancelled": cancelled,
        }
        for line in order.lines
        if line.sku
    }
    session.execute(delete(_line).where(*here, _line.c.line_ref.not_in(rows)))
    upsert(session, _line, list(rows.values()))


def is_given_up(order: Order) -> bool:
    """Return whether an order came to nothing: by its status, or because all that was paid went back."""
    return order.status.lower() in GIVEN_UP or order.refunded_fen >= order.paid_fen > 0


def mark_paid(session: Session, shop_id: str, order_ref: str, at: datetime) -> None:
    """Keep when an order was paid, where nobody told before."""
    here = (_line.c.shop_id == shop_id, _line.c.order_ref == order_ref, _line.c.paid_at.is_(None))
    session.execute(update(_line).where(*here).values(paid_at=at))


def history(session: Session, shop_id: str, customer_ref: str, since: datetime, limit: int = 200) -> list[Bought]:
    """Return what a customer paid for since then, the newest first, cancelled lines included."""
    if not customer_ref:
        return []
    query = select(_line).where(
        _line.c.shop_id == shop_id, _line.c.customer_ref == customer_ref, _line.c.paid_at >= since
    )
    query = query.order_by(_line.c.paid_at.desc(), _line.c.order_ref.desc(), _line.c.line_ref).limit(limit)
    return [_bought(row) for row in session.execute(query)]


def of_order(session: Session, shop_id: str, order_ref: str) -> list[Bought]:
    """Return the lines of one order."""
    query = select(_line).where(_line.c.shop_id == shop_id, _line.c.order_ref == order_ref)
    return [_bought(row) for row in session.execute(query.order_by(_line.c.line_ref))]


def _bought(row: Any) -> Bought:
    return Bought(row.order_ref, row.line_ref, row.sku, row.quantity, row.paid_fen, row.paid_at, row.cancelled)
