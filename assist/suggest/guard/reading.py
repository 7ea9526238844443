"""How does a text read, and where does each letter of that stand in the text as written?

Places are looked up only where something was found.
"""

import re
from copy import copy
from functools import cached_property

from .fold import FoldTable

_DOUBLED = re.compile("([㐀-鿿])\\1+")


class Reading:
    """A text folded by one table."""

    def __init__(self, text: str, table: FoldTable) -> None:
        self.text = text
        self.table = table
        self.folded = text.translate(table)
        self.once = False

    def read_once(self) -> "Reading | None":
        """Return the same with what is written several times in a row read once; None where nothing is."""
        if not _DOUBLED.search(self.folded):
            return None
        reading = copy(self)
        reading.folded = _DOUBLED.sub(r"\1", self.folded)
        reading.once = True
        return reading

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
