"""How is a draft cut into what it says: sentences and clauses, each with its neighbours and the way back?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from assist.domain.topic import Span
from assist.suggest.signals.heard import folded
from assist.suggest.text import MAX_MATCHED_CHARACTERS

_SENTENCE_END = re.compile(r"[。!?;\n~…]+|\.{2,}|\.(?=\s|$)(?<!\bm\.)")
# A space parts Chinese clauses, but no English words; a colon within a time parts nothing.
_CLAUSE_END = re.compile(
    r"(?<!\d),+|,+(?!\d)|(?<!\d):|:(?!\d)|[—()【】]+|但是?(?=[我这您])|不过|\bbut\b|(?<=[^,]) and (?=(?:i|we|it|you)\b)"
    r"|(?<=[一-鿿]) +(?=[一-鿿])|(?<=[哦哈呢啦呀哒]) +"
)
_HAN = re.compile("[一-鿿]")


class Clause(NamedTuple):
    """A stretch of the folded draft. `asked`: its sentence ends in a question mark, `last`: and it is what asks."""

    said: str
    begin: int
    before: "Clause | None"
    sentence: str
    around: str
    """Its sentence, and what stands shortly before."""
    after: str
    """The next clause of its sentence, or ""."""
    asked: bool
    last: bool
    english: bool

    @property
    def end(self) -> int:
        return self.begin + len(self.said)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, folded and cut."""

    clauses: tuple[Clause, ...]
    places: Sequence[int]

    def span(self, begin: int, end: int) -> Span:
        """Return where folded characters stand in the draft as written."""
        return Span(start=self.places[begin], end=self.places[end - 1] + 1)


@lru_cache(maxsize=1)
def cut(text: str) -> Draft:
    """Return the clauses of a draft in order. Only its first 2,000 characters are read.

    The last one is kept: a draft is read, and then rewritten.
    """
    plain, places = folded(text[:MAX_MATCHED_CHARACTERS])
    clauses: list[Clause] = []
    at = 0
    for mark in (*_SENTENCE_END.finditer(plain), None):
        end = mark.start() if mark else len(plain)
        if plain[at:end].strip():
            clauses += _clauses(plain, at, end, asked=bool(mark and "?" in mark.group()))
        at = mark.end() if mark else end
    return Draft(tuple(clauses), places)


def _clauses(plain: str, begin: int, end: int, *, asked: bool) -> list[Clause]:
    places: list[tuple[int, int]] = []
    at = begin
    for mark in (*_CLAUSE_END.finditer(plain, begin, end), None):
        stop = mark.start() if mark else end
        said = plain[at:stop]
        if bare := said.strip():
            first = at + len(said) - len(said.lstrip())
            places.append((first, first + len(bare)))
        at = mark.end() if mark else stop
    sentence = plain[begin:end]
    made: list[Clause] = []
    for number, (first, stop) in enumerate(places, 1):
        said = plain[first:stop]
        before = made[-1] if made else None
        after = plain[places[number][0] : places[number][1]] if number < len(places) else ""
        english = not _HAN.search(said)
        around, last = plain[max(0, begin - 40) : end], asked and number == len(places)
        made.append(Clause(said, first, before, sentence, around, after, asked, last, english))
    return made
