"""Write an entry of the knowledge base, hand it in, send it back, publish it, or give it up."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assist.content.entries import UnfitBody, read_entry
from assist.domain.draft import Draft, DraftState
from assist.domain.figures import EntryId
from assist.domain.library import Entry, EntryKind
from assist.domain.people import Caller
from assist.domain.value import Value
from assist.store.queries import drafts, libraries, people, versions
from assist.store.queries.versions import Edition
from assist.store.writer import Change

from .edit_rights import Verb, area_of, may, require
from .publish import FILES, Published, publish
from .secrets import new_token


class UnknownDraft(Exception):
    """A shop has no such draft."""


class UnknownEntry(Exception):
    """What shall end is not published."""


class UnknownBase(ValueError):
    """A draft says it was begun from a version that a shop never had."""


class DraftEnded(Exception):
    """A draft that is published or given up cannot be changed; begin a new one."""


class NotInReview(Exception):
    """Only what was handed in can be sent back."""


class EditedMeanwhile(Exception):
    """Somebody saved the draft since it was read: `theirs` is how it stands now, and `mine` was not kept.

    `names` says who `theirs` was saved by, by agent id.
    """

    def __init__(self, theirs: Draft, mine: str | None, names: dict[str, str]) -> None:
        super().__init__(
            f"{theirs.kind}/{theirs.entry_id} was saved as revision {theirs.revision} meanwhile; "
            "take theirs, or save yours on top of it by naming that revision"
        )
        self.theirs = theirs
        self.mine = mine
        self.names = names


class ChangedMeanwhile(Exception):
    """The entry was published anew since the draft was begun: `now` is how it stands, `draft` what would undo that."""

    def __init__(self, draft: Draft, now: Edition) -> None:
        super().__init__(
            f"{draft.kind}/{draft.entry_id} was changed by {now.author} in version {now.number}, and the draft is "
            f"made from version {draft.base_number}; look at both and save the draft again from version {now.number}"
        )
        self.draft = draft
        self.now = now


class Saving(Value):
    """What a person wants an entry to be. `body` is a JSON object as text, None: it shall end.

    `revision` is the one of the draft they saw, 0 where they saw none; `base_number` the library number
    they began from.
    """

    kind: EntryKind
    entry_id: EntryId
    body: str | None
    base_number: int
    revision: int = 0
    note: str = ""


def body_text(kind: EntryKind, entry_id: str, body: Mapping[str, Any]) -> str:
    """Return a body as it is kept: canonical where it is whole already, as it was written where it is not."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        return read_entry(kind, entry_id, text).body
    except UnfitBody:
        return text


def save_draft(caller: Caller, saving: Saving, now: datetime) -> Change[Draft]:
    """Return the change that keeps a draft under its next revision; what is unfinished may be kept too.

    Raises NotYourPart at once, EditedMeanwhile, UnknownBase or UnknownEntry in the change.
    A draft in review is taken back by a save of whoever may not publish it.
    """
    area = area_of(saving.kind, saving.entry_id)
    require(caller.role, Verb.write, area)

    def keep(session: Session) -> Draft:
        known = drafts.living(session, caller.shop_id, saving.kind, saving.entry_id)
        if (known.revision if known else 0) != saving.revision:
            raise _meanwhile(session, saving, known)
        if saving.body is None:
            _require_published(session, caller.shop_id, saving.kind, saving.entry_id)
        base = _known_base(session, caller.shop_id, saving.base_number)
        if known is None:
            return _begin(session, caller, saving, base, now)
        stays = known.state is DraftState.review and may(caller.role, Verb.publish, area)
        state = known.state if stays else DraftState.draft
        said = {"body": saving.body, "base_number": base, "note": saving.note, "state": state}
        return _next(session, known, now, author_id=known.author_id if stays else caller.agent_id, **said)

    return keep


def hand_in(caller: Caller, draft_id: str, revision: int, now: datetime) -> Change[Draft]:
    """Return the change that hands a draft in for review. Raises UnfitBody for one that is not whole."""

    def keep(session: Session) -> Draft:
        known = _seen(session, caller, draft_id, revision, Verb.write)
        if known.body is not None:
            read_entry(known.kind, known.entry_id, known.body)
        return _next(session, known, now, state=DraftState.review)

    return keep


def send_back(caller: Caller, draft_id: str, revision: int, note: str, now: datetime) -> Change[Draft]:
    """Return the change that gives a draft back to its author with a note. Raises NotInReview otherwise."""

    def keep(session: Session) -> Draft:
        known = _seen(session, caller, draft_id, revision, Verb.publish)
        if known.state is not DraftState.review:
            raise NotInReview("this draft was not handed in; only its author can go on with it")
        said = {"state": DraftState.draft, "review_note": note, "reviewer_id": caller.agent_id}
        return _next(session, known, now, **said)

    return keep


