"""Published content: immutable entries under one number per shop."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from assist.domain.library import Entry
from assist.store import library_tables
from assist.store.tables import table_of

_version = table_of(library_tables.LibraryVersion)
_entry = table_of(library_tables.LibraryEntry)

Key = tuple[str, str]
"""(kind, entry id)."""


@dataclass(frozen=True)
class Version:
    shop_id: str
    number: int
    author: str
    reason: str
    digest: str
    published_at: datetime


@dataclass(frozen=True)
class Authored:
    """An entry as it stands, and who changed it last."""

    entry: Entry
    author: str


def newest(session: Session, shop_id: str) -> Version | None:
    query = select(_version).where(_version.c.shop_id == shop_id).order_by(_version.c.number.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return Version(**row._mapping) if row else None  # pyright: ignore[reportPrivateUsage]


def newest_numbers(session: Session) -> dict[str, int]:
    """Return each shop's newest library number."""
    query = select(_version.c.shop_id, func.max(_version.c.number)).group_by(_version.c.shop_id)
    return {str(shop_id): int(number) for shop_id, number in session.execute(query)}


def version(session: Session, shop_id: str, number: int) -> Version | None:
    query = select(_version).where(_version.c.shop_id == shop_id, _version.c.number == number)
    row = session.execute(query).one_or_none()
    return Version(**row._mapping) if row else None  # pyright: ignore[reportPrivateUsage]


def entries(session: Session, shop_id: str, number: int) -> dict[Key, Authored]:
    """Return the entries of a version: of each, its newest row up to that number, unless that row ends it."""
    latest = (
        select(_entry.c.kind, _entry.c.entry_id, func.max(_entry.c.number).label("number"))
        .where(_entry.c.shop_id == shop_id, _entry.c.number <= number)
        .group_by(_entry.c.kind, _entry.c.entry_id)
        .subquery()
    )
    query = select(_entry).join(
        latest,
        (latest.c.kind == _entry.c.kind)
        & (latest.c.entry_id == _entry.c.entry_id)
        & (latest.c.number == _entry.c.number),
    )
    found: dict[Key, Authored] = {}
    for row in session.execute(query.where(_entry.c.shop_id == shop_id, _entry.c.body.is_not(None))):
        entry = Entry(kind=row.kind, entry_id=row.entry_id, body=row.body)
        found[(row.kind, row.entry_id)] = Authored(entry, row.author)
    return found


def policy_at(session: Session, shop_id: str, name: str, number: int) -> str | None:
    """Return the body of one policy as a version has it."""
    query = select(_entry.c.body).where(
        _entry.c.shop_id == shop_id,
        _entry.c.kind == "policy",
        _entry.c.entry_id == name,
        _entry.c.number <= number,
    )
    return session.execute(query.order_by(_entry.c.number.desc()).limit(1)).scalar_one_or_none()


def changed_between(session: Session, shop_id: str, after: int, upto: int) -> set[Key]:
    """Return what was published under the numbers after one, up to another."""
    query = select(_entry.c.kind, _entry.c.entry_id).where(
        _entry.c.shop_id == shop_id, _entry.c.number > after, _entry.c.number <= upto
    )
    return {(str(kind), str(entry_id)) for kind, entry_id in session.execute(query)}


def articles_now(session: Session, shop_id: str, article_ids: Set[str]) -> dict[str, Entry]:
    """Return the newest rows of some articles; one that was ended is not there."""
    query = (
        select(_entry)
        .where(_entry.c.shop_id == shop_id, _entry.c.kind == "article", _entry.c.entry_id.in_(article_ids))
        .order_by(_entry.c.number)
    )
    newest = {row.entry_id: row.body for row in session.execute(query)}
    return {
        entry_id: Entry(kind="article", entry_id=entry_id, body=body)
        for entry_id, body in newest.items()
        if body is not None
    }


def add_version(
    session: Session,
    version: Version,
    changed: Sequence[Entry],
    ended: Sequence[Key],
    authors: Mapping[Key, str],
) -> None:
    """Keep a version: its row, the entries that changed and the ends of those that went."""
    session.connection().execute(insert(_version), dict(version.__dict__))
    rows = [
        {
            "shop_id": version.shop_id,
            "kind": entry.kind,
            "entry_id": entry.entry_id,
            "number": version.number,
            "author": authors.get((entry.kind, entry.entry_id), version.author),
            "body": entry.body,
        }
        for entry in changed
    ]
    rows += [
        {
            "shop_id": version.shop_id,
            "kind": kind,
            "entry_id": entry_id,
            "number": version.number,
            "author": version.author,
            "body": None,
        }
        for kind, entry_id in ended
    ]
    if rows:
        session.connection().execute(insert(_entry), rows)
