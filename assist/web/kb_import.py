"""Bring answers from a table, and take the knowledge base away: upload, mapping, dry run, drafts; files and tables."""

import csv
import io
import json
import zipfile
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, Response
from openpyxl import Workbook

from assist.content.export import files_of
from assist.content.import_columns import FIELDS, guessed, require_usable
from assist.content.import_read import FORMULA_SIGNS, MOST_BYTES, ImportRefused, Table, read_table
from assist.content.library import LibraryError
from assist.desk.edit_rights import Area, Verb, may, require
from assist.desk.import_articles import KEPT, ImportRow, RowState, keep_import
from assist.desk.import_jobs import ImportJob
from assist.desk.import_row import RowFinding
from assist.desk.simulate_policy import JobState
from assist.desk.try_entry import entries_now
from assist.domain.library import Article
from assist.domain.people import Caller

from .api_models import In, Out
from .auth import Anyone, SignedIn
from .front import front_of
from .kb_api import refresh
from .kb_effects import zone_of
from .views import pages
from .words import language_of, words

router = APIRouter(tags=["knowledge base"])

_SAMPLE_ROWS = 3


class FoundOut(Out):
    message: str


class ImportRowOut(Out):
    """What a row would become; `changes` are [field, before, after]."""

    line: int
    state: str
    entry_id: str
    title: str
    findings: list[FoundOut]
    remarks: list[FoundOut]
    changes: list[tuple[str, str, str]]


class ImportOut(Out):
    """A table as it was read, the mapping that was used, and how far it is compared with what there is.

    Once `state` is "done": what came of it or would come. Only the first 200 rows that need a look are told; counts
    are of all. `kept` null: nothing was kept. `id` null, `state` "problem": the mapping cannot be used, see `problem`.
    """

    id: str | None
    state: str
    done: int
    of: int
    name: str
    header: list[str]
    sample: list[list[str]]
    columns: dict[str, str]
    problem: str | None
    counts: dict[str, int]
    with_findings: int
    rows: list[ImportRowOut]
    kept: dict[str, int] | None


class ColumnsIn(In):
    """Which column is what: column name to field; a field is left out where the column is not imported."""

    columns: dict[str, str]


class KeepIn(In):
    """`publish`: rows without findings are published, the others wait for review."""

    publish: bool = False


@router.post("/api/v1/kb/import")
def import_table(
    request: Request,
    response: Response,
    caller: SignedIn,
    file: Annotated[UploadFile, File()],
    columns: Annotated[str, Form(max_length=20_000)] = "",
    dry_run: Annotated[bool, Form()] = True,
    publish: Annotated[bool, Form()] = False,
) -> ImportOut:
    """Read a CSV or .xlsx file, and say what each row would become; without `dry_run` keep it: all rows or none.

    `columns` is JSON, column name to field; left out, it is guessed from the header. 422 for a file that cannot be
    read. 202 where a dry run takes longer than a moment: ask for it by its `id`, and keep it by its `id`. Rows become
    drafts in review; with `publish` those without findings are published. 409 while another table is compared.
    """
    require(caller.role, Verb.publish if publish else Verb.write, Area.articles)
    table = _table(file, file.filename or "table.csv")
    chosen = _columns(columns) or guessed(table.header)
    told = _compared(request, response, caller, table, chosen, wait=_MOMENT_SECONDS if dry_run else None)
    if dry_run or told.id is None:
        return told
    return _kept(request, caller, told.id, publish=publish)


@router.get("/api/v1/kb/import/{job_id}")
def progress(request: Request, caller: SignedIn, job_id: str) -> ImportOut:
    """How far a table is compared, and what came of it. 404 once it is forgotten: after an hour, or the next table."""
    return _out(front_of(request).imports.job(caller, job_id), language_of(request))


