"""Pictures that go with answers, by the digest of their bytes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assist.store import editing_tables
from assist.store.sql import insert_once
from assist.store.tables import table_of

_media = table_of(editing_tables.Media)


@dataclass(frozen=True)
class Picture:
    """A picture's bytes; `digest` is their SHA-256 in hex."""

    digest: str
    content_type: str
    content: bytes


def keep(session: Session, shop_id: str, picture: Picture, *, name: str, agent_id: str, now: datetime) -> None:
    """Keep a picture of a shop unless it is there."""
    values = {**picture.__dict__, "shop_id": shop_id, "name": name, "agent_id": agent_id, "created_at": now}
    insert_once(session, _media, values)


def picture(session: Session, digest: str) -> Picture | None:
    """Return a picture, whichever shop keeps it: a digest names bytes that its holder was shown."""
    query = select(_media.c.content_type, _media.c.content).where(_media.c.digest == digest).limit(1)
    row = session.execute(query).one_or_none()
    return Picture(digest, row.content_type, bytes(row.content)) if row else None
