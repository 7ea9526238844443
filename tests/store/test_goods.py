"""What a shop sells, who bought it, and what was looked at: does each come back as it was stated last?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.domain.chat import Order, OrderLine
from assist.domain.goods import Goods
from assist.store.database import Database
from assist.store.queries import goods, order_lines, pairs, visits, world
from assist.store.queries.order_lines import Bought
from assist.store.queries.world import FactRow
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP

DAY = timedelta(days=1)
SAUCE = Goods(sku="SAUCE-1", title="刺身酱油 150ml", title_en="Sashimi soy sauce", kind="sashimi-sauce")
KNIFE = Goods(sku="KNIFE-1", title="三文鱼刀 100%不锈钢", kind="fish-knife")
SALMON = Goods(sku="SALMON-1", title="三文鱼中段", kind="salmon", category="fresh_seafood", benefit="切好就能吃")


def _fact(name: str, sku: str, value: JsonValue) -> FactRow:
    return FactRow(SHOP, name, sku, value, None, NOW + DAY, NOW)


@pytest.fixture
def keep(writer: Writer) -> Callable[[Callable[[Session], object]], None]:
    def submit(change: Callable[[Session], object]) -> None:
        writer.submit(lambda session: change(session) and None).result()

    return submit


Keep = Callable[[Callable[[Session], object]], None]


def test_goods_come_back_with_their_facts(keep: Keep, database: Database) -> None:
    keep(lambda session: goods.save_goods(session, SHOP, [SAUCE, SALMON], NOW))
    keep(lambda session: world.save_fact(session, _fact("stock", "SALMON-1", 7)))
    keep(lambda session: world.save_fact(session, _fact("price", "SALMON-1", 5900)))

    with database.reader() as session:
        salmon, sauce = goods.of_skus(session, SHOP, ["SALMON-1", "nothing", "SAUCE-1", "SALMON-1"])

    assert salmon.goods == SALMON
    assert {name: fact.value for name, fact in salmon.facts.items()} == {"stock": 7, "price": 5900}
    assert salmon.facts["stock"].id == "stock:SALMON-1"
    assert salmon.facts["stock"].valid_until == NOW + DAY
    assert (sauce.goods, sauce.facts) == (SAUCE, {})


def test_the_best_sold_of_each_kind_come_first(keep: Keep, database: Database) -> None:
    many = [Goods(sku=f"S{n}", title="酱", kind="sashimi-sauce") for n in range(4)]
    keep(lambda session: goods.save_goods(session, SHOP, [*many, KNIFE, SALMON], NOW))
    keep(lambda session: pairs.save_sold(session, SHOP, {"S2": 9, "S3": 4, "KNIFE-1": 5, "SALMON-1": 99}))

    with database.reader() as session:
        found = goods.of_kinds(session, SHOP, ["sashimi-sauce", "fish-knife"], per_kind=3)

    assert [(one.goods.sku, one.sold) for one in found] == [("S2", 9), ("KNIFE-1", 5), ("S3", 4), ("S0", 0)]


def test_the_newest_statement_of_goods_wins_and_their_count_stays(keep: Keep, database: Database) -> None:
    renamed = SAUCE.model_copy(update={"title": "刺身酱油 200ml"})
    keep(lambda session: goods.save_goods(session, SHOP, [SAUCE], NOW))
    keep(lambda session: pairs.save_sold(session, SHOP, {"SAUCE-1": 3}))
    keep(lambda session: goods.save_goods(session, SHOP, [renamed], NOW + DAY))
    keep(lambda session: goods.save_goods(session, SHOP, [SAUCE], NOW - DAY))

    with database.reader() as session:
        (found,) = goods.of_skus(session, SHOP, ["SAUCE-1"])

    assert (found.goods.title, found.sold) == ("刺身酱油 200ml", 3)


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        pytest.param("", ["KNIFE-1", "SALMON-1", "SAUCE-1"], id="全部"),
        pytest.param("三文鱼", ["KNIFE-1", "SALMON-1"], id="商品名"),
        pytest.param("sauce-1", ["SAUCE-1"], id="编码不分大小写"),
        pytest.param("SASHIMI SOY", ["SAUCE-1"], id="英文名"),
        pytest.param("fish-knife", ["KNIFE-1"], id="种类"),
        pytest.param("100%", ["KNIFE-1"], id="百分号是字"),
        pytest.param("title", [], id="不搜字段名"),
        pytest.param("切好", [], id="不搜卖点"),
    ],
)
def test_goods_are_found_by_what_names_them(keep: Keep, database: Database, text: str, skus: list[str]) -> None:
    keep(lambda session: goods.save_goods(session, SHOP, [SAUCE, KNIFE, SALMON], NOW))
    keep(lambda session: goods.save_goods(session, "s2", [SAUCE], NOW))

    with database.reader() as session:
        found = goods.page(session, SHOP, text)
        second = goods.page(session, SHOP, text, offset=1, limit=1)

    assert [one.goods.sku for one in found.goods] == skus
    assert found.total == second.total == len(skus)
    assert [one.goods.sku for one in second.goods] == skus[1:2]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        pytest.param("certificate", "SALMON-1", id="常见"),
        pytest.param("stock", "jd:SALMON:1", id="编码里有冒号"),
        pytest.param("shop:stock", "SALMON-1", id="名称里有冒号"),
    ],
)
def test_a_fact_is_found_by_its_id(keep: Keep, database: Database, name: str, subject: str) -> None:
    keep(lambda session: world.save_fact(session, _fact(name, subject, {"text": "有"})))

    with database.reader() as session:
        found = goods.fact_by_id(session, SHOP, f"{name}:{subject}")
        assert found is not None
        assert (found.id, found.name, found.value) == (f"{name}:{subject}", name, {"text": "有"})
        assert goods.facts_of(session, SHOP, subject) == [found]
        assert goods.fact_by_id(session, SHOP, f"{name}:") is None
        assert goods.fact_by_id(session, SHOP, name.replace(":", "")) is None
        assert goods.fact_by_id(session, "s2", f"{name}:{subject}") is None


def _order(status: str = "paid", *lines: OrderLine, days: int = 0, refunded_fen: int = 0, **more: object) -> Order:
    told: dict[str, object] = {
        "order_ref": "o1",
        "status": status,
        "customer_ref": "u1",
        "paid_fen": 5900,
        "refunded_fen": refunded_fen,
        "lines": lines,
        "paid_at": NOW,
        "as_of": NOW + days * DAY,
        **more,
    }
    return Order.model_validate(told)


LINE = OrderLine(line_ref="1", sku="SALMON-1", title="三文鱼", quantity=2, paid_fen=5900)
OTHER = OrderLine(line_ref="2", sku="SAUCE-1", title="酱油", paid_fen=1200)
NAMELESS = OrderLine(line_ref="3", title="赠品")


def _told(keep: Keep, *orders: Order) -> None:
    for order in orders:
        keep(lambda session, order=order: world.save_order(session, SHOP, order))
        keep(lambda session, order=order: order_lines.save_lines(session, SHOP, order))


def _lines(database: Database) -> list[Bought]:
    with database.reader() as session:
        return order_lines.of_order(session, SHOP, "o1")


def test_lines_without_a_sku_are_nothing_to_sell_by(keep: Keep, database: Database) -> None:
    _told(keep, _order("paid", LINE, NAMELESS))

    assert _lines(database) == [Bought("o1", "1", "SALMON-1", 2, 5900, NOW, cancelled=False)]


@pytest.mark.parametrize(
    ("order", "cancelled"),
    [
        pytest.param(_order("paid", LINE), False, id="已付"),
        pytest.param(_order("Cancelled", LINE), True, id="取消"),
        pytest.param(_order("closed", LINE), True, id="关闭"),
        pytest.param(_order("paid", LINE, refunded_fen=5899), False, id="差一分没退完"),
        pytest.param(_order("paid", LINE, refunded_fen=5900), True, id="全退"),
        pytest.param(_order("created", LINE, paid_fen=0), False, id="没付没退"),
    ],
)
def test_an_order_that_came_to_nothing_is_cancelled(
    keep: Keep, database: Database, order: Order, cancelled: bool
) -> None:
    _told(keep, order)

    assert [one.cancelled for one in _lines(database)] == [cancelled]


def test_an_older_statement_changes_no_line(keep: Keep, database: Database) -> None:
    _told(keep, _order("cancelled", LINE, days=2), _order("paid", LINE, OTHER, days=1))

    assert [(one.sku, one.cancelled) for one in _lines(database)] == [("SALMON-1", True)]


def test_lines_that_are_no_more_are_gone(keep: Keep, database: Database) -> None:
    _told(keep, _order("paid", LINE, OTHER), _order("paid", OTHER, days=1))

    assert [one.sku for one in _lines(database)] == ["SAUCE-1"]


def test_a_statement_without_lines_only_tells_whether_it_was_given_up(keep: Keep, database: Database) -> None:
    _told(keep, _order("paid", LINE), _order("cancelled", days=1, paid_at=None))

    assert [(one.sku, one.cancelled, one.paid_at) for one in _lines(database)] == [("SALMON-1", True, NOW)]


def test_when_it_was_paid_is_not_forgotten(keep: Keep, database: Database) -> None:
    _told(keep, _order("created", LINE, paid_at=None))
    assert _lines(database)[0].paid_at is None

    keep(lambda session: order_lines.mark_paid(session, SHOP, "o1", NOW))
    keep(lambda session: order_lines.mark_paid(session, SHOP, "o1", NOW + DAY))
    _told(keep, _order("shipped", LINE, OTHER, days=1, paid_at=None))

    assert [one.paid_at for one in _lines(database)] == [NOW, NOW]


def test_a_history_is_one_customers_and_the_newest_first(keep: Keep, database: Database) -> None:
    for ref, days, customer in (("o2", -3, "u1"), ("o3", -1, "u1"), ("o4", -1, "u2"), ("o5", -40, "u1")):
        _told(keep, _order("paid", LINE, order_ref=ref, customer_ref=customer, paid_at=NOW + days * DAY))
    _told(keep, _order("cancelled", OTHER, order_ref="o6"))

    with database.reader() as session:
        found = order_lines.history(session, SHOP, "u1", NOW - 30 * DAY)
        newest = order_lines.history(session, SHOP, "u1", NOW - 30 * DAY, limit=1)
        assert order_lines.history(session, SHOP, "", NOW - 30 * DAY) == []

    assert [(one.order_ref, one.cancelled) for one in found] == [("o6", True), ("o3", False), ("o2", False)]
    assert newest == found[:1]


def test_the_newest_visit_wins(keep: Keep, database: Database) -> None:
    keep(lambda session: visits.save_visit(session, SHOP, "c1", ["三文鱼"], ["SAUCE-1"], NOW))
    keep(lambda session: visits.save_visit(session, SHOP, "c1", [], [], NOW - DAY))
    keep(lambda session: visits.save_visit(session, SHOP, "c2", [], ["KNIFE-1"], NOW + DAY))

    with database.reader() as session:
        assert visits.visit(session, "c1") == visits.Visit(("三文鱼",), ("SAUCE-1",), NOW)
        assert visits.visit(session, "c2") == visits.Visit((), ("KNIFE-1",), NOW + DAY)
        assert visits.visit(session, "c3") is None
