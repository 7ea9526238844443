"""What speaks for an article when a question is asked? One row per candidate, one column per kind of evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from .postings import Numbers
from .reading import Reading
from .segment import GENERAL, Scan, Segment
from .words import WordTable

Floats = NDArray[np.float32]

EVIDENCE = (
    "nearest_ask",
    "covered",
    "filled",
    "pairs",
    "centre",
    "same_ask",
    "wording",
    "sound",
    "part",
    "meaning",
    "meaning_centre",
    "answer_words",
    "answer_meaning",
    "intent",
    "category",
    "right_product",
    "right_category",
    "unasked_product",
    "unasked_category",
)
"""The columns, in order; `domain.library.AnswerWeights` says what each is."""

_AT = {name: column for column, name in enumerate(EVIDENCE)}
WRONG_PRODUCT = 50.0
"""Larger than any strength: advice about another product does harm, so it ranks below everything else."""
# Articles compared in full, and of those the strongest compared in writing.
_CANDIDATES = 32
_COMPARED_IN_WRITING = 12
# In a large segment: asks looked at by their terms, and answers by theirs.
_ASKS_LOOKED_AT = 256
_ANSWERS_LOOKED_AT = 8
# Shared unordered terms over those of both, by rarity: above this a question is an ask, in whatever order.
_SAME = 0.98
# A part is only like when it is long enough to say something.
_TELLING_PART = 6


class Fit(IntEnum):
    """Is an article about the product that was asked for? The higher the better."""

    unasked = -1
    wrong = 0
    general = 1
    category = 2
    mentioned = 3
    product = 4


# How much of a product's kind an article is about, by `Fit`; the last is read for `unasked`.
_KINSHIP = np.array([0.0, 0.0, 1.0, 0.5, 0.0, 0.0], dtype=np.float32)


@dataclass(frozen=True)
class Question:
    """A question as it is compared: whole, and without the products it names for what is asked of the shop.

    `asked` are the products it is about, by its own words or by the conversation's; `categories` are theirs.
    `intent` and `category` are log-probabilities by label.
    """

    whole: Reading
    bare: Reading
    asked: frozenset[str]
    categories: frozenset[str]
    intent: Floats
    category: Floats


@dataclass(frozen=True)
class Measured:
    """The candidates of one segment with their evidence. `nearest` is the ask that is nearest, by its number."""

    segment: Segment
    articles: Numbers
    nearest: Numbers
    evidence: Floats
    wrong_product: NDArray[np.bool_]


def measure(segment: Segment, question: Question, table: WordTable, weights: Floats | None) -> Measured | None:
    """Choose candidates and compare each with the question; None when nothing is near.

    With weights (in `EVIDENCE` order) only the strongest are compared in writing and returned; without, all are.
    """
    articles = _candidates(segment, question)
    if not len(articles):
        return None
    fit = _fits(segment, articles, question)
    columns, nearest = _compared(segment, question, articles, fit == Fit.general)
    _add_labels(columns, segment, articles, fit, question)
    wrong = fit == Fit.wrong
    if weights is not None:
        kept = np.sort(_highest(columns @ weights - WRONG_PRODUCT * wrong, _COMPARED_IN_WRITING))
        articles, nearest, columns, fit, wrong = articles[kept], nearest[kept], columns[kept], fit[kept], wrong[kept]
    _add_wording(columns, segment, question, nearest, fit == Fit.general, table)
    return Measured(segment, articles, nearest, columns, wrong)


def _compared(
    segment: Segment, question: Question, articles: Numbers, by_shop: NDArray[np.bool_]
) -> tuple[Floats, Numbers]:
    """Return the evidence of each article and its nearest ask; what is asked of the shop without the product."""
    columns, nearest = _compare(segment, question.whole, articles)
    if question.bare is not question.whole and by_shop.any():
        same = columns[by_shop, _AT["same_ask"]]
        columns[by_shop], nearest[by_shop] = _compare(segment, question.bare, articles[by_shop])
        columns[by_shop, _AT["same_ask"]] = same
    return columns, nearest


def _candidates(segment: Segment, question: Question) -> Numbers:
    """Choose whom to compare: in a large segment by terms, in a small one by a look at everybody."""
    both = [question.whole] if question.bare is question.whole else [question.whole, question.bare]
    if segment.scan is None:
        found = [_by_terms(segment, one, _CANDIDATES // len(both)) for one in both]
        found.append(segment.answer_postings.nearest(question.whole.terms[question.whole.words], _ANSWERS_LOOKED_AT))
        return np.unique(np.concatenate(found))
    looks = [_look(segment, segment.scan, one) for one in both]
    look = np.maximum(*looks) if len(looks) > 1 else looks[0]
    return np.sort(_highest(look, _CANDIDATES)).astype(np.int32)


def _by_terms(segment: Segment, reading: Reading, most: int) -> Numbers:
    """Return the articles whose asks are nearest by words, exactly compared, and by meaning."""
    postings = segment.ask_postings
    rows = postings.nearest(reading.terms, _ASKS_LOOKED_AT)
    if not len(rows):
        return rows
    shares = postings.shares(reading.terms, reading.unordered, rows)
    near = (shares.unordered + shares.ordered) / postings.length[rows] / _length(segment, reading)
    near += segment.points[rows].astype(np.float32) @ reading.point / 127
    return segment.owner[rows[_highest(near, most)]]


def _highest(values: Floats, most: int) -> NDArray[np.int64]:
    if len(values) <= most:
        return np.arange(len(values))
    return np.argpartition(values, len(values) - most)[len(values) - most :]


def _length(segment: Segment, reading: Reading) -> float:
    weights, _ = segment.rarity.of(reading.terms, reading.kind_weights)
    return float(np.sqrt(weights @ weights)) or 1.0


def _look(segment: Segment, scan: Scan, reading: Reading) -> Floats:
    """Return roughly how near each article is, by words and by meaning."""
    length = _length(segment, reading)
    near = scan.asks @ reading.point
    near += segment.ask_postings.strengths(reading.terms) / length
    told = segment.answer_postings.strengths(reading.terms[reading.words]) / length
    starts = segment.first_ask[:-1]
    return np.maximum.reduceat(near, starts) + (scan.centres + scan.answers) @ reading.point + told


def _rows_of(segment: Segment, articles: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
    """Return all asks of some articles, and for each the place of its article among them."""
    starts, stops = segment.first_ask[articles], segment.first_ask[articles + 1]
    lengths = stops - starts
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1]) + np.repeat(starts - (ends - lengths), lengths)
    return rows.astype(np.int32), np.repeat(np.arange(len(articles)), lengths)


def _compare(segment: Segment, reading: Reading, articles: Numbers) -> tuple[Floats, Numbers]:
    """Return the evidence of one reading, the columns about wording and labels left at 0, and the nearest asks."""
    rows, place = _rows_of(segment, articles)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(place)) + 1])
    counts = np.diff(np.append(starts, len(rows)))
    weights, _ = segment.rarity.of(reading.terms, reading.kind_weights)
    all_unordered = float(weights @ reading.unordered)
    all_ordered = float(weights.sum()) - all_unordered
    length = float(np.sqrt(weights @ weights)) or 1.0
    postings = segment.ask_postings
    shares = postings.shares(reading.terms, reading.unordered, rows)
    mass = postings.mass_unordered[rows]
    overlap = _overlap(shares.unordered, all_unordered, mass)
    closeness = shares.squared / (postings.length[rows] * length)
    alike = segment.points[rows].astype(np.float32) @ reading.point / 127
    columns = np.zeros((len(articles), len(EVIDENCE)), dtype=np.float32)
    most = np.maximum.reduceat
    columns[:, _AT["nearest_ask"]] = most(overlap, starts)
    columns[:, _AT["covered"]] = most(shares.unordered, starts) / (all_unordered or 1.0)
    columns[:, _AT["filled"]] = most(shares.unordered / np.maximum(mass, 1e-6), starts)
    columns[:, _AT["pairs"]] = most(_overlap(shares.ordered, all_ordered, postings.mass_ordered[rows]), starts)
    columns[:, _AT["centre"]] = np.add.reduceat(closeness, starts) / counts / segment.centre_length[articles]
    columns[:, _AT["same_ask"]] = columns[:, _AT["nearest_ask"]] > _SAME
    columns[:, _AT["meaning"]] = most(alike, starts)
    columns[:, _AT["meaning_centre"]] = np.add.reduceat(alike, starts) / counts / segment.meaning_length[articles]
    columns[:, _AT["answer_words"]] = _told_by_answer(segment, reading, articles)
    columns[:, _AT["answer_meaning"]] = segment.answer_points[articles].astype(np.float32) @ reading.point / 127
    near = overlap + closeness + alike
    best = np.flatnonzero(near >= most(near, starts)[place])[::-1]
    nearest = np.empty(len(articles), dtype=np.int32)
    nearest[place[best]] = rows[best]
    return columns, nearest


def _overlap(shared: Floats, mine: float, theirs: Floats) -> Floats:
    """Return what is shared over what either holds."""
    return shared / np.maximum(mine + theirs - shared, 1e-6)


def _told_by_answer(segment: Segment, reading: Reading, articles: Numbers) -> Floats:
    """Return the share of the question's words, by rarity among answers, that each answer holds."""
    weights, _ = segment.answer_rarity.of(reading.terms, reading.kind_weights)
    words = reading.words
    shares = segment.answer_postings.shares(reading.terms, words, articles)
    return shares.unordered / (float(weights[words].sum()) or 1.0)


