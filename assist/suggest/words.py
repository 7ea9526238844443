"""What do words mean, and how do they sound? One small table of everyday Chinese and English.

Made by `training/make_word_table.py`; its README says from what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]

DIMENSIONS = 64
_FIRST_PRIVATE = 0xE000
_FIRST_HAN = 0x4E00


@dataclass(frozen=True)
class WordTable:
    """`directions` are unit vectors as int8 (127 is 1), `weights` how much each word tells.

    `sounds` maps a character to a stand-in for its syllable, for `str.translate`.
    """

    row_of: Mapping[str, int]
    directions: NDArray[np.int8]
    weights: NDArray[np.float32]
    sounds: Mapping[int, str]
    syllables: tuple[str, ...]

    def rows(self, words: Sequence[str]) -> list[int]:
        """Return the table's rows for the words of a text; a Chinese word also counts by its characters."""
        found: list[int] = []
        row_of = self.row_of
        for word in words:
            row = row_of.get(word)
            if row is not None:
                found.append(row)
            if len(word) > 1 and not word.isascii():
                found += [row_of[character] for character in word if character in row_of]
        return found

    def point(self, rows: Sequence[int]) -> Points:
        """Return where a text lies among meanings: a vector of length 1, or of 0 for words that are not known."""
        if not rows:
            return np.zeros(DIMENSIONS, dtype=np.float32)
        taken = np.array(rows)
        total = self.weights[taken] @ self.directions[taken].astype(np.float32)
        length = float(np.sqrt(total @ total))
        return total / length if length else total

    def sound(self, plain: str) -> str:
        """Return a text with every Chinese character replaced by its syllable, tone aside: homophones are equal."""
        return plain.translate(self.sounds)  # pyright: ignore[reportArgumentType]

    def pinyin(self, plain: str) -> list[str]:
        """Return the syllables of a text of Chinese characters, without tones; nothing when it holds others."""
        heard = [self.sounds.get(ord(character)) for character in plain]
        if None in heard:
            return []
        return [self.syllables[ord(stand_in) - _FIRST_PRIVATE] for stand_in in heard if stand_in]


@cache
def word_table() -> WordTable:
    """Read the table that comes with the program; it is as constant as its code."""
    with files("assist.suggest").joinpath("words.npz").open("rb") as file, np.load(file) as stored:
        words = str(stored["words"]).split("\n")
        syllables = tuple(str(stored["syllables"]).split("\n"))
        sounds = {_FIRST_HAN + at: chr(_FIRST_PRIVATE + int(one)) for at, one in enumerate(stored["sounds"])}
        return WordTable(
            row_of={word: at for at, word in enumerate(words)},
            directions=stored["directions"],
            weights=stored["weights"].astype(np.float32),
            sounds=sounds,
            syllables=syllables,
        )
