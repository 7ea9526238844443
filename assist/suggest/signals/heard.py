"""What is read of a customer's texts: folded, cut into clauses, with the way back to the characters as written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assist.domain.topic import Span
from assist.suggest.text import MAX_MATCHED_CHARACTERS, fold

_SENTENCE_END = re.compile(r"[。!?;\n~]+|\.{2,}|\.(?=\s|$)")
# A space parts Chinese clauses, but no English words. "、" joins: 苹果、梨都烂了.
_CLAUSE_END = re.compile(
    r"(?<!\d)[,:]+|[,:]+(?!\d)|[—()\[\]【】\"“”]+|(?<!不)但是?|不过|可是|然而|\bbut\b|(?<=[一-鿿])\s+(?=[一-鿿\d])"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the folded text; `text` and `sentence` number what it is a part of."""

    begin: int
    end: int
    sentence: int
    text: int


@dataclass(frozen=True, slots=True)
class Heard:
    """All texts as one, joined by line feeds: folded for reading, and where each folded character came from."""

    plain: str
    clauses: tuple[Clause, ...]
    _places: Sequence[int]

    def span(self, begin: int, end: int) -> Span:
        """Return where folded characters stand in the texts as the customer wrote them, joined by line feeds."""
        return Span(start=self._places[begin], end=self._places[end - 1] + 1)


def hear(texts: Sequence[str]) -> Heard:
    """Fold and cut the texts. Of each only the first 2,000 characters are read."""
    parts: list[str] = []
    places: list[int] = []
    clauses: list[Clause] = []
    begin = start = sentence = 0
    for number, text in enumerate(texts):
        plain, back = folded(text[:MAX_MATCHED_CHARACTERS])
        parts.append(plain)
        places += [start + place for place in back]
        places.append(start + len(text))
        for first, last, at in _cut(plain):
            clauses.append(Clause(begin + first, begin + last, sentence + at, number))
        begin += len(plain) + 1
        start += len(text) + 1
        sentence = clauses[-1].sentence + 1 if clauses else 0
    return Heard("\n".join(parts), tuple(clauses), places)


def folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text folded, and where each of its characters stood."""
    plain = fold(text)
    if len(plain) == len(text):
        return plain, range(len(text))
    # Invisible characters are gone and some have become several: each is folded alone to know where it stood.
    each = [fold(character) for character in text]
    return "".join(each), [place for place, one in enumerate(each) for _ in one]


def _cut(plain: str) -> Iterator[tuple[int, int, int]]:
    """Yield each clause's place and the number of its sentence, in order."""
    for number, (begin, end) in enumerate(_between(_SENTENCE_END, plain, 0, len(plain))):
        for first, last in _between(_CLAUSE_END, plain, begin, end):
            yield first, last, number


def _between(ends: re.Pattern[str], plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    at = begin
    for found in ends.finditer(plain, begin, end):
        if plain[at : found.start()].strip():
            yield at, found.start()
        at = found.end()
    if plain[at:end].strip():
        yield at, end