@router.post("/api/v1/kb/import/{job_id}/columns")
def map_columns(request: Request, response: Response, caller: SignedIn, job_id: str, body: ColumnsIn) -> ImportOut:
    """Compare the same table again, its columns read in another way or beside what was published since."""
    require(caller.role, Verb.write, Area.articles)
    table = front_of(request).imports.job(caller, job_id).table
    return _compared(request, response, caller, table, body.columns, wait=_MOMENT_SECONDS)


@router.post("/api/v1/kb/import/{job_id}/keep")
def keep(request: Request, caller: SignedIn, job_id: str, body: KeepIn) -> ImportOut:
    """Keep what a table came to: all rows or none. Kept again it is the same. 409 where something changed since."""
    return _kept(request, caller, job_id, publish=body.publish)


_MOMENT_SECONDS = 1.0


def _compared(
    request: Request,
    response: Response,
    caller: Caller,
    table: Table,
    columns: dict[str, str],
    *,
    wait: float | None,
) -> ImportOut:
    """Begin to compare a table, and wait for it so many seconds, None: to its end."""
    front, language = front_of(request), language_of(request)
    try:
        require_usable(columns, table.header, table.name)
    except ImportRefused as error:
        return _read(table, columns, str(error))
    refresh(front)
    today = front.clock().astimezone(zone_of(front, caller.shop_id)).date()
    shelf = front.libraries.current(caller.shop_id)
    job = front.imports.start(front.database, caller, shelf, table, columns, today)
    if not job.ended.wait(wait):
        response.status_code = 202
    return _out(job, language)


def _kept(request: Request, caller: Caller, job_id: str, *, publish: bool) -> ImportOut:
    require(caller.role, Verb.publish if publish else Verb.write, Area.articles)
    front = front_of(request)
    job = front.imports.job(caller, job_id)
    if job.plan is None:
        raise HTTPException(409, "the table is not compared yet; wait for it")
    with job.keeping:
        if job.kept is None:
            number = job.shelf.library.number
            change = keep_import(caller, job.plan, number, front.clock(), publish_fit=publish)
            try:
                job.kept = front.writer.submit(change).result()
            except LibraryError as error:
                raise HTTPException(422, str(error)) from error
            refresh(front)
    return _out(job, language_of(request))


@router.get("/kb/import", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request, caller: Anyone) -> HTMLResponse:
    """Where a table is brought in."""
    language = language_of(request)
    told = words(language)
    if caller is None:
        html = pages().get_template("login.html").render(to="/kb/import", t=told, lang=language)
        return HTMLResponse(html)
    html = (
        pages()
        .get_template("kb_import.html")
        .render(
            t=told,
            lang=language,
            caller=caller,
            fields=FIELDS,
            may_write=may(caller.role, Verb.write, Area.articles),
            may_publish=may(caller.role, Verb.publish, Area.articles),
            most_mib=MOST_BYTES // 1024 // 1024,
        )
    )
    return HTMLResponse(html)


@router.get("/kb/export", include_in_schema=False)
def export(
    request: Request, caller: SignedIn, form: Annotated[str, Query(pattern="^(zip|csv|xlsx)$")] = "zip"
) -> Response:
    """What is published: every file as a zip, the same for the same content, or the articles as a table."""
    require(caller.role, Verb.write, Area.articles)
    front = front_of(request)
    with front.database.reader() as session:
        entries = entries_now(session, caller.shop_id)
    number = front.libraries.current(caller.shop_id).library.number
    if form == "zip":
        content, kind = zipped(files_of(entries)), "application/zip"
    else:
        articles = [Article.model_validate_json(one.body) for one in entries if one.kind == "article"]
        rows = article_rows(sorted(articles, key=lambda one: one.id))
        content = csv_of(rows) if form == "csv" else workbook_of(rows)
        kind = "text/csv; charset=utf-8" if form == "csv" else _WORKBOOK
    headers = {"Content-Disposition": f'attachment; filename="fresh-assist-{number}.{form}"'}
    return Response(content, media_type=kind, headers=headers)


