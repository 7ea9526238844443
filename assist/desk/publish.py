"""Publish content: a new number, the entries that changed, and what they make stale."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.content.library import build_library
from assist.domain.event import Event, EventKind
from assist.domain.library import Entry
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


def publish(
    shop_id: str, entries: Sequence[Entry], *, author: str, reason: str, now: datetime, whole: bool = True
) -> Change[Published]:
    """Return the change that publishes `entries` under the next number, or nothing when nothing differs.

    `whole` says that these are all entries of this author: what is missing ends. Entries last changed by a
    person are never overwritten by files. Raises LibraryError or WordingError when the result would not be a library.
    """

    def keep(session: Session) -> Published:
        newest = libraries.newest(session, shop_id)
        before = libraries.entries(session, shop_id, newest.number) if newest else {}
        changed, conflicts = _changed(entries, before, author)
        ended = _ended(entries, before, author) if whole else []
        number = newest.number if newest else 0
        if not changed and not ended:
            return Published(number=number, conflicts=tuple(conflicts))
        after = {key: authored.entry for key, authored in before.items() if key not in ended}
        after |= {(entry.kind, entry.entry_id): entry for entry in changed}
        build_library(shop_id, number + 1, after.values())
        version = Version(shop_id, number + 1, author, reason, digest_of(list(after.values())), now)
        libraries.add_version(session, version, changed, ended, {})
        _announce(session, version, changed, ended)
        return Published(
            number=version.number,
            changed=tuple(f"{entry.kind}/{entry.entry_id}" for entry in changed),
            ended=tuple(f"{kind}/{entry_id}" for kind, entry_id in ended),
            conflicts=tuple(conflicts),
        )

    return keep


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
