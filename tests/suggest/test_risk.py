"""The risk of a bad review is a sum that anybody can follow."""

import pytest

from assist.domain.library import Library
from assist.domain.mood import MoodName, RiskPolicy, RiskWeights
from assist.suggest.risk import Chat, risk_of

# Weights of two, so that each sum says which reasons are in it.
WEIGHTS = RiskWeights(
    angry=32, upset=16, falling=1, alert=2, red_flag=4, complaint=8, severe=3, waiting=5, missed_promise=7, repeat=9
)
POLICY = RiskPolicy(weights=WEIGHTS, waiting_minutes=3, repeat_hours=72)


@pytest.mark.parametrize(
    ("chat", "score", "reasons"),
    [
        pytest.param(Chat(), 0, [], id="nothing"),
        pytest.param(Chat(mood=MoodName.happy), 0, [], id="happy"),
        pytest.param(Chat(mood=MoodName.neutral), 0, [], id="calm"),
        pytest.param(Chat(mood=MoodName.upset), 16, ["upset"], id="upset 16"),
        pytest.param(Chat(mood=MoodName.angry), 32, ["angry"], id="angry 32, not upset beside it"),
        pytest.param(Chat(mood=MoodName.angry, falling=True), 33, ["angry", "falling"], id="32 + 1"),
        pytest.param(Chat(alert=True), 2, ["alert"], id="an alert 2"),
        pytest.param(Chat(alert=True, red_flag=True), 4, ["red_flag"], id="a red flag 4 in its place"),
        pytest.param(Chat(complaint=True), 8, ["complaint"], id="a complaint 8"),
        pytest.param(Chat(complaint=True, severe=True), 11, ["complaint", "severe"], id="8 + 3"),
        pytest.param(Chat(waiting_minutes=3.0), 0, [], id="waiting no longer than three minutes"),
        pytest.param(Chat(waiting_minutes=3.1), 5, ["waiting"], id="longer 5"),
        pytest.param(Chat(missed_promises=1), 7, ["missed_promise"], id="a promise missed 7"),
        pytest.param(Chat(missed_promises=3), 7, ["missed_promise"], id="three are counted once"),
        pytest.param(Chat(hours_since_last_complaint=72), 9, ["repeat"], id="complained 72 hours ago 9"),
        pytest.param(Chat(hours_since_last_complaint=72.1), 0, [], id="longer ago"),
        pytest.param(
            Chat(mood=MoodName.angry, falling=True, red_flag=True, alert=True, complaint=True, severe=True),
            48,
            ["angry", "complaint", "red_flag", "severe", "falling"],
            id="32 + 8 + 4 + 3 + 1, the heaviest first",
        ),
    ],
)
def test_every_reason_adds_its_weight_once(chat: Chat, score: int, reasons: list[str]) -> None:
    risk = risk_of(chat, POLICY)

    assert (risk.score, [reason.rule for reason in risk.reasons]) == (score, reasons)


WORST = Chat(
    mood=MoodName.angry,
    falling=True,
    alert=True,
    red_flag=True,
    complaint=True,
    severe=True,
    waiting_minutes=60,
    missed_promises=1,
    hours_since_last_complaint=1,
)


def test_the_shipped_weights_are_cut_at_a_hundred(library: Library) -> None:
    """30 angry + 10 falling + 40 red flag + 15 complaint + 10 severe + 10 waiting + 20 promise + 15 repeat = 150."""
    risk = risk_of(WORST, library.risks)

    assert sum(reason.score for reason in risk.reasons) == 150
    assert risk.score == 100


def test_with_the_shipped_weights_harm_said_in_anger_is_high(library: Library) -> None:
    """40 + 30 = 70; a calm complaint that waits is 15 + 10 = 25."""
    harm = risk_of(Chat(mood=MoodName.angry, alert=True, red_flag=True), library.risks)
    calm = risk_of(Chat(mood=MoodName.neutral, complaint=True, waiting_minutes=10), library.risks)

    assert (harm.score, calm.score) == (70, 25)
    assert calm.score < library.risks.high <= harm.score


def test_a_reason_without_weight_is_none() -> None:
    policy = RiskPolicy(weights=RiskWeights(angry=0))

    assert risk_of(Chat(mood=MoodName.angry), policy).reasons == ()


def test_of_reasons_alike_the_name_decides_so_that_the_order_is_the_same_every_time() -> None:
    policy = RiskPolicy(weights=RiskWeights(waiting=10, falling=10))

    risk = risk_of(Chat(waiting_minutes=60, falling=True), policy)

    assert [reason.rule for reason in risk.reasons] == ["falling", "waiting"]
