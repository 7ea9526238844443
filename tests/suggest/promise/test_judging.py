"""What the policy allows depends on goods, money, time and the shop's own figures."""

from datetime import UTC, datetime
from time import thread_time

import pytest

from assist.domain.promise import Given, PromiseKind, PromisePolicy, PromiseRule

from .reading import GIVEN, NOW, SHANGHAI, judged, kinds, read, rewritten, shipped


def knowing(**known: object) -> Given:
    return Given.model_validate({"now": NOW, "timezone": SHANGHAI, **known})


def test_a_shop_with_three_days_turns_seven_into_three() -> None:
    rule = PromiseRule(
        id="return",
        kind=PromiseKind.return_window,
        zh="三天",
        en="three days",
        at_most_days=3,
        rewrite="{limit}无理由退货",
        rewrite_en="you have a {limit} no-reason return",
    )
    policy = PromisePolicy(rules=(rule,))

    (violation,) = judged("亲，支持7天无理由退货哦", policy=policy)

    assert rewritten("亲，支持7天无理由退货哦", (violation,)) == "亲，支持3天无理由退货哦"
    assert judged("亲，支持3天无理由退货哦", policy=policy) == ()


@pytest.mark.parametrize(
    ("text", "category", "wrong"),
    [
        pytest.param("签收后24小时内有坏的联系我们", "berries", False, id="24 hours for berries"),
        pytest.param("签收后48小时内有坏的联系我们", "berries", True, id="48 hours for berries"),
        pytest.param("签收后72小时内有坏的联系我们", "tropical_fruit", False, id="72 hours for mangoes"),
        pytest.param("签收后2小时内有死的联系我们", "live_seafood", False, id="2 hours for crabs"),
        pytest.param("签收后12小时内有死的联系我们", "live_seafood", True, id="12 hours for crabs"),
        pytest.param("签收后48小时内缺斤少两联系我们", "live_seafood", False, id="48 hours for weight"),
        pytest.param("签收后72小时内缺斤少两联系我们", "berries", True, id="72 hours for weight"),
    ],
)
def test_the_most_specific_window_counts(text: str, category: str, wrong: bool) -> None:
    assert bool(judged(text, knowing(categories=(category,)))) is wrong


def test_of_goods_of_several_kinds_the_widest_window_counts() -> None:
    given = knowing(categories=("berries", "live_seafood"))

    assert judged("签收后24小时内有坏的联系我们", given) == ()


def test_goods_not_named_have_the_widest_window_there_is() -> None:
    assert judged("签收后72小时内有坏的联系我们") == ()
    assert kinds("签收后4天内有坏的联系我们") == {"return_window"}


@pytest.mark.parametrize(
    ("known", "wrong"),
    [
        pytest.param({"agent_limit_fen": 5000}, True, id="above the limit"),
        pytest.param({"agent_limit_fen": 8000}, False, id="exactly the limit"),
        pytest.param({"agent_limit_fen": 5000, "granted_fen": 8000}, False, id="granted"),
        pytest.param({"agent_limit_fen": 5000, "granted_fen": 6000}, True, id="less granted"),
        pytest.param({}, False, id="no limit known"),
    ],
)
def test_an_amount_is_compared_with_limit_and_grant(known: dict[str, int], wrong: bool) -> None:
    assert bool(judged("给您退80元", knowing(**known))) is wrong


def test_a_share_is_worked_out_on_what_was_paid() -> None:
    # 30 % of 99.99 yuan is 29.997, rounded up 30.00.
    assert judged("给您退三成", knowing(agent_limit_fen=3000, paid_fen=9999)) == ()
    assert kinds("给您退三成", knowing(agent_limit_fen=2999, paid_fen=9999)) == {"partial_refund"}
    assert judged("给您退三成", knowing(agent_limit_fen=100)) == ()


