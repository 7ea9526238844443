"""What goes with what, as orders show it: pairs with support, lift and a lower bound of the lift.

Lift as Brin, Motwani, Ullman and Tsur, SIGMOD 1997 ("interest"); goods too rare for any pair are left out first, as
Agrawal and Srikant, VLDB 1994. How often two goods meet is a count over the one expected of goods that have nothing to
do with each other, so its bound is that of such a ratio: Byar's approximation of the exact Poisson limit (Breslow and
Day, Statistical Methods in Cancer Research II, IARC 1987, p. 69). It is the same read from either of the two.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
from numpy.typing import NDArray

from assist.domain.goods import Pair
from assist.domain.offer import MiningPolicy

Numbers = NDArray[np.int64]

MOST_IN_ORDER = 50
"""An order of more goods than this is a restock or a test: it says little of any pair, and has thousands of them."""

_AT_ONCE = 2_000_000
"""So many meetings of two goods are counted at a time: about 100 MB."""


@dataclass(frozen=True)
class History:
    """Who bought what: line `i` says that order `order[i]` holds `skus[goods[i]]`.

    Lines are sorted by order, then by goods, and each is there once; SKUs are sorted, so that numbers compare as they
    do. Orders of more than `MOST_IN_ORDER` goods are counted in `too_long` and in `sold`, and have no lines.
    """

    skus: tuple[str, ...]
    order: Numbers
    goods: Numbers
    orders: int
    too_long: int
    sold: Numbers
    """How many orders hold each of `skus`."""

    @cached_property
    def size_effect(self) -> float:
        """Return the lift that goods get which have nothing to do with each other, just because some orders are long.

        Over orders of k goods each: orders x sum(k (k - 1)) / sum(k) squared. Below 1 where most orders are short.
        """
        sizes = np.bincount(self.order).astype(np.float64)
        lines = sizes.sum()
        return float(self.orders * (sizes * (sizes - 1)).sum() / lines**2) if lines else 1.0


def history_of(baskets: Iterable[Sequence[str]]) -> History:
    """Return the history of orders, each told as the SKUs it holds, as often as they like."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    sizes, goods = array("i"), array("i")
    for basket in baskets:
        sizes.append(len(basket))
        goods.extend(map(numbers.__getitem__, basket))
    order = np.repeat(np.arange(len(sizes)), np.array(sizes, np.int64))
    return _history(numbers, order, np.array(goods, np.int64))


def _history(numbers: Mapping[str, int], order: Numbers, goods: Numbers) -> History:
    skus = sorted(numbers)
    place = np.empty(len(skus), np.int64)
    place[[numbers[sku] for sku in skus]] = np.arange(len(skus))
    width = max(1, len(skus))
    # Lines are nearly sorted as they come: that is some fifty times as fast as `np.unique`, which hashes.
    lines = np.sort(order * width + place[goods], kind="stable")
    in_order, of_goods = np.divmod(lines[np.diff(lines, prepend=-1) > 0], width)
    sizes = np.bincount(in_order)
    short = (sizes <= MOST_IN_ORDER)[in_order]
    too_long = int((sizes > MOST_IN_ORDER).sum())
    sold = np.bincount(of_goods, minlength=len(skus))
    return History(tuple(skus), in_order[short], of_goods[short], int((sizes > 0).sum()) - too_long, too_long, sold)


def mine(history: History, policy: MiningPolicy) -> list[Pair]:
    """Return what goes with what, surest first and then by SKU; each pair in both directions, where both are kept.

    A pair is kept where at least `least_both` orders hold both and its bound reaches `least_lift_low`, times the
    history's size effect where that is above 1. Of each SKU the surest `most_per_goods` stay. The same orders give the
    same rows, however they are arranged.
    """
    of_goods = np.bincount(history.goods, minlength=len(history.skus))
    parts = [_sure(history, met, of_goods, policy) for met in _met(history, of_goods >= policy.least_both)]
    first, other, both, low = (np.concatenate(column) for column in zip(*parts, strict=True))
    # From here on in both directions.
    sku, with_sku = np.concatenate((first, other)), np.concatenate((other, first))
    both, low = np.tile(both, 2), np.tile(low, 2)
    kept = _best(sku, with_sku, low, policy.most_per_goods)
    return [
        _pair(history, int(sku[at]), int(with_sku[at]), of_goods, int(both[at]), float(low[at])) for at in kept.tolist()
    ]


