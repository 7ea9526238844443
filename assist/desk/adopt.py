"""Did the agent's reply use what was suggested? Matched from what was really sent."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta

from assist.domain.chat import Message, Role, Turn
from assist.domain.event import Event, EventKind
from assist.domain.policy import AdoptionPolicy
from assist.store.queries.people import AgentRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.adoption import Adoption, Offered, find_use

from .place import Place

JOINED_WITHIN = timedelta(seconds=60)
"""Parts of one answer sent apart count as one text (KPI definitions, K1)."""

_CLICKS = frozenset({EventKind.inserted, EventKind.copied, EventKind.sent, EventKind.edited})


def adopt(
    turn: Turn,
    messages: Mapping[str, Message],
    suggestions: Sequence[SuggestionRow],
    history: Sequence[Event],
    agents: Mapping[str, AgentRow],
    policy: AdoptionPolicy,
    place: Place,
) -> list[Event]:
    """Return a `sent_match` for every reply whose match is new or has changed.

    `history` holds the turn's steps and earlier matches; a correction is another event.
    """
    replies = [messages[id_] for id_ in turn.reply_ids if id_ in messages and messages[id_].role is Role.agent]
    clicked = {event.suggestion_id for event in history if event.kind in _CLICKS}
    offered = [
        Offered(suggestion_id=row.id, text=row.suggestion.text, clicked=row.id in clicked) for row in suggestions
    ]
    said = {event.message_id: event for event in history if event.kind is EventKind.sent_match}
    cards = {row.id: row for row in suggestions}
    matches = _matches(replies, offered, policy)
    # A reply that was taken back used nothing.
    taken_back = said.keys() - {reply.id for reply in replies}
    matches += [(messages[id_], None) for id_ in taken_back if id_ is not None and id_ in messages]
    return [
        _match(turn, reply, found, cards.get(found.suggestion_id) if found else None, agents, clicked, place)
        for reply, found in matches
        if not _same(said.get(reply.id), found)
    ]


def _match(
    turn: Turn,
    reply: Message,
    found: Adoption | None,
    card: SuggestionRow | None,
    agents: Mapping[str, AgentRow],
    clicked: Set[str | None],
    place: Place,
) -> Event:
    agent = agents.get(reply.agent_id or "")
    return Event(
        key=f"match:{reply.id}:{place.cause}",
        shop_id=place.shop_id,
        kind=EventKind.sent_match,
        at=reply.occurred_at,
        conversation_id=place.conversation_id,
        episode=turn.episode,
        turn_id=turn.id,
        message_id=reply.id,
        suggestion_id=card.id if card else None,
        agent_id=reply.agent_id,
        level=agent.level.value if agent and agent.level else None,
        team=agent.team if agent else None,
        platform=place.platform,
        category=card.category if card else None,
        payload={
            "use": found.use.value if found else "none",
            "similarity": found.similarity if found else 0.0,
            "numbers_changed": bool(found and found.numbers_changed),
            "explicit": bool(found and found.suggestion_id in clicked),
            "arm": card.arm.value if card else "none",
        },
    )


def _matches(
    replies: Sequence[Message], offered: Sequence[Offered], policy: AdoptionPolicy
) -> list[tuple[Message, Adoption | None]]:
    """Match each reply alone; where none matches, the replies within a minute of the first as one text."""
    alone = [(reply, find_use(reply.text, offered, policy)) for reply in replies]
    if len(replies) < 2 or any(found for _, found in alone):
        return alone
    joined = [reply for reply in replies if _close(reply.occurred_at, replies[0].occurred_at)]
    found = find_use("\n".join(reply.text for reply in joined), offered, policy)
    return [(replies[0], found), *alone[1:]]


def _close(later: datetime, earlier: datetime) -> bool:
    return later - earlier <= JOINED_WITHIN


def _same(before: Event | None, found: Adoption | None) -> bool:
    if before is None:
        return found is None
    if found is None:
        return before.suggestion_id is None
    return before.suggestion_id == found.suggestion_id and before.payload.get("use") == found.use.value
