"""What speaks for each article when a question is asked? One row per article, one column per kind of evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from .index import Fit, Floats, Index, Labels, Numbers, of_kind
from .text import normalise

EVIDENCE = (
    "nearest_ask",
    "meaning",
    "answer_characters",
    "answer_pairs",
    "intent",
    "category",
    "right_product",
    "right_category",
    "unasked_product",
)
"""The columns, in order. `wording` is measured for the candidates alone: it costs most."""


_UNASKED = -1
# How much of a product's kind an article is about, by `Fit`; the last is read for `_UNASKED`.
_KINSHIP = np.array([0.0, 0.0, 1.0, 0.5, 0.0, 0.0])


@dataclass(frozen=True)
class Measured:
    """The evidence of one question over all articles.

    `wrong_product` marks articles about another product than the one asked about; `known` is the share of the
    question's characters, by rarity, that any ask holds.
    """

    plain: str
    evidence: Floats
    ask_overlap: Floats
    wrong_product: NDArray[np.bool_]
    known: float


def measure(index: Index, question: str) -> Measured | None:
    """Compare a question with every article; None when it has nothing to compare."""
    plain = normalise(question)
    terms = index.names.terms(plain)
    if not terms:
        return None
    characters = of_kind(terms, "c")
    numbers = np.array([index.vocabulary[term] for term in terms if term in index.vocabulary], dtype=np.int64)
    overlap = _ask_overlap(index, characters)
    fit = _product_fit(index, index.names.products_in(plain))
    columns = (
        np.maximum.reduceat(overlap, index.first_ask),
        _meaning(index, numbers),
        _covered_by_answer(index, characters),
        _covered_by_answer(index, of_kind(terms, "b")),
        _label_evidence(index.intents, numbers),
        _label_evidence(index.categories, numbers),
        fit == Fit.product,
        _KINSHIP[fit],
        index.has_products & (fit == _UNASKED),
    )
    held = sum(index.ask_characters.idf.get(term, 0.0) for term in characters)
    return Measured(
        plain=plain,
        evidence=np.stack(columns, axis=1, dtype=np.float64),
        ask_overlap=overlap,
        wrong_product=fit == Fit.wrong,
        known=held / (index.ask_characters.whole(characters) or 1.0),
    )


def nearest_ask(index: Index, measured: Measured, article: int) -> tuple[float, str]:
    """Return how alike (0 to 1) the question and the article's asks are written, and the ask that is nearest."""
    first = int(index.first_ask[article])
    last = int(index.first_ask[article + 1]) if article + 1 < len(index.articles) else len(index.asks)
    ratios = [fuzz.ratio(measured.plain, ask) / 100 for ask in index.plain_asks[first:last]]
    likeness = measured.ask_overlap[first:last] + ratios
    return max(ratios), index.asks[first + int(np.argmax(likeness))]


def _ask_overlap(index: Index, characters: Sequence[str]) -> Floats:
    """Return, per ask, the characters it shares with the question over those of both, by rarity."""
    shared = index.ask_characters.shared(characters)
    either = index.ask_characters.whole(characters) + index.ask_weight - shared
    return np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)


def _meaning(index: Index, numbers: Numbers) -> Floats:
    """Return the cosine of the question and every article among the directions of meaning."""
    point = index.idf[numbers] @ index.directions[numbers]
    return index.meanings @ point / (float(np.linalg.norm(point)) or 1.0)


def _covered_by_answer(index: Index, terms: Sequence[str]) -> Floats:
    return index.answers.shared(terms) / (index.answers.whole(terms) or 1.0)


def _label_evidence(labels: Labels, numbers: Numbers) -> Floats:
    """Return, per article, the log-probability that the question carries the article's label."""
    odds = labels.prior + labels.speaks[numbers].sum(axis=0)
    odds -= odds.max()
    return (odds - np.log(np.exp(odds).sum()))[labels.of_article]


def _product_fit(index: Index, asked: frozenset[str]) -> NDArray[np.int8]:
    """Return the best fit over the products asked about; `_UNASKED` everywhere when there are none."""
    if not asked:
        return np.full(len(index.articles), _UNASKED, dtype=np.int8)
    return np.max([index.fits[product] for product in asked], axis=0)
