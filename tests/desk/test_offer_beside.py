"""One offer beside an answer, and each reason not to make it. Expectations follow part 4 of the rules on selling."""

from datetime import timedelta

import pytest
from pydantic import JsonValue

from assist.desk.advise import Advice
from assist.desk.look_at_offers import says_one_of
from assist.desk.step import StaleSuggestion
from assist.domain.event import EventKind
from assist.domain.goods import Goods
from assist.domain.suggestion import SuggestionKind
from assist.store.queries import goods as goods_rows
from tests.conftest import NOW
from tests.desk.offer_shop import (
    FROZEN,
    HOTPOT,
    IN_ENGLISH,
    LIVE,
    SAUCE,
    SCRIPTS,
    answer,
    ask,
    bought,
    customer_is,
    held,
    offered,
    open_selling,
    rating,
    script,
    state,
)
from tests.desk.shop import SHOP, SHRIMP, SHRIMP_ANSWER, Desk, message_of, said


def test_the_answer_comes_first_and_one_offer_after_it(either_desk: Desk) -> None:
    open_selling(either_desk)

    ask(either_desk)

    kinds = [one.kind for one in either_desk.live()]
    assert kinds[0] is SuggestionKind.answer
    assert kinds.count(SuggestionKind.offer) == 1
    assert kinds[-1] is SuggestionKind.offer


def test_a_card_has_four_parts_and_evidence_that_names_its_fact(desk: Desk) -> None:
    open_selling(desk)

    ask(desk)

    (card,) = offered(desk)
    assert card.offer is not None
    assert all((card.offer.feature, card.offer.advantage, card.offer.benefit, card.offer.proof.text))
    assert card.offer.proof.fact_id == f"rating:{SAUCE}"
    assert [(one.sku, one.price_fen, one.stock) for one in card.offer.goods] == [(SAUCE, 1290, 8)]
    assert card.text == "白灼的话配这瓶蒜蓉蘸酱 200克，2026年10月20日至11月19日1200条评价4.8分，要不要一起带一份？"


def test_an_english_customer_is_offered_it_in_english(desk: Desk) -> None:
    open_selling(desk, [*SCRIPTS, IN_ENGLISH])

    ask(desk, "how do I store live shrimp at home")

    (card,) = offered(desk)
    assert card.text == (
        "It goes with our Garlic dip 200 g (4.8 from 1200 reviews, 20 October to 19 November 2026). Shall we add one?"
    )


def test_a_script_without_english_is_not_offered_to_an_english_customer(desk: Desk) -> None:
    open_selling(desk, [script("dip", say_en=None), IN_ENGLISH])

    ask(desk, "how do I store live shrimp at home")

    assert offered(desk) == []


def test_without_evidence_there_is_no_card_and_nothing_is_held(desk: Desk) -> None:
    open_selling(desk)
    state(desk, "rating", SAUCE, None, at=NOW + timedelta(seconds=1), name="gone")

    ask(desk)

    assert offered(desk) == []
    assert held(desk) is None


def test_evidence_that_ran_out_is_none(desk: Desk) -> None:
    open_selling(desk)
    state(desk, "rating", SAUCE, rating(), at=NOW + timedelta(seconds=1), until=NOW + timedelta(hours=1), name="short")
    desk.clock.move(hours=2)

    ask(desk)

    assert offered(desk) == []


# Part 4: when not to sell.


def test_nothing_is_offered_while_a_complaint_is_open(desk: Desk) -> None:
    open_selling(desk)

    ask(desk, "活虾少了一半，才半斤，" + SHRIMP)

    assert offered(desk) == []
    assert held(desk) == "complaint"


def test_the_sidebar_says_that_we_do_not_sell_in_trouble_although_no_script_is_for_that_question(desk: Desk) -> None:
    open_selling(desk, [script("dip", intents=["storage"])])

    ask(desk, "活虾少了一半，才半斤，怎么办")
    in_trouble = held(desk)
    ask(desk, "活虾要洗吗", "1", conversation="c2", by="customer-2")

    assert in_trouble == "complaint"
    assert held(desk, "c2") is None


def test_nothing_is_offered_elsewhere_while_the_customers_complaint_is_open(desk: Desk) -> None:
    open_selling(desk)
    ask(desk, "上次的活虾少了一半，才半斤，要退款", conversation="c2")

    ask(desk)

    assert offered(desk) == []
    assert held(desk) == "complaint"


