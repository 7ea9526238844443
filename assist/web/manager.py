"""Numbers a manager opens, and the turns behind each."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request

from assist.kpi.definitions import KPIS, Measured
from assist.kpi.measure import By, Report, report, turn_records, whole_days
from assist.store.queries import people

from .api_models import KpiOut, KpisOut, TurnOut
from .auth import Manager
from .front import Front, front_of

router = APIRouter(prefix="/api/v1", tags=["kpis"])

_DECLARED = {kpi.id: kpi for kpi in KPIS}


@router.get("/kpis")
def kpis(
    request: Request,
    caller: Manager,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
    by: By | None = None,
) -> KpisOut:
    """Every KPI over whole days of the shop's zone, `from` and `to` included; the last 7 days when left out."""
    return kpis_out(measured(front_of(request), caller.shop_id, start, end, by))


@router.get("/kpis/{kpi_id}/turns")
def turns(
    request: Request,
    caller: Manager,
    kpi_id: str,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
) -> list[TurnOut]:
    """The turns behind a number: counted, not counted, or left out and why."""
    front = front_of(request)
    kpi = _DECLARED.get(kpi_id)
    if kpi is None:
        raise HTTPException(404, f"no KPI {kpi_id!r}; there are: {', '.join(_DECLARED)}")
    first, last = window(front, caller.shop_id, start, end)
    with front.database.reader() as session:
        records = turn_records(session, caller.shop_id, first, last)
    return [
        TurnOut(
            turn_id=record.turn_id,
            conversation_id=record.conversation_id,
            at=record.at,
            excluded=kpi.excluded(record),
            counted=kpi.excluded(record) is None and kpi.counted(record),
        )
        for record in records
    ]


def measured(front: Front, shop_id: str, start: date | None, end: date | None, by: By | None) -> Report:
    first, last = window(front, shop_id, start, end)
    with front.database.reader() as session:
        return report(session, shop_id, first, last, by)


def window(front: Front, shop_id: str, start: date | None, end: date | None) -> tuple[datetime, datetime]:
    """Return [start, end) in UTC: day boundaries are the shop's."""
    with front.database.reader() as session:
        zone = ZoneInfo(next(shop.timezone for shop in people.shops(session) if shop.id == shop_id))
    return whole_days(start, end, zone, front.clock())


def kpis_out(measured_report: Report) -> KpisOut:
    return KpisOut(
        start=measured_report.start,
        end=measured_report.end,
        kpis=[kpi_out(one) for one in measured_report.kpis],
        groups={name: [kpi_out(one) for one in group] for name, group in measured_report.groups.items()},
    )


def kpi_out(one: Measured) -> KpiOut:
    declared = _DECLARED[one.id]
    return KpiOut(
        id=one.id,
        zh=declared.zh,
        en=declared.en,
        value=one.value,
        num=one.num,
        den=one.den,
        n_excluded=one.n_excluded,
        reason_counts=dict(one.reason_counts),
        parts=dict(one.parts),
        target=declared.target,
    )
