"""Does the reference shop keep what a commerce port promises? Its failures too: they are what ports are tested with."""

import threading

import anyio
import pytest

from assist.contract import (
    KEY_REUSED,
    Act,
    Catalogue,
    Commerce,
    Coupon,
    GoodsItem,
    Order,
    OrderLine,
    Outcome,
    Refund,
    Refundable,
    Reship,
)
from assist.contract.reference_shop import ReferenceShop

pytestmark = pytest.mark.anyio


def order(order_ref: str = "o1", customer_ref: str = "u1") -> Order:
    """Strawberries for 39.90 and milk for 20.10."""
    lines = (
        OrderLine(line_ref="l1", title="草莓", paid_fen=3990),
        OrderLine(line_ref="l2", title="鲜奶", paid_fen=2010),
    )
    return Order(order_ref=order_ref, customer_ref=customer_ref, paid_fen=6000, lines=lines)


def refund(fen: int, key: str = "key-00000001", line_ref: str = "l1", order_ref: str = "o1") -> Refund:
    return Refund(order_ref=order_ref, line_ref=line_ref, amount_fen=fen, idempotency_key=key)


COUPON = Coupon(customer_ref="u1", amount_fen=500, valid_days=30, idempotency_key="key-0000000c")
RESHIP = Reship(order_ref="o1", line_ref="l1", idempotency_key="key-0000000r")


@pytest.fixture
def shop() -> ReferenceShop:
    return ReferenceShop(order())


def test_it_is_a_commerce_port(shop: ReferenceShop) -> None:
    assert isinstance(shop, Commerce)
    assert isinstance(shop, Catalogue)


async def test_a_customers_orders_are_read_newest_first(shop: ReferenceShop) -> None:
    shop.put(order("o2"))
    shop.put(order("o3", "u2"))

    assert [one.order_ref for one in await shop.orders("u1")] == ["o2", "o1"]
    assert await shop.orders("nobody") == ()
    assert await shop.order("o3") == order("o3", "u2")
    assert await shop.order("o4") is None


async def test_a_refund_is_gone_from_what_is_refundable(shop: ReferenceShop) -> None:
    answer = await shop.refund(refund(1330))

    assert answer == Outcome(status="done", ref="refund-1")
    assert await shop.refundable("o1", "l1") == Refundable(fen=2660)
    assert await shop.refundable("o1", "l2") == Refundable(fen=2010)
    assert await shop.refundable("o1", "") == Refundable(fen=4670)
    found = await shop.order("o1")
    assert found is not None
    assert found.refunded_fen == 1330


@pytest.mark.parametrize("act", [refund(1330), COUPON, RESHIP], ids=["退款", "优惠券", "补发"])
async def test_the_same_key_acts_once_and_answers_the_same(shop: ReferenceShop, act: Act) -> None:
    answers = [await _asked(shop, act) for _ in range(3)]

    assert [answer.status for answer in answers] == ["done"] * 3
    assert len({answer.ref for answer in answers}) == 1
    assert [*shop.refunds, *shop.coupons, *shop.reships] == [act]
    assert await shop.outcome(act.idempotency_key) == answers[0]


@pytest.mark.parametrize(
    "another",
    [
        pytest.param(refund(1331), id="另一个金额"),
        pytest.param(refund(1330, line_ref="l2"), id="另一件"),
        pytest.param(COUPON.model_copy(update={"idempotency_key": "key-00000001"}), id="换成优惠券"),
    ],
)
async def test_another_act_under_the_same_key_is_refused_and_changes_nothing(shop: ReferenceShop, another: Act) -> None:
    first = await shop.refund(refund(1330))

    assert await _asked(shop, another) == Outcome(status="refused", error_code=KEY_REUSED)

    assert (shop.refunds, shop.coupons) == ((refund(1330),), ())
    assert await shop.outcome("key-00000001") == first


@pytest.mark.parametrize(
    ("act", "error_code"),
    [
        pytest.param(refund(3991), "more_than_refundable", id="超过这件"),
        pytest.param(refund(6001, line_ref=""), "more_than_refundable", id="超过整单"),
        pytest.param(refund(1, order_ref="o9"), "no_such_order", id="没有这单"),
        pytest.param(refund(1, line_ref="l9"), "no_such_line", id="没有这件"),
        pytest.param(RESHIP.model_copy(update={"order_ref": "o9"}), "no_such_order", id="补发没有的单"),
    ],
)
async def test_what_cannot_be_done_is_refused_for_good(shop: ReferenceShop, act: Act, error_code: str) -> None:
    answer = await _asked(shop, act)

    assert answer == Outcome(status="refused", error_code=error_code)
    assert await shop.outcome(act.idempotency_key) == answer
    assert (shop.refunds, shop.reships) == ((), ())


async def test_m05_parts_never_add_up_to_more_than_was_paid(shop: ReferenceShop) -> None:
    answers = [await shop.refund(refund(1596, f"key-0000000{number}")) for number in range(3)]

    assert [answer.status for answer in answers] == ["done", "done", "refused"]
    assert sum(one.amount_fen for one in shop.refunds) == 3192


async def test_a_line_gives_back_no_more_than_its_order_has_left(shop: ReferenceShop) -> None:
    await shop.refund(refund(5000, "key-000whole", line_ref=""))

    assert await shop.refundable("o1", "l1") == Refundable(fen=1000)
    assert (await shop.refund(refund(1001))).status == "refused"


