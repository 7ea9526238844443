"""Offer one thing beside an answer, or say why nothing is offered now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assist.content.wording import slots_of, word
from assist.domain.characters import hidden_in
from assist.domain.chat import Turn
from assist.domain.ids import id_of
from assist.domain.library import RUNTIME_SLOTS
from assist.domain.offer import HoldWhy, Offer, OfferDetail, OfferedGoods, SeenLine, ShownProof
from assist.domain.suggestion import Reason, Suggestion, SuggestionKind
from assist.suggest.offers.find import candidates, ends_at_of, price_fen_of, promotion_of, stock_of
from assist.suggest.offers.hold import Moment, hold, too_soon
from assist.suggest.offers.rank import Arm, Choice, choose
from assist.suggest.offers.situation import Candidate, OfferSituation, Seen

from . import guard_cards
from .libraries import Shelf
from .look_at_offers import OfferWorld
from .script import money

_LONGEST_TITLE = 40
_COLON = {False: "：", True: ": "}
_MARKUP = ("<", ">", "{{", "{%", "}}")


@dataclass(frozen=True)
class Beside:
    """At most one card; or why an offer that would have been made is held back."""

    card: Suggestion | None = None
    held: HoldWhy | None = None
    holdout: bool = False
    """The card is decided and not shown: this customer is one of those who are offered nothing."""


NOTHING = Beside()
_TROUBLE = frozenset({HoldWhy.harm, HoldWhy.complaint, HoldWhy.mood, HoldWhy.careful})


def offer_beside(
    turn: Turn, answers: Sequence[Suggestion], world: OfferWorld, shelf: Shelf, moment: guard_cards.Moment, number: int
) -> Beside:
    """Return the one offer for a turn. What nobody could be offered is held back by nothing.

    But where the goods have scripts and the customer is in trouble, the sidebar says that we do not sell now.
    """
    policy = shelf.scripts.policy
    if not world.fitting:
        why = hold(_moment(answers, world, shelf), policy, world.situation.at)
        return Beside(held=why) if why in _TROUBLE else NOTHING
    found = candidates(world.fitting, world.shelves, world.situation, policy)
    sayable = [one for one in found if _is_sayable(one, world, shelf)]
    if not sayable:
        return NOTHING
    why = hold(_moment(answers, world, shelf), policy, world.situation.at)
    if why is not None:
        return Beside(held=why)
    soon = [too_soon(_named(one), world.before, policy, world.situation.at) for one in sayable]
    left = [one for one, early in zip(sayable, soon, strict=True) if early is None]
    if not left:
        return Beside(held=next(early for early in soon if early is not None))
    return _first_that_may_be_said(left, turn, world, shelf, moment, number)


def _first_that_may_be_said(
    left: list[Candidate], turn: Turn, world: OfferWorld, shelf: Shelf, moment: guard_cards.Moment, number: int
) -> Beside:
    """Return the card of the one chosen; where a guard objects to its words, of the one chosen among the others."""
    while left:
        choice, seed = _chosen(left, turn, world, shelf)
        candidate = left.pop(choice.index)
        texts = _worded(candidate, world, shelf)
        if _may_be_said(texts, shelf, moment):
            return Beside(card=_card(candidate, texts, choice, seed, world, number), holdout=world.holdout)
    return NOTHING


def _moment(answers: Sequence[Suggestion], world: OfferWorld, shelf: Shelf) -> Moment:
    likely = shelf.library.answers.likely_score
    answered = any(one.score >= likely and not one.internal for one in answers)
    return Moment(
        harm=world.harm,
        complaint=world.complaint,
        careful=world.careful,
        moods=world.moods,
        intent=world.topic.intent,
        # Whoever asks whether something is to be had is answered by what there is instead.
        answered=answered or world.asks_stock,
        before=world.before,
    )


def _named(candidate: Candidate) -> tuple[str, ...]:
    return tuple(one.goods.sku for one in candidate.goods) or (candidate.offer.id,)


def _chosen(left: Sequence[Candidate], turn: Turn, world: OfferWorld, shelf: Shelf) -> tuple[Choice, int]:
    policy = shelf.scripts.policy.ranking
    seed = int(id_of("offer", turn.id)[:12], 16)
    arms = [
        Arm(key=(one.offer.id, one.arm), gain_fen=_gain_fen(one, by_margin=policy.gain == "margin"), weight=one.weight)
        for one in left
    ]
    return choose(arms, world.here, world.overall, policy, seed), seed


def _gain_fen(candidate: Candidate, *, by_margin: bool) -> int:
    """Return what an acceptance is worth; by its price where nobody told the margin."""
    if by_margin and candidate.margin_fen is not None:
        return candidate.margin_fen
    return candidate.price_fen or 0


@dataclass(frozen=True)
class _Texts:
    """An offer's texts with everything filled in, and what they tell of the person."""

    product: str
    feature: str
    advantage: str
    benefit: str
    proof: str
    say: str
    missing: tuple[str, ...]
    personal: tuple[str, ...]


