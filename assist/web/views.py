"""Rows as the API and the pages show them; cards are rendered here and nowhere else."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from assist.desk.still_sold import still_sold
from assist.domain.chat import Message
from assist.domain.key_map import DEFAULT_KEYS
from assist.domain.library import Library
from assist.domain.offer import HoldWhy
from assist.domain.people import Caller
from assist.store.queries import chats, offers, people, suggestions
from assist.store.queries.chats import ConversationRow, TurnRow
from assist.store.queries.suggestions import SuggestionRow

from . import remedy_views, script_words, slots
from .api_models import ConversationOut, MessageOut, SuggestionOut
from .card_models import HeldOut, WaitOut
from .card_views import suggestion_out
from .care import CareOut, care_out, care_slots
from .order_strip import strip_of
from .remedies_shown import remedies_shown
from .remedy_models import RemedyStateOut
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
    script_words.teach(made)
    slots.teach(made)
    cast(Any, made).globals["default_keys"] = dict(DEFAULT_KEYS)
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


def suggestions_out(
    session: Session, conversation: ConversationRow, library: Library, language: str, caller: Caller, now: datetime
) -> SuggestionsOut:
    """Return the live cards of a conversation's open turn, also as HTML, what the turn is about, and the order.

    Remedies that were asked for stay in sight when their card is gone.
    """
    rows: Sequence[SuggestionRow] = ()
    turn: TurnRow | None = None
    held: str | None = None
    if conversation.open_turn_id is not None:
        rows = suggestions.live(session, conversation.shop_id, conversation.id, conversation.open_turn_id)
        turn = chats.turn(session, conversation.shop_id, conversation.open_turn_id)
        held = offers.offer_held(session, conversation.open_turn_id)
    else:
        rows = _standing(session, conversation, now - timedelta(minutes=library.selling.stands_minutes))
    held_back = HeldOut(why=HoldWhy(held)) if held else None
    rows = [row for row in rows if row.suggestion.offer is None or still_sold(session, row, now)]
    shown = remedies_shown(session, conversation, rows, caller, now)
    zone = people.shop(session, conversation.shop_id).timezone
    today = now.astimezone(ZoneInfo(zone)).date()
    cards = [
        suggestion_out(
            row,
            library,
            today,
            conversation=conversation,
            remedy=remedy_views.card_of(row, library, language, caller, shown.by_card),
            language=language,
        )
        for row in rows
    ]
    strip = strip_of(session, conversation)
    care = care_out(session, conversation, library, language, now)
    return SuggestionsOut(
        conversation_id=conversation.id,
        turn_id=conversation.open_turn_id,
        waiting_since=conversation.waiting_since,
        topic=topic_out(session, conversation.shop_id, turn, library, language),
        suggestions=cards,
        remedies=list(shown.alone),
        html=cards_html(cards, language, shown.alone, held_back),
        held=held_back,
        care=care,
        care_html=care_html(care, language),
        wait=WaitOut(warn_seconds=library.risks.wait_warn_seconds, alarm_seconds=library.risks.wait_alarm_seconds),
        order=strip.order,
        strip_html=pages().get_template("order_strip.html").render(strip=strip, t=words(language)),
    )


def _standing(session: Session, conversation: ConversationRow, oldest: datetime) -> list[SuggestionRow]:
    """Return the offers that may still follow an answer that was given after `oldest`."""
    rows = suggestions.standing_offers(session, conversation.id)
    answered = {
        row.turn.id: row.turn.human_at
        for _, row in chats.turns(session, conversation.shop_id, [one.turn_id for one in rows])
    }
    return [row for row in rows if (at := answered.get(row.turn_id)) is not None and at >= oldest]


def care_html(care: CareOut, language: str) -> str:
    return pages().get_template("care.html").render(**care_slots(care), t=words(language))


def cards_html(
    cards: Sequence[SuggestionOut],
    language: str,
    remedies: Sequence[RemedyStateOut] = (),
    held: HeldOut | None = None,
) -> str:
    template = pages().get_template("cards.html")
    return template.render(cards=cards, remedies=remedies, held=held, why=pieces, t=words(language), lang=language)


def recent(session: Session, shop_id: str) -> list[ConversationOut]:
    return [conversation_out(row) for row in chats.recent_conversations(session, shop_id)]


def now_utc_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
