"""Is an offer counted as sent, answered, bought and taken back just as it was, in whatever order that is told?"""

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assist.contract import OrderLine, OrderPaid, OrderUpdated
from assist.domain.event import EventKind
from assist.domain.tally import Tally
from assist.store.queries import outbox
from tests.conftest import NOW
from tests.desk.offered import (
    ASKED,
    CONTEXT,
    KINDS,
    NO,
    OFFER,
    SALMON,
    SAUCE,
    WASABI,
    YES,
    Counted,
    answer,
    at,
    counted,
    offer,
    open_offers,
    paid,
    refunded,
    reply,
    row,
    run_tasks,
    selling,
    sums,
    updated,
)
from tests.desk.shop import (
    SHOP,
    SHRIMP,
    SHRIMP_ANSWER,
    Desk,
    caller,
    conversation_of,
    edited,
    message_of,
    recalled,
    replaced,
    said,
    small_library,
)

KEY = ("shrimp-sauce", SAUCE)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    return open_offers(desk)


@pytest.fixture
def either_shop(either_desk: Desk) -> Desk:
    return open_offers(either_desk)


# --- sent -----------------------------------------------------------------------------------------------------------


def test_an_offer_is_sent_when_a_reply_says_it(either_shop: Desk) -> None:
    offer(either_shop)
    either_shop.hear(reply())

    made = row(either_shop)
    assert (made.state, made.sent_at, made.learned) == ("sent", at(10), "")
    (event,) = either_shop.log(*KINDS)
    assert (event.kind, event.at, event.n) == (EventKind.offer_sent, at(10), 990)
    assert (event.suggestion_id, event.turn_id, event.episode) == ("card", message_of("m1"), 1)
    assert (event.agent_id, event.level, event.team) == (caller().agent_id, "junior", "一组")
    assert (event.platform, event.category, event.subject_key) == ("generic", "live_seafood", made.subject_key)
    assert event.payload == {
        "offer_id": "shrimp-sauce",
        "skus": [SAUCE],
        "evidence": f"rating:{SAUCE}",
        "context": CONTEXT,
        "propensity": 0.7,
        "explored": False,
        "holdout": False,
        "taken_back": False,
    }
    assert [card.state for card in either_shop.cards() if card.id == "card"] == ["stale"]
    assert sums(either_shop) == {}


@pytest.mark.parametrize(
    ("told", "state"),
    [
        pytest.param([reply(f"{SHRIMP_ANSWER}{OFFER}")], "sent", id="in one message with the answer"),
        pytest.param([reply(role="bot", by="bot")], "sent", id="by the bot"),
        pytest.param([reply(SHRIMP_ANSWER), reply(minutes=45, ref="a2")], "sent", id="long after the answer"),
        pytest.param(
            [reply(SHRIMP_ANSWER), said("m2", "谢谢", at(12), by="u1"), reply(minutes=15, ref="a2")],
            "sent",
            id="after thanks",
        ),
        pytest.param(
            [reply(OFFER[:16], ref="a1"), reply(OFFER[16:], 10.5, "a2")], "sent", id="in two messages within a minute"
        ),
        pytest.param([reply(SHRIMP_ANSWER)], "computed", id="only the answer"),
        pytest.param([reply(private=True)], "computed", id="only to colleagues"),
        pytest.param([reply(role="system", by="")], "computed", id="by the platform"),
        pytest.param([said("m2", OFFER, at(10), by="u1")], "computed", id="by the customer"),
        pytest.param(
            [reply(SHRIMP_ANSWER), said("m2", "几点之前下单今天发货", at(20), by="u1"), reply(minutes=30, ref="a2")],
            "computed",
            id="after the next question",
        ),
        pytest.param([reply(), recalled("a1", at(11))], "computed", id="taken back"),
        pytest.param([reply(), edited("a1", SHRIMP_ANSWER, at(11))], "computed", id="edited away"),
        pytest.param([reply(SHRIMP_ANSWER), edited("a1", OFFER, at(11))], "sent", id="edited into it"),
    ],
)
def test_what_counts_as_sent(shop: Desk, told: list[Any], state: str) -> None:
    offer(shop)
    shop.hear(*told)

    assert row(shop).state == state
    assert (counted(shop) == {}) is (state == "computed")


