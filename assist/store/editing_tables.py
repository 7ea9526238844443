"""The rows of what is being edited: drafts of entries, and the pictures that go with answers."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text, text
from sqlmodel import Field

from .tables import Row
from .types import UtcTime

_LIVING = text("state IN ('draft', 'review')")


class Draft(Row, table=True):
    """A wanted state of one entry; `body` NULL: it shall end. At most one lives per entry."""

    __table_args__ = (
        Index(
            "ux_draft_living",
            "shop_id",
            "kind",
            "entry_id",
            unique=True,
            sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
        Index("ix_draft_recent", "shop_id", "updated_at"),
    )

    id: str = Field(primary_key=True)
    shop_id: str = Field(foreign_key="shop.id")
    kind: str
    entry_id: str
    body: str | None = Field(default=None, sa_type=Text)
    base_number: int
    state: str = "draft"
    revision: int = 1
    author_id: str = Field(foreign_key="agent.id")
    note: str = Field(default="", sa_type=Text)
    reviewer_id: str | None = None
    review_note: str = Field(default="", sa_type=Text)
    published_number: int | None = None
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)


class Media(Row, table=True):
    """A picture by the SHA-256 of its bytes, served at `/media/<digest>`."""

    shop_id: str = Field(primary_key=True, foreign_key="shop.id")
    digest: str = Field(primary_key=True, index=True)
    content_type: str
    content: bytes = Field(sa_type=LargeBinary)
    name: str = ""
    agent_id: str | None = None
    created_at: datetime = Field(sa_type=UtcTime)
