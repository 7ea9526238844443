"""What a change to the rules would do, shown before it is live: a sentence, known questions, hours, figures."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from assist.content.entries import UnfitBody, read_entry
from assist.content.library import LibraryError
from assist.content.wording import WordingError
from assist.desk.draft_policy import policy_text
from assist.desk.try_entry import FOUND, HEARD, SAID, Tried, entries_now, library_with, regression, try_sentence
from assist.domain.figures import EntryId
from assist.domain.library import EntryKind, Library
from assist.domain.people import Caller
from assist.domain.remedy_policy import RemedyPolicy
from assist.domain.targets import HoursPolicy
from assist.kpi.definitions import KPIS, Unit
from assist.kpi.measure import By
from assist.store.queries import people
from assist.suggest.hours import next_change, open_at

from . import simulator
from .api_models import In, Out
from .auth import Manager, SignedIn
from .front import Front, front_of
from .guard_models import CheckedOut, checked_out
from .kb_form_sets import kpi_options
from .kb_models import BodyIn
from .manager import kpis_out, measured
from .remedy_views import yuan
from .words import in_language, language_of, words

router = APIRouter(prefix="/api/v1/kb/effects", tags=["knowledge base"])

TRIED = SAID | HEARD | FOUND
"""Entries that a sentence can be tried with."""
_DAYS = 28
_MOST_TURNED = 20


class TryIn(In):
    """A draft, and a sentence to try it with."""

    body: BodyIn
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class DraftBodyIn(In):
    body: BodyIn


class CardOut(Out):
    article_id: str
    title: str
    score: float


class TriedOut(Out):
    """What becomes of a sentence: `checked` for what agents write, mood and alerts for what customers write,
    cards for what is found. `lines` say it in words."""

    checked: CheckedOut | None
    mood: str | None
    score: float | None
    alerts: list[str]
    intent: str | None
    cards: list[CardOut]


class EffectOut(Out):
    """The same sentence under the draft and as published now."""

    draft: TriedOut
    now: TriedOut


class TurnedOut(Out):
    text: str
    before: str
    after: str


class RegressionOut(Out):
    """How many of `n` known questions find their article first, before and after; which turned."""

    n: int
    before: float
    after: float
    worse: list[TurnedOut]
    better: list[TurnedOut]


class HoursOut(Out):
    """Whether people are there now by the draft, and when that changes next, in the shop's zone."""

    open: bool
    changes_at: str | None
    now: str
    zone: str


class JobOut(Out):
    """The simulation that began."""

    job: str


@dataclass(frozen=True)
class Figure:
    """A KPI's value of the last days beside its target."""

    kpi: str
    level: str
    value: str
    target: str
    met: bool | None


@router.post("/{kind}/{entry_id}/sentence")
def sentence(request: Request, caller: SignedIn, kind: EntryKind, entry_id: EntryId, body: TryIn) -> EffectOut:
    """A sentence under the draft, beside what becomes of it now. 422 where the draft is no entry yet."""
    front = front_of(request)
    key: tuple[EntryKind, str] = (kind, entry_id)
    if key not in TRIED:
        raise HTTPException(404, f"{kind}/{entry_id} decides nothing about a sentence")
    now, zone = front.clock(), zone_of(front, caller.shop_id)
    library = front.libraries.current(caller.shop_id).library
    drafted = _drafted(front, caller, kind, entry_id, body.body)
    language = language_of(request)
    tried, before = (try_sentence(key, one, body.text, now, zone.key) for one in (drafted, library))
    return EffectOut(
        draft=_tried_out(tried, body.text, drafted, language), now=_tried_out(before, body.text, library, language)
    )


@router.post("/{kind}/{entry_id}/regression")
def questions(
    request: Request, caller: SignedIn, kind: EntryKind, entry_id: EntryId, body: DraftBodyIn
) -> RegressionOut:
    """How many known questions find their article with the draft, and which turned. Takes seconds."""
    if (kind, entry_id) not in FOUND:
        raise HTTPException(404, f"{kind}/{entry_id} does not decide which answer is found")
    front = front_of(request)
    library = front.libraries.current(caller.shop_id).library
    found = regression(library, _drafted(front, caller, kind, entry_id, body.body))
    titles = {article.id: article.title for article in library.articles}
    worse, better = (
        [
            TurnedOut(text=one.text, before=titles.get(one.before or "", "—"), after=titles.get(one.after or "", "—"))
            for one in turned[:_MOST_TURNED]
        ]
        for turned in (found.worse, found.better)
    )
    return RegressionOut(n=found.n, before=found.before.hit1, after=found.after.hit1, worse=worse, better=better)


