"""`assist kpi`: the numbers, each with numerator, denominator and what was left out."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def kpi(
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first day, shop's zone")
    ] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="last day, included")] = None,
    by: Annotated[str | None, typer.Option(help="agent, team, level, platform or category")] = None,
    shop: str | None = None,
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
    database: Annotated[str | None, typer.Option(help="a database URL, instead of the settings'")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """Measure the last seven days, or whole days from --from to --to. Runs beside a server."""
    from assist.cli.numbers import print_report, read_report

    report = read_report(config, database, shop, start, end, by)
    print_report(report, as_json=as_json)


COMMAND = kpi
