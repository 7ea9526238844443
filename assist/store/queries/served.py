"""Who served a customer last, before the episode that goes on?"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assist.domain.chat import Role
from assist.store import tables
from assist.store.tables import table_of

from .chats import ConversationRow

_conversation = table_of(tables.Conversation)
_message = table_of(tables.Message)
_turn = table_of(tables.Turn)


def last_served(session: Session, row: ConversationRow, before: datetime) -> tuple[str, datetime] | None:
    """Return the id of the agent who wrote last to this customer before a time, in whatever conversation, and when."""
    if not row.customer_ref:
        return None
    query = (
        select(_message.c.agent_id, _message.c.occurred_at)
        .join(_conversation, _conversation.c.id == _message.c.conversation_id)
        .where(
            _conversation.c.shop_id == row.shop_id,
            _conversation.c.customer_ref == row.customer_ref,
            _conversation.c.adapter == row.adapter,
            _conversation.c.account == row.account,
            _message.c.role == Role.agent.value,
            _message.c.agent_id.is_not(None),
            _message.c.occurred_at < before,
        )
    )
    found = session.execute(query.order_by(_message.c.occurred_at.desc()).limit(1)).one_or_none()
    return (str(found.agent_id), found.occurred_at) if found else None


def episode_began(session: Session, conversation_id: str) -> datetime | None:
    """Return when the newest episode of a conversation began; None where nobody has said anything yet."""
    newest = select(_turn.c.episode).where(_turn.c.conversation_id == conversation_id)
    episode = session.execute(newest.order_by(_turn.c.started_at.desc()).limit(1)).scalar_one_or_none()
    if episode is None:
        return None
    began = select(_turn.c.started_at).where(_turn.c.conversation_id == conversation_id, _turn.c.episode == episode)
    return session.execute(began.order_by(_turn.c.started_at).limit(1)).scalar_one()