def test_nothing_is_offered_to_a_customer_who_is_cross(desk: Desk) -> None:
    open_selling(desk)

    ask(desk, "你们什么态度啊，气死我了，" + SHRIMP)

    assert offered(desk) == []
    assert held(desk) in ("mood", "complaint")


def test_one_cross_word_is_enough_not_to_sell(desk: Desk) -> None:
    open_selling(desk)

    ask(desk, "太差劲了，" + SHRIMP)

    assert offered(desk) == []
    assert held(desk) == "mood"


def test_nothing_is_offered_after_somebodys_body_or_diet_was_spoken_of_in_the_episode(desk: Desk) -> None:
    open_selling(desk)
    ask(desk, "我怀孕了", "1")
    answer(desk, "恭喜您，有什么可以帮您", "a1")
    desk.clock.move(minutes=1)

    ask(desk, SHRIMP, "2")

    assert offered(desk) == []
    assert held(desk) == "careful"


def test_nothing_is_offered_where_safety_words_were_used(desk: Desk) -> None:
    open_selling(desk)

    ask(desk, "吃了你们的虾拉肚子了，" + SHRIMP)

    assert offered(desk) == []
    assert held(desk) == "harm"


def test_nothing_is_offered_after_safety_words_earlier_in_the_episode(desk: Desk) -> None:
    open_selling(desk)
    ask(desk, "吃了你们的虾拉肚子了", "1")
    answer(desk, "您先别着急，我马上为您登记", "a1")
    desk.clock.move(minutes=1)

    ask(desk, SHRIMP, "2")

    assert offered(desk) == []
    assert held(desk) == "harm"


def test_nothing_is_offered_while_the_question_is_unanswered(desk: Desk) -> None:
    open_selling(desk, answers={"likely_score": 1.0, "sure_score": 1.0})

    ask(desk, "活虾这样保存行不行")

    assert offered(desk) == []
    assert held(desk) == "unanswered"


def test_nothing_is_offered_beside_a_question_that_is_no_time_to_sell(desk: Desk) -> None:
    open_selling(desk, quiet_intents=["storage"])

    ask(desk)

    assert offered(desk) == []
    assert held(desk) == "topic"


def test_what_was_declined_ends_offers_in_the_episode(desk: Desk) -> None:
    open_selling(desk, most_per_episode=5)
    ask(desk, ref="1")
    (card,) = offered(desk)
    answer(desk, SHRIMP_ANSWER, "a1")
    answer(desk, card.text, "a2")
    desk.clock.move(minutes=1)
    ask(desk, "不用了谢谢", "2")
    answer(desk, "好的呢", "a3")
    desk.clock.move(minutes=1)

    ask(desk, SHRIMP, "3")

    assert offered(desk) == []
    assert held(desk) == "declined"


def test_what_was_declined_is_not_offered_again_to_this_customer_for_the_policys_days(desk: Desk) -> None:
    open_selling(desk, declined_again_after_days=30, most_per_day=5)
    ask(desk, ref="1")
    (card,) = offered(desk)
    answer(desk, card.text, "a1")
    desk.clock.move(minutes=1)
    ask(desk, "不用了谢谢", "2")

    desk.clock.move(days=29)
    ask(desk, SHRIMP, "3")
    early = offered(desk), held(desk)
    answer(desk, SHRIMP_ANSWER, "a3")
    desk.clock.move(days=2)
    ask(desk, SHRIMP, "4")

    assert early == ([], "declined")
    assert len(offered(desk)) == 1


def test_one_episode_has_one_offer(desk: Desk) -> None:
    open_selling(desk)
    ask(desk, ref="1")
    (card,) = offered(desk)
    answer(desk, card.text, "a1")
    desk.clock.move(minutes=1)

    ask(desk, SHRIMP, "2")

    assert offered(desk) == []
    assert held(desk) == "offered"


def test_why_an_offer_is_held_is_in_the_log_once(desk: Desk) -> None:
    open_selling(desk)
    ask(desk, "活虾少了一半，才半斤，" + SHRIMP, "1")
    ask(desk, "你们说怎么办", "2")

    why = [event.payload["why"] for event in desk.log(EventKind.offer_held)]

    assert why == ["complaint"]