@pytest.mark.parametrize("kind", [EventKind.sent, EventKind.inserted])
def test_an_agent_who_says_so_has_sent_it_in_words_of_their_own(shop: Desk, kind: EventKind) -> None:
    offer(shop)
    (card,) = (one for one in shop.cards() if one.id == "card")
    shop.step(kind, card)
    shop.hear(reply("要不要顺手捎上那个", 10))

    assert row(shop).state == ("sent" if kind is EventKind.sent else "computed")


def test_what_went_out_through_us_from_the_card_is_sent(shop: Desk) -> None:
    offer(shop)
    shop.writer.submit(lambda session: outbox.queue(session, from_card())).result()
    shop.hear(reply("要不要顺手捎上那个", 10, echo_of="key-1"))

    assert row(shop).state == "sent"


def from_card() -> outbox.NewDelivery:
    return outbox.NewDelivery(
        shop_id=SHOP,
        kind="reply",
        idempotency_key="key-1",
        conversation_id=conversation_of(),
        adapter="generic",
        account="main",
        conversation_ref="c1",
        text="要不要顺手捎上那个",
        agent_id=caller().agent_id,
        suggestion_id="card",
        not_before=ASKED,
        expires_at=NOW,
        created_at=ASKED,
    )


def test_an_offer_sent_twice_in_an_episode_counts_once(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(), said("m2", "几点之前下单今天发货", at(20), by="u1"))
    offer(shop, "card-2", turn="m2")
    shop.hear(reply(minutes=25, ref="a2"), answer(YES, 30, "m3"))

    assert counted(shop) == {"card": Counted(sent=True, price_fen=990, answer="accepted", by="text")}
    assert (row(shop, "card-2").state, row(shop, "card-2").by) == ("sent", "repeat")
    assert sums(shop) == {KEY: Tally(1, 1)}


def test_the_first_of_two_counts_even_where_it_is_told_last(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(SHRIMP_ANSWER, 5, "a0"), said("m2", "几点之前下单今天发货", at(20), by="u1"))
    offer(shop, "card-2", turn="m2")
    shop.hear(reply(minutes=25, ref="a2"), reply(minutes=10, ref="a1"))

    assert counted(shop) == {"card": Counted(sent=True, price_fen=990)}


def test_who_is_held_out_was_offered_nothing(shop: Desk) -> None:
    offer(shop, holdout=True)
    shop.hear(reply(), answer(YES), updated())

    assert (row(shop).state, sums(shop), shop.log(*KINDS)) == ("computed", {}, [])


# --- answered by text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "state", "learned"),
    [
        pytest.param([answer(YES)], "accepted", Tally(1, 1), id="yes"),
        pytest.param([answer(NO)], "declined", Tally(1, 0), id="no"),
        pytest.param([answer("好的谢谢")], "sent", None, id="thanks are neither"),
        pytest.param(
            [answer("多少钱"), reply("9.9元一瓶哦", 22, "a2"), answer("那来一瓶", 24, "m3")],
            "accepted",
            Tally(1, 1),
            id="after a question about it",
        ),
        pytest.param([answer(YES), answer("不用了，算了", 21, "m3")], "declined", Tally(1, 0), id="the last word"),
        pytest.param([answer(YES, 24 * 60 + 11)], "lapsed", Tally(1, 0), id="too late"),
        pytest.param([answer(YES), recalled("m2", at(22))], "sent", None, id="taken back"),
        pytest.param([answer(YES), edited("m2", NO, at(22))], "declined", Tally(1, 0), id="edited"),
    ],
)
def test_the_next_turn_answers(shop: Desk, told: list[Any], state: str, learned: Tally | None) -> None:
    offer(shop)
    shop.hear(reply())
    for event in told:
        shop.clock.now = max(NOW, event.sent_at)
        shop.hear(event)

    assert row(shop).state == state
    assert sums(shop).get(KEY) == learned
    assert sums(shop, "").get(KEY) == learned


