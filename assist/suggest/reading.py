"""What does a text say, term by term? Read once, compared with many.

Terms are characters, words, pairs of characters, product names and synonym groups; in Latin script whole words and
runs of three letters. Script decides, character by character: mixed text is read as both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import rjieba
from numpy.typing import NDArray

from .names import Named, Names
from .words import Points, WordTable

KIND_WEIGHT = {"p": 1.6, "s": 1.2, "c": 1.0, "e": 1.5, "w": 0.8, "b": 0.6, "g": 0.35}
"""How much one shared term says, by kind: product, synonym group, character, Latin word; word, pair, letter run."""
KINDS = tuple(KIND_WEIGHT)
_WEIGHTS = np.array(list(KIND_WEIGHT.values()), dtype=np.float32)
_UNORDERED = np.array([kind in "psce" for kind in KINDS])
_WORDS = np.array([kind in "cew" for kind in KINDS])
_KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}

_RUNS = re.compile(r"(?P<han>[㐀-鿿]+)|[a-z]+|[0-9]+(?:\.[0-9]+)?%?")


@dataclass(frozen=True)
class Reading:
    """A text's distinct terms as hashes with their kinds, its words as rows of the word table, and where it lies."""

    plain: str
    terms: NDArray[np.uint32]
    kinds: NDArray[np.int8]
    point: Points

    @property
    def kind_weights(self) -> NDArray[np.float32]:
        return _WEIGHTS[self.kinds]

    @property
    def unordered(self) -> NDArray[np.bool_]:
        """Which terms say what is spoken of; the others say in what order."""
        return _UNORDERED[self.kinds]

    @property
    def words(self) -> NDArray[np.bool_]:
        """Which terms are words: those an answer is known by."""
        return _WORDS[self.kinds]


def read(plain: str, names: Names, table: WordTable, products: Sequence[Named] | None = None) -> Reading:
    """Read a normalised text; `products` are those it names, where they were looked for already."""
    terms, words = split(plain)
    terms += [f"p{named.what}" for named in (names.find(plain) if products is None else products)]
    terms += [f"s{named.what}" for named in names.synonyms.find(plain)]
    distinct = list(dict.fromkeys(terms))
    return Reading(
        plain=plain,
        terms=np.array([crc32(term.encode()) for term in distinct], dtype=np.uint32),
        kinds=np.array([_KIND_NUMBER[term[0]] for term in distinct], dtype=np.int8),
        point=table.point(table.rows(words)),
    )


def read_answer(plain: str, table: WordTable) -> Reading:
    """Read an answer: its words alone, for an answer is long and its pairs of characters say little."""
    _, words = split(plain)
    distinct = list(dict.fromkeys(words))
    return Reading(
        plain="",
        terms=np.array([crc32(_word_term(word).encode()) for word in distinct], dtype=np.uint32),
        kinds=np.array([_KIND_NUMBER[_word_term(word)[0]] for word in distinct], dtype=np.int8),
        point=table.point(table.rows(words)),
    )


def split(plain: str) -> tuple[list[str], list[str]]:
    """Return a text's terms, each with its kind before it, and its words, both in order and repeated."""
    terms: list[str] = []
    words: list[str] = []
    for match in _RUNS.finditer(plain):
        run = match.group()
        if match.lastgroup:
            found = rjieba.cut(run)
            words += found
            terms += [f"w{word}" for word in found if len(word) > 1]
            terms += [f"c{character}" for character in run]
            terms += [f"b{run[at : at + 2]}" for at in range(len(run) - 1)]
        else:
            words.append(run)
            terms.append(f"e{run}")
            if len(run) > 2 and run[0].isalpha():
                edged = f"^{run}$"
                terms += [f"g{edged[at : at + 3]}" for at in range(len(edged) - 2)]
    return terms, words


def _word_term(word: str) -> str:
    if word.isascii():
        return f"e{word}"
    return f"w{word}" if len(word) > 1 else f"c{word}"
