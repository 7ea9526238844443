"""Published versions as people look back on them: the list, what each changed, an entry's own history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from assist.domain.library import EntryKind
from assist.store import library_tables
from assist.store.tables import table_of

from . import libraries
from .libraries import Key, Version

_version = table_of(library_tables.LibraryVersion)
_entry = table_of(library_tables.LibraryEntry)


@dataclass(frozen=True)
class VersionListed:
    """A version, and how many entries it changed and ended."""

    version: Version
    changed: int
    ended: int


@dataclass(frozen=True)
class Edition:
    """One state of an entry: what version `number` made of it. `body` None: it ended then."""

    number: int
    author: str
    body: str | None
    by: str
    reason: str
    published_at: datetime


@dataclass(frozen=True)
class Standing:
    """Who made an entry what it is, in which version, and when."""

    author: str
    number: int
    published_at: datetime


def page(session: Session, shop_id: str, *, before: int | None = None, limit: int = 50) -> list[VersionListed]:
    """Return the newest versions, or those below a number, newest first, with how much each changed."""
    query = select(_version).where(_version.c.shop_id == shop_id)
    if before is not None:
        query = query.where(_version.c.number < before)
    found = [_version_of(row) for row in session.execute(query.order_by(_version.c.number.desc()).limit(limit))]
    counts = _counts(session, shop_id, [one.number for one in found])
    return [VersionListed(one, *counts.get(one.number, (0, 0))) for one in found]


def _counts(session: Session, shop_id: str, numbers: list[int]) -> dict[int, tuple[int, int]]:
    query = (
        select(_entry.c.number, func.count(_entry.c.body), func.count())
        .where(_entry.c.shop_id == shop_id, _entry.c.number.in_(numbers))
        .group_by(_entry.c.number)
    )
    return {int(number): (int(kept), int(every) - int(kept)) for number, kept, every in session.execute(query)}


def history(session: Session, shop_id: str, kind: EntryKind, entry_id: str, *, limit: int = 50) -> list[Edition]:
    """Return an entry's states, newest first."""
    query = _editions(shop_id, kind, entry_id).order_by(_entry.c.number.desc()).limit(limit)
    return [_edition(row) for row in session.execute(query)]


def edition_at(session: Session, shop_id: str, kind: EntryKind, entry_id: str, number: int) -> Edition | None:
    """Return an entry as a version has it, ended or not; None where it was never there."""
    query = _editions(shop_id, kind, entry_id).where(_entry.c.number <= number)
    row = session.execute(query.order_by(_entry.c.number.desc()).limit(1)).one_or_none()
    return _edition(row) if row else None


def standing(session: Session, shop_id: str, kind: EntryKind) -> dict[str, Standing]:
    """Return, for every published entry of a kind, the version that made it what it is."""
    latest = (
        select(_entry.c.entry_id, func.max(_entry.c.number).label("number"))
        .where(_entry.c.shop_id == shop_id, _entry.c.kind == kind)
        .group_by(_entry.c.entry_id)
        .subquery()
    )
    query = (
        select(_entry.c.entry_id, _entry.c.author, _entry.c.number, _version.c.published_at)
        .join(latest, (latest.c.entry_id == _entry.c.entry_id) & (latest.c.number == _entry.c.number))
        .join(_version, (_version.c.shop_id == _entry.c.shop_id) & (_version.c.number == _entry.c.number))
        .where(_entry.c.shop_id == shop_id, _entry.c.kind == kind, _entry.c.body.is_not(None))
    )
    return {row.entry_id: Standing(row.author, row.number, row.published_at) for row in session.execute(query)}


def ever_by(session: Session, shop_id: str, kind: EntryKind, author: str) -> set[str]:
    """Return the entries of a kind that an author ever wrote, whoever changed them since."""
    query = select(_entry.c.entry_id).where(
        _entry.c.shop_id == shop_id, _entry.c.kind == kind, _entry.c.author == author, _entry.c.body.is_not(None)
    )
    return set(session.execute(query.distinct()).scalars())


def last_by(session: Session, shop_id: str, kind: EntryKind, entry_id: str, author: str) -> Edition | None:
    """Return what an author said last of an entry, whether or not somebody changed it since."""
    query = _editions(shop_id, kind, entry_id).where(_entry.c.author == author)
    row = session.execute(query.order_by(_entry.c.number.desc()).limit(1)).one_or_none()
    return _edition(row) if row else None


def changed_in(session: Session, shop_id: str, after: int, upto: int) -> list[tuple[Key, str | None, str | None]]:
    """Return what differs between two versions, in order: the entry, its body before and after; None: not there."""
    touched = sorted(libraries.changed_between(session, shop_id, after, upto))
    found: list[tuple[Key, str | None, str | None]] = []
    for kind, entry_id in touched:
        before = _body_at(session, shop_id, kind, entry_id, after)
        now = _body_at(session, shop_id, kind, entry_id, upto)
        if before != now:
            found.append(((kind, entry_id), before, now))
    return found


def _body_at(session: Session, shop_id: str, kind: str, entry_id: str, number: int) -> str | None:
    query = select(_entry.c.body).where(
        _entry.c.shop_id == shop_id, _entry.c.kind == kind, _entry.c.entry_id == entry_id, _entry.c.number <= number
    )
    return session.execute(query.order_by(_entry.c.number.desc()).limit(1)).scalar_one_or_none()


def _editions(shop_id: str, kind: EntryKind, entry_id: str) -> Select[Any, Any, Any, Any, Any, Any]:
    columns = (_entry.c.number, _entry.c.author, _entry.c.body, _version.c.author.label("by"))
    return (
        select(*columns, _version.c.reason, _version.c.published_at)
        .join(_version, (_version.c.shop_id == _entry.c.shop_id) & (_version.c.number == _entry.c.number))
        .where(_entry.c.shop_id == shop_id, _entry.c.kind == kind, _entry.c.entry_id == entry_id)
    )


def _edition(row: Row[Any, Any, Any, Any, Any, Any]) -> Edition:
    return Edition(row.number, row.author, row.body, row.by, row.reason, row.published_at)


def _version_of(row: Row[Any]) -> Version:
    return Version(row.shop_id, row.number, row.author, row.reason, row.digest, row.published_at)
