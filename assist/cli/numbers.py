"""Read and print a KPI report."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from assist.desk.operate import OperatorError, pick_shop
from assist.domain.clock import system_clock
from assist.kpi.definitions import KPIS, Measured
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
            "—" if one.value is None else f"{one.value:.1%}",
            str(one.num),
            str(one.den),
            str(one.n_excluded),
            ", ".join(f"{reason} {count}" for reason, count in one.reason_counts.items()),
            ", ".join(f"{part} {count}" for part, count in one.parts.items()),
        )
    return table
