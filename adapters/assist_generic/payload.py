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
    Base,
    ConversationStateChanged,
    CustomerUpdated,
    Event,
    FactUpdated,
    GoodsFactTold,
    GoodsItem,
    GoodsPage,
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

    def ours(self) -> ContractActor:
        return ContractActor(role=ROLES.get(self.role, Role.system), ref=self.ref[:256], name=self.name)


class File(Tolerant):
    kind: str = "unknown"
    url: Text | None = None
    name: Text | None = None
    sha256: str | None = None

    def ours(self) -> Attachment:
        kind = self.kind if self.kind in _FILE_KINDS else "unknown"
        return Attachment.model_validate({"kind": kind, "url": self.url, "name": self.name, "sha256": self.sha256})


_FILE_KINDS = {"image", "audio", "video", "file", "location", "link", "card", "sticker"}


class Data(Tolerant):
    """What a body says. Each field is called what the contract's event calls it; `said` names the exceptions."""

    sent_at: AwareDatetime | None = None

    def said(self) -> dict[str, Any]:
        """Return the event's own fields."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in _PLACED}


_PLACED = ("conversation_ref", "sent_at")
"""Fields that every event has in its own form: `ref`, and a time even where none was said."""


class MessageData(Data):
    """`message.received`: one utterance of anyone in the conversation."""

    conversation_ref: RefText
    message_ref: RefText
    actor: Who
    text: Text = ""
    attachments: tuple[File, ...] = ()
    order_refs: tuple[RefText, ...] = ()
    reply_to_ref: Text | None = None
    echo_of: Text | None = None
    private: bool = False
    context: Mapping[str, Anything] = {}

    def said(self) -> dict[str, Any]:
        told = super().said()
        private = told.pop("private")
        return told | {
            "visibility": "private" if private else "public",
            "actor": self.actor.ours(),
            "attachments": tuple(file.ours() for file in self.attachments),
            "order_refs": tuple(OrderRef(order_ref=order_ref) for order_ref in self.order_refs),
        }


class EditedData(Data):
    """`message.edited`: the message now reads like this."""

    conversation_ref: RefText
    message_ref: RefText
    text: Text


class RecalledData(Data):
    """`message.recalled`: the message was taken back."""

    conversation_ref: RefText
    message_ref: RefText


class StateData(Data):
    """`conversation.state`: who has the conversation now."""

    conversation_ref: RefText
    state: Literal["bot", "queued", "human", "resolved", "unknown"]
    assignee: Who | None = None

    def said(self) -> dict[str, Any]:
        return super().said() | {"assignee": self.assignee.ours() if self.assignee else None}


class Line(Tolerant):
    line_ref: RefText
    sku: Text = ""
    title: Text = ""
    quantity: Annotated[int, Field(ge=0, le=10**6)] = 1
    paid_fen: Fen = 0
    batch: Annotated[str, Field(max_length=64)] = ""
    warehouse: Annotated[str, Field(max_length=64)] = ""


class OrderData(Data):
    """`order.updated`: the whole order as it stands; money in integer fen."""

    conversation_ref: RefText | None = None
    order_ref: RefText
    customer_ref: Text = ""
    status: Text = "unknown"
    paid_fen: Fen = 0
    refunded_fen: Fen = 0
    lines: tuple[Line, ...] = ()
    paid_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None

    def said(self) -> dict[str, Any]:
        return super().said() | {"lines": tuple(OrderLine(**line.model_dump()) for line in self.lines)}


class PaidData(Data):
    """`order.paid`."""

    conversation_ref: RefText | None = None
    order_ref: RefText
    customer_ref: Text = ""
    paid_fen: Fen


class RefundedData(Data):
    """`order.refunded`."""

    conversation_ref: RefText | None = None
    order_ref: RefText
    customer_ref: Text = ""
    refunded_fen: Fen


class RatingData(Data):
    """`rating.received`: a customer's mark for one conversation."""

    conversation_ref: RefText
    scale: Literal["csat_5", "nps_10"] = "csat_5"
    score: Annotated[int, Field(ge=0, le=10)]


