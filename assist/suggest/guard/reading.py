"""How does a text read, and where does each letter of that stand in the text as written?

Places are looked up only where something was found.
"""

import re
from collections.abc import Set
from functools import cached_property
from itertools import pairwise
from operator import itemgetter

from .fold import FoldTable

_DOUBLED = re.compile("([㐀-鿿])\\1+")
_BETWEEN = re.compile("(?<=[㐀-鿿])(?:[a-z]{1,2}|[0-9])(?=[㐀-鿿])")
_OF_A_FIGURE = frozenset("级个只斤条单件箱盒袋份包瓶星折元块天日月年次位名层楼倍页款米克号人家万千百十成")
"""What is counted or graded: a figure before it means what it says."""


class Reading:
    """A text folded by one table."""

    def __init__(self, text: str, table: FoldTable, *, folded: str | None = None, once: bool = False) -> None:
        self.text = text
        self.table = table
        self.folded = text.translate(table) if folded is None else folded
        self.once = once
        self.between: frozenset[int] = frozenset()

    def read_once(self) -> "Reading | None":
        """Return the same with what is written several times in a row read once; None where nothing is."""
        if not _DOUBLED.search(self.folded):
            return None
        return Reading(self.text, self.table, folded=_DOUBLED.sub(itemgetter(1), self.folded), once=True)

    def read_across(self, neighbours: Set[str]) -> "Reading | None":
        """Return the same without letters and figures that stand alone between two characters; None where none do.

        `neighbours` are pairs of characters that are worth it. A figure of several places means what it says, and so
        does one with what it counts, where all are such and none stand in a row.
        """
        folded = self.folded
        gaps = list(_BETWEEN.finditer(folded))
        if not any(folded[gap.start() - 1] + folded[gap.end()] in neighbours for gap in gaps):
            return None
        in_a_row = any(one.end() + 1 == other.start() for one, other in pairwise(gaps))
        if not in_a_row and all(folded[gap.end()] in _OF_A_FIGURE for gap in gaps):
            return None
        left = {place for gap in gaps for place in range(gap.start(), gap.end())}
        reading = Reading(
            self.text, self.table, folded="".join(one for place, one in enumerate(folded) if place not in left)
        )
        reading.between = frozenset(self._starts[place] for place in left)
        reading.__dict__["_starts"] = [start for place, start in enumerate(self._starts) if place not in left]
        return reading

    def says(self, place: int) -> str:
        """Return what the character at a place of the text is read as; nothing where it only keeps others apart."""
        return "" if place in self.between else self.table[ord(self.text[place])]

    @property
    def as_written_only(self) -> bool:
        """What is read again, without what was put between, is not heard again: nobody hides a term that well."""
        return self.once or bool(self.between)

    def span(self, first: int, after: int) -> tuple[int, int]:
        """Return where the letters from `first` until before `after` stand in the text."""
        if self.once:
            starts, ends = self._repeated
            return starts[first], ends[after - 1]
        return self._starts[first], self._starts[after - 1] + 1

    @cached_property
    def _starts(self) -> list[int]:
        read = map(self.table.__getitem__, map(ord, self.text))
        return [place for place, letters in enumerate(read) for _ in letters]

    @cached_property
    def _repeated(self) -> tuple[list[int], list[int]]:
        """Where the characters that each letter was read from begin, and where they end."""
        starts: list[int] = []
        ends: list[int] = []
        last = ""
        for place, code in enumerate(map(ord, self.text)):
            for letter in self.table[code]:
                if letter == last and "㐀" <= letter <= "鿿":
                    ends[-1] = place + 1
                    continue
                starts.append(place)
                ends.append(place + 1)
                last = letter
        return starts, ends
