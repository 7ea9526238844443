"""Goods, who bought what, pairs, visits, and what became of offers."""

import sqlalchemy as sa
from alembic import op

from assist.store.types import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goods",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("stated_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "sku"),
    )
    op.create_index("ix_goods_kind", "goods", ["shop_id", "kind"])
    op.create_table(
        "order_line",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("order_ref", sa.String(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", UtcTime(), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "order_ref", "line_ref"),
    )
    op.create_index("ix_order_line_customer", "order_line", ["shop_id", "customer_ref", "paid_at"])
    op.create_index("ix_order_line_paid", "order_line", ["shop_id", "paid_at"])
    op.create_table(
        "goods_pair",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("with_sku", sa.String(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("of_sku", sa.Integer(), nullable=False),
        sa.Column("of_other", sa.Integer(), nullable=False),
        sa.Column("both", sa.Integer(), nullable=False),
        sa.Column("lift", sa.Float(), nullable=False),
        sa.Column("lift_low", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("judged_by", sa.String(), nullable=True),
        sa.Column("counted_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "sku", "with_sku"),
    )
    op.create_table(
        "visit",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("browsing", sa.Text(), nullable=False),
        sa.Column("cart", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_table(
        "offer_made",
        sa.Column("suggestion_id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("adapter", sa.String(), nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=True),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("skus", sa.Text(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("explored", sa.Boolean(), nullable=False),
        sa.Column("holdout", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("order_ref", sa.String(), nullable=True),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_fen", sa.BigInteger(), nullable=False),
        sa.Column("learned", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("suggestion_id"),
    )
    op.create_index("ix_offer_made_customer", "offer_made", ["shop_id", "customer_ref", "sent_at"])
    op.create_index("ix_offer_made_conversation", "offer_made", ["conversation_id", "made_at"])
    op.create_index("ix_offer_made_recent", "offer_made", ["shop_id", "made_at"])
    op.create_table(
        "offer_tally",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("made", sa.Float(), nullable=False),
        sa.Column("accepted", sa.Float(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "context", "offer_id", "arm"),
    )
    op.create_index("ix_fact_subject", "fact", ["shop_id", "subject"])
    op.create_index("ix_conversation_customer", "conversation", ["shop_id", "customer_ref"])
    op.add_column("turn", sa.Column("offer_held", sa.String(), nullable=True))
