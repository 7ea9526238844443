"""What platforms tell us, in our words. A platform's own ids end in `_ref`; unknown roles become `system`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, TypeAdapter

from assist.domain.chat import Role
from assist.domain.value import Value

RefText = Annotated[str, Field(min_length=1, max_length=256)]
Fen = Annotated[int, Field(ge=0, le=10**12)]

_REPLACEMENT = "�"


def clean_text(text: str) -> str:
    """Return text that every database holds: NUL and lone surrogates become U+FFFD, nothing else changes."""
    if text.isascii():
        return text.replace("\x00", _REPLACEMENT) if "\x00" in text else text
    text = text.replace("\x00", _REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_REPLACEMENT if "\ud800" <= ch <= "\udfff" else ch for ch in text)
    return text


class Ref(Value):
    conversation_ref: RefText


class Actor(Value):
    """Who did it, as the platform names them."""

    role: Role
    ref: str = ""
    name: str | None = None


class Attachment(Value):
    kind: Literal["image", "audio", "video", "file", "location", "link", "card", "sticker", "unknown"]
    url: str | None = None
    media_ref: str | None = None
    name: str | None = None
    sha256: str | None = None


class OrderRef(Value):
    order_ref: RefText
    item_ref: str | None = None
    source: Literal["payload", "attribute", "text"] = "payload"


class OrderLine(Value):
    """One line of an order; money is integer fen."""

    line_ref: RefText
    sku: str = ""
    title: str = ""
    quantity: Annotated[int, Field(ge=0, le=10**6)] = 1
    paid_fen: Fen = 0
    batch: Annotated[str, Field(max_length=64)] = ""
    """The lot it was taken from, where the shop knows."""
    warehouse: Annotated[str, Field(max_length=64)] = ""


class Base(Value):
    """`event_ref` names the delivery and is stable across retries; `raw_type` is the platform's own word."""

    event_ref: RefText
    sent_at: AwareDatetime
    raw_type: str


class _InConversation(Base):
    ref: Ref
    visibility: Literal["public", "private"] = "public"


class MessageReceived(_InConversation):
    type: Literal["message.received"] = "message.received"
    message_ref: RefText
    actor: Actor
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    order_refs: tuple[OrderRef, ...] = ()
    reply_to_ref: str | None = None
    echo_of: str | None = None
    context: Mapping[str, JsonValue] = {}


class MessageEdited(_InConversation):
    type: Literal["message.edited"] = "message.edited"
    message_ref: RefText
    text: str = ""


class MessageRecalled(_InConversation):
    type: Literal["message.recalled"] = "message.recalled"
    message_ref: RefText


class MessageDeliveryFailed(_InConversation):
    type: Literal["message.delivery_failed"] = "message.delivery_failed"
    message_ref: RefText
    reason: str = ""


class ConversationStateChanged(_InConversation):
    type: Literal["conversation.state"] = "conversation.state"
    state: Literal["bot", "queued", "human", "resolved", "unknown"]
    assignee: Actor | None = None


class _AboutOrder(Base):
    ref: Ref | None = None
    order_ref: RefText
    customer_ref: str = ""


class OrderUpdated(_AboutOrder):
    """A whole snapshot: what is left out is unknown, never unchanged."""

    type: Literal["order.updated"] = "order.updated"
    status: str = "unknown"
    paid_fen: Fen = 0
    refunded_fen: Fen = 0
    lines: tuple[OrderLine, ...] = ()
    paid_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None


class OrderPaid(_AboutOrder):
    type: Literal["order.paid"] = "order.paid"
    paid_fen: Fen


class OrderRefunded(_AboutOrder):
    type: Literal["order.refunded"] = "order.refunded"
    refunded_fen: Fen


class RatingReceived(Base):
    type: Literal["rating.received"] = "rating.received"
    ref: Ref
    scale: Literal["csat_5", "nps_10"] = "csat_5"
    score: Annotated[int, Field(ge=0, le=10)]


class FactUpdated(Base):
    """Stock, promotion, weather: true from `valid_from` until `valid_until`."""

    type: Literal["fact.updated"] = "fact.updated"
    ref: Ref | None = None
    fact: RefText
    subject: RefText
    value: JsonValue
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class CustomerUpdated(Base):
    type: Literal["customer.updated"] = "customer.updated"
    ref: Ref | None = None
    customer_ref: RefText
    name: str | None = None
    facts: Mapping[str, JsonValue] = {}


class Ignored(Base):
    """Understood as nothing for us; kept with the reason, answered 200."""

    type: Literal["ignored"] = "ignored"
    ref: Ref | None = None
    reason: str


Event = Annotated[
    MessageReceived
    | MessageEdited
    | MessageRecalled
    | MessageDeliveryFailed
    | ConversationStateChanged
    | OrderUpdated
    | OrderPaid
    | OrderRefunded
    | RatingReceived
    | FactUpdated
    | CustomerUpdated
    | Ignored,
    Field(discriminator="type"),
]
"""Everything an adapter may hand to the core."""

EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
