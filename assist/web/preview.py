"""Cards as agents will see them, of content that is not published yet: through the very template of the sidebar.

Show the HTML inside an element with a shadow root that holds `STYLESHEETS` and with the attributes
`capabilities="insert"` and `inert`: nothing on a preview can be pressed.
"""

from datetime import UTC, date, datetime
from typing import Any

from assist.content.english import said
from assist.content.wording import word
from assist.domain.library import Article, Library
from assist.domain.offer import Offer

from .api_models import SuggestionOut
from .card_models import HeldOut
from .card_views import images_out, level_of, said_by, sketch_out, source_line
from .offer_sample import Sample
from .views import cards_html

STYLESHEETS = tuple(f"/static/{name}.css" for name in ("tokens", "fresh-assist", "cards", "offer"))
_SURE = 1.0


def answer_preview(article: Article, library: Library, language: str, *, today: date | None = None) -> str:
    """Return the card of an article whose facts are resolved; figures are filled, live slots are blanks.

    In English where `language` is "en" and the article has an English text.
    """
    told = said(article, english=language == "en")
    worded = word(told.text, told.facts)
    card = _card(
        article.id,
        library.number,
        article.reviewed,
        today,
        kind="answer",
        title=told.title,
        text=worded.text,
        missing=list(worded.missing),
        score=_SURE,
        level=level_of(_SURE, library.answers),
        matched=article.asks[0],
        source=told.source,
        internal=article.internal,
        images=images_out(article),
    )
    return cards_html([card], language)


def offer_preview(offer: Offer, language: str, sample: Sample | None = None, *, today: date | None = None) -> str:
    """Return the card of an offer with sample goods; without any, what only goods can tell is a blank."""
    own_source = source_line(offer.evidence.fact.source, language) if offer.evidence.fact else ""
    card = _card(
        offer.id,
        0,
        offer.reviewed,
        today,
        kind="offer",
        title=offer.title_en or offer.title if language == "en" else offer.title,
        text=said_by(offer, english=language == "en", slots=sample.slots if sample else None),
        missing=[],
        score=_SURE,
        level="high",
        matched="",
        source=sample.proof.source if sample else own_source,
        internal=False,
        offer=sketch_out(offer, language, sample),
    )
    return cards_html([card], language)


def held_preview(held: HeldOut, language: str) -> str:
    """Return the line that stands where an offer is held back."""
    return cards_html([], language, held=held)


def _card(id_: str, number: int, reviewed: date, today: date | None, **more: Any) -> SuggestionOut:
    now = datetime.now(UTC)
    return SuggestionOut(
        id=f"preview-{id_}",
        rank=0,
        reasons=[],
        article_id=id_,
        library_number=number,
        created_at=now,
        reviewed=reviewed,
        age_days=max(0, ((today or now.date()) - reviewed).days),
        **more,
    )
