"""Are the goods on a card still to be had? Asked in the very change that keeps the card, and before it is sent."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.goods import FactName, Stocked
from assist.store.queries import goods
from assist.store.queries.suggestions import SuggestionRow


def still_sold(session: Session, row: SuggestionRow, now: datetime) -> bool:
    """Return whether nothing says that goods of an offer's card are gone or not sold any more."""
    offer = row.suggestion.offer
    skus = [one.sku for one in offer.goods] if offer else []
    return all(not _is_gone(one, now) for one in goods.of_skus(session, row.shop_id, skus))


def _is_gone(stocked: Stocked, now: datetime) -> bool:
    stock, listed = (stocked.facts.get(name) for name in (FactName.stock, FactName.listed))
    sold_out = stock is not None and stock.holds(now) and stock.value == 0
    return sold_out or (listed is not None and listed.holds(now) and listed.value is False)
