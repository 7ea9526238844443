"""What speaks for a card, in few words? Kinds of evidence put together, and how much each was."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assist.domain.suggestion import Reason

_MOST = 4
# Of the largest piece: how a share is called.
_STRONG = 2 / 3
_SOME = 1 / 3

_RULES = {
    "wording": ("nearest_ask", "covered", "filled", "pairs", "centre", "same_ask", "wording", "part"),
    "sound": ("sound",),
    "meaning": ("meaning", "meaning_centre", "sentence"),
    "answer": ("answer_words", "answer_meaning", "sentence_answer"),
    "product": ("right_product", "unasked_product", "other_product", "wrong_product"),
    "category": ("right_category", "unasked_category", "category"),
    "intent": ("intent",),
    "context": ("context",),
    "dismissed": ("dismissed",),
}
KIND_OF = {rule: kind for kind, rules in _RULES.items() for rule in rules}
"""Rule -> the kind of evidence it is told as."""

Weight = Literal["strong", "some", "slight", "against"]


@dataclass(frozen=True)
class Piece:
    """One kind of evidence: its rules, largest first, its share of the largest piece, and that in a word."""

    kind: str
    rules: tuple[str, ...]
    share: float
    weight: Weight


def pieces(reasons: Sequence[Reason]) -> list[Piece]:
    """Return the four largest kinds of evidence, largest first; those for the card before those against it.

    A rule of no known kind is a kind of its own.
    """
    parts: defaultdict[str, list[Reason]] = defaultdict(list)
    for reason in reasons:
        parts[KIND_OF.get(reason.rule, reason.rule)].append(reason)
    sums = {kind: sum(reason.score for reason in rules) for kind, rules in parts.items()}
    largest = sorted(sums, key=lambda kind: -abs(sums[kind]))[:_MOST]
    most = max((abs(sums[kind]) for kind in largest), default=0.0)
    if not most:
        return []
    ordered = sorted(largest, key=lambda kind: (sums[kind] < 0, -abs(sums[kind])))
    return [_piece(kind, parts[kind], sums[kind] / most) for kind in ordered]


def _piece(kind: str, reasons: Sequence[Reason], share: float) -> Piece:
    by_size = sorted(reasons, key=lambda reason: -abs(reason.score))
    return Piece(kind, tuple(reason.rule for reason in by_size), abs(share), _weight(share))


def _weight(share: float) -> Weight:
    if share < 0:
        return "against"
    if share >= _STRONG:
        return "strong"
    return "some" if share >= _SOME else "slight"
