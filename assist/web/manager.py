"""Numbers a manager opens, and what is behind each: turns, episodes, alerts, messages, promises, offers, customers."""

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request

from assist.domain.targets import TargetPolicy
from assist.kpi.definitions import KPIS
from assist.kpi.kpi import Kpi, Measured, Subject
from assist.kpi.measure import By, Report, read_records, report, turn_records, whole_days
from assist.kpi.records import Record
from assist.store.queries import people

from .api_models import KpiOut, KpisOut, RecordOut, TurnOut
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
    front = front_of(request)
    targets = front.libraries.current(caller.shop_id).library.targets
    return kpis_out(measured(front, caller.shop_id, start, end, by), targets, by)


@router.get("/kpis/{kpi_id}/turns")
def turns(
    request: Request,
    caller: Manager,
    kpi_id: str,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
) -> list[TurnOut]:
    """The turns behind a number: counted, not counted, or left out and why. Numbers of other things have `records`."""
    front = front_of(request)
    kpi = _declared(kpi_id)
    if kpi.subject is not Subject.turn:
        raise HTTPException(404, f"{kpi_id} counts no turns; ask for /api/v1/kpis/{kpi_id}/records")
    first, last = window(front, caller.shop_id, start, end)
    with front.database.reader() as session:
        records = turn_records(session, caller.shop_id, first, last)
    return [
        TurnOut(
            turn_id=record.turn_id,
            conversation_id=record.conversation_id,
            at=record.at,
            excluded=kpi.excluded(record),
            counted=kpi.excluded(record) is None and bool(kpi.counted(record)),
        )
        for record in records
    ]


@router.get("/kpis/{kpi_id}/records")
def records(
    request: Request,
    caller: Manager,
    kpi_id: str,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
) -> list[RecordOut]:
    """What is behind any number: counted and how much, or left out and why."""
    front = front_of(request)
    kpi = _declared(kpi_id)
    first, last = window(front, caller.shop_id, start, end)
    with front.database.reader() as session:
        found = kpi.among(read_records(session, caller.shop_id, first, last, now=front.clock()))
    return [_record_out(kpi, record) for record in found]


def _declared(kpi_id: str) -> Kpi[Any]:
    kpi = _DECLARED.get(kpi_id)
    if kpi is None:
        raise HTTPException(404, f"no KPI {kpi_id!r}; there are: {', '.join(_DECLARED)}")
    return kpi


def _record_out(kpi: Kpi[Any], record: Record) -> RecordOut:
    excluded = kpi.excluded(record)
    return RecordOut(
        id=record.id,
        subject=kpi.subject.value,
        conversation_id=record.conversation_id,
        at=record.at,
        excluded=excluded,
        counted=int(kpi.counted(record)) if excluded is None else 0,
        score=kpi.score(record) if kpi.score and excluded is None else None,
    )


def measured(front: Front, shop_id: str, start: date | None, end: date | None, by: By | None) -> Report:
    first, last = window(front, shop_id, start, end)
    with front.database.reader() as session:
        return report(session, shop_id, first, last, by, now=front.clock())


def window(front: Front, shop_id: str, start: date | None, end: date | None) -> tuple[datetime, datetime]:
    """Return [start, end) in UTC: day boundaries are the shop's."""
    with front.database.reader() as session:
        zone = ZoneInfo(next(shop.timezone for shop in people.shops(session) if shop.id == shop_id))
    return whole_days(start, end, zone, front.clock())


def kpis_out(measured_report: Report, targets: TargetPolicy, by: By | None) -> KpisOut:
    """Return a report beside the shop's targets; people of a level are held to their level's."""
    return KpisOut(
        start=measured_report.start,
        end=measured_report.end,
        kpis=[kpi_out(one, targets) for one in measured_report.kpis],
        groups={
            name: [kpi_out(one, targets, name if by is By.level else None) for one in group]
            for name, group in measured_report.groups.items()
        },
    )


def kpi_out(one: Measured, targets: TargetPolicy, level: str | None = None) -> KpiOut:
    declared = _DECLARED[one.id]
    target = targets.target_for(one.id, level)
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
        target=target.value if target else None,
        target_rule=target.rule if target else None,
        met=target.met_by(one.value) if target and one.value is not None else None,
        subject=declared.subject.value,
        unit=one.unit.value,
        spread=dict(one.spread),
        interval=one.interval,
        label=one.label.value if one.label else None,
    )
