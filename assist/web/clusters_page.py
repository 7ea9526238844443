"""Clusters of complaints, for who buys and ships: by API and as a page, with the chats behind each."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from assist.desk.watch_clusters import counted_goods, see
from assist.domain.library import Library
from assist.domain.people import Caller
from assist.domain.value import Value
from assist.store.queries import clusters, complaints, people
from assist.store.queries.clusters import ClusterRow

from .api_models import Count
from .auth import Anyone, Manager
from .front import Front, front_of
from .views import pages
from .words import in_language, language_of, words

router = APIRouter(prefix="", tags=["clusters"])

_DAYS = 28
_MILLION = 1_000_000

Days = Annotated[int, Query(ge=1, le=365)]


class BehindOut(Value):
    """One complaint behind a cluster."""

    complaint_id: str
    conversation_id: str | None


class ClusterOut(Value):
    """More complaints about one subject on one day than chance explains; `tail_millionths` is how rare that is."""

    id: int
    subject_kind: str
    subject: str
    name: str
    day: str
    orders: int
    expected: float
    tail_millionths: int
    found_at: datetime
    seen_by: str | None
    seen_at: datetime | None
    complaints: list[BehindOut]
    products: dict[str, int]
    batches: dict[str, int]
    warehouses: dict[str, int]


class ClustersOut(Value):
    clusters: list[ClusterOut]


@router.get("/api/v1/clusters")
def listed(request: Request, caller: Manager, days: Days = _DAYS) -> ClustersOut:
    """The clusters found in the last days, newest first."""
    front = front_of(request)
    with front.database.reader() as session:
        return ClustersOut(clusters=_found(front, session, caller, days, language_of(request)))


@router.post("/api/v1/clusters/{cluster_id}/seen")
def seen(request: Request, caller: Manager, cluster_id: Count) -> ClusterOut:
    """Mark a cluster as seen. Who saw it first stays."""
    front = front_of(request)
    if not front.writer.submit(see(caller, cluster_id, front.clock())).result():
        raise HTTPException(404, f"no cluster {cluster_id}")
    with front.database.reader() as session:
        row = clusters.cluster(session, caller.shop_id, cluster_id)
        assert row is not None
        return _out(session, row, _library(front, caller), _names(session, caller), language_of(request))


@router.get("/clusters", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request, caller: Anyone, days: Days = _DAYS, day: str = "") -> HTMLResponse:
    """What there is too much of, how much is usual, and the chats behind it; `day` shows one day's alone."""
    language = language_of(request)
    shown = {"t": words(language), "lang": language}
    if caller is None:
        return HTMLResponse(pages().get_template("login.html").render(to="/clusters", **shown))
    if not caller.may_manage():
        return HTMLResponse(pages().get_template("login.html").render(to="/clusters", denied=True, **shown), 403)
    front = front_of(request)
    with front.database.reader() as session:
        zone = ZoneInfo(next(shop.timezone for shop in people.shops(session) if shop.id == caller.shop_id))
        found = _found(front, session, caller, days, language)
    template = pages().get_template("clusters.html")
    html = template.render(
        caller=caller,
        clusters=[one for one in found if day in ("", one.day)],
        days=days,
        watched=_library(front, caller).remedy is not None,
        zone=zone,
        counted=_counted,
        **shown,
    )
    return HTMLResponse(html)


def _found(front: Front, session: Session, caller: Caller, days: int, language: str) -> list[ClusterOut]:
    library, names = _library(front, caller), _names(session, caller)
    rows = clusters.clusters_since(session, caller.shop_id, front.clock() - timedelta(days=days))
    return [_out(session, row, library, names, language) for row in rows]


def _out(session: Session, row: ClusterRow, library: Library, names: dict[str, str], language: str) -> ClusterOut:
    conversations = complaints.conversations_of(session, row.shop_id, row.complaint_ids)
    goods = counted_goods(session, row)
    return ClusterOut(
        id=row.id,
        subject_kind=row.subject_kind,
        subject=row.subject,
        name=_named(row.subject, library, language) if row.subject_kind == "product" else row.subject,
        day=row.day,
        orders=row.orders,
        expected=round(row.expected_millionths / _MILLION, 3),
        tail_millionths=row.tail_millionths,
        found_at=row.found_at,
        seen_by=names.get(row.seen_by, row.seen_by) if row.seen_by else None,
        seen_at=row.seen_at,
        complaints=[BehindOut(complaint_id=id_, conversation_id=conversations.get(id_)) for id_ in row.complaint_ids],
        products={_named(name, library, language): count for name, count in goods["products"].items()},
        batches=goods["batches"],
        warehouses=goods["warehouses"],
    )


def _counted(names: dict[str, int]) -> str:
    return " · ".join(f"{name} × {count}" for name, count in names.items())


def _named(product_id: str, library: Library, language: str) -> str:
    product = next((one for one in library.products if one.id == product_id), None)
    if product is None:
        return product_id
    return in_language(product.name, product.name_en, language)


def _library(front: Front, caller: Caller) -> Library:
    return front.libraries.current(caller.shop_id).library


def _names(session: Session, caller: Caller) -> dict[str, str]:
    return {agent.id: agent.name for agent in people.agents(session, caller.shop_id)}
