"""Which rows of text hold a term, and which terms does a row hold? Compressed, immutable, built in one pass.

A row is one ask or one answer. Weights are of the terms' rarity among articles, so an article with many asks does
not make its words common.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .reading import KIND_WEIGHT, KINDS, Reading

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]
Hashes = NDArray[np.uint32]

_KIND_WEIGHTS = np.array(list(KIND_WEIGHT.values()), dtype=np.float32)
_UNORDERED = np.array([kind in "psce" for kind in KINDS])
# A question is compared by at most so many terms: their numbers fit a byte. Two thousand characters hold more.
_MAX_TERMS = 255
# So many postings are read for a question.
_POSTINGS_READ = 20_000


@dataclass(frozen=True)
class Rarity:
    """How rare each term is among articles: ln(1 + (N - n + 0.5) / (n + 0.5)), n articles of N, times its kind's
    weight. A term that no article holds is as rare as can be."""

    terms: Hashes
    weights: Floats
    unknown: float

    def of(self, terms: Hashes, kind_weights: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the weight of each term, and which are known."""
        if not len(self.terms):
            return self.unknown * kind_weights, np.zeros(len(terms), dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        known = self.terms[at] == terms
        return np.where(known, self.weights[at], self.unknown * kind_weights).astype(np.float32), known


@dataclass(frozen=True)
class Shares:
    """What a question and each row have in common, by rarity: of unordered and of ordered terms."""

    unordered: Floats
    ordered: Floats
    squared: Floats


@dataclass(frozen=True)
class Postings:
    """Rows of terms, both ways round. `mass_*` sums each row's weights, `length` is their Euclidean length."""

    terms: Hashes
    weights: Floats
    starts: Numbers
    rows: Numbers
    row_starts: Numbers
    row_terms: Numbers
    mass_unordered: Floats
    mass_ordered: Floats
    length: Floats

    @property
    def size(self) -> int:
        return len(self.row_starts) - 1

    def numbers(self, terms: Hashes) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return where each term stands in `terms`, and which are held at all."""
        if not len(self.terms):
            return np.zeros(len(terms), dtype=np.int32), np.zeros(len(terms), dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1).astype(np.int32)
        return at, self.terms[at] == terms

    def nearest(self, terms: Hashes, limit: int) -> Numbers:
        """Return at most `limit` rows by shared weight over row length, of those that hold one of the rarest terms."""
        rows, weights, seeds = self._read(terms, _POSTINGS_READ)
        rows_of_seeds = rows[:seeds]
        strength = np.bincount(rows, weights, minlength=self.size)[rows_of_seeds] / self.length[rows_of_seeds]
        if len(rows_of_seeds) > limit:
            rows_of_seeds = rows_of_seeds[np.argpartition(strength, seeds - limit)[seeds - limit :]]
        return np.unique(rows_of_seeds)

    def strengths(self, terms: Hashes) -> Floats:
        """Return, for every row, the shared weight over its length."""
        rows, weights, _ = self._read(terms, _POSTINGS_READ)
        return (np.bincount(rows, weights, minlength=self.size) / self.length).astype(np.float32)

    def _read(self, terms: Hashes, most: int) -> tuple[Numbers, Floats, int]:
        """Return the rows that hold the terms, rarest first, once for each term, with its weight.

        About `most` postings are read: what is in every second row tells nothing. Last comes how many of them belong
        to the few rarest terms, a fifth of what may be read.
        """
        at, held = self.numbers(terms)
        at = at[held]
        if not len(at):
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), 0
        begins, ends = self.starts[at], self.starts[at + 1]
        counts = ends - begins
        order = np.argsort(counts, kind="stable")
        read = np.cumsum(counts[order])
        kept = order[: max(1, int(np.searchsorted(read, most)))]
        seeds = int(read[max(0, int(np.searchsorted(read, most // 5)) - 1)])
        pairs = zip(begins[kept].tolist(), ends[kept].tolist(), strict=True)
        rows = np.concatenate([self.rows[begin:end] for begin, end in pairs])
        return rows, np.repeat(self.weights[at[kept]], counts[kept]), seeds

    def shares(self, reading_terms: Hashes, unordered: NDArray[np.bool_], rows: Numbers) -> Shares:
        """Compare some rows with a question's terms exactly."""
        at, held = self.numbers(reading_terms)
        at, unordered = at[held][:_MAX_TERMS], unordered[held][:_MAX_TERMS]
        place = np.zeros(len(self.terms) or 1, dtype=np.uint8)
        place[at] = np.arange(1, len(at) + 1)
        weights = np.concatenate([[0.0], self.weights[at]])
        lengths = self.row_starts[rows + 1] - self.row_starts[rows]
        ends = np.cumsum(lengths)
        begins = ends - lengths
        flat = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self.row_starts[rows] - begins, lengths)
        found = place[self.row_terms[flat]]
        is_unordered = np.concatenate([[False], unordered])
        held_at = np.flatnonzero(found)
        row_of = np.searchsorted(ends, held_at, side="right")
        weight = weights[found[held_at]]
        of_unordered = is_unordered[found[held_at]]
        size = len(rows)
        return Shares(
            unordered=np.bincount(row_of, weight * of_unordered, size).astype(np.float32),
            ordered=np.bincount(row_of, weight * ~of_unordered, size).astype(np.float32),
            squared=np.bincount(row_of, weight * weight, size).astype(np.float32),
        )


