"""A made-up shop for `bench offers`: goods of the shipped kinds, orders by popularity, and pairs planted in them."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assist.domain.clock import system_clock
from assist.domain.goods import Goods
from assist.domain.library import Library
from assist.domain.value import Value
from assist.store.database import open_database
from assist.store.migrate import upgrade

SHOP = "bench"
_DAYS = 179
_FLAT = 10
"""Popularity is 1 / (rank + this): Zipf's law with its head cut, as no goods are in a third of all orders."""
_PAIRS = 300
_BUNDLES = 30
_RANKS = (20, 4000)
"""Goods of these ranks of popularity are planted: bought hundreds of times, and not by everybody."""
_CHANCES = (0.15, 0.5)
_BUNDLE_ORDERS = (150, 600)
_PRICES_FEN = (500, 6000)
_LINE_COLUMNS = "shop_id, order_ref, line_ref, sku, customer_ref, quantity, paid_fen, paid_at, cancelled"

Numbers = NDArray[np.int64]


class MadeShop(Value):
    """A shop on disk, and which goods truly go together in it: pairs of SKUs, the lower one first."""

    file: str
    goods: int
    orders: int
    lines: int
    at: datetime
    planted: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"


@dataclass(frozen=True)
class _Planted:
    """`partner[g]` is what is bought along with goods `g` with `chance[g]`, or -1; each bundle is three goods."""

    partner: Numbers
    chance: NDArray[np.float64]
    bundles: Numbers

    def pairs(self) -> list[tuple[int, int]]:
        beside = [(int(of), int(self.partner[of])) for of in np.flatnonzero(self.partner >= 0)]
        return beside + [(int(row[a]), int(row[b])) for row in self.bundles for a, b in ((0, 1), (0, 2), (1, 2))]


def sku_of(goods: int) -> str:
    return f"SKU-{goods:06d}"


def make_shop(folder: Path, library: Library, *, goods: int, orders: int, seed: int) -> MadeShop:
    """Make the database with catalogue and orders, by seed."""
    file = folder / "offers.sqlite3"
    database = open_database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    drawn = np.random.default_rng(seed)
    planted = _plant(drawn, goods)
    order, bought = _draw(drawn, planted, goods, orders)
    at = system_clock()
    connection = sqlite3.connect(file, isolation_level=None)
    # Nothing of this file is worth an fsync.
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    _fill_catalogue(connection, library, drawn, goods, at)
    _fill_orders(connection, drawn, order, bought, at)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    made = MadeShop(
        file=str(file),
        goods=goods,
        orders=orders,
        lines=len(order),
        at=at,
        planted=tuple(sorted(_named(one) for one in planted.pairs())),
    )
    (folder / "offers.json").write_text(made.model_dump_json(), encoding="utf-8")
    return made


def read_shop(folder: Path) -> MadeShop:
    return MadeShop.model_validate_json((folder / "offers.json").read_text(encoding="utf-8"))


def _named(pair: tuple[int, int]) -> tuple[str, str]:
    first, other = sorted(pair)
    return sku_of(first), sku_of(other)


