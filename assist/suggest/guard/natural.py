"""Are these characters ordinary words of their own, that only sound or look like a term, or hold it by chance?

Two stories are compared: that somebody wrote what stands there, word by word as often as dictionaries count it; and
that somebody meant the term and disguised it, one of some twenty ways a character.
"""

from collections.abc import Iterable, Set
from functools import lru_cache
from math import log

import rjieba

AROUND = 8
"""Characters that are read on both sides."""

_ALL_WORDS = log(60_101_967)
"""What jieba's dictionary was counted from."""

# Natural logarithms, set by hand: how docs/guards.md says.
TERM_MEANT = 13.0
_OFTEN_MEANT = 11.0
_CHARACTER_CHANGED = 3.0
_BROKEN_BY_A_MARK = 3.0
_UNUSUAL_PAIR, _UNUSUAL = 6.0, 1.5
_TWO = 2


@lru_cache(maxsize=1 << 16)
def _cost(word: str) -> float:
    return _ALL_WORDS - log(rjieba.suggest_freq(word))


def _cost_of(words: Iterable[str]) -> float:
    return sum(_cost(word) for word in words if word != " ")


def is_ordinary_pair(pair: str, changed: int) -> bool:
    """Are two characters a word, or each so usual that nothing around them would make them a disguise?"""
    return rjieba.has_word(pair) or _cost_of(pair) < TERM_MEANT + _CHARACTER_CHANGED * changed


@lru_cache(maxsize=1 << 14)
def cost_of_term(spelled: str) -> float:
    """Return how seldom a term is meant: as seldom as it is written, within what is so of terms as a rule."""
    return min(TERM_MEANT, max(_OFTEN_MEANT, _cost_of(rjieba.cut(spelled, False))))


@lru_cache(maxsize=1 << 14)
def is_as_usual(written: str, spelled: str) -> bool:
    """Would somebody write this about as readily as the term it looks like? Then nothing was disguised: 如手机号."""
    least = _UNUSUAL_PAIR if len(written) <= _TWO else _UNUSUAL
    return _cost_of(rjieba.cut(written, False)) - _cost_of(rjieba.cut(spelled, False)) < least


def is_natural(
    before: str, written: str, after: str, *, changed: Set[int], marks: int = 0, term: float = TERM_MEANT
) -> bool:
    """Would somebody write this who does not mean the term? `changed` are the places in `written` of characters that
    are not the term's own; `marks` that end a clause stand within it; `term` is the cost of meaning it.
    """
    words = rjieba.cut(before + written + after, False)
    inside, crossing, others = _words_at(words, len(before), len(before) + len(written), changed)
    if others:
        return True
    short = len(written) <= _TWO or len(written.replace(" ", "")) <= _TWO
    if not crossing and not changed and not (marks and short):
        return False
    # Of two characters one that belongs to its neighbour leaves nothing: 寄品名 is no 极品.
    if crossing and changed and short:
        return True
    meant = term + _CHARACTER_CHANGED * len(changed) + _BROKEN_BY_A_MARK * marks
    if not crossing:
        return _cost_of(inside) < meant
    around = _cost_of(rjieba.cut(before, False)) + _cost_of(rjieba.cut(after, False))
    return _cost_of(words) < around + meant


def _words_at(words: Iterable[str], start: int, end: int, changed: Set[int]) -> tuple[list[str], bool, bool]:
    """Return the words between two places, if one goes across an edge, and if a changed character belongs to such a
    one, or all of it is one word.
    """
    inside: list[str] = []
    crossing = False
    at = 0
    for word in words:
        first, at = at, at + len(word)
        if at <= start:
            continue
        if first >= end:
            break
        inside.append(word)
        across = first < start or at > end
        crossing = crossing or across
        whole = first == start and at == end
        if changed and (whole or (across and any(first <= start + one < at for one in changed))):
            return inside, True, True
    return inside, crossing, False
