"""The rows of published content: versions, and the immutable entries that are true from one on."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Text
from sqlmodel import Field

from .tables import Row
from .types import UtcTime


class LibraryVersion(Row, table=True):
    shop_id: str = Field(foreign_key="shop.id", primary_key=True)
    number: int = Field(primary_key=True)
    author: str
    reason: str
    digest: str
    published_at: datetime = Field(sa_type=UtcTime)


class LibraryEntry(Row, table=True):
    """One immutable entry, true from version `number` until the next row of the same entry; NULL body ends it."""

    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "number"], ["library_version.shop_id", "library_version.number"]),
    )

    shop_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    entry_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    author: str
    body: str | None = Field(default=None, sa_type=Text)