def least_count(both: Numbers, z: float) -> NDArray[np.float64]:
    """Return how many meetings may at least be expected where `both` were counted, `z` standard errors below."""
    counted = both.astype(np.float64)
    root = 1 - 1 / (9 * counted) - z / (3 * np.sqrt(counted))
    return counted * np.maximum(root, 0.0) ** 3


def _sure(
    history: History, met: tuple[Numbers, Numbers, Numbers], of_goods: Numbers, policy: MiningPolicy
) -> tuple[Numbers, Numbers, Numbers, NDArray[np.float64]]:
    """Return those that met often and surely enough, with their bounds."""
    often = met[2] >= policy.least_both
    first, other, both = (column[often] for column in met)
    low = least_count(both, policy.z) * history.orders / (of_goods[first] * of_goods[other])
    sure = low >= policy.least_lift_low * max(1.0, history.size_effect)
    return first[sure], other[sure], both[sure], low[sure]


def _pair(history: History, sku: int, with_sku: int, of_goods: Numbers, both: int, low: float) -> Pair:
    of_sku, of_other = int(of_goods[sku]), int(of_goods[with_sku])
    return Pair(
        sku=history.skus[sku],
        with_sku=history.skus[with_sku],
        orders=history.orders,
        of_sku=of_sku,
        of_other=of_other,
        both=both,
        lift=both * history.orders / (of_sku * of_other),
        lift_low=low,
    )


def _best(sku: Numbers, with_sku: Numbers, low: NDArray[np.float64], most: int) -> Numbers:
    """Return the places of the surest rows of each SKU, all of them surest first."""
    by_sku = np.lexsort((with_sku, -low, sku))
    ranked = sku[by_sku]
    place = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)
    kept = by_sku[place < most]
    return kept[np.lexsort((with_sku[kept], sku[kept], -low[kept]))]


def _met(history: History, wanted: NDArray[np.bool_]) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """Yield which of the wanted goods met in how many orders, some pairs at a time: the lower number first."""
    lines = wanted[history.goods]
    order, goods = history.order[lines], history.goods[lines]
    width = len(history.skus)
    # Each line meets the lines of its order that come after it, so each meeting is seen once.
    after = np.searchsorted(order, order, side="right") - 1 - np.arange(len(order))
    by_goods = np.argsort(goods, kind="stable")
    meetings = np.cumsum(after[by_goods])
    total = int(meetings[-1]) if len(meetings) else 0
    carried: tuple[Numbers, Numbers] = (np.empty(0, np.int64), np.empty(0, np.int64))
    for some in np.split(by_goods, np.searchsorted(meetings, np.arange(_AT_ONCE, total, _AT_ONCE))):
        if not len(some):
            continue
        met, often = _added(carried, np.unique(_meetings(some, after, goods, width), return_counts=True))
        # More meetings of the last goods may follow.
        whole = met < goods[some[-1]] * width
        yield *np.divmod(met[whole], width), often[whole]
        carried = met[~whole], often[~whole]
    yield *np.divmod(carried[0], width), carried[1]


def _meetings(lines: Numbers, after: Numbers, goods: Numbers, width: int) -> Numbers:
    """Return a number for each meeting of these lines with a later one of their order."""
    each = after[lines]
    begun = np.cumsum(each) - each
    steps = np.arange(int(each.sum())) - np.repeat(begun, each) + 1
    return np.repeat(goods[lines] * width, each) + goods[np.repeat(lines, each) + steps]


def _added(carried: tuple[Numbers, Numbers], fresh: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    if not len(carried[0]):
        return fresh
    met, place = np.unique(np.concatenate((carried[0], fresh[0])), return_inverse=True)
    often = np.zeros(len(met), np.int64)
    np.add.at(often, place, np.concatenate((carried[1], fresh[1])))
    return met, often
