"""Log how a conversation's state went: resolved, reopened, handed to a person."""

from datetime import datetime

from assist.contract import ConversationStateChanged
from assist.domain.chat import ConversationState
from assist.domain.event import Event, EventKind
from assist.store.queries.inbox import ClaimedLane


def follow_up(lane: ClaimedLane, event: ConversationStateChanged, at: datetime, before: str) -> Event | None:
    """Return the log's fact for a change of state at `at`, or None where nothing countable changed."""
    kind = _kind(before, event.state)
    if kind is None:
        return None
    return Event(
        key=f"state:{lane.adapter}:{lane.account}:{event.event_ref}",
        shop_id=lane.shop_id,
        kind=kind,
        at=at,
        conversation_id=lane.lane_id,
        platform=lane.adapter,
        payload={"from": before, "to": event.state},
    )


def _kind(before: str, after: str) -> EventKind | None:
    if after == ConversationState.resolved:
        return EventKind.resolved
    if before == ConversationState.resolved:
        return EventKind.reopened
    if before == ConversationState.bot and after in (ConversationState.queued, ConversationState.human):
        return EventKind.handoff
    return None
