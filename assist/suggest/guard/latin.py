"""Do Latin letters stand for a term here, or are they part of other words?"""

import re
from collections.abc import Sequence
from functools import cache

from assist.suggest.words import word_table

from .fold import FoldTable

_LETTERS = re.compile("[a-z]+")
_LONGEST_SYLLABLE = 6
_LONGEST_REST = 40
_FEWEST_IN_A_STRETCH = 3
"""Syllables: so many may stand within a longer stretch of pinyin (wo jia wei xin)."""


def stands_alone(text: str, start: int, end: int, table: FoldTable) -> bool:
    """Do no letters go on beyond a place that begins or ends with letters, and no figures beyond figures?

    Letters that are spaced out one by one go on to the next.
    """
    return not _goes_on(text, start, -1, table) and not _goes_on(text, end - 1, 1, table)


def _goes_on(text: str, edge: int, step: int, table: FoldTable) -> bool:
    kind = _kind(text, edge, table)
    if not kind:
        return False
    if _kind(text, edge + step, table) == kind:
        return True
    # U S B: every letter alone, and the one before the edge as well.
    spaced = not _read(text, edge - step, table) and not _read(text, edge + step, table)
    alone = _kind(text, edge + 2 * step, table) == kind and _kind(text, edge + 3 * step, table) != kind
    return spaced and alone and kind == "letter"


def _read(text: str, place: int, table: FoldTable) -> str:
    return table[ord(text[place])] if 0 <= place < len(text) else ""


def _kind(text: str, place: int, table: FoldTable) -> str:
    read = _read(text, place, table)
    if not read or not read.isascii():
        return ""
    return "figure" if read[-1].isdigit() else "letter"


def are_english(stretches: Sequence[str]) -> bool:
    """Are all stretches of letters ordinary English words? There must be one of more than a letter."""
    longer = [one for one in stretches if len(one) > 1]
    known = word_table().row_of
    return bool(longer) and all(one in known for one in longer)


def stretches_of(written: str) -> list[str]:
    """Return the runs of letters of a text in lower case, broken by anything else."""
    return _LETTERS.findall(written)


def within_pinyin(text: str, start: int, end: int, syllables: int, table: FoldTable) -> bool:
    """Do the letters go on on either side as whole syllables? Only asked of terms that are long enough."""
    if syllables < _FEWEST_IN_A_STRETCH:
        return False
    return is_pinyin(_rest(text, start, -1, table)) and is_pinyin(_rest(text, end - 1, 1, table))


def _rest(text: str, edge: int, step: int, table: FoldTable) -> str:
    letters: list[str] = []
    place = edge + step
    while len(letters) <= _LONGEST_REST and _kind(text, place, table) == "letter":
        letters.append(_read(text, place, table))
        place += step
    return "".join(letters[::step])


def is_pinyin(letters: str) -> bool:
    """Can all letters be read as whole syllables? Nothing can; what is very long is not looked at."""
    if len(letters) > _LONGEST_REST:
        return False
    reached = {0}
    for at in range(len(letters)):
        if at in reached:
            longest = min(_LONGEST_SYLLABLE, len(letters) - at)
            reached.update(at + length for length in range(1, longest + 1) if letters[at : at + length] in _syllables())
    return len(letters) in reached


@cache
def _syllables() -> frozenset[str]:
    return frozenset(one for one in word_table().syllables if one.isascii() and (len(one) > 1 or one in "aeo"))
