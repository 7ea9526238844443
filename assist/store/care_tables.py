"""The rows of what is watched over in a chat: what was promised, how the customer feels, and who was called."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from .tables import Row
from .types import UtcTime


class Promise(Row, table=True):
    """What an agent promised in a sent message, by when, and what became of it. The words stay in the message."""

    __table_args__ = (
        UniqueConstraint("message_id", "word_start", "kind"),
        Index("ix_promise_due", "shop_id", "state", "due_at"),
        Index("ix_promise_conversation", "conversation_id", "state"),
    )

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    conversation_id: str = Field(foreign_key="conversation.id")
    message_id: str
    episode: int | None = None
    platform: str
    agent_id: str | None = None
    kind: str
    word_start: int
    word_end: int
    state: str = "open"
    promised_at: datetime = Field(sa_type=UtcTime)
    due_at: datetime = Field(sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ended_by: str | None = None
    late: bool = False


class TurnMood(Row, table=True):
    """How the customer sounded in one turn: the newest reading of its messages. `words`: [[message id, start, end]]."""

    __table_args__ = (Index("ix_turn_mood_conversation", "conversation_id", "at"),)

    turn_id: str = Field(primary_key=True)
    shop_id: str
    conversation_id: str = Field(foreign_key="conversation.id")
    episode: int
    at: datetime = Field(sa_type=UtcTime)
    score: float
    name: str
    words: str = Field(default="[]", sa_type=Text)


class Alert(Row, table=True):
    """A supervisor called to a conversation. `reasons` is JSON of AlertReason with message ids in the words' places."""

    __table_args__ = (
        Index("ix_alert_conversation", "conversation_id", "raised_at"),
        Index("ix_alert_state", "shop_id", "state", "raised_at"),
    )

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    conversation_id: str = Field(foreign_key="conversation.id")
    turn_id: str
    episode: int
    platform: str
    reasons: str = Field(sa_type=Text)
    state: str = "open"
    raised_at: datetime = Field(sa_type=UtcTime)
    judged_by: str | None = None
    judged_at: datetime | None = Field(default=None, sa_type=UtcTime)


class GuardOverride(Row, table=True):
    """A text sent although a guard warned, with the agent's reason."""

    __table_args__ = (Index("ix_guard_override_conversation", "conversation_id", "at"),)

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    conversation_id: str = Field(foreign_key="conversation.id")
    agent_id: str
    rules: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcTime)
