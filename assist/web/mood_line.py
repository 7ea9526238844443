"""The line of a customer's moods, for inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from .alert_models import MoodOut

_WIDTH, _HEIGHT, _EDGE = 96, 24, 3
_MOST_MOODS = 12


@dataclass(frozen=True)
class MoodLine:
    """A line for inline SVG: the moods of the last turns, bad is low; `last` is its end, `zero` where nothing is."""

    points: str
    last: tuple[float, float]
    zero: float


def mood_line(moods: Sequence[MoodOut]) -> MoodLine | None:
    """Return the line of the last twelve turns' moods, None for none; one turn is a level line."""
    if not moods:
        return None
    scores = [mood.score for mood in moods[-_MOST_MOODS:]]
    scores = scores if len(scores) > 1 else scores * 2
    step = (_WIDTH - 2 * _EDGE) / (len(scores) - 1)
    points = [(round(_EDGE + at * step, 1), _y(score)) for at, score in enumerate(scores)]
    return MoodLine(" ".join(f"{x},{y}" for x, y in points), points[-1], _y(0.0))


def _y(score: float) -> float:
    return round(_EDGE + (1 - score) / 2 * (_HEIGHT - 2 * _EDGE), 1)
