"""What speaks for each article when a question is asked? One row per article, one column per kind of evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from .index import KIND_WEIGHT, Fit, Floats, Index, Numbers, of_kind
from .text import normalise

EVIDENCE = (
    "nearest_ask",
    "same_ask",
    "meaning",
    "answer_characters",
    "answer_pairs",
    "intent",
    "category",
    "right_product",
    "right_category",
    "unasked_product",
    "unasked_category",
)
"""The columns, in order. `wording` is measured for the candidates alone: it costs most."""

# An answer's own words, beside those of its asks, when the meaning of an article is learned.
_ANSWER_SHARE = 0.3
_DIMENSIONS = 60
_LEAST_VARIANCE = 1e-9
_SMOOTHING = 0.1
# Terms overlap (a word, its characters, its pairs), so their evidence about a label is discounted.
_LABEL_TEMPER = 0.5
_UNASKED = -1
# How much of a product's kind an article is about, by `Fit`; the last is read for `_UNASKED`.
# Shared characters over those of both, by rarity: above this a question is an ask, in whatever order.
_SAME = 0.98
_KINSHIP = np.array([0.0, 0.0, 1.0, 0.5, 0.0, 0.0])


@dataclass(frozen=True)
class Labels:
    """How much each term speaks for each label (an intent or a category), learned from all asks under it."""

    of_article: Numbers
    prior: Floats
    speaks: Floats


@dataclass(frozen=True)
class Learned:
    """What the library's own asks and answers teach: who asks what in which words, and which articles are alike."""

    intents: Labels
    categories: Labels
    directions: Floats
    meanings: Floats


@dataclass(frozen=True)
class Measured:
    """The evidence of one question over all articles.

    `bare` is the question without the products it names, which `general` articles were compared with.
    `wrong_product` marks articles about another product than the one asked about; `known` is the share of the
    question's characters, by rarity, that any ask holds.
    """

    plain: str
    bare: str
    general: NDArray[np.bool_]
    evidence: Floats
    ask_overlap: Floats
    wrong_product: NDArray[np.bool_]
    known: float


def learn(index: Index) -> Learned:
    """Learn from the whole library at once; the same library teaches the same."""
    meanings, directions = _meanings_of(index)
    return Learned(
        intents=_labels([article.intent for article in index.articles], index),
        categories=_labels([article.category for article in index.articles], index),
        directions=directions,
        meanings=meanings,
    )


def measure(index: Index, learned: Learned, question: str) -> Measured | None:
    """Compare a question with every article; None when it has nothing to compare.

    General articles are compared with the question without the products it names: 大闸蟹几天到 asks the shop 几天到.
    """
    plain = normalise(question)
    asked = index.names.products_in(plain)
    fit = _product_fit(index, asked)
    whole = _read(index, learned, plain, fit)
    if whole is None:
        return None
    bare = normalise(index.names.without_products(plain)) if asked else plain
    rest = _read(index, learned, bare, fit) if bare != plain else None
    if rest is None:
        return Measured(
            plain, plain, np.zeros_like(fit, dtype=np.bool_), *whole, fit == Fit.wrong, _known(index, plain)
        )
    general = fit == Fit.general
    evidence = np.where(general[:, None], rest[0], whole[0])
    # A question is only the same when it is so with its product.
    evidence[:, EVIDENCE.index("same_ask")] = whole[0][:, EVIDENCE.index("same_ask")]
    overlap = np.where(general[index.owner], rest[1], whole[1])
    return Measured(plain, bare, general, evidence, overlap, fit == Fit.wrong, _known(index, plain))


def _read(index: Index, learned: Learned, plain: str, fit: NDArray[np.int8]) -> tuple[Floats, Floats] | None:
    """Return the evidence per article and the overlap per ask of one reading of the question."""
    terms = index.names.terms(plain)
    if not terms:
        return None
    characters = of_kind(terms, "c")
    numbers = np.array([index.vocabulary[term] for term in terms if term in index.vocabulary], dtype=np.int64)
    overlap = _ask_overlap(index, characters)
    nearest = np.maximum.reduceat(overlap, index.first_ask)
    category = _label_evidence(learned.categories, numbers)
    columns = (
        nearest,
        nearest > _SAME,
        _meaning(index, learned, numbers),
        _covered_by_answer(index, characters),
        _covered_by_answer(index, of_kind(terms, "b")),
        _label_evidence(learned.intents, numbers),
        category,
        fit == Fit.product,
        _KINSHIP[fit],
        index.has_products & (fit == _UNASKED),
        np.where(index.is_general | (fit != _UNASKED), 0.0, 1 - np.exp(category)),
    )
    return np.stack(columns, axis=1, dtype=np.float64), overlap


