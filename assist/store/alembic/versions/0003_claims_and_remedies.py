"""Claims, remedies, budgets, what went back of an order, and clusters of complaints."""

import sqlalchemy as sa
from alembic import op

from assist.store.types import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("cap_fen", sa.BigInteger(), nullable=False),
        sa.Column("used_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used_fen >= 0 AND used_fen <= cap_fen", name="ck_budget_cap"),
        sa.PrimaryKeyConstraint("shop_id", "scope", "day"),
    )
    op.create_table(
        "cluster",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("expected_millionths", sa.BigInteger(), nullable=False),
        sa.Column("tail_millionths", sa.BigInteger(), nullable=False),
        sa.Column("complaint_ids", sa.Text(), nullable=False),
        sa.Column("found_at", UtcTime(), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.Column("seen_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("shop_id", "subject_kind", "subject", "day"),
    )
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.create_index("ix_cluster_found", ["shop_id", "found_at"], unique=False)

    op.create_table(
        "order_ledger",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("order_ref", sa.String(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("back_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("back_fen >= 0 AND back_fen <= paid_fen", name="ck_order_ledger_paid"),
        sa.PrimaryKeyConstraint("shop_id", "order_ref", "line_ref"),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("customer_key", sa.String(), nullable=True),
        sa.Column("order_ref", sa.String(), nullable=True),
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("issues", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("first_wants", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "episode"),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index("ix_complaint_customer", ["shop_id", "customer_key", "opened_at"], unique=False)
        batch_op.create_index("ix_complaint_opened", ["shop_id", "opened_at"], unique=False)
        batch_op.create_index("ix_complaint_order", ["shop_id", "order_ref"], unique=False)

    op.create_table(
        "claim_photo",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.String(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
        ),
        sa.PrimaryKeyConstraint("shop_id", "sha256", "complaint_id"),
    )
    op.create_table(
        "complaint_line",
        sa.Column("complaint_id", sa.String(), nullable=False),
        sa.Column("line_key", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("warehouse", sa.String(), nullable=False),
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("library_number", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
        ),
        sa.PrimaryKeyConstraint("complaint_id", "line_key"),
    )
    with op.batch_alter_table("complaint_line", schema=None) as batch_op:
        batch_op.create_index("ix_complaint_line_product", ["shop_id", "product", "opened_at"], unique=False)
        batch_op.create_index("ix_complaint_line_shop", ["shop_id", "opened_at"], unique=False)

    op.create_table(
        "remedy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.String(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("order_ref", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("suggestion_id", sa.String(), nullable=True),
        sa.Column("adapter", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=False),
        sa.Column("customer_key", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("pay_first", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("library_number", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("budget_day", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", UtcTime(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", UtcTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("next_try_at", UtcTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("called_at", UtcTime(), nullable=True),
        sa.Column("unknown_since", UtcTime(), nullable=True),
        sa.Column("outcome_ref", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("follow_up_at", UtcTime(), nullable=True),
        sa.Column("followed_up_by", sa.String(), nullable=True),
        sa.Column("followed_up_at", UtcTime(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name="ck_remedy_amount"),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.create_index("ix_remedy_conversation", ["shop_id", "conversation_id", "requested_at"], unique=False)
        batch_op.create_index("ix_remedy_customer", ["shop_id", "customer_key", "requested_at"], unique=False)
        batch_op.create_index("ix_remedy_due", ["state", "next_try_at"], unique=False)
        batch_op.create_index("ix_remedy_order", ["shop_id", "order_ref"], unique=False)
        batch_op.create_index("ix_remedy_state", ["shop_id", "state"], unique=False)
        batch_op.create_index(
            "uq_remedy_active",
            ["shop_id", "complaint_id", "line_ref"],
            unique=True,
            sqlite_where=sa.text("state IN ('pending_approval', 'reserved', 'executing', 'unknown', 'executed')"),
            postgresql_where=sa.text("state IN ('pending_approval', 'reserved', 'executing', 'unknown', 'executed')"),
        )

    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("detail", sa.Text(), nullable=True))
