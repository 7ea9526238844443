"""What goes into the event log for messages and turns: ids and numbers, never text."""

from collections.abc import Mapping

from pydantic import JsonValue

from assist.domain.chat import Message, Role, Turn
from assist.domain.event import Event, EventKind
from assist.domain.topic import Topic
from assist.store.queries.chats import ConversationRow, TurnRow
from assist.suggest.offers.personal import personal_in

from .thread import Thread


def said_events(thread: Thread, subject_key: str | None) -> list[Event]:
    """Return one event per new public message, in or out."""
    turn_of = {id_: row.turn for row in thread.turns for id_ in (*row.turn.message_ids, *row.turn.reply_ids)}
    return [
        _said(thread, new.message, turn_of.get(new.message.id), subject_key)
        for new in thread.added
        if not new.message.private
    ]


def turn_events(
    thread: Thread, subject_key: str | None, cause: str, moods: Mapping[str, float] | None = None
) -> list[Event]:
    """Return the present record of every turn that changed; the newest record of a turn is the true one.

    `moods` are scores by turn id.
    """
    present = [_turn(thread, row, subject_key, cause, (moods or {}).get(row.turn.id)) for row in thread.turns]
    return present + [_void(thread, turn_id, cause) for turn_id in thread.void]


def _said(thread: Thread, message: Message, turn: Turn | None, subject_key: str | None) -> Event:
    agent = thread.agents.get(message.agent_id or "")
    conversation = thread.conversation
    return Event(
        key=f"message:{message.id}",
        shop_id=conversation.shop_id,
        kind=EventKind.message_in if message.role is Role.customer else EventKind.message_out,
        at=message.occurred_at,
        conversation_id=conversation.id,
        episode=turn.episode if turn else None,
        turn_id=turn.id if turn else None,
        message_id=message.id,
        agent_id=message.agent_id,
        level=agent.level.value if agent and agent.level else None,
        team=agent.team if agent else None,
        platform=conversation.adapter,
        subject_key=subject_key,
        payload={
            "role": message.role.value,
            "small_talk": message.small_talk,
            "time_doubted": message.time_doubted,
            **_personal(conversation, message),
        },
    )


def _personal(conversation: ConversationRow, message: Message) -> dict[str, JsonValue]:
    """Return how many facts of the customer a person's message tells: their name, the number of their order."""
    if message.role is not Role.agent:
        return {}
    told = personal_in(message.text, name=conversation.customer_name, order_ref=conversation.order_ref)
    return {"personal": len(told)}


def _turn(thread: Thread, row: TurnRow, subject_key: str | None, cause: str, mood: float | None) -> Event:
    turn = row.turn
    agent = thread.agents.get(turn.agent_id or "")
    topic = row.topic
    payload: dict[str, JsonValue] = {
        "state": "open" if turn.answered_at is None else "answered",
        "answered_at": turn.answered_at.isoformat() if turn.answered_at else None,
        "answered_by": turn.answered_by.value if turn.answered_by else None,
        "human_at": turn.human_at.isoformat() if turn.human_at else None,
        "small_talk": turn.small_talk,
        "sidecar": row.sidecar.value,
        "sidebar_open": row.sidebar_open,
        **({"topic": _topic(topic, row.topic_by)} if topic else {}),
        **({"mood": mood} if mood is not None else {}),
    }
    return Event(
        key=f"turn:{turn.id}:{cause}",
        shop_id=thread.conversation.shop_id,
        kind=EventKind.turn,
        at=turn.started_at,
        conversation_id=thread.conversation.id,
        episode=turn.episode,
        turn_id=turn.id,
        message_id=turn.message_ids[0],
        agent_id=turn.agent_id,
        level=agent.level.value if agent and agent.level else None,
        team=agent.team if agent else None,
        platform=thread.conversation.adapter,
        category=topic.category if topic else None,
        subject_key=subject_key,
        n=len(turn.message_ids),
        payload=payload,
    )


def _topic(topic: Topic, corrected_by: str | None) -> JsonValue:
    return {
        "category": topic.category,
        "intent": topic.intent,
        "score": topic.score,
        "words": [[word.start, word.end] for word in topic.words],
        "corrected_by": corrected_by,
    }


def _void(thread: Thread, turn_id: str, cause: str) -> Event:
    """A turn that the fold no longer gives: its messages belong to another turn now."""
    return Event(
        key=f"turn:{turn_id}:{cause}",
        shop_id=thread.conversation.shop_id,
        kind=EventKind.turn,
        at=thread.conversation.last_at,
        conversation_id=thread.conversation.id,
        turn_id=turn_id,
        platform=thread.conversation.adapter,
        n=0,
        payload={"state": "void"},
    )
