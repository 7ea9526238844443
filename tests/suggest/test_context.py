"""What a turn asks, given what was said before and what is in the order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.domain.library import Library
from assist.suggest.context import Asked, Listener, build_listener


@pytest.fixture(scope="module")
def listener(library: Library) -> Listener:
    return build_listener(library)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("？？", id="signs"),
        pytest.param("那个", id="an opening"),
        pytest.param("我想问下", id="an announcement"),
        pytest.param("你好，我想问一下", id="greeting and announcement"),
        pytest.param("亲亲在吗", id="greeting twice"),
        pytest.param("草莓", id="a name alone"),
        pytest.param("草莓呢", id="a name and a particle"),
        pytest.param("草莓和蓝莓", id="two names"),
        pytest.param("我昨天买的大闸蟹", id="a name and when it was bought"),
        pytest.param("那个caomei", id="a name in letters"),
        pytest.param("蓝梅", id="a misspelt name"),
        pytest.param("3", id="a number"),
        pytest.param("202611210001", id="an order number"),
        pytest.param("订单号202611210001", id="an order number that says so"),
        pytest.param("手机号是 13800001111", id="a phone number"),
        pytest.param("https://example.com/item?id=1", id="a link"),
        pytest.param("hi i have a question", id="an English announcement"),
        pytest.param("strawberries", id="an English name alone"),
        pytest.param("excuse me", id="an English opening"),
        pytest.param("我想問一下", id="traditional"),
    ],
)
def test_what_asks_nothing_is_not_answered(listener: Listener, text: str) -> None:
    assert listener.understand(text, [], []) is None
    assert listener.understand(text, [], ["阳澄湖大闸蟹 8只装"]) is None


@pytest.mark.parametrize("text", ["那个", "我想问下", "202611210001", "你好", "稍等"])
def test_what_asks_nothing_asks_nothing_later_either(listener: Listener, text: str) -> None:
    """Only a name answers an open question."""
    assert listener.understand(text, ["活虾怎么保存"], []) is None


@pytest.mark.parametrize(
    "text",
    [
        "草莓怎么保存",
        "坏了",
        "能放几天",
        "几天到",
        "怎么退款",
        "订单202611210001什么时候发货",
        "https://example.com/item 这个保质期多久",
        "how long do they keep",
        "where is my order",
        "is it gluten free",
    ],
)
def test_what_asks_something_is_asked_as_it_was_said(listener: Listener, text: str) -> None:
    asked = listener.understand(text, [], [])

    assert asked is not None
    assert asked == Asked(text)


@pytest.mark.parametrize(
    ("text", "earlier", "about"),
    [
        pytest.param("那能放几天", ["活虾怎么保存"], {"shrimp"}, id="the shrimp of before"),
        pytest.param("可以冷冻吗", ["草莓怎么保存", "那要洗吗"], {"strawberry"}, id="two turns before"),
        pytest.param("可以冷冻吗", ["草莓怎么保存", "蓝莓呢"], {"blueberry"}, id="the last one spoken of"),
        pytest.param("能放一起吗", ["草莓和蓝莓到了"], {"strawberry", "blueberry"}, id="both of one turn"),
        pytest.param("怎么赔", ["我买的芒果", "好的"], {"mango"}, id="a name alone is spoken of, too"),
        pytest.param("怎么洗", ["蓝梅到了"], {"blueberry"}, id="misspelt"),
        pytest.param("怎么洗", ["藍莓到了"], {"blueberry"}, id="traditional"),
        pytest.param("怎么退款", ["在吗", "你好"], set[str](), id="none spoken of"),
        pytest.param("怎么登录", ["西瓜视频会员"], set[str](), id="no goods"),
        pytest.param("how long do they keep", ["how do i store live shrimp"], {"shrimp"}, id="English"),
        pytest.param("can i freeze them", ["are the strawberries washed"], {"strawberry"}, id="English plural"),
        pytest.param("那能放几天", ["how do i store mangoes"], {"mango"}, id="from English to Chinese"),
    ],
)
def test_a_question_without_a_name_is_about_what_was_spoken_of(
    listener: Listener, text: str, earlier: list[str], about: set[str]
) -> None:
    asked = listener.understand(text, earlier, [])

    assert asked is not None
    assert asked.text == text
    assert set(asked.about) == about


@pytest.mark.parametrize(
    ("order", "about"),
    [
        pytest.param(["阳澄湖大闸蟹 公4两 8只装"], {"hairy_crab"}, id="one"),
        pytest.param(["红颜草莓 2斤", "奶油草莓 1斤"], {"strawberry"}, id="two lines of one kind"),
        pytest.param(["红颜草莓 2斤", "运费补差"], {"strawberry"}, id="one, and a line of no goods"),
        pytest.param(["红颜草莓 2斤", "贝贝南瓜"], set[str](), id="two kinds: none is guessed"),
        pytest.param(["草莓蓝莓拼盒"], set[str](), id="two kinds in one line"),
        pytest.param(["运费补差"], set[str](), id="no goods"),
        pytest.param([], set[str](), id="no order"),
        pytest.param(["Fresh Strawberries 500g"], {"strawberry"}, id="English title"),
    ],
)
def test_a_question_without_a_name_is_about_the_one_thing_in_the_order(
    listener: Listener, order: list[str], about: set[str]
) -> None:
    asked = listener.understand("能放几天", [], order)

    assert asked is not None
    assert set(asked.about) == about


def test_what_was_spoken_of_goes_before_what_was_ordered(listener: Listener) -> None:
    assert listener.understand("能放几天", ["活虾怎么保存"], ["红颜草莓"]) == Asked("能放几天", ("shrimp",))


@pytest.mark.parametrize(
    "text", ["草莓能放几天", "caomei能放几天", "strawberry能放几天", "how long do strawberries keep"]
)
def test_a_named_product_is_what_is_asked_about(listener: Listener, text: str) -> None:
    assert listener.understand(text, ["活虾怎么保存"], ["阳澄湖大闸蟹"]) == Asked(text)


@pytest.mark.parametrize(
    ("text", "earlier", "holds", "lacks"),
    [
        pytest.param("草莓", ["怎么保存"], ("草莓", "怎么保存"), (), id="which one?"),
        pytest.param("大闸蟹呢", ["活虾怎么保存"], ("大闸蟹", "怎么保存"), ("虾怎么",), id="the same of another"),
        pytest.param("草莓", ["怎么保存", "好的"], ("草莓", "怎么保存"), (), id="small talk between"),
        pytest.param("草莓", ["怎么退款", "能放几天"], ("草莓", "能放几天"), ("退款",), id="the last question"),
        pytest.param("草莓和蓝莓", ["能放几天"], ("草莓", "蓝莓", "能放几天"), (), id="two names"),
        pytest.param("strawberries", ["how long do they keep"], ("strawberries", "how long"), (), id="English"),
    ],
)
def test_a_name_answers_an_open_question(
    listener: Listener, text: str, earlier: list[str], holds: tuple[str, ...], lacks: tuple[str, ...]
) -> None:
    asked = listener.understand(text, earlier, [])

    assert asked is not None
    assert all(one in asked.text for one in holds), asked.text
    assert not any(one in asked.text for one in lacks), asked.text


@pytest.mark.parametrize("earlier", [[], ["你好"], ["我想问下", "草莓"]], ids=["first", "greeting", "names alone"])
def test_a_name_without_an_open_question_asks_nothing(listener: Listener, earlier: list[str]) -> None:
    assert listener.understand("大闸蟹", earlier, []) is None


ONLY_SAFETY = frozenset({"food_safety"})


def _allowed(listener: Listener, text: str) -> frozenset[str] | None:
    """Return the intents that every rule allows, or None where no rule holds."""
    limits = [frozenset(rule.intents) for rule in listener.limits(text)]
    return frozenset[str].intersection(*limits) if limits else None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("孩子吃完拉肚子", id="plain"),
        pytest.param("吃完上吐下泻，现在在医院挂水", id="several"),
        pytest.param("吃了頭暈", id="traditional"),
        pytest.param("拉\u200b肚\u200b子", id="disguised"),
        pytest.param("My son is VOMITING after the shrimp", id="English"),
        pytest.param("got food poisoning", id="English, two words"),
        pytest.param("she threw up", id="English past"),
        pytest.param("虾是死的，吃了拉肚子", id="unwell and dead: only what both allow"),
    ],
)
def test_who_is_unwell_is_told_about_safety_alone(listener: Listener, text: str) -> None:
    assert _allowed(listener, text) == ONLY_SAFETY


@pytest.mark.parametrize(
    "text",
    [
        "大闸蟹死了还能吃吗",
        "收到都是死的",
        "虾發臭了",
        "牛奶变质了",
        "草莓发霉了能吃吗",
        "the crabs arrived dead",
        "The salmon is ROTTEN",
        "are the strawberries mouldy?",
    ],
)
def test_of_what_is_dead_or_spoilt_nothing_is_cooked_or_stored(listener: Listener, text: str) -> None:
    allowed = _allowed(listener, text)

    assert allowed is not None
    assert "food_safety" in allowed
    assert "damage_claim" in allowed
    assert not allowed & {"washing_cooking", "storage", "ripeness"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "草莓怎么保存",
        "怎么退款",
        "大闸蟹怎么蒸",
        "几天到",
        "how do i store shrimp",
        "is it fresh",
        pytest.param("what is the deadline for ordering today", id="no dead in deadline"),
        pytest.param("do you deliver to the hospitality fair", id="no hospital in hospitality"),
    ],
)
def test_where_no_harm_is_spoken_of_all_may_be_answered(listener: Listener, text: str) -> None:
    assert _allowed(listener, text) is None


anything = st.text(st.sampled_from("草莓虾那这个呢怎么保存ab1 ？") | st.characters(categories=None), max_size=20)


@settings(max_examples=80, deadline=None)
@given(anything, st.lists(anything, max_size=4), st.lists(anything, max_size=3))
def test_any_turn_can_be_heard(listener: Listener, text: str, earlier: list[str], order: list[str]) -> None:
    asked = listener.understand(text, earlier, order)

    assert asked == listener.understand(text, earlier, order)
    listener.limits(text)
