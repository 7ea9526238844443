"""Which segments a customer is in: `tests/cases/offers/segments.toml`, a row a rule, in the rule's words."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.offer import OfferPolicy, Segment
from assist.suggest.offers.segments import Purchase, segments_of

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "offers" / "segments.toml").read_text(encoding="utf-8"))[
    "cases"
]
NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
POLICY = OfferPolicy(weekly_categories=("leafy_greens", "root_vegetables"), weekly_weeks=4)


def bought(category: str, days_ago: float) -> Purchase:
    return Purchase(sku="SKU1", category=category or None, paid_at=NOON - timedelta(days=days_ago))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_customer_is_in_the_segments_that_facts_tell(case: dict[str, Any]) -> None:
    changed = {key: tuple(one) if isinstance(one, list) else one for key, one in case.get("policy", {}).items()}
    policy = POLICY.model_copy(update=changed)
    purchases = [bought(category, days) for category, days in case.get("bought", [])]

    found = segments_of(case.get("facts", {}), purchases, policy, NOON)

    assert found == tuple(Segment(one) for one in case["segments"]), case["words"]


def test_a_purchase_this_very_moment_is_not_one_before() -> None:
    assert segments_of({}, [bought("leafy_greens", 0)], POLICY, NOON) == ()


def test_the_end_of_a_week_belongs_to_the_week_before_it() -> None:
    just_a_week = [bought("leafy_greens", days) for days in (6.999, 7, 14)]

    assert Segment.weekly_vegetables in segments_of({}, just_a_week, POLICY, NOON)
    assert Segment.weekly_vegetables not in segments_of({}, just_a_week[1:], POLICY, NOON)


FACT = st.none() | st.booleans() | st.integers(-1, 2) | st.text(st.sampled_from("否无0noNO是 false金卡"), max_size=5)


@given(
    facts=st.dictionaries(st.sampled_from(["member", "new", "orders", "name"]), FACT),
    days=st.lists(st.floats(-40, 40, allow_nan=False), max_size=8),
)
def test_nobody_is_both_new_and_returning_and_more_purchases_take_no_segment_but_new(
    facts: dict[str, Any], days: list[float]
) -> None:
    purchases = [bought("leafy_greens", one) for one in days]

    found = segments_of(facts, purchases, POLICY, NOON)
    more = segments_of(facts, [*purchases, bought("leafy_greens", 2)], POLICY, NOON)

    assert not {Segment.new, Segment.returning} <= set(found)
    assert set(found) - {Segment.new} <= set(more)
    assert Segment.returning in more
    assert list(found) == [segment for segment in Segment if segment in found]
