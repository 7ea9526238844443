"""Which goods would a script offer now? Whoever edits it sees the card with them, if the shop has any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.desk.script import money
from assist.domain.goods import Stocked
from assist.domain.library import Library
from assist.domain.offer import Offer, OfferRole
from assist.store.queries import goods
from assist.suggest.offers.evidence import Proven
from assist.suggest.offers.find import Fitting, Shelves, candidates, promotion_of
from assist.suggest.offers.situation import Candidate, OfferSituation


@dataclass(frozen=True)
class Sample:
    """What a script's goods tell: slots by name, and what stands on the card beside its texts."""

    product: str
    slots: Mapping[str, str]
    proof: Proven
    price_fen: int | None
    stock: int | None
    goods: tuple[str, ...]


def sample_of(
    session: Session, shop_id: str, offer: Offer, library: Library, at: datetime, *, english: bool
) -> Sample | None:
    """Return the first goods that a script would offer at a time in the shop's zone.

    None where it names no goods, or none of them are there, sold and proven; in English, where they have no English.
    """
    of_kinds = goods.of_kinds(session, shop_id, [*filter(None, (offer.kind,)), *offer.bundle])
    of_skus = goods.of_skus(session, shop_id, offer.skus)
    # Nothing is asked, and nothing is known of who asks.
    told = OfferSituation(
        at=at,
        today=at.date(),
        english=english and offer.say_en is not None,
        asked_products=(),
        asked_category=None,
        intent=None,
    )
    found = _first(offer, of_kinds, of_skus, library, told)
    return _sample(found, offer, library, told) if found is not None and found.goods else None


def _first(
    offer: Offer, of_kinds: Sequence[Stocked], of_skus: Sequence[Stocked], library: Library, told: OfferSituation
) -> Candidate | None:
    by_kind: dict[str, list[Stocked]] = {}
    for one in of_kinds:
        by_kind.setdefault(one.goods.kind or "", []).append(one)
    shelves = Shelves(by_kind=by_kind, by_sku={one.goods.sku: one for one in of_skus}, pairs=())
    # What is offered instead is there as well while what it stands in for is not sold out yet.
    shown = offer.model_copy(update={"role": OfferRole.beside})
    return next(iter(candidates([Fitting(shown, "script", 1.0)], shelves, told, library.selling)), None)


def _sample(found: Candidate, offer: Offer, library: Library, told: OfferSituation) -> Sample:
    lead = found.goods[0]
    english = told.english
    title = (lead.goods.title_en if english else None) or lead.goods.title
    asked = next((one for one in library.products if one.id in offer.products), None)
    promotion = promotion_of(lead, told)
    slots = {
        "proof": found.proof.text,
        "goods": title,
        "asked": (asked.name_en if english else asked.name) if asked else None,
        "price": money(found.price_fen, english=english) if found.price_fen is not None else None,
        "promotion_price": money(promotion.price_fen, english=english) if promotion else None,
        "goods_feature": lead.goods.feature,
        "goods_advantage": lead.goods.advantage,
        "goods_benefit": lead.goods.benefit,
    }
    counted = [fact.value for one in found.goods if (fact := one.facts.get("stock")) and fact.holds(told.at)]
    return Sample(
        product=title,
        slots={name: value for name, value in slots.items() if value},
        proof=found.proof,
        price_fen=found.price_fen,
        stock=min((one for one in counted if isinstance(one, int)), default=None),
        goods=tuple(one.goods.title for one in found.goods) if len(found.goods) > 1 else (),
    )
