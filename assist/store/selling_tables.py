"""The rows of what a shop sells, who bought what, what goes with what, and what became of each offer."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from .tables import Row
from .types import UtcTime


class Goods(Row, table=True):
    """One SKU. What changes by the hour, and what proves anything, are rows of `fact` with the SKU as subject."""

    __table_args__ = (Index("ix_goods_kind", "shop_id", "kind"),)

    shop_id: str = Field(primary_key=True)
    sku: str = Field(primary_key=True)
    kind: str | None = None
    body: str = Field(sa_type=Text)
    sold: int = 0
    stated_at: datetime = Field(sa_type=UtcTime)


class OrderLine(Row, table=True):
    """A line of an order as it was told last, for who bought what. `cancelled`: the order was given up or refunded."""

    __table_args__ = (
        Index("ix_order_line_customer", "shop_id", "customer_ref", "paid_at"),
        Index("ix_order_line_paid", "shop_id", "paid_at"),
    )

    shop_id: str = Field(primary_key=True)
    order_ref: str = Field(primary_key=True)
    line_ref: str = Field(primary_key=True)
    sku: str
    customer_ref: str = ""
    quantity: int = 1
    paid_fen: int = Field(default=0, sa_type=BigInteger)
    paid_at: datetime | None = Field(default=None, sa_type=UtcTime)
    cancelled: bool = False


class GoodsPair(Row, table=True):
    """Goods that are bought together, as counted last, and what a person decided about them."""

    shop_id: str = Field(primary_key=True)
    sku: str = Field(primary_key=True)
    with_sku: str = Field(primary_key=True)
    orders: int = 0
    of_sku: int = 0
    of_other: int = 0
    both: int = 0
    lift: float = 0.0
    lift_low: float = 0.0
    state: str = "mined"
    judged_by: str | None = None
    counted_at: datetime = Field(sa_type=UtcTime)


class Visit(Row, table=True):
    """What a customer was looking at and had in the cart when they wrote last, as the platform says it."""

    conversation_id: str = Field(primary_key=True)
    shop_id: str
    browsing: str = Field(default="[]", sa_type=Text)
    cart: str = Field(default="[]", sa_type=Text)
    at: datetime = Field(sa_type=UtcTime)


class OfferMade(Row, table=True):
    """An offer that was computed, and what became of it: the working copy of what the log says.

    `state`: computed, sent, accepted, declined, lapsed (no answer in time), reversed (accepted, then taken back).
    `arm` is the goods' SKU or "" and, with `offer_id` and `context`, what acceptance is learned by. `learned` is what
    the sums of `OfferTally` hold of it already.
    """

    __table_args__ = (
        Index("ix_offer_made_customer", "shop_id", "customer_ref", "sent_at"),
        Index("ix_offer_made_conversation", "conversation_id", "made_at"),
        Index("ix_offer_made_recent", "shop_id", "made_at"),
    )

    suggestion_id: str = Field(primary_key=True)
    shop_id: str
    conversation_id: str
    turn_id: str
    episode: int
    adapter: str
    customer_ref: str = ""
    subject_key: str | None = None
    offer_id: str
    arm: str = ""
    skus: str = Field(default="[]", sa_type=Text)
    context: str
    chance: float
    propensity: float
    explored: bool
    holdout: bool = False
    state: str = "computed"
    made_at: datetime = Field(sa_type=UtcTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    by: str | None = None
    order_ref: str | None = None
    fen: int = Field(default=0, sa_type=BigInteger)
    taken_back_fen: int = Field(default=0, sa_type=BigInteger)
    learned: str = ""


class OfferTally(Row, table=True):
    """How often an arm was offered and accepted in a context, older outcomes counting less; context "" is all."""

    shop_id: str = Field(primary_key=True)
    context: str = Field(primary_key=True)
    offer_id: str = Field(primary_key=True)
    arm: str = Field(primary_key=True)
    made: float = 0.0
    accepted: float = 0.0
    updated_at: datetime = Field(sa_type=UtcTime)
