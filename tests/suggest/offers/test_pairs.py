"""Does what orders show come out as it was counted by hand, and nothing where there is nothing to find?"""

import math
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.goods import Pair
from assist.domain.offer import MiningPolicy
from assist.suggest.offers.pairs import MOST_IN_ORDER, History, history_of, least_count, mine

Orders = Sequence[Sequence[str]]

TEN_ORDERS: Orders = (
    ("salmon", "sauce", "salmon"),  # one SKU twice in an order counts once
    ("salmon", "sauce"),
    ("salmon", "sauce", "milk"),
    ("salmon", "sauce"),
    ("salmon",),
    ("milk",),
    ("milk", "bread"),
    ("milk", "bread"),
    ("sauce",),
    ("bread",),
)
"""10 orders. salmon is in 5, sauce in 5, milk in 4, bread in 3; salmon and sauce meet in 4, milk and bread in 2."""


def history(orders: Orders) -> History:
    return history_of(orders)


def policy(**changed: float) -> MiningPolicy:
    return MiningPolicy.model_validate({"least_both": 2, "least_lift_low": 1.0, "z": 0.0, **changed})


def names(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    return [(pair.sku, pair.with_sku) for pair in pairs]


@pytest.mark.parametrize(
    ("sku", "with_sku", "of_sku", "of_other", "both", "lift", "lift_low"),
    [
        # 4 x 10 / (5 x 5) = 1.6; 4 x (35/36)^3 = 3.675840, over 5 x 5 / 10 = 2.5 expected: 1.470336
        pytest.param("salmon", "sauce", 5, 5, 4, 1.6, 1.470336, id="三文鱼和酱油"),
        pytest.param("sauce", "salmon", 5, 5, 4, 1.6, 1.470336, id="酱油和三文鱼"),
        # 2 x 10 / (4 x 3) = 1.666667; 2 x (17/18)^3 = 1.684842, over 1.2 expected: 1.404035
        pytest.param("bread", "milk", 3, 4, 2, 1.666667, 1.404035, id="面包和牛奶"),
        pytest.param("milk", "bread", 4, 3, 2, 1.666667, 1.404035, id="牛奶和面包"),
    ],
)
def test_ten_orders_are_counted_as_by_hand(
    sku: str, with_sku: str, of_sku: int, of_other: int, both: int, lift: float, lift_low: float
) -> None:
    found = {(pair.sku, pair.with_sku): pair for pair in mine(history(TEN_ORDERS), policy())}

    pair = found[sku, with_sku]
    assert (pair.orders, pair.of_sku, pair.of_other, pair.both) == (10, of_sku, of_other, both)
    assert pair.lift == pytest.approx(lift, abs=1e-6)
    assert pair.lift_low == pytest.approx(lift_low, abs=1e-6)


def test_the_surest_pair_comes_first_and_ties_go_by_sku() -> None:
    assert names(mine(history(TEN_ORDERS), policy())) == [
        ("salmon", "sauce"),
        ("sauce", "salmon"),
        ("bread", "milk"),
        ("milk", "bread"),
    ]


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        pytest.param({"least_both": 3}, {"salmon", "sauce"}, id="至少一起买过3次"),
        pytest.param({"least_both": 5}, set[str](), id="没有一对到5次"),
        pytest.param({"least_lift_low": 1.41}, {"salmon", "sauce"}, id="下限至少1.41"),
        # At one standard error 4 x (1 - 1/36 - 1/6)^3 / 2.5 = 0.836386, below 1.
        pytest.param({"z": 1.0}, set[str](), id="十单不够有把握"),
    ],
)
def test_the_policy_says_what_is_sure_enough(changed: dict[str, float], kept: set[str]) -> None:
    assert {pair.sku for pair in mine(history(TEN_ORDERS), policy(**changed))} == kept


def test_of_each_goods_only_the_surest_stay() -> None:
    # a meets b in 6 orders of 12, c in 4; b and c never meet; x stands alone.
    orders = [("a", "b")] * 6 + [("a", "c")] * 4 + [("x",)] * 10

    found = names(mine(history(orders), policy(most_per_goods=1, least_lift_low=1.0)))

    # lift(a, b) = 6 x 20 / (10 x 6) = 2 = lift(a, c) = 4 x 20 / (10 x 4); more orders make the bound higher.
    assert found == [("a", "b"), ("b", "a"), ("c", "a")]


def test_equally_sure_pairs_stay_in_the_order_of_their_skus() -> None:
    orders = [("a", "c")] * 4 + [("a", "b")] * 4 + [("x",)] * 10

    found = names(mine(history(orders), policy(most_per_goods=1)))

    assert found == [("a", "b"), ("b", "a"), ("c", "a")]


def test_how_often_goods_are_sold_is_how_many_orders_hold_them() -> None:
    counted = history(TEN_ORDERS)

    assert dict(zip(counted.skus, counted.sold.tolist(), strict=True)) == {
        "bread": 3,
        "milk": 4,
        "salmon": 5,
        "sauce": 5,
    }


