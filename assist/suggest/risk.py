"""How likely does an open conversation end in a bad review? A sum of named reasons, so that anybody can follow it."""

from collections.abc import Mapping

from assist.domain.mood import MoodName, RiskPolicy
from assist.domain.suggestion import Reason
from assist.domain.value import Value


class Chat(Value):
    """What is known of an open conversation."""

    mood: MoodName | None = None
    falling: bool = False
    """The mood is worse than it was at first."""
    alert: bool = False
    red_flag: bool = False
    complaint: bool = False
    severe: bool = False
    waiting_minutes: float = 0.0
    missed_promises: int = 0
    hours_since_last_complaint: float | None = None


class Risk(Value):
    """0 to 100, and what it is made of, the heaviest first."""

    score: int
    reasons: tuple[Reason, ...]


def risk_of(chat: Chat, policy: RiskPolicy) -> Risk:
    """Return the risk; every reason adds its own weight once, and the sum is cut at 100."""
    weights: Mapping[str, int] = policy.weights.model_dump()
    given = {
        "angry": chat.mood is MoodName.angry,
        "upset": chat.mood is MoodName.upset,
        "falling": chat.falling,
        "red_flag": chat.red_flag,
        "alert": chat.alert and not chat.red_flag,
        "complaint": chat.complaint,
        "severe": chat.severe,
        "waiting": chat.waiting_minutes > policy.waiting_minutes,
        "missed_promise": chat.missed_promises > 0,
        "repeat": chat.hours_since_last_complaint is not None
        and chat.hours_since_last_complaint <= policy.repeat_hours,
    }
    reasons = [Reason(rule=name, score=weights[name]) for name, there in given.items() if there and weights[name]]
    reasons.sort(key=lambda reason: (-reason.score, reason.rule))
    return Risk(score=min(100, round(sum(reason.score for reason in reasons))), reasons=tuple(reasons))
