"""The explanation of a complaint tells what the record of the bought lot shows, and of no other lot."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from assist.contract import FactUpdated, OrderLine, OrderUpdated
from assist.domain.goods import GoodsFact
from assist.domain.remedy import ScriptStep, StepName
from assist.domain.suggestion import SuggestionKind
from assist.store.queries import goods
from tests.conftest import NOW
from tests.desk.shop import SHOP, Desk, said
from tests.shipped import shipped_entries

SKU = "BERRY-3"
BATCH = {"batch": "B1119", "origin": "辽宁丹东东港", "harvested": "2026-11-19"}
SIGNED = NOW - timedelta(hours=3)
CHINESE, ENGLISH = "草莓打开一看，三分之一都长毛了", "A third of the strawberries are mouldy"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop with everything that is shipped."""
    desk.publish(shipped_entries())
    return desk


def ordered(batch: str = "B1119", sku: str = SKU, paid_at: datetime | None = None) -> OrderUpdated:
    line = OrderLine(line_ref="1", sku=sku, title="丹东草莓 3斤礼盒", paid_fen=8900, batch=batch)
    return OrderUpdated(
        event_ref="order-D1",
        sent_at=NOW - timedelta(hours=2),
        raw_type="order",
        order_ref="D1",
        customer_ref="customer-1",
        status="signed",
        paid_fen=8900,
        lines=(line,),
        paid_at=paid_at,
        signed_at=SIGNED,
    )


def lot(value: Any = BATCH, *, valid_from: datetime | None = None, valid_until: datetime | None = None) -> FactUpdated:
    return FactUpdated(
        event_ref="fact-batch",
        sent_at=NOW - timedelta(hours=2),
        raw_type="fact",
        fact="batch",
        subject=SKU,
        value=value,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def explanation(desk: Desk, *told: Any, says: str = CHINESE) -> ScriptStep:
    desk.hear(*told, said("m1", says, NOW - timedelta(hours=1), order="D1"))
    [card] = [one for one in desk.live() if one.kind is SuggestionKind.remedy]
    assert card.detail is not None
    [step] = [one for one in card.detail.steps if one.step is StepName.explanation]
    return step


def fact(desk: Desk, fact_id: str) -> GoodsFact | None:
    with desk.database.reader() as session:
        return goods.fact_by_id(session, SHOP, fact_id)


def test_the_record_of_the_lot_is_told_and_its_fact_can_be_looked_up(shop: Desk) -> None:
    step = explanation(shop, lot(), ordered())

    assert step.line == "explain-batch-harvest-1"
    assert step.text == "这批是11月19日采收的，产地辽宁丹东东港，登记我查过了；坏了多少，还是按您看到的来算。"
    assert step.facts == (f"batch:{SKU}",)
    known = fact(shop, step.facts[0])
    assert known is not None
    assert known.value == BATCH


def test_the_temperature_record_is_told_as_it_is_written(shop: Desk) -> None:
    step = explanation(shop, lot({"batch": "B1119", "cold_chain": "出库到签收0-4度"}), ordered())

    assert step.text == "这批的温度登记我查到了：出库到签收0-4度。登记归登记，您收到的坏了多少就按多少算。"
    assert step.facts == (f"batch:{SKU}",)


def test_without_an_origin_its_part_of_the_sentence_is_left_out(shop: Desk) -> None:
    step = explanation(shop, lot({"batch": "B1119", "harvested": "2026-11-19"}), ordered())

    assert step.text == "这批是11月19日采收的，登记我查过了；坏了多少，还是按您看到的来算。"


@pytest.mark.parametrize(
    ("told", "order"),
    [
        pytest.param([], ordered(), id="no fact"),
        pytest.param([lot()], ordered(batch="B1112"), id="another batch"),
        pytest.param([lot()], ordered(sku="BERRY-5"), id="other goods"),
        pytest.param([lot()], ordered(sku=""), id="goods without a SKU"),
        pytest.param([lot({"batch": "B1119"})], ordered(), id="a batch of which nothing is known"),
        pytest.param([lot({"origin": "丹东"})], ordered(), id="a fact that cannot be read"),
        pytest.param([lot(valid_until=NOW - timedelta(hours=2))], ordered(), id="a fact that has run out"),
        pytest.param([lot()], ordered(batch=""), id="no batch in the order, and a lot told of after it was signed for"),
        pytest.param(
            [lot(valid_from=SIGNED - timedelta(hours=1))],
            ordered(batch="", paid_at=SIGNED - timedelta(days=1)),
            id="no batch in the order, and a lot sold since after it was paid",
        ),
    ],
)
def test_of_another_lot_or_an_unknown_one_nothing_is_said(shop: Desk, told: list[Any], order: OrderUpdated) -> None:
    step = explanation(shop, *told, order)

    assert not step.line.startswith("explain-batch")
    assert "这批" not in step.text
    assert step.facts == ()


def test_an_order_that_names_no_lot_was_of_the_one_sold_when_it_was_paid(shop: Desk) -> None:
    step = explanation(
        shop, lot(valid_from=SIGNED - timedelta(days=2)), ordered("", paid_at=SIGNED - timedelta(days=1))
    )

    assert step.facts == (f"batch:{SKU}",)


def test_in_english_only_what_needs_no_translation_is_told(shop: Desk) -> None:
    step = explanation(shop, lot(), ordered(), says=ENGLISH)

    assert step.text == (
        "Our record says this batch was harvested on 19 Nov. Either way, we go by what you see is bad."
    )
    assert step.facts == (f"batch:{SKU}",)


def test_what_is_harmful_is_never_explained_by_a_record(shop: Desk) -> None:
    shop.hear(lot(), ordered(), said("m1", "草莓烂了三分之一，孩子吃了拉肚子", NOW - timedelta(hours=1), order="D1"))

    details = [one.detail for one in shop.live() if one.detail is not None]

    assert details
    assert not any(step.facts for detail in details for step in detail.steps)
