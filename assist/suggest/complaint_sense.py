"""What is probably complained of, where no word of the lexicon says it? A linear reading, learned from our own texts.

Made by `training/fit_complaints.py`; its README says from what. It names issues only: how much is affected, and that
everything is, is never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

import numpy as np
import rjieba
from numpy.typing import NDArray

from assist.domain.complaint import Issue

from .text import normalise
from .words import DIMENSIONS, word_table

BUCKETS = 1 << 15
_LONGEST_PIECE = 3
_LATIN = re.compile(r"[a-z0-9.%+-]+")
_MOST_CHARACTERS = 400
"""Complaints are told in their first lines; what follows is told again."""


@dataclass(frozen=True)
class Sense:
    """Weights per issue: one row a bucket of written pieces, then one a direction of meaning, then the constant."""

    issues: tuple[Issue, ...]
    pieces: NDArray[np.int8]
    scale: NDArray[np.float32]
    meaning: NDArray[np.float32]
    constant: NDArray[np.float32]

    def likely(self, text: str) -> Mapping[Issue, float]:
        """Return each issue with how likely the text complains of it, 0 to 1."""
        buckets, point = features_of(text)
        length = float(np.sqrt(len(buckets))) or 1.0
        total = self.pieces[buckets].sum(axis=0, dtype=np.int32) * self.scale / length
        strength = total + point @ self.meaning + self.constant
        return dict(zip(self.issues, (1 / (1 + np.exp(-strength))).tolist(), strict=True))


def features_of(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the buckets of a text's written pieces, each once, and where it lies among meanings."""
    plain = normalise(text)[:_MOST_CHARACTERS]
    pieces: set[str] = set()
    units: list[str] = []
    at = 0
    for found in _LATIN.finditer(plain):
        units += [*plain[at : found.start()], found.group()]
        at = found.end()
    units += plain[at:]
    units = [unit for unit in units if not unit.isspace()]
    for size in range(1, _LONGEST_PIECE + 1):
        pieces.update("\x00".join(units[start : start + size]) for start in range(len(units) - size + 1))
    buckets = np.array(sorted({crc32(piece.encode()) % BUCKETS for piece in pieces}), dtype=np.int64)
    table = word_table()
    point = table.point(table.rows([word for word in rjieba.cut(plain) if word.strip()]))
    return buckets, np.asarray(point, dtype=np.float32).reshape(DIMENSIONS)


@cache
def complaint_sense() -> Sense:
    """Read the weights that come with the program."""
    with files("assist.suggest").joinpath("complaints.npz").open("rb") as file, np.load(file) as stored:
        return Sense(
            issues=tuple(Issue(issue) for issue in str(stored["issues"]).split("\n")),
            pieces=stored["pieces"],
            scale=stored["scale"],
            meaning=stored["meaning"],
            constant=stored["constant"],
        )
