"""Is a burst of complaints told of early, and an ordinary month left in peace?"""

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest

from assist.domain.remedy_policy import ClusterPolicy
from assist.suggest.clusters import Complained, FoundCluster, Subject, SubjectKind, find_clusters, poisson_tail
from tests.suggest.complaint_stream import (
    FIRST_DAY,
    HISTORY_DAYS,
    JUDGED_DAYS,
    Stream,
    burst,
    bursts_on,
    made_stream,
)

POLICY = ClusterPolicy(basis="own")
DAY = date(2026, 11, 20)
LONG_AGO = DAY - timedelta(days=400)
SEEDS = range(40)
BURSTS = 5
USUAL_A_DAY = 0.05
"""A product that complains once in three weeks; in the made-up shops, seven of ten complain less often."""


def said(count: int, day: date = DAY, *, name: str = "", product: str = "p", **goods: str) -> list[Complained]:
    """Return complaints of as many orders."""
    key = name or f"{day}-{product}-{goods}"
    return [Complained(f"c-{key}-{at}", f"o-{key}-{at}", day, product, **goods) for at in range(count)]


def back(days: int) -> date:
    return DAY - timedelta(days=days)


def names(found: list[FoundCluster]) -> list[tuple[str, str, int]]:
    return [(one.subject.kind.value, one.subject.name, one.orders) for one in found]


@pytest.mark.parametrize(
    ("count", "expected", "tail"),
    [
        pytest.param(0, 3.0, 1.0, id="none or more is certain"),
        pytest.param(1, 0.5, 1 - math.exp(-0.5), id="one or more"),
        pytest.param(2, 2.0, 1 - math.exp(-2) * 3, id="two or more"),
        pytest.param(3, 0.0, 0.0, id="nothing is expected"),
        # R. A. Fisher's and Abramowitz and Stegun's tables give 0.000001 for 3 at 0.02; by hand: 0.02^3/6 e^-0.02 ...
        pytest.param(3, 0.02, 0.02**3 / 6 * math.exp(-0.02) * (1 + 0.02 / 4 + 0.02**2 / 20), id="a tail of millionths"),
    ],
)
def test_the_poisson_tail_is_exact(count: int, expected: float, tail: float) -> None:
    assert poisson_tail(count, expected) == pytest.approx(tail, rel=1e-7, abs=1e-300)


@pytest.mark.parametrize("expected", [0.02, 0.3, 1.0, 7.5, 40.0, 300.0])
def test_the_poisson_tail_agrees_with_the_sum_of_what_is_below(expected: float) -> None:
    for count in range(1, int(expected * 2) + 5):
        below = sum(math.exp(i * math.log(expected) - expected - math.lgamma(i + 1)) for i in range(count))
        assert poisson_tail(count, expected) == pytest.approx(1 - below, abs=1e-9)
    tails = [poisson_tail(count, expected) for count in range(60)]
    assert all(earlier >= later - 1e-12 for earlier, later in pairwise(tails))


def test_three_orders_about_a_thing_without_history_are_a_cluster() -> None:
    (found,) = find_clusters(said(3), DAY, LONG_AGO, POLICY)

    assert (found.subject, found.day, found.orders) == (Subject(SubjectKind.product, "p"), DAY, 3)
    assert found.expected_millionths == POLICY.prior_complaints_per_day_millionths
    assert found.complaint_ids == tuple(one.complaint_id for one in said(3))


def test_two_orders_never_are() -> None:
    assert find_clusters(said(2), DAY, LONG_AGO, POLICY) == []


def test_an_order_counts_once_however_often_it_complains() -> None:
    again = [Complained(f"c{at}", "o1", DAY, "p") for at in range(9)]

    assert find_clusters([*again, *said(1)], DAY, LONG_AGO, POLICY) == []


def test_an_order_that_complained_before_is_no_new_one() -> None:
    yesterday = said(2, back(1), name="x")
    today = [Complained(f"again-{one.complaint_id}", one.order, DAY, "p") for one in yesterday]

    assert find_clusters([*yesterday, *today, *said(2)], DAY, LONG_AGO, POLICY) == []


def test_what_complains_every_day_is_no_cluster_when_it_complains_again() -> None:
    usual = [one for days in range(28, 0, -1) for one in said(3, back(days))]

    assert find_clusters([*usual, *said(5)], DAY, LONG_AGO, POLICY) == []
    assert names(find_clusters([*usual, *said(12)], DAY, LONG_AGO, POLICY)) == [("product", "p", 12)]


def test_what_lies_before_the_base_days_is_forgotten() -> None:
    old = [one for days in range(60, 28, -1) for one in said(3, back(days))]

    assert names(find_clusters([*old, *said(3)], DAY, LONG_AGO, POLICY)) == [("product", "p", 3)]


def test_a_shop_of_two_days_expects_more_of_everything() -> None:
    """A half complaint in one day is expected where nothing is known: three are not yet a cluster, six are."""
    yesterday = said(1, back(1), product="other")

    assert find_clusters([*yesterday, *said(3)], DAY, back(1), POLICY) == []
    assert names(find_clusters([*yesterday, *said(6)], DAY, back(1), POLICY)) == [("product", "p", 6)]


