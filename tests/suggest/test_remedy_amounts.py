"""How much is proposed, in which order, and that it is never a fen too much."""

from typing import Any

import pytest

from assist.domain.remedy_policy import Payout, RemedyKind, RemedyPolicy

from .remedy_cases import Decide, refusal, remedy, with_rung


def test_a_wrong_price_has_two_ways(decided: Decide) -> None:
    told = remedy(decided(grounds=["price_error"], severity="no_damage", line={"paid_fen": 50000}))

    # 5 percent would be 25 yuan, 10 is the most.
    assert [(one.kind, one.amount_fen) for one in told.options] == [("full_refund", 50000), ("partial_refund", 1000)]


def test_the_customer_chooses_where_the_rung_says_so(decided: Decide) -> None:
    money = remedy(decided(share="4/10", wants=["money"]))
    again = remedy(decided(share="4/10", wants=["reship"]))

    assert [one.kind for one in money.options] == ["partial_refund", "reship"]
    assert [one.kind for one in again.options] == ["reship", "partial_refund"]


def test_a_coupon_comes_first_only_for_who_asked_for_it(decided: Decide) -> None:
    # A tenth of 5980 is 598; as a coupon half as much again.
    asked = remedy(decided(share="1/10", wants=["coupon"]))

    assert [(one.kind, one.amount_fen) for one in asked.options] == [("coupon", 897), ("partial_refund", 598)]
    assert remedy(decided(share="1/10")).options[0].kind is RemedyKind.partial_refund
    assert remedy(decided(share="1/10", wants=["coupon", "money"])).options[0].kind is RemedyKind.partial_refund


def test_a_full_refund_wanted_for_what_is_perishable_sends_nothing_back(decided: Decide) -> None:
    told = remedy(decided(share="3/10", wants=["return_refund"]))

    assert (told.refund_only, told.options[0].kind, told.options[0].amount_fen) == (True, "partial_refund", 1794)


def test_a_coupon_never_stands_alone_where_money_is_owed(remedy_policy: RemedyPolicy, decided: Decide) -> None:
    coupons = with_rung(remedy_policy, "spoilage", Payout(kind=RemedyKind.coupon, by="share", times_percent=150))

    plain = remedy(decided(coupons, share="2/10"))
    asked = remedy(decided(coupons, share="2/10", wants=["coupon"]))

    assert [(one.kind, one.amount_fen) for one in plain.options] == [("partial_refund", 1196), ("coupon", 1794)]
    assert [one.kind for one in asked.options] == ["coupon"]


def test_money_asked_for_comes_before_a_coupon_whatever_the_policy_prefers(
    remedy_policy: RemedyPolicy, decided: Decide
) -> None:
    coupon_first = with_rung(
        remedy_policy,
        "spoilage",
        Payout(kind=RemedyKind.coupon, by="share"),
        Payout(kind=RemedyKind.partial_refund, by="share"),
    )

    assert remedy(decided(coupon_first, share="2/10", wants=["money"])).options[0].kind == "partial_refund"


@pytest.mark.parametrize(
    ("payout", "line", "fen"),
    [
        pytest.param({"by": "share"}, {"paid_fen": 1000}, 334, id="a third rounds up"),
        pytest.param({"by": "share"}, {"paid_fen": 300}, 200, id="at least the minimum"),
        pytest.param({"by": "share"}, {"paid_fen": 150}, 150, id="the minimum as far as it was paid"),
        pytest.param({"by": "share", "at_most_fen": 250}, {"paid_fen": 1000}, 250, id="at most"),
        pytest.param({"by": "share", "at_least_fen": 500}, {"paid_fen": 1000}, 500, id="at least"),
        pytest.param({"by": "share", "times_percent": 300}, {"paid_fen": 1000}, 1000, id="never above what was paid"),
        pytest.param({"by": "share"}, {"paid_fen": 3000, "refunded_fen": 2500}, 500, id="never above what is left"),
        pytest.param({"by": "all"}, {"paid_fen": 3000, "refunded_fen": 2500}, 500, id="all is all that is left"),
        pytest.param({"by": "percent", "percent": 7}, {"paid_fen": 3001}, 211, id="a percentage rounds up"),
    ],
)
def test_amounts_are_whole_fen(
    remedy_policy: RemedyPolicy, decided: Decide, payout: dict[str, Any], line: dict[str, Any], fen: int
) -> None:
    rules = with_rung(remedy_policy, "spoilage", Payout(kind=RemedyKind.partial_refund, **payout))

    assert remedy(decided(rules, share="1/3", line=line)).options[0].amount_fen == fen


def test_three_thirds_of_three_items_are_the_whole(remedy_policy: RemedyPolicy, decided: Decide) -> None:
    """M06: three items at 9.99, a third of the order back each time; 10.00 does not divide by three."""
    rules = with_rung(remedy_policy, "spoilage", Payout(kind=RemedyKind.partial_refund, by="share"))

    for paid_fen in (2997, 1000, 1001):
        line = {"quantity": 3, "paid_fen": paid_fen}
        back_fen = 0
        for _ in range(3):
            third = decided(rules, share="1/3", line={**line, "refunded_fen": back_fen})
            back_fen += remedy(third).options[0].amount_fen

        assert back_fen == paid_fen
        assert refusal(decided(rules, share="1/3", line={**line, "refunded_fen": back_fen})).why == "nothing_left"
