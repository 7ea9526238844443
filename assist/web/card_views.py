"""Suggestions, articles and offers as cards show them."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from assist.content.english import said
from assist.content.wording import word
from assist.domain.figures import Fact, Source
from assist.domain.library import Article, Library
from assist.domain.offer import Offer, OfferDetail
from assist.domain.policy import AnswerPolicy
from assist.domain.suggestion import Suggestion, SuggestionKind
from assist.store.queries.chats import ConversationRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.language import is_english

from .api_models import SuggestionOut
from .card_models import BecauseOut, FilledOut, ImageOut, OfferCardOut, ProofOut
from .offer_sample import Sample
from .remedy_models import RemedyCardOut
from .slots import filled_in
from .words import in_language


def suggestion_out(
    row: SuggestionRow,
    library: Library,
    today: date,
    *,
    conversation: ConversationRow | None = None,
    remedy: RemedyCardOut | None = None,
    language: str = "zh",
) -> SuggestionOut:
    """Return a card; `today` in the shop's zone tells how old what it says is."""
    suggestion = row.suggestion
    article = offer = None
    if suggestion.kind is SuggestionKind.answer:
        article = next((one for one in library.articles if one.id == suggestion.article_id), None)
    elif suggestion.kind is SuggestionKind.offer:
        offer = next((one for one in library.offers if one.id == suggestion.article_id), None)
    source = article or offer
    return SuggestionOut(
        id=row.id,
        kind=suggestion.kind.value,
        rank=row.rank,
        title=suggestion.title,
        text=suggestion.text,
        missing=list(suggestion.missing),
        score=suggestion.score,
        level=level_of(suggestion.score, library.answers),
        matched=suggestion.matched,
        reasons=list(suggestion.reasons),
        source=suggestion.source,
        article_id=suggestion.article_id,
        library_number=suggestion.library_number,
        internal=suggestion.internal,
        created_at=row.created_at,
        filled=_filled(suggestion.text, article, conversation) if article and conversation else [],
        reviewed=source.reviewed if source else None,
        age_days=max(0, (today - source.reviewed).days) if source else None,
        images=images_out(article) if article else [],
        remedy=remedy,
        offer=_offer_on_card(suggestion, row, library, conversation, language),
    )


def level_of(score: float, policy: AnswerPolicy) -> Literal["high", "medium", "low"]:
    if score >= policy.sure_score:
        return "high"
    return "medium" if score >= policy.likely_score else "low"


def images_out(article: Article) -> list[ImageOut]:
    """Return an answer's pictures, each with what it shows."""
    return [ImageOut(url=one.url, alt=one.alt) for one in article.images]


def offer_out(detail: OfferDetail, library: Library, language: str) -> OfferCardOut:
    """Return an offer's card as it was decided."""
    seasons = {one.id: in_language(one.zh, one.en, language) for one in library.selling.seasons}
    prices = [one.price_fen for one in detail.goods]
    stocks = [one.stock for one in detail.goods if one.stock is not None]
    return OfferCardOut(
        product=detail.product,
        feature=detail.feature,
        advantage=detail.advantage,
        benefit=detail.benefit,
        evidence=ProofOut(
            kind=detail.proof.kind,
            text=detail.proof.text,
            source=detail.proof.source,
            until=detail.proof.until,
            fact_id=detail.proof.fact_id,
            sku=_sku_of(detail),
        ),
        until=detail.until,
        price_fen=sum(price or 0 for price in prices) if prices and None not in prices else None,
        stock=min(stocks, default=None),
        goods=tuple(one.title for one in detail.goods) if len(detail.goods) > 1 else (),
        because=tuple(
            BecauseOut(why=one.why, both=one.both, lift_low=one.lift_low, season=seasons.get(one.season or "", ""))
            for one in detail.because
        ),
        chance=detail.chance,
        explored=detail.explored,
    )


def _offer_on_card(
    suggestion: Suggestion, row: SuggestionRow, library: Library, conversation: ConversationRow | None, language: str
) -> OfferCardOut | None:
    if suggestion.offer is None:
        return None
    waits = conversation is not None and conversation.open_turn_id == row.turn_id
    return offer_out(suggestion.offer, library, language).model_copy(update={"answer_first": waits})


def _sku_of(detail: OfferDetail) -> str:
    """Return the goods on the card whose fact is its evidence, or "" for a fact of the script."""
    return next((one.sku for one in detail.goods if detail.proof.fact_id == f"{detail.proof.kind.value}:{one.sku}"), "")


def sketch_out(offer: Offer, language: str, sample: Sample | None = None) -> OfferCardOut:
    """Return a script as a card for whoever edits it: without sample goods, what only they can tell stays a blank."""
    fact = offer.evidence.fact
    figures = {name: one.value for name, one in offer.facts.items()} | ({"proof": fact.value} if fact else {})
    if sample is not None:
        return _sketch_with(sample, offer, {**figures, **sample.slots})
    return OfferCardOut(
        product=offer.product,
        feature=word(offer.feature, figures).text,
        advantage=word(offer.advantage, figures).text,
        benefit=word(offer.benefit, figures).text,
        evidence=ProofOut(
            kind=offer.evidence.kind,
            text=word(offer.evidence.text, figures).text,
            source=source_line(fact.source, language) if fact else "",
            until=fact.valid_until if fact else None,
        ),
        until=offer.valid_until,
    )


def _sketch_with(sample: Sample, offer: Offer, slots: Mapping[str, str]) -> OfferCardOut:
    return OfferCardOut(
        product=sample.product,
        feature=word(offer.feature, slots).text,
        advantage=word(offer.advantage, slots).text,
        benefit=word(offer.benefit, slots).text,
        evidence=ProofOut(
            kind=sample.proof.kind,
            text=word(offer.evidence.text, slots).text,
            source=sample.proof.source,
            until=sample.proof.until,
            fact_id=sample.proof.fact_id,
        ),
        until=offer.valid_until,
        price_fen=sample.price_fen,
        stock=sample.stock,
        goods=sample.goods,
    )


def source_line(source: Source, language: str) -> str:
    if language == "en":
        return f"{source.title_en or source.title} ({source.issuer_en or source.issuer}, {source.year})"
    return f"{source.title}（{source.issuer}，{source.year}）"


def said_by(offer: Offer, *, english: bool, slots: Mapping[str, str] | None = None) -> str:
    """Return the sentence for the customer, its figures and `slots` filled; what is left stays `{{ name }}`."""
    text = offer.say_en if english and offer.say_en else offer.say
    in_english = text is not offer.say
    figures = {
        name: value for name, fact in _facts(offer).items() if (value := fact.value_en if in_english else fact.value)
    }
    return word(text, {**figures, **(slots or {})}).text


def _facts(offer: Offer) -> dict[str, Fact]:
    return {**offer.facts, **({"proof": offer.evidence.fact} if offer.evidence.fact else {})}


def _filled(text: str, article: Article, conversation: ConversationRow) -> list[FilledOut]:
    """Say where the chat's own values stand, as far as this conversation still tells them."""
    told = said(article, english=article.text_en is not None and is_english(text))
    known = {"customer_name": conversation.customer_name, "order_ref": conversation.order_ref}
    return filled_in(told.text, told.facts, {name: value for name, value in known.items() if value}, text)
