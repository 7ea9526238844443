"""How strongly does each piece of a text speak for each intent? Learned from examples, led by the lexicon's words.

A text is cut into units: Chinese characters, Latin words, the edges of what is said. A piece is a run of units, and it
has a weight per intent: what the lexicon's owner gave it, and how much more often than usual it is said under that
intent. What a text wants is the intent with the largest sum.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

EDGE = "|"
GOODS = "□"
"""The unit that stands for the name of any goods: what is wanted does not depend on which they are."""
FIGURE = "0"

_FIRST_HAN = "㐀"
_LATIN = re.compile(r"[a-z0-9.+%-]+")
_NUMERALS = frozenset("二三四五六七八九十两")
# Longer figures are words: a hotline, a year, a kind of melon.
_FIGURES = re.compile(r"[0-9]{1,3}([.+%-][0-9.+%-]*)?")
_PLURAL = re.compile(r"(?<=[oxhs])es$|(?<=[^su])s$")
_LONGEST_LEARNED = 3
_LEAST_EXAMPLES = 2
# Found on the shipped examples, each quarter read by what the rest teaches: a word of the lexicon, and a piece that is
# said e times as often as usual.
_WORD_WEIGHT = 1.6
_LEARNED_WEIGHT = 0.2
_SMOOTHING = 0.5


class Unit(NamedTuple):
    """One unit, and where it stands in the normalised text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """One thing a customer says, as units, and the number of its intent."""

    units: Sequence[str]
    intent: int


@dataclass(frozen=True)
class Voices:
    """Which pieces say something, and what: a row of weights per intent, of which the mean is 0.

    A row of -1 only begins a longer piece.
    """

    row_of: Mapping[str, int]
    speaks: Floats

    def heard_in(self, units: Sequence[str]) -> dict[int, tuple[int, int]]:
        """Return the rows of all pieces in the units, and from which unit to which the first of each goes."""
        heard: dict[int, tuple[int, int]] = {}
        get = self.row_of.get
        for start in range(len(units)):
            piece = ""
            for end in range(start, len(units)):
                piece += units[end]
                row = get(piece)
                if row is None:
                    break
                if row >= 0 and row not in heard:
                    heard[row] = (start, end + 1)
        return heard


def units_of(plain: str) -> list[Unit]:
    """Cut a normalised text into units; a space between Chinese characters is an edge, as are both ends."""
    found = [Unit(EDGE, 0, 0)]
    at = 0
    while at < len(plain):
        character = plain[at]
        end = at + 1
        if character >= _FIRST_HAN:
            found.append(Unit(FIGURE if character in _NUMERALS else character, at, end))
        elif character == " ":
            # Latin words stand apart anyway. A normalised text neither begins nor ends with a space.
            if plain[at - 1] >= _FIRST_HAN and plain[end] >= _FIRST_HAN:
                found.append(Unit(EDGE, at, end))
        elif match := _LATIN.match(plain, at):
            end = match.end()
            found.append(Unit(_latin(match.group()), at, end))
        at = end
    found.append(Unit(EDGE, len(plain), len(plain)))
    return found


def _latin(word: str) -> str:
    """Return a Latin word in the singular, a space before it, so that words side by side stay words."""
    if _FIGURES.fullmatch(word):
        return FIGURE
    if word.endswith("ies") and len(word) > len("pies"):
        return f" {word[:-3]}y"
    return f" {_PLURAL.sub('', word) if len(word) > len('gas') else word}"


def learn(examples: Sequence[Example], lexicon: Mapping[tuple[str, ...], Mapping[int, float]], intents: int) -> Voices:
    """Weigh every piece; `lexicon` maps a word's units to its weight per intent. The same input gives the same."""
    if not intents:
        return Voices({}, np.zeros((0, 0)))
    said = Counter((piece, one.intent) for one in examples for piece in set(_short_pieces(one.units)))
    often = Counter[str]()
    for (piece, _), count in said.items():
        often[piece] += count
    pieces = dict.fromkeys("".join(word) for word in lexicon)
    pieces |= dict.fromkeys(sorted(piece for piece, count in often.items() if count >= _LEAST_EXAMPLES))
    row_of = {piece: row for row, piece in enumerate(pieces)}
    counts = np.zeros((len(pieces), intents))
    for (piece, intent), count in said.items():
        if piece in row_of:
            counts[row_of[piece], intent] = count
    speaks = _LEARNED_WEIGHT * _unusual(
        counts, np.bincount(np.array([one.intent for one in examples], dtype=np.int64), minlength=intents)
    )
    for word, weights in lexicon.items():
        for intent, weight in weights.items():
            speaks[row_of["".join(word)], intent] += _WORD_WEIGHT * weight
    for word in lexicon:
        for end in range(1, len(word)):
            row_of.setdefault("".join(word[:end]), -1)
    return Voices(row_of, speaks - speaks.mean(axis=1, keepdims=True))


def _unusual(counts: Floats, examples: Numbers) -> Floats:
    """Return the logarithm of how much more often each piece is said under each intent than over all.

    An intent with many examples counts for more, but only by the square root of how many.
    """
    if not examples.any():
        return np.zeros_like(counts)
    importance = np.array([1 / sqrt(max(count, 1)) for count in examples.tolist()])
    weighed = counts * importance * sqrt(examples.mean())
    share = examples * importance
    expected = weighed.sum(axis=1, keepdims=True) * (share / share.sum())
    return np.log((weighed + _SMOOTHING) / (expected + _SMOOTHING))


def _short_pieces(units: Sequence[str]) -> Iterable[str]:
    """Yield every piece of one to three units that is more than edges; Latin words alone."""
    for start in range(len(units)):
        piece = ""
        for unit in units[start : start + _LONGEST_LEARNED]:
            if piece and unit[0] == " " and " " in piece:
                break
            piece += unit
            if piece.strip(EDGE):
                yield piece
