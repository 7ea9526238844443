"""The policy simulator: a draft against what is published, on kept complaints, by API and as a page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field

from assist.desk.draft_policy import UnfitDraft, policy_text, published_policy, read_policy
from assist.desk.simulate_policy import Asked, Job, SimulationRunning, Window
from assist.domain.people import Caller
from assist.domain.remedy_policy import RemedyPolicy
from assist.domain.value import Value
from assist.kpi.measure import whole_days
from assist.store.queries import people
from assist.suggest.simulate import Outcome, Simulation

from .auth import Anyone, Manager
from .front import Front, front_of
from .remedy_views import yuan
from .simulator_chart import HEIGHT, WIDTH, costliest_day, day_chart, tier_chart
from .simulator_words import outcome_words, rung_names, tier_rows
from .views import pages
from .words import language_of, words

router = APIRouter(tags=["simulator"])

_DAYS = (7, 28, 90)


class SimulationIn(Value):
    """A draft as the text of `policy/remedy.toml`, and how many days of kept complaints to try it on."""

    draft: Annotated[str, Field(max_length=500_000)]
    days: Literal[7, 28, 90] = 28


class SimulationOut(Value):
    """How far a simulation is; `result` is there once it is `done`. It is kept in memory only, for a while."""

    id: str
    state: str
    done: int
    of: int
    passed_over: int
    result: Simulation | None


@router.post("/api/v1/simulations", status_code=202, response_model=SimulationOut)
def start(request: Request, caller: Manager, body: SimulationIn) -> SimulationOut | JSONResponse:
    """Begin to simulate a draft. 422 with `findings` by line when it is not fit, 409 while one is running."""
    front = front_of(request)
    try:
        draft = read_policy(body.draft, front.libraries.current(caller.shop_id).library)
    except UnfitDraft as error:
        return _unfit(error)
    try:
        return _out(front.simulations.start(front.database, _asked(front, caller, body, draft)))
    except SimulationRunning as error:
        raise HTTPException(409, str(error)) from error


@router.get("/api/v1/simulations/{job_id}")
def progress(request: Request, caller: Manager, job_id: str) -> SimulationOut:
    """How far it is, and what it came to."""
    job = front_of(request).simulations.job(caller.shop_id, job_id)
    if job is None:
        raise HTTPException(404, "no such simulation; they are forgotten after a while, so run it again")
    return _out(job)


@router.get("/simulator", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request, caller: Anyone, job: str = "") -> HTMLResponse:
    """The draft, and what the simulation named by `job` came to."""
    language = language_of(request)
    told = words(language)
    if caller is None:
        return HTMLResponse(pages().get_template("login.html").render(to="/simulator", t=told, lang=language))
    if not caller.may_manage():
        html = pages().get_template("login.html").render(to="/simulator", denied=True, t=told, lang=language)
        return HTMLResponse(html, 403)
    front = front_of(request)
    with front.database.reader() as session:
        published = published_policy(session, caller.shop_id)
    found = front.simulations.job(caller.shop_id, job) if job else None
    template = pages().get_template("simulator.html")
    html = template.render(
        t=told,
        lang=language,
        caller=caller,
        published=policy_text(published) if published else "",
        text=found.asked.text if found else None,
        days=found.asked.days if found else 28,
        all_days=_DAYS,
        job=found,
        gone=bool(job) and found is None,
        **(_shown(found, language) if found and found.result else {}),
    )
    return HTMLResponse(html)


def _asked(front: Front, caller: Caller, body: SimulationIn, draft: RemedyPolicy) -> Asked:
    with front.database.reader() as session:
        published = published_policy(session, caller.shop_id)
        zone = ZoneInfo(next(shop.timezone for shop in people.shops(session) if shop.id == caller.shop_id))
    today = front.clock().astimezone(zone).date()
    first, end = whole_days(today - timedelta(days=body.days - 1), today, zone, front.clock())
    return Asked(
        shop_id=caller.shop_id,
        text=body.draft,
        days=body.days,
        draft=draft,
        published=published,
        window=Window(first, end, zone),
    )


def _unfit(error: UnfitDraft) -> JSONResponse:
    findings = [{"line": finding.line, "message": finding.message} for finding in error.findings]
    return JSONResponse({"error": {"code": "unfit_draft", "message": str(error)}, "findings": findings}, 422)


def _out(job: Job) -> SimulationOut:
    return SimulationOut(
        id=job.id,
        state=job.state.value,
        done=job.done,
        of=job.of,
        passed_over=job.passed_over,
        result=job.result,
    )


def _shown(job: Job, language: str) -> Mapping[str, object]:
    """Return what the result part of the page is made from."""
    assert job.result is not None
    result, told = job.result, words(language)
    names = rung_names(job.asked.draft, language)
    if job.asked.published is not None:
        names = rung_names(job.asked.published, language) | names
    shown: dict[str, object] = {"result": result, "names": names, "yuan": yuan, "width": WIDTH, "height": HEIGHT}
    if result.cases:
        shown |= {"chart": day_chart(result), "tiers": tier_chart(result, names)}
        shown |= {"tier_rows": tier_rows(result), "costliest": costliest_day(result.policy)}

    def said(outcome: Outcome) -> str:
        return outcome_words(outcome, told, names)

    return {**shown, "said": said}
