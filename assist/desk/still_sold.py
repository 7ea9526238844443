"""Is what an offer's card says still true? Asked in the very change that keeps the card, and before it is sent."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.goods import FactName, Stocked
from assist.store.queries import goods
from assist.store.queries.suggestions import SuggestionRow


def still_sold(session: Session, row: SuggestionRow, now: datetime) -> bool:
    """Return whether nothing says that its goods are gone or not sold any more, and nothing it rests on has ended."""
    offer = row.suggestion.offer
    if offer is None:
        return True
    if offer.ends_at is not None and offer.ends_at <= now:
        return False
    skus = [one.sku for one in offer.goods]
    return not any(_is_gone(one, now) for one in goods.of_skus(session, row.shop_id, skus))


def _is_gone(stocked: Stocked, now: datetime) -> bool:
    told = {name: fact.value for name, fact in stocked.facts.items() if fact.holds(now)}
    return told.get(FactName.stock) in (0, "0") or told.get(FactName.listed) is False
