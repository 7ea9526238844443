"""Has it thawed, and is it said to be cold still?"""

from collections.abc import Sequence

from assist.domain.complaint import Ground

from .lexicon import Word
from .told import Said, Told

_COLD_NOT_BAD = frozenset({Ground.unripe, Ground.taste})
"""What 还硬着 and 冰凉 say of goods that were not frozen."""


def is_still_cold(told: Sequence[Told], plain: str) -> bool:
    """Is it cold still: 化了但还冰手? What went soft and is cold has thawed, and cold is nothing bad of it."""
    cold = [
        word
        for one in told
        for word in one.words
        if "still_cold" in word.lists and not one.ending_at("negations", word.begin)
    ]
    if not cold or any(said.ground is Ground.thawed_warm for one in told for said in one.grounds):
        return False
    for one in told:
        one.grounds = [_thawed(said, plain) for said in one.grounds]
    if not any(said.ground is Ground.thawed for one in told for said in one.grounds):
        return False
    for one in told:
        one.grounds = [said for said in one.grounds if not _is_cold(said, cold)]
    return True


def _thawed(said: Said, plain: str) -> Said:
    soft = said.ground is Ground.wilted and "软" in plain[said.begin : said.end]
    return Said(Ground.thawed, said.begin, said.end) if soft else said


def _is_cold(said: Said, cold: Sequence[Word]) -> bool:
    return said.ground in _COLD_NOT_BAD and any(word.begin < said.end and said.begin < word.end for word in cold)
