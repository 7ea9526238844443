"""The words of a chat: messages, turns, episodes, orders."""

from datetime import datetime
from enum import StrEnum

from .value import Value


class Role(StrEnum):
    """Who said it. An agent is a person, never software; a platform's unknown words become `system`."""

    customer = "customer"
    agent = "agent"
    bot = "bot"
    system = "system"


class ConversationState(StrEnum):
    bot = "bot"
    queued = "queued"
    human = "human"
    resolved = "resolved"
    unknown = "unknown"


class Message(Value):
    """One utterance in order position (`occurred_at`, `ref`). Times are aware UTC.

    `occurred_at` is the platform's `sent_at` when plausible, else `received_at` with `time_doubted` set.
    """

    id: str
    ref: str
    role: Role
    text: str
    occurred_at: datetime
    received_at: datetime
    time_doubted: bool = False
    agent_id: str | None = None
    small_talk: bool = False
    private: bool = False
    recalled: bool = False
    edited_at: datetime | None = None
    order_ref: str | None = None
    attachments: tuple[str, ...] = ()
    """The kinds of what came with it, such as image."""
    photo_hashes: tuple[str, ...] = ()
    """SHA-256 of the pictures among them, where the platform or its adapter tells it."""
    speaker: str | None = None
    """What the platform calls who said it."""


class Mark(Value):
    """A change of a conversation's state, in the same order as its messages."""

    ref: str
    state: ConversationState
    occurred_at: datetime


class Turn(Value):
    """A run of customer messages with no reply between. Its id is that of its first message.

    `reply_ids` are the public agent or bot messages up to the next turn; `answered_at` is the first of them,
    `human_at` the first by a person.
    """

    id: str
    episode: int
    message_ids: tuple[str, ...]
    started_at: datetime
    last_at: datetime
    reply_ids: tuple[str, ...] = ()
    answered_at: datetime | None = None
    answered_by: Role | None = None
    human_at: datetime | None = None
    agent_id: str | None = None
    small_talk: bool = False


class Sidecar(StrEnum):
    """How the sidecar was when a turn came in; KPIs leave out turns it could not have helped with."""

    ok = "ok"
    degraded = "degraded"
    down = "down"


class OrderLine(Value):
    """One line of an order. Money is integer fen."""

    line_ref: str
    sku: str = ""
    title: str
    quantity: int = 1
    paid_fen: int = 0
    batch: str = ""
    warehouse: str = ""


class Order(Value):
    """An order as it stood at `as_of`."""

    order_ref: str
    status: str
    customer_ref: str = ""
    paid_fen: int = 0
    refunded_fen: int = 0
    lines: tuple[OrderLine, ...] = ()
    paid_at: datetime | None = None
    signed_at: datetime | None = None
    as_of: datetime
