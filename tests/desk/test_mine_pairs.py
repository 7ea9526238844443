"""Is what a shop's orders show counted as its policy says, and kept with what people decided?"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assist.desk.mine_pairs import MOST_PAIRS, MOST_SOLD, Mined, keep_mined, keep_part, mine_shop, parts_of
from assist.desk.operate import COMMANDS, KeepPairs, operate
from assist.desk.secrets import SecretBox
from assist.domain.chat import Order, OrderLine
from assist.domain.goods import Goods, Pair, PairState
from assist.domain.offer import MiningPolicy
from assist.store.database import Database
from assist.store.queries import goods, order_lines, pairs
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.desk.shop import SHOP, Desk

POLICY = MiningPolicy(window_days=30, least_both=2, least_lift_low=1.0, z=0.0)
WEEK = timedelta(days=7)


@dataclass
class Counted:
    database: Database
    writer: Writer

    def order(self, ref: str, *skus: str, paid_at: datetime = NOW) -> None:
        lines = tuple(OrderLine(line_ref=f"{at}", title=sku, sku=sku, paid_fen=100) for at, sku in enumerate(skus))
        order = Order(order_ref=ref, status="paid", lines=lines, paid_fen=900, paid_at=paid_at, as_of=paid_at)
        self.writer.submit(lambda session: order_lines.save_lines(session, SHOP, order)).result()

    def mine(self, now: datetime = NOW) -> Mined:
        with self.database.reader() as session:
            return mine_shop(session, SHOP, POLICY, now)

    def keep(self, mined: Mined) -> None:
        self.writer.submit(keep_mined(SHOP, mined)).result()

    def judge(self, sku: str, with_sku: str, state: PairState) -> None:
        self.writer.submit(lambda session: pairs.judge(session, SHOP, sku, with_sku, state, "s1:a", NOW)).result()

    def pairs(self, *skus: str) -> list[Pair]:
        with self.database.reader() as session:
            return pairs.with_skus(session, SHOP, skus)

    def sold(self) -> dict[str, int]:
        with self.database.reader() as session:
            return pairs.sold(session, SHOP)


@pytest.fixture
def counted(database: Database) -> Generator[Counted]:
    """Six orders: fish and sauce meet in three of them, fish is in four, sauce in three; rice in two."""
    writer = Writer(database).start()
    shop = Counted(database, writer)
    shelf = [Goods(sku=sku, title=sku) for sku in ("fish", "sauce", "unsold")]
    writer.submit(lambda session: goods.save_goods(session, SHOP, shelf, NOW)).result()
    for ref, skus in enumerate(
        (("fish", "sauce"), ("fish", "sauce"), ("sauce", "fish"), ("fish",), ("rice",), ("rice",))
    ):
        shop.order(f"o{ref}", *skus)
    yield shop
    writer.close()


def test_the_window_of_the_policy_is_counted_and_kept(counted: Counted) -> None:
    counted.order("long ago", "rice", "sauce", paid_at=NOW - timedelta(days=31))

    mined = counted.mine()
    counted.keep(mined)

    assert (mined.orders, mined.too_long) == (6, 0)
    (pair,) = counted.pairs("fish")
    # 3 x 6 / (4 x 3) = 1.5
    assert (pair.with_sku, pair.orders, pair.of_sku, pair.of_other, pair.both, pair.lift) == ("sauce", 6, 4, 3, 3, 1.5)
    assert counted.pairs("fish", "sauce") == mined.pairs
    assert counted.sold() == {"fish": 4, "sauce": 3, "unsold": 0}


def test_what_a_person_decided_outlives_the_next_mining(counted: Counted) -> None:
    counted.keep(counted.mine())
    counted.judge("fish", "sauce", PairState.refused)
    counted.judge("sauce", "fish", PairState.allowed)
    counted.judge("fish", "unsold", PairState.allowed)

    counted.keep(counted.mine(NOW + WEEK))

    assert [(one.with_sku, one.state, one.both) for one in counted.pairs("fish")] == [("unsold", "allowed", 0)]
    assert [(one.with_sku, one.state, one.both) for one in counted.pairs("sauce")] == [("fish", "allowed", 3)]

    # 31 days on, nothing of it lies within the window: what nobody decided about is gone.
    counted.keep(counted.mine(NOW + timedelta(days=31)))

    assert [(one.with_sku, one.state, one.both) for one in counted.pairs("sauce")] == [("fish", "allowed", 0)]
    assert counted.sold() == {"fish": 0, "sauce": 0, "unsold": 0}


def test_the_same_orders_are_kept_as_the_same_rows(counted: Counted) -> None:
    counted.keep(counted.mine())
    before = counted.pairs("fish", "sauce", "rice")

    counted.keep(counted.mine())

    assert counted.pairs("fish", "sauce", "rice") == before


def test_what_is_much_is_kept_part_by_part_and_what_was_before_goes_with_the_last(counted: Counted) -> None:
    counted.keep(counted.mine())
    found = [Pair(sku="a", with_sku=f"b{at:05d}", both=1, lift_low=2.0) for at in range(MOST_PAIRS + 1)]
    much = replace(counted.mine(NOW + WEEK), pairs=found)
    many = {f"g{at}": 1 for at in range(MOST_SOLD)}

    parts = list(parts_of(much, {**many, "fish": 4, "sauce": 9}))

    # Of the goods, fish sells as before: 3,000 sell no longer, and the sauce has its new count.
    assert [(len(part.sold), len(part.pairs), part.last) for part in parts] == [
        (MOST_SOLD, 0, False),
        (1, 0, False),
        (0, MOST_PAIRS, False),
        (0, 1, True),
    ]
    assert parts[1].sold == {"sauce": 3}
    for part in parts[:-1]:
        counted.writer.submit(keep_part(SHOP, part)).result()
    assert len(counted.pairs("a")) == MOST_PAIRS
    assert len(counted.pairs("fish")) == 1
    counted.writer.submit(keep_part(SHOP, parts[-1])).result()
    assert len(counted.pairs("a")) == MOST_PAIRS + 1
    assert counted.pairs("fish") == []


def test_a_shop_without_orders_has_no_pairs_and_says_so_in_one_part(counted: Counted) -> None:
    nothing = counted.mine(NOW + timedelta(days=400))

    (part,) = parts_of(nothing, {})

    assert (part.pairs, part.sold, part.last) == ((), {}, True)


def test_a_part_fits_what_a_server_takes_however_long_the_skus_are() -> None:
    sku = "货" * 64
    pair = Pair(
        sku=sku, with_sku=sku, orders=10**9, of_sku=10**9, of_other=10**9, both=10**9, lift=1 / 3, lift_low=1 / 3
    )
    mined = Mined([pair] * MOST_PAIRS, {}, 1, 0, 1.0, NOW)

    (part,) = parts_of(mined, {})

    # 1 MiB, of which a third is lost to sealing.
    command = KeepPairs(shop=SHOP, part=part).model_dump_json()
    assert len(command.encode()) * 4 / 3 < 1_048_576 - 1000
    assert COMMANDS.validate_json(command) == KeepPairs(shop=SHOP, part=part)


def test_whoever_runs_the_installation_keeps_pairs_with_a_command(desk: Desk, tmp_path: Path) -> None:
    part = next(parts_of(Mined([Pair(sku="a", with_sku="b", both=9, lift_low=2.0)], {}, 1, 0, 1.0, NOW), {}))

    done = desk.writer.submit(operate(KeepPairs(part=part), SecretBox(tmp_path / "key"), NOW)).result()

    assert done.said == "shop s1: 1 pairs kept"
    with desk.database.reader() as session:
        assert [one.with_sku for one in pairs.with_skus(session, SHOP, ["a"])] == ["b"]