@router.post("/policy/hours/now")
def hours_now(request: Request, caller: SignedIn, body: DraftBodyIn) -> HoursOut:
    """Whether the shop's people are there now, by the draft."""
    front = front_of(request)
    entry = _entry("policy", "hours", body.body)
    zone = zone_of(front, caller.shop_id)
    at = front.clock().astimezone(zone).replace(tzinfo=None)
    hours = HoursPolicy.model_validate_json(entry)
    changes_at = next_change(hours, at)
    return HoursOut(
        open=open_at(hours, at),
        changes_at=f"{changes_at:%Y-%m-%d %H:%M}" if changes_at else None,
        now=f"{at:%Y-%m-%d %H:%M}",
        zone=zone.key,
    )


@router.post("/policy/remedy/cost", status_code=202, response_model=JobOut)
def cost(request: Request, caller: Manager, body: DraftBodyIn) -> JobOut | JSONResponse:
    """Begin to decide past complaints again with the draft; /simulator shows what it comes to. 422 where unfit."""
    policy = RemedyPolicy.model_validate_json(_entry("policy", "remedy", body.body))
    started = simulator.start(request, caller, simulator.SimulationIn(draft=policy_text(policy)))
    return started if isinstance(started, JSONResponse) else JobOut(job=started.id)


def live_figures(front: Front, caller: Caller, kind: EntryKind, entry_id: str, language: str) -> list[Figure]:
    """Return the last four weeks' figures beside the targets, where targets are edited; else []."""
    if (kind, entry_id) != ("policy", "targets"):
        return []
    targets = front.libraries.current(caller.shop_id).library.targets
    zone = zone_of(front, caller.shop_id)
    today = front.clock().astimezone(zone).date()
    found = measured(front, caller.shop_id, today - timedelta(days=_DAYS - 1), today, By.level)
    report = kpis_out(found, targets, By.level)
    names = {one.value: one.label for one in kpi_options(language)}
    known = {"": report.kpis, **report.groups}
    told = words(language)
    return [
        Figure(
            kpi=names.get(target.kpi, target.kpi),
            level=told[f"level_name_{target.level.value}"] if target.level else "",
            value=shown_kpi(one.value, one.unit) if one else "—",
            target=("≥ " if target.rule == "at_least" else "≤ ") + shown_kpi(target.value, _unit(target.kpi)),
            met=target.met_by(one.value) if one and one.value is not None else None,
        )
        for target in targets.targets
        for one in (next((row for row in known.get(target.level or "", []) if row.id == target.kpi), None),)
    ]


def _unit(kpi_id: str) -> str:
    known = {one.id: one.unit.value for one in KPIS}
    return known.get(kpi_id, _UNITS_TO_COME.get(kpi_id, Unit.share.value))


_UNITS_TO_COME = {"K8": "seconds", "K9": "seconds", "K10": "seconds", "K17": "score"}
"""Units of KPIs that are not shares and not measured yet."""


def shown_kpi(value: float | None, unit: str) -> str:
    """Return a KPI's value as it is read."""
    if value is None:
        return "—"
    if unit == "fen":
        return yuan(int(value))
    return f"{value * 100:g} %" if unit in ("share", "change") else f"{value:g}{' s' if unit == 'seconds' else ''}"


def zone_of(front: Front, shop_id: str) -> ZoneInfo:
    with front.database.reader() as session:
        return ZoneInfo(people.shop(session, shop_id).timezone)


def _drafted(front: Front, caller: Caller, kind: EntryKind, entry_id: str, body: dict[str, Any]) -> Library:
    text = _entry(kind, entry_id, body)
    with front.database.reader() as session:
        published = entries_now(session, caller.shop_id)
    number = front.libraries.current(caller.shop_id).library.number
    try:
        return library_with(caller.shop_id, number, published, read_entry(kind, entry_id, text))
    except (LibraryError, WordingError) as error:
        raise HTTPException(422, str(error)) from error


def _entry(kind: EntryKind, entry_id: str, body: dict[str, Any]) -> str:
    try:
        return read_entry(kind, entry_id, json.dumps(body, ensure_ascii=False)).body
    except UnfitBody as error:
        raise HTTPException(422, str(error)) from error


def _tried_out(tried: Tried, text: str, library: Library, language: str) -> TriedOut:
    told = words(language)
    intents = {one.id: in_language(one.zh, one.en, language) for one in library.topics.intents}
    flags = {one.id: in_language(one.zh, one.en, language) for one in library.alerts.red_flags}
    return TriedOut(
        checked=checked_out(text, tried.checked, language) if tried.checked is not None else None,
        mood=told[f"mood_{tried.mood.name.value}"] if tried.mood else None,
        score=round(tried.mood.score, 2) if tried.mood else None,
        alerts=[flags.get(one.rule, told[f"try_alert_{one.why.value}"]) for one in tried.alerts],
        intent=intents.get(tried.intent, tried.intent) if tried.intent else None,
        cards=[CardOut(article_id=one.article_id, title=one.title, score=one.score) for one in tried.cards],
    )
