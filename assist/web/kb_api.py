"""The knowledge base's editors, as an API: entries of every kind, their drafts, and publishing."""

from secrets import token_hex
from typing import Literal

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session

from assist.content.entries import NAMED
from assist.desk.check_entry import EntryChecked, require_fit
from assist.desk.drafts import (
    Saving,
    UnknownDraft,
    body_text,
    discard,
    hand_in,
    publish_draft,
    save_draft,
    send_back,
)
from assist.desk.edit_rights import Area, Verb, area_of, require
from assist.desk.publish import roll_back
from assist.desk.with_draft import Wanted
from assist.domain.draft import Draft, DraftState
from assist.domain.library import Entry, EntryKind
from assist.domain.people import Caller
from assist.store.queries import drafts, libraries, people, versions

from .api_models import Count
from .auth import SignedIn
from .front import Front, front_of
from .kb_models import (
    Body,
    CheckedOut,
    CheckIn,
    DraftIn,
    DraftOut,
    DraftsOut,
    EntriesOut,
    EntryListedOut,
    EntryOut,
    PublishedOut,
    PublishIn,
    SeenIn,
    VersionOut,
    VersionsOut,
    draft_out,
    entry_out,
    findings_out,
    version_out,
)
from .words import language_of

router = APIRouter(prefix="/api/v1/kb", tags=["knowledge base"])


@router.get("/entries")
def entries(request: Request, caller: SignedIn, kind: EntryKind) -> EntriesOut:
    """Every published entry of a kind, who changed it last, and whether a draft of it waits; new drafts come too."""
    with front_of(request).database.reader() as session:
        newest = libraries.newest(session, caller.shop_id)
        number = newest.number if newest else 0
        waiting = {one.entry_id: one.state for one in drafts.listed(session, caller.shop_id, kind=kind)}
        known = libraries.entries(session, caller.shop_id, number)
    authors = {entry_id: authored.author for (of, entry_id), authored in known.items() if of == kind}
    listed = [
        EntryListedOut(kind=kind, entry_id=entry_id, author=authors.get(entry_id, ""), draft=_living(waiting, entry_id))
        for entry_id in sorted(authors.keys() | waiting.keys())
    ]
    return EntriesOut(number=number, entries=listed)


@router.get("/entries/{kind}/{entry_id}")
def entry(request: Request, caller: SignedIn, kind: EntryKind, entry_id: str) -> EntryOut:
    """One entry as published, with its living draft; both null for one that is new."""
    with front_of(request).database.reader() as session:
        return entry_of(session, caller, kind, entry_id)


@router.get("/drafts")
def waiting(request: Request, caller: SignedIn, kind: EntryKind | None = None) -> DraftsOut:
    """What is written or handed in and not published yet, last saved first."""
    with front_of(request).database.reader() as session:
        names = names_of(session, caller.shop_id)
        found = drafts.listed(session, caller.shop_id, kind=kind)
    return DraftsOut(drafts=[draft_out(one, names) for one in found])


@router.post("/drafts")
def save(request: Request, caller: SignedIn, body: DraftIn) -> DraftOut:
    """Keep a draft, whole or half. 409 `edited_meanwhile` with `theirs` and `mine` when somebody saved it since."""
    entry_id = body.entry_id or new_name(body.kind)
    saving = Saving(
        kind=body.kind,
        entry_id=entry_id,
        body=body_of(body.kind, entry_id, body.body),
        base_number=body.base_number,
        revision=body.revision,
        note=body.note,
    )
    front = front_of(request)
    return _told(front, front.writer.submit(save_draft(caller, saving, front.clock())).result())


@router.post("/drafts/{draft_id}/hand-in")
def handed_in(request: Request, caller: SignedIn, draft_id: str, body: SeenIn) -> DraftOut:
    """Hand a draft in for review. 422 `unfit_body` where it is not a whole entry."""
    front = front_of(request)
    return _told(front, front.writer.submit(hand_in(caller, draft_id, body.revision, front.clock())).result())


@router.post("/drafts/{draft_id}/send-back")
def sent_back(request: Request, caller: SignedIn, draft_id: str, body: SeenIn) -> DraftOut:
    """Give a draft back to its author, with a note."""
    front = front_of(request)
    change = send_back(caller, draft_id, body.revision, body.note, front.clock())
    return _told(front, front.writer.submit(change).result())


@router.post("/drafts/{draft_id}/discard")
def given_up(request: Request, caller: SignedIn, draft_id: str, body: SeenIn) -> DraftOut:
    """Give a draft up; what is published stays."""
    front = front_of(request)
    return _told(front, front.writer.submit(discard(caller, draft_id, body.revision, front.clock())).result())


