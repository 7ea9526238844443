"""Are a platform's goods pulled page by page, kept as they come, and asked for again where they do not?"""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from assist.contract import Catalogue, GoodsFactTold, GoodsItem, HttpClient
from assist.contract.reference_shop import ReferenceShop
from assist.desk.pull_goods import EVERY, GOODS_PULL, GoodsPuller, plan_pulls
from assist.store import tables
from assist.store.queries import goods, people
from assist.store.queries.people import AccountRow
from assist.store.tables import table_of
from tests.conftest import NOW
from tests.desk.shop import ACCOUNT, SHOP, Desk

ITEMS = tuple(
    GoodsItem(sku=f"S-{n}", title=f"虾滑 {n}号", price_fen=1990 + n, stock=n, categories=("生鲜", "虾"))
    for n in range(5)
)


class NoClient:
    """A client that is closed as it should be; the reference shop needs none."""

    def __init__(self) -> None:
        self.closed = 0

    async def request(self, *_: object, **__: object) -> object:
        raise AssertionError

    async def close(self) -> None:
        self.closed += 1


class Pulled:
    """A desk whose account's goods come from a reference shop."""

    def __init__(self, desk: Desk, shop: Catalogue | None) -> None:
        self.desk, self.shop, self.client = desk, shop, NoClient()
        opened: Callable[[AccountRow, HttpClient], Catalogue | None] = lambda _row, _http: self.shop  # noqa: E731
        clients: Callable[[], object] = lambda: self.client  # noqa: E731
        self.puller = GoodsPuller(desk.database, desk.writer, desk.libraries, desk.clock, opened, clients)  # pyright: ignore[reportArgumentType]
        desk.tasks.handlers = {**desk.tasks.handlers, GOODS_PULL: self.puller}

    def plan(self) -> None:
        with self.desk.database.reader() as session:
            rows = people.accounts(session)
        self.desk.writer.submit(lambda session: plan_pulls(session, rows, self.desk.clock())).result()

    def run(self, **later: float) -> None:
        self.desk.clock.move(**later)
        self.desk.tasks.work()
        self.puller.join()

    def known(self) -> list[tuple[str, object]]:
        with self.desk.database.reader() as session:
            found = goods.page(session, SHOP).goods
        return [(one.goods.sku, one.facts["stock"].value) for one in found]

    def waiting(self) -> tuple[timedelta, dict[str, object]] | None:
        """Return when it is due from now, and what it holds; None where none waits."""
        task = table_of(tables.Task)
        query = select(task.c.due_at, task.c.payload).where(task.c.kind == GOODS_PULL, task.c.state == "waiting")
        with self.desk.database.reader() as session:
            row = session.execute(query).one_or_none()
        return (row.due_at - self.desk.clock(), json.loads(row.payload)) if row else None


@pytest.fixture
def shop() -> ReferenceShop:
    made = ReferenceShop()
    made.stock_up(*ITEMS)
    made.goods_per_page = 2
    return made


def test_every_page_is_pulled_and_the_next_day_is_planned(either_desk: Desk, shop: ReferenceShop) -> None:
    pulled = Pulled(either_desk, shop)
    pulled.plan()

    pulled.run(minutes=2)

    assert pulled.known() == [(f"S-{n}", n) for n in range(5)]
    assert pulled.waiting() == (EVERY, {})
    assert pulled.client.closed == 1


def test_what_changed_is_there_a_day_later(desk: Desk, shop: ReferenceShop) -> None:
    pulled = Pulled(desk, shop)
    pulled.plan()
    pulled.run(minutes=2)
    shop.stock_up(ITEMS[3].model_copy(update={"stock": 0, "price_fen": None}))

    pulled.run(days=1, minutes=1)

    with desk.database.reader() as session:
        (found,) = goods.of_skus(session, SHOP, ["S-3"])
    assert {name: fact.value for name, fact in found.facts.items()} == {"stock": 0, "price": 1993}


def test_a_page_that_does_not_come_keeps_those_that_did_and_is_asked_for_again(
    desk: Desk, shop: ReferenceShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled = Pulled(desk, shop)
    pulled.plan()
    answer = shop.goods

    async def goods_until(cursor: str | None) -> object:
        if cursor == "S-2":
            raise TimeoutError
        return await answer(cursor)

    monkeypatch.setattr(shop, "goods", goods_until)
    pulled.run(minutes=2)

    assert [sku for sku, _ in pulled.known()] == ["S-0", "S-1"]
    assert pulled.waiting() == (timedelta(minutes=5), {"cursor": "S-2", "failures": 1})

    pulled.run(minutes=5)
    assert pulled.waiting() == (timedelta(minutes=10), {"cursor": "S-2", "failures": 2})

    monkeypatch.setattr(shop, "goods", answer)
    pulled.run(minutes=10)
    assert [sku for sku, _ in pulled.known()] == [f"S-{n}" for n in range(5)]
    assert pulled.waiting() == (EVERY, {})


def test_a_cursor_that_is_not_known_any_more_begins_anew(desk: Desk, shop: ReferenceShop) -> None:
    pulled = Pulled(desk, shop)
    pulled.plan()
    begun = {"cursor": "GONE", "failures": 3}
    task = table_of(tables.Task)
    desk.writer.submit(
        lambda session: session.execute(task.update().values(payload=json.dumps(begun))) and None
    ).result()

    pulled.run(minutes=2)

    assert pulled.waiting() == (timedelta(minutes=40), {"cursor": None, "failures": 4})


def test_a_platform_without_a_list_is_not_asked_for_ever(desk: Desk) -> None:
    pulled = Pulled(desk, None)
    pulled.plan()

    pulled.run(minutes=2)

    assert pulled.waiting() is None


def test_what_a_platform_states_beside_price_and_stock_is_kept(desk: Desk) -> None:
    until = NOW + timedelta(days=9)
    told = GoodsFactTold(fact="promotion", value={"price_fen": 990}, valid_until=until)
    shop = ReferenceShop()
    shop.stock_up(GoodsItem(sku="S-1", title="虾滑", facts=(told,)))
    pulled = Pulled(desk, shop)
    pulled.plan()

    pulled.run(minutes=2)

    with desk.database.reader() as session:
        (fact,) = goods.facts_of(session, SHOP, "S-1")
    assert (fact.id, fact.value, fact.valid_until) == ("promotion:S-1", {"price_fen": 990}, until)
    assert ACCOUNT.shop_id == SHOP
