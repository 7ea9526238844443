"""What a turn is about, and who corrected it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turn", sa.Column("category", sa.String(), nullable=True))
    op.add_column("turn", sa.Column("intent", sa.String(), nullable=True))
    op.add_column("turn", sa.Column("topic_score", sa.Float(), nullable=True))
    op.add_column("turn", sa.Column("topic_words", sa.Text(), nullable=True))
    op.add_column("turn", sa.Column("topic_by", sa.String(), nullable=True))
