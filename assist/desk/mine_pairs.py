"""Count in a shop's orders what goes with what and how often each of the goods is bought, and keep it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import AwareDatetime
from sqlalchemy.orm import Session

from assist.domain.goods import Pair
from assist.domain.offer import MiningPolicy
from assist.domain.value import Value
from assist.store.queries import pairs
from assist.store.writer import Change
from assist.suggest.offers.pairs import history_of, mine

Thing = TypeVar("Thing")

MOST_PAIRS = 1000
MOST_SOLD = 3000
"""So many fit into one command to a running server, whatever their SKUs, and keep its writer for milliseconds only."""


@dataclass(frozen=True)
class Mined:
    """What came of counting: every pair both ways, surest first, and the orders that hold each SKU.

    `orders` were counted; `too_long` of so many goods that they say nothing of pairs. `size_effect` is the lift that
    unrelated goods have in this shop because some orders are longer than others.
    """

    pairs: list[Pair]
    sold: Mapping[str, int]
    orders: int
    too_long: int
    size_effect: float
    counted_at: datetime


class MinedPart(Value):
    """Some of what was mined at one time; the last part ends what was mined before it."""

    counted_at: AwareDatetime
    pairs: tuple[Pair, ...] = ()
    sold: Mapping[str, int] = {}
    last: bool = False


def mine_shop(session: Session, shop_id: str, policy: MiningPolicy, now: datetime) -> Mined:
    """Mine the orders that were paid within the policy's window. Reads only."""
    since = now - timedelta(days=policy.window_days)
    return mine_baskets(pairs.baskets(session, shop_id, since), policy, now)


def mine_baskets(baskets: Iterable[Sequence[str]], policy: MiningPolicy, now: datetime) -> Mined:
    """Mine orders, each told as the SKUs it holds."""
    history = history_of(baskets)
    return Mined(
        pairs=mine(history, policy),
        sold=dict(zip(history.skus, history.sold.tolist(), strict=True)),
        orders=history.orders,
        too_long=history.too_long,
        size_effect=history.size_effect,
        counted_at=now,
    )


def parts_of(mined: Mined, sold_before: Mapping[str, int]) -> Iterator[MinedPart]:
    """Yield what is to be kept, in the order it is to be: at least one part, the last of them marked."""
    changed = [(sku, mined.sold.get(sku, 0)) for sku, before in sold_before.items() if mined.sold.get(sku, 0) != before]
    for some in _slices(changed, MOST_SOLD):
        yield MinedPart(counted_at=mined.counted_at, sold=dict(some))
    *first, last = list(_slices(mined.pairs, MOST_PAIRS)) or [[]]
    for some in first:
        yield MinedPart(counted_at=mined.counted_at, pairs=tuple(some))
    yield MinedPart(counted_at=mined.counted_at, pairs=tuple(last), last=True)


def keep_part(shop_id: str, part: MinedPart) -> Change[None]:
    """Return the change that keeps one part. Kept again it changes nothing; a run broken off is made good by the next.

    What a person decided about a pair stays, also where it is found no longer.
    """

    def keep(session: Session) -> None:
        pairs.save_sold(session, shop_id, part.sold)
        pairs.add_mined(session, shop_id, part.pairs, part.counted_at)
        if part.last:
            pairs.end_mined(session, shop_id, part.counted_at)

    return keep


def keep_mined(shop_id: str, mined: Mined) -> Change[None]:
    """Return the change that keeps everything at once, for a database that nobody waits for."""

    def keep(session: Session) -> None:
        for part in parts_of(mined, pairs.sold(session, shop_id)):
            keep_part(shop_id, part)(session)

    return keep


def _slices(things: Sequence[Thing], most: int) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), most):
        yield things[start : start + most]