def test_a_customer_of_the_holdout_is_offered_nothing_and_it_is_logged(desk: Desk) -> None:
    open_selling(desk, holdout_percent=50)
    for number in range(12):
        ask(desk, ref="1", conversation=f"h{number}", by=f"buyer-{number}")

    shown = [number for number in range(12) if offered(desk, f"h{number}")]
    logged = [
        number
        for number in range(12)
        for event in desk.log(EventKind.suggestion_computed, ref=f"h{number}")
        if event.payload["arm"] == "holdout"
    ]
    assert sorted(shown + logged) == list(range(12))
    assert shown
    assert logged


# Stock, promotions and seasons.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("还有苹果吗", True),
        ("还有小个的苹果吗？", True),
        ("还有一半没吃完，能冻吗", False),
        ("还有谁家的苹果是又甜又脆又大的吗", False),
    ],
)
def test_a_gap_in_a_word_is_a_few_characters_of_one_clause(text: str, said: bool) -> None:
    assert says_one_of(text, ("还有…吗",)) is said


def test_what_is_out_of_stock_is_not_offered(desk: Desk) -> None:
    open_selling(desk)
    state(desk, "stock", SAUCE, 0, at=NOW + timedelta(seconds=1), name="gone")

    ask(desk)

    assert offered(desk) == []


def test_a_card_goes_when_its_goods_run_out(either_desk: Desk) -> None:
    open_selling(either_desk)
    ask(either_desk)
    assert len(offered(either_desk)) == 1

    state(either_desk, "stock", SAUCE, 0, at=NOW + timedelta(seconds=1), name="gone")

    assert offered(either_desk) == []


def test_goods_that_run_out_while_a_card_is_decided_are_not_offered(either_desk: Desk) -> None:
    """Two at once: the card was decided before the count came, and is kept after it."""
    open_selling(either_desk)
    ask(either_desk)
    (decided,) = [row for row in either_desk.cards() if row.suggestion.offer]
    state(either_desk, "stock", SAUCE, 0, at=NOW + timedelta(seconds=1), name="gone")

    either_desk.writer.submit(Advice(rows=(decided,), stale=(), events=()).keep).result()

    assert offered(either_desk) == []


def test_an_offer_that_was_put_away_is_not_followed_by_another(desk: Desk) -> None:
    other = script("soup-beside-shrimp", kind="soup_base", product="锅底", say="{{ goods }}要带一份吗？")
    open_selling(desk, [*SCRIPTS, other])
    ask(desk, ref="1")
    (card,) = [row for row in desk.cards() if row.suggestion.offer]
    desk.step(EventKind.dismissed, card)
    (gone,) = [one.sku for one in card.suggestion.offer.goods] if card.suggestion.offer else [""]
    state(desk, "stock", gone, 0, at=NOW + timedelta(seconds=1), name="gone")

    ask(desk, "急", "2")

    assert offered(desk) == []


@pytest.mark.parametrize("title", ["<b>蘸酱</b>", "蘸酱 {{ price }}", "蘸\u202e酱", "全国第一的蘸酱"])
def test_titles_with_markup_blanks_turns_or_forbidden_words_make_no_card(desk: Desk, title: str) -> None:
    open_selling(desk)
    odd = [Goods(sku=SAUCE, title=title, kind="dip")]
    desk.writer.submit(lambda session: goods_rows.save_goods(session, SHOP, odd, NOW)).result()

    ask(desk)

    assert offered(desk) == []
    assert [one.kind for one in desk.live()] == [SuggestionKind.answer]


def test_an_offer_stands_after_the_answer_until_something_else_is_asked(desk: Desk) -> None:
    open_selling(desk)
    ask(desk, ref="1")
    answer(desk, SHRIMP_ANSWER, "a1")
    standing = offered(desk)
    desk.clock.move(minutes=1)
    ask(desk, "好的", "2")
    after_thanks = offered(desk)
    desk.clock.move(minutes=1)

    ask(desk, "几点之前下单今天发货", "3")

    assert [one.offer.arm for one in standing if one.offer] == [SAUCE]
    assert [one.offer.arm for one in after_thanks if one.offer] == [SAUCE]
    first = message_of("1")
    assert [row.state for row in desk.cards() if row.suggestion.offer and row.turn_id == first] == ["stale"]


