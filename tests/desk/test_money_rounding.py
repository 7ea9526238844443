"""Do the parts of an order come to the whole, in whole fen?"""

import random
from fractions import Fraction
from math import ceil

import pytest

from assist.domain.remedy_policy import Payout, RemedyKind
from assist.suggest.remedy.ladder import Purse, offers_of

PART = (Payout(kind=RemedyKind.partial_refund, by="share"),)


def refunded(paid_fen: int, shares: list[Fraction]) -> list[int]:
    """Return what each claim for a share of one order gets, one after the other, out of what is left."""
    given: list[int] = []
    for share in shares:
        [offer] = offers_of(PART, Purse(paid_fen, paid_fen - sum(given), 0, share))
        given.append(offer.amount_fen)
    return given


@pytest.mark.parametrize(
    ("paid_fen", "parts", "given"),
    [
        pytest.param(3 * 999, 3, [999, 999, 999], id="three-at-9.99"),
        pytest.param(1_000, 3, [334, 334, 332], id="ten-yuan-in-thirds"),
        pytest.param(100, 7, [15, 15, 15, 15, 15, 15, 10], id="one-yuan-in-sevenths"),
        pytest.param(2, 3, [1, 1, 0], id="two-fen-in-thirds"),
    ],
)
def test_m06_each_part_is_rounded_up_and_the_last_is_what_is_left(paid_fen: int, parts: int, given: list[int]) -> None:
    assert refunded(paid_fen, [Fraction(1, parts)] * parts) == given


@pytest.mark.slow
def test_m06_over_a_hundred_thousand_orders_the_parts_are_the_whole() -> None:
    chance = random.Random(20261121)
    for _ in range(100_000):
        paid_fen = sum(chance.randint(1, 20_000) for _ in range(chance.randint(1, 5)))
        parts = chance.randint(2, 5)
        given = refunded(paid_fen, [Fraction(1, parts)] * parts)
        assert sum(given) == paid_fen, (paid_fen, given)
        assert given[0] == ceil(Fraction(paid_fen, parts)), (paid_fen, given)


def test_m06_shares_that_are_more_than_the_whole_together_never_get_more_than_it() -> None:
    chance = random.Random(20261122)
    for _ in range(20_000):
        paid_fen = chance.randint(1, 100_000)
        shares = [Fraction(chance.randint(0, 12), 12) for _ in range(4)]
        given = refunded(paid_fen, shares)
        assert all(type(fen) is int and fen >= 0 for fen in given)
        assert sum(given) <= paid_fen
