"""The pages: our own with data behind a cookie, the embedded sidebar as a shell without any."""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from assist.contract.discovery import adapter_type
from assist.kpi.measure import By
from assist.store.queries import people

from .api_models import Schema
from .auth import Anyone
from .frame import first_shown
from .front import front_of
from .manager import kpis_out, measured
from .views import pages, recent
from .words import language_of, words

router = APIRouter(include_in_schema=False)


@router.get("/desk", response_class=HTMLResponse)
def desk(request: Request, caller: Anyone, conversation: str | None = None) -> HTMLResponse:
    """The demo desk: conversation list, chat, composer, and the sidebar beside it, with its first cards in it."""
    if caller is None:
        return _page(request, "login.html", to="/desk")
    front = front_of(request)
    first = first_shown(front, caller, conversation, language_of(request))
    with front.database.reader() as session:
        conversations = [row.model_dump(mode="json") for row in recent(session, caller.shop_id)]
    return _page(request, "desk.html", caller=caller, conversations=conversations, first=first)


@router.get("/manager", response_class=HTMLResponse)
def manager(
    request: Request,
    caller: Anyone,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
    by: By | Literal[""] | None = None,
) -> HTMLResponse:
    """The numbers, plain: each with numerator, denominator and what was left out."""
    if caller is None:
        return _page(request, "login.html", to="/manager")
    if not caller.may_manage():
        # A page, not an error: a link for somebody else, opened here, still signs that person in.
        return _page(request, "login.html", 403, to="/manager", denied=True)
    front = front_of(request)
    grouping = By(by) if by else None
    targets = front.libraries.current(caller.shop_id).library.targets
    report = kpis_out(measured(front, caller.shop_id, start, end, grouping), targets, grouping)
    with front.database.reader() as session:
        zone = ZoneInfo(next(shop.timezone for shop in people.shops(session) if shop.id == caller.shop_id))
        names = {agent.id: agent.name for agent in people.agents(session, caller.shop_id)}
    return _page(
        request,
        "manager.html",
        caller=caller,
        report=report,
        zone=zone,
        names=names,
        by=grouping.value if grouping else "",
    )


@router.get("/")
def start() -> RedirectResponse:
    return RedirectResponse("/desk")


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> HTMLResponse:
    """Every call of the API, from its own OpenAPI description."""
    return _page(request, "docs.html", openapi=request.app.openapi())


@router.get("/api/v1/schemas/generic.json")
def generic_schema() -> Schema:
    """The JSON Schema of everything that may be posted to the generic hook."""
    published = getattr(adapter_type("generic"), "json_schema", None)
    assert published is not None
    return published()


def _page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    language = language_of(request)
    html = pages().get_template(template).render(t=words(language), lang=language, **values)
    return HTMLResponse(html, status)
