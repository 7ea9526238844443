"""Forms for everything in the knowledge base but articles: products, offers, policy, lexicon and the four steps."""

import json
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, JsonValue, ValidationError

from assist.content.entries import UnfitBody, model_of
from assist.content.files import SINGLE_FILES
from assist.domain.figures import EntryId
from assist.domain.library import EntryKind, Library
from assist.domain.offer import Offer
from assist.domain.people import Caller
from assist.domain.remedy import StepName
from assist.store.queries import drafts, libraries, people, versions

from .api_models import In, Out
from .auth import Anyone, SignedIn
from .front import Front, front_of
from .kb_api import checked, entry_of
from .kb_effects import live_figures
from .kb_form_sets import form_of, sets_of
from .kb_models import BodyIn, EntryOut, FindingOut, findings_out
from .model_diff import changes
from .model_form import Node, flat_options
from .offer_list import groups_of
from .offer_sample import sample_of
from .preview import STYLESHEETS, offer_preview
from .views import pages
from .words import language_of, words

router = APIRouter(tags=["knowledge base"])

FormKind = Literal["product", "offer", "policy", "lexicon", "script"]
"""Kinds that are edited by a form of their fields."""
LEARNED = ("lexicon", "learned_topics")
"""What agents taught; it is decided on where it is proposed."""
PARTS: tuple[tuple[FormKind, tuple[str, ...]], ...] = (
    ("policy", tuple(sorted(name for kind, name in SINGLE_FILES if kind == "policy"))),
    ("lexicon", tuple(sorted(name for kind, name in SINGLE_FILES if kind == "lexicon" and (kind, name) != LEARNED))),
    ("script", tuple(step.value for step in StepName)),
)
_PICKED = ("article", "service", "kpi", "category", "intent", "product", "ladder", "window", "goods_kind", "season")
"""The sets that a text field proposes from."""
_FIRST = ("hours", "targets", "remedy", "service", "promises", "guards")
"""What a shop owner changes most often comes first."""


class FormIn(In):
    """A form's fields as the JSON of its model."""

    body: Annotated[BodyIn, Field(max_length=200)]
    lint: bool = True
    """Whether the whole library is checked with it, which takes a second or more."""


class ProblemOut(Out):
    """What is wrong with a field. `path` leads to it, [] where it is no field's."""

    path: list[str | int]
    message: str


class ChangeOut(Out):
    where: list[str]
    before: str
    after: str


class FormCheckedOut(Out):
    """What a form says: its problems if it is no entry yet, else its findings, what it changes, and how it looks."""

    problems: list[ProblemOut]
    findings: list[FindingOut]
    changes: list[ChangeOut]
    preview: str


@router.post("/api/v1/kb/forms/{kind}/{entry_id}")
def check_form(request: Request, caller: SignedIn, kind: FormKind, entry_id: EntryId, body: FormIn) -> FormCheckedOut:
    """What a form's fields would be as an entry; nothing is kept. Words are those of `?lang=` or the browser."""
    front, language = front_of(request), language_of(request)
    model = _model(kind, entry_id)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        entry = entry_of(session, caller, kind, entry_id)
    problems = problems_of(model, body.body, language)
    if problems:
        return FormCheckedOut(problems=problems, findings=[], changes=[], preview="")
    text = json.dumps(body.body, ensure_ascii=False)
    found = checked(front, caller.shop_id, kind, entry_id, text) if body.lint else None
    return FormCheckedOut(
        problems=[],
        findings=findings_out(found, language) if found else [],
        changes=_changes(model, library, entry, body.body, language),
        preview=_preview(front, caller, body.body, language) if kind == "offer" else "",
    )


@router.get("/kb/parts", response_class=HTMLResponse, include_in_schema=False)
def parts(request: Request, caller: Anyone) -> HTMLResponse:
    """Everything that is edited by a form, and what of it waits."""
    if caller is None:
        return _login(request, "/kb/parts")
    front, language = front_of(request), language_of(request)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        waiting = {(one.kind, one.entry_id): one.state.value for one in drafts.listed(session, caller.shop_id)}
        newest = libraries.newest(session, caller.shop_id)
        authors = libraries.entries(session, caller.shop_id, newest.number) if newest else {}
    html = (
        pages()
        .get_template("kb_parts.html")
        .render(
            t=words(language),
            lang=language,
            caller=caller,
            parts=[(kind, sorted(names, key=_in_order)) for kind, names in PARTS],
            offers=groups_of(library, language),
            products=library.products,
            categories={one.id: one for one in library.topics.categories},
            waiting=waiting,
            new_drafts=sorted(key for key in waiting if key not in authors and key[0] in ("offer", "product")),
            authors={key: one.author for key, one in authors.items()},
        )
    )
    return HTMLResponse(html)