class FactData(Data):
    """`fact.updated`: stock, promotion or weather, with its validity."""

    fact: RefText
    subject: RefText
    value: Anything
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class CustomerData(Data):
    """`customer.updated`: what the shop knows of a customer."""

    customer_ref: RefText
    name: Text | None = None
    facts: Mapping[str, Anything] = {}


class GoodsFactData(Tolerant):
    """One fact of an item: `fact` and `value` as in `fact.updated`."""

    fact: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean_text)]
    value: Anything
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class GoodsItemData(Tolerant):
    """One SKU in the answer to `GET /goods`; money in integer fen."""

    sku: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$"), AfterValidator(clean_text)]
    title: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean_text)]
    price_fen: Annotated[int, Field(ge=0, le=10**9)] | None = None
    stock: Annotated[int, Field(ge=0, le=10**9)] | None = None
    listed: bool | None = None
    categories: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    facts: Annotated[tuple[GoodsFactData, ...], Field(max_length=50)] = ()

    def ours(self) -> GoodsItem:
        told = self.model_dump(exclude={"facts"})
        return GoodsItem(**told, facts=tuple(GoodsFactTold(**fact.model_dump()) for fact in self.facts))


class GoodsPageData(Tolerant):
    """The answer to `GET /goods`: some of a shop's goods, and where the next begin."""

    items: Annotated[tuple[GoodsItemData, ...], Field(max_length=1000)]
    cursor: Annotated[str, Field(max_length=500)] | None = None

    def ours(self) -> GoodsPage:
        return GoodsPage(items=tuple(item.ours() for item in self.items), cursor=self.cursor or None)


TYPES: dict[str, tuple[type[Data], type[Base]]] = {
    "message.received": (MessageData, MessageReceived),
    "message.edited": (EditedData, MessageEdited),
    "message.recalled": (RecalledData, MessageRecalled),
    "conversation.state": (StateData, ConversationStateChanged),
    "order.updated": (OrderData, OrderUpdated),
    "order.paid": (PaidData, OrderPaid),
    "order.refunded": (RefundedData, OrderRefunded),
    "rating.received": (RatingData, RatingReceived),
    "fact.updated": (FactData, FactUpdated),
    "customer.updated": (CustomerData, CustomerUpdated),
}
"""Every type of body: the shape of its `data`, and the event it becomes."""


def event_of(event_ref: str, type_name: str, timestamp: AwareDatetime, data: Data) -> Event:
    """Return the contract's event. Raises pydantic's ValidationError for what the contract does not take."""
    conversation_ref: str | None = getattr(data, "conversation_ref", None)
    where = {"ref": Ref(conversation_ref=conversation_ref)} if conversation_ref else {}
    kind: Any = TYPES[type_name][1]
    return kind(event_ref=event_ref, raw_type=type_name, sent_at=data.sent_at or timestamp, **where, **data.said())


class Body(Tolerant):
    """What every Standard Webhooks body has."""

    type: str
    timestamp: AwareDatetime


def _body_of(type_name: str, data: type[Data]) -> type[Body]:
    fields: Any = {"type": (Literal[type_name], ...), "data": (data, ...)}
    name = "".join(part.title() for part in type_name.split("."))
    return create_model(name, __base__=Body, __doc__=data.__doc__, **fields)


def _bodies() -> TypeAdapter[Any]:
    union: Any = Union[tuple(_body_of(name, data) for name, (data, _) in TYPES.items())]  # noqa: UP007 - built at run time
    by_type: Any = Annotated[union, Field(discriminator="type")]
    return TypeAdapter(by_type)


BODIES = _bodies()
"""Reads a whole body by its type."""

ENVELOPE = TypeAdapter(Body)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of everything a sender may post."""
    posted = BODIES.json_schema()
    answered = GoodsPageData.model_json_schema(ref_template="#/$defs/{model}")
    # What a shop answers to `GET /goods` stands among the definitions: nobody posts it.
    posted["$defs"] |= {**answered.pop("$defs"), "GoodsPageData": answered}
    return posted | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fresh Assist generic hook",
    }
