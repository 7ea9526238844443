"""Bring answers from a table: what each row would become, and the drafts that come of it, all or none."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from assist.content.check_articles import beside, plain
from assist.content.clean import clean
from assist.content.entries import UnfitBody, read_entry
from assist.content.import_read import Table
from assist.content.library import LibraryError, with_facts
from assist.content.said import Said
from assist.content.texts import Files, article_texts
from assist.content.wording import WordingError
from assist.domain.draft import Draft, DraftState
from assist.domain.library import Article, Entry, Library
from assist.domain.people import AgentRole, Caller
from assist.domain.value import Value
from assist.store.queries import drafts, libraries
from assist.store.writer import Change

from .drafts import author_name
from .edit_rights import Area, Verb, require
from .import_row import TITLE, RowFinding, RowReader, finding
from .libraries import Shelf
from .lint_content import lint_texts
from .publish import publish
from .secrets import new_token

_ALIKE = 0.9
"""As sure of another article as this, a question is nearly one of its own."""


class ImportOutdated(ValueError):
    """What a plan was compared with has changed since; nothing of it was kept."""


class RowState(StrEnum):
    new = "new"
    changed = "changed"
    same = "same"
    skipped = "skipped"


KEPT = frozenset({RowState.new, RowState.changed})
"""Rows that something is kept of."""


class ImportRow(Value):
    """What one row would become. `body` is the article's canonical JSON, None where the row is skipped."""

    line: int
    state: RowState
    entry_id: str = ""
    title: str = ""
    body: str | None = None
    before: str | None = None
    findings: tuple[RowFinding, ...] = ()
    """What a person has to mend before it is published."""
    remarks: tuple[RowFinding, ...] = ()
    """What was done to it, or looks strange; it keeps nothing back."""


class ImportPlan(Value):
    name: str
    rows: tuple[ImportRow, ...]

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)


class Imported(Value):
    """What an import kept. `number` is the library's newest where something was published."""

    drafts: int
    published: int
    number: int | None = None


@dataclass(frozen=True)
class Known:
    """What rows are compared with."""

    shelf: Shelf
    published: Mapping[str, str]
    """Article id -> its body as published."""
    waiting: Mapping[str, str | None]
    """Article id -> the body of the draft that waits."""
    today: date

    @property
    def library(self) -> Library:
        return self.shelf.library


def known_of(session: Session, shelf: Shelf, today: date) -> Known:
    """Return what is published and what waits, of articles."""
    library = shelf.library
    entries = libraries.entries(session, library.shop_id, library.number)
    waiting = drafts.listed(session, library.shop_id, kind="article")
    return Known(
        shelf=shelf,
        published={id_: one.entry.body for (kind, id_), one in entries.items() if kind == "article"},
        waiting={one.entry_id: one.body for one in waiting},
        today=today,
    )


def plan_import(table: Table, columns: Mapping[str, str], known: Known) -> ImportPlan:
    """Return what each row would become; nothing is kept. The same table again plans nothing new."""
    return ImportPlan(name=table.name, rows=tuple(plan_rows(table, columns, known)))


def plan_rows(table: Table, columns: Mapping[str, str], known: Known) -> Iterator[ImportRow]:
    """Yield what each row would become, in the order of the table. `columns` are column -> field."""
    places = {columns[column]: at for at, column in enumerate(table.header) if column in columns}
    planner = _Planner(known)
    for line, cells in zip(table.lines, table.rows, strict=True):
        yield planner.row(line, {name: cells[at] for name, at in places.items()})


def with_neighbours(rows: Iterable[ImportRow], known: Known) -> Iterator[ImportRow]:
    """Yield the rows, each new one with a remark where an article answers its question already.

    To search costs as much as all else that is done for a row, so it is for the rows that somebody looks at.
    """
    for row in rows:
        near = _nearly(row.body, known) if row.state is RowState.new and row.body is not None else ()
        yield row.model_copy(update={"remarks": (*row.remarks, *near)})


