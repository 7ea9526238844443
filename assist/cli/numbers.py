"""Read and print a KPI report."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from assist.desk.operate import OperatorError, pick_shop
from assist.domain.clock import system_clock
from assist.kpi.definitions import KPIS, Measured, Unit
from assist.kpi.measure import By, Report, WindowError, report, whole_days
from assist.store.queries import people

from .operator import reading
from .output import fail, print_json

_NAMES = {kpi.id: f"{kpi.zh} {kpi.en}" for kpi in KPIS}


def read_report(
    config: Path | None,
    database_url: str | None,
    shop_id: str | None,
    start: datetime | None,
    end: datetime | None,
    by: str | None,
) -> Report:
    """Measure one shop over whole days of its own zone."""
    if by is not None and by not in set(By):
        fail(f"--by {by}: not a grouping; use {', '.join(By)}", 2)
    with reading(config, database_url) as database, database.reader() as session:
        try:
            shop = pick_shop(people.shops(session), shop_id)
        except OperatorError as error:
            fail(str(error), 2)
        try:
            window = whole_days(
                start.date() if start else None, end.date() if end else None, ZoneInfo(shop.timezone), system_clock()
            )
        except WindowError as error:
            fail(f"--from, --to: {error}", 2)
        return report(session, shop.id, *window, By(by) if by else None)


def print_report(found: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    console = Console(soft_wrap=True)
    console.print(_table("", found.kpis))
    for name, group in found.groups.items():
        console.print(_table(name, group))


def _table(title: str, measured: tuple[Measured, ...]) -> Table:
    table = Table(title=title or None)
    for column in ("KPI", "", "value", "num", "den", "excluded", "why excluded", "parts"):
        table.add_column(column, overflow="fold")
    for one in measured:
        table.add_row(
            one.id,
            _NAMES[one.id],
            _value(one),
            str(one.num),
            str(one.den),
            str(one.n_excluded),
            ", ".join(_counts(one.reason_counts)),
            ", ".join([*_counts(one.parts), *(f"{name} {score:+.2f}" for name, score in one.spread.items())]),
        )
    return table


def _value(one: Measured) -> str:
    if one.value is None:
        return "—"
    match one.unit:
        case Unit.share:
            return f"{one.value:.1%}"
        case Unit.score:
            return f"{one.value:+.2f}"
        case Unit.per_100:
            return f"{one.value:.1f} / 100"
        case Unit.per_1000:
            return f"{one.value:.1f} / 1000"


def _counts(counts: Mapping[str, int]) -> list[str]:
    return [f"{name} {count}" for name, count in counts.items()]
