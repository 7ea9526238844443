"""The rows of claims and money. Amounts are integer fen; what must never be exceeded is a CHECK or a unique index."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from .tables import Row
from .types import BigKey, UtcTime

_ACTIVE = text("state IN ('pending_approval', 'reserved', 'executing', 'unknown', 'executed')")


class Complaint(Row, table=True):
    """What a customer complains of in one episode: the newest reading of everything said."""

    __table_args__ = (
        UniqueConstraint("conversation_id", "episode"),
        Index("ix_complaint_opened", "shop_id", "opened_at"),
        Index("ix_complaint_customer", "shop_id", "customer_key", "opened_at"),
        Index("ix_complaint_order", "shop_id", "order_ref"),
    )

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    conversation_id: str = Field(foreign_key="conversation.id")
    episode: int
    platform: str
    customer_key: str | None = None
    order_ref: str | None = None
    turn_id: str
    issues: str = Field(sa_type=Text)
    severity: str
    first_wants: str = Field(default="[]", sa_type=Text)
    asked: str = Field(default="[]", sa_type=Text)
    state: str = "open"
    opened_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)


class ComplaintLine(Row, table=True):
    """One kind of goods in a complaint, with the claim that was decided: enough to decide it again."""

    __table_args__ = (
        Index("ix_complaint_line_product", "shop_id", "product", "opened_at"),
        Index("ix_complaint_line_shop", "shop_id", "opened_at"),
    )

    complaint_id: str = Field(primary_key=True, foreign_key="complaint.id")
    line_key: str = Field(primary_key=True)
    shop_id: str
    line_ref: str = ""
    sku: str = ""
    product: str = ""
    category: str = ""
    batch: str = ""
    warehouse: str = ""
    issue: str
    severity: str
    claim: str = Field(sa_type=Text)
    decision: str = Field(sa_type=Text)
    library_number: int
    opened_at: datetime = Field(sa_type=UtcTime)


class ClaimPhoto(Row, table=True):
    """That a photo came with a claim: its hash, never the picture."""

    shop_id: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    complaint_id: str = Field(primary_key=True, foreign_key="complaint.id")
    seen_at: datetime = Field(sa_type=UtcTime)


class Remedy(Row, table=True):
    """One remedy from being asked for to its end. Its id is the idempotency key of its execution."""

    __table_args__ = (
        Index(
            "uq_remedy_active",
            "shop_id",
            "complaint_id",
            "line_ref",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        CheckConstraint("amount_fen >= 0", name="ck_remedy_amount"),
        Index("ix_remedy_state", "shop_id", "state"),
        Index("ix_remedy_due", "state", "next_try_at"),
        Index("ix_remedy_order", "shop_id", "order_ref"),
        Index("ix_remedy_conversation", "shop_id", "conversation_id", "requested_at"),
        Index("ix_remedy_customer", "shop_id", "customer_key", "requested_at"),
    )

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    complaint_id: str = Field(foreign_key="complaint.id")
    line_ref: str
    order_ref: str
    conversation_id: str
    turn_id: str
    suggestion_id: str | None = None
    adapter: str
    account: str
    customer_ref: str
    customer_key: str | None = None
    kind: str
    rule: str
    rung: str
    category: str = ""
    issue: str = ""
    severity: str = ""
    amount_fen: int = Field(sa_type=BigInteger)
    needs: str
    automatic: bool = False
    pay_first: bool = False
    state: str
    library_number: int
    decision: str = Field(sa_type=Text)
    budget_day: str = ""
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcTime)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcTime)
    reason: str = Field(default="", sa_type=Text)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcTime)
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    next_try_at: datetime | None = Field(default=None, sa_type=UtcTime)
    attempts: int = 0
    # When the platform was last asked to carry it out, and since when nobody knows what became of that.
    called_at: datetime | None = Field(default=None, sa_type=UtcTime)
    unknown_since: datetime | None = Field(default=None, sa_type=UtcTime)
    outcome_ref: str | None = None
    error: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    # When the platform's own news of the money was matched with it: no event counts for two remedies.
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    follow_up_at: datetime | None = Field(default=None, sa_type=UtcTime)
    followed_up_by: str | None = None
    followed_up_at: datetime | None = Field(default=None, sa_type=UtcTime)
    finding: str = Field(default="", sa_type=Text)


class Budget(Row, table=True):
    """What may be spent on one of the shop's own days, and what is reserved or spent of it."""

    __table_args__ = (CheckConstraint("used_fen >= 0 AND used_fen <= cap_fen", name="ck_budget_cap"),)

    shop_id: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    cap_fen: int = Field(sa_type=BigInteger)
    used_fen: int = Field(default=0, sa_type=BigInteger)


class OrderLedger(Row, table=True):
    """What was paid for an order (`line_ref` empty) or one of its lines, and what of it went back or is reserved to."""

    __table_args__ = (CheckConstraint("back_fen >= 0 AND back_fen <= paid_fen", name="ck_order_ledger_paid"),)

    shop_id: str = Field(primary_key=True)
    order_ref: str = Field(primary_key=True)
    line_ref: str = Field(primary_key=True)
    paid_fen: int = Field(sa_type=BigInteger)
    back_fen: int = Field(default=0, sa_type=BigInteger)


class Cluster(Row, table=True):
    """More complaints about one thing on one day than chance explains."""

    __table_args__ = (
        UniqueConstraint("shop_id", "subject_kind", "subject", "day"),
        Index("ix_cluster_found", "shop_id", "found_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    shop_id: str
    subject_kind: str
    subject: str
    day: str
    orders: int
    expected_millionths: int = Field(sa_type=BigInteger)
    tail_millionths: int = Field(sa_type=BigInteger)
    complaint_ids: str = Field(sa_type=Text)
    found_at: datetime = Field(sa_type=UtcTime)
    seen_by: str | None = None
    seen_at: datetime | None = Field(default=None, sa_type=UtcTime)
