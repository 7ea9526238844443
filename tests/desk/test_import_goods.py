"""Does a shop's table become goods and facts, exactly and once, with every row that cannot be read told apart?"""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from assist.content.goods_columns import guessed
from assist.content.import_read import read_table
from assist.desk.import_articles import RowState
from assist.desk.import_goods import GoodsKept, GoodsPlan, keep_goods, known_goods, plan_goods, skus_of
from assist.desk.libraries import Shelf
from assist.domain.event import EventKind
from assist.domain.offer import OfferKind, OfferPolicy
from assist.store.database import Database
from assist.store.queries import events, goods
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.shipped import shipped_shelf

SHANGHAI = ZoneInfo("Asia/Shanghai")
SAUCE = OfferKind(id="sashimi-sauce", zh="刺身酱油", en="sashimi soy sauce")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    shipped = shipped_shelf()
    return replace(
        shipped, library=shipped.library.model_copy(update={"shop_id": "s1", "selling": OfferPolicy(kinds=(SAUCE,))})
    )


class Shop:
    """A shop that tables are brought to, one after the other."""

    def __init__(self, database: Database, writer: Writer, shelf: Shelf) -> None:
        self.database = database
        self._writer = writer
        self._shelf = shelf

    def plan(self, *lines: str) -> GoodsPlan:
        table = read_table("\n".join(lines).encode(), "商品.csv")
        columns = guessed(table.header)
        with self.database.reader() as session:
            known = known_goods(session, self._shelf, SHANGHAI, skus_of(table, columns))
        return plan_goods(table, columns, known)

    def bring(self, *lines: str, at: datetime = NOW) -> GoodsKept:
        plan = self.plan(*lines)
        assert not plan.count(RowState.skipped), [row.findings for row in plan.rows]
        change = keep_goods("s1", plan.changing, at, cause=plan.digest, agent_id="a1")
        return self._writer.submit(change).result()

    def values(self, sku: str) -> dict[str, JsonValue]:
        with self.database.reader() as session:
            return {fact.name: fact.value for fact in goods.facts_of(session, "s1", sku)}


@pytest.fixture
def shop(database: Database, shelf: Shelf) -> Generator[Shop]:
    writer = Writer(database).start()
    yield Shop(database, writer, shelf)
    writer.close()


def rules(plan: GoodsPlan) -> list[tuple[int, str]]:
    return [(row.line, one.rule) for row in plan.rows for one in row.findings]


def test_a_wide_table_becomes_goods_and_facts(shop: Shop) -> None:
    kept = shop.bring(
        "商品编码,商品名,品类,种类,价格(元),成本,库存,上架,特征,优势,好处",
        "S-1,三文鱼中段 200g,,三文鱼,59.9元,32,12,是,挪威冰鲜,切面比本店边角料更完整,切好就能摆盘",
    )

    assert kept == GoodsKept(goods=1, facts=4)
    with shop.database.reader() as session:
        (found,) = goods.of_skus(session, "s1", ["S-1"])
    assert (found.goods.kind, found.goods.category) == ("salmon", "fresh_fish")
    assert found.goods.benefit == "切好就能摆盘"
    # 59.90 - 32.00 yuan is 2790 fen.
    assert shop.values("S-1") == {"price": 5990, "margin": 2790, "stock": 12, "listed": True}


def test_the_same_table_again_changes_nothing(shop: Shop) -> None:
    lines = (
        "SKU,商品名,价格,毛利率,库存,评分,评价数,评价起,评价止",
        "S-1,虾滑,19.9,35%,3,4.9,1203,2026-05-01,2026-10-31",
    )
    shop.bring(*lines)

    plan = shop.plan(*lines)

    assert [row.state for row in plan.rows] == [RowState.same]
    assert plan.changing == ()
    # 35 % of 1990 fen are 696.5, rounded down.
    assert shop.values("S-1")["margin"] == 696


def test_only_what_a_table_says_changes(shop: Shop) -> None:
    shop.bring("SKU,商品名,价格,库存,好处", "S-1,虾滑,19.9,3,下锅就熟")

    plan = shop.plan("SKU,商品名,价格,库存", "S-1,,21,")
    shop.bring("SKU,商品名,价格,库存", "S-1,,21,", at=NOW + timedelta(minutes=1))

    (row,) = plan.rows
    assert [(one.field, one.before, one.after) for one in row.changes] == [("price", 1990, 2100)]
    assert shop.values("S-1") == {"price": 2100, "stock": 3}
    with shop.database.reader() as session:
        (found,) = goods.of_skus(session, "s1", ["S-1"])
    assert (found.goods.title, found.goods.benefit) == ("虾滑", "下锅就熟")


def test_rows_that_cannot_be_read_are_left_out_and_told(shop: Shop) -> None:
    plan = shop.plan(
        "SKU,商品名,价格,种类,库存",
        "S-1,虾滑,12.345,,3",
        ",没有编码,9.9,,3",
        "S-2,鱼丸,9.9,不存在的种类,3",
        "S-3,牛肉丸,9.9,,三个",
        "S-4,,9.9,,3",
        "S-5,好的丸子,9.9,,3",
        "S-5,重复的丸子,9.9,,3",
    )

    assert rules(plan) == [
        (2, "fraction"),
        (3, "no_sku"),
        (4, "unknown_kind"),
        (5, "number"),
        (6, "no_title"),
        (8, "twice"),
    ]
    assert [row.sku for row in plan.changing] == ["S-5"]
    assert plan.rows[0].findings[0].values == {"column": "价格", "said": "12.345"}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        pytest.param("鲜活基围虾 500g", "shrimp", id="生鲜"),
        pytest.param("三文鱼刺身酱油 150ml", "sashimi-sauce", id="三文鱼的酱油是酱油"),
        pytest.param("定制礼盒", None, id="认不出"),
    ],
)
def test_a_kind_is_recognised_by_the_title(shop: Shop, title: str, kind: str | None) -> None:
    shop.bring("SKU,商品名", f"S-1,{title}")

    with shop.database.reader() as session:
        (found,) = goods.of_skus(session, "s1", ["S-1"])
    assert found.goods.kind == kind