def rarity_of(readings: Sequence[Reading], owner: NDArray[np.int64], articles: int) -> Rarity:
    """Count in how many articles each term is."""
    unknown = float(np.log(1 + (articles + 0.5) / 0.5))
    if not readings:
        return Rarity(np.zeros(0, np.uint32), np.zeros(0, np.float32), unknown)
    hashes, kinds, lengths = _joined(readings)
    pairs = np.unique((hashes.astype(np.uint64) << np.uint64(32)) | np.repeat(owner, lengths).astype(np.uint64))
    terms, counts = np.unique((pairs >> np.uint64(32)).astype(np.uint32), return_counts=True)
    rarity = np.log(1 + (articles - counts + 0.5) / (counts + 0.5))
    kind = np.zeros(len(terms), dtype=np.int8)
    kind[np.searchsorted(terms, hashes)] = kinds
    return Rarity(terms, (rarity * _KIND_WEIGHTS[kind]).astype(np.float32), unknown)


def post(readings: Sequence[Reading], rarity: Rarity) -> Postings:
    """Post the terms of rows of text, weighed by a rarity counted elsewhere."""
    hashes, kinds, lengths = _joined(readings)
    terms, numbers = np.unique(hashes, return_inverse=True)
    numbers = numbers.astype(np.int32)
    kind = np.zeros(len(terms), dtype=np.int8)
    kind[numbers] = kinds
    weights, _ = rarity.of(terms, _KIND_WEIGHTS[kind])
    row_of = np.repeat(np.arange(len(readings), dtype=np.int32), lengths)
    by_term = np.argsort(numbers, kind="stable")
    row_weights = weights[numbers]
    unordered = _UNORDERED[kind][numbers]
    size = len(readings)
    return Postings(
        terms=terms,
        weights=weights,
        starts=_starts(np.bincount(numbers, minlength=len(terms))),
        rows=row_of[by_term],
        row_starts=_starts(lengths),
        row_terms=numbers,
        mass_unordered=np.bincount(row_of, row_weights * unordered, size).astype(np.float32),
        mass_ordered=np.bincount(row_of, row_weights * ~unordered, size).astype(np.float32),
        length=np.sqrt(np.maximum(np.bincount(row_of, row_weights**2, size), 1e-9)).astype(np.float32),
    )


def _joined(readings: Sequence[Reading]) -> tuple[Hashes, NDArray[np.int8], NDArray[np.int64]]:
    lengths = np.array([len(one.terms) for one in readings], dtype=np.int64)
    if not len(lengths):
        return np.zeros(0, np.uint32), np.zeros(0, np.int8), lengths
    hashes = np.concatenate([one.terms for one in readings])
    return hashes, np.concatenate([one.kinds for one in readings]), lengths


def _starts(lengths: NDArray[np.int64]) -> Numbers:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
