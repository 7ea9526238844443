"""What the platform says went back: is it a remedy of ours, or does it count against the order all the same?"""

from datetime import datetime, timedelta

import pytest

from assist.contract import OrderRefunded, OrderUpdated
from assist.desk.grant import MoneyRefused
from assist.desk.settle_remedy import done_by_hand
from assist.domain.event import EventKind
from assist.domain.remedy import RemedyState
from assist.store.queries import remedies
from tests.conftest import NOW
from tests.desk.shop import Desk
from tests.money import AGENT, COUPON, CUSTOMER, MANAGER, Till, a_remedy, an_order, option

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def till(either_desk: Desk) -> Till:
    either_desk.clock.move(minutes=20)
    return Till(either_desk.database, either_desk.writer)


def refunded(fen: int, *, order_ref: str = "o1", at: datetime = LATER, ref: str = "r1") -> OrderRefunded:
    return OrderRefunded(
        event_ref=f"refunded-{ref}",
        sent_at=at,
        raw_type="refund",
        order_ref=order_ref,
        customer_ref=CUSTOMER,
        refunded_fen=fen,
    )


def test_a_reserved_remedy_of_just_that_amount_is_executed_by_it(either_desk: Desk, till: Till) -> None:
    row = till.asked(till.card())

    either_desk.hear(refunded(4_000))

    done = till.row(row.id)
    assert (done.state, done.ended_at) == (RemedyState.executed, LATER)
    assert done.confirmed_at == either_desk.clock()
    assert till.log(EventKind.remedy_executed)[0].payload["by"] == "platform"
    assert (till.spent(), till.back()[""]) == (4_000, 4_000)


def test_the_same_news_twice_settles_one(either_desk: Desk, till: Till) -> None:
    rows = [till.asked(till.card(f"c{n}", order=an_order("o1", 10_000)), by=MANAGER) for n in (1, 2)]

    either_desk.hear(refunded(4_000), refunded(4_000))

    states = sorted(till.row(row.id).state for row in rows)
    assert states == [RemedyState.executed, RemedyState.reserved]


@pytest.mark.parametrize(
    ("fen", "at", "order_ref"),
    [
        pytest.param(3_999, LATER, "o1", id="another-amount"),
        pytest.param(4_000, LATER, "o2", id="another-order"),
        pytest.param(4_000, NOW - timedelta(minutes=6), "o1", id="before-it-was-asked-for"),
    ],
)
def test_what_is_not_ours_settles_nothing(
    either_desk: Desk, till: Till, fen: int, at: datetime, order_ref: str
) -> None:
    row = till.asked(till.card())

    either_desk.hear(refunded(fen, at=at, order_ref=order_ref))

    assert till.row(row.id).state is RemedyState.reserved


def test_a_coupon_is_not_settled_by_a_refund(either_desk: Desk, till: Till) -> None:
    row = till.asked(till.card(decision=a_remedy(option(COUPON, 4_000))), COUPON)

    either_desk.hear(refunded(4_000))

    assert till.row(row.id).state is RemedyState.reserved


def test_what_waits_for_approval_is_not_settled_by_a_refund_but_the_order_has_that_much_less(
    either_desk: Desk, till: Till
) -> None:
    order = an_order("o1", 10_000)
    row = till.asked(till.card(decision=a_remedy(option(amount_fen=6_000)), order=order))

    either_desk.hear(refunded(6_000))

    assert till.row(row.id).state is RemedyState.pending_approval
    with pytest.raises(MoneyRefused) as refused:
        till.approve(row)
    assert refused.value.refused.left_fen == 4_000


def test_i4_a_refund_made_past_us_counts_against_the_order(either_desk: Desk, till: Till) -> None:
    card = till.card()
    either_desk.hear(refunded(6_001))

    with pytest.raises(MoneyRefused) as refused:
        till.ask(card, by=MANAGER)

    assert refused.value.refused.left_fen == 3_999


def test_a_refund_that_the_order_holds_already_counts_once(either_desk: Desk, till: Till) -> None:
    """The whole order is told again with it, before or after: 60 of 100 are gone, 40 are left."""
    till.card(order=an_order("o1", 10_000, refunded_fen=6_000, as_of=LATER + timedelta(minutes=1)))
    either_desk.hear(refunded(6_000))
    card = till.card("c2", order=an_order("o1", 10_000, refunded_fen=6_000, as_of=LATER + timedelta(minutes=2)))

    assert till.asked(card, by=MANAGER).state is RemedyState.reserved


def test_the_platforms_news_of_what_was_done_by_hand_counts_once(either_desk: Desk, till: Till) -> None:
    row = till.asked(till.card())
    either_desk.writer.submit(done_by_hand(AGENT, row.id, "R-1", NOW + timedelta(minutes=9))).result()

    either_desk.hear(refunded(4_000))

    assert till.row(row.id).confirmed_at == either_desk.clock()
    assert till.back()[""] == 4_000
    assert len(till.log(EventKind.remedy_executed)) == 1


def test_a_second_refund_alike_is_another_one(either_desk: Desk, till: Till) -> None:
    """One remedy is told of once: what comes after it went back past us."""
    row = till.asked(till.card())

    either_desk.hear(refunded(4_000, ref="r1"), refunded(4_000, ref="r2"))

    assert till.row(row.id).state is RemedyState.executed
    assert till.back()[""] == 8_000


def test_i10_an_unknown_outcome_is_marked_as_told_of_and_stays_unknown_until_it_was_asked_about(
    either_desk: Desk, till: Till
) -> None:
    row = till.asked(till.card())
    reserved = (RemedyState.reserved,)
    till.writer.submit(lambda session: remedies.move(session, row.id, reserved, RemedyState.unknown)).result()

    either_desk.hear(refunded(4_000))

    told = till.row(row.id)
    assert (told.state, told.confirmed_at) == (RemedyState.unknown, either_desk.clock())
    assert till.back()[""] == 4_000


def test_an_order_that_all_went_back_of_gives_no_more(either_desk: Desk, till: Till) -> None:
    """Its newest statement names no lines: it is taken as a whole."""
    card = till.card()
    told = OrderUpdated(
        event_ref="order-o1",
        sent_at=LATER,
        raw_type="order",
        order_ref="o1",
        customer_ref=CUSTOMER,
        status="signed",
        paid_fen=10_000,
        refunded_fen=10_000,
    )
    either_desk.hear(told)

    with pytest.raises(MoneyRefused) as refused:
        till.ask(card, by=MANAGER)

    assert (refused.value.refused.why, refused.value.refused.left_fen) == ("order", 0)
    assert till.rows() == []
