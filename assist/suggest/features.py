"""What speaks for an article when a question is asked? One row per candidate, one column per kind of evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from .postings import POSTINGS_READ, Numbers, Sought
from .reading import Reading
from .segment import GENERAL, Scan, Segment
from .words import WordTable

Floats = NDArray[Any]

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
    "other_product",
    "dismissed",
    "sentence",
    "sentence_answer",
)
"""The columns, in order; `domain.library.AnswerWeights` says what each is."""

_AT = {name: column for column, name in enumerate(EVIDENCE)}
WRONG_PRODUCT = 50.0
"""Larger than any strength: advice about another product does harm, so it ranks below everything else."""
# Articles compared in full, and of those the strongest compared in writing.
_CANDIDATES = 24
_COMPARED_IN_WRITING = 8
# A sentence model's likenesses lie close together, so they are spread for the first look.
_SENTENCE_LOOK = 10.0
# In a large segment: asks looked at by their terms, and answers by theirs.
_ASKS_LOOKED_AT = 256
_ANSWERS_LOOKED_AT = 8
# Shared unordered terms over those of both, by rarity: above this a question is an ask, in whatever order.
_SAME = 0.98
# Edit likeness (0 to 100) from which a question is one that an answer was wrong for.
_NEARLY_THE_SAME = 90.0
# Nothing is divided by nothing.
_LITTLE = 1e-6
# A part is only like when it is long enough to say something.
_TELLING_PART = 6


class Fit:
    """Is an article about the product that was asked for? The higher the better. Plain numbers: arrays hold them."""

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

    `asked` are the products it is about, by its own words or, `from_before`, by the conversation's; `categories` are
    theirs. `against` are texts, by article, for which its answer was dismissed as wrong. `intent` and `category` are
    log-probabilities by label.
    """

    whole: Reading
    bare: Reading
    asked: frozenset[str]
    from_before: bool
    categories: frozenset[str]
    against: Mapping[str, Sequence[str]]
    intent: Floats
    category: Floats
    sentence: Floats | None = None
    """Where a sentence model lays it, if there is one."""

    @property
    def names(self) -> bool:
        """Does it name products, and say something else besides?"""
        return self.bare is not self.whole


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
    looks = [
        _look_up(segment, one) for one in ([question.whole, question.bare] if question.names else [question.whole])
    ]
    articles = _candidates(segment, looks, question)
    if not len(articles):
        return None
    fit = _fits(segment, articles, question)
    columns, nearest = _compared(segment, looks, articles, fit == Fit.general)
    _add_labels(columns, segment, articles, fit, question)
    _add_sentences(columns, segment, articles, question)
    wrong = (fit == Fit.wrong) & (not question.from_before)
    if weights is not None:
        kept = np.sort(_highest(columns @ weights - WRONG_PRODUCT * wrong, _COMPARED_IN_WRITING))
        articles, nearest, columns, fit, wrong = articles[kept], nearest[kept], columns[kept], fit[kept], wrong[kept]
    _add_wording(columns, segment, question, nearest, fit == Fit.general, table)
    return Measured(segment, articles, nearest, columns, wrong)


def chosen(segment: Segment, question: Question) -> list[int]:
    """Return the numbers of the articles that a question is compared with."""
    return _candidates(segment, _looks(segment, question), question).tolist()


@dataclass(frozen=True)
class _Look:
    """One reading of a question, its terms looked up among a segment's asks and its words among the answers."""

    reading: Reading
    asks: Sought
    answers: Sought


def _looks(segment: Segment, question: Question) -> list[_Look]:
    readings = [question.whole, question.bare] if question.names else [question.whole]
    return [_look_up(segment, one) for one in readings]


def _look_up(segment: Segment, reading: Reading) -> _Look:
    asks = segment.ask_postings.seek(reading)
    return _Look(reading, asks, segment.answer_postings.seek(reading, reading.words))