def _is_sayable(candidate: Candidate, world: OfferWorld, shelf: Shelf) -> bool:
    """Is everything known that its texts leave open, but for what only an agent can fill?"""
    offer = candidate.offer
    known = _slots(candidate, world, shelf).keys()
    say, _ = _say(offer, world.situation)
    parts = (offer.feature, offer.advantage, offer.benefit, offer.evidence.text)
    return all(slots_of(text) <= known for text in parts) and slots_of(say) <= known | RUNTIME_SLOTS


def _worded(candidate: Candidate, world: OfferWorld, shelf: Shelf) -> _Texts:
    told = world.situation
    offer = candidate.offer
    slots = _slots(candidate, world, shelf)
    say, tone = _say(offer, told)
    seen = _seen_text(candidate, told, shelf.scripts.policy.seen)
    name = {"customer_name": told.customer_name} if told.customer_name else {}
    parts = (offer.feature, offer.advantage, offer.benefit, offer.evidence.text)
    feature, advantage, benefit, proof = (word(text, slots).text for text in parts)
    said = word(say, {**slots, **name})
    is_set = len(candidate.goods) > 1
    # What they looked at is spoken of to the agent always, to them where it has to do with what is offered.
    return _Texts(
        product=_product(candidate, english=told.english),
        feature=feature,
        advantage=advantage,
        benefit=f"{seen[0]}{benefit}" if seen else benefit,
        # The proof of a set is that of the goods it leads with.
        proof=f"{_title(candidate, english=told.english)}{_COLON[told.english]}{proof}" if is_set else proof,
        say=f"{seen[0]}{said.text}" if seen and seen[2] else said.text,
        missing=said.missing,
        personal=(*((seen[1],) if seen else ()), *(name if "customer_name" in slots_of(say) else ()), *tone),
    )


def _may_be_said(texts: _Texts, shelf: Shelf, moment: guard_cards.Moment) -> bool:
    """Is every part free of forbidden words and of promises? Goods bring words of their own: no rewriting here."""
    parts = (texts.product, texts.feature, texts.advantage, texts.benefit, texts.proof, texts.say)
    return all(
        _is_plain(part, texts.missing) and guard_cards.guard_text_alone(part, shelf, moment) == part for part in parts
    )


def _is_plain(text: str, missing: Sequence[str]) -> bool:
    """Titles and proofs come from tables and platforms: neither markup nor what turns a text round is said.

    The slots in `missing` are the script's own, for the agent to fill.
    """
    for name in missing:
        text = text.replace(f"{{{{ {name} }}}}", "")
    return not hidden_in(text) and not any(sign in text for sign in _MARKUP)


def _slots(candidate: Candidate, world: OfferWorld, shelf: Shelf) -> dict[str, str]:
    """Return everything known of the goods, by slot; what is not known is not there."""
    told = world.situation
    english = told.english
    lead = candidate.goods[0] if candidate.goods else None
    known: dict[str, str | None] = {
        "proof": candidate.proof.text,
        "goods": _title(candidate, english=english),
        "asked": _asked(told, shelf),
        "price": money(candidate.price_fen, english=english) if candidate.price_fen is not None else None,
    }
    for name, fact in candidate.offer.facts.items():
        known[name] = fact.value_en if english else fact.value
    if lead is not None:
        goods = lead.goods
        known |= {
            "goods_feature": goods.feature,
            "goods_advantage": goods.advantage,
            "goods_benefit": goods.benefit,
        }
        if (promotion := promotion_of(lead, told)) is not None:
            known["promotion_price"] = money(promotion.price_fen, english=english)
    return {name: value for name, value in known.items() if value}