async def test_a_key_that_was_never_used_is_not_found(shop: ReferenceShop) -> None:
    assert await shop.outcome("key-00000001") == Outcome(status="not_found")


async def test_an_order_that_is_not_there_has_nothing_refundable(shop: ReferenceShop) -> None:
    with pytest.raises(LookupError):
        await shop.refundable("o9", "")


async def test_it_can_time_out_after_acting(shop: ReferenceShop) -> None:
    shop.time_out_after_acting(2)

    for _ in range(2):
        with pytest.raises(TimeoutError):
            await shop.refund(refund(1330))

    assert shop.refunds == (refund(1330),)
    assert (await shop.outcome("key-00000001")).status == "done"
    assert (await shop.refund(refund(1330))).status == "done"
    assert len(shop.refunds) == 1


async def test_it_can_time_out_before_acting(shop: ReferenceShop) -> None:
    shop.time_out_before_acting()

    with pytest.raises(TimeoutError):
        await shop.refund(refund(1330))

    assert shop.refunds == ()
    assert (await shop.outcome("key-00000001")).status == "not_found"
    assert (await shop.refund(refund(1330))).status == "done"


async def test_it_can_refuse(shop: ReferenceShop) -> None:
    shop.refuse("frozen")

    assert await shop.refund(refund(1330)) == Outcome(status="refused", error_code="frozen")
    assert await shop.refund(refund(1330)) == Outcome(status="refused", error_code="frozen")
    assert (await shop.refund(refund(1330, "key-00000002"))).status == "done"


async def test_it_can_take_on_what_it_does_later(shop: ReferenceShop) -> None:
    shop.pending_first()

    assert (await shop.refund(refund(1330))).status == "pending"
    assert (await shop.outcome("key-00000001")).status == "pending"
    assert shop.refunds == ()
    assert (await shop.outcome("key-00000001")).status == "done"
    assert shop.refunds == (refund(1330),)


async def test_when_slow_it_acts_at_once_and_answers_later(shop: ReferenceShop) -> None:
    shop.slow(5)

    with anyio.move_on_after(0.05):
        await shop.refund(refund(1330))

    assert shop.refunds == (refund(1330),)


def test_any_number_of_threads_may_call(shop: ReferenceShop) -> None:
    answers: list[Outcome] = []

    async def ask() -> None:
        for number in range(20):
            answers.append(await shop.refund(refund(100, f"key-{number:08d}")))

    threads = [threading.Thread(target=lambda: anyio.run(ask)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(shop.refunds) == 20
    assert shop.calls == 160
    assert {answer.status for answer in answers} == {"done"}
    assert len({answer.ref for answer in answers}) == 20


@pytest.mark.parametrize("fen", [0, -1, 10**10 + 1, 1.0, "1", True, None])
def test_m04_an_amount_that_is_none_cannot_be_asked_for(fen: object) -> None:
    with pytest.raises(ValueError, match="amount_fen"):
        Refund.model_validate({"order_ref": "o1", "amount_fen": fen, "idempotency_key": "key-00000001"})


@pytest.mark.parametrize("key", ["short", "k" * 65, "key 00000001", "键0000001", ""])
def test_a_key_that_no_platform_takes_cannot_be_made(key: str) -> None:
    with pytest.raises(ValueError, match="idempotency_key"):
        Reship(order_ref="o1", idempotency_key=key)


@pytest.mark.parametrize("seconds", [-1.0, float("inf"), float("nan")])
def test_a_wait_is_a_time(seconds: float) -> None:
    with pytest.raises(ValueError, match="retry_after_s"):
        Outcome(status="unknown", retry_after_s=seconds)


async def _asked(shop: ReferenceShop, act: Act) -> Outcome:
    match act:
        case Refund():
            return await shop.refund(act)
        case Coupon():
            return await shop.coupon(act)
        case Reship():
            return await shop.reship(act)


async def test_goods_are_told_page_by_page_until_there_is_no_cursor(shop: ReferenceShop) -> None:
    shop.stock_up(*(GoodsItem(sku=sku, title=sku, stock=1) for sku in "abcde"))
    shop.goods_per_page = 2
    told: list[str] = []
    cursor = None

    while True:
        page = await shop.goods(cursor)
        told.append("".join(item.sku for item in page.items))
        cursor = page.cursor
        if cursor is None:
            break

    assert told == ["ab", "cd", "e"]


async def test_goods_change_and_a_shop_without_any_has_one_empty_page(shop: ReferenceShop) -> None:
    empty = await shop.goods(None)
    shop.stock_up(GoodsItem(sku="a", title="虾", stock=1))
    shop.stock_up(GoodsItem(sku="a", title="虾", stock=0))

    assert (empty.items, empty.cursor) == ((), None)
    assert [item.stock for item in (await shop.goods(None)).items] == [0]


async def test_a_lost_page_comes_when_it_is_asked_for_again(shop: ReferenceShop) -> None:
    shop.stock_up(GoodsItem(sku="a", title="虾"))
    shop.lose_pages()

    with pytest.raises(TimeoutError):
        await shop.goods(None)
    with pytest.raises(LookupError):
        await shop.goods("nobody's")
    assert len((await shop.goods(None)).items) == 1
