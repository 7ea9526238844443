"""The page of leads and managers about offers: sent, accepted, held back, and what they brought."""

from datetime import date
from functools import partial
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from assist.desk.step import UnknownSuggestion
from assist.domain.people import Caller
from assist.store.queries import events, offers, people, suggestions

from .auth import Anyone, Manager
from .front import Front, front_of
from .kb_import import csv_of, harmless
from .manager import window
from .offers_models import OfferBehindOut, OfferEventOut, OfferEventsOut, OffersOut
from .offers_report import Asked, Show, Told, offers_report
from .remedy_views import plain_yuan
from .views import pages
from .words import language_of, words

router = APIRouter()

MOST_LISTED = 200
_Name = Annotated[str, Query(max_length=128)]


def asked_for(
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
    agent: _Name = "",
    team: _Name = "",
    platform: _Name = "",
    show: Show = "sent",
    offer: _Name = "",
    sku: Annotated[str | None, Query(max_length=64)] = None,
    why: _Name = "",
) -> Asked:
    """Read the days, whose offers, and what to list: `show` is sent, accepted, held … of one `offer`, `sku`, `why`."""
    return Asked(start, end, agent, team, platform, show, offer, sku, why)


AskedFor = Annotated[Asked, Depends(asked_for)]


@router.get("/api/v1/offers", tags=["kpis"])
def offers_numbers(request: Request, caller: Manager, asked: AskedFor) -> OffersOut:
    """What offers came to in whole days of the shop's zone, and the newest 200 behind the number asked for."""
    return _told(request, front_of(request), caller, asked, MOST_LISTED).out


@router.get("/api/v1/offers/{suggestion_id}/events", tags=["kpis"])
def offer_events(request: Request, caller: Manager, suggestion_id: str) -> OfferEventsOut:
    """Every line of the log about one offer: decided, shown, sent, answered, taken back. 404 for none of ours."""
    front = front_of(request)
    with front.database.reader() as session:
        made = offers.one(session, caller.shop_id, suggestion_id)
        card = made or suggestions.one(session, caller.shop_id, suggestion_id)
        if card is None:
            raise UnknownSuggestion(f"no offer {suggestion_id!r}; ids are in /api/v1/offers")
        found = list(events.of_suggestion(session, caller.shop_id, card.conversation_id, suggestion_id))
    told = [
        OfferEventOut(
            kind=event.kind.value,
            at=event.at,
            conversation_id=event.conversation_id,
            turn_id=event.turn_id,
            agent_id=event.agent_id,
            n=event.n,
            payload=dict(event.payload),
        )
        for event in found
    ]
    return OfferEventsOut(suggestion_id=suggestion_id, events=told)


@router.get("/manager/offers", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request, caller: Anyone, asked: AskedFor) -> HTMLResponse:
    """Offers in numbers, each leading to the conversations behind it."""
    language = language_of(request)
    shown = {"t": words(language), "lang": language}
    if caller is None or not caller.may_manage():
        denied = {} if caller is None else {"denied": True}
        html = pages().get_template("login.html").render(to="/manager/offers", **shown, **denied)
        return HTMLResponse(html, 200 if caller is None else 403)
    front = front_of(request)
    told = _told(request, front, caller, asked, MOST_LISTED)
    with front.database.reader() as session:
        agents = people.agents(session, caller.shop_id)
    zone = ZoneInfo(told.out.timezone)
    html = pages().get_template("manager_offers.html")
    return HTMLResponse(
        html.render(
            caller=caller,
            report=told.out,
            asked=asked,
            zone=zone,
            agents=agents,
            teams=sorted({agent.team for agent in agents if agent.team} | ({asked.team} - {""})),
            platforms=sorted({*told.platforms} | ({asked.platform} - {""})),
            kept=kept(asked, told.out, zone),
            outcome=partial(outcome_of, told=words(language)),
            **shown,
        )
    )


@router.get("/manager/offers.csv", include_in_schema=False)
def table(request: Request, caller: Manager, asked: AskedFor) -> Response:
    """Everything behind the number asked for as a table, in the page's language."""
    language = language_of(request)
    told = _told(request, front_of(request), caller, asked, None)
    zone = ZoneInfo(told.out.timezone)
    first, last = days(told.out, zone)
    named = f'attachment; filename="offers-{asked.show}-{first}-{last}.csv"'
    content = csv_of(rows_of(told.out.offers, zone, words(language)))
    return Response(content, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": named})


def rows_of(listed: list[OfferBehindOut], zone: ZoneInfo, told: dict[str, str]) -> list[list[str]]:
    """Return a table with its header; no cell of it is a formula."""
    columns = ("at", "conversation", "agent", "script", "goods", "text", "outcome", "orders", "paid", "back", "revenue")
    header = [told[f"offers_man_col_{name}"] for name in columns]
    rows = [
        [
            one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
            one.conversation_id,
            one.agent,
            one.title,
            " ".join(one.skus),
            one.text,
            outcome_of(one.outcome, told),
            " ".join(one.order_refs),
            *(
                plain_yuan(fen) if one.gross_fen else ""
                for fen in (one.gross_fen, one.gross_fen - one.net_fen, one.net_fen)
            ),
        ]
        for one in listed
    ]
    return [header, *([harmless(cell) for cell in row] for row in rows)]


def outcome_of(outcome: str, told: dict[str, str]) -> str:
    """Return what became of something in words: an offer's fate, why it was held, or why it does not count."""
    why = outcome.removeprefix("held_")
    keys = (f"offers_man_state_{outcome}", f"offers_man_why_{why}", f"excluded_{outcome}")
    return next((told[key] for key in keys if key in told), outcome)


def days(report: OffersOut, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day of a report, in the shop's zone."""
    after = report.end.astimezone(zone).date()
    return report.start.astimezone(zone).date(), date.fromordinal(after.toordinal() - 1)


def kept(asked: Asked, report: OffersOut, zone: ZoneInfo) -> str:
    """Return what an address keeps on every link of the page: days and whose offers, as "&from=…"."""
    first, last = days(report, zone)
    filters = {"agent": asked.agent, "team": asked.team, "platform": asked.platform}
    return "&" + urlencode({"from": first, "to": last, **{name: said for name, said in filters.items() if said}})


def _told(request: Request, front: Front, caller: Caller, asked: Asked, most: int | None) -> Told:
    library = front.libraries.current(caller.shop_id).library
    days_asked = window(front, caller.shop_id, asked.start, asked.end)
    with front.database.reader() as session:
        return offers_report(
            session,
            caller.shop_id,
            library,
            asked,
            window=days_asked,
            now=front.clock(),
            language=language_of(request),
            most=most,
        )
