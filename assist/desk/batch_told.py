"""What may be told of the lot that a customer complains of?"""

import json
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from sqlalchemy.orm import Session

from assist.content.english import HAN
from assist.domain.chat import OrderLine
from assist.domain.goods import Batch, FactName, GoodsFact
from assist.store.queries import goods

from .claims import Case


@dataclass(frozen=True)
class BatchTold:
    """The catalogue's record of a lot; `fact_id` resolves to it."""

    fact_id: str
    batch: Batch

    def slots(self, *, english: bool) -> dict[str, str]:
        """Return what can be said of it, by slot. The records are in Chinese: in English only what has no Han is."""
        known = {
            "batch_origin": self.batch.origin,
            "batch_cold_chain": self.batch.cold_chain,
            "batch_harvested": _day(self.batch.harvested, english=english) if self.batch.harvested else None,
        }
        return {name: text for name, text in known.items() if text and not (english and HAN.search(text))}


def batch_told(session: Session, case: Case, line: OrderLine | None) -> BatchTold | None:
    """Return the record of the lot a line was sold from, or None: of another lot nothing is said.

    Where the order names no lot, the goods' current one counts if it was so when the order was paid or signed for.
    """
    if line is None or not line.sku:
        return None
    fact = goods.fact_by_id(session, case.shop_id, f"{FactName.batch.value}:{line.sku}")
    if fact is None or not fact.holds(case.until):
        return None
    try:
        batch = Batch.model_validate_json(json.dumps(fact.value))
    except ValidationError:
        return None
    own = line.batch.strip()
    fits = own == batch.batch.strip() if own else _was_so(fact, case)
    return BatchTold(fact_id=fact.id, batch=batch) if fits else None


def _was_so(fact: GoodsFact, case: Case) -> bool:
    """Was it the current lot already when the order was paid, or else signed for? Without either nobody knows."""
    order = case.order
    bought_at = (order.paid_at or order.signed_at) if order else None
    return bought_at is not None and (fact.valid_from or fact.stated_at) <= bought_at


def _day(day: date, *, english: bool) -> str:
    return f"{day.day} {day:%b}" if english else f"{day.month}月{day.day}日"