def test_an_answer_after_something_else_was_offered_is_about_that(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(), said("m2", "几点之前下单今天发货", at(20), by="u1"))
    offer(
        shop, "card-2", turn="m2", skus=[WASABI], text="青芥辣配三文鱼最提味，五块八一支，给您带一支吗？", offer_id="w"
    )
    shop.hear(reply("青芥辣配三文鱼最提味，五块八一支，给您带一支吗？", 25, "a2"), answer("来一支", 30, "m3"))

    assert (row(shop).state, row(shop, "card-2").state) == ("sent", "accepted")


# --- answered by an order -------------------------------------------------------------------------------------------


def test_an_order_of_the_goods_accepts(either_shop: Desk) -> None:
    offer(either_shop)
    either_shop.hear(reply(), paid(30), updated(40))

    made = row(either_shop)
    assert (made.state, made.by, made.order_ref, made.fen) == ("accepted", "order", "o1", 990)
    assert made.answered_at == at(30)
    assert counted(either_shop) == {
        "card": Counted(sent=True, price_fen=990, answer="accepted", by="order", fen=990, order="o1")
    }
    assert (sums(either_shop), sums(either_shop, "")) == ({KEY: Tally(1, 1)}, {KEY: Tally(1, 1)})


@pytest.mark.parametrize(
    ("order", "state", "fen"),
    [
        pytest.param(updated(lines={SAUCE: 990, WASABI: 580, SALMON: 8800}), "accepted", 1570, id="all of a set"),
        pytest.param(updated(lines={SAUCE: 990, SALMON: 8800}), "accepted", 990, id="the leading goods alone"),
        pytest.param(updated(lines={WASABI: 580}), "sent", 0, id="without the leading goods"),
        pytest.param(updated(lines={SALMON: 8800}), "sent", 0, id="other goods"),
        pytest.param(updated(customer="u2"), "sent", 0, id="somebody else's"),
        pytest.param(updated(paid=None, status="created"), "sent", 0, id="not paid"),
        pytest.param(updated(paid=5), "sent", 0, id="paid before it was offered"),
        pytest.param(updated(paid=10), "sent", 0, id="paid at that moment"),
        pytest.param(updated(paid=11), "accepted", 990, id="paid just after it"),
    ],
)
def test_which_orders_accept(shop: Desk, order: Any, state: str, fen: int) -> None:
    offer(shop, skus=[SAUCE, WASABI])
    shop.hear(reply(), order)

    assert (row(shop).state, row(shop).fen) == (state, fen)


@pytest.mark.parametrize(("minutes", "state"), [(24 * 60 + 10, "accepted"), (24 * 60 + 11, "sent")])
def test_an_order_accepts_within_the_hours_for_it(shop: Desk, minutes: float, state: str) -> None:
    offer(shop)
    shop.hear(reply())
    shop.clock.now = at(24 * 60 + 5)
    shop.hear(updated(24 * 60 + 5, paid=minutes))

    assert row(shop).state == state


def test_a_yes_is_counted_once_and_its_order_adds_the_money(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(), answer(YES))
    assert counted(shop)["card"] == Counted(sent=True, price_fen=990, answer="accepted", by="text")
    shop.hear(updated())

    assert counted(shop)["card"] == Counted(True, 990, "accepted", "order", 990, "o1")
    assert sums(shop) == {KEY: Tally(1, 1)}


def test_who_said_no_and_bought_it_has_accepted(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(), answer(NO))
    assert sums(shop) == {KEY: Tally(1, 0)}
    shop.hear(updated())

    assert (row(shop).state, row(shop).by, sums(shop)) == ("accepted", "order", {KEY: Tally(1, 1)})


def test_an_order_counts_for_the_last_offer_of_its_goods(shop: Desk) -> None:
    shop.hear(said("n1", SHRIMP, at(12), by="u1", conversation="c2"))
    offer(shop)
    offer(shop, "card-2", turn="n1", conversation="c2")
    shop.hear(reply(), reply(minutes=14, ref="b1", conversation="c2"), updated())

    assert {id_: one.fen for id_, one in counted(shop, "c1", "c2").items()} == {"card": 0, "card-2": 990}


