"""Conversations, messages and turns: what is known and what to keep."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assist.domain.chat import ConversationState, Mark, Message, Role, Sidecar, Turn
from assist.domain.topic import Span, Topic
from assist.store import tables
from assist.store.sql import insert_new, upsert
from assist.store.tables import table_of

_conversation = table_of(tables.Conversation)
_message = table_of(tables.Message)
_turn = table_of(tables.Turn)
_mark = table_of(tables.Mark)
_early = table_of(tables.EarlyChange)

# An agent may have corrected a topic while the turn was decided again.
_TOPIC = ("topic_by", "category", "intent", "topic_score", "topic_words")


@dataclass(frozen=True)
class ConversationRow:
    """A conversation as it stands."""

    id: str
    shop_id: str
    adapter: str
    account: str
    conversation_ref: str
    customer_ref: str
    customer_name: str | None
    state: str
    last_at: datetime
    last_text: str
    open_turn_id: str | None
    waiting_since: datetime | None
    order_ref: str | None


@dataclass(frozen=True)
class NewMessage:
    """A message with what only its row needs."""

    message: Message
    actor_ref: str
    attachments: Sequence[Mapping[str, Any]]
    echo_of: str | None = None


@dataclass(frozen=True)
class TurnRow:
    """A kept turn, how the sidecar was when it came, and what it is about: nothing when it is small talk.

    `topic_by` is the agent who corrected the topic: from then on it stays.
    """

    turn: Turn
    sidecar: Sidecar
    sidebar_open: bool
    topic: Topic | None = None
    topic_by: str | None = None


@dataclass(frozen=True)
class EarlyChange:
    """An edit or recall that came before its message."""

    message_ref: str
    kind: str
    text: str
    occurred_at: datetime


def conversation(session: Session, shop_id: str, conversation_id: str) -> ConversationRow | None:
    query = select(_conversation).where(_conversation.c.id == conversation_id, _conversation.c.shop_id == shop_id)
    row = session.execute(query).one_or_none()
    return ConversationRow(**row._mapping) if row else None  # pyright: ignore[reportPrivateUsage]


def recent_conversations(session: Session, shop_id: str, *, limit: int = 50) -> list[ConversationRow]:
    """Return a shop's conversations, the newest message first."""
    query = select(_conversation).where(_conversation.c.shop_id == shop_id)
    rows = session.execute(query.order_by(_conversation.c.last_at.desc(), _conversation.c.id).limit(limit))
    return [ConversationRow(**row._mapping) for row in rows]  # pyright: ignore[reportPrivateUsage]


def open_conversations(session: Session, shop_id: str, *, order_ref: str | None = None) -> list[str]:
    """Return the conversations in which a customer waits for an answer: all, or those about one order."""
    query = select(_conversation.c.id).where(
        _conversation.c.shop_id == shop_id, _conversation.c.open_turn_id.is_not(None)
    )
    if order_ref is not None:
        query = query.where(_conversation.c.order_ref == order_ref)
    return [str(id_) for id_ in session.execute(query.order_by(_conversation.c.id)).scalars()]


def find_conversation(
    session: Session, shop_id: str, adapter: str, account: str, conversation_ref: str
) -> ConversationRow | None:
    query = select(_conversation).where(
        _conversation.c.shop_id == shop_id,
        _conversation.c.adapter == adapter,
        _conversation.c.account == account,
        _conversation.c.conversation_ref == conversation_ref,
    )
    row = session.execute(query).one_or_none()
    return ConversationRow(**row._mapping) if row else None  # pyright: ignore[reportPrivateUsage]


def save_conversation(session: Session, row: ConversationRow) -> None:
    upsert(session, _conversation, [dict(row.__dict__)], fixed=("shop_id",))


def known_refs(session: Session, conversation_id: str, refs: Iterable[str]) -> dict[str, Message]:
    """Return the messages already kept, by their ref."""
    query = select(_message).where(
        _message.c.conversation_id == conversation_id, _message.c.message_ref.in_(list(refs))
    )
    return {row.message_ref: _read_message(row) for row in session.execute(query)}


def messages_from(session: Session, conversation_id: str, since: datetime | None) -> list[Message]:
    """Return messages in order from `since` on, or all of them."""
    query = select(_message).where(_message.c.conversation_id == conversation_id)
    if since is not None:
        query = query.where(_message.c.occurred_at >= since)
    ordered = query.order_by(_message.c.occurred_at, _message.c.message_ref)
    return [_read_message(row) for row in session.execute(ordered)]


def last_messages(session: Session, conversation_id: str, limit: int) -> list[Message]:
    """Return the last messages in order."""
    query = select(_message).where(_message.c.conversation_id == conversation_id)
    newest = query.order_by(_message.c.occurred_at.desc(), _message.c.message_ref.desc()).limit(limit)
    return [_read_message(row) for row in session.execute(newest)][::-1]


