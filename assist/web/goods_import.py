"""Bring goods and their facts from a table: upload, say which column is what, see what changes, keep it."""

import json
import re
import time
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import JsonValue

from assist.content.goods_columns import FIELDS, guessed, require_usable
from assist.content.import_read import MOST_BYTES, ImportRefused, Table, read_table
from assist.desk.edit_rights import Area, Verb, may, require
from assist.desk.import_articles import ImportOutdated, RowState
from assist.desk.import_goods import (
    GoodsPlan,
    GoodsRow,
    keep_goods,
    known_goods,
    parts_of,
    plan_rows,
    skus_of,
)
from assist.desk.import_row import RowFinding
from assist.domain.people import Caller

from .auth import Anyone, SignedIn
from .front import Front, front_of
from .goods_models import GoodsChangeOut, GoodsImportOut, GoodsRowOut, kind_names
from .goods_page import yuan
from .kb_api import refresh
from .kb_effects import zone_of
from .views import pages
from .words import in_language, language_of, words

router = APIRouter(tags=["goods"])

_MOST_SHOWN = 200
_SAMPLE_ROWS = 3
# Receiving goes first: after so many rows other threads get the interpreter for a moment.
_REST_EVERY, _REST_SECONDS = 10, 0.002
_MONEY = frozenset({"price", "margin", "price_fen"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@router.post("/api/v1/goods-import")
def import_goods(
    request: Request,
    caller: SignedIn,
    file: Annotated[UploadFile, File()],
    columns: Annotated[str, Form(max_length=20_000)] = "",
    digest: Annotated[str, Form(max_length=64)] = "",
    dry_run: Annotated[bool, Form()] = True,
) -> GoodsImportOut:
    """Read a CSV or .xlsx file, and say what each row would change; without `dry_run` keep it.

    `columns` is JSON, column name to field; left out, it is guessed from the header. `digest` is that of the plan that
    was looked at: 409 where something changed since. Rows with errors are left out and told. 422 for what cannot be
    read.
    """
    require(caller.role, Verb.write, Area.offers)
    front, language = front_of(request), language_of(request)
    table = _table(file, language)
    chosen = _chosen(columns) or guessed(table.header)
    try:
        require_usable(chosen, table.header, table.name)
    except ImportRefused as error:
        return _out(table, chosen, None, _Words(front, caller, language), problem=_refused(error, language))
    said = _Words(front, caller, language)
    plan = _planned(front, caller, table, chosen)
    if dry_run:
        return _out(table, chosen, plan, said)
    if digest and digest != plan.digest:
        raise ImportOutdated(f"goods changed since {table.name} was compared; look at it again")
    return _out(table, chosen, plan, said, kept=_kept(front, caller, plan))


def _kept(front: Front, caller: Caller, plan: GoodsPlan) -> dict[str, int]:
    """Keep a plan part by part; kept again after a break, only what is missing is new."""
    now = front.clock()
    done = {"goods": 0, "facts": 0}
    for number, rows in enumerate(parts_of(plan)):
        cause = f"{plan.digest}:{now.isoformat()}:{number}"
        part = front.writer.submit(
            keep_goods(caller.shop_id, rows, now, cause=cause, agent_id=caller.agent_id)
        ).result()
        done["goods"] += part.goods
        done["facts"] += part.facts
    return done


@router.get("/kb/goods/import", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request, caller: Anyone) -> HTMLResponse:
    """Where a table of goods is brought in."""
    language = language_of(request)
    shown = {"t": words(language), "lang": language}
    if caller is None:
        return HTMLResponse(pages().get_template("login.html").render(to="/kb/goods/import", **shown))
    html = (
        pages()
        .get_template("kb_goods_import.html")
        .render(
            caller=caller,
            fields=FIELDS,
            may_write=may(caller.role, Verb.write, Area.offers),
            most_mib=MOST_BYTES // 1024 // 1024,
            **shown,
        )
    )
    return HTMLResponse(html)


def _planned(front: Front, caller: Caller, table: Table, columns: dict[str, str]) -> GoodsPlan:
    refresh(front)
    shelf = front.libraries.current(caller.shop_id)
    with front.database.reader() as session:
        known = known_goods(session, shelf, zone_of(front, caller.shop_id), skus_of(table, columns))
    rows: list[GoodsRow] = []
    for row in plan_rows(table, columns, known):
        rows.append(row)
        if len(rows) % _REST_EVERY == 0:
            time.sleep(_REST_SECONDS)
    return GoodsPlan(name=table.name, rows=tuple(rows))


def _table(file: UploadFile, language: str) -> Table:
    try:
        return read_table(file.file.read(MOST_BYTES + 1), file.filename or "table.csv")
    except ImportRefused as error:
        raise HTTPException(422, _refused(error, language)) from error


def _refused(error: ImportRefused, language: str) -> str:
    """Return why a file cannot be read, in the words of the page."""
    told = words(language)
    said = told.get(f"goods_refused_{error.rule}") or str(error)
    for name, value in error.values.items():
        shown = (
            value if name != "fields" else ", ".join(told.get(f"goods_field_{one}", one) for one in value.split(", "))
        )
        said = said.replace(f"{{{name}}}", shown)
    return said


def _chosen(text: str) -> dict[str, str]:
    if not text:
        return {}
    try:
        read = json.loads(text)
    except json.JSONDecodeError as error:
        raise HTTPException(422, "columns: not JSON; send an object of column to field") from error
    if not isinstance(read, dict):
        raise HTTPException(422, "columns: send an object of column to field")
    return {str(column): str(field) for column, field in read.items() if field}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _out(
    table: Table,
    columns: dict[str, str],
    plan: GoodsPlan | None,
    said: "_Words",
    *,
    problem: str | None = None,
    kept: dict[str, int] | None = None,
) -> GoodsImportOut:
    rows = plan.rows if plan else ()
    first = sorted(rows, key=lambda row: (not row.findings, row.state is RowState.same, row.line))
    return GoodsImportOut(
        name=table.name,
        header=list(table.header),
        sample=[list(row) for row in table.rows[:_SAMPLE_ROWS]],
        columns=columns,
        problem=problem,
        counts={state.value: plan.count(state) if plan else 0 for state in RowState},
        rows=[said.row(row) for row in first[:_MOST_SHOWN]],
        digest=plan.digest if plan else "",
        kept=kept,
    )


class _Words:
    """Says rows in one language, with kinds and categories by their names."""

    def __init__(self, front: Front, caller: Caller, language: str) -> None:
        library = front.libraries.current(caller.shop_id).library
        labels = {one.id: in_language(one.zh, one.en, language) for one in library.topics.categories}
        self._told = words(language)
        self._names = {"kind": kind_names(library, language), "category": labels}

    def row(self, row: GoodsRow) -> GoodsRowOut:
        return GoodsRowOut(
            line=row.line,
            state=row.state.value,
            sku=row.sku,
            title=row.title,
            findings=[self._finding(one) for one in row.findings],
            remarks=[self._finding(one) for one in row.remarks],
            changes=[
                GoodsChangeOut(
                    field=one.field, before=self._value(one.field, one.before), after=self._value(one.field, one.after)
                )
                for one in row.changes
            ],
        )

    def _finding(self, finding: RowFinding) -> str:
        said = self._told.get(f"goods_found_{finding.rule}") or finding.message
        for name, value in finding.values.items():
            said = said.replace(f"{{{name}}}", self._names.get(name, {}).get(value, value))
        return said

    def _value(self, field: str, value: JsonValue) -> str:
        match value:
            case {"text": str(text)}:
                return text
            case dict():
                return " · ".join(self._value(name, one) for name, one in value.items())
            case list():
                return ", ".join(self._value(field, one) for one in value)
            case _:
                return self._one(field, value)

    def _one(self, field: str, value: str | float | bool | None) -> str:
        match value:
            case None:
                return ""
            case bool():
                return self._told["goods_yes" if value else "goods_no"]
            case int() if field in _MONEY:
                return yuan(value)
            case str() if _MOMENT.match(value):
                return value[:16].replace("T", " ")
            case _:
                return self._names.get(field, {}).get(str(value), str(value))