def test_everything_back_needs_a_grant() -> None:
    assert kinds("给您全额退款") == {"full_refund"}
    assert judged("给您全额退款", knowing(full_refund_granted=True)) == ()
    assert judged("给您全额退款", knowing(granted_fen=8900, paid_fen=8900)) == ()
    assert kinds("给您全额退款", knowing(granted_fen=5000, paid_fen=8900)) == {"full_refund"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("24小时内给您退款", True, id="a day is sooner than five working days"),
        pytest.param("明天退款给您", True, id="so is tomorrow"),
        pytest.param("3个工作日内给您退款", True, id="so are three working days"),
        pytest.param("1-5个工作日内给您退款", False, id="what the shop keeps to"),
        pytest.param("马上给您退款", False, id="handing it in at once"),
        pytest.param("马上给您提交退款", False, id="handing it in, in words"),
        pytest.param("明天给您退款申请的结果", False, id="the result of an application"),
        pytest.param("您24小时内申请退款就行", False, id="what the customer does"),
    ],
)
def test_paying_back_by_a_time_is_a_time_of_arrival(text: str, wrong: bool) -> None:
    assert ("refund_time" in kinds(text)) is wrong


def test_today_may_be_promised_until_the_cutoff() -> None:
    # 16:00 in Shanghai is 08:00 UTC.
    before = Given(now=datetime(2026, 11, 22, 7, 59, tzinfo=UTC), timezone=SHANGHAI)
    after = Given(now=datetime(2026, 11, 22, 8, tzinfo=UTC), timezone=SHANGHAI)

    assert judged("今天发货", before) == ()
    assert [one.rule for one in judged("今天发货", after)] == ["ship-time-cutoff"]


def test_goods_keep_no_longer_than_is_known_of_the_longest() -> None:
    given = knowing(products=("strawberry", "grape"), shelf_life_days={"strawberry": 3.0, "grape": 7.0})

    assert judged("冷藏可以放7天", given) == ()
    assert [one.rule for one in judged("冷藏可以放8天", given)] == ["shelf-life-longer"]
    assert judged("冷藏可以放8天") == ()


def test_what_the_shop_stands_by_passes_word_for_word() -> None:
    rules = tuple(
        rule.model_copy(update={"allowed": ("不甜包退",)}) if rule.id == "taste-never" else rule
        for rule in shipped().promises.rules
    )
    policy = PromisePolicy(rules=rules)

    assert judged("不甜包退哦亲", policy=policy) == ()
    assert [one.rule for one in judged("保证好吃", policy=policy)] == ["taste-never"]


def test_a_kind_without_rules_is_free() -> None:
    assert judged("送您一箱", policy=PromisePolicy()) == ()


def test_figures_agree_with_the_other_policies() -> None:
    rules = {rule.id: rule for rule in shipped().promises.rules}
    facts = {name: fact.value for name, fact in shipped().service.facts.items()}

    for rule, fact in (
        ("return-window-fresh", "shop_claim_fresh"),
        ("return-window-ripening", "shop_claim_ripening"),
        ("return-window-tropical", "shop_claim_ripening"),
        ("return-window-any", "shop_claim_ripening"),
        ("return-window-live", "shop_claim_live"),
        ("return-window-frozen", "shop_claim_frozen"),
        ("return-window-weight", "shop_claim_weight"),
    ):
        assert f"{rules[rule].at_most_hours:g}小时" == facts[fact]
    assert f"{rules['price-protection'].at_most_days:g}天" == facts["shop_price_protection"]
    assert facts["shop_refund_arrival"] in (rules["refund-time-early"].rewrite or "")
    assert (rules["refund-time-early"].at_least_hours or 0) / 24 == 5
    assert facts["shop_free_shipping"] in (rules["freight-free"].rewrite or "")
    cutoff = rules["ship-time-cutoff"].same_day_before_minute or 0
    assert f"{cutoff // 60}:{cutoff % 60:02}" == facts["shop_cutoff"]


def test_every_category_named_is_one() -> None:
    known = {category.id for category in shipped().topics.categories}

    assert {one for rule in shipped().promises.rules for one in rule.categories} <= known


def test_only_the_first_two_thousand_characters_are_read() -> None:
    assert read("您好。" * 700 + "给您全额退款") == ()


@pytest.mark.parametrize("unit", ["亲给您全额退款", "明天上午10点到，", "一", "退", "10元", "不", "i'll refund you "])
def test_a_long_draft_takes_its_length(unit: str) -> None:
    text = (unit * 2000)[:2000]
    judged(text)

    begun = thread_time()
    judged(text, GIVEN)

    # At most 60 ms each as measured, where every clause breaks a rule; quadratic patterns took seconds.
    assert thread_time() - begun < 0.25
