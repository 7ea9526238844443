"""Read who bought what from a CSV that a shop exports."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from .output import fail

_NAMES = {
    "order": ("order", "order_ref", "order_id", "订单", "订单号", "订单编号"),
    "sku": ("sku", "sku_id", "商品编码", "商品编号", "规格编码", "货号"),
    "paid_at": ("paid_at", "paid", "付款时间", "支付时间", "下单时间"),
}
_ENCODINGS = ("utf-8-sig", "gb18030")
_SHOWN = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
"""How spreadsheets write a time that is not ISO 8601."""


def read_orders(file: Path, timezone: str, since: datetime) -> list[list[str]]:
    """Return of each order the SKUs of its lines that were paid since then; stops at what cannot be read.

    Without a column for when it was paid every line counts. A time without a zone is the shop's.
    """
    orders: dict[str, list[str]] = {}
    known: dict[str, str] = {}
    try:
        with file.open(encoding=_encoding(file), newline="") as opened:
            for ref, sku in _lines(csv.reader(opened), file, timezone, since):
                orders.setdefault(ref, []).append(known.setdefault(sku, sku))
    except OSError as error:
        fail(f"{file}: cannot be read ({error.strerror}); name a CSV file with the columns order, sku, paid_at", 2)
    except (UnicodeDecodeError, csv.Error) as error:
        fail(f"{file}: not a CSV file ({error}); save it as CSV in UTF-8", 2)
    return list(orders.values())


def _encoding(file: Path) -> str:
    """Return UTF-8 where the whole file is, else what Chinese spreadsheets write."""
    try:
        with file.open(encoding=_ENCODINGS[0]) as opened:
            while opened.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return _ENCODINGS[1]
    return _ENCODINGS[0]


def _lines(rows: Iterator[list[str]], file: Path, timezone: str, since: datetime) -> Iterator[tuple[str, str]]:
    header = [cell.strip().lower() for cell in next(rows, list[str]())]
    order, sku, paid = (_column(header, names) for names in _NAMES.values())
    if order is None or sku is None:
        lost = " and ".join(name for name, at in (("order", order), ("sku", sku)) if at is None)
        fail(f"{file}: row 1 names no column {lost}; it is to name order, sku and, where known, paid_at", 2)
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(order, sku, paid or 0):
            fail(f"{file}: row {number}: {len(row)} cells, the header names {len(header)}; fill or delete the row", 2)
        ref, of_sku = row[order].strip(), row[sku].strip()
        if not ref or not of_sku or (paid is not None and not _counts(row[paid], timezone, since, file, number)):
            continue
        yield ref, of_sku


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((at for at, cell in enumerate(header) if cell in names), None)


def _counts(text: str, timezone: str, since: datetime, file: Path, number: int) -> bool:
    """What was never paid does not count, nor what was paid before the window."""
    if not text.strip():
        return False
    at = _time(text.strip(), timezone)
    if at is None:
        fail(f"{file}: row {number}: {text.strip()!r} is no time; write it as 2026-11-22 or 2026-11-22 18:30", 2)
    return at >= since


@lru_cache(maxsize=10_000)
def _time(text: str, timezone: str) -> datetime | None:
    for shape in (None, *_SHOWN):
        try:
            at = datetime.strptime(text, shape) if shape else datetime.fromisoformat(text)  # noqa: DTZ007 - see below
        except ValueError:
            continue
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(timezone))
    return None