@router.post("/drafts/{draft_id}/publish")
def published(request: Request, caller: SignedIn, draft_id: str, body: PublishIn) -> PublishedOut:
    """Publish a draft. 409 `changed_meanwhile` where the published entry moved on; 422 with `findings` where it is
    not fit, or where warnings were not let pass.
    """
    front = front_of(request)
    draft = _draft(front, caller, draft_id)
    require(caller.role, Verb.publish, area_of(draft.kind, draft.entry_id))
    found = checked(front, caller.shop_id, draft.kind, draft.entry_id, draft.body)
    require_fit(found, despite_warnings=body.despite_warnings)
    done, result = front.writer.submit(publish_draft(caller, draft_id, body.revision, front.clock())).result()
    refresh(front)
    return PublishedOut(
        draft=_told(front, done), number=result.number, changed=list(result.changed), ended=list(result.ended)
    )


@router.post("/check")
def check(request: Request, caller: SignedIn, body: CheckIn) -> CheckedOut:
    """What is wrong with a draft, as if it were published: while it is typed, so nothing is kept."""
    entry_id = body.entry_id or new_name(body.kind)
    text = body_of(body.kind, entry_id, body.body)
    found = checked(front_of(request), caller.shop_id, body.kind, entry_id, text)
    return CheckedOut(findings=findings_out(found, language_of(request)))


@router.get("/versions")
def listed_versions(request: Request, caller: SignedIn, before: Count | None = None) -> VersionsOut:
    """Fifty versions, newest first; `before` a number, those below it."""
    with front_of(request).database.reader() as session:
        found = versions.page(session, caller.shop_id, before=before)
    return VersionsOut(versions=[version_out(one) for one in found])


@router.post("/versions/{number}/rollback")
def rolled_back(request: Request, caller: SignedIn, number: Count) -> VersionOut:
    """Publish what a version held under a new number."""
    require(caller.role, Verb.publish, Area.whole)
    front = front_of(request)
    front.writer.submit(roll_back(caller.shop_id, number, author=caller.name, now=front.clock())).result()
    refresh(front)
    with front.database.reader() as session:
        return version_out(versions.page(session, caller.shop_id, limit=1)[0])


def entry_of(session: Session, caller: Caller, kind: EntryKind, entry_id: str) -> EntryOut:
    """Return an entry as its editor needs it."""
    newest = libraries.newest(session, caller.shop_id)
    number = newest.number if newest else 0
    edition = versions.edition_at(session, caller.shop_id, kind, entry_id, number)
    living = drafts.living(session, caller.shop_id, kind, entry_id)
    names = names_of(session, caller.shop_id)
    return entry_out(caller, (kind, entry_id), number, edition, draft_out(living, names) if living else None)


def new_name(kind: EntryKind) -> str:
    """Return an id for a new entry that no other has."""
    return f"{kind}-{token_hex(4)}"


def names_of(session: Session, shop_id: str) -> dict[str, str]:
    """Return the shop's people by id."""
    return {one.id: one.name for one in people.agents(session, shop_id)}


def checked(front: Front, shop_id: str, kind: EntryKind, entry_id: str, body: str | None) -> EntryChecked:
    """Return what is wrong with a draft against what is published now."""
    refresh(front)
    shelf = front.libraries.current(shop_id)
    number = shelf.library.number
    return front.checks.check(shelf, Wanted(kind, entry_id, body, lambda: published_entries(front, shop_id, number)))


def published_entries(front: Front, shop_id: str, number: int) -> list[Entry]:
    """Return what a version holds."""
    with front.database.reader() as session:
        found = libraries.entries(session, shop_id, number)
    return [authored.entry for authored in found.values()]


def body_of(kind: EntryKind, entry_id: str, body: Body | None) -> str | None:
    """Return a body as it is kept, with its entry's own id where entries of its kind have one."""
    if body is None:
        return None
    return body_text(kind, entry_id, {**body, "id": entry_id} if kind in NAMED else body)


def refresh(front: Front) -> None:
    """Take up what was published, here and at once; other processes follow."""
    with front.database.reader() as session:
        front.libraries.refresh(session)


def _draft(front: Front, caller: Caller, draft_id: str) -> Draft:
    with front.database.reader() as session:
        found = drafts.draft(session, caller.shop_id, draft_id)
    if found is None:
        raise UnknownDraft(f"no draft {draft_id!r}; see the list of drafts")
    return found


def _told(front: Front, draft: Draft) -> DraftOut:
    with front.database.reader() as session:
        return draft_out(draft, names_of(session, draft.shop_id))


def _living(waiting: dict[str, DraftState], entry_id: str) -> Literal["draft", "review"] | None:
    state = waiting.get(entry_id)
    return None if state is None else ("review" if state is DraftState.review else "draft")
