"""Which messages make one turn, and which turns one episode?

A fold over messages and state marks in order (`occurred_at`, `ref`), so arrival order never matters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assist.domain.chat import ConversationState, Mark, Message, Role, Turn

EPISODE_SILENCE = timedelta(seconds=86_400)
"""Silence after the last public message that ends an episode (KPI definitions, edge rules)."""


def fold_turns(messages: Iterable[Message], marks: Iterable[Mark] = (), *, first_episode: int = 1) -> list[Turn]:
    """Return the turns in order.

    A bot's reply closes a turn as an agent's does; private notes, system lines and recalled messages do neither.
    A later episode begins with the first customer message after `resolved` or after 24 h of silence.
    """
    fold = _Fold(episode=first_episode)
    items: list[Message | Mark] = [*messages, *marks]
    for item in sorted(items, key=lambda item: (item.occurred_at, item.ref)):
        if isinstance(item, Mark):
            fold.resolved = fold.resolved or item.state is ConversationState.resolved
        elif not (item.private or item.recalled or item.role is Role.system):
            fold.add(item)
    return [draft.turn() for draft in fold.drafts]


@dataclass
class _Draft:
    episode: int
    said: list[Message]
    replies: list[Message] = field(default_factory=list[Message])

    def turn(self) -> Turn:
        first = self.replies[0] if self.replies else None
        by_agent = next((reply for reply in self.replies if reply.role is Role.agent), None)
        return Turn(
            id=self.said[0].id,
            episode=self.episode,
            message_ids=tuple(message.id for message in self.said),
            started_at=self.said[0].occurred_at,
            last_at=self.said[-1].occurred_at,
            reply_ids=tuple(reply.id for reply in self.replies),
            answered_at=first.occurred_at if first else None,
            answered_by=first.role if first else None,
            human_at=by_agent.occurred_at if by_agent else None,
            agent_id=by_agent.agent_id if by_agent else None,
            small_talk=all(message.small_talk for message in self.said),
        )


@dataclass
class _Fold:
    episode: int
    resolved: bool = False
    last_at: datetime | None = None
    drafts: list[_Draft] = field(default_factory=list[_Draft])

    def add(self, message: Message) -> None:
        if message.role is Role.customer:
            self._customer(message)
        elif self.drafts:
            self.drafts[-1].replies.append(message)
        self.last_at = message.occurred_at

    def _customer(self, message: Message) -> None:
        silent = self.last_at is not None and message.occurred_at - self.last_at >= EPISODE_SILENCE
        if self.drafts and (self.resolved or silent):
            self.episode += 1
        elif self.drafts and not self.drafts[-1].replies:
            self.drafts[-1].said.append(message)
            return
        self.resolved = False
        self.drafts.append(_Draft(self.episode, [message]))


def turn_text(turn: Turn, messages: Sequence[Message]) -> str:
    """Return what the customer said in a turn, in order, small talk left out unless it is all there is."""
    return "\n".join(message.text for message in telling(turn, messages))


def telling(turn: Turn, messages: Sequence[Message]) -> list[Message]:
    """Return the messages that make a turn's text, in order."""
    by_id = {message.id: message for message in messages}
    said = [by_id[id_] for id_ in turn.message_ids if id_ in by_id]
    return [message for message in said if not message.small_talk] or said
