"""What the demo shop sells, and the facts that prove what is said of it. Days are counted back from today."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.domain.goods import FactName, Goods
from assist.store.queries import goods as goods_rows
from assist.store.queries import world
from assist.store.queries.world import FactRow
from assist.store.writer import Change

_ZONE = ZoneInfo("Asia/Shanghai")
_FIGURES = {"price_fen": FactName.price, "margin_fen": FactName.margin, "stock": FactName.stock}
_DAYS = {"on_days_ago": "on", "since_days_ago": "since", "harvested_days_ago": "harvested"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Priced:
    """One of the goods as a customer sees it."""

    sku: str
    title: str
    price_fen: int


def read_catalogue() -> list[Row]:
    """Return the rows of catalogue.toml."""
    with (Path(__file__).parent / "catalogue.toml").open("rb") as file:
        rows: list[Row] = tomllib.load(file)["goods"]
    return rows


def priced(rows: Sequence[Row]) -> list[Priced]:
    return [Priced(row["sku"], row["title"], row["price_fen"]) for row in rows]


def stock_up(shop_id: str, rows: Sequence[Row], now: datetime) -> Change[None]:
    """Return the change that tells the shop everything of its goods, as of now."""
    goods = [goods_of(row) for row in rows]
    facts = [fact for row in rows for fact in facts_of(shop_id, row, now)]

    def keep(session: Session) -> None:
        goods_rows.save_goods(session, shop_id, goods, now)
        for fact in facts:
            world.save_fact(session, fact)

    return keep


def goods_of(row: Row) -> Goods:
    return Goods.model_validate({name: row[name] for name in Goods.model_fields if name in row})


def facts_of(shop_id: str, row: Row, now: datetime) -> Iterator[FactRow]:
    """Yield the facts of one row as of now: its figures, then its proofs with their days filled in."""
    for key, name in _FIGURES.items():
        if key in row:
            yield FactRow(shop_id, name, row["sku"], row[key], None, None, now)
    told: Mapping[str, Row] = row.get("facts", {})
    for name, fact in told.items():
        yield _fact(shop_id, name, row["sku"], fact, now)


def _fact(shop_id: str, name: str, sku: str, told: Row, now: datetime) -> FactRow:
    today = now.astimezone(_ZONE).date()
    days = {to: today - timedelta(days=told[key]) for key, to in _DAYS.items() if key in told}
    value: dict[str, JsonValue] = {key: one for key, one in told.items() if key not in (*_DAYS, *_VALIDITY)}
    value |= {key: day.isoformat() for key, day in days.items()}
    for key, said in (("text", _in_chinese), ("text_en", _in_english)):
        text = value.get(key)
        if isinstance(text, str):
            value[key] = text.format(**{name: said(day) for name, day in days.items()})
    began, ends = (told.get(key) for key in _VALIDITY)
    return FactRow(
        shop_id,
        name,
        sku,
        value,
        _midnight(today - timedelta(days=began)) if began is not None else None,
        _midnight(today + timedelta(days=ends + 1)) if ends is not None else None,
        now,
    )


_VALIDITY = ("from_days_ago", "valid_days")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _ZONE)


def _in_chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _in_english(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
