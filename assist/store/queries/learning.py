"""What were agents' verdicts about: the article of a card, and what the customer had asked?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assist.domain.chat import Message, Turn
from assist.store import tables
from assist.store.tables import table_of

from . import chats

_suggestion = table_of(tables.Suggestion)
_conversation = table_of(tables.Conversation)

_SLICE = 500


@dataclass(frozen=True)
class Asked:
    """A turn with what was said in it, and by what names the customer and the orders go."""

    conversation_id: str
    turn: Turn
    messages: tuple[Message, ...]
    names: tuple[str, ...]


def articles_of(session: Session, shop_id: str, suggestion_ids: Iterable[str]) -> dict[str, str]:
    """Return suggestion id -> article id."""
    found: dict[str, str] = {}
    for ids in _slices(sorted(set(suggestion_ids))):
        query = select(_suggestion.c.id, _suggestion.c.article_id).where(
            _suggestion.c.shop_id == shop_id, _suggestion.c.id.in_(ids)
        )
        found |= {str(id_): str(article_id) for id_, article_id in session.execute(query)}
    return found


def asked(session: Session, shop_id: str, turn_ids: Iterable[str]) -> dict[str, Asked]:
    """Return some turns by id. Recalled messages and turns that the fold no longer gives are not there."""
    found: dict[str, Asked] = {}
    for ids in _slices(sorted(set(turn_ids))):
        turns = chats.turns(session, shop_id, ids)
        said = chats.messages(session, shop_id, [id_ for _, row in turns for id_ in row.turn.message_ids])
        named = _names(session, shop_id, sorted({conversation_id for conversation_id, _ in turns}))
        for conversation_id, row in turns:
            messages = tuple(said[id_] for id_ in row.turn.message_ids if id_ in said and not said[id_].recalled)
            orders = tuple(message.order_ref for message in messages if message.order_ref)
            found[row.turn.id] = Asked(conversation_id, row.turn, messages, (*named[conversation_id], *orders))
    return found


def _names(session: Session, shop_id: str, conversation_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    columns = (_conversation.c.id, _conversation.c.customer_name, _conversation.c.order_ref)
    query = select(*columns).where(_conversation.c.shop_id == shop_id, _conversation.c.id.in_(conversation_ids))
    return {str(id_): tuple(one for one in (name, order) if one) for id_, name, order in session.execute(query)}


def _slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _SLICE):
        yield ids[start : start + _SLICE]
