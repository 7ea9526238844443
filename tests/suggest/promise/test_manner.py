"""What is said otherwise than as the shop's own, present statement is no promise; what only looks so is one."""

import pytest

from .reading import kinds, read

NONE = [
    pytest.param("现在还不能给您全额退款", id="denied before"),
    pytest.param("全额退款这边做不到的", id="denied behind"),
    pytest.param("您是要全额退款吗", id="asked"),
    pytest.param("您是要全额退款，还是补发呢？", id="asked between two"),
    pytest.param("您说的全额退款我记下了", id="quoted"),
    pytest.param("如果核实是我们的问题，可以给您全额退款", id="on a condition"),
    pytest.param("核实属实的话可以给您全额退款", id="on a condition in its own clause"),
    pytest.param("快递说明天上午10点到", id="somebody else's"),
    pytest.param("物流显示，明天上午10点送到", id="somebody else's, carried on"),
    pytest.param("昨天已经给您全额退款了", id="past"),
    pytest.param("帮您申请全额退款", id="asked for"),
    pytest.param("不能保证明天到", id="certainty denied"),
    pytest.param("明天上午10点大概能到", id="hedged"),
    pytest.param("Would you like a full refund?", id="asked in English"),
    pytest.param("If we find it is our fault, we can refund you in full", id="on a condition in English"),
    pytest.param("I can't promise it arrives at 10 am", id="denied in English"),
    pytest.param("The courier said it arrives at 10 am", id="somebody else's in English"),
    pytest.param("I'll request a full refund for you", id="asked for in English"),
]
PROMISES = [
    pytest.param("如果您着急，我这边给您全额退款", "full_refund", id="a condition that is none"),
    pytest.param("如果您忙就先忙，明天一定到", "delivery_time", id="a condition that closes itself"),
    pytest.param("您现在下单，明天肯定到", "delivery_time", id="on what the customer does anyway"),
    pytest.param("不可能不新鲜", "freshness", id="a double negation"),
    pytest.param("不会不退的，全退给您", "full_refund", id="a double negation before"),
    pytest.param("放心，明天到", "delivery_time", id="放心"),
    pytest.param("给您全额退款，您看可以吗", "full_refund", id="an offer"),
    pytest.param("您反馈的坏果，我给您全额退款", "full_refund", id="ours after a quotation"),
    pytest.param("我跟您保证，周六前到", "delivery_time", id="sworn in the clause before"),
    pytest.param("It ships today, guaranteed", "ship_time", id="sworn in the clause behind"),
    pytest.param("不好意思，给您全额退款", "full_refund", id="a negation that is none"),
]


@pytest.mark.parametrize("text", NONE)
def test_no_promise(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(("text", "kind"), PROMISES)
def test_a_promise_all_the_same(text: str, kind: str) -> None:
    assert kinds(text) == {kind}


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("给您退20元", 2000),
        ("给您退二十块", 2000),
        ("给您退5块5", 550),
        ("给您退五毛", 50),
        ("给您退￥12.8", 1280),
        ("给您退一百二", 12000),
        ("给您退一百二十块", 12000),
        ("给您退两百五十元", 25000),
        ("退您１５元", 1500),
        ("I'll refund you 20 yuan", 2000),
        ("I'll refund you twenty yuan", 2000),
        ("I'll refund you twenty-five yuan", 2500),
    ],
)
def test_amounts_are_read_in_fen(text: str, fen: int) -> None:
    assert [one.amount_fen for one in read(text)] == [fen]


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("给您退30%", 30),
        ("给您退三成", 30),
        ("给您退一半", 50),
        ("给您退百分之十五", 15),
        ("给您打八折", 20),
        ("双倍赔您", 200),
        ("假一赔十", 1000),
        ("十倍赔偿", 1000),
        ("I'll refund you half", 50),
        ("we pay you ten times the price", 1000),
    ],
)
def test_shares_are_read_in_percent(text: str, percent: int) -> None:
    assert [one.percent for one in read(text)] == [percent]
