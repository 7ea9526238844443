"""Read a table that a person brings: CSV in any encoding they are likely to have, or a workbook's first sheet."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from assist.domain.value import Value

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 20_000
FORMULA_SIGNS = frozenset("=+-@\t\r")
"""How a cell begins that a spreadsheet would run."""
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 2_000
_SEPARATORS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 30
_FORMULA = re.compile(rb"<(\w+:)?f[ >/]")
_BYTE_ORDER_MARKS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


class ImportRefused(ValueError):
    """A file that cannot be imported; the message names the file, the row, the column and the cure.

    `rule` is what it breaks and `values` what a page puts into its own words for it.
    """

    def __init__(self, message: str, rule: str = "", **values: object) -> None:
        super().__init__(message)
        self.rule = rule
        self.values = {name: str(value) for name, value in values.items()}


class Table(Value):
    """A header and its rows, each as wide as the header; `lines[i]` is the file's row number of `rows[i]`."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def read_table(content: bytes, name: str) -> Table:
    """Return the table of a file. Raises ImportRefused for one too large, unreadable or without a header."""
    if len(content) > MOST_BYTES:
        size = len(content) / 1024 / 1024
        raise ImportRefused(
            f"{name}: {size:.0f} MiB; at most {MOST_BYTES // 1024 // 1024} MiB, so split the file",
            "large",
            mib=MOST_BYTES // 1024 // 1024,
        )
    workbook = content.startswith(b"PK\x03\x04")
    if not workbook and content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportRefused(f"{name}: an old .xls workbook; save it as .xlsx or .csv", "old_workbook")
    rows = _workbook_rows(content, name) if workbook else _text_rows(_text(content, name), name)
    return _table(rows, name)


def _table(rows: Iterable[tuple[str, ...]], name: str) -> Table:
    numbered = ((line, row) for line, row in enumerate(rows, 1) if any(cell.strip() for cell in row))
    first = next(numbered, None)
    if first is None:
        raise ImportRefused(f"{name}: nothing in it; the first row names the columns, one row each below it", "empty")
    header = tuple(cell.strip() for cell in first[1])
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > MOST_COLUMNS:
        raise ImportRefused(
            f"{name}: row {first[0]}: {len(header)} columns; at most {MOST_COLUMNS}", "columns", most=MOST_COLUMNS
        )
    kept: list[tuple[str, ...]] = []
    lines: list[int] = []
    for line, row in numbered:
        if len(kept) == MOST_ROWS:
            raise ImportRefused(
                f"{name}: row {line}: more than {MOST_ROWS} rows; split the file", "rows", most=MOST_ROWS
            )
        kept.append(_fitted(row, len(header), line, name))
        lines.append(line)
    return Table(name=name, header=header, rows=tuple(kept), lines=tuple(lines))


def _fitted(row: tuple[str, ...], width: int, line: int, name: str) -> tuple[str, ...]:
    if any(cell.strip() for cell in row[width:]):
        raise ImportRefused(
            f"{name}: row {line}: more cells than the header has columns ({width}); "
            "name every column, or put texts with separators in quotes",
            "wide",
            row=line,
            width=width,
        )
    for column, cell in enumerate(row, 1):
        if len(cell) > MOST_CHARACTERS:
            raise ImportRefused(
                f"{name}: row {line}, column {column}: {len(cell)} characters; at most 20000",
                "long_cell",
                row=line,
                column=column,
            )
    return (*(_unquoted(cell) for cell in row[:width]), *("" for _ in range(width - len(row))))


def _unquoted(cell: str) -> str:
    """Take away the mark by which an export keeps spreadsheets from reading a text as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_SIGNS else cell


def _text(content: bytes, name: str) -> str:
    for encoding, mark in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding, name)
    # Spreadsheets write UTF-16 without a mark now and then: every other byte of its plain letters is zero.
    if content[1:400:2].count(0) > len(content[:400]) // 8:
        return _decoded(content, "utf-16-le", name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "gb18030", name)


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ImportRefused(
            f"{name}: row {line}: neither UTF-8, UTF-16 nor GB 18030; save it as UTF-8", "encoding", row=line
        ) from error
    if "\x00" in text:
        raise ImportRefused(f"{name}: not a text file; save it as CSV or .xlsx", "not_text")
    return text


def _text_rows(text: str, name: str) -> Iterator[tuple[str, ...]]:
    # A cell may be as long as one is read.
    csv.field_size_limit(MOST_CHARACTERS * 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=False)
    try:
        for row in reader:
            yield tuple(row)
    except csv.Error as error:
        raise ImportRefused(
            f"{name}: row {reader.line_num}: {error}; is a quote left open above?", "csv", row=reader.line_num
        ) from error


def _separator(text: str) -> str:
    """Return the separator that divides the first rows alike, into the most columns."""

    def columns(separator: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[: MOST_CHARACTERS * 4], newline=""), delimiter=separator)
        widths = [len(row) for row in islice(rows, _SAMPLE_ROWS) if row]
        if not widths or widths[0] < 2:
            return 0, 0
        return sum(width == widths[0] for width in widths), widths[0]

    return max(_SEPARATORS, key=columns)


def _workbook_rows(content: bytes, name: str) -> Iterator[tuple[str, ...]]:
    _require_modest(content, name)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if _has_formulas(content):
            _require_results(content, name)
        yield from (tuple(_cell(cell) for cell in row) for row in _cells(book))
        book.close()
    except (InvalidFileException, KeyError, ValueError, IndexError, zipfile.BadZipFile, SyntaxError, OSError) as error:
        if isinstance(error, ImportRefused):
            raise
        raise ImportRefused(
            f"{name}: not a workbook that can be read; save it as .xlsx again, or as CSV", "workbook"
        ) from error


def _cells(book: Workbook) -> Iterator[tuple[object, ...]]:
    return book.worksheets[0].iter_rows(max_row=MOST_ROWS + 50, max_col=MOST_COLUMNS + 1, values_only=True)


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = [part for part in packed.namelist() if part.startswith("xl/worksheets/")]
        return any(_FORMULA.search(packed.read(sheet)) for sheet in sheets)


def _require_results(content: bytes, name: str) -> None:
    """Raise ImportRefused for formulas that nobody has computed: read, they would be empty cells.

    Where some have a result the others came to nothing, as a spreadsheet's IF may.
    """
    told, written = (load_workbook(io.BytesIO(content), read_only=True, data_only=one) for one in (True, False))
    first: tuple[int, int] | None = None
    for line, (row, formulas) in enumerate(zip(_cells(told), _cells(written), strict=False), 1):
        for column, (value, formula) in enumerate(zip(row, formulas, strict=False), 1):
            if not isinstance(formula, str) or not formula.startswith("=") or value == formula:
                continue
            if value is not None:
                return
            first = first or (line, column)
    if first:
        cure = "open it in a spreadsheet and save it, or write the result"
        row, column = first
        message = f"{name}: row {row}, column {column}: a formula without a result; {cure}"
        raise ImportRefused(message, "formula", row=row, column=column)


def _require_modest(content: bytes, name: str) -> None:
    """A few kilobytes can unpack to gigabytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile as error:
        raise ImportRefused(f"{name}: a damaged workbook; save it again", "workbook") from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise ImportRefused(
            f"{name}: unpacks to far more than its size; save only the sheet that is needed, as CSV", "unpacks"
        )


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)
