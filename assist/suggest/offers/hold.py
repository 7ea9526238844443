"""Is this no moment to sell, and why?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assist.domain.mood import MoodName
from assist.domain.offer import HoldWhy, OfferPolicy

_NEGATIVE = frozenset({MoodName.upset, MoodName.angry})


@dataclass(frozen=True)
class Made:
    """An offer that was sent to this customer before. `here` is true in the episode that goes on."""

    goods: tuple[str, ...]
    sent_at: datetime
    declined: bool
    here: bool


@dataclass(frozen=True)
class Moment:
    """What is known of the moment. `answered`: a card that is likely right answers the question."""

    harm: bool
    complaint: bool
    careful: bool
    moods: tuple[MoodName, ...]
    """Of this turn, and of the one before it in the episode."""
    intent: str | None
    answered: bool
    before: tuple[Made, ...]


def hold(moment: Moment, policy: OfferPolicy, at: datetime) -> HoldWhy | None:
    """Return why nothing is offered now, the weightiest reason first, or None."""
    here = [made for made in moment.before if made.here]
    today = [made for made in moment.before if at - made.sent_at < timedelta(days=1)]
    reasons = (
        (HoldWhy.harm, moment.harm),
        (HoldWhy.complaint, moment.complaint),
        (HoldWhy.mood, any(mood in _NEGATIVE for mood in moment.moods)),
        (HoldWhy.careful, moment.careful),
        (HoldWhy.topic, moment.intent in policy.quiet_intents),
        (HoldWhy.unanswered, not moment.answered),
        (HoldWhy.declined, any(made.declined for made in here)),
        (HoldWhy.offered, len(here) >= policy.most_per_episode or len(today) >= policy.most_per_day),
    )
    return next((why for why, holds in reasons if holds), None)


def too_soon(goods: Sequence[str], before: Sequence[Made], policy: OfferPolicy, at: datetime) -> HoldWhy | None:
    """Return why these goods are not offered to this customer again yet, or None."""
    for made in before:
        if set(goods).isdisjoint(made.goods):
            continue
        days = policy.declined_again_after_days if made.declined else policy.again_after_days
        if at - made.sent_at < timedelta(days=days):
            return HoldWhy.declined if made.declined else HoldWhy.offered
    return None
