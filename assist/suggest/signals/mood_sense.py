"""How much do the pieces of a text praise, stir and rage? A linear reading, learned from our own texts.

Made by `training/fit_moods.py`; its README says from what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import repeat
from math import exp, sqrt, tanh

import numpy as np

_NONE = repeat(0)
# 2,000 characters have 6,000 pieces of at most 127 steps: a sum needs 21 bits, and three fit a machine's word.
_BITS = 21
_HALF = 1 << (_BITS - 1)
_MASK = (1 << _BITS) - 1
CLAUSE = 4.0
"""What one clause says is bounded by so much: a loud one does not drown two others."""
_SURE = 2.0
"""From about here on a text's praise or blame is beyond doubt."""

_STIRRED = 0.7
"""From here on a text surely says that something is well or not well."""


@dataclass(frozen=True, slots=True)
class MoodSense:
    """What each piece says, in whole steps, packed into one number; how much a step is; and the constants beside.

    The heads are praise (above 0) or blame, stirred or not, and angry or only blaming. Packed, because a message has
    ninety pieces, and looking each up three times would take as long as all the rest.
    """

    weights: Mapping[str, int]
    steps: tuple[float, float, float]
    constants: tuple[float, float, float]

    def told(self, pieces: Sequence[str]) -> tuple[int, int, int]:
        """Return what some pieces say together to each head, in steps."""
        return unpacked(sum(map(self.weights.get, pieces, _NONE)))

    def praise_of(self, told: int, pieces: int, push: float = 0.0) -> float:
        """Return how much a clause of so many pieces praises (above 0) or blames, with a push from elsewhere."""
        return CLAUSE * tanh((told * self.steps[0] / sqrt(pieces) + self.constants[0] + push) / CLAUSE)

    def stir_of(self, told: int, pieces: int, push: float = 0.0) -> float:
        """Return how likely a text says that something is well or not well, with a push from elsewhere: 0 to 1."""
        return 1 / (1 + exp(-(told * self.steps[1] / sqrt(pieces) + self.constants[1] + push)))

    def rage_of(self, told: int, pieces: int) -> float:
        """Return how likely a text that blames is angry: 0 to 1."""
        return 1 / (1 + exp(-(told * self.steps[2] / sqrt(pieces) + self.constants[2])))


def packed(praise: int, stir: int, rage: int) -> int:
    """Return three weights as one number; sums of such numbers hold the sums of each."""
    return praise + (stir << _BITS) + (rage << 2 * _BITS)


def unpacked(number: int) -> tuple[int, int, int]:
    """Return the three that were packed."""
    praise = ((number + _HALF) & _MASK) - _HALF
    number = (number - praise) >> _BITS
    stir = ((number + _HALF) & _MASK) - _HALF
    return praise, stir, (number - stir) >> _BITS


def score_of(praise: float, stir: float, rage: float) -> float:
    """Return one number for a mood, -1 to 1: sorry is never as low as angry, and a question is near 0."""
    sure = tanh(praise / _SURE) * min(1.0, (stir / _STIRRED) ** 2)
    return sure if sure > 0 else sure * (0.75 + 0.25 * rage)


@cache
def mood_sense() -> MoodSense:
    """Read the weights that come with the program."""
    with files("assist.suggest.signals").joinpath("moods.npz").open("rb") as file, np.load(file) as stored:
        pieces = str(stored["pieces"]).split("\n")
        weights = dict(zip(pieces, map(packed, *stored["weights"].T.tolist()), strict=True))
        one, two, three = stored["steps"].tolist()
        first, second, third = stored["constants"].tolist()
    return MoodSense(weights, (one, two, three), (first, second, third))
