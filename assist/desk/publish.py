"""Publish content: a new number, the entries that changed, and what they make stale."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.content.library import build_library
from assist.domain.event import Event, EventKind
from assist.domain.library import Entry, Phrasing
from assist.domain.value import Value
from assist.store.queries import chats, events, libraries, suggestions, tasks
from assist.store.queries.libraries import Authored, Key, Version
from assist.store.writer import Change, tell

from .readvise import READVISE

FILES = "files"
"""The author name of content that came from `templates_kb/`."""


class Published(Value):
    """What publishing did. `number` is the newest version, new or not; conflicts keep a person's wording."""

    number: int
    changed: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def digest_of(entries: Sequence[Entry]) -> str:
    """Return a digest of the entries' content, whatever their order."""
    parts = sorted(f"{entry.kind}\x00{entry.entry_id}\x00{entry.body}" for entry in entries)
    return hashlib.blake2b("\x01".join(parts).encode(), digest_size=16).hexdigest()


class UnknownVersion(ValueError):
    """A shop has no library version of that number."""


def publish(
    shop_id: str,
    entries: Sequence[Entry],
    *,
    author: str,
    reason: str,
    now: datetime,
    whole: bool = True,
    ended: Sequence[Key] = (),
) -> Change[Published]:
    """Return the change that publishes `entries` under the next number, or nothing when nothing differs.

    `whole` says that these are all entries of this author: what is missing ends; `ended` names more that end.
    Entries last changed by a person are never overwritten by files. Phrasings end with their article.
    Raises LibraryError or WordingError when the result would not be a library.
    """

    def keep(session: Session) -> Published:
        newest = libraries.newest(session, shop_id)
        before = libraries.entries(session, shop_id, newest.number) if newest else {}
        changed, conflicts = _changed(entries, before, author)
        gone = {*(_ended(entries, before, author) if whole else ()), *(key for key in ended if key in before)}
        after = {key: authored.entry for key, authored in before.items() if key not in gone}
        after |= {(entry.kind, entry.entry_id): entry for entry in changed}
        orphans = _orphans(after)
        change = _Change(
            changed=[entry for entry in changed if (entry.kind, entry.entry_id) not in orphans],
            ended=sorted(gone | (orphans & before.keys())),
            after=[entry for key, entry in after.items() if key not in orphans],
        )
        number = _keep(session, _Step(shop_id, newest.number if newest else 0, author, reason, now), change, {})
        return _published(number, change, conflicts)

    return keep


def roll_back(shop_id: str, number: int, *, author: str, now: datetime) -> Change[Published]:
    """Return the change that publishes what version `number` held under the next number; nothing when it is the same.

    What comes back keeps the author it had then, so that files go on owning what is theirs. Raises UnknownVersion.
    """

    def keep(session: Session) -> Published:
        newest = libraries.newest(session, shop_id)
        if newest is None or libraries.version(session, shop_id, number) is None:
            raise UnknownVersion(f"shop {shop_id} has no library version {number}")
        before = libraries.entries(session, shop_id, newest.number)
        wanted = libraries.entries(session, shop_id, number)
        change = _Change(
            changed=[one.entry for key, one in wanted.items() if key not in before or before[key].entry != one.entry],
            ended=sorted(before.keys() - wanted.keys()),
            after=[one.entry for one in wanted.values()],
        )
        step = _Step(shop_id, newest.number, author, f"rolled back to {number}", now)
        return _published(_keep(session, step, change, {key: one.author for key, one in wanted.items()}), change, ())

    return keep


@dataclass(frozen=True)
class _Step:
    """From which number a shop's library moves on, by whom, why and when."""

    shop_id: str
    number: int
    author: str
    reason: str
    now: datetime


@dataclass(frozen=True)
class _Change:
    """What differs between two versions, and all entries of the second."""

    changed: Sequence[Entry]
    ended: Sequence[Key]
    after: Sequence[Entry]


def _keep(session: Session, step: _Step, change: _Change, authors: Mapping[Key, str]) -> int:
    """Keep a version if anything differs; return the newest number, new or not."""
    if not change.changed and not change.ended:
        return step.number
    number = step.number + 1
    build_library(step.shop_id, number, change.after)
    version = Version(step.shop_id, number, step.author, step.reason, digest_of(change.after), step.now)
    libraries.add_version(session, version, change.changed, change.ended, authors)
    _announce(session, version, change.changed, change.ended)
    return number


def _published(number: int, change: _Change, conflicts: Sequence[str]) -> Published:
    return Published(
        number=number,
        changed=tuple(f"{entry.kind}/{entry.entry_id}" for entry in change.changed),
        ended=tuple(f"{kind}/{entry_id}" for kind, entry_id in change.ended),
        conflicts=tuple(conflicts),
    )


def _orphans(entries: Mapping[Key, Entry]) -> set[Key]:
    """Return the phrasings whose article is not there."""
    return {
        key
        for key, entry in entries.items()
        if entry.kind == "phrasing" and ("article", Phrasing.model_validate_json(entry.body).article_id) not in entries
    }


def _changed(entries: Sequence[Entry], before: Mapping[Key, Authored], author: str) -> tuple[list[Entry], list[str]]:
    changed: list[Entry] = []
    conflicts: list[str] = []
    for entry in entries:
        known = before.get((entry.kind, entry.entry_id))
        if known is not None and known.entry.body == entry.body:
            continue
        if known is not None and author == FILES and known.author != FILES:
            conflicts.append(f"{entry.kind}/{entry.entry_id}")
            continue
        changed.append(entry)
    return changed, conflicts


def _ended(entries: Sequence[Entry], before: Mapping[Key, Authored], author: str) -> list[Key]:
    given = {(entry.kind, entry.entry_id) for entry in entries}
    return sorted(key for key, known in before.items() if key not in given and known.author == author)


def _announce(session: Session, version: Version, changed: Sequence[Entry], ended: Sequence[Key]) -> None:
    """Log the publishing, and make cards of changed articles stale: they can no longer be inserted."""
    articles = [entry.entry_id for entry in changed if entry.kind == "article"]
    articles += [entry_id for kind, entry_id in ended if kind == "article"]
    if any(entry.kind == "product" for entry in changed) or any(entry.kind == "policy" for entry in changed):
        articles = []
        stale = suggestions.make_stale_for_shop(session, version.shop_id)
    else:
        stale = suggestions.make_stale_for_articles(session, version.shop_id, articles)
    for conversation_id in stale:
        tell(session, "chat", version.shop_id, conversation_id)
    for conversation_id in chats.open_conversations(session, version.shop_id):
        due = version.published_at
        tasks.plan(session, tasks.NewTask(version.shop_id, READVISE, conversation_id, due))
    logged = Event(
        key=f"library:{version.shop_id}:{version.number}",
        shop_id=version.shop_id,
        kind=EventKind.library_published,
        at=version.published_at,
        n=len(changed) + len(ended),
        payload={"number": version.number, "digest": version.digest},
    )
    events.append(session, [logged])
