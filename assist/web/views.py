"""Rows as the API and the pages show them; cards are rendered here and nowhere else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from assist.domain.chat import Message, Order
from assist.domain.library import Library
from assist.domain.people import Caller
from assist.domain.policy import AnswerPolicy
from assist.store.queries import chats, suggestions
from assist.store.queries.chats import ConversationRow, TurnRow
from assist.store.queries.suggestions import SuggestionRow

from . import remedy_views
from .api_models import ConversationOut, MessageOut, OrderOut, SuggestionOut
from .care import CareOut, care_out, care_slots
from .remedies_shown import remedies_shown
from .remedy_models import RemedyCardOut, RemedyStateOut
from .suggestions_model import SuggestionsOut
from .topics import topic_out
from .why import pieces
from .words import words


@cache
def pages() -> Environment:
    """The pages' templates: autoescape on, nothing shared with content's wording."""
    loader = FileSystemLoader(Path(__file__).parent / "pages")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    remedy_views.teach(made)
    return made


def conversation_out(row: ConversationRow) -> ConversationOut:
    return ConversationOut(
        id=row.id,
        adapter=row.adapter,
        account=row.account,
        conversation_ref=row.conversation_ref,
        customer_name=row.customer_name,
        state=row.state,
        last_at=row.last_at,
        last_text=row.last_text,
        waiting_since=row.waiting_since,
        open_turn_id=row.open_turn_id,
    )


def message_out(message: Message) -> MessageOut:
    return MessageOut(
        id=message.id,
        role=message.role.value,
        text="" if message.recalled else message.text,
        occurred_at=message.occurred_at,
        recalled=message.recalled,
        edited=message.edited_at is not None,
        private=message.private,
        attachments=[] if message.recalled else list(message.attachments),
    )


def order_out(order: Order | None) -> OrderOut | None:
    if order is None:
        return None
    return OrderOut(
        order_ref=order.order_ref,
        status=order.status,
        paid_fen=order.paid_fen,
        titles=[line.title for line in order.lines],
        signed_at=order.signed_at,
    )


def suggestion_out(row: SuggestionRow, policy: AnswerPolicy, remedy: RemedyCardOut | None = None) -> SuggestionOut:
    suggestion = row.suggestion
    return SuggestionOut(
        id=row.id,
        kind=suggestion.kind.value,
        rank=row.rank,
        title=suggestion.title,
        text=suggestion.text,
        missing=list(suggestion.missing),
        score=suggestion.score,
        level=level_of(suggestion.score, policy),
        matched=suggestion.matched,
        reasons=list(suggestion.reasons),
        source=suggestion.source,
        article_id=suggestion.article_id,
        library_number=suggestion.library_number,
        internal=suggestion.internal,
        created_at=row.created_at,
        remedy=remedy,
    )


def level_of(score: float, policy: AnswerPolicy) -> Literal["high", "medium", "low"]:
    if score >= policy.sure_score:
        return "high"
    return "medium" if score >= policy.likely_score else "low"


def suggestions_out(
    session: Session, conversation: ConversationRow, library: Library, language: str, caller: Caller, now: datetime
) -> SuggestionsOut:
    """Return the live cards of a conversation's open turn, also as HTML, and what the turn is about.

    Remedies that were asked for stay in sight when their card is gone.
    """
    rows: Sequence[SuggestionRow] = ()
    turn: TurnRow | None = None
    if conversation.open_turn_id is not None:
        rows = suggestions.live(session, conversation.shop_id, conversation.id, conversation.open_turn_id)
        turn = chats.turn(session, conversation.shop_id, conversation.open_turn_id)
    shown = remedies_shown(session, conversation, rows, caller, now)
    cards = [
        suggestion_out(row, library.answers, remedy_views.card_of(row, library, language, caller, shown.by_card))
        for row in rows
    ]
    care = care_out(session, conversation, library, language, now)
    return SuggestionsOut(
        conversation_id=conversation.id,
        turn_id=conversation.open_turn_id,
        waiting_since=conversation.waiting_since,
        topic=topic_out(session, conversation.shop_id, turn, library, language),
        suggestions=cards,
        remedies=list(shown.alone),
        html=cards_html(cards, language, shown.alone),
        care=care,
        care_html=care_html(care, language),
    )


def care_html(care: CareOut, language: str) -> str:
    return pages().get_template("care.html").render(**care_slots(care), t=words(language))


def cards_html(cards: Sequence[SuggestionOut], language: str, remedies: Sequence[RemedyStateOut] = ()) -> str:
    template = pages().get_template("cards.html")
    return template.render(cards=cards, remedies=remedies, why=pieces, t=words(language), lang=language)


def recent(session: Session, shop_id: str) -> list[ConversationOut]:
    return [conversation_out(row) for row in chats.recent_conversations(session, shop_id)]


def now_utc_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
