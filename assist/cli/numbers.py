"""Read and print a KPI report."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from assist.desk.operate import OperatorError, pick_shop
from assist.domain.clock import system_clock
from assist.kpi.definitions import KPIS
from assist.kpi.kpi import Measured, Unit
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
        now = system_clock()
        try:
            window = whole_days(
                start.date() if start else None, end.date() if end else None, ZoneInfo(shop.timezone), now
            )
        except WindowError as error:
            fail(f"--from, --to: {error}", 2)
        return report(session, shop.id, *window, By(by) if by else None, now=now)


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
    for column in ("KPI", "", "value", "num", "den", "excluded", "why excluded", "parts", "proves"):
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
            _proves(one),
        )
    return table


def _value(one: Measured) -> str:
    if one.value is None:
        return "—"
    return _READ[one.unit].format(one.value / 100 if one.unit is Unit.fen else one.value)


_READ = {
    Unit.share: "{:.1%}",
    Unit.score: "{:+.2f}",
    Unit.per_100: "{:.1f} / 100",
    Unit.per_1000: "{:.1f} / 1000",
    Unit.fen: "¥{:,.2f}",
    Unit.change: "{:+.1%}",
}
"""How a value of each unit is read; money in yuan."""


def _proves(one: Measured) -> str:
    """Return what a number proves, and where it lies with 95 % confidence."""
    interval = f"{one.interval[0]:.1%} to {one.interval[1]:.1%}" if one.interval else ""
    return ", ".join(filter(None, (interval, one.label.value if one.label else "")))


def _counts(counts: Mapping[str, int]) -> list[str]:
    return [f"{name} {count}" for name, count in counts.items()]
