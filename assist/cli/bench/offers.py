"""What goes with what, found beside what a user would write instead; and how long deciding an offer takes.

The shop is made up (`offers_shop`), so it is known which goods truly go together in it. Every way of mining reads the
same SQLite file, in a process of its own.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations, groupby
from operator import itemgetter
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from assist.cli.content import library_of
from assist.cli.output import fail, note, print_json
from assist.desk.mine_pairs import mine_shop
from assist.domain.library import Library
from assist.domain.value import Value
from assist.store.database import open_database

from .memory import peak_mb
from .offers_ranks import RankFigures, run_ranks
from .offers_shop import SHOP, MadeShop, make_shop, read_shop
from .offers_simulated import SimulatedRow, show_simulated, simulated

PATIENCE_SECONDS = 600.0
_JOIN = """
SELECT a.sku, b.sku, COUNT(*) AS both FROM order_line a
JOIN order_line b ON b.shop_id = a.shop_id AND b.order_ref = a.order_ref AND a.sku < b.sku
WHERE a.shop_id = ? AND a.cancelled = 0 AND b.cancelled = 0
GROUP BY a.sku, b.sku HAVING both >= ? ORDER BY both DESC, a.sku, b.sku
"""
_HELD = "SELECT sku, COUNT(DISTINCT order_ref) FROM order_line WHERE shop_id = ? AND cancelled = 0 GROUP BY sku"
_READ = "SELECT order_ref, sku FROM order_line WHERE shop_id = ? AND cancelled = 0 ORDER BY order_ref"

Pairs = list[tuple[str, str]]
Figures = TypeVar("Figures", bound=Value)


class MiningFigures(Value):
    """One way to find pairs: those it found, the planted ones among them, others, and how many of its first were true.

    As many are looked at first as were planted. Seconds hold the reading; `peak_mb` is of the whole process.
    """

    method: str
    seconds: float
    peak_mb: float | None
    found: int
    true: int
    false: int
    recall: float
    true_first: float


class OfferFigures(Value):
    """Everything that `bench offers` tells."""

    goods: int
    orders: int
    lines: int
    planted: int
    made_seconds: float
    mining: tuple[MiningFigures, ...]
    ranking: RankFigures | None
    simulated: tuple[SimulatedRow, ...]


def run_offers(*, goods: int, orders: int, situations: int, seeds: int, seed: int) -> OfferFigures:
    """Make the shop, mine it in every way, decide turns in it, and let offers learn on simulated shops."""
    with tempfile.TemporaryDirectory(prefix="assist-bench-") as folder:
        note(f"a shop of {goods} goods and {orders} orders is made")
        begun = perf_counter()
        shop = make_shop(Path(folder), library_of(None), goods=goods, orders=orders, seed=seed)
        made_seconds = round(perf_counter() - begun, 1)
        mining = [found for way in WAYS if (found := _part(MiningFigures, way, Path(folder), situations, seed))]
        ranking = _part(RankFigures, RANKS, Path(folder), situations, seed)
    note(f"offers learn on {seeds} simulated shops")
    return OfferFigures(
        goods=shop.goods,
        orders=shop.orders,
        lines=shop.lines,
        planted=len(shop.planted),
        made_seconds=made_seconds,
        mining=tuple(mining),
        ranking=ranking,
        simulated=tuple(simulated(range(seeds))) if seeds else (),
    )


def run_offers_part(part: str, folder: Path, *, situations: int, seed: int) -> None:
    """Measure one part in this process, which was started for it, and print its figures."""
    if part not in {*WAYS, RANKS}:
        fail(f"--part {part}: {', '.join((*WAYS, RANKS))}", 2)
    shop = read_shop(folder)
    found = run_ranks(shop, situations, seed) if part == RANKS else _measured(part, shop)
    print_json(found.model_dump())


def print_offers(figures: OfferFigures) -> None:
    title = f"{figures.goods:,} goods, {figures.orders:,} orders, {figures.lines:,} lines"
    title += f"; {figures.planted} pairs that truly go together"
    table = Table(title=title, title_justify="left")
    for column in ("method", "seconds", "peak MB", "pairs", "true", "recall", "false", "of first"):
        named = column == "method"
        table.add_column(column, justify="left" if named else "right", no_wrap=named)
    for one in figures.mining:
        peak = "—" if one.peak_mb is None else f"{one.peak_mb:.0f}"
        counts = (f"{one.found:,}", str(one.true), f"{one.recall:.3f}", f"{one.false:,}", f"{one.true_first:.3f}")
        table.add_row(one.method, f"{one.seconds:.1f}", peak, *counts)
    console = Console(soft_wrap=True)
    console.print(table)
    console.print(
        f"made in {figures.made_seconds} s; seconds hold the reading of the same SQLite file, peak MB are of the whole "
        "process; of first: true ones among as many of the first as go together"
    )
    if figures.ranking is not None:
        _print_ranking(console, figures.ranking)
    if figures.simulated:
        show_simulated(figures.simulated)


def _print_ranking(console: Console, ranking: RankFigures) -> None:
    title = f"{ranking.situations:,} situations: {ranking.fitting} with a script, {ranking.offered} offered"
    title += f", {ranking.held} held; {ranking.arms[0]} arms in the middle, {ranking.arms[1]} at most"
    table = Table(title=title, title_justify="left")
    for column in ("part", "p50 ms", "p99 ms", "p50 cpu ms", "p99 cpu ms", "a second"):
        table.add_column(column, justify="left" if column == "part" else "right")
    for name, one in ranking.readings.items():
        times = (one.p50_ms, one.p99_ms, one.p50_cpu_ms, one.p99_cpu_ms)
        table.add_row(name, *(f"{value:.3f}" for value in times), f"{one.per_second:.0f}")
    console.print(table)


def _part(figures: type[Figures], part: str, folder: Path, situations: int, seed: int) -> Figures | None:
    """Measure one part in a process of its own; None, and a word about it, where it does not come to an end."""
    note(WAYS[part][0] if part in WAYS else part)
    command = [sys.executable, "-m", "assist", "bench", "offers", "--part", part, "--folder", str(folder)]
    try:
        ended = subprocess.run(  # noqa: S603 - our own command
            [*command, "--situations", str(situations), "--seed", str(seed)],
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        note(f"{part}: 没跑完 / not finished within {PATIENCE_SECONDS:.0f} s")
        return None
    if ended.returncode:
        note(f"{part}: 失败 / ended with {ended.returncode}")
        return None
    return figures.model_validate_json(ended.stdout)


def _measured(part: str, shop: MadeShop) -> MiningFigures:
    method, way = WAYS[part]
    library = library_of(None)
    begun = perf_counter()
    found = way(shop, library)
    seconds = perf_counter() - begun
    return _figures(method, found, shop.planted, seconds)


def _figures(method: str, found: Pairs, planted: Sequence[tuple[str, str]], seconds: float) -> MiningFigures:
    truth = set(planted)
    true = len(truth.intersection(found))
    first = found[: len(truth)]
    return MiningFigures(
        method=method,
        seconds=round(seconds, 2),
        peak_mb=peak_mb(),
        found=len(found),
        true=true,
        false=len(found) - true,
        recall=round(true / (len(truth) or 1), 4),
        true_first=round(len(truth.intersection(first)) / (len(first) or 1), 4),
    )


def _ours(shop: MadeShop, library: Library) -> Pairs:
    database = open_database(shop.url, read_only=True)
    with database.reader() as session:
        mined = mine_shop(session, SHOP, library.selling.mining, shop.at)
    database.close()
    return list(dict.fromkeys((min(one.sku, one.with_sku), max(one.sku, one.with_sku)) for one in mined.pairs))


def _self_join(shop: MadeShop, library: Library) -> Pairs:
    """What a report in SQL says: goods that are often in one order, the most frequent first."""
    connection = sqlite3.connect(shop.file)
    rows = connection.execute(_JOIN, (SHOP, library.selling.mining.least_both)).fetchall()
    connection.close()
    return [(row[0], row[1]) for row in rows]


def _lifted(shop: MadeShop, library: Library) -> Pairs:
    """What who has read of association rules writes: the same, kept and sorted by lift, without a bound."""
    policy = library.selling.mining
    connection = sqlite3.connect(shop.file)
    orders = connection.execute("SELECT COUNT(DISTINCT order_ref) FROM order_line WHERE shop_id = ?", (SHOP,))
    count = int(orders.fetchone()[0])
    held = dict(connection.execute(_HELD, (SHOP,)).fetchall())
    met = connection.execute(_JOIN, (SHOP, policy.least_both)).fetchall()
    connection.close()
    lifted = [(both * count / (held[sku] * held[other]), sku, other) for sku, other, both in met]
    kept = [one for one in lifted if one[0] >= policy.least_lift_low]
    return [(sku, other) for _, sku, other in sorted(kept, key=lambda one: (-one[0], one[1], one[2]))]


def _counter(shop: MadeShop, library: Library) -> Pairs:
    """What a script of ten lines says: the same counts, the most frequent first."""
    connection = sqlite3.connect(shop.file)
    met: Counter[tuple[str, str]] = Counter()
    for _, lines in groupby(connection.execute(_READ, (SHOP,)), key=itemgetter(0)):
        met.update(combinations(sorted({sku for _, sku in lines}), 2))
    connection.close()
    often = [(both, pair) for pair, both in met.items() if both >= library.selling.mining.least_both]
    return [pair for _, pair in sorted(often, key=lambda one: (-one[0], one[1]))]


RANKS = "ranks"
WAYS: dict[str, tuple[str, Callable[[MadeShop, Library], Pairs]]] = {
    "ours": ("fresh-assist", _ours),
    "lifted": ("SQL self-join, by lift", _lifted),
    "self-join": ("SQL self-join, by count", _self_join),
    "counter": ("Counter(combinations)", _counter),
}