@router.get("/kb/{kind}/{entry_id}", response_class=HTMLResponse, include_in_schema=False)
def form(request: Request, caller: Anyone, kind: FormKind, entry_id: EntryId) -> HTMLResponse:
    """The form of one entry: its draft if one waits, else as published, else empty."""
    if caller is None:
        return _login(request, f"/kb/{kind}/{quote(entry_id)}")
    front, language = front_of(request), language_of(request)
    model = _model(kind, entry_id)
    with front.database.reader() as session:
        entry = entry_of(session, caller, kind, entry_id)
        history = versions.history(session, caller.shop_id, kind, entry_id, limit=10)
        zone = ZoneInfo(people.shop(session, caller.shop_id).timezone)
    library = front.libraries.current(caller.shop_id).library
    body = _body(entry, kind, entry_id, front.clock().astimezone(zone).date())
    html = (
        pages()
        .get_template("kb_form.html")
        .render(
            t=words(language),
            lang=language,
            caller=caller,
            entry=entry,
            root=_with_own_id(form_of(model, library, body, language).tree(model, body)),
            sets=flat_options(sets_of(model, library, body, language)),
            picks=_PICKED,
            history=history,
            zone=zone,
            stylesheets=STYLESHEETS,
            figures=live_figures(front, caller, kind, entry_id, language),
            state={
                "kind": kind,
                "entry_id": entry_id,
                "number": entry.number,
                "fresh": entry.published is None and entry.draft is None,
                "draft": entry.draft.model_dump(mode="json") if entry.draft else None,
                "language": language,
            },
        )
    )
    return HTMLResponse(html)


def problems_of(model: type[BaseModel], body: dict[str, Any], language: str) -> list[ProblemOut]:
    """Return everything that keeps a body from being a value of its model, in the words of the language."""
    try:
        model.model_validate_json(json.dumps(body, ensure_ascii=False))
    except ValidationError as error:
        told = words(language)
        return [
            ProblemOut(path=list(one["loc"]), message=_refused(one["type"], one["msg"], one.get("ctx", {}), told))
            for one in error.errors(include_url=False, include_input=False)
        ]
    return []


def _refused(kind: str, message: str, context: dict[str, Any], told: dict[str, str]) -> str:
    said = told.get(f"wrong_{kind}")
    if said is None:
        return message.removeprefix("Value error, ")
    for name, value in context.items():
        said = said.replace(f"{{{name}}}", str(value))
    return said


def _model(kind: EntryKind, entry_id: str) -> type[BaseModel]:
    try:
        model = model_of(kind, entry_id)
    except UnfitBody as error:
        raise HTTPException(404, str(error)) from error
    if (kind, entry_id) == LEARNED:
        raise HTTPException(404, "what was learned is decided on where it is proposed: assist kb learn")
    return model


def _changes(
    model: type[BaseModel], library: Library, entry: EntryOut, body: JsonValue, language: str
) -> list[ChangeOut]:
    published: JsonValue = entry.published.body if entry.published and entry.published.body else {}
    sets = sets_of(model, library, body, language)
    built = form_of(model, library, body, language)
    found = changes(built.tree(model, published), built.tree(model, body), sets)
    return [ChangeOut(where=list(one.where), before=one.before, after=one.after) for one in found]


def _preview(front: Front, caller: Caller, body: dict[str, Any], language: str) -> str:
    """Return an offer's card, with goods of the shop that it would offer now."""
    offer = Offer.model_validate_json(json.dumps(body, ensure_ascii=False))
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        now = front.clock().astimezone(ZoneInfo(people.shop(session, caller.shop_id).timezone))
        sample = sample_of(session, caller.shop_id, offer, library, now, english=language == "en")
    return offer_preview(offer, language, sample)


def _body(entry: EntryOut, kind: EntryKind, entry_id: str, today: date) -> JsonValue:
    """Return what the form begins with; a new named entry knows its id and that it was looked at today."""
    if entry.draft is not None and entry.draft.body is not None:
        return entry.draft.body
    if entry.published is not None:
        return entry.published.body
    return {"id": entry_id, **({"reviewed": today.isoformat()} if kind == "offer" else {})}


def _with_own_id(root: Node) -> Node:
    """The page's address names the entry: its id is seen there and not changed."""
    return replace(root, children=tuple(replace(one, fixed=one.name == "id") for one in root.children))


def _in_order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _login(request: Request, to: str) -> HTMLResponse:
    language = language_of(request)
    return HTMLResponse(pages().get_template("login.html").render(to=to, t=words(language), lang=language))
