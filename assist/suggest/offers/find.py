"""Which scripts fit what is asked, with which goods of the shop, proved by what?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeGuard

from assist.domain.goods import FactName, Pair, Promotion, Stocked
from assist.domain.offer import Because, Offer, OfferPolicy, OfferRole, Segment

from .evidence import Proven, proven
from .situation import Candidate, OfferSituation

MOST_LEADS = 5
"""So many goods of one kind are weighed against each other for one script, the best sold ones."""


@dataclass(frozen=True)
class Fitting:
    """A script that what is said calls for, why, and how much better than any it is expected to do."""

    offer: Offer
    because: Literal["script", "pair", "instead"]
    weight: float


class Scripts:
    """A library's scripts, found by what is spoken of. Immutable."""

    def __init__(self, offers: Iterable[Offer], policy: OfferPolicy) -> None:
        self.policy = policy
        self._offers = tuple(offer for offer in offers if offer.active)
        self._seasons = {season.id: season for season in policy.seasons}

    def __bool__(self) -> bool:
        return bool(self._offers)

    def fitting(
        self, situation: OfferSituation, seasons: Mapping[str, bool], *, asks_stock: bool = False
    ) -> list[Fitting]:
        """Return the scripts for what is spoken of, in the library's order. `seasons` are the facts about them.

        Scripts that only order history calls for are among them with the weight of an intent; `candidates` keeps them
        where a pair does.
        """
        found = (
            self._fits(offer, situation) for offer in self._offers if self._may(offer, situation, seasons, asks_stock)
        )
        return [self._weighed(one, seasons) for one in found if one is not None]

    def sells_with(self, situation: OfferSituation, seasons: Mapping[str, bool]) -> bool:
        """Is there a script for the goods spoken of, whatever is asked about them?"""
        return any(
            self._may(offer, situation, seasons, asks_stock=False)
            and (
                not set(offer.products).isdisjoint(situation.asked_products)
                or situation.asked_category in offer.categories
            )
            for offer in self._offers
        )

    def _may(self, offer: Offer, situation: OfferSituation, seasons: Mapping[str, bool], asks_stock: bool) -> bool:
        today = situation.today
        return (
            (offer.role is OfferRole.instead) is asks_stock
            and (offer.valid_from is None or offer.valid_from <= today)
            and (offer.valid_until is None or today <= offer.valid_until)
            and (offer.season is None or self._is_open(offer.season, situation, seasons))
            and (not situation.english or offer.say_en is not None)
            and (not offer.members_only or Segment.member in situation.segments)
        )

    def _is_open(self, season_id: str, situation: OfferSituation, seasons: Mapping[str, bool]) -> bool:
        if season_id in seasons:
            return seasons[season_id]
        season = self._seasons.get(season_id)
        return season is not None and season.covers(situation.today)

    def _fits(self, offer: Offer, situation: OfferSituation) -> Fitting | None:
        if offer.intents and situation.intent not in offer.intents:
            return None
        weights = self.policy.weights
        if offer.role is OfferRole.instead:
            named = not set(offer.products).isdisjoint(situation.asked_products)
            return Fitting(offer, "instead", weights.instead) if named else None
        if not set(offer.products).isdisjoint(situation.asked_products):
            return Fitting(offer, "script", weights.product)
        if situation.asked_category in offer.categories:
            return Fitting(offer, "script", weights.category)
        nothing_named = not offer.products and not offer.categories
        if offer.pairs or (nothing_named and offer.intents):
            return Fitting(offer, "pair" if offer.pairs else "script", weights.intent)
        return None

    def _weighed(self, fitting: Fitting, seasons: Mapping[str, bool]) -> Fitting:
        if fitting.offer.season is None:
            return fitting
        return replace(fitting, weight=fitting.weight * self.policy.weights.season)


@dataclass(frozen=True)
class Shelves:
    """The goods a decision may choose from, by kind (best sold first) and by SKU; and the pairs of what is asked."""

    by_kind: Mapping[str, Sequence[Stocked]]
    by_sku: Mapping[str, Stocked]
    pairs: Sequence[Pair]


def kinds_of(fitting: Iterable[Fitting]) -> frozenset[str]:
    """Return the kinds of goods that some scripts offer."""
    offers = [one.offer for one in fitting]
    return frozenset({*(one.kind for one in offers if one.kind), *(kind for one in offers for kind in one.bundle)})