_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def zipped(files: dict[str, str]) -> bytes:
    """Return files as a zip: the same bytes for the same files, whenever it is made."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def article_rows(articles: list[Article]) -> list[list[str]]:
    """Return articles as a table that can be imported again, its header first."""
    header = ["id", "title", "asks", "text", "category", "intent", "products", "title_en", "asks_en", "text_en"]
    rows = [
        [
            *(one.id, one.title, "\n".join(one.asks), one.text, one.category, one.intent, "\n".join(one.products)),
            *(one.title_en or "", "\n".join(one.asks_en), one.text_en or "", "true" if one.internal else ""),
        ]
        for one in articles
    ]
    return [[*header, "internal"], *([harmless(cell) for cell in row] for row in rows)]


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell and cell[0] in FORMULA_SIGNS else cell


def csv_of(rows: list[list[str]]) -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held).writerows(rows)
    # Spreadsheets take UTF-8 for something else without the mark.
    return held.getvalue().encode("utf-8-sig")


def workbook_of(rows: list[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("articles")
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _table(file: UploadFile, name: str) -> Table:
    content = file.file.read(MOST_BYTES + 1)
    try:
        return read_table(content, name)
    except ImportRefused as error:
        raise HTTPException(422, str(error)) from error


def _columns(text: str) -> dict[str, str]:
    if not text:
        return {}
    try:
        read = json.loads(text)
    except json.JSONDecodeError as error:
        raise HTTPException(422, "columns: not JSON; send an object of column to field") from error
    if not isinstance(read, dict):
        raise HTTPException(422, "columns: send an object of column to field")
    return {str(column): str(field) for column, field in read.items() if field}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _read(table: Table, columns: dict[str, str], problem: str) -> ImportOut:
    """Return a table of which nothing can come yet."""
    return ImportOut(
        id=None,
        state="problem",
        done=0,
        of=len(table.rows),
        name=table.name,
        header=list(table.header),
        sample=[list(row) for row in table.rows[:_SAMPLE_ROWS]],
        columns=columns,
        problem=problem,
        counts=dict.fromkeys(RowState, 0),
        with_findings=0,
        rows=[],
        kept=None,
    )


def _out(job: ImportJob, language: str) -> ImportOut:
    rows = job.plan.rows if job.plan else ()
    kept = job.kept
    return _read(job.table, dict(job.columns), "").model_copy(
        update={
            "id": job.id,
            "state": job.state.value,
            "done": job.done,
            "problem": words(language)["import_failed"] if job.state is JobState.failed else None,
            "counts": {state.value: job.plan.count(state) if job.plan else 0 for state in RowState},
            "with_findings": sum(bool(row.findings) and row.state in KEPT for row in rows),
            "rows": [_row_out(row, language) for row in job.shown],
            "kept": {"drafts": kept.drafts, "published": kept.published} if kept else None,
        }
    )


def _row_out(row: ImportRow, language: str) -> ImportRowOut:
    return ImportRowOut(
        line=row.line,
        state=row.state.value,
        entry_id=row.entry_id,
        title=row.title,
        findings=[FoundOut(message=worded(one, language)) for one in row.findings],
        remarks=[FoundOut(message=worded(one, language)) for one in row.remarks],
        changes=_changed(row),
    )


def _changed(row: ImportRow) -> list[tuple[str, str, str]]:
    if row.before is None or row.body is None:
        return []
    before, after = json.loads(row.before), json.loads(row.body)
    keys = [key for key in (*after, *before) if before.get(key) != after.get(key)]
    return [(key, _said(before.get(key)), _said(after.get(key))) for key in dict.fromkeys(keys)]


def _said(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def worded(finding: RowFinding, language: str) -> str:
    """Return a finding in a language: an import's own words, else those of the editor's lint."""
    told = words(language)
    said = told.get(f"import_found_{finding.rule}") or told.get(f"lint_{finding.rule}") or finding.message
    for name, value in finding.values.items():
        said = said.replace(f"{{{name}}}", value)
    return said
