"""What speaks for an article when a question is asked? One row per candidate, one column per kind of evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from .names import Names
from .postings import Numbers
from .reading import Reading
from .segment import Scan, Segment
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
# Articles compared in full.
_CANDIDATES = 32
# In a large segment: rows looked at by their terms, answers by theirs, and postings read for that.
_BY_TERMS = 48
_BY_ANSWER = 12
_POSTINGS_READ = 6_000
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
    intent: Mapping[str, float]
    category: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """The candidates of one segment with their evidence. `nearest` is the ask that is nearest, by its number."""

    segment: Segment
    articles: Numbers
    nearest: Numbers
    evidence: Floats
    wrong_product: NDArray[np.bool_]


def measure(segment: Segment, question: Question, names: Names, table: WordTable, general: str) -> Measured | None:
    """Choose candidates and compare each with the question; None when nothing is near."""
    articles = _candidates(segment, question)
    if not len(articles):
        return None
    fit = _fits(segment, articles, question, general)
    by_shop = fit == Fit.general
    rows, place = _rows_of(segment, articles)
    ends = np.concatenate([[0], np.flatnonzero(np.diff(place)) + 1])
    whole = _compare(segment, question.whole, articles, rows, ends, place)
    if question.bare is not question.whole and by_shop.any():
        bare = _compare(segment, question.bare, articles, rows, ends, place)
        bare.columns[:, _AT["same_ask"]] = whole.columns[:, _AT["same_ask"]]
        columns = np.where(by_shop[:, None], bare.columns, whole.columns)
        nearest = np.where(by_shop, bare.nearest, whole.nearest)
    else:
        columns, nearest = whole.columns, whole.nearest
    columns = _add_wording(columns, segment, question, nearest, by_shop, table)
    return Measured(
        segment=segment,
        articles=articles,
        nearest=nearest,
        evidence=_add_labels(columns, segment, articles, fit, question, general),
        wrong_product=fit == Fit.wrong,
    )


def _candidates(segment: Segment, question: Question) -> Numbers:
    """Choose whom to compare: in a large segment by terms, in a small one by a look at everybody."""
    both = [question.whole] if question.bare is question.whole else [question.whole, question.bare]
    if segment.scan is None:
        found = [segment.owner[segment.ask_postings.nearest(one.terms, _BY_TERMS, _POSTINGS_READ)] for one in both]
        found.append(segment.answer_postings.nearest(question.whole.terms, _BY_ANSWER, _POSTINGS_READ // 4))
        return np.unique(np.concatenate(found))
    looks = [_look(segment, segment.scan, one) for one in both]
    look = np.maximum(*looks) if len(looks) > 1 else looks[0]
    if len(look) <= _CANDIDATES:
        return np.arange(len(look), dtype=np.int32)
    return np.sort(np.argpartition(look, len(look) - _CANDIDATES)[len(look) - _CANDIDATES :]).astype(np.int32)


def _look(segment: Segment, scan: Scan, reading: Reading) -> Floats:
    """Return roughly how near each article is, by words and by meaning."""
    weights, _ = segment.rarity.of(reading.terms, reading.kind_weights)
    length = float(np.sqrt(weights @ weights)) or 1.0
    near = scan.asks @ reading.point
    near += segment.ask_postings.strengths(reading.terms, 4 * _POSTINGS_READ) / length
    told = segment.answer_postings.strengths(reading.terms[reading.words], _POSTINGS_READ) / length
    starts = segment.first_ask[:-1]
    return np.maximum.reduceat(near, starts) + (scan.centres + scan.answers) @ reading.point + told


def _rows_of(segment: Segment, articles: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
    """Return all asks of some articles, and for each the place of its article among them."""
    starts, stops = segment.first_ask[articles], segment.first_ask[articles + 1]
    lengths = stops - starts
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1]) + np.repeat(starts - (ends - lengths), lengths)
    return rows.astype(np.int32), np.repeat(np.arange(len(articles)), lengths)


@dataclass(frozen=True)
class _Compared:
    columns: Floats
    nearest: Numbers


def _compare(
    segment: Segment,
    reading: Reading,
    articles: Numbers,
    rows: Numbers,
    ends: NDArray[np.int64],
    place: NDArray[np.int64],
) -> _Compared:
    """Return the evidence of one reading; the columns about wording and products are left at 0."""
    weights, _ = segment.rarity.of(reading.terms, reading.kind_weights)
    unordered = reading.unordered
    all_unordered, all_ordered = float(weights[unordered].sum()), float(weights[~unordered].sum())
    length = float(np.sqrt(weights @ weights)) or 1.0
    postings = segment.ask_postings
    shares = postings.shares(reading.terms, unordered, rows)
    overlap = _overlap(shares.unordered, all_unordered, postings.mass_unordered[rows])
    closeness = shares.squared / (postings.length[rows] * length)
    alike = segment.points[rows].astype(np.float32) @ reading.point / 127
    counts = np.bincount(place, minlength=len(articles))
    most = np.maximum.reduceat
    near = overlap + closeness + alike
    best = most(near, ends)
    nearest = np.empty(len(articles), dtype=np.int32)
    is_best = near >= best[place]
    nearest[place[is_best][::-1]] = rows[is_best][::-1]
    columns = np.zeros((len(articles), len(EVIDENCE)), dtype=np.float32)
    columns[:, _AT["nearest_ask"]] = most(overlap, ends)
    columns[:, _AT["covered"]] = most(shares.unordered, ends) / (all_unordered or 1.0)
    columns[:, _AT["filled"]] = most(shares.unordered / np.maximum(postings.mass_unordered[rows], 1e-6), ends)
    columns[:, _AT["pairs"]] = most(_overlap(shares.ordered, all_ordered, postings.mass_ordered[rows]), ends)
    columns[:, _AT["centre"]] = np.add.reduceat(closeness, ends) / counts / segment.centre_length[articles]
    columns[:, _AT["same_ask"]] = columns[:, _AT["nearest_ask"]] > _SAME
    columns[:, _AT["meaning"]] = most(alike, ends)
    columns[:, _AT["meaning_centre"]] = np.add.reduceat(alike, ends) / counts / segment.meaning_length[articles]
    columns[:, _AT["answer_words"]] = _told_by_answer(segment, reading, articles)
    columns[:, _AT["answer_meaning"]] = segment.answer_points[articles].astype(np.float32) @ reading.point / 127
    return _Compared(columns, nearest)


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
) -> Floats:
    """Compare the writing and the sound of the nearest asks alone: it costs most."""
    asks = [segment.plain_asks[ask] for ask in nearest.tolist()]
    plain = [question.whole.plain, question.bare.plain]
    both = slice(0, 1 if question.bare is question.whole else 2)
    heard = [table.sound(one) for one in plain[both]]
    sounds = [table.sound(one) for one in asks]
    pick = np.where(by_shop, len(heard) - 1, 0), np.arange(len(asks))
    columns[:, _AT["wording"]] = cdist(plain[both], asks, scorer=fuzz.ratio, dtype=np.float32)[pick] / 100
    columns[:, _AT["sound"]] = cdist(heard, sounds, scorer=fuzz.ratio, dtype=np.float32)[pick] / 100
    part = cdist(plain[both], asks, scorer=fuzz.partial_ratio, dtype=np.float32)[pick] / 100
    shorter = np.array([min(len(question.whole.plain), len(ask)) for ask in asks], dtype=np.float32)
    columns[:, _AT["part"]] = part * np.minimum(1.0, shorter / _TELLING_PART)
    return columns


def _fits(segment: Segment, articles: Numbers, question: Question, general: str) -> NDArray[np.int8]:
    """Return how each candidate fits the products asked about: the best over them."""
    if not question.asked:
        return np.full(len(articles), Fit.unasked, dtype=np.int8)
    return np.array([_fit(segment, number, question, general) for number in articles.tolist()], dtype=np.int8)


def _fit(segment: Segment, number: int, question: Question, general: str) -> Fit:
    article = segment.articles[number]
    if question.asked.intersection(article.products):
        return Fit.product
    if question.asked & segment.mentioned.get(number, frozenset()):
        return Fit.mentioned
    if article.products:
        return Fit.wrong
    if article.category == general:
        return Fit.general
    return Fit.category if article.category in question.categories else Fit.wrong


def _add_labels(
    columns: Floats,
    segment: Segment,
    articles: Numbers,
    fit: NDArray[np.int8],
    question: Question,
    general: str,
) -> Floats:
    """Add what is known of each article's products, category and intent."""
    unasked = fit == Fit.unasked
    some = [segment.articles[number] for number in articles.tolist()]
    columns[:, _AT["right_product"]] = fit == Fit.product
    columns[:, _AT["right_category"]] = _KINSHIP[fit]
    columns[:, _AT["unasked_product"]] = unasked & np.array([bool(one.products) for one in some])
    category = np.array([question.category[one.category] for one in some], dtype=np.float32)
    columns[:, _AT["intent"]] = [question.intent[one.intent] for one in some]
    columns[:, _AT["category"]] = category
    of_one = np.array([one.category != general for one in some])
    columns[:, _AT["unasked_category"]] = np.where(unasked & of_one, 1 - np.exp(category), 0.0)
    return columns


def categories_of(products: Mapping[str, frozenset[str]], asked: frozenset[str]) -> frozenset[str]:
    """Return every category that the products asked about are sold under."""
    return frozenset[str]().union(*(products.get(product, frozenset()) for product in asked))
