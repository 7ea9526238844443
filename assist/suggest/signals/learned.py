"""What is probably complained of, where no word of the lexicon says it? A linear reading, learned from our own texts.

Made by `training/fit_complaints.py`; its README says from what. It names issues only: how much is affected, and that
everything is, is never guessed.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

import numpy as np
import rjieba
from numpy.typing import NDArray

from assist.domain.complaint import Complaint, Issue, Severity
from assist.suggest.text import normalise
from assist.suggest.words import DIMENSIONS, word_table

BUCKETS = 1 << 15
FOUND = 0.5
"""How much what the lexicon found counts beside a written piece."""
MEANING = 3.0
"""The same of a direction of meaning."""
_LONGEST_PIECE = 3
_LATIN = re.compile(r"[a-z0-9.%+-]+")
_MOST_CHARACTERS = 400
"""Complaints are told in their first lines; what follows is told again."""


@dataclass(frozen=True)
class Likely:
    """How likely a text complains at all, and of each issue: 0 to 1."""

    anything: float
    issues: dict[Issue, float]


SILENT = Likely(0.0, dict.fromkeys(Issue, 0.0))
"""Of a text that is known to add nothing."""


@dataclass(frozen=True)
class Sense:
    """Weights per issue, and last for complaining at all: of written pieces, of meaning, of what the lexicon found."""

    issues: tuple[Issue, ...]
    pieces: NDArray[np.int8]
    scale: NDArray[np.float32]
    meaning: NDArray[np.float32]
    found: NDArray[np.float32]
    constant: NDArray[np.float32]

    def likely(self, text: str, read: Complaint) -> Likely:
        """Return what a text probably complains of, told what the lexicon `read` in it."""
        buckets, point = features_of(text)
        length = float(np.sqrt(len(buckets))) or 1.0
        strength = self.pieces[buckets].sum(axis=0, dtype=np.int32) * self.scale / length
        strength = strength + point @ self.meaning + found_of(read) @ self.found + self.constant
        likely: list[float] = (1 / (1 + np.exp(-strength))).tolist()
        return Likely(likely[-1], dict(zip(self.issues, likely, strict=False)))


def features_of(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the buckets of a text's written pieces, each once, and where it lies among meanings."""
    plain = normalise(text)[:_MOST_CHARACTERS]
    units: list[str] = []
    at = 0
    for word in _LATIN.finditer(plain):
        units += [*plain[at : word.start()], word.group()]
        at = word.end()
    units = [unit for unit in (*units, *plain[at:]) if not unit.isspace()]
    pieces = {
        "\x00".join(units[start : start + size])
        for size in range(1, _LONGEST_PIECE + 1)
        for start in range(len(units) - size + 1)
    }
    buckets = np.array(sorted({crc32(piece.encode()) % BUCKETS for piece in pieces}), dtype=np.int64)
    table = word_table()
    point = table.point(table.rows([word for word in rjieba.cut(plain) if word.strip()]))
    return buckets, np.asarray(point, dtype=np.float32).reshape(DIMENSIONS)


def found_of(read: Complaint) -> NDArray[np.float32]:
    """Return which issues and which severity the lexicon found, as 0 and 1."""
    found = [*(issue in read.issues for issue in Issue), *(severity is read.severity for severity in Severity)]
    return np.array(found, dtype=np.float32)


@cache
def complaint_sense() -> Sense:
    """Read the weights that come with the program."""
    with files("assist.suggest.signals").joinpath("complaints.npz").open("rb") as file, np.load(file) as stored:
        return Sense(
            issues=tuple(Issue(issue) for issue in str(stored["issues"]).split("\n")),
            pieces=stored["pieces"],
            scale=stored["scale"],
            meaning=stored["meaning"],
            found=stored["found"],
            constant=stored["constant"],
        )