def is_sold(stocked: Stocked, situation: OfferSituation) -> bool:
    """May these goods be offered? What nobody counted may; what is gone, not listed or counted in no number never."""
    stock = stock_of(stocked, situation)
    listed = _value(stocked, FactName.listed, situation)
    counted = _value(stocked, FactName.stock, situation) is not None
    return listed is not False and (not counted if stock is None else stock > 0)


def stock_of(stocked: Stocked, situation: OfferSituation) -> int | None:
    """Return how many pieces are left, as somebody counted them; a number may have come as text."""
    told = _value(stocked, FactName.stock, situation)
    if isinstance(told, str):
        told = int(told) if told.strip().isdecimal() else None
    return int(told) if _is_number(told, _MOST_PIECES) else None


def price_fen_of(stocked: Stocked, situation: OfferSituation) -> int | None:
    """Return what this customer pays now: the lower of price and promotion; None where nobody told, or no price."""
    price = _value(stocked, FactName.price, situation)
    known = [int(price)] if _is_number(price, _MOST_FEN) else []
    promotion = promotion_of(stocked, situation)
    return min([*known, *([promotion.price_fen] if promotion else [])], default=None)


def promotion_of(stocked: Stocked, situation: OfferSituation) -> Promotion | None:
    """Return the promotion that holds now, is meant for this customer, and asks less than the price."""
    told = _value(stocked, FactName.promotion, situation)
    try:
        promotion = Promotion.model_validate(told) if isinstance(told, dict) else None
    except ValueError:
        return None
    if promotion is None or (promotion.members and Segment.member not in situation.segments):
        return None
    price = _value(stocked, FactName.price, situation)
    return None if _is_number(price, _MOST_FEN) and int(price) <= promotion.price_fen else promotion


def ends_at_of(goods: Iterable[Stocked], proof: Proven, situation: OfferSituation) -> datetime | None:
    """Return when the first of the facts that a card rests on ends."""
    facts = [fact for one in goods for name, fact in one.facts.items() if name in _SAID or fact.id == proof.fact_id]
    ends = [fact.valid_until for fact in facts if fact.valid_until is not None and fact.holds(situation.at)]
    return min(ends, default=None)


_SAID = frozenset({FactName.price, FactName.promotion})
_MOST_FEN = 10**9
_MOST_PIECES = 10**9


def _is_number(told: object, most: int) -> TypeGuard[int | float]:
    """A truth value is no number, whatever Python says."""
    return isinstance(told, int | float) and not isinstance(told, bool) and 0 <= told <= most


def candidates(
    fitting: Iterable[Fitting], shelves: Shelves, situation: OfferSituation, policy: OfferPolicy
) -> list[Candidate]:
    """Return every script with goods that are there and evidence that holds. What is in the cart is not offered."""
    return [candidate for one in fitting for candidate in _of_script(one, shelves, situation, policy)]


def _of_script(
    fitting: Fitting, shelves: Shelves, situation: OfferSituation, policy: OfferPolicy
) -> Iterator[Candidate]:
    offer = fitting.offer
    if offer.role is OfferRole.instead and not _all_gone(offer, shelves, situation):
        return
    if offer.kind is None and not offer.skus and not offer.pairs:
        if (own := _own_proof(offer, situation)) is not None:
            yield Candidate(offer, (), own, None, None, _because(fitting, None), fitting.weight)
        return
    rest = _rest_of_bundle(offer, shelves, situation)
    if rest is None:
        return
    yielded = 0
    for lead, pair in _leads(fitting, shelves):
        if yielded == MOST_LEADS:
            return
        if not _may_lead(lead, situation):
            continue
        if (proof := _own_proof(offer, situation) or _proof_of(lead, offer, situation, policy)) is None:
            continue
        yielded += 1
        yield _candidate(fitting, (lead, *rest), proof, pair, situation, policy)


def _leads(fitting: Fitting, shelves: Shelves) -> Iterator[tuple[Stocked, Pair | None]]:
    """Yield the goods that a script may lead with, each with the pair that speaks for it.

    Where only order history calls for the script, the goods that it shows: those of the script, or any.
    """
    offer = fitting.offer
    own = [shelves.by_sku[sku] for sku in offer.skus if sku in shelves.by_sku]
    own = own or list(shelves.by_kind.get(offer.kind or "", ()))
    paired = {pair.with_sku: pair for pair in reversed(shelves.pairs)} if offer.pairs else {}
    if fitting.because != "pair":
        yield from ((one, paired.get(one.goods.sku)) for one in own)
        return
    of_any_goods = offer.kind is None and not offer.skus
    found = own if not of_any_goods else [shelves.by_sku[sku] for sku in paired if sku in shelves.by_sku]
    shown = [(one, paired[one.goods.sku]) for one in found if one.goods.sku in paired]
    yield from sorted(shown, key=lambda one: (-one[1].lift_low, one[0].goods.sku))


