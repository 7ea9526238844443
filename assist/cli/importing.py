"""Run `assist kb import`: read, plan beside a running server, and keep through it."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from assist.content.import_columns import guessed, read_map, require_usable
from assist.content.import_read import MOST_BYTES, ImportRefused, Table, read_table
from assist.desk.import_articles import ImportPlan, RowState, known_of, plan_import, with_neighbours
from assist.desk.libraries import Libraries
from assist.desk.operate import ImportArticles, OperatorError, pick_shop
from assist.domain.clock import system_clock
from assist.store.queries import people

from .operator import reading, run_operator
from .output import fail, note, print_json

_MOST_THROUGH_A_SERVER = 700_000
"""Bytes of a command that a running server takes, before it is sealed."""


@dataclass(frozen=True)
class Asked:
    file: Path
    columns: Path | None
    dry_run: bool
    publish: bool
    by: str | None
    shop: str | None


def run_import(asked: Asked, config: Path | None, *, as_json: bool) -> None:
    """Say what each row would become; without a dry run keep it."""
    table, columns = _read(asked)
    with reading(config) as database, database.reader() as session:
        try:
            shop = pick_shop(people.shops(session), asked.shop)
        except OperatorError as error:
            fail(str(error), 2)
        shelves = Libraries()
        shelves.refresh(session)
        shelf = shelves.current(shop.id)
        today = system_clock().astimezone(ZoneInfo(shop.timezone)).date()
        known = known_of(session, shelf, today)
        plan = plan_import(table, columns, known)
        plan = plan.model_copy(update={"rows": tuple(with_neighbours(plan.rows, known))})
    _say(plan, columns, as_json=as_json)
    if asked.dry_run or not plan.count(RowState.new) + plan.count(RowState.changed):
        return
    kept = plan.model_copy(update={"rows": tuple(row for row in plan.rows if row.body is not None)})
    command = ImportArticles(shop=shop.id, by=asked.by, plan=kept, number=shelf.library.number, publish=asked.publish)
    if len(command.model_dump_json().encode()) > _MOST_THROUGH_A_SERVER:
        note("a large import: where a server is running, it takes this at /kb/import only, or stop it meanwhile")
    done, _ = run_operator(command, config, source=f"{asked.file}: ")
    note(done.said)


def _read(asked: Asked) -> tuple[Table, dict[str, str]]:
    name = asked.file.name
    try:
        if asked.file.stat().st_size > MOST_BYTES:
            fail(f"{asked.file}: more than {MOST_BYTES // 1024 // 1024} MiB; split the file", 2)
        table = read_table(asked.file.read_bytes(), name)
        columns = guessed(table.header)
        if asked.columns is not None:
            columns = read_map(asked.columns.read_text(encoding="utf-8-sig"), asked.columns.name)
        require_usable(columns, table.header, name)
    except ImportRefused as error:
        fail(str(error), 2)
    except OSError as error:
        fail(f"{error.filename}: cannot be read ({error.strerror}); name a .csv or .xlsx file", 2)
    return table, columns


def _say(plan: ImportPlan, columns: dict[str, str], *, as_json: bool) -> None:
    counts = {state.value: plan.count(state) for state in RowState}
    if as_json:
        rows = [row.model_dump(mode="json", exclude={"body", "before"}) for row in plan.rows]
        print_json({"columns": columns, "counts": counts, "rows": rows})
        return
    for row in plan.rows:
        if row.state is not RowState.same:
            typer.echo(f"{plan.name}:{row.line}: {row.state.value} {row.entry_id} {row.title}")
        for finding in (*row.findings, *row.remarks):
            typer.echo(f"    {finding.message}")
    note(", ".join(f"{count} {state}" for state, count in counts.items()))