def discard(caller: Caller, draft_id: str, revision: int, now: datetime) -> Change[Draft]:
    """Return the change that gives a draft up: its author's, or anybody's who may publish it."""

    def keep(session: Session) -> Draft:
        known = _seen(session, caller, draft_id, revision, Verb.write)
        if known.author_id != caller.agent_id:
            require(caller.role, Verb.publish, area_of(known.kind, known.entry_id))
        return _next(session, known, now, state=DraftState.discarded)

    return keep


def publish_draft(caller: Caller, draft_id: str, revision: int, now: datetime) -> Change[tuple[Draft, Published]]:
    """Return the change that publishes a draft, with its author's note as the reason, and ends it.

    Whether it is fit is asked before (`check_entry`); that it is the revision checked is asked here.
    Raises ChangedMeanwhile, UnfitBody, and what `publish` raises.
    """

    def keep(session: Session) -> tuple[Draft, Published]:
        known = _seen(session, caller, draft_id, revision, Verb.publish)
        _require_unchanged(session, known)
        key = (known.kind, known.entry_id)
        entries: tuple[Entry, ...] = ()
        if known.body is not None:
            entries = (read_entry(known.kind, known.entry_id, known.body),)
        published = publish(
            caller.shop_id,
            entries,
            author=author_name(caller),
            reason=known.note.strip() or "/".join(key),
            now=now,
            whole=False,
            ended=() if entries else (key,),
        )(session)
        said = {"state": DraftState.published, "published_number": published.number, "reviewer_id": caller.agent_id}
        return _next(session, known, now, **said), published

    return keep


def author_name(caller: Caller) -> str:
    """Return the name a person publishes under, never that of the files."""
    return caller.name if caller.name != FILES else f"{caller.name} ({caller.agent_id[:6]})"


def _begin(session: Session, caller: Caller, saving: Saving, base: int, now: datetime) -> Draft:
    new = Draft(
        id=new_token()[:22],
        shop_id=caller.shop_id,
        kind=saving.kind,
        entry_id=saving.entry_id,
        body=saving.body,
        base_number=base,
        author_id=caller.agent_id,
        note=saving.note,
        created_at=now,
        updated_at=now,
    )
    if drafts.begin(session, new):
        return new
    raise _meanwhile(session, saving, drafts.living(session, caller.shop_id, saving.kind, saving.entry_id))


def _meanwhile(session: Session, saving: Saving, known: Draft | None) -> Exception:
    if known is not None:
        return _edited(session, known, saving.body)
    return DraftEnded(f"the draft of {saving.kind}/{saving.entry_id} was published or given up; begin a new one")


def _seen(session: Session, caller: Caller, draft_id: str, revision: int, verb: Verb) -> Draft:
    """Return a living draft that its caller has seen as it is, and may do this to."""
    known = drafts.draft(session, caller.shop_id, draft_id)
    if known is None:
        raise UnknownDraft(f"no draft {draft_id!r}; see the list of drafts")
    require(caller.role, verb, area_of(known.kind, known.entry_id))
    if known.state not in drafts.LIVING:
        raise DraftEnded(f"the draft of {known.kind}/{known.entry_id} is {known.state.value}; begin a new one")
    if known.revision != revision:
        raise _edited(session, known, None)
    return known


def _next(session: Session, known: Draft, now: datetime, **changed: Any) -> Draft:
    """Keep a draft's next revision. Another process may have been quicker."""
    draft = known.model_copy(update={**changed, "revision": known.revision + 1, "updated_at": now})
    if drafts.save(session, draft, seen=known.revision):
        return draft
    theirs = drafts.draft(session, known.shop_id, known.id)
    raise _edited(session, theirs or known, draft.body)


def _edited(session: Session, theirs: Draft, mine: str | None) -> EditedMeanwhile:
    return EditedMeanwhile(theirs, mine, {one.id: one.name for one in people.agents(session, theirs.shop_id)})


def _require_unchanged(session: Session, draft: Draft) -> None:
    place = (draft.shop_id, draft.kind, draft.entry_id)
    now = versions.edition_at(session, *place, _newest(session, draft.shop_id))
    begun = versions.edition_at(session, *place, draft.base_number)
    if now is not None and now.number > draft.base_number and now.body != (begun.body if begun else None):
        raise ChangedMeanwhile(draft, now)


def _require_published(session: Session, shop_id: str, kind: EntryKind, entry_id: str) -> None:
    now = versions.edition_at(session, shop_id, kind, entry_id, _newest(session, shop_id))
    if now is None or now.body is None:
        raise UnknownEntry(f"{kind}/{entry_id} is not published, so it cannot end; give its draft up instead")


def _known_base(session: Session, shop_id: str, number: int) -> int:
    newest = _newest(session, shop_id)
    if number > newest:
        raise UnknownBase(f"base_number {number}: no such version, the newest is {newest}; name the one you began from")
    return number


def _newest(session: Session, shop_id: str) -> int:
    newest = libraries.newest(session, shop_id)
    return newest.number if newest else 0
