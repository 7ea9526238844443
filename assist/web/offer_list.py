"""How are scripts of offers listed: under which goods, and what is told of each?"""

from collections.abc import Mapping
from dataclasses import dataclass

from assist.domain.library import Library
from assist.domain.offer import Offer

from .words import in_language


@dataclass(frozen=True)
class OfferRow:
    """One script. `beside` are the goods and categories it goes with, or the questions where it goes with any goods."""

    id: str
    title: str
    role: str
    beside: tuple[str, ...]
    pairs: bool
    season: str
    members_only: bool
    active: bool


@dataclass(frozen=True)
class OfferGroup:
    """The scripts for one category of goods; `name` is "" for those that no goods are named in."""

    name: str
    rows: tuple[OfferRow, ...]


def groups_of(library: Library, language: str) -> list[OfferGroup]:
    """Return a library's scripts by the first category of goods they go with, in the library's order."""
    named = _Named(library, language)
    rows: dict[str, list[OfferRow]] = {one.id: [] for one in library.topics.categories}
    for offer in library.offers:
        rows.setdefault(named.category(offer), []).append(named.row(offer))
    names = {key: key and named.categories.get(key, key) for key in rows}
    return [OfferGroup(names[key], tuple(held)) for key, held in rows.items() if held]


class _Named:
    """The library's ids in the words of a language."""

    def __init__(self, library: Library, language: str) -> None:
        def said(zh: str, en: str) -> str:
            return in_language(zh, en, language)

        self._english = language == "en"
        self._category_of: Mapping[str, str] = {one.id: one.category for one in library.products}
        self.categories = {one.id: said(one.zh, one.en) for one in library.topics.categories}
        self._products = {one.id: said(one.name, one.name_en) for one in library.products}
        self._intents = {one.id: said(one.zh, one.en) for one in library.topics.intents}
        self._seasons = {one.id: said(one.zh, one.en) for one in library.selling.seasons}

    def category(self, offer: Offer) -> str:
        of_products = (self._category_of.get(one, "") for one in offer.products)
        return next((one for one in (*offer.categories, *of_products) if one), "")

    def row(self, offer: Offer) -> OfferRow:
        goods = (
            *(self.categories.get(one, one) for one in offer.categories),
            *(self._products.get(one, one) for one in offer.products),
        )
        return OfferRow(
            id=offer.id,
            title=(offer.title_en or offer.title) if self._english else offer.title,
            role=offer.role.value,
            beside=goods or tuple(self._intents.get(one, one) for one in offer.intents),
            pairs=offer.pairs,
            season=self._seasons.get(offer.season, offer.season) if offer.season else "",
            members_only=offer.members_only,
            active=offer.active,
        )