def _product(candidate: Candidate, *, english: bool) -> str:
    """Return what is offered: the goods, or a set by its own name."""
    is_set = len(candidate.goods) > 1 and not english
    return candidate.offer.product if is_set else _title(candidate, english=english)


def _title(candidate: Candidate, *, english: bool) -> str:
    if not candidate.goods:
        return candidate.offer.product
    goods = candidate.goods[0].goods
    return (goods.title_en or goods.title) if english else goods.title


def _asked(told: OfferSituation, shelf: Shelf) -> str | None:
    product = next((shelf.products[one] for one in told.asked_products if one in shelf.products), None)
    if product is None:
        return None
    return product.name_en if told.english else product.name


def _say(offer: Offer, told: OfferSituation) -> tuple[str, tuple[str, ...]]:
    """Return the sentence in the tone for who is spoken to, with what that tone tells of them."""
    if told.english:
        return offer.say_en or offer.say, ()
    for segment in told.segments:
        if segment in offer.say_to:
            return offer.say_to[segment], (segment.value,)
    return offer.say, (("member",) if offer.members_only else ())


def _seen_text(candidate: Candidate, told: OfferSituation, lines: Sequence[SeenLine]) -> tuple[str, str, bool] | None:
    """Return how the nearest of what they have in the cart, look at or bought is spoken of, which of the three it is,
    and whether it has to do with what is asked or offered."""
    by_how = {line.how: line for line in lines}
    offered = {one.goods.kind for one in candidate.goods}
    spoken = sorted(
        (one for one in told.seen if one.how in by_how),
        key=lambda one: (one.kind not in told.asked_products, one.kind not in offered),
    )
    for one in spoken:
        line = by_how[one.how]
        title = _short(one)
        text = line.en if told.english else line.zh
        near = one.kind is not None and (one.kind in told.asked_products or one.kind in offered)
        # A line ends as its writer ends it: the space between two English sentences is part of it.
        return word(text.strip(), {"seen": title}).text + text[len(text.rstrip()) :], one.how, near
    return None


def _short(seen: Seen) -> str:
    return seen.title if len(seen.title) <= _LONGEST_TITLE else f"{seen.title[: _LONGEST_TITLE - 1]}…"


def _card(candidate: Candidate, texts: _Texts, choice: Choice, seed: int, world: OfferWorld, number: int) -> Suggestion:
    proof = candidate.proof
    told = world.situation
    detail = OfferDetail(
        role=candidate.offer.role,
        goods=tuple(_offered(candidate, told)),
        product=texts.product,
        feature=texts.feature,
        advantage=texts.advantage,
        benefit=texts.benefit,
        proof=ShownProof(
            fact_id=proof.fact_id,
            kind=proof.kind,
            text=texts.proof,
            source=proof.source,
            on=proof.on,
            stated_at=proof.stated_at,
            until=proof.until,
        ),
        until=candidate.offer.valid_until,
        ends_at=ends_at_of(candidate.goods, proof, told),
        segment=told.segments[0] if told.segments else None,
        personal=texts.personal,
        context=world.context,
        chance=choice.chance,
        gain_fen=choice.gain_fen,
        propensity=choice.propensity,
        explored=choice.explored,
        seed=seed,
        because=candidate.because,
    )
    return Suggestion(
        kind=SuggestionKind.offer,
        article_id=candidate.offer.id,
        library_number=number,
        title=candidate.offer.title,
        text=texts.say,
        missing=texts.missing,
        score=min(1.0, max(0.0, choice.chance)),
        matched="",
        reasons=(Reason(rule="offer_chance", score=choice.chance), Reason(rule="offer_weight", score=candidate.weight)),
        source=proof.source,
        offer=detail,
    )


def _offered(candidate: Candidate, told: OfferSituation) -> Iterator[OfferedGoods]:
    for one in candidate.goods:
        yield OfferedGoods(
            sku=one.goods.sku,
            title=one.goods.title,
            price_fen=price_fen_of(one, told),
            stock=stock_of(one, told),
        )