def test_an_order_whose_payment_names_the_customer_is_theirs(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(), updated(customer="", paid=None), paid(30))

    assert (row(shop).state, row(shop).fen, row(shop).answered_at) == ("accepted", 990, at(30))


# --- lapsed ---------------------------------------------------------------------------------------------------------


def test_what_nobody_answers_lapses(either_shop: Desk) -> None:
    offer(either_shop)
    either_shop.hear(reply())
    either_shop.clock.now = at(24 * 60 + 9)
    assert run_tasks(either_shop) == 0
    either_shop.clock.now = at(24 * 60 + 10)
    assert run_tasks(either_shop) == 1

    assert (row(either_shop).state, row(either_shop).answered_at) == ("lapsed", at(24 * 60 + 10))
    assert counted(either_shop)["card"].answer == "lapsed"
    assert sums(either_shop) == {KEY: Tally(1, 0)}


def test_an_order_told_late_still_counts(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply())
    shop.clock.now = at(30 * 60)
    run_tasks(shop)
    shop.hear(updated(29 * 60, paid=60))

    assert (row(shop).state, sums(shop)) == ("accepted", {KEY: Tally(1, 1)})
    assert counted(shop)["card"].fen == 990


def test_what_was_answered_does_not_lapse(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(), answer(NO))
    shop.clock.now = at(24 * 60 + 10)
    run_tasks(shop)

    assert (row(shop).state, len(shop.log(EventKind.offer_answered))) == ("declined", 1)


# --- taken back -----------------------------------------------------------------------------------------------------

DAY = 24 * 60


@pytest.mark.parametrize(
    ("told", "state", "back", "learned"),
    [
        pytest.param([refunded(9790)], "reversed", 990, Tally(1, 0), id="all of it"),
        pytest.param([refunded(400)], "accepted", 400, Tally(1, 1), id="a part, counted against the offer first"),
        pytest.param([refunded(400), refunded(300, 70)], "accepted", 700, Tally(1, 1), id="two parts"),
        pytest.param([refunded(5000)], "reversed", 990, Tally(1, 0), id="a part that is more than the offer"),
        pytest.param([updated(60, refunded=400)], "accepted", 400, Tally(1, 1), id="told by the order"),
        pytest.param([refunded(400), updated(60, refunded=400)], "accepted", 400, Tally(1, 1), id="told by both"),
        pytest.param([updated(60, status="cancelled")], "reversed", 990, Tally(1, 0), id="cancelled"),
        pytest.param([updated(60, refunded=9790)], "reversed", 990, Tally(1, 0), id="all, told by the order"),
        pytest.param([refunded(990), refunded(990)], "reversed", 990, Tally(1, 0), id="told twice"),
        pytest.param([refunded(400, 30 + 7 * DAY)], "accepted", 400, Tally(1, 1), id="on the last moment"),
        pytest.param([refunded(9790, 31 + 7 * DAY)], "accepted", 0, Tally(1, 1), id="after the days for it"),
        pytest.param([updated(31 + 7 * DAY, status="refunded")], "accepted", 0, Tally(1, 1), id="given up after them"),
        pytest.param(
            [updated(60, refunded=400), updated(31 + 7 * DAY, refunded=9790)],
            "accepted",
            400,
            Tally(1, 1),
            id="a part in time, the rest too late",
        ),
    ],
)
def test_what_goes_back_in_time_is_taken_back(
    either_shop: Desk, told: list[Any], state: str, back: int, learned: Tally
) -> None:
    offer(either_shop)
    either_shop.hear(reply(), updated(40))
    for event in told:
        either_shop.clock.now = max(NOW, event.sent_at)
        either_shop.hear(event)

    made = row(either_shop)
    assert (made.state, made.fen, made.taken_back_fen) == (state, 990, back)
    folded = counted(either_shop)["card"]
    assert (folded.fen, folded.back_fen, folded.whole) == (990, back, state == "reversed")
    assert sums(either_shop) == {KEY: learned}


