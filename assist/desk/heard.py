"""What did the customer say before this turn, as far as it still matters?"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from assist.domain.chat import Message, Role, Turn
from assist.store.queries import chats
from assist.suggest.turns import EPISODE_SILENCE

MOST_HEARD = 6
"""So many messages are remembered: what was said longer ago is no longer meant by 那."""
_MOST_READ = 4 * MOST_HEARD


def heard_before(session: Session, conversation_id: str, turn: Turn, known: Mapping[str, Message]) -> tuple[str, ...]:
    """Return the customer's last messages before a turn, oldest first; `known` are newer than what is kept.

    Small talk is left out, and what was taken back or said the day before.
    """
    first = known[turn.id]
    since = turn.started_at - EPISODE_SILENCE
    kept = chats.said_before(session, conversation_id, turn.started_at, since, _MOST_READ)
    messages = {**{message.id: message for message in kept}, **known}
    before = [
        message
        for message in messages.values()
        if message.role is Role.customer
        and since <= message.occurred_at
        and (message.occurred_at, message.ref) < (first.occurred_at, first.ref)
        and not (message.private or message.recalled or message.small_talk)
    ]
    before.sort(key=lambda message: (message.occurred_at, message.ref))
    return tuple(message.text for message in before[-MOST_HEARD:])
