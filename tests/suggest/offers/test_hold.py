"""When not to sell: each reason alone, the weightiest of several, and how soon goods may come again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assist.domain.mood import MoodName
from assist.domain.offer import HoldWhy, OfferPolicy
from assist.suggest.offers.hold import Made, Moment, hold, too_soon

AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
POLICY = OfferPolicy(
    quiet_intents=("refund",),
    most_per_episode=1,
    most_per_day=2,
    again_after_days=7,
    declined_again_after_days=30,
)
CALM = Moment(
    harm=False, complaint=False, careful=False, moods=(MoodName.neutral,), intent="storage", answered=True, before=()
)


def made(*goods: str, ago: timedelta = timedelta(), declined: bool = False, here: bool = False) -> Made:
    return Made(goods or ("A",), AT - ago, declined, here)


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        pytest.param(CALM, None, id="nothing speaks against it"),
        pytest.param(replace(CALM, harm=True), HoldWhy.harm, id="safety words"),
        pytest.param(replace(CALM, complaint=True), HoldWhy.complaint, id="an open complaint"),
        pytest.param(replace(CALM, moods=(MoodName.angry,)), HoldWhy.mood, id="angry"),
        pytest.param(replace(CALM, moods=(MoodName.neutral, MoodName.upset)), HoldWhy.mood, id="upset a turn ago"),
        pytest.param(replace(CALM, moods=(MoodName.happy,)), None, id="happy"),
        pytest.param(replace(CALM, careful=True), HoldWhy.careful, id="a body or a diet is spoken of"),
        pytest.param(replace(CALM, intent="refund"), HoldWhy.topic, id="no time to sell"),
        pytest.param(replace(CALM, answered=False), HoldWhy.unanswered, id="not answered"),
        pytest.param(replace(CALM, before=(made(declined=True, here=True),)), HoldWhy.declined, id="declined here"),
        pytest.param(replace(CALM, before=(made(here=True),)), HoldWhy.offered, id="offered here"),
        pytest.param(replace(CALM, before=(made(ago=timedelta(hours=23)),)), None, id="once today, elsewhere"),
        pytest.param(
            replace(CALM, before=(made(ago=timedelta(hours=23)), made("B", ago=timedelta(hours=1)))),
            HoldWhy.offered,
            id="twice today",
        ),
        pytest.param(
            replace(CALM, before=(made(ago=timedelta(hours=25)), made("B", ago=timedelta(hours=1)))),
            None,
            id="one of them longer than a day ago",
        ),
        pytest.param(replace(CALM, before=(made(declined=True),)), None, id="declined elsewhere is for other goods"),
        pytest.param(replace(CALM, harm=True, complaint=True, answered=False), HoldWhy.harm, id="harm before all"),
        pytest.param(
            replace(CALM, complaint=True, moods=(MoodName.angry,)), HoldWhy.complaint, id="complaint before mood"
        ),
    ],
)
def test_the_weightiest_reason_is_told(moment: Moment, why: HoldWhy | None) -> None:
    assert hold(moment, POLICY, AT) is why


@pytest.mark.parametrize(
    ("before", "why"),
    [
        pytest.param(made("A", ago=timedelta(days=6, hours=23)), HoldWhy.offered, id="within seven days"),
        pytest.param(made("A", ago=timedelta(days=7)), None, id="after seven days"),
        pytest.param(made("A", ago=timedelta(days=29), declined=True), HoldWhy.declined, id="declined: within thirty"),
        pytest.param(made("A", ago=timedelta(days=30), declined=True), None, id="declined: after thirty"),
        pytest.param(made("B", ago=timedelta(hours=1)), None, id="other goods"),
        pytest.param(made("B", "A", ago=timedelta(days=1)), HoldWhy.offered, id="as part of a bundle"),
    ],
)
def test_the_same_goods_come_again_after_the_policys_days(before: Made, why: HoldWhy | None) -> None:
    assert too_soon(("A",), (before,), POLICY, AT) is why