def test_a_bundle_is_offered_in_its_season_only_and_whole(desk: Desk) -> None:
    bundle = script("hotpot-set", role="bundle", kind="soup_base", bundle=["dip"], season="hotpot", product="火锅套餐")
    open_selling(desk, [bundle])

    ask(desk)
    in_season = offered(desk)
    state(desk, "season", "hotpot", False, at=NOW + timedelta(seconds=1), name="closed")
    ask(desk, ref="1", conversation="c2", by="customer-2")
    closed = offered(desk, "c2")
    state(desk, "season", "hotpot", True, at=NOW + timedelta(seconds=2), name="open")
    state(desk, "stock", SAUCE, 0, at=NOW + timedelta(seconds=1), name="gone")
    ask(desk, ref="1", conversation="c3", by="customer-3")

    assert [one.sku for card in in_season if card.offer for one in card.offer.goods] == [HOTPOT, SAUCE]
    assert closed == []
    assert offered(desk, "c3") == []


@pytest.mark.parametrize("count", ["0", " 0 ", "卖完", True, -1, 10**15], ids=repr)
def test_a_count_that_is_none_or_no_number_is_no_stock_and_never_costs_the_answer(desk: Desk, count: JsonValue) -> None:
    open_selling(desk)
    state(desk, "stock", SAUCE, count, at=NOW + timedelta(seconds=1), name="odd")

    ask(desk)

    assert offered(desk) == []
    assert [one.kind for one in desk.live()] == [SuggestionKind.answer]


@pytest.mark.parametrize("price", ["12.90", True, 10**15, -1], ids=repr)
def test_a_price_that_is_none_is_not_told(desk: Desk, price: JsonValue) -> None:
    open_selling(desk)
    state(desk, "price", SAUCE, price, at=NOW + timedelta(seconds=1), name="odd")

    ask(desk)

    assert [one.offer.goods[0].price_fen for one in offered(desk) if one.offer] == [None]


def test_a_promotion_that_asks_more_than_the_price_is_none(desk: Desk) -> None:
    open_selling(desk)
    state(desk, "promotion", SAUCE, {"price_fen": 9990}, until=NOW + timedelta(days=1))

    ask(desk)

    assert [one.offer.goods[0].price_fen for one in offered(desk) if one.offer] == [1290]


def test_a_card_cannot_be_used_once_its_promotion_has_ended(desk: Desk) -> None:
    open_selling(desk)
    state(desk, "promotion", SAUCE, {"price_fen": 990}, until=NOW + timedelta(hours=1))
    ask(desk)
    (card,) = [row for row in desk.cards() if row.suggestion.offer]
    assert card.suggestion.offer is not None
    assert card.suggestion.offer.ends_at == NOW + timedelta(hours=1)

    desk.clock.move(hours=1)

    with pytest.raises(StaleSuggestion):
        desk.step(EventKind.inserted, card)


def test_what_was_bought_within_the_policys_days_is_not_offered(desk: Desk) -> None:
    open_selling(desk)
    bought(desk, SAUCE, NOW - timedelta(days=6))

    ask(desk)

    assert offered(desk) == []


def test_what_was_bought_before_them_may_be_offered_and_is_spoken_of(desk: Desk) -> None:
    open_selling(desk)
    bought(desk, SAUCE, NOW - timedelta(days=8))

    ask(desk)

    (card,) = offered(desk)
    assert card.text.startswith("您之前买过蒜蓉蘸酱 200克，")


def test_a_set_is_not_offered_to_who_has_a_part_of_it_in_the_cart(desk: Desk) -> None:
    open_selling(desk, [script("set", role="bundle", kind="soup_base", bundle=["dip"], product="火锅套餐")])

    desk.hear(said("1", SHRIMP, desk.clock()).model_copy(update={"context": {"cart": [SAUCE]}}))

    assert offered(desk) == []


def test_what_is_none_of_our_goods_is_not_spoken_of(desk: Desk) -> None:
    open_selling(desk)

    desk.hear(said("1", SHRIMP, desk.clock()).model_copy(update={"context": {"browsing": ["成人用品", "<b>手机"]}}))

    (card,) = offered(desk)
    assert card.text.startswith("白灼的话")
    assert card.offer is not None
    assert card.offer.benefit == "白灼的虾蘸着就能吃"


def test_other_goods_they_looked_at_are_for_the_agents_eyes_only(desk: Desk) -> None:
    open_selling(desk)

    desk.hear(said("1", SHRIMP, desk.clock()).model_copy(update={"context": {"browsing": [HOTPOT]}}))

    (card,) = offered(desk)
    assert card.offer is not None
    assert card.offer.benefit.startswith("您刚看的菌汤锅底")
    assert card.text.startswith("白灼的话")


