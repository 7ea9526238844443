"""Who is spoken to, as facts tell?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from assist.domain.offer import OfferPolicy, Segment

_WEEK = timedelta(days=7)
_NOT_SO = frozenset({"", "false", "0", "no", "否", "无", "無"})


@dataclass(frozen=True)
class Purchase:
    """Something a customer paid for; `category` is None where nobody told what kind of goods it is."""

    sku: str
    category: str | None
    paid_at: datetime


def segments_of(
    facts: Mapping[str, JsonValue], purchases: Sequence[Purchase], policy: OfferPolicy, at: datetime
) -> tuple[Segment, ...]:
    """Return the segments of a customer, in the order of the enum; nothing told, nothing assumed.

    `facts` are the customer's, as the shop's systems told them: `policy.member_fact`, `new`, `orders`. A purchase
    before `at` outweighs a fact that says the customer is new.
    """
    before = [one for one in purchases if one.paid_at < at]
    returning = bool(before) or facts.get("new") is False
    fitting = {
        Segment.member: _is_member(facts.get(policy.member_fact)),
        Segment.weekly_vegetables: _buys_weekly(before, policy, at),
        Segment.returning: returning,
        Segment.new: not returning and (facts.get("new") is True or _is_zero(facts.get("orders"))),
    }
    return tuple(segment for segment in Segment if fitting[segment])


def _is_member(told: JsonValue) -> bool:
    """Is it true, or a text such as a card's name? Of a number nobody knows what it counts."""
    return told is True or (isinstance(told, str) and told.strip().lower() not in _NOT_SO)


def _is_zero(told: JsonValue) -> bool:
    return isinstance(told, int) and not isinstance(told, bool) and told == 0


def _buys_weekly(before: Sequence[Purchase], policy: OfferPolicy, at: datetime) -> bool:
    """Was something of the weekly categories bought in all of the last weeks but one? Weeks count back from `at`."""
    weeks = {(at - one.paid_at) // _WEEK for one in before if one.category in policy.weekly_categories}
    return sum(week < policy.weekly_weeks for week in weeks) >= policy.weekly_weeks - 1