def test_a_busy_weekday_is_expected_to_be_busy() -> None:
    """Half as many again on the shop's own Mondays are no news on a Monday, and are on a Tuesday."""
    monday = next(DAY - timedelta(days=at) for at in range(7) if (DAY - timedelta(days=at)).weekday() == 0)
    history = [
        one
        for days in range(28, 0, -1)
        for product in ("p", "q", "r")
        for one in said(
            3 if (monday - timedelta(days=days)).weekday() == 0 else 0,
            monday - timedelta(days=days),
            product=product,
        )
    ]
    tuesday = monday + timedelta(days=1)

    assert find_clusters([*history, *said(4, monday)], monday, LONG_AGO, POLICY) == []
    assert find_clusters([*history, *said(4, tuesday)], tuesday, LONG_AGO, POLICY)


def test_a_day_on_which_everything_is_complained_of_is_no_news_about_one_thing() -> None:
    """Forty products with one complaint in four days; on a day of great sales each has two or three."""
    goods = [f"g{at}" for at in range(40)]
    usual = [
        one
        for days in range(28, 0, -1)
        for at, product in enumerate(goods)
        if (days + at) % 4 == 0
        for one in said(1, back(days), product=product)
    ]
    sale = [one for product in goods for one in said(2, product=product)]

    assert names(find_clusters([*usual, *said(4, product="g0")], DAY, LONG_AGO, POLICY)) == [("product", "g0", 4)]
    assert find_clusters([*usual, *sale, *said(2, product="g0", name="more")], DAY, LONG_AGO, POLICY) == []


def test_on_a_shops_first_day_its_warehouse_is_not_told_of() -> None:
    first_day = [one for product in "pqrstuvwxyz" for one in said(1, product=product, warehouse="w1")]

    assert find_clusters(first_day, DAY, DAY, POLICY) == []


def test_a_new_batch_is_expected_to_complain_like_its_product() -> None:
    usual = [one for days in range(28, 0, -1) for one in said(2, back(days), batch=f"b{days}")]

    assert find_clusters([*usual, *said(3, batch="b0")], DAY, LONG_AGO, POLICY) == []


def test_a_bad_batch_of_several_products_is_found_where_no_product_stands_out() -> None:
    load = [one for product in "pqr" for one in said(1, product=product, batch="truck-7")]

    assert names(find_clusters(load, DAY, LONG_AGO, POLICY)) == [("batch", "truck-7", 3)]


def test_a_warehouse_is_told_of_for_what_its_products_do_not_explain() -> None:
    spread = [one for product in "pqrstuvw" for one in said(1, product=product, warehouse="w1")]
    one_product = said(8, product="p", warehouse="w1")
    usual = [one for days in range(28, 0, -1) for one in said(1, back(days), product=f"u{days}", warehouse="w1")]

    assert names(find_clusters([*usual, *spread], DAY, LONG_AGO, POLICY)) == [("warehouse", "w1", 8)]
    assert names(find_clusters([*usual, *one_product], DAY, LONG_AGO, POLICY)) == [("product", "p", 8)]


def test_a_new_warehouse_may_take_over_all_that_the_old_one_sent() -> None:
    usual = [
        one
        for days in range(28, 0, -1)
        for at in range(6)
        for one in said(1, back(days), product=f"u{at}-{days}", warehouse="w1")
    ]
    moved = [one for product in "pqrstu" for one in said(1, product=product, warehouse="w2")]

    assert find_clusters([*usual, *moved], DAY, LONG_AGO, POLICY) == []


def _alerts(stream: Stream) -> list[FoundCluster]:
    """Judge every day after the history, at its end: counts only grow during a day."""
    window = POLICY.base_days + 1
    return [
        found
        for at in range(HISTORY_DAYS, len(stream.days))
        for found in find_clusters(
            (one for _, said_then in stream.days[at + 1 - window : at + 1] for one in said_then),
            stream.days[at][0],
            FIRST_DAY,
            POLICY,
        )
    ]


def _orders_until_found(stream: Stream, day: date, product: str) -> int | None:
    """Return how many orders of a burst had complained when it was first told of."""
    told = [one for _, said_then in stream.days for one in said_then if one.day <= day]
    bad = burst(day, product)
    for count in range(1, len(bad) + 1):
        found = find_clusters([*told, *bad[:count]], day, FIRST_DAY, POLICY)
        if any(one.subject.name in (product, f"bad-{product}") for one in found):
            return count
    return None


def test_a_month_without_bursts_has_at_most_one_false_alert(capsys: pytest.CaptureFixture[str]) -> None:
    counted = [len(_alerts(made_stream(seed))) for seed in SEEDS]

    with capsys.disabled():
        print(f"\nfalse alerts in {JUDGED_DAYS} days, 60 products, {len(counted)} shops: {counted}")
    assert counted[0] <= 1
    assert sum(counted) / len(counted) <= 0.5
    assert sum(count > 1 for count in counted) <= len(counted) * 0.05


def test_five_of_five_bursts_are_found_within_three_complaints(capsys: pytest.CaptureFixture[str]) -> None:
    """One shop's five, and nineteen of twenty over all shops: on a busy weekday three may still be chance."""
    taken = [
        [_orders_until_found(stream, day, product) for day, product in bursts_on(stream, seed, BURSTS, USUAL_A_DAY)]
        for seed in SEEDS
        for stream in [made_stream(seed)]
    ]

    with capsys.disabled():
        print(f"\norders until each burst was found, {len(taken)} shops of five: {taken}")
    assert all(count is not None and count <= 3 for count in taken[0])
    counts = [count or 99 for of_shop in taken for count in of_shop]
    assert sum(count <= 3 for count in counts) >= 0.95 * len(counts)
    assert max(counts) <= 5
