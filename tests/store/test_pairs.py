"""Do pairs stay as they were counted and decided, and are the right lines counted?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from assist.domain.chat import Order, OrderLine
from assist.domain.goods import Goods, Pair, PairState
from assist.store.database import Database
from assist.store.queries import goods, order_lines, pairs
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP

LATER = NOW + timedelta(days=7)
LATEST = NOW + timedelta(days=14)

Keep = Callable[[Callable[[Session], object]], None]


@pytest.fixture
def keep(writer: Writer) -> Keep:
    def submit(change: Callable[[Session], object]) -> None:
        writer.submit(change).result()

    return submit


def pair(sku: str, with_sku: str, lift_low: float = 2.0, both: int = 30) -> Pair:
    return Pair(
        sku=sku, with_sku=with_sku, orders=1000, of_sku=100, of_other=100, both=both, lift=both / 10, lift_low=lift_low
    )


def mined(*found: Pair, at: datetime = NOW, shop: str = SHOP) -> Callable[[Session], None]:
    return lambda session: pairs.save_mined(session, shop, found, at)


def judged(sku: str, with_sku: str, state: PairState, at: datetime = NOW) -> Callable[[Session], None]:
    return lambda session: pairs.judge(session, SHOP, sku, with_sku, state, "s1:manager", at)


def kept(database: Database, *skus: str, shop: str = SHOP) -> list[Pair]:
    with database.reader() as session:
        return pairs.with_skus(session, shop, skus)


def known(database: Database) -> dict[tuple[str, str], pairs.KnownPair]:
    with database.reader() as session:
        return {(one.pair.sku, one.pair.with_sku): one for one in pairs.page(session, SHOP).pairs}


def test_what_was_counted_comes_back_surest_first_then_by_sku(keep: Keep, database: Database) -> None:
    found = [pair("b", "x", 1.5), pair("a", "x", 1.5), pair("a", "y", 9.0), pair("c", "x", 3.0)]

    keep(mined(*found))

    assert kept(database, "b", "a", "nothing") == [pair("a", "y", 9.0), pair("a", "x", 1.5), pair("b", "x", 1.5)]
    assert kept(database) == []
    assert kept(database, "a", shop="s2") == []


def test_what_is_no_longer_found_is_gone_and_the_rest_has_its_new_figures(keep: Keep, database: Database) -> None:
    keep(mined(pair("a", "x"), pair("a", "y")))
    keep(mined(pair("a", "x"), shop="s2"))

    keep(mined(pair("a", "x", 4.0, both=50), at=LATER))

    assert kept(database, "a") == [pair("a", "x", 4.0, both=50)]
    assert known(database)["a", "x"].counted_at == LATER
    assert kept(database, "a", shop="s2") == [pair("a", "x")]


def test_what_a_person_refused_stays_refused_however_sure_it_becomes(keep: Keep, database: Database) -> None:
    keep(mined(pair("a", "x"), pair("a", "y")))
    keep(judged("a", "x", PairState.refused))

    keep(mined(pair("a", "x", 9.0, both=90), at=LATER))

    assert kept(database, "a") == []
    one = known(database)["a", "x"]
    assert (one.pair.state, one.judged_by, one.pair.both) == (PairState.refused, "s1:manager", 90)


def test_what_a_person_allowed_stays_without_figures_when_it_is_found_no_longer(keep: Keep, database: Database) -> None:
    keep(mined(pair("a", "x")))
    keep(judged("a", "x", PairState.allowed))

    keep(mined(at=LATER))

    assert kept(database, "a") == [Pair(sku="a", with_sku="x", state=PairState.allowed)]

    keep(mined(pair("a", "x", 3.0), at=LATEST))

    assert kept(database, "a") == [pair("a", "x", 3.0).model_copy(update={"state": PairState.allowed})]


def test_a_pair_by_hand_needs_no_orders_and_is_gone_when_taken_back(keep: Keep, database: Database) -> None:
    keep(judged("a", "z", PairState.allowed))
    assert kept(database, "a") == [Pair(sku="a", with_sku="z", state=PairState.allowed)]

    keep(judged("a", "z", PairState.mined))

    assert known(database) == {}


def test_a_decision_taken_back_leaves_what_was_counted(keep: Keep, database: Database) -> None:
    keep(mined(pair("a", "x")))
    keep(judged("a", "x", PairState.refused, LATER))
    keep(judged("a", "x", PairState.mined, LATEST))

    one = known(database)["a", "x"]
    assert (one.pair, one.judged_by, one.counted_at) == (pair("a", "x"), None, NOW)


def test_pairs_are_found_by_either_sku_and_by_state(keep: Keep, database: Database) -> None:
    keep(mined(pair("a", "x", 3.0), pair("x", "a", 3.0), pair("b", "y", 2.0)))
    keep(judged("x", "a", PairState.refused))

    with database.reader() as session:
        of_a = pairs.page(session, SHOP, sku="a")
        refused = pairs.page(session, SHOP, state=PairState.refused)
        second = pairs.page(session, SHOP, offset=1, limit=1)

    assert [(one.pair.sku, one.pair.with_sku) for one in of_a.pairs] == [("a", "x"), ("x", "a")]
    assert (of_a.total, refused.total, second.total) == (2, 1, 3)
    assert [one.pair.sku for one in refused.pairs] == ["x"]
    assert [(one.pair.sku, one.pair.with_sku) for one in second.pairs] == [("x", "a")]


def _order(ref: str, *skus: str, paid_at: datetime | None = NOW, status: str = "") -> Order:
    lines = [OrderLine(line_ref=f"l{at}", title="货", sku=sku, paid_fen=100) for at, sku in enumerate(skus)]
    return Order(order_ref=ref, lines=tuple(lines), paid_fen=500, paid_at=paid_at, status=status, as_of=NOW)


def test_only_paid_lines_with_a_sku_that_stand_are_read(
    keep: Keep, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assist.store.queries.pairs._AT_ONCE", 2)
    told = (
        _order("o2", "a", "b", "a"),
        _order("o1", "c", "a"),
        _order("o3", "a", ""),
        _order("unpaid", "a", "b", paid_at=None),
        _order("cancelled", "a", "b", status="cancelled"),
        _order("old", "a", "b", paid_at=NOW - timedelta(days=181)),
        _order("first-day", "b", "c", paid_at=NOW - timedelta(days=180)),
    )
    for order in told:
        keep(lambda session, order=order: order_lines.save_lines(session, SHOP, order))

    with database.reader() as session:
        read = list(pairs.baskets(session, SHOP, NOW - timedelta(days=180)))
        elsewhere = list(pairs.baskets(session, "s2", NOW - timedelta(days=180)))

    assert sorted(sorted(basket) for basket in read) == [["a"], ["a", "a", "b"], ["a", "c"], ["b", "c"]]
    assert elsewhere == []


def test_how_often_goods_were_sold_is_kept_for_those_that_are_named(keep: Keep, database: Database) -> None:
    shelf = [Goods(sku=sku, title=sku) for sku in ("a", "b", "c")]
    keep(lambda session: goods.save_goods(session, SHOP, shelf, NOW))
    keep(lambda session: pairs.save_sold(session, SHOP, {"a": 5, "b": 3}))

    keep(lambda session: pairs.save_sold(session, SHOP, {"b": 9, "unknown": 4}))
    keep(lambda session: pairs.save_sold(session, SHOP, {}))

    with database.reader() as session:
        assert pairs.sold(session, SHOP) == {"a": 5, "b": 9, "c": 0}
        assert pairs.sold(session, "s2") == {}
