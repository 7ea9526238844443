"""How much does each term speak for each intent and category? Learned from all asks of the library.

Naive Bayes over asks, tempered: a word, its characters and its pairs are one piece of evidence told three times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .postings import Hashes, Postings
from .reading import Reading

Floats = NDArray[Any]

_SMOOTHING = 0.1
_TEMPER = 0.5
# Of a very large library only the most frequent terms speak: the others are said too seldom to tell.
_MOST_TERMS = 50_000


@dataclass(frozen=True)
class Labels:
    """One kind of label over a library. `speaks` has a row per term and a column per label of `names`."""

    names: tuple[str, ...]
    prior: Floats
    terms: Hashes
    speaks: Floats

    def evidence(self, reading: Reading) -> Floats:
        """Return, per label, the log-probability that the question carries it; last that of labels never learned."""
        if len(self.names) < 2:
            return np.zeros(len(self.names) + 1, dtype=np.float32)
        at = np.minimum(np.searchsorted(self.terms, reading.terms), len(self.terms) - 1)
        held = self.terms[at] == reading.terms
        odds = self.prior + (reading.kind_weights[held] * _TEMPER) @ self.speaks[at[held]]
        odds -= odds.max()
        likely = odds - np.log(np.exp(odds).sum())
        return np.append(likely, likely.min())

    def numbers(self, labels: Sequence[str]) -> NDArray[np.int16]:
        """Return where each label's evidence stands; those never learned stand last."""
        number_of = {name: number for number, name in enumerate(self.names)}
        return np.array([number_of.get(label, len(self.names)) for label in labels], dtype=np.int16)


def learn_labels(of_article: Sequence[str], asks: Postings, owner: NDArray[np.int64]) -> Labels:
    """Learn one kind of label from the asks under it; the same library teaches the same."""
    names = tuple(sorted(set(of_article)))
    if len(names) < 2:
        return Labels(names, np.zeros(len(names), np.float32), np.zeros(0, np.uint32), np.zeros((0, 0), np.float32))
    number_of = {name: number for number, name in enumerate(names)}
    label_of_ask = np.array([number_of[label] for label in of_article])[owner]
    asked = np.bincount(label_of_ask, minlength=len(names))
    held = np.diff(asks.starts)
    kept = np.sort(np.argsort(-held, kind="stable")[:_MOST_TERMS])
    speaks = np.empty((len(kept), len(names)), dtype=np.float32)
    for place, term in enumerate(kept.tolist()):
        rows = asks.rows[asks.starts[term] : asks.starts[term + 1]]
        said = np.bincount(label_of_ask[rows], minlength=len(names))
        spoken = np.log((said + _SMOOTHING) / (asked + 2 * _SMOOTHING))
        speaks[place] = spoken - spoken.mean()
    prior = np.log((asked + 1) / (asked.sum() + len(names))).astype(np.float32)
    return Labels(names, prior, asks.terms[kept], speaks)
