"""Which pieces of evidence for a card are worth telling, and how much was each?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assist.domain.suggestion import Reason

_MOST = 4
# Of the largest piece: how a share is called.
_STRONG = 2 / 3
_SOME = 1 / 3


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: its rule, its share of the largest, and that in a word."""

    rule: str
    share: float
    weight: Literal["strong", "some", "slight", "against"]


def pieces(reasons: Sequence[Reason]) -> list[Piece]:
    """Return the four largest pieces, largest first, what speaks for the card before what speaks against it."""
    largest = sorted(reasons, key=lambda reason: -abs(reason.score))[:_MOST]
    most = max((abs(reason.score) for reason in largest), default=0.0)
    if not most:
        return []
    ordered = sorted(largest, key=lambda reason: (reason.score < 0, -abs(reason.score)))
    return [Piece(reason.rule, abs(reason.score) / most, _weight(reason.score / most)) for reason in ordered]


def _weight(share: float) -> Literal["strong", "some", "slight", "against"]:
    if share < 0:
        return "against"
    if share >= _STRONG:
        return "strong"
    return "some" if share >= _SOME else "slight"
