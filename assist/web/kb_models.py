"""Drafts, entries and versions of the knowledge base, as the API says them."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from assist.desk.check_entry import EntryChecked, EntryFinding
from assist.desk.edit_rights import Verb, area_of, may
from assist.domain.draft import Draft
from assist.domain.figures import EntryId
from assist.domain.library import EntryKind
from assist.domain.people import Caller
from assist.store.queries.versions import Edition, VersionListed

from .api_models import Count, In, Out
from .body_limits import require_modest
from .words import words

Body = dict[str, Any]
"""An entry as JSON, in the shape of its domain model."""
BodyIn = Annotated[Body, AfterValidator(require_modest)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class DraftIn(In):
    """What an entry shall be. `body` null: it shall end. Without `entry_id` a new one is named by us.

    `revision` is that of the draft you saw, 0 for none; `base_number` the library number you began from.
    """

    kind: EntryKind
    entry_id: EntryId | None = None
    body: BodyIn | None
    base_number: Count
    revision: Count = 0
    note: Note = ""


class SeenIn(In):
    """The revision of the draft that you saw; `note` goes with it."""

    revision: Annotated[Count, Field(ge=1)]
    note: Note = ""


class PublishIn(SeenIn):
    """`despite_warnings`: the warnings were read and let pass."""

    despite_warnings: bool = False


class DraftOut(Out):
    """A draft; `author` is who saved it last. `whole`: it is an entry already, not half of one."""

    id: str
    kind: EntryKind
    entry_id: str
    body: Body | None
    base_number: int
    state: Literal["draft", "review", "published", "discarded"]
    revision: int
    author_id: str
    author: str
    note: str
    review_note: str
    reviewer: str | None
    published_number: int | None
    updated_at: datetime


class DraftsOut(Out):
    drafts: list[DraftOut]


class EditionOut(Out):
    """One published state of an entry. `author` wrote it; `by` published that version: another, after a rollback."""

    number: int
    author: str
    body: Body | None
    by: str
    reason: str
    published_at: datetime


class EntryOut(Out):
    """An entry: as published (null where it is not), its living draft, and what the caller may do to it.

    `number` is the library number to begin a draft from.
    """

    kind: EntryKind
    entry_id: str
    number: int
    published: EditionOut | None
    draft: DraftOut | None
    may_write: bool
    may_publish: bool


class EntryListedOut(Out):
    kind: EntryKind
    entry_id: str
    author: str
    draft: Literal["draft", "review"] | None


class EntriesOut(Out):
    number: int
    entries: list[EntryListedOut]


class FindingOut(Out):
    """What is wrong with a field. An `error` keeps the entry from being published, a `warning` has to be let pass, a
    `hint` is only told. `cure` says what to do. `owner` is another entry's where the draft breaks that one.
    """

    level: Literal["error", "warning", "hint"]
    owner: str
    field: str
    rule: str
    message: str
    cure: str


class CheckedOut(Out):
    """All findings about a draft, errors first."""

    findings: list[FindingOut]


class CheckIn(In):
    """A draft to check before it is saved; `entry_id` null for one that has no name yet."""

    kind: EntryKind
    entry_id: EntryId | None = None
    body: BodyIn | None


class PublishedOut(Out):
    draft: DraftOut
    number: int
    changed: list[str]
    ended: list[str]


class VersionOut(Out):
    number: int
    author: str
    reason: str
    published_at: datetime
    changed: int
    ended: int


class VersionsOut(Out):
    versions: list[VersionOut]


def findings_out(checked: EntryChecked, language: str) -> list[FindingOut]:
    """Return findings in the language asked for, where their rule has words in it."""
    return [_finding(one, language) for one in checked.findings]


def _finding(one: EntryFinding, language: str) -> FindingOut:
    said = words(language).get(one.rule if one.rule.startswith("wrong_") else f"lint_{one.rule}", "")
    for name, value in one.values.items():
        said = said.replace(f"{{{name}}}", value)
    message, cure = _apart(said or one.message)
    return FindingOut(level=one.level, owner=one.owner, field=one.field, rule=one.rule, message=message, cure=cure)


def _apart(said: str) -> tuple[str, str]:
    """Return what is wrong, and what to do about it."""
    mark = "；" if "；" in said else "; "
    message, _, cure = said.partition(mark)
    return message, cure


def draft_out(draft: Draft, names: dict[str, str]) -> DraftOut:
    """Return a draft with people by name; `names` are by agent id."""
    return DraftOut(
        id=draft.id,
        kind=draft.kind,
        entry_id=draft.entry_id,
        body=body_out(draft.body),
        base_number=draft.base_number,
        state=draft.state.value,
        revision=draft.revision,
        author_id=draft.author_id,
        author=names.get(draft.author_id, draft.author_id),
        note=draft.note,
        review_note=draft.review_note,
        reviewer=names.get(draft.reviewer_id) if draft.reviewer_id else None,
        published_number=draft.published_number,
        updated_at=draft.updated_at,
    )


def edition_out(edition: Edition) -> EditionOut:
    return EditionOut(
        number=edition.number,
        author=edition.author,
        body=body_out(edition.body),
        by=edition.by,
        reason=edition.reason,
        published_at=edition.published_at,
    )


def entry_out(
    caller: Caller,
    key: tuple[EntryKind, str],
    number: int,
    published: Edition | None,
    draft: DraftOut | None,
) -> EntryOut:
    kind, entry_id = key
    area = area_of(kind, entry_id)
    return EntryOut(
        kind=kind,
        entry_id=entry_id,
        number=number,
        published=edition_out(published) if published is not None and published.body is not None else None,
        draft=draft,
        may_write=may(caller.role, Verb.write, area),
        may_publish=may(caller.role, Verb.publish, area),
    )


def version_out(listed: VersionListed) -> VersionOut:
    version = listed.version
    return VersionOut(
        number=version.number,
        author=version.author,
        reason=version.reason,
        published_at=version.published_at,
        changed=listed.changed,
        ended=listed.ended,
    )


def body_out(body: str | None) -> Body | None:
    """Return a kept body as JSON; None: the entry ends."""
    return None if body is None else json.loads(body)
