"""Which rows of text hold a term, and which terms does a row hold? Compressed, immutable, built in one pass.

A row is one ask or one answer. Weights are of the terms' rarity among articles, so an article with many asks does
not make its words common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .reading import KIND_WEIGHT, KINDS, Reading

# numpy's stubs lose widths on the way: float32 for what is stored, float64 for what was counted.
Floats = NDArray[Any]
Numbers = NDArray[Any]
Hashes = NDArray[np.uint32]

_KIND_WEIGHTS = np.array(list(KIND_WEIGHT.values()), dtype=np.float32)
_UNORDERED = np.array([kind in "psce" for kind in KINDS])
# A question is compared by at most so many terms: their numbers fit a byte. Two thousand characters hold more.
_MAX_TERMS = 255
_PLACES = np.arange(1, _MAX_TERMS + 1, dtype=np.uint8)
_NOTHING = np.zeros(1, dtype=np.float32)
POSTINGS_READ = 20_000
"""So many postings are read for a question."""


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
        at = np.minimum(self.terms.searchsorted(terms), len(self.terms) - 1)
        known = self.terms[at] == terms
        return np.where(known, self.weights[at], np.float32(self.unknown) * kind_weights), known


@dataclass(frozen=True)
class Sought:
    """A question's terms, looked up in some postings: where those held stand, which of them are unordered.

    `all_unordered`, `all_ordered` and `length` are of all the question's terms, held or not.
    """

    at: Numbers
    unordered: NDArray[np.bool_]
    all_unordered: float
    all_ordered: float
    length: float


@dataclass(frozen=True)
class Shares:
    """What a question and each row have in common, by rarity: of unordered and of ordered terms."""

    unordered: Floats
    ordered: Floats
    squared: Floats


@dataclass(frozen=True)
class Postings:
    """Rows of terms, both ways round. `mass_*` sums each row's weights, `length` is their Euclidean length."""

    rarity: Rarity
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

    def seek(self, reading: Reading, chosen: NDArray[np.bool_] | None = None) -> Sought:
        """Look a reading's terms up, or those chosen of them."""
        terms, kinds, unordered = reading.terms, reading.kind_weights, reading.unordered
        if chosen is not None:
            terms, kinds, unordered = terms[chosen], kinds[chosen], unordered[chosen]
        weights, _ = self.rarity.of(terms, kinds)
        all_unordered = float(weights @ unordered)
        if len(self.terms):
            at = np.minimum(self.terms.searchsorted(terms), len(self.terms) - 1)
            held = self.terms[at] == terms
        else:
            at, held = np.zeros(len(terms), dtype=np.int64), np.zeros(len(terms), dtype=np.bool_)
        return Sought(
            at=at[held][:_MAX_TERMS],
            unordered=unordered[held][:_MAX_TERMS],
            all_unordered=all_unordered,
            all_ordered=float(weights.sum()) - all_unordered,
            length=float(np.sqrt(weights @ weights)) or 1.0,
        )

    def nearest(self, sought: Sought, limit: int, most_read: int = POSTINGS_READ) -> Numbers:
        """Return at most `limit` rows by shared weight over row length, of those that hold one of the rarest terms.

        About `most_read` postings are read for that.
        """
        rows, weights, seeds = self._read(sought, most_read)
        rows_of_seeds = np.unique(rows[:seeds])
        strength = np.bincount(rows, weights, minlength=self.size)[rows_of_seeds] / self.length[rows_of_seeds]
        if len(rows_of_seeds) > limit:
            rows_of_seeds = rows_of_seeds[strength.argpartition(-limit)[-limit:]]
        return rows_of_seeds

    def strengths(self, sought: Sought) -> Floats:
        """Return, for every row, the cosine with the question, over the terms read."""
        rows, weights, _ = self._read(sought, POSTINGS_READ)
        return np.bincount(rows, weights * (1 / sought.length), minlength=self.size) / self.length

    def _read(self, sought: Sought, most: int) -> tuple[Numbers, Floats, int]:
        """Return the rows that hold the terms, rarest first, once for each term, with its weight.

        About `most` are read: what is in every second row tells nothing. Last comes how many of them belong
        to the few rarest terms, a fifth of what may be read.
        """
        at = sought.at
        if not len(at):
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), 0
        begins, ends = self.starts[at], self.starts[at + 1]
        counts = ends - begins
        order = counts.argsort(kind="stable")
        read = counts[order].cumsum()
        kept = order[: max(1, int(read.searchsorted(most)))]
        seeds = int(read[max(0, int(read.searchsorted(most // 5)) - 1)])
        pairs = zip(begins[kept].tolist(), ends[kept].tolist(), strict=True)
        rows = np.concatenate([self.rows[begin:end] for begin, end in pairs])
        weights = self.weights[at[kept]]
        return rows, (weights * weights).repeat(counts[kept]), seeds

    def shares(self, sought: Sought, rows: Numbers) -> Shares:
        """Compare some rows with a question's terms exactly."""
        place = np.zeros(len(self.terms) or 1, dtype=np.uint8)
        place[sought.at] = _PLACES[: len(sought.at)]
        begins = self.row_starts[rows]
        lengths = self.row_starts[rows + 1] - begins
        ends = lengths.cumsum()
        flat = (begins - ends + lengths).repeat(lengths)
        flat += np.arange(len(flat), dtype=flat.dtype)
        found = place[self.row_terms[flat]]
        held_at = found.nonzero()[0]
        found = found[held_at]
        row_of = ends.searchsorted(held_at, side="right")
        weights = np.concatenate([_NOTHING, self.weights[sought.at]])
        unordered = np.concatenate([_NOTHING, self.weights[sought.at] * sought.unordered])
        size = len(rows)
        of_unordered = np.bincount(row_of, unordered[found], size)
        return Shares(
            unordered=of_unordered,
            ordered=np.bincount(row_of, weights[found], size) - of_unordered,
            squared=np.bincount(row_of, (weights * weights)[found], size),
        )


@dataclass(frozen=True)
class Rows:
    """Rows of terms, one after the other: every term's hash and kind, and how many each row has."""

    hashes: Hashes
    kinds: NDArray[np.int8]
    lengths: NDArray[np.int64]


def rows_of(readings: Sequence[Reading]) -> Rows:
    """Keep of some readings what is posted, without their small arrays: a large index holds millions."""
    return Rows(
        hashes=np.concatenate([one.terms for one in readings] or [np.zeros(0, np.uint32)]),
        kinds=np.concatenate([one.kinds for one in readings] or [np.zeros(0, np.int8)]),
        lengths=np.array([len(one.terms) for one in readings], dtype=np.int64),
    )


def joined(parts: Sequence[Rows]) -> Rows:
    return Rows(
        hashes=np.concatenate([one.hashes for one in parts] or [np.zeros(0, np.uint32)]),
        kinds=np.concatenate([one.kinds for one in parts] or [np.zeros(0, np.int8)]),
        lengths=np.concatenate([one.lengths for one in parts] or [np.zeros(0, np.int64)]),
    )


def rarity_of(rows: Rows, owner: NDArray[np.int64], articles: int) -> Rarity:
    """Count in how many articles each term is."""
    unknown = float(np.log(1 + (articles + 0.5) / 0.5))
    if not len(rows.hashes):
        return Rarity(np.zeros(0, np.uint32), np.zeros(0, np.float32), unknown)
    pairs = np.unique((rows.hashes.astype(np.uint64) << np.uint64(32)) | owner.repeat(rows.lengths).astype(np.uint64))
    terms, counts = np.unique((pairs >> np.uint64(32)).astype(np.uint32), return_counts=True)
    rarity = np.log(1 + (articles - counts + 0.5) / (counts + 0.5))
    kind = np.zeros(len(terms), dtype=np.int8)
    kind[np.searchsorted(terms, rows.hashes)] = rows.kinds
    return Rarity(terms, (rarity * _KIND_WEIGHTS[kind]).astype(np.float32), unknown)


def post(rows: Rows, rarity: Rarity) -> Postings:
    """Post the terms of rows of text, weighed by a rarity counted elsewhere."""
    terms, numbers = np.unique(rows.hashes, return_inverse=True)
    numbers = numbers.astype(np.int32)
    kind = np.zeros(len(terms), dtype=np.int8)
    kind[numbers] = rows.kinds
    weights, _ = rarity.of(terms, _KIND_WEIGHTS[kind])
    size = len(rows.lengths)
    row_of = np.arange(size, dtype=np.int32).repeat(rows.lengths)
    by_term = np.argsort(numbers, kind="stable")
    row_weights = weights[numbers]
    unordered = _UNORDERED[kind][numbers]
    return Postings(
        rarity=rarity,
        terms=terms,
        weights=weights,
        starts=_starts(np.bincount(numbers, minlength=len(terms))),
        rows=row_of[by_term],
        row_starts=_starts(rows.lengths),
        row_terms=numbers,
        mass_unordered=np.bincount(row_of, row_weights * unordered, size).astype(np.float32),
        mass_ordered=np.bincount(row_of, row_weights * ~unordered, size).astype(np.float32),
        length=np.sqrt(np.maximum(np.bincount(row_of, row_weights**2, size), 1e-9)).astype(np.float32),
    )


def _starts(lengths: NDArray[np.int64]) -> Numbers:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