def test_nobody_bought_anything() -> None:
    for orders in ([], [()]):
        counted = history(orders)

        assert (counted.orders, counted.skus, mine(counted, policy())) == (0, (), [])


def test_an_order_of_very_many_goods_says_nothing_of_pairs() -> None:
    longest = [f"g{number:02d}" for number in range(MOST_IN_ORDER)]
    too_long = [*longest, "one-more"]

    most = history([longest, longest, too_long, too_long])

    assert (most.orders, most.too_long) == (2, 2)
    assert dict(zip(most.skus, most.sold.tolist(), strict=True))["one-more"] == 2
    assert "one-more" not in {pair.sku for pair in mine(most, policy(z=0.0))}
    # Each of 50 goods is in both orders: they meet as often as they must, the bound is below a lift of 1.
    assert mine(most, policy()) == []


@pytest.mark.parametrize("z", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("both", [10, 20, 80, 400])
def test_the_bound_is_where_so_many_meetings_would_be_as_rare_as_z_says(both: int, z: float) -> None:
    low = float(least_count(np.array([both]), z)[0])

    # P(X >= both) of a Poisson count with that mean is to be 1 - Phi(z), within a tenth of it.
    below = sum(math.exp(-low + k * math.log(low) - math.lgamma(k + 1)) for k in range(both))
    assert 1 - below == pytest.approx(math.erfc(z / math.sqrt(2)) / 2, rel=0.1)


def test_no_number_of_standard_errors_makes_a_bound_negative() -> None:
    assert least_count(np.array([1, 2, 3]), 6.0).tolist() == [0, 0, 0]


def unrelated(seed: int, *, sizes: Sequence[int], orders: int = 3000, goods: int = 60) -> History:
    """A shop where nobody's choice tells anything: popular goods are bought often, and that is all."""
    drawn = np.random.default_rng(seed)
    liked = 1 / np.arange(3, goods + 3)
    return history(
        [
            [str(sku) for sku in drawn.choice(goods, size, replace=False, p=liked / liked.sum())]
            for size in drawn.choice(sizes, orders)
        ]
    )


def test_a_shop_where_nothing_goes_together_has_no_pairs() -> None:
    for seed in range(10):
        assert mine(unrelated(seed, sizes=(1, 2, 3, 4)), MiningPolicy()) == []


def test_the_bound_is_wrong_no_oftener_than_it_says() -> None:
    # 20 shops x 60 x 59 / 2 = 35,400 pairs; one in 44 (2.3 %) may lie above 1 by chance at two standard errors.
    found = sum(
        len(mine(unrelated(seed, sizes=(1, 2, 3, 4)), policy(z=2.0, least_both=5, most_per_goods=50))) // 2
        for seed in range(20)
    )

    assert found <= 35_400 * 0.0228


def test_goods_that_meet_only_because_some_orders_are_long_are_no_pair() -> None:
    # Sizes 1 x 3 and 12: mean 3.75, k(k-1) mean 33, so any two goods meet 33 / 3.75^2 = 2.35 times as often.
    shop = unrelated(1, sizes=(1, 1, 1, 12), goods=200, orders=12_000)

    assert shop.size_effect == pytest.approx(2.35, abs=0.15)
    assert mine(shop, MiningPolicy()) == []


def test_a_true_pair_is_found_among_long_orders() -> None:
    orders = [*(("fish", "knife"),) * 40, *((f"a{n % 90}", f"b{n % 70}", f"c{n % 80}") for n in range(2000))]

    assert names(mine(history(orders), MiningPolicy())) == [("fish", "knife"), ("knife", "fish")]


def test_pairs_are_the_same_however_many_are_counted_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = unrelated(3, sizes=(2, 5, 9), orders=400)
    loose = policy(most_per_goods=50)
    whole = mine(shop, loose)
    assert len(whole) > 100

    for at_once in (1, 7, 100, 1000):
        monkeypatch.setattr("assist.suggest.offers.pairs._AT_ONCE", at_once)
        assert mine(shop, loose) == whole


SHOPS = st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=5), max_size=40)


@given(SHOPS, st.randoms(use_true_random=False))
def test_the_same_orders_give_the_same_rows_however_they_are_arranged(orders: list[list[str]], random: Random) -> None:
    shuffled = [list(order) for order in orders]
    for order in shuffled:
        random.shuffle(order)
    random.shuffle(shuffled)

    assert mine(history(shuffled), policy()) == mine(history(orders), policy())


@given(SHOPS)
def test_figures_are_counts_of_orders(orders: list[list[str]]) -> None:
    for pair in mine(history(orders), policy(most_per_goods=50)):
        of_sku = sum(pair.sku in order for order in orders)
        of_other = sum(pair.with_sku in order for order in orders)
        both = sum(pair.sku in order and pair.with_sku in order for order in orders)
        assert (pair.orders, pair.of_sku, pair.of_other, pair.both) == (len(orders), of_sku, of_other, both)
        assert pair.lift == both * len(orders) / (of_sku * of_other)
        assert 1 <= pair.lift_low <= pair.lift