def said_before(session: Session, conversation_id: str, before: datetime, since: datetime, limit: int) -> list[Message]:
    """Return the customer's last messages between two times, oldest first."""
    query = (
        select(_message)
        .where(
            _message.c.conversation_id == conversation_id,
            _message.c.role == Role.customer.value,
            _message.c.occurred_at >= since,
            _message.c.occurred_at <= before,
        )
        .order_by(_message.c.occurred_at.desc(), _message.c.message_ref.desc())
        .limit(limit)
    )
    return [_read_message(row) for row in session.execute(query)][::-1]


def marks_from(session: Session, conversation_id: str, since: datetime | None) -> list[Mark]:
    query = select(_mark).where(_mark.c.conversation_id == conversation_id)
    if since is not None:
        query = query.where(_mark.c.occurred_at >= since)
    return [
        Mark(ref=row.event_ref, state=ConversationState(row.state), occurred_at=row.occurred_at)
        for row in session.execute(query)
    ]


def anchor_turn(session: Session, conversation_id: str, before: datetime) -> TurnRow | None:
    """Return the last kept turn that began before a time: folding from it gives the same as folding from the start."""
    query = select(_turn).where(_turn.c.conversation_id == conversation_id, _turn.c.started_at < before)
    row = session.execute(query.order_by(_turn.c.started_at.desc(), _turn.c.id.desc()).limit(1)).one_or_none()
    return _read_turn(row) if row else None


def turns_from(session: Session, conversation_id: str, since: datetime | None) -> list[TurnRow]:
    """Return kept turns in order from `since` on, or all of them."""
    query = select(_turn).where(_turn.c.conversation_id == conversation_id)
    if since is not None:
        query = query.where(_turn.c.started_at >= since)
    return [_read_turn(row) for row in session.execute(query.order_by(_turn.c.started_at, _turn.c.id))]


def episode_start(session: Session, conversation_id: str, episode: int) -> datetime | None:
    """Return when the first kept turn of an episode began."""
    query = select(_turn.c.started_at).where(_turn.c.conversation_id == conversation_id, _turn.c.episode == episode)
    return session.execute(query.order_by(_turn.c.started_at).limit(1)).scalar_one_or_none()