def _nearly(body: str, known: Known) -> Iterator[RowFinding]:
    question = str(json.loads(body)["asks"][0])
    for one in known.shelf.engine.find(question, limit=1, min_score=_ALIKE):
        title = known.shelf.articles[one.article_id].title
        yield finding("nearly", "nearly the same as {id} ({title})", id=one.article_id, title=title)


class _Planner:
    """What rows are compared with, made once, and what the rows before said."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._reader = RowReader(known.library, known.shelf.topics)
        self._beside = beside(known.library)
        self._files = Files(None)
        self._ids: dict[str, int] = {}
        self._asks: dict[str, int] = {}

    def row(self, line: int, cells: Mapping[str, str]) -> ImportRow:
        cleaned = {name: clean(cell) for name, cell in cells.items()}
        remarks = [_remark(what) for what in sorted({what for one in cleaned.values() for what in one.done})]
        lost = [place for one in cleaned.values() for place in one.lost]
        findings = [finding("lost", "characters were lost: {places}", places=" / ".join(lost))] if lost else []
        texts = {name: one.text for name, one in cleaned.items()}
        question = texts.get("question") or texts.get("title") or ""
        if not question or not texts.get("text"):
            missing = "answer" if question else "question"
            return _skipped(line, question, finding("empty", "the {missing} is empty; fill it in", missing=missing))
        body = self._reader.body(texts, question, findings)
        if said := self._said_before(line, question, body):
            return _skipped(line, question, said)
        row = self._compared(line, body)
        if row.state not in KEPT:
            return row
        findings += self._checked(row.body or "")
        return row.model_copy(update={"findings": tuple(findings), "remarks": tuple(remarks)})

    def _said_before(self, line: int, question: str, body: Mapping[str, Any]) -> RowFinding | None:
        """Return which row or which other article asks the same."""
        bare = plain(question)
        earlier = self._asks.get(bare) or self._ids.get(body["id"])
        if earlier is not None:
            return finding("twice", "the same as row {row}", row=str(earlier))
        self._ids[body["id"]] = line
        for ask in body["asks"]:
            self._asks.setdefault(plain(ask), line)
        owner = self._beside.owners.get(bare)
        if owner is None or owner == body["id"]:
            return None
        title = self._known.shelf.articles[owner].title
        return finding("known", "this is a question of {id} ({title}) already; change that one", id=owner, title=title)

    def _compared(self, line: int, body: dict[str, Any]) -> ImportRow:
        """Return the row as it differs from what is published and what waits, not yet checked."""
        entry_id, title = str(body["id"]), str(body["title"])
        published, waiting = self._known.published.get(entry_id), self._known.waiting.get(entry_id)
        try:
            kept = _entry(body, published, self._known.today)
        except UnfitBody as error:
            template = "{field}: {message}"
            return _skipped(
                line,
                title,
                *(finding("shape", template, field=one.field, message=one.message) for one in error.problems),
            )
        if kept not in (published, waiting) and entry_id in self._known.waiting:
            return _skipped(line, title, finding("draft", "a draft of {id} waits already; end that first", id=entry_id))
        same = kept in (published, waiting)
        state = RowState.same if same else RowState.new if published is None else RowState.changed
        before = None if same else published
        return ImportRow(line=line, state=state, entry_id=entry_id, title=title, body=kept, before=before)

    def _checked(self, body: str) -> Iterator[RowFinding]:
        """Yield what keeps an article from being published as it is."""
        shelf = self._known.shelf
        try:
            article = with_facts(Article.model_validate_json(body), shelf.products, shelf.library.service.facts)
        except (LibraryError, WordingError, ValidationError) as error:
            yield finding("wording", "{error}", error=str(error))
            return
        for _, _, message in self._beside.check(article):
            yield _found(message)
        refused, _ = lint_texts(article_texts(article, self._files), shelf)
        for one in refused:
            yield _found(one.message)


def _entry(body: dict[str, Any], published: str | None, today: date) -> str:
    """Return the body as it is kept: what is only imported again keeps the day it was reviewed."""
    entry_id = str(body["id"])
    looked_at: dict[str, Any] = {"reviewed": today.isoformat(), **body}
    kept = read_entry("article", entry_id, json.dumps(looked_at, ensure_ascii=False)).body
    if published is None:
        return kept
    before: dict[str, Any] = json.loads(published)
    again = {**before, **body}
    unchanged = read_entry("article", entry_id, json.dumps(again, ensure_ascii=False)).body
    return (
        unchanged
        if unchanged == published
        else read_entry("article", entry_id, json.dumps({**before, **looked_at}, ensure_ascii=False)).body
    )


def _found(message: str) -> RowFinding:
    if isinstance(message, Said):
        return RowFinding(rule=message.rule, message=str(message), values=message.values)
    return RowFinding(rule="", message=message)


def keep_import(
    caller: Caller, plan: ImportPlan, number: int, now: datetime, *, publish_fit: bool = False
) -> Change[Imported]:
    """Return the change that hands every new or changed row in for review; with `publish_fit` those without findings
    are published instead. All or none; what was kept already is not kept again.

    `number` is that of the library the plan was made beside. Raises NotYourPart at once; the change raises
    ImportOutdated where something was published or begun since, and what `publish` raises.
    """
    require(caller.role, Verb.publish if publish_fit else Verb.write, Area.articles)
    rows = [row for row in plan.rows if row.state in KEPT and row.body is not None]
    fit = [row for row in rows if publish_fit and not row.findings]
    begun = [_draft(caller, row, plan.name, number, now) for row in rows if not publish_fit or row.findings]
    entries = [Entry(kind="article", entry_id=row.entry_id, body=row.body or "") for row in fit]

    def keep(session: Session) -> Imported:
        newest = libraries.newest(session, caller.shop_id)
        if (newest.number if newest else 0) != number:
            raise ImportOutdated(f"something was published since {plan.name} was compared; compare it again")
        made = _begun(session, caller.shop_id, begun)
        if not entries:
            return Imported(drafts=made, published=0)
        author = author_name(caller)
        done = publish(caller.shop_id, entries, author=author, reason=plan.name, now=now, whole=False)(session)
        return Imported(drafts=made, published=len(done.changed), number=done.number)

    return keep


def _begun(session: Session, shop_id: str, new: Sequence[Draft]) -> int:
    """Keep the drafts; return how many are new. Raises ImportOutdated where another draft of an entry waits."""
    drafts.begin_all(session, new)
    waiting = {one.entry_id: one for one in drafts.listed(session, shop_id, kind="article")} if new else {}
    for one in new:
        if one.entry_id not in waiting or waiting[one.entry_id].body != one.body:
            raise ImportOutdated(f"a draft of {one.entry_id} was begun meanwhile; compare the table again")
    return sum(waiting[one.entry_id].id == one.id for one in new)


def _draft(caller: Caller, row: ImportRow, name: str, number: int, now: datetime) -> Draft:
    return Draft(
        id=new_token()[:22],
        shop_id=caller.shop_id,
        kind="article",
        entry_id=row.entry_id,
        body=row.body,
        base_number=number,
        state=DraftState.review,
        author_id=caller.agent_id,
        note=f"{name}:{row.line}"[:500],
        created_at=now,
        updated_at=now,
    )


def _skipped(line: int, title: str, *findings: RowFinding) -> ImportRow:
    return ImportRow(line=line, state=RowState.skipped, title=title[:TITLE], findings=findings)


def _remark(what: str) -> RowFinding:
    return finding(f"done_{what}", "{what}", what=what)


def importer(people: Sequence[tuple[str, str, AgentRole]], shop_id: str, name: str | None) -> Caller | None:
    """Return who imports from a command line: the person of that name, else the first who may publish."""
    for agent_id, known, role in people:
        if known == name or (name is None and role in (AgentRole.manager, AgentRole.admin)):
            return Caller(shop_id=shop_id, agent_id=agent_id, name=known, role=role)
    return None
