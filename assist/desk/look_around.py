"""What is known around one turn when it is decided: the situation, and what its customer complains of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.chat import Message, Order, Turn
from assist.domain.complaint import Severity
from assist.domain.suggestion import Situation
from assist.store.queries import complaints, suggestions, world
from assist.store.queries.chats import ConversationRow
from assist.suggest.turns import turn_text

from .advise_remedy import Complained, complain
from .claims import Case
from .heard import heard_before
from .libraries import Shelf
from .said import Said, said_in_episode
from .subject import subject_key


@dataclass(frozen=True)
class Shop:
    """What deciding needs of a shop besides its library."""

    timezone: str
    subject_salt: str


@dataclass(frozen=True)
class Looked:
    """A turn's surroundings. `complained` is None where nothing is complained of."""

    situation: Situation
    complained: Complained | None


def look_around(
    session: Session,
    conversation: ConversationRow,
    turn: Turn,
    turns: Sequence[Turn],
    messages: Mapping[str, Message],
    shelf: Shelf,
    shop: Shop,
    *,
    known_until: datetime | None = None,
) -> Looked:
    """Gather what a decision is told; `turns` and `messages` are newer than what is kept.

    With `known_until` a turn of the past is looked at as of then: remedies given later are not known.
    """
    order = _order(session, conversation)
    situation = Situation(
        turn_id=turn.id,
        text=turn_text(turn, list(messages.values())),
        earlier=heard_before(session, conversation.id, turn, messages),
        order=order,
        customer_name=conversation.customer_name,
        library_number=shelf.library.number,
    )
    complained = _complained(session, conversation, turn, turns, messages, shelf, shop, situation, known_until)
    return Looked(situation, complained)


def _order(session: Session, conversation: ConversationRow) -> Order | None:
    """Return the order spoken of, unless it is another customer's."""
    if not conversation.order_ref:
        return None
    return world.order_of_customer(session, conversation.shop_id, conversation.order_ref, conversation.customer_ref)


def _complained(
    session: Session,
    conversation: ConversationRow,
    turn: Turn,
    turns: Sequence[Turn],
    messages: Mapping[str, Message],
    shelf: Shelf,
    shop: Shop,
    situation: Situation,
    known_until: datetime | None,
) -> Complained | None:
    if shelf.library.remedy is None or turn.small_talk:
        return None
    complaint_id = complaints.complaint_id_of(conversation.id, turn.episode)
    heard = shelf.signals.read((*situation.earlier, situation.text))
    if heard.severity is Severity.none and not complaints.complaint(session, conversation.shop_id, complaint_id):
        return None
    said = said_in_episode(session, conversation.id, turn, turns, messages)
    case = Case(
        shop_id=conversation.shop_id,
        timezone=shop.timezone,
        platform=conversation.adapter,
        conversation_id=conversation.id,
        complaint_id=complaint_id,
        customer_key=subject_key(shop.subject_salt, conversation.customer_ref),
        order=situation.order,
        order_is_theirs=situation.order is not None or _nobodys(session, conversation),
        opened_at=_opened_at(said, shelf),
        until=turn.last_at,
        asked=suggestions.slots_asked(session, conversation.id, turn.episode, turn.started_at),
        known_until=known_until,
    )
    return complain(session, turn, said, case, shelf, conversation.customer_name)


def _nobodys(session: Session, conversation: ConversationRow) -> bool:
    """Is there no order known that could be another customer's?"""
    named = conversation.order_ref
    return not named or world.order(session, conversation.shop_id, named) is None


def _opened_at(said: Said, shelf: Shelf) -> datetime:
    """Return when the first message came that complains by itself; the last one's time where only all together do."""
    for message in said.messages:
        if shelf.signals.read((message.text,)).severity is not Severity.none:
            return message.occurred_at
    return said.messages[-1].occurred_at