def _compared(
    segment: Segment, looks: Sequence[_Look], articles: Numbers, by_shop: NDArray[np.bool_]
) -> tuple[Floats, Numbers]:
    """Return the evidence of each article and its nearest ask; what is asked of the shop without the product."""
    columns, nearest = _compare(segment, looks[0], articles)
    if len(looks) > 1 and by_shop.any():
        same = columns[by_shop, _AT["same_ask"]]
        columns[by_shop], nearest[by_shop] = _compare(segment, looks[1], articles[by_shop])
        columns[by_shop, _AT["same_ask"]] = same
    return columns, nearest


def _candidates(segment: Segment, looks: Sequence[_Look], question: Question) -> Numbers:
    """Choose whom to compare: in a large segment by terms, in a small one by a look at everybody."""
    if segment.scan is None:
        found = [_by_terms(segment, one, _CANDIDATES // len(looks)) for one in looks]
        found.append(segment.answer_postings.nearest(looks[0].answers, _ANSWERS_LOOKED_AT, POSTINGS_READ // 4))
        return np.unique(np.concatenate(found))
    scan = segment.scan
    near = _scanned(segment, scan, looks[0])
    if question.sentence is not None and segment.sentences is not None:
        alike = segment.sentences @ question.sentence
        near += _SENTENCE_LOOK * np.maximum.reduceat(alike, segment.first_ask[:-1])
    if len(looks) == 1:
        return _highest(near, _CANDIDATES)
    bare = np.where(segment.general, _scanned(segment, scan, looks[1]), -1.0)
    return np.unique(np.concatenate([_highest(near, _CANDIDATES), _highest(bare, _CANDIDATES // 2)]))


def _by_terms(segment: Segment, look: _Look, most: int) -> Numbers:
    """Return the articles whose asks are nearest by words, exactly compared, and by meaning."""
    postings = segment.ask_postings
    rows = postings.nearest(look.asks, _ASKS_LOOKED_AT)
    if not len(rows):
        return rows
    shares = postings.shares(look.asks, rows)
    near = shares.squared / (postings.length[rows] * look.asks.length)
    near += segment.points[rows].astype(np.float32) @ look.reading.point / 127
    return segment.owner[rows[_highest(near, most)]]


def _highest(values: Floats, most: int) -> NDArray[np.int64]:
    if len(values) <= most:
        return np.arange(len(values))
    return values.argpartition(len(values) - most)[len(values) - most :]


def _scanned(segment: Segment, scan: Scan, look: _Look) -> Floats:
    """Return roughly how near each article is, by words and by meaning."""
    point = look.reading.point
    near = scan.asks @ point
    near += segment.ask_postings.strengths(look.asks)
    told = segment.answer_postings.strengths(look.answers)
    told += scan.middles @ point
    return np.maximum.reduceat(near, segment.first_ask[:-1]) + told


def _compare(segment: Segment, look: _Look, articles: Numbers) -> tuple[Floats, Numbers]:
    """Return the evidence of one reading, the columns about wording and labels left at 0, and the nearest asks."""
    first = segment.first_ask[articles]
    counts = segment.first_ask[articles + 1] - first
    ends = counts.cumsum()
    starts = ends - counts
    rows = (first - starts).repeat(counts)
    rows += np.arange(len(rows), dtype=rows.dtype)
    postings, sought, point = segment.ask_postings, look.asks, look.reading.point
    shares = postings.shares(sought, rows)
    mass = postings.mass_unordered[rows]
    overlap = shares.unordered / (sought.all_unordered + mass - shares.unordered + _LITTLE)
    closeness = shares.squared / (postings.length[rows] * sought.length)
    alike = segment.points[rows].astype(np.float32) @ (point / 127)
    columns = np.zeros((len(articles), len(EVIDENCE)), dtype=np.float32)
    most, total = np.maximum.reduceat, np.add.reduceat
    columns[:, _AT["nearest_ask"]] = most(overlap, starts)
    columns[:, _AT["covered"]] = most(shares.unordered, starts) / (sought.all_unordered or 1.0)
    columns[:, _AT["filled"]] = most(shares.unordered / (mass + _LITTLE), starts)
    in_order = shares.ordered / (sought.all_ordered + postings.mass_ordered[rows] - shares.ordered + _LITTLE)
    columns[:, _AT["pairs"]] = most(in_order, starts)
    columns[:, _AT["centre"]] = total(closeness, starts) / (counts * segment.centre_length[articles])
    columns[:, _AT["same_ask"]] = columns[:, _AT["nearest_ask"]] > _SAME
    columns[:, _AT["meaning"]] = most(alike, starts)
    columns[:, _AT["meaning_centre"]] = total(alike, starts) / (counts * segment.meaning_length[articles])
    answered = segment.answer_postings.shares(look.answers, articles).unordered
    columns[:, _AT["answer_words"]] = answered / (look.answers.all_unordered or 1.0)
    columns[:, _AT["answer_meaning"]] = segment.answer_points[articles].astype(np.float32) @ (point / 127)
    near = overlap + closeness + alike
    best = (near >= most(near, starts).repeat(counts)).nonzero()[0][::-1]
    nearest = np.empty(len(articles), dtype=np.int32)
    nearest[ends.searchsorted(best, side="right")] = rows[best]
    return columns, nearest


def _add_wording(
    columns: Floats,
    segment: Segment,
    question: Question,
    nearest: Numbers,
    by_shop: NDArray[np.bool_],
    table: WordTable,
) -> None:
    """Compare the writing and the sound of the nearest asks: it costs most."""
    whole, bare = question.whole.plain, question.bare.plain
    heard = {text: table.sound(text) for text in {whole, bare}}
    written: list[tuple[float, float, float]] = []
    asks: list[int] = nearest.tolist()
    for ask, shop in zip(asks, by_shop.tolist(), strict=True):
        mine, theirs = bare if shop else whole, segment.plain_asks[ask]
        telling = min(1.0, min(len(mine), len(theirs)) / _TELLING_PART)
        wording, part = fuzz.ratio(mine, theirs), fuzz.partial_ratio(mine, theirs) * telling
        written.append((wording, fuzz.ratio(heard[mine], table.sound(theirs)), part))
    columns[:, _AT["wording"] : _AT["wording"] + 3] = np.array(written, dtype=np.float32) / 100


def _fits(segment: Segment, articles: Numbers, question: Question) -> NDArray[np.int8]:
    """Return how each candidate fits the products asked about: the best over them."""
    if not question.asked:
        return np.full(len(articles), Fit.unasked, dtype=np.int8)
    return np.array([_fit(segment, number, question) for number in articles.tolist()], dtype=np.int8)


def _fit(segment: Segment, number: int, question: Question) -> int:
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
    # What was spoken of before may be done with: it speaks half as loud.
    loud = 0.5 if question.from_before else 1.0
    columns[:, _AT["right_product"]] = (fit == Fit.product) * loud
    columns[:, _AT["right_category"]] = _KINSHIP[fit] * loud
    columns[:, _AT["unasked_product"]] = unasked & segment.of_product[articles]
    columns[:, _AT["other_product"]] = (fit == Fit.wrong) & question.from_before
    if question.against:
        numbers: list[int] = articles.tolist()
        columns[:, _AT["dismissed"]] = [_was_wrong(segment.articles[one].id, question) for one in numbers]
    columns[:, _AT["unasked_category"]] = (unasked & ~segment.general[articles]) * (1 - np.exp(category))


def _add_sentences(columns: Floats, segment: Segment, articles: Numbers, question: Question) -> None:
    if question.sentence is None or segment.sentences is None or segment.answer_sentences is None:
        return
    for place, number in enumerate(articles.tolist()):
        asks = segment.sentences[segment.first_ask[number] : segment.first_ask[number + 1]]
        columns[place, _AT["sentence"]] = (asks @ question.sentence).max()
    columns[:, _AT["sentence_answer"]] = segment.answer_sentences[articles] @ question.sentence


def _was_wrong(article_id: str, question: Question) -> bool:
    texts = question.against.get(article_id, ())
    return any(fuzz.ratio(question.bare.plain, text) >= _NEARLY_THE_SAME for text in texts) or any(
        fuzz.ratio(question.whole.plain, text) >= _NEARLY_THE_SAME for text in texts
    )


def categories_of(products: Mapping[str, frozenset[str]], asked: frozenset[str]) -> frozenset[str]:
    """Return every category that the products asked about are sold under."""
    return frozenset[str]().union(*(products.get(product, frozenset()) for product in asked))