def _add_wording(
    columns: Floats,
    segment: Segment,
    question: Question,
    nearest: Numbers,
    by_shop: NDArray[np.bool_],
    table: WordTable,
) -> None:
    """Compare the writing and the sound of the nearest asks: it costs most."""
    asks = [segment.plain_asks[ask] for ask in nearest.tolist()]
    plain = [question.bare.plain if shop else question.whole.plain for shop in by_shop.tolist()]
    heard = {text: table.sound(text) for text in set(plain)}
    columns[:, _AT["wording"]] = cpdist(plain, asks, scorer=fuzz.ratio, dtype=np.float32) / 100
    columns[:, _AT["sound"]] = [
        fuzz.ratio(heard[text], table.sound(ask)) / 100 for text, ask in zip(plain, asks, strict=True)
    ]
    shorter = np.array([min(len(text), len(ask)) for text, ask in zip(plain, asks, strict=True)], dtype=np.float32)
    part = cpdist(plain, asks, scorer=fuzz.partial_ratio, dtype=np.float32) / 100
    columns[:, _AT["part"]] = part * np.minimum(1.0, shorter / _TELLING_PART)


def _fits(segment: Segment, articles: Numbers, question: Question) -> NDArray[np.int8]:
    """Return how each candidate fits the products asked about: the best over them."""
    if not question.asked:
        return np.full(len(articles), Fit.unasked, dtype=np.int8)
    return np.array([_fit(segment, number, question) for number in articles.tolist()], dtype=np.int8)


