"""The generic hook's JSON: what a sender may post, as models that also publish its schema.

Unknown fields are tolerated, so that a sender may be newer than we are.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any, Literal, Union

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    create_model,
)

from assist.contract import Actor as ContractActor
from assist.contract import (
    Attachment,
    ConversationStateChanged,
    CustomerUpdated,
    Event,
    FactUpdated,
    MessageEdited,
    MessageRecalled,
    MessageReceived,
    OrderLine,
    OrderPaid,
    OrderRef,
    OrderRefunded,
    OrderUpdated,
    RatingReceived,
    Ref,
    Role,
    clean_text,
)

Text = Annotated[str, AfterValidator(clean_text)]
RefText = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(clean_text)]
Fen = Annotated[int, Field(ge=0, le=10**12)]


def _finite(value: JsonValue) -> JsonValue:
    """Refuse NaN and infinities: JSON has none, and kept they would silently turn to null."""
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("not a finite number")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _finite(part)
    return value


Anything = Annotated[JsonValue, AfterValidator(_finite)]

ROLES = {"customer": Role.customer, "agent": Role.agent, "bot": Role.bot, "system": Role.system}
"""Their word to ours; every other word is `system`."""

Said = Annotated[str, BeforeValidator(lambda word: word if isinstance(word, str) else "system")]


class Tolerant(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Who(Tolerant):
    role: Said = "system"
    ref: Text = ""
    name: Text | None = None

    def actor(self) -> ContractActor:
        return ContractActor(role=ROLES.get(self.role, Role.system), ref=self.ref[:256], name=self.name)


class File(Tolerant):
    kind: str = "unknown"
    url: Text | None = None
    name: Text | None = None
    sha256: str | None = None


_FILE_KINDS = {"image", "audio", "video", "file", "location", "link", "card", "sticker"}


class _Data(Tolerant):
    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        raise NotImplementedError


class MessageData(_Data):
    """`message.received`: one utterance of anyone in the conversation."""

    conversation_ref: RefText
    message_ref: RefText
    sent_at: AwareDatetime | None = None
    actor: Who
    text: Text = ""
    attachments: tuple[File, ...] = ()
    order_refs: tuple[RefText, ...] = ()
    reply_to_ref: Text | None = None
    echo_of: Text | None = None
    private: bool = False
    context: Mapping[str, Anything] = {}

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return MessageReceived(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=Ref(conversation_ref=self.conversation_ref),
            sent_at=self.sent_at or sent_at,
            visibility="private" if self.private else "public",
            message_ref=self.message_ref,
            actor=self.actor.actor(),
            text=self.text,
            attachments=tuple(_attachment(file) for file in self.attachments),
            order_refs=tuple(OrderRef(order_ref=order_ref) for order_ref in self.order_refs),
            reply_to_ref=self.reply_to_ref,
            echo_of=self.echo_of,
            context=self.context,
        )


class EditedData(_Data):
    """`message.edited`: the message now reads like this."""

    conversation_ref: RefText
    message_ref: RefText
    sent_at: AwareDatetime | None = None
    text: Text

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return MessageEdited(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=Ref(conversation_ref=self.conversation_ref),
            sent_at=self.sent_at or sent_at,
            message_ref=self.message_ref,
            text=self.text,
        )


class RecalledData(_Data):
    """`message.recalled`: the message was taken back."""

    conversation_ref: RefText
    message_ref: RefText
    sent_at: AwareDatetime | None = None

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return MessageRecalled(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=Ref(conversation_ref=self.conversation_ref),
            sent_at=self.sent_at or sent_at,
            message_ref=self.message_ref,
        )


class StateData(_Data):
    """`conversation.state`: who has the conversation now."""

    conversation_ref: RefText
    sent_at: AwareDatetime | None = None
    state: Literal["bot", "queued", "human", "resolved", "unknown"]
    assignee: Who | None = None

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return ConversationStateChanged(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=Ref(conversation_ref=self.conversation_ref),
            sent_at=self.sent_at or sent_at,
            state=self.state,
            assignee=self.assignee.actor() if self.assignee else None,
        )


class Line(Tolerant):
    line_ref: RefText
    sku: Text = ""
    title: Text = ""
    quantity: Annotated[int, Field(ge=0, le=10**6)] = 1
    paid_fen: Fen = 0


class _OrderData(_Data):
    conversation_ref: RefText | None = None
    order_ref: RefText
    customer_ref: Text = ""
    sent_at: AwareDatetime | None = None

    def ref(self) -> Ref | None:
        return Ref(conversation_ref=self.conversation_ref) if self.conversation_ref else None


class OrderData(_OrderData):
    """`order.updated`: the whole order as it stands; money in integer fen."""

    status: Text = "unknown"
    paid_fen: Fen = 0
    refunded_fen: Fen = 0
    lines: tuple[Line, ...] = ()
    paid_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return OrderUpdated(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=self.ref(),
            sent_at=self.sent_at or sent_at,
            order_ref=self.order_ref,
            customer_ref=self.customer_ref,
            status=self.status,
            paid_fen=self.paid_fen,
            refunded_fen=self.refunded_fen,
            lines=tuple(OrderLine(**line.model_dump()) for line in self.lines),
            paid_at=self.paid_at,
            signed_at=self.signed_at,
        )


class PaidData(_OrderData):
    """`order.paid`."""

    paid_fen: Fen

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return OrderPaid(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=self.ref(),
            sent_at=self.sent_at or sent_at,
            order_ref=self.order_ref,
            customer_ref=self.customer_ref,
            paid_fen=self.paid_fen,
        )


class RefundedData(_OrderData):
    """`order.refunded`."""

    refunded_fen: Fen

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return OrderRefunded(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=self.ref(),
            sent_at=self.sent_at or sent_at,
            order_ref=self.order_ref,
            customer_ref=self.customer_ref,
            refunded_fen=self.refunded_fen,
        )


class RatingData(_Data):
    """`rating.received`: a customer's mark for one conversation."""

    conversation_ref: RefText
    sent_at: AwareDatetime | None = None
    scale: Literal["csat_5", "nps_10"] = "csat_5"
    score: Annotated[int, Field(ge=0, le=10)]

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return RatingReceived(
            event_ref=event_ref,
            raw_type=raw_type,
            ref=Ref(conversation_ref=self.conversation_ref),
            sent_at=self.sent_at or sent_at,
            scale=self.scale,
            score=self.score,
        )


