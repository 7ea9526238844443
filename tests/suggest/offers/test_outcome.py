"""Which orders answer which offers, and what of them counts: the rule's edges, and what holds for all of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.chat import Order
from assist.domain.offer import OfferPolicy
from assist.suggest.offers.outcome import Bought, Open, Outcome, Paid, Said, bought_after, outcome

T0 = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
POLICY = OfferPolicy(accept_hours=24, return_days=7)


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def paid(
    ref: str = "o1",
    hours: float = 1,
    lines: tuple[tuple[str, int], ...] = (("a", 900), ("b", 500), ("x", 8600)),
    *,
    refunded: int = 0,
    as_of: float = 1,
    given_up: bool = False,
    refunds: tuple[tuple[float, int], ...] = (),
) -> Paid:
    order = Order(
        order_ref=ref, status="", paid_fen=sum(fen for _, fen in lines), refunded_fen=refunded, as_of=at(as_of)
    )
    return Paid(order, at(hours), lines, given_up, tuple((at(when), fen) for when, fen in refunds))


A = Open("A", at(0), ("a",))
SET = Open("S", at(0), ("a", "b"))


@pytest.mark.parametrize(
    ("offers", "orders", "fen"),
    [
        pytest.param([A], [paid()], {"A": 900}, id="its line"),
        pytest.param([SET], [paid()], {"S": 1400}, id="all lines of a set: 900 + 500"),
        pytest.param([SET], [paid(lines=(("b", 500),))], {}, id="a set without its leading goods"),
        pytest.param([A], [paid(lines=(("a", 900), ("a", 700)))], {"A": 1600}, id="two lines of the goods"),
        pytest.param([A], [paid(hours=0)], {}, id="paid at the moment it was sent"),
        pytest.param([A], [paid(hours=24)], {"A": 900}, id="paid at the last moment"),
        pytest.param([A], [paid(hours=24.001)], {}, id="paid after it"),
        pytest.param([Open("N", at(0), ())], [paid()], {}, id="nothing that could be ordered"),
        pytest.param([A, Open("B", at(0.5), ("a",))], [paid()], {"B": 900}, id="the later of two offers"),
        pytest.param(
            [A, Open("B", at(2), ("a",))], [paid()], {"A": 900}, id="not the one that was sent after it was paid"
        ),
        pytest.param(
            [SET, Open("B", at(0.5), ("b",))], [paid()], {"S": 900, "B": 500}, id="each line for one offer only"
        ),
        pytest.param([A], [paid(), paid("o2", 2, (("a", 400),))], {"A": 900}, id="the first of two orders"),
        pytest.param(
            [A], [paid(given_up=True), paid("o2", 2, (("a", 400),))], {"A": 400}, id="the first that was not given up"
        ),
    ],
)
def test_an_order_answers_the_offers_of_its_goods(offers: list[Open], orders: list[Paid], fen: dict[str, int]) -> None:
    assert {id_: one.fen for id_, one in bought_after(offers, orders, POLICY).items()} == fen


DAYS7 = 1 + 7 * 24


@pytest.mark.parametrize(
    ("order", "back", "whole"),
    [
        pytest.param(paid(), 0, False, id="nothing"),
        pytest.param(paid(refunds=((2, 300),)), 300, False, id="a part"),
        pytest.param(paid(refunds=((2, 300), (3, 300))), 600, False, id="two parts"),
        pytest.param(paid(refunds=((2, 5000),)), 900, False, id="more than the offer, less than the order"),
        pytest.param(paid(refunds=((2, 10_000),)), 900, True, id="all of 900 + 500 + 8600"),
        pytest.param(paid(refunded=300, as_of=3, refunds=((2, 300),)), 300, False, id="the order holds it already"),
        pytest.param(paid(refunded=300, as_of=3, refunds=((4, 300),)), 600, False, id="another after its statement"),
        pytest.param(paid(given_up=True), 900, True, id="given up"),
        pytest.param(paid(refunds=((DAYS7, 300),)), 300, False, id="at the last moment"),
        pytest.param(paid(refunds=((DAYS7 + 0.01, 300),)), 0, False, id="too late"),
        pytest.param(paid(refunded=300, as_of=DAYS7 + 0.01), 0, False, id="stated too late"),
        pytest.param(paid(given_up=True, as_of=DAYS7 + 0.01), 0, False, id="given up too late"),
        pytest.param(
            paid(given_up=True, as_of=DAYS7 + 9, refunds=((2, 300),)), 300, False, id="a part in time, given up later"
        ),
    ],
)
def test_what_went_back_in_time_is_taken_off(order: Paid, back: int, whole: bool) -> None:
    bought = bought_after([A], [order], POLICY)["A"]

    assert (bought.fen, bought.taken_back_fen, bought.whole) == (900, back, whole)


@pytest.mark.parametrize(
    ("said", "bought", "hours", "expected"),
    [
        pytest.param(None, None, 23.99, Outcome("sent"), id="waits"),
        pytest.param(None, None, 24, Outcome("lapsed", at(24)), id="its time is over"),
        pytest.param(Said("yes", at(1)), None, 99, Outcome("accepted", at(1), "text"), id="said yes"),
        pytest.param(Said("no", at(1)), None, 99, Outcome("declined", at(1), "text"), id="said no"),
        pytest.param(
            Said("no", at(1)), Bought("o", at(2), 900), 3, Outcome("accepted", at(2), "order"), id="said no, bought it"
        ),
        pytest.param(None, Bought("o", at(2), 900, 300), 3, Outcome("accepted", at(2), "order"), id="part went back"),
        pytest.param(None, Bought("o", at(2), 900, 900), 3, Outcome("reversed", at(2), "order"), id="all went back"),
        pytest.param(None, Bought("o", at(2), 0), 3, Outcome("accepted", at(2), "order"), id="given away"),
        pytest.param(
            None,
            Bought("o", at(2), 0, 0, whole=True),
            3,
            Outcome("reversed", at(2), "order"),
            id="given away, gone back",
        ),
    ],
)
def test_an_offer_comes_to_one_outcome(
    said: Said | None, bought: Bought | None, hours: float, expected: Outcome
) -> None:
    assert outcome(T0, said, bought, at(hours), POLICY) == expected


_SKU = st.sampled_from("abc")
_OFFERS = st.lists(
    st.builds(
        lambda number, hours, skus: Open(f"{number}", at(hours), tuple(dict.fromkeys(skus))),
        st.integers(0, 99),
        st.integers(0, 30),
        st.lists(_SKU, max_size=3),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)
_ORDERS = st.lists(
    st.builds(
        lambda number, hours, lines, back, gone: paid(
            f"o{number}", hours, tuple(lines), refunds=((hours + 1, back),), given_up=gone, as_of=hours
        ),
        st.integers(0, 99),
        st.integers(0, 60),
        st.lists(st.tuples(_SKU, st.integers(0, 5000)), max_size=4),
        st.integers(0, 9000),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.order.order_ref,
)


@given(offers=_OFFERS, orders=_ORDERS)
def test_orders_pay_for_no_more_than_they_hold_whatever_is_told_first(offers: list[Open], orders: list[Paid]) -> None:
    found = bought_after(offers, orders, POLICY)

    for order in orders:
        mine = [one for one in found.values() if one.order_ref == order.order.order_ref]
        assert sum(one.fen for one in mine) <= sum(fen for _, fen in order.lines)
    assert all(0 <= one.taken_back_fen <= one.fen for one in found.values())
    assert bought_after(offers[::-1], orders[::-1], POLICY) == found
