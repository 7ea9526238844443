"""Drafts of content and their pictures; passwords, preferences, and where a shop lets itself be embedded."""

import sqlalchemy as sa
from alembic import op

from assist.store.types import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LIVING = sa.text("state IN ('draft', 'review')")


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_draft_living",
        "draft",
        ["shop_id", "kind", "entry_id"],
        unique=True,
        sqlite_where=_LIVING,
        postgresql_where=_LIVING,
    )
    op.create_index("ix_draft_recent", "draft", ["shop_id", "updated_at"])
    op.create_table(
        "media",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "digest"),
    )
    op.create_index("ix_media_digest", "media", ["digest"])
    op.create_table(
        "sign_in_try",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.add_column("shop", sa.Column("embed_origins", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("agent", sa.Column("password_hash", sa.Text(), nullable=True))
    op.add_column("agent", sa.Column("preferences", sa.Text(), nullable=False, server_default="{}"))
    # What was handed out by one signing in: all of it ends together.
    op.add_column("token", sa.Column("family", sa.String(), nullable=True))