def test_a_kind_that_was_given_stays_when_a_title_suggests_another(shop: Shop) -> None:
    shop.bring("SKU,商品名,种类", "S-1,三文鱼拼盘,刺身酱油")
    shop.bring("SKU,商品名", "S-1,三文鱼大拼盘", at=NOW + timedelta(minutes=1))

    with shop.database.reader() as session:
        (found,) = goods.of_skus(session, "s1", ["S-1"])
    assert (found.goods.title, found.goods.kind) == ("三文鱼大拼盘", "sashimi-sauce")


def test_a_rating_says_how_many_and_when(shop: Shop) -> None:
    shop.bring("SKU,商品名,评分,评价数,评价起,评价止", 'S-1,虾滑,4.90,"1,203",2026-05-01,2026-10-31')

    assert shop.values("S-1")["rating"] == {
        "text": "2026年5月1日至2026年10月31日，1203条评价，平均4.9分（满分5分）",
        "text_en": "4.9 out of 5 on average over 1203 reviews, 2026-05-01 to 2026-10-31",
        "title": "本店商品评价",
        "issuer": "本店",
        "on": "2026-10-31",
        "since": "2026-05-01",
        "count": 1203,
    }


def test_a_rating_without_its_days_is_no_evidence_and_the_row_is_kept(shop: Shop) -> None:
    lines = ("SKU,商品名,价格,评分,评价数", "S-1,虾滑,9.9,4.9,1203")

    (row,) = shop.plan(*lines).rows
    shop.bring(*lines)

    assert "no_period" in {one.rule for one in row.remarks}
    assert shop.values("S-1") == {"price": 990}


def test_a_promotion_ends_with_its_last_day_in_the_shops_zone(shop: Shop) -> None:
    shop.bring("SKU,商品名,活动价,活动名,活动开始,活动结束", "S-1,虾滑,15.9,周末价,2026-11-20,2026-11-22")

    with shop.database.reader() as session:
        (fact,) = goods.facts_of(session, "s1", "S-1")
    assert fact.value == {"price_fen": 1590, "title": "周末价"}
    # The 22nd in Shanghai ends at 16:00 UTC.
    assert fact.valid_from == datetime(2026, 11, 19, 16, tzinfo=UTC)
    assert fact.valid_until == datetime(2026, 11, 22, 16, tzinfo=UTC)


FACTS = "SKU,事实类型,内容,凭证,出具单位,日期,有效期至,批次,检测项目,证书编号"


def test_a_table_of_facts_adds_proofs(shop: Shop) -> None:
    shop.bring("SKU,商品名", "S-1,虾滑")
    shop.bring(
        FACTS,
        "S-1,证书,绿色食品认证,绿色食品证书,中国绿色食品发展中心,2025-12-01,2028-11-30,,,LB-18-1",
        "S-1,检测,2026年11月批次未检出孔雀石绿,检测报告,某检测中心,2026-11-10,,B1107,孔雀石绿、呋喃唑酮,",
        "S-1,库存,25,,,,,,,",
        "S-1,批次,B1107,,,2026-11-07,,,,",
        at=NOW + timedelta(minutes=1),
    )

    values = shop.values("S-1")
    assert values["certificate"] == {
        "text": "绿色食品认证",
        "title": "绿色食品证书",
        "issuer": "中国绿色食品发展中心",
        "on": "2025-12-01",
        "number": "LB-18-1",
    }
    assert values["inspection"] == {
        "text": "2026年11月批次未检出孔雀石绿",
        "title": "检测报告",
        "issuer": "某检测中心",
        "on": "2026-11-10",
        "batch": "B1107",
        "items": ["孔雀石绿", "呋喃唑酮"],
    }
    assert (values["stock"], values["batch"]) == (25, {"batch": "B1107", "harvested": "2026-11-07"})


def test_facts_that_cannot_be_kept_say_what_is_missing(shop: Shop) -> None:
    shop.bring("SKU,商品名", "S-1,虾滑")

    plan = shop.plan(
        FACTS,
        "S-1,证书,有机,有机证书,,2025-12-01,,,,",
        "S-1,口碑,好吃,,,,,,,",
        "S-9,库存,5,,,,,,,",
        "S-1,库存,,,,,,,,",
        "S-1,产地,舟山,捕捞日志,舟山渔业,11/3/2026,,,,",
        "S-1,价格,9.9,,,,,,,",
        "S-1,价格,8.9,,,,,,,",
    )

    assert rules(plan) == [
        (2, "missing"),
        (3, "unknown_fact"),
        (4, "no_goods"),
        (5, "missing"),
        (6, "day"),
        (8, "twice"),
    ]


def test_an_import_is_logged_with_who_brought_it(shop: Shop) -> None:
    shop.bring("SKU,商品名,价格", "S-1,虾滑,9.9", "S-2,鱼丸,8.8")

    with shop.database.reader() as session:
        logged = next(
            events.in_window(session, "s1", (EventKind.goods_imported,), NOW, NOW + timedelta(minutes=1)).__iter__()
        )
    assert (logged.agent_id, logged.n, logged.payload) == ("a1", 2, {"goods": 2, "facts": 2})