def _has_it(stocked: Stocked, situation: OfferSituation) -> bool:
    """Is it in the cart, in the order spoken of, or bought lately?"""
    sku = stocked.goods.sku
    in_cart = any(one.how == "cart" and one.sku == sku for one in situation.seen)
    return in_cart or sku in situation.order_skus or sku in situation.recent_skus


def _may_lead(lead: Stocked, situation: OfferSituation) -> bool:
    asked = lead.goods.kind is not None and lead.goods.kind in situation.asked_products
    named = not situation.english or lead.goods.title_en is not None
    return is_sold(lead, situation) and not _has_it(lead, situation) and not asked and named


def _rest_of_bundle(offer: Offer, shelves: Shelves, situation: OfferSituation) -> tuple[Stocked, ...] | None:
    """Return the goods that come with it, one of each kind; None where one is not to be had."""
    rest: list[Stocked] = []
    for kind in offer.bundle:
        sold = (one for one in shelves.by_kind.get(kind, ()) if is_sold(one, situation))
        there = next((one for one in sold if not _has_it(one, situation)), None)
        if there is None:
            return None
        rest.append(there)
    return tuple(rest)


def _all_gone(offer: Offer, shelves: Shelves, situation: OfferSituation) -> bool:
    """Does the shop sell what was asked for, and has none of it left?"""
    asked = [
        one
        for product in offer.products
        if product in situation.asked_products
        for one in shelves.by_kind.get(product, ())
    ]
    return bool(asked) and all(_is_gone(one, situation) for one in asked)


def _is_gone(stocked: Stocked, situation: OfferSituation) -> bool:
    """Does somebody say that there is none? A count that cannot be read says nothing."""
    return stock_of(stocked, situation) == 0 or _value(stocked, FactName.listed, situation) is False


def _own_proof(offer: Offer, situation: OfferSituation) -> Proven | None:
    fact = offer.evidence.fact
    if fact is None or (fact.valid_until is not None and fact.valid_until < situation.today):
        return None
    text = fact.value_en if situation.english else fact.value
    source = f"{fact.source.title}（{fact.source.issuer}，{fact.source.year}）"
    return Proven(f"offer:{offer.id}", offer.evidence.kind, text, source, until=fact.valid_until) if text else None


def _proof_of(lead: Stocked, offer: Offer, situation: OfferSituation, policy: OfferPolicy) -> Proven | None:
    if offer.evidence.fact is not None:
        return None
    kinds = (offer.evidence.kind, *offer.evidence.or_kinds)
    return proven(lead, kinds, situation.at, situation.today, english=situation.english, policy=policy.evidence)


def _candidate(
    fitting: Fitting,
    goods: tuple[Stocked, ...],
    proof: Proven,
    pair: Pair | None,
    situation: OfferSituation,
    policy: OfferPolicy,
) -> Candidate:
    prices = [price_fen_of(one, situation) for one in goods]
    margins = [_value(one, FactName.margin, situation) for one in goods]
    known = [int(margin) for margin in margins if _is_number(margin, _MOST_FEN)]
    weight = fitting.weight
    if pair is not None:
        weight = max(weight, min(pair.lift_low, policy.weights.pair))
    return Candidate(
        offer=fitting.offer,
        goods=goods,
        proof=proof,
        price_fen=None if None in prices else sum(price or 0 for price in prices),
        margin_fen=sum(known) if len(known) == len(goods) else None,
        because=_because(fitting, pair),
        weight=weight,
    )


def _because(fitting: Fitting, pair: Pair | None) -> tuple[Because, ...]:
    reasons = [] if fitting.because == "pair" else [Because(why=fitting.because)]
    if pair is not None:
        reasons.append(Because(why="pair", both=pair.both, lift_low=pair.lift_low))
    if fitting.offer.season is not None:
        reasons.append(Because(why="season", season=fitting.offer.season))
    return tuple(reasons)


def _value(stocked: Stocked, name: FactName, situation: OfferSituation) -> object:
    fact = stocked.facts.get(name)
    return fact.value if fact is not None and fact.holds(situation.at) else None
