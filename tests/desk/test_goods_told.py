"""What platforms and people say of goods, orders and visits: kept as told, and offers that are wrong by it are gone."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from pydantic import JsonValue

from assist.contract import OrderLine, OrderPaid, OrderUpdated
from assist.desk.goods_facts import end_fact, set_fact, state_facts
from assist.desk.goods_row import StatedFact
from assist.desk.import_articles import RowState
from assist.desk.import_goods import GoodsRow, keep_goods
from assist.desk.judge_pair import judge_pair
from assist.desk.note import seen_with
from assist.domain.event import EventKind
from assist.domain.goods import PairState
from assist.domain.people import AgentRole
from assist.store.queries import events, goods, order_lines, visits
from assist.store.queries.world import FactRow
from tests.conftest import NOW
from tests.desk.offer_shop import SAUCE, ask, offered, open_selling, rating, state
from tests.desk.shop import SHOP, Desk, caller, conversation_of, said

LEAD = caller().model_copy(update={"role": AgentRole.lead})


def _by_hand(name: str, value: JsonValue) -> Callable[[Desk], None]:
    return lambda desk: desk.writer.submit(set_fact(LEAD, SAUCE, name, value, desk.clock())).result()


def _told(name: str, value: JsonValue) -> Callable[[Desk], None]:
    return lambda desk: state(desk, name, SAUCE, value, name="again")


def _imported(desk: Desk) -> None:
    row = GoodsRow(line=2, state=RowState.changed, sku=SAUCE, facts=(StatedFact(name="stock", value=0),))
    desk.writer.submit(keep_goods(SHOP, [row], desk.clock(), cause="test")).result()


def _ended(desk: Desk) -> None:
    desk.writer.submit(end_fact(LEAD, f"rating:{SAUCE}", desk.clock())).result()


def _refused(desk: Desk) -> None:
    desk.writer.submit(judge_pair(LEAD, "SHRIMP-1", SAUCE, PairState.refused, desk.clock())).result()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_told("stock", 0), id="平台说售罄"),
        pytest.param(_told("listed", False), id="平台说下架"),
        pytest.param(_told("price", 1390), id="平台说涨价"),
        pytest.param(_told("rating", rating("2026年10月20日至11月19日1200条评价4.1分")), id="评分变了"),
        pytest.param(_by_hand("stock", 0), id="手工改成售罄"),
        pytest.param(_imported, id="导入售罄"),
        pytest.param(_ended, id="证据停用"),
        pytest.param(_refused, id="搭配被拒绝"),
    ],
)
def test_a_card_is_gone_with_the_change_that_makes_it_wrong(either_desk: Desk, change: Callable[[Desk], None]) -> None:
    open_selling(either_desk)
    ask(either_desk)
    assert [one.sku for card in offered(either_desk) if card.offer for one in card.offer.goods] == [SAUCE]
    either_desk.clock.move(seconds=5)

    change(either_desk)

    # Nothing was decided anew yet: no task ran.
    assert offered(either_desk) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("stock", 7, id="卖了一件"),
        pytest.param("price", 1290, id="同样的价格"),
        pytest.param("margin", 300, id="毛利只影响先后"),
        pytest.param("weather", "雨", id="与商品无关"),
    ],
)
def test_a_card_stays_when_it_is_as_right_as_before(desk: Desk, name: str, value: JsonValue) -> None:
    open_selling(desk)
    ask(desk)
    desk.clock.move(seconds=5)

    state(desk, name, SAUCE, value, name="again")

    assert len(offered(desk)) == 1


def test_an_older_statement_withdraws_nothing(desk: Desk) -> None:
    open_selling(desk)
    ask(desk)

    state(desk, "stock", SAUCE, 0, at=NOW - timedelta(days=1), name="late")

    assert len(offered(desk)) == 1


def test_only_what_is_new_is_told_back(desk: Desk) -> None:
    rows = [FactRow(SHOP, "stock", sku, 5, None, None, NOW) for sku in ("a", "b")]
    change: Callable[[Sequence[FactRow]], list[FactRow]] = lambda told: desk.writer.submit(  # noqa: E731
        lambda session: state_facts(session, SHOP, told, NOW)
    ).result()

    assert change(rows) == rows
    assert change(rows) == []


def test_what_a_person_sets_is_logged_with_who_and_without_the_value(desk: Desk) -> None:
    open_selling(desk)

    _by_hand("stock", 3)(desk)

    with desk.database.reader() as session:
        told = events.in_window(session, SHOP, [EventKind.fact_set], NOW, NOW + timedelta(seconds=1))
    by_hand = [event for event in told if event.agent_id == LEAD.agent_id]
    assert [event.payload for event in by_hand] == [{"fact": "stock", "subject": SAUCE}]


@pytest.mark.parametrize(
    ("context", "seen"),
    [
        pytest.param({}, None, id="没说"),
        pytest.param({"page": "/item/1"}, None, id="说了别的"),
        pytest.param({"browsing": ["三文鱼"], "cart": []}, (("三文鱼",), ()), id="文字"),
        pytest.param(
            {"browsing": [{"sku": "S-1", "title": "三文鱼"}, {"title": "酱油"}, {"price": 3}, 7, None, ""]},
            (("S-1", "酱油"), ()),
            id="对象和读不懂的",
        ),
        pytest.param({"cart": ["A", "B", "A"]}, ((), ("A", "B")), id="重复"),
        pytest.param(
            {"cart": [f"S-{n}" for n in range(30)]}, ((), tuple(f"S-{n}" for n in range(20))), id="最多二十个"
        ),
        pytest.param({"browsing": "三文鱼"}, (("三文鱼",), ()), id="单独一个"),
    ],
)
def test_what_was_looked_at_is_read_from_a_messages_context(
    context: dict[str, JsonValue], seen: tuple[tuple[str, ...], tuple[str, ...]] | None
) -> None:
    assert seen_with(context) == seen


def test_a_visit_is_kept_with_the_message(desk: Desk) -> None:
    asked = said("1", "这个怎么吃", NOW)
    desk.hear(asked.model_copy(update={"context": {"browsing": ["三文鱼"], "cart": [{"sku": SAUCE}]}}))
    ask(desk, "在吗", ref="2")

    with desk.database.reader() as session:
        found = visits.visit(session, conversation_of())
    assert found is not None
    assert (found.browsing, found.cart) == (("三文鱼",), (SAUCE,))


def test_an_order_becomes_lines_and_its_payment_their_time(either_desk: Desk) -> None:
    desk = either_desk
    line = OrderLine(line_ref="1", sku=SAUCE, title="蘸酱", quantity=2, paid_fen=2580)
    told = {"order_ref": "o1", "customer_ref": "u1", "raw_type": "order", "sent_at": NOW}
    desk.hear(
        OrderUpdated(event_ref="e1", status="created", lines=(line,), **told),
        OrderPaid(event_ref="e2", paid_fen=2580, **told),
    )

    with desk.database.reader() as session:
        (bought,) = order_lines.history(session, SHOP, "u1", NOW - timedelta(days=1))

    assert (bought.sku, bought.quantity, bought.paid_at, bought.cancelled) == (SAUCE, 2, NOW, False)


def test_facts_of_goods_come_back_by_their_id(desk: Desk) -> None:
    open_selling(desk)

    with desk.database.reader() as session:
        found = goods.fact_by_id(session, SHOP, f"rating:{SAUCE}")

    assert found is not None
    assert found.value == rating()
