"""What is known of a shop's open conversations that speaks for a bad review? Each question once for all of them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assist.domain.chat import ConversationState
from assist.domain.complaint import Issue, Severity
from assist.domain.mood import AlertState
from assist.domain.promise import PromiseState
from assist.store import care_tables, remedy_tables, tables
from assist.store.tables import table_of

from .chats import ConversationRow

_conversation = table_of(tables.Conversation)
_turn = table_of(tables.Turn)
_complaint = table_of(remedy_tables.Complaint)
_alert = table_of(care_tables.Alert)
_promise = table_of(care_tables.Promise)

MOST_OPEN = 500
"""So many conversations are looked at, those with the newest messages: their ids fit one question."""


@dataclass(frozen=True)
class Complained:
    """One episode's complaint, as far as a queue looks at it."""

    conversation_id: str
    episode: int
    severity: Severity
    issues: tuple[Issue, ...]


def open_conversations(session: Session, shop_id: str, since: datetime) -> list[ConversationRow]:
    """Return the conversations that are not over, newest message first, at most MOST_OPEN.

    Not over: not resolved, and somebody said something since, or the customer waits. One with an open alert never is.
    """
    called = select(_alert.c.conversation_id).where(
        _alert.c.shop_id == shop_id, _alert.c.state == AlertState.open.value
    )
    goes_on = (_conversation.c.state != ConversationState.resolved.value) & or_(
        _conversation.c.last_at >= since, _conversation.c.open_turn_id.is_not(None)
    )
    query = select(_conversation).where(
        _conversation.c.shop_id == shop_id, or_(goes_on, _conversation.c.id.in_(called))
    )
    rows = session.execute(query.order_by(_conversation.c.last_at.desc(), _conversation.c.id).limit(MOST_OPEN))
    return [ConversationRow(**row._mapping) for row in rows]  # pyright: ignore[reportPrivateUsage]


def episodes_of(session: Session, shop_id: str, conversation_ids: Sequence[str]) -> dict[str, int]:
    """Return each conversation's last episode."""
    query = (
        select(_turn.c.conversation_id, func.max(_turn.c.episode))
        .where(_turn.c.shop_id == shop_id, _turn.c.conversation_id.in_(list(conversation_ids)))
        .group_by(_turn.c.conversation_id)
    )
    return {str(id_): int(episode) for id_, episode in session.execute(query)}


def complaints_of(session: Session, shop_id: str, conversation_ids: Sequence[str]) -> list[Complained]:
    columns = (_complaint.c.conversation_id, _complaint.c.episode, _complaint.c.severity, _complaint.c.issues)
    query = select(*columns).where(
        _complaint.c.shop_id == shop_id, _complaint.c.conversation_id.in_(list(conversation_ids))
    )
    return [
        Complained(id_, episode, Severity(severity), tuple(Issue(issue) for issue in json.loads(issues)))
        for id_, episode, severity, issues in session.execute(query)
    ]


def past_complaints(
    session: Session, shop_id: str, customer_keys: Collection[str], since: datetime
) -> list[tuple[str, str, int, datetime]]:
    """Return customer key, conversation, episode and time of the complaints opened since then by some customers."""
    columns = (
        _complaint.c.customer_key,
        _complaint.c.conversation_id,
        _complaint.c.episode,
        _complaint.c.opened_at,
    )
    query = select(*columns).where(
        _complaint.c.shop_id == shop_id,
        _complaint.c.customer_key.in_(sorted(customer_keys)),
        _complaint.c.opened_at >= since,
    )
    return [(str(key), str(id_), int(episode), at) for key, id_, episode, at in session.execute(query)]


def missed_promises(session: Session, shop_id: str, conversation_ids: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return how many promises were missed, by conversation and episode."""
    query = (
        select(_promise.c.conversation_id, _promise.c.episode, func.count())
        .where(
            _promise.c.shop_id == shop_id,
            _promise.c.conversation_id.in_(list(conversation_ids)),
            _promise.c.state == PromiseState.missed.value,
        )
        .group_by(_promise.c.conversation_id, _promise.c.episode)
    )
    return {(str(id_), int(episode or 0)): int(count) for id_, episode, count in session.execute(query)}