def test_an_order_placed_again_after_one_was_cancelled_counts(shop: Desk) -> None:
    offer(shop)
    shop.hear(reply(), updated(40), updated(50, status="cancelled"), updated(60, order="o2", paid=55))

    assert counted(shop)["card"] == Counted(True, 990, "accepted", "order", 990, "o2")
    assert sums(shop) == {KEY: Tally(1, 1)}


# --- in whatever order ----------------------------------------------------------------------------------------------

TOLD = (reply(), answer(NO), paid(30), updated(40), refunded(400, 60))


def state_of(desk: Desk) -> object:
    return row(desk), counted(desk), sums(desk), sums(desk, "")


@pytest.mark.slow
def test_every_order_of_deliveries_gives_the_same(desk: Desk) -> None:
    desk.publish(replaced(small_library(), selling()))
    found: dict[str, list[object]] = {}
    for number, order in enumerate(itertools.permutations(range(len(TOLD)))):
        found.setdefault(str(told_in(desk, f"v{number}", order)), []).append(order)

    assert len(found) == 1, {state: orders[:3] for state, orders in found.items()}


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.sampled_from(range(len(TOLD))), min_size=1, max_size=12))
def test_deliveries_told_again_change_nothing(either_desk: Desk, order: list[int]) -> None:
    count = len(either_desk.inbox_states())
    if not count:
        either_desk.publish(replaced(small_library(), selling()))
    every = [*order, *(one for one in range(len(TOLD)) if one not in order)]
    expected = ("accepted", "order", 990, 400, "yes")

    assert told_in(either_desk, f"h{count}", every)[:5] == expected


def told_in(desk: Desk, name: str, order: Any) -> tuple[Any, ...]:
    """Tell a customer of their own everything in an order; return what came of it."""
    card, customer, number = f"card-{name}", f"u-{name}", f"o-{name}"
    desk.hear(said("m1", SHRIMP, ASKED, by=customer, conversation=name))
    offer(desk, card, conversation=name, customer=customer)
    events = [
        reply(conversation=name),
        said("m2", NO, at(20), by=customer, conversation=name),
        paid(30, order=number, customer=customer),
        updated(40, order=number, customer=customer),
        refunded(400, 60, order=number, customer=customer),
    ]
    desk.hear(*(events[one] for one in order))
    made = row(desk, card)
    folded = counted(desk, name)[card]
    assert (folded.fen, folded.back_fen, folded.answer, folded.by) == (
        made.fen,
        made.taken_back_fen,
        made.state,
        made.by,
    )
    return (made.state, made.by, made.fen, made.taken_back_fen, made.learned, made.sent_at, made.answered_at)


def test_handling_everything_again_logs_nothing_new(shop: Desk) -> None:
    offer(shop)
    shop.hear(*TOLD)
    before = state_of(shop), shop.log(*KINDS)
    shop.hear(said("m9", "谢谢", at(90), by="u1"), updated(91, name="again", refunded=400))

    assert (state_of(shop), shop.log(*KINDS)) == before


def test_a_shop_that_offers_nothing_logs_nothing(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, ASKED, by="u1"), reply(), answer(YES), updated())

    assert desk.log(*KINDS) == []


@pytest.mark.parametrize("year", [1, 9999])
def test_an_order_paid_at_the_end_of_the_calendar_is_handled(desk: Desk, year: int) -> None:
    at = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, tzinfo=UTC)
    paid = OrderPaid(
        event_ref=f"paid-{year}", sent_at=at, raw_type="paid", order_ref="o1", customer_ref="c", paid_fen=1
    )
    line = OrderLine(line_ref="1", sku="A", paid_fen=1)
    order = OrderUpdated(
        event_ref=f"order-{year}", sent_at=at, raw_type="o", order_ref="o1", customer_ref="c", paid_at=at, lines=(line,)
    )

    desk.hear(order, paid)

    assert set(desk.inbox_states().values()) == {"done"}
