"""Which characters of a text may stand for others by their look, alone or two side by side?

Characters that nobody uses much are looked at where they stand. Those that everybody uses are in every text: the ways
to write a term with them are forms of it (`forms`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from assist.suggest.words import word_table

from .shapes import shapes

if TYPE_CHECKING:
    from .forms import Form

_USUAL_WORDS = 5_000
_HAN = re.compile("[㐀-鿿]+")
_MOST_LOOKED_AT = 2_000
"""Places of one text: nobody disguises more."""


@cache
def usual_characters() -> frozenset[str]:
    """Return the characters of the most frequent words."""
    words = [word for word in word_table().row_of if _HAN.fullmatch(word)]
    return frozenset(chain.from_iterable(words[:_USUAL_WORDS]))


def both_usual(parts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the ways to take characters apart to such as everybody uses."""
    usual = usual_characters()
    kept = {whole: tuple(pair for pair in ways if usual.issuperset(pair)) for whole, ways in parts.items()}
    return {whole: ways for whole, ways in kept.items() if ways}


class Mend(NamedTuple):
    """What may be meant between two places of a folded text."""

    first: int
    after: int
    meant: str


class Mended:
    """A stretch of a folded text with what may be meant in it; `places` say where each character of it stands."""

    def __init__(self, folded: str, mends: Sequence[Mend], start: int, stop: int) -> None:
        letters: list[str] = []
        self.places: list[int] = []
        self._folded, self._mends = folded, mends
        at = start
        for first, after, meant in mends:
            letters += (folded[at:first], meant)
            self.places += (*range(at, first), first)
            at = after
        self.read = "".join((*letters, folded[at:stop]))
        self.places += range(at, stop + 1)

    def changed(self, form: Form, begins: int, ends: int) -> tuple[int, ...]:
        """Return which characters of a form that was found are not the term's own, from its first; none where nothing
        was mended.
        """
        first, after = self.places[begins], self.places[ends]
        mended = {place for one in self._mends for place in range(one.first, one.after) if first <= place < after}
        if not mended:
            return ()
        own = {self.places[begins + place] for place in form.apart}
        if ends - begins == len(form.spelled):
            pairs = enumerate(zip(self.read[begins:ends], form.spelled, strict=True))
            own |= {self.places[begins + at] for at, (one, other) in pairs if one != other}
        return tuple(sorted(place - first for place in mended | own))


class Redrawn:
    """What characters may stand for, where next to them stands what is next to that in a term (`neighbours`)."""

    def __init__(self, parts: Mapping[str, tuple[str, ...]], neighbours: Set[str]) -> None:
        self._neighbours = neighbours
        sought = frozenset(chain.from_iterable(neighbours))
        ways = {whole: (*shapes().alike.get(whole, ""), *parts.get(whole, ())) for whole in sought}
        drawn = sorted((rank, one, whole) for whole, every in ways.items() for rank, one in enumerate(every))
        usual = usual_characters()
        self._stands_for: dict[str, list[str]] = {}
        for _, written, whole in drawn:
            if not usual.issuperset(written):
                self._stands_for.setdefault(written, []).append(whole)
        seldom = sorted(set(chain.from_iterable(self._stands_for)) - usual)
        self._seldom = re.compile(f"[{''.join(seldom)}]" if seldom else "(?!)")

    def places(self, folded: str) -> list[int]:
        """Return where characters stand that nobody uses much."""
        if not self._seldom.search(folded):
            return []
        return [one.start() for one in islice(self._seldom.finditer(folded), _MOST_LOOKED_AT)]

    def readings(self, folded: str, places: Sequence[int]) -> Iterator[Mend]:
        """Yield what may be meant at these places."""
        for place in places:
            for first, after in ((place, place + 1), (place - 1, place + 1), (place, place + 2)):
                if first >= 0 and after <= len(folded):
                    for meant in self._stands_for.get(folded[first:after], ()):
                        if self._fits(meant, folded, first, after):
                            yield Mend(first, after, meant)

    def joined(self, folded: str, places: Sequence[int]) -> list[Mend]:
        """Return all that is written as two characters at these places, each as the likeliest one."""
        found: list[Mend] = []
        at = 0
        for place in places:
            for first in (place - 1, place):
                whole = self._stands_for.get(folded[first : first + 2]) if first >= at else None
                if whole and len(folded) > first + 1:
                    found.append(Mend(first, first + 2, whole[0]))
                    at = first + 2
                    break
        return found

    def _fits(self, meant: str, folded: str, first: int, after: int) -> bool:
        known = self._neighbours
        return folded[first - 1 : first] + meant in known or meant + folded[after : after + 1] in known
