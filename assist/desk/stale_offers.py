"""Withdraw offers whose goods changed, and those that the conversation has left behind."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.chat import ConversationState
from assist.store.queries import chats, offers, suggestions, tasks
from assist.store.writer import tell

from .readvise import READVISE
from .thread import Thread

_LONGEST_SHOWN = timedelta(days=30)
"""A question that waits longer than this is nobody's any more."""


def withdraw(session: Session, shop_id: str, skus: Iterable[str], now: datetime) -> None:
    """Make every card that names one of these goods unusable at once, and decide its conversation anew."""
    rows = offers.naming(session, shop_id, frozenset(skus), now - _LONGEST_SHOWN)
    if not rows:
        return
    suggestions.make_stale(session, [row.suggestion_id for row in rows])
    for conversation_id in sorted({row.conversation_id for row in rows}):
        tasks.plan(session, tasks.NewTask(shop_id, READVISE, conversation_id, now))
        tell(session, "chat", shop_id, conversation_id)


def left_behind(session: Session, thread: Thread) -> Sequence[str]:
    """Return the offers that still stand though the customer has asked something else since, or all is settled."""
    standing = suggestions.standing_offers(session, thread.conversation.id)
    if not standing:
        return ()
    if thread.conversation.state == ConversationState.resolved:
        return [row.id for row in standing]
    asked = [row.turn for row in thread.turns if not row.turn.small_talk]
    newest = max(asked, key=lambda turn: turn.started_at, default=None)
    if newest is None:
        return ()
    of = {
        row.turn.id: row.turn for _, row in chats.turns(session, standing[0].shop_id, [one.turn_id for one in standing])
    }
    return [
        row.id
        for row in standing
        if row.turn_id != newest.id and (row.turn_id not in of or of[row.turn_id].started_at < newest.started_at)
    ]