class FactData(_Data):
    """`fact.updated`: stock, promotion or weather, with its validity."""

    fact: RefText
    subject: RefText
    value: Anything
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return FactUpdated(
            event_ref=event_ref,
            raw_type=raw_type,
            sent_at=sent_at,
            fact=self.fact,
            subject=self.subject,
            value=self.value,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class CustomerData(_Data):
    """`customer.updated`: what the shop knows of a customer."""

    customer_ref: RefText
    name: Text | None = None
    facts: Mapping[str, Anything] = {}

    def event(self, event_ref: str, raw_type: str, sent_at: AwareDatetime) -> Event:
        return CustomerUpdated(
            event_ref=event_ref,
            raw_type=raw_type,
            sent_at=sent_at,
            customer_ref=self.customer_ref,
            name=self.name,
            facts=self.facts,
        )


DATA: dict[str, type[_Data]] = {
    "message.received": MessageData,
    "message.edited": EditedData,
    "message.recalled": RecalledData,
    "conversation.state": StateData,
    "order.updated": OrderData,
    "order.paid": PaidData,
    "order.refunded": RefundedData,
    "rating.received": RatingData,
    "fact.updated": FactData,
    "customer.updated": CustomerData,
}
"""Every type of body and the shape of its `data`."""


class Body(Tolerant):
    """What every Standard Webhooks body has."""

    type: str
    timestamp: AwareDatetime


def _body_of(type_name: str, data: type[_Data]) -> type[Body]:
    fields: Any = {"type": (Literal[type_name], ...), "data": (data, ...)}
    name = "".join(part.title() for part in type_name.split("."))
    return create_model(name, __base__=Body, __doc__=data.__doc__, **fields)


def _bodies() -> TypeAdapter[Any]:
    union: Any = Union[tuple(_body_of(name, data) for name, data in DATA.items())]  # noqa: UP007 - built at run time
    by_type: Any = Annotated[union, Field(discriminator="type")]
    return TypeAdapter(by_type)


BODIES = _bodies()
"""Reads a whole body by its type."""

ENVELOPE = TypeAdapter(Body)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of everything a sender may post."""
    return BODIES.json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fresh Assist generic hook",
    }


def _attachment(file: File) -> Attachment:
    kind = file.kind if file.kind in _FILE_KINDS else "unknown"
    return Attachment.model_validate({"kind": kind, "url": file.url, "name": file.name, "sha256": file.sha256})