def _fit(segment: Segment, number: int, question: Question) -> Fit:
    article = segment.articles[number]
    if question.asked.intersection(article.products):
        return Fit.product
    if question.asked & segment.mentioned.get(number, frozenset()):
        return Fit.mentioned
    if article.products:
        return Fit.wrong
    if article.category == GENERAL:
        return Fit.general
    return Fit.category if article.category in question.categories else Fit.wrong


def _add_labels(
    columns: Floats, segment: Segment, articles: Numbers, fit: NDArray[np.int8], question: Question
) -> None:
    """Add what is known of each article's products, category and intent."""
    unasked = fit == Fit.unasked
    category = question.category[segment.category[articles]]
    columns[:, _AT["intent"]] = question.intent[segment.intent[articles]]
    columns[:, _AT["category"]] = category
    columns[:, _AT["right_product"]] = fit == Fit.product
    columns[:, _AT["right_category"]] = _KINSHIP[fit]
    columns[:, _AT["unasked_product"]] = unasked & segment.of_product[articles]
    columns[:, _AT["unasked_category"]] = (unasked & ~segment.general[articles]) * (1 - np.exp(category))


def categories_of(products: Mapping[str, frozenset[str]], asked: frozenset[str]) -> frozenset[str]:
    """Return every category that the products asked about are sold under."""
    return frozenset[str]().union(*(products.get(product, frozenset()) for product in asked))