def _plant(drawn: np.random.Generator, goods: int) -> _Planted:
    """Choose who goes with whom; each of the goods at most once, so that nothing else goes together by itself."""
    first, last = min(_RANKS[0], goods // 10), min(_RANKS[1], goods)
    pairs = min(_PAIRS, (last - first) // 6)
    bundles = min(_BUNDLES, pairs // 3)
    chosen = first + drawn.permutation(last - first)[: 2 * pairs + 3 * bundles]
    partner, chance = np.full(goods, -1), np.zeros(goods)
    partner[chosen[:pairs]] = chosen[pairs : 2 * pairs]
    chance[chosen[:pairs]] = drawn.uniform(*_CHANCES, pairs)
    return _Planted(partner, chance, chosen[2 * pairs :].reshape(bundles, 3))


def _draw(drawn: np.random.Generator, planted: _Planted, goods: int, orders: int) -> tuple[Numbers, Numbers]:
    """Return order and goods of every line, by order: two to four lines, and what was planted on top."""
    liked = 1 / (np.arange(goods) + 1.0 + _FLAT)
    order = np.repeat(np.arange(orders), drawn.integers(2, 5, orders))
    bought = np.searchsorted(np.cumsum(liked) / liked.sum(), drawn.random(len(order)))
    bought = np.minimum(bought, goods - 1)
    along = np.flatnonzero(drawn.random(len(order)) < planted.chance[bought])
    often = drawn.integers(*_BUNDLE_ORDERS, len(planted.bundles)) * orders // 1_000_000 + 25
    bundled = np.repeat(drawn.integers(0, orders, int(often.sum())), 3)
    order = np.concatenate((order, order[along], bundled))
    bought = np.concatenate((bought, planted.partner[bought[along]], np.repeat(planted.bundles, often, axis=0).ravel()))
    by_order = np.argsort(order, kind="stable")
    return order[by_order], bought[by_order]


def _fill_catalogue(
    connection: sqlite3.Connection, library: Library, drawn: np.random.Generator, goods: int, at: datetime
) -> None:
    kinds: list[tuple[str, str, str, str | None]] = [
        *((one.id, one.name, one.name_en, one.category) for one in library.products),
        *((one.id, one.zh, one.en, None) for one in library.selling.kinds),
    ]
    stated = _micros(at)
    rows = [_goods_of(number, kinds[number % len(kinds)]) for number in range(goods)]
    connection.executemany(
        "INSERT INTO goods (shop_id, sku, kind, body, sold, stated_at) VALUES (?, ?, ?, ?, 0, ?)",
        ((SHOP, one.sku, one.kind, one.model_dump_json(exclude_none=True), stated) for one in rows),
    )
    stock = drawn.integers(0, 200, goods).tolist()
    price = drawn.integers(*_PRICES_FEN, goods).tolist()
    connection.executemany(
        "INSERT INTO fact (shop_id, fact, subject, value, stated_at) VALUES (?, ?, ?, ?, ?)",
        (
            (SHOP, name, sku_of(number), value, stated)
            for number in range(goods)
            for name, value in (
                ("stock", json.dumps(stock[number])),
                ("price", json.dumps(price[number])),
                *_proofs(number, at),
            )
        ),
    )


def _goods_of(number: int, kind: tuple[str, str, str, str | None]) -> Goods:
    return Goods(
        sku=sku_of(number),
        title=f"{kind[1]} {number}号",
        title_en=f"{kind[2]} no. {number}",
        kind=kind[0],
        category=kind[3],
        feature="小份独立装",
        advantage="比本店大包装开封后更省事",
        benefit="一餐正好用完",
    )


def _proofs(number: int, at: datetime) -> Iterator[tuple[str, str]]:
    """Yield what is stated of one of the goods besides stock and price: each with its own numbers, as in a shop."""
    on, count, batch = at.date(), 100 + number % 4000, f"LOT{number:06d}"
    since = on - timedelta(days=60)
    zh, en = f"{since.isoformat()}至{on.isoformat()}", f"{since.isoformat()} to {on.isoformat()}"
    counted = {"issuer": "本店", "on": on.isoformat(), "since": since.isoformat(), "count": count}
    proofs: dict[str, dict[str, object]] = {
        "batch": {"batch": batch, "origin": "山东", "cold_chain": "全程0-4℃，每车有温度记录"},
        "rating": {
            "text": f"{zh}，{count}位买家平均评分4.8分",
            "text_en": f"{en}: {count} buyers rated it 4.8 of 5",
            "title": "本店商品评价",
            **counted,
        },
        "sales": {"text": f"{zh}，卖出{count}份", "text_en": f"{en}: {count} sold", "title": "本店销量记录", **counted},
        "inspection": {
            "text": f"{on.isoformat()}检测报告（批次{batch}）：氯霉素、铅合格",
            "text_en": f"Tested on {on.isoformat()} (batch {batch}): chloramphenicol, lead within limits",
            "title": "批次检测报告",
            "issuer": "检测所",
            "on": on.isoformat(),
            "batch": batch,
            "items": ["氯霉素", "铅"],
            "number": f"JC-{batch}",
        },
        "origin": {
            "text": "产自山东，采购单记着产地和日期，可以给您看",
            "text_en": "Grown or raised in Shandong, as the purchase order on file says",
            "title": "产地采购单",
            "issuer": "本店",
            "on": on.isoformat(),
        },
    }
    return ((name, json.dumps(value, ensure_ascii=False)) for name, value in proofs.items())


def _fill_orders(
    connection: sqlite3.Connection, drawn: np.random.Generator, order: Numbers, bought: Numbers, at: datetime
) -> None:
    """An index that grows row by row in no order would take longer than all else."""
    held = "FROM sqlite_master WHERE tbl_name = 'order_line' AND type = 'index' AND sql IS NOT NULL"
    indexes: list[tuple[str, str]] = connection.execute(f"SELECT name, sql {held}").fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    count = int(order[-1]) + 1 if len(order) else 0
    begun = _micros(at - timedelta(days=_DAYS))
    paid = np.sort(drawn.integers(begun, _micros(at), count)).tolist()
    customers = drawn.integers(0, max(1, count // 5), count).tolist()
    connection.executemany(
        f"INSERT INTO order_line ({_LINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, 1, 1990, ?, 0)",  # noqa: S608
        _lines(order.tolist(), bought.tolist(), paid, customers),
    )
    for _, statement in indexes:
        connection.execute(statement)


def _lines(
    order: Sequence[int], bought: Sequence[int], paid: Sequence[int], customers: Sequence[int]
) -> Iterator[tuple[str, str, str, str, str, int]]:
    skus = [sku_of(number) for number in range(max(bought, default=0) + 1)]
    for line, (number, goods) in enumerate(zip(order, bought, strict=True)):
        yield SHOP, f"O{number:08d}", str(line), skus[goods], f"c{customers[number]}", paid[number]


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