def newest_turn(session: Session, conversation_id: str) -> TurnRow | None:
    """Return the last turn in the order of messages: two may have begun in the same second."""
    query = select(_turn).join(_message, _message.c.id == _turn.c.id).where(_turn.c.conversation_id == conversation_id)
    newest = query.order_by(_message.c.occurred_at.desc(), _message.c.message_ref.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return _read_turn(row) if row else None


def turn(session: Session, shop_id: str, turn_id: str) -> TurnRow | None:
    query = select(_turn).where(_turn.c.id == turn_id, _turn.c.shop_id == shop_id)
    row = session.execute(query).one_or_none()
    return _read_turn(row) if row else None


def turns(session: Session, shop_id: str, turn_ids: Sequence[str]) -> list[tuple[str, TurnRow]]:
    """Return some of a shop's turns, each with its conversation's id; at most 500 ids."""
    query = select(_turn).where(_turn.c.shop_id == shop_id, _turn.c.id.in_(list(turn_ids)))
    return [(row.conversation_id, _read_turn(row)) for row in session.execute(query.order_by(_turn.c.id))]


def messages(session: Session, shop_id: str, message_ids: Sequence[str]) -> dict[str, Message]:
    """Return some of a shop's messages by id."""
    found: dict[str, Message] = {}
    for start in range(0, len(message_ids), 500):
        wanted = list(message_ids[start : start + 500])
        query = select(_message).where(_message.c.shop_id == shop_id, _message.c.id.in_(wanted))
        found |= {row.id: _read_message(row) for row in session.execute(query)}
    return found


def add_messages(session: Session, shop_id: str, conversation_id: str, messages: Sequence[NewMessage]) -> None:
    """Insert messages; one that is there already stays as it is."""
    insert_new(session, _message, [_message_values(shop_id, conversation_id, new) for new in messages])


def change_message(session: Session, message: Message) -> None:
    """Keep an edited or recalled message."""
    values: dict[str, Any] = {
        "text": message.text,
        "small_talk": message.small_talk,
        "recalled": message.recalled,
        "edited_at": message.edited_at,
    }
    session.execute(update(_message).where(_message.c.id == message.id).values(values))


def early_changes(session: Session, conversation_id: str, refs: Iterable[str]) -> list[EarlyChange]:
    query = select(_early).where(_early.c.conversation_id == conversation_id, _early.c.message_ref.in_(list(refs)))
    return [
        EarlyChange(row.message_ref, row.kind, row.text, row.occurred_at)
        for row in session.execute(query.order_by(_early.c.occurred_at))
    ]


def keep_early_change(session: Session, conversation_id: str, change: EarlyChange) -> None:
    values = {"conversation_id": conversation_id, **change.__dict__}
    insert_new(session, _early, [values])


def drop_early_changes(session: Session, conversation_id: str, refs: Iterable[str]) -> None:
    """Forget edits and recalls whose message has come: they are in it now."""
    session.execute(
        delete(_early).where(_early.c.conversation_id == conversation_id, _early.c.message_ref.in_(list(refs)))
    )


def add_mark(session: Session, conversation_id: str, mark: Mark) -> None:
    values = {
        "conversation_id": conversation_id,
        "event_ref": mark.ref,
        "state": mark.state.value,
        "occurred_at": mark.occurred_at,
    }
    insert_new(session, _mark, [values])


def save_turns(
    session: Session, shop_id: str, conversation_id: str, turns: Sequence[TurnRow], void: Sequence[str]
) -> None:
    """Keep changed turns, and forget those the fold no longer gives."""
    if void:
        session.execute(delete(_turn).where(_turn.c.id.in_(list(void))))
    rows = [_turn_values(shop_id, conversation_id, row) for row in turns]
    upsert(session, _turn, rows, fixed=("sidecar", "sidebar_open"), settled=_TOPIC)


def correct_topic(session: Session, turn_id: str, topic: Topic, agent_id: str) -> None:
    """Keep what an agent says a turn is about: deciding it again changes nothing of it."""
    session.execute(update(_turn).where(_turn.c.id == turn_id).values(_topic_values(topic, agent_id)))


def _read_message(row: Any) -> Message:
    attached = json.loads(row.attachments)
    return Message(
        id=row.id,
        ref=row.message_ref,
        role=Role(row.role),
        text=row.text,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        time_doubted=row.time_doubted,
        agent_id=row.agent_id,
        small_talk=row.small_talk,
        private=row.private,
        recalled=row.recalled,
        edited_at=row.edited_at,
        order_ref=row.order_ref,
        attachments=tuple(str(one.get("kind", "unknown")) for one in attached),
        photo_hashes=tuple(str(one["sha256"]) for one in attached if one.get("sha256")),
        speaker=row.speaker,
    )


def _message_values(shop_id: str, conversation_id: str, new: NewMessage) -> dict[str, Any]:
    message = new.message
    return {
        "id": message.id,
        "shop_id": shop_id,
        "conversation_id": conversation_id,
        "message_ref": message.ref,
        "role": message.role.value,
        "actor_ref": new.actor_ref,
        "agent_id": message.agent_id,
        "text": message.text,
        "attachments": json.dumps(list(new.attachments), ensure_ascii=False),
        "occurred_at": message.occurred_at,
        "received_at": message.received_at,
        "time_doubted": message.time_doubted,
        "small_talk": message.small_talk,
        "private": message.private,
        "recalled": message.recalled,
        "edited_at": message.edited_at,
        "order_ref": message.order_ref,
        "speaker": message.speaker,
        "echo_of": new.echo_of,
    }


def _read_turn(row: Any) -> TurnRow:
    return TurnRow(
        turn=Turn(
            id=row.id,
            episode=row.episode,
            message_ids=tuple(json.loads(row.message_ids)),
            started_at=row.started_at,
            last_at=row.last_at,
            reply_ids=tuple(json.loads(row.reply_ids)),
            answered_at=row.answered_at,
            answered_by=Role(row.answered_by) if row.answered_by else None,
            human_at=row.human_at,
            agent_id=row.agent_id,
            small_talk=row.small_talk,
        ),
        sidecar=Sidecar(row.sidecar),
        sidebar_open=row.sidebar_open,
        topic=_read_topic(row),
        topic_by=row.topic_by,
    )


def _read_topic(row: Any) -> Topic | None:
    if row.category is None:
        return None
    words = tuple(Span(start=start, end=end) for start, end in json.loads(row.topic_words))
    return Topic(category=row.category, intent=row.intent, score=row.topic_score, words=words)


def _topic_values(topic: Topic | None, agent_id: str | None) -> dict[str, Any]:
    return {
        "category": topic and topic.category,
        "intent": topic and topic.intent,
        "topic_score": topic and topic.score,
        "topic_words": topic and json.dumps([[word.start, word.end] for word in topic.words]),
        "topic_by": agent_id,
    }


def _turn_values(shop_id: str, conversation_id: str, row: TurnRow) -> dict[str, Any]:
    turn = row.turn
    return {
        "id": turn.id,
        "shop_id": shop_id,
        "conversation_id": conversation_id,
        "episode": turn.episode,
        "started_at": turn.started_at,
        "last_at": turn.last_at,
        "message_ids": json.dumps(turn.message_ids),
        "reply_ids": json.dumps(turn.reply_ids),
        "answered_at": turn.answered_at,
        "answered_by": turn.answered_by.value if turn.answered_by else None,
        "human_at": turn.human_at,
        "agent_id": turn.agent_id,
        "small_talk": turn.small_talk,
        "sidecar": row.sidecar.value,
        "sidebar_open": row.sidebar_open,
        **_topic_values(row.topic, row.topic_by),
    }
