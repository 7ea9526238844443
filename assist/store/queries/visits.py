"""What a customer was looking at, and had in the cart, when they wrote last."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assist.store import selling_tables
from assist.store.sql import upsert_newest
from assist.store.tables import table_of

_visit = table_of(selling_tables.Visit)


@dataclass(frozen=True)
class Visit:
    """SKUs or titles, as the platform told them."""

    browsing: tuple[str, ...]
    cart: tuple[str, ...]
    at: datetime


def save_visit(
    session: Session, shop_id: str, conversation_id: str, browsing: Sequence[str], cart: Sequence[str], at: datetime
) -> None:
    """Keep what was told with a message; the newest wins."""
    values = {
        "conversation_id": conversation_id,
        "shop_id": shop_id,
        "browsing": json.dumps(list(browsing), ensure_ascii=False),
        "cart": json.dumps(list(cart), ensure_ascii=False),
        "at": at,
    }
    upsert_newest(session, _visit, values, age="at")


def visit(session: Session, conversation_id: str) -> Visit | None:
    row = session.execute(select(_visit).where(_visit.c.conversation_id == conversation_id)).one_or_none()
    return Visit(tuple(json.loads(row.browsing)), tuple(json.loads(row.cart)), row.at) if row else None
