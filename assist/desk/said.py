"""What did the customer say and send in this episode, up to one turn?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.chat import Message, Role, Turn
from assist.store.queries import chats

_MOST_READ = 200
"""Longer episodes are read from their last messages on."""


@dataclass(frozen=True)
class Said:
    """An episode's customer messages in order; what was taken back or is private is not among them."""

    messages: tuple[Message, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(message.text for message in self.messages)

    @property
    def photo_hashes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(hashed for message in self.messages for hashed in message.photo_hashes))

    def count(self, kind: str) -> int:
        """How many attachments of a kind came, such as image."""
        return sum(message.attachments.count(kind) for message in self.messages)


def said_in_episode(
    session: Session, conversation_id: str, turn: Turn, turns: Sequence[Turn], known: Mapping[str, Message]
) -> Said:
    """Return everything said up to the turn's end; `turns` and `known` are newer than what is kept."""
    begun = [one.started_at for one in turns if one.episode == turn.episode]
    kept_start = chats.episode_start(session, conversation_id, turn.episode)
    start = min(begun, default=turn.started_at)
    start = min(start, turn.started_at, kept_start or turn.started_at)
    kept = chats.said_before(session, conversation_id, turn.last_at, start, _MOST_READ)
    messages = {**{message.id: message for message in kept}, **known}
    return Said(tuple(_heard(messages.values(), start, messages[turn.message_ids[-1]])))


def _heard(messages: Iterable[Message], start: datetime, last: Message) -> list[Message]:
    """Return the customer's messages from `start` to `last`, in order."""
    heard = [
        message
        for message in messages
        if message.role is Role.customer
        and not (message.private or message.recalled)
        and start <= message.occurred_at
        and (message.occurred_at, message.ref) <= (last.occurred_at, last.ref)
    ]
    return sorted(heard, key=lambda message: (message.occurred_at, message.ref))