def test_something_else_is_offered_instead_of_what_is_sold_out(desk: Desk) -> None:
    instead = script(
        "frozen-instead", role="instead", kind="frozen_shrimp", say="活虾今天卖完了，{{ goods }}有现货，要看看吗？"
    )
    open_selling(desk, [instead])

    ask(desk, "还有活虾吗", "1")
    while_there = offered(desk)
    state(desk, "stock", LIVE, 0, at=NOW + timedelta(seconds=1), name="gone")
    ask(desk, "还有活虾吗", "1", conversation="c2", by="customer-2")

    assert while_there == []
    assert [card.offer.arm for card in offered(desk, "c2") if card.offer] == [FROZEN]


@pytest.mark.parametrize(("days_left", "said_so"), [(1, True), (-1, False)], ids=["running", "expired"])
def test_a_promotion_is_spoken_of_while_it_runs(desk: Desk, days_left: int, said_so: bool) -> None:
    cheap = script("dip-cheap", say="{{ goods }}现在{{ promotion_price }}，要不要带一份？")
    open_selling(desk, [cheap])
    promotion = {"price_fen": 990, "title": "周末价"}
    state(desk, "promotion", SAUCE, promotion, at=NOW - timedelta(days=3), until=NOW + timedelta(days=days_left))

    ask(desk)

    assert [("9.90元" in one.text) for one in offered(desk)] == ([True] if said_so else [])


# Who is spoken to.


def test_members_offers_are_for_members_whose_fact_is_there(desk: Desk) -> None:
    open_selling(desk, [script("members", members_only=True)])

    ask(desk, ref="1")
    stranger = offered(desk)
    customer_is(desk, {"member": True}, "customer-2")
    ask(desk, ref="1", conversation="c2", by="customer-2")

    assert stranger == []
    assert len(offered(desk, "c2")) == 1


def test_the_tone_is_that_of_the_segment(desk: Desk) -> None:
    open_selling(desk, [script("dip", say_to={"member": "会员您好，{{ goods }}要带一份吗？"})])
    customer_is(desk, {"member": True}, "customer-1")

    ask(desk)

    assert [one.text for one in offered(desk)] == ["会员您好，蒜蓉蘸酱 200克要带一份吗？"]


@pytest.mark.parametrize(
    ("context", "text"),
    [
        pytest.param({"cart": [LIVE]}, "您购物车里有鲜活基围虾 1斤，", id="cart"),
        pytest.param({"browsing": [LIVE]}, "您刚看的鲜活基围虾 1斤，", id="browsing"),
        pytest.param({"browsing": ["鲜活基围虾 1斤"]}, "您刚看的鲜活基围虾 1斤，", id="browsing, by title"),
        pytest.param(
            {"cart": ["鲜牛奶"], "browsing": [LIVE]}, "您刚看的鲜活基围虾 1斤，", id="the nearest to what is asked"
        ),
    ],
)
def test_what_the_customer_looked_at_is_in_the_card(desk: Desk, context: dict[str, object], text: str) -> None:
    open_selling(desk)

    desk.hear(said("1", SHRIMP, desk.clock()).model_copy(update={"context": context}))

    (card,) = offered(desk)
    assert card.offer is not None
    assert card.offer.benefit.startswith(text)
    assert card.text.startswith(text)
    assert card.offer.personal


def test_what_is_in_the_cart_already_is_not_offered(desk: Desk) -> None:
    open_selling(desk)

    desk.hear(said("1", SHRIMP, desk.clock()).model_copy(update={"context": {"cart": [SAUCE]}}))

    assert offered(desk) == []


def test_words_of_goods_that_a_guard_forbids_never_reach_a_card(desk: Desk) -> None:
    evil = script("dip", say="这是全国第一的{{ goods }}，要带一份吗？")
    open_selling(desk, [evil])

    ask(desk)

    assert offered(desk) == []


def test_the_same_turn_decided_again_keeps_its_offer(desk: Desk) -> None:
    open_selling(desk)
    ask(desk, ref="1")
    before = [row.id for row in desk.cards() if row.suggestion.offer]

    ask(desk, "急", "2")

    assert [row.id for row in desk.cards() if row.suggestion.offer and row.state == "live"] == before
