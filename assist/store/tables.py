"""The rows of shops, people, chats, the log and what is due. `shop_id` comes first in every key that a shop can see."""

import re
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from .types import BigKey, UtcTime

_PENDING = text("state = 'pending'")


def table_name(class_name: str) -> str:
    """Return a class name in snake case."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name).lower()


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table of a row class, for the hot inserts that skip the ORM."""
    return SQLModel.metadata.tables[table_name(model.__name__)]


class Row(SQLModel):
    """A row whose table is its class name in snake case."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # noqa: N805
        return table_name(cls.__name__)


class Shop(Row, table=True):
    id: str = Field(primary_key=True)
    name: str
    timezone: str
    # Customers are counted under a keyed hash, so that erasing the key's row forgets the person.
    subject_salt: str
    embed_origins: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    created_at: datetime = Field(sa_type=UtcTime)


class Account(Row, table=True):
    """A connected platform account. An (adapter, account) pair belongs to one shop."""

    adapter: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id", index=True)
    config: str = Field(sa_type=Text)
    secrets: str = Field(sa_type=Text)
    enabled: bool = True


class Agent(Row, table=True):
    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id", index=True)
    name: str
    role: str
    level: str | None = None
    team: str = ""
    linked: bool = True
    active: bool = True
    password_hash: str | None = Field(default=None, sa_type=Text)
    preferences: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"server_default": "{}"})
    since: datetime = Field(sa_type=UtcTime)


class AgentStanding(Row, table=True):
    """Level and team from a date on: changes are dated, the past keeps its own."""

    __table_args__ = (UniqueConstraint("agent_id", "since"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    agent_id: str = Field(foreign_key="agent.id", index=True)
    level: str | None = None
    team: str = ""
    since: datetime = Field(sa_type=UtcTime)


class AgentRef(Row, table=True):
    """How a platform names an agent."""

    adapter: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    agent_id: str = Field(foreign_key="agent.id", index=True)


class Token(Row, table=True):
    """A handed-out secret, by its SHA-256. A ticket is spent by its first use."""

    hash: str = Field(primary_key=True)
    kind: str
    shop_id: str = Field(foreign_key="shop.id")
    agent_id: str = Field(foreign_key="agent.id", index=True)
    expires_at: datetime = Field(sa_type=UtcTime)
    spent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)
    family: str | None = None


class Inbox(Row, table=True):
    """One delivered event, kept before anything is done with it. `raw` is on the first row of its request."""

    __table_args__ = (
        UniqueConstraint("shop_id", "adapter", "account", "event_ref"),
        Index("ix_inbox_pending", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_inbox_lane", "lane_id", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    shop_id: str
    adapter: str
    account: str
    event_ref: str
    lane_id: str
    kind: str
    body: str = Field(sa_type=Text)
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)
    raw_digest: str
    received_at: datetime = Field(sa_type=UtcTime)
    state: str = "pending"
    attempts: int = 0
    conflicts: int = 0
    error: str | None = None


class Lane(Row, table=True):
    """Who works on a conversation now. Attempts are counted before the work."""

    lane_id: str = Field(primary_key=True)
    shop_id: str
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    attempts: int = 0


class Conversation(Row, table=True):
    __table_args__ = (
        UniqueConstraint("shop_id", "adapter", "account", "conversation_ref"),
        Index("ix_conversation_recent", "shop_id", "last_at"),
        Index("ix_conversation_customer", "shop_id", "customer_ref"),
    )

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    adapter: str
    account: str
    conversation_ref: str
    customer_ref: str = ""
    customer_name: str | None = None
    state: str = "unknown"
    last_at: datetime = Field(sa_type=UtcTime)
    last_text: str = Field(default="", sa_type=Text)
    open_turn_id: str | None = None
    waiting_since: datetime | None = Field(default=None, sa_type=UtcTime)
    order_ref: str | None = None


class Message(Row, table=True):
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_ref"),
        Index("ix_message_order", "conversation_id", "occurred_at", "message_ref"),
    )

    id: str = Field(primary_key=True)
    shop_id: str
    conversation_id: str = Field(foreign_key="conversation.id")
    message_ref: str
    role: str
    actor_ref: str = ""
    agent_id: str | None = None
    text: str = Field(sa_type=Text)
    attachments: str = Field(default="[]", sa_type=Text)
    occurred_at: datetime = Field(sa_type=UtcTime)
    received_at: datetime = Field(sa_type=UtcTime)
    time_doubted: bool = False
    small_talk: bool = False
    private: bool = False
    recalled: bool = False
    edited_at: datetime | None = Field(default=None, sa_type=UtcTime)
    echo_of: str | None = None
    order_ref: str | None = None
    speaker: str | None = None


class EarlyChange(Row, table=True):
    """An edit or recall that arrived before its message; applied when the message comes."""

    __table_args__ = (UniqueConstraint("conversation_id", "message_ref", "kind", "occurred_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    conversation_id: str
    message_ref: str
    kind: str
    text: str = Field(default="", sa_type=Text)
    occurred_at: datetime = Field(sa_type=UtcTime)


class Mark(Row, table=True):
    """A change of a conversation's state, ordered among its messages."""

    __table_args__ = (
        UniqueConstraint("conversation_id", "event_ref"),
        Index("ix_mark_order", "conversation_id", "occurred_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    conversation_id: str
    event_ref: str
    state: str
    occurred_at: datetime = Field(sa_type=UtcTime)


class Turn(Row, table=True):
    """What the fold over a conversation's messages gave, kept for reading."""

    __table_args__ = (Index("ix_turn_order", "conversation_id", "started_at"),)

    id: str = Field(primary_key=True)
    shop_id: str
    conversation_id: str = Field(foreign_key="conversation.id")
    episode: int
    started_at: datetime = Field(sa_type=UtcTime)
    last_at: datetime = Field(sa_type=UtcTime)
    message_ids: str = Field(sa_type=Text)
    reply_ids: str = Field(default="[]", sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    answered_by: str | None = None
    human_at: datetime | None = Field(default=None, sa_type=UtcTime)
    agent_id: str | None = None
    small_talk: bool = False
    sidecar: str = "ok"
    sidebar_open: bool = False
    # What it is about; NULL for small talk. Once an agent has said it (`topic_by`), it stays as they said.
    category: str | None = None
    intent: str | None = None
    topic_score: float | None = None
    topic_words: str | None = Field(default=None, sa_type=Text)
    topic_by: str | None = None
    # Why an offer that would have been made is held back; NULL where none would, or it was made.
    offer_held: str | None = None


class Suggestion(Row, table=True):
    __table_args__ = (Index("ix_suggestion_turn", "conversation_id", "turn_id"),)

    id: str = Field(primary_key=True)
    shop_id: str
    conversation_id: str = Field(foreign_key="conversation.id")
    turn_id: str
    kind: str
    arm: str
    state: str = "live"
    rank: int
    article_id: str
    library_number: int
    title: str
    text: str = Field(sa_type=Text)
    missing: str = Field(default="[]", sa_type=Text)
    internal: bool = False
    score: float
    matched: str
    reasons: str = Field(sa_type=Text)
    source: str = ""
    category: str = ""
    # What a remedy, a question or an offer carries beside its text; NULL for answers.
    detail: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=UtcTime)


class Event(Row, table=True):
    """The append-only log: a trigger refuses DELETE, and UPDATE of anything but `subject_key` to NULL."""

    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        Index("ix_event_kind_at", "shop_id", "kind", "at"),
        Index("ix_event_conversation", "conversation_id", "id"),
        Index("ix_event_turn", "turn_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    key: str
    shop_id: str
    kind: str
    at: datetime = Field(sa_type=UtcTime)
    conversation_id: str | None = None
    episode: int | None = None
    turn_id: str | None = None
    message_id: str | None = None
    suggestion_id: str | None = None
    agent_id: str | None = None
    level: str | None = None
    team: str | None = None
    platform: str | None = None
    category: str | None = None
    subject_key: str | None = None
    n: int = 1
    payload: str = Field(default="{}", sa_type=Text)


class Outbox(Row, table=True):
    """Something to send, from its row and nowhere else. `idempotency_key` never reaches a customer twice."""

    __table_args__ = (
        UniqueConstraint("shop_id", "idempotency_key"),
        Index("ix_outbox_due", "state", "not_before"),
        Index("ix_outbox_conversation", "conversation_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    shop_id: str
    kind: str
    adapter: str = ""
    account: str = ""
    conversation_id: str | None = None
    conversation_ref: str = ""
    idempotency_key: str = Field(sa_type=String(64))
    text: str = Field(default="", sa_type=Text)
    payload: str = Field(default="{}", sa_type=Text)
    agent_id: str | None = None
    suggestion_id: str | None = None
    library_number: int | None = None
    state: str = "queued"
    attempts: int = 0
    not_before: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    message_ref: str | None = None
    error: str | None = None
    created_at: datetime = Field(sa_type=UtcTime)


class Webhook(Row, table=True):
    """Where a shop wants our signed events posted."""

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id", index=True)
    url: str
    secret: str
    kinds: str = Field(sa_type=Text)
    enabled: bool = True


class Task(Row, table=True):
    """Something due at a time, run exactly once. New work adds kinds, not loops."""

    __table_args__ = (
        UniqueConstraint("shop_id", "kind", "subject_id"),
        Index("ix_task_due", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    shop_id: str
    kind: str
    subject_id: str
    payload: str = Field(default="{}", sa_type=Text)
    due_at: datetime = Field(sa_type=UtcTime)
    state: str = "waiting"
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str | None = None


class OrderSnapshot(Row, table=True):
    shop_id: str = Field(primary_key=True)
    order_ref: str = Field(primary_key=True)
    customer_ref: str = ""
    body: str = Field(sa_type=Text)
    as_of: datetime = Field(sa_type=UtcTime)


class Fact(Row, table=True):
    """A fact about the shop's world, newest statement wins."""

    __table_args__ = (Index("ix_fact_subject", "shop_id", "subject"),)

    shop_id: str = Field(primary_key=True)
    fact: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    valid_from: datetime | None = Field(default=None, sa_type=UtcTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcTime)
    stated_at: datetime = Field(sa_type=UtcTime)


class Customer(Row, table=True):
    shop_id: str = Field(primary_key=True)
    adapter: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    customer_ref: str = Field(primary_key=True)
    name: str | None = None
    facts: str = Field(default="{}", sa_type=Text)
    stated_at: datetime = Field(sa_type=UtcTime)