def _known(index: Index, plain: str) -> float:
    characters = of_kind(index.names.terms(plain), "c")
    held = sum(index.ask_characters.idf.get(term, 0.0) for term in characters)
    return held / (index.ask_characters.whole(characters) or 1.0)


def nearest_ask(index: Index, measured: Measured, article: int) -> tuple[float, str]:
    """Return how alike (0 to 1) the question and the article's asks are written, and the ask that is nearest."""
    first = int(index.first_ask[article])
    last = int(index.first_ask[article + 1]) if article + 1 < len(index.articles) else len(index.asks)
    plain = measured.bare if measured.general[article] else measured.plain
    ratios = np.array([fuzz.ratio(plain, ask) / 100 for ask in index.plain_asks[first:last]])
    nearest = int(np.argmax(measured.ask_overlap[first:last] + ratios))
    return float(ratios.max()), index.asks[first + nearest]


def _ask_overlap(index: Index, characters: Sequence[str]) -> Floats:
    """Return, per ask, the characters it shares with the question over those of both, by rarity."""
    shared = index.ask_characters.shared(characters)
    either = index.ask_characters.whole(characters) + index.ask_weight - shared
    return np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)


def _meaning(index: Index, learned: Learned, numbers: Numbers) -> Floats:
    """Return the cosine of the question and every article among the directions of meaning."""
    point = index.idf[numbers] @ learned.directions[numbers]
    return learned.meanings @ point / (float(np.linalg.norm(point)) or 1.0)


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


def _labels(of_article: Sequence[str], index: Index) -> Labels:
    """Learn, from every ask, how much more often each term is said under one label than under the others."""
    kinds = sorted(set(of_article))
    numbers = np.array([kinds.index(label) for label in of_article])
    label_of_ask = numbers[index.owner]
    said = np.zeros((len(index.vocabulary), len(kinds)))
    for label, terms in zip(label_of_ask.tolist(), index.ask_terms, strict=True):
        said[[index.vocabulary[term] for term in terms], label] += 1
    asked = np.bincount(label_of_ask, minlength=len(kinds))
    speaks = np.log((said + _SMOOTHING) / (asked + 2 * _SMOOTHING))
    speaks -= speaks.mean(axis=1, keepdims=True)
    kind_weight = np.array([KIND_WEIGHT[term[0]] for term in index.vocabulary])
    return Labels(
        of_article=numbers,
        prior=np.log((asked + 1) / (asked.sum() + len(kinds))),
        speaks=speaks * kind_weight[:, None] * _LABEL_TEMPER,
    )


def _meanings_of(index: Index) -> tuple[Floats, Floats]:
    """Return the articles and the terms as points among the main directions in which articles differ.

    Terms of like articles lie close, so a question may be near an article it shares no word with.
    """
    weights = np.zeros((len(index.articles), len(index.vocabulary)))
    share_of_ask = 1 / np.bincount(index.owner)
    for article, terms in zip(index.owner.tolist(), index.ask_terms, strict=True):
        weights[article, [index.vocabulary[term] for term in terms]] += share_of_ask[article]
    for article, terms in enumerate(index.answer_terms):
        known = [index.vocabulary[term] for term in terms if term in index.vocabulary]
        weights[article, known] += _ANSWER_SHARE
    weights *= index.idf
    weights /= _lengths(weights)
    variances, axes = np.linalg.eigh(weights @ weights.T)
    kept = np.flatnonzero(variances > _LEAST_VARIANCE)[-_DIMENSIONS:]
    directions = weights.T @ (axes[:, kept] / np.sqrt(variances[kept]))
    points = weights @ directions
    return points / _lengths(points), directions


def _lengths(rows: Floats) -> Floats:
    """Return each row's length as a column, 1 for an empty row."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > 0, lengths, 1.0)
