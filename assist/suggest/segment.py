"""Some articles, prepared for finding: their asks and answers as rows of terms and points of meaning.

An index is one large segment and, after edits, a small one beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assist.domain.library import Article

from .labels import Labels, learn_labels
from .language import is_english
from .names import Names
from .postings import Numbers, Postings, Rarity, post, rarity_of
from .reading import Reading, read, read_answer
from .sentences import SentenceModel
from .text import normalise
from .words import DIMENSIONS, Points, WordTable

Bytes = NDArray[np.int8]
Sentences = NDArray[np.float16]

GENERAL = "general"
"""The category of articles about no kind of goods in particular."""
_SLOT = re.compile(r"\{\{.*?\}\}")
_LITTLE = 1e-6
# Up to so many asks every point is compared; above, words alone choose whom to look at.
MOST_SCANNED = 6_000


@dataclass(frozen=True)
class Scan:
    """Points of every ask, and for every article the middle of its asks and its answer, ready to be multiplied."""

    asks: Points
    middles: Points


@dataclass(frozen=True)
class Learned:
    """What the asks of a library teach about its labels."""

    intents: Labels
    categories: Labels


@dataclass(frozen=True)
class Segment:
    """Arrays over articles follow `articles`, which are in order of their ids, arrays over asks `asks`.

    Asks of one article lie together. An article asked for in two languages stands there twice; `held` are the ids of
    all. `centre_length` and `meaning_length` are the lengths of the means of an article's asks, as term vectors and as
    points. `intent` and `category` number the articles' labels. `mentioned` are products that an ask names though its
    article is about none or others.
    """

    articles: tuple[Article, ...]
    held: frozenset[str]
    asks: tuple[str, ...]
    plain_asks: tuple[str, ...]
    owner: Numbers
    first_ask: Numbers
    ask_postings: Postings
    answer_postings: Postings
    points: Bytes
    scan: "Scan | None"
    answer_points: Bytes
    centre_length: NDArray[np.float32]
    meaning_length: NDArray[np.float32]
    mentioned: Mapping[int, frozenset[str]]
    rarity: Rarity
    answer_rarity: Rarity
    labels: "Learned"
    intent: NDArray[np.int16]
    category: NDArray[np.int16]
    of_product: NDArray[np.bool_]
    general: NDArray[np.bool_]
    sentences: Sentences | None
    answer_sentences: Sentences | None


@dataclass(frozen=True)
class Entry:
    """An article in one language, read: asks in another would pull its middle away from those who ask in this."""

    article: Article
    asks: tuple[str, ...]
    readings: tuple[Reading, ...]
    answer: Reading
    points: Bytes
    meaning_length: float
    mentioned: frozenset[str]
    sentences: Sentences | None
    """Where a sentence model lays the asks, and last the answer."""


def read_article(
    article: Article, learned: Sequence[str], names: Names, table: WordTable, model: SentenceModel | None
) -> list[Entry]:
    """Read an article with the phrasings learned for it; a title counts as an ask."""
    said = tuple(dict.fromkeys((*article.asks, *learned, article.title, *filter(None, [article.title_en]))))
    english = tuple(ask for ask in said if is_english(ask))
    others = tuple(ask for ask in said if not is_english(ask))
    entries: list[Entry] = []
    if others:
        entries.append(_entry(article, others, article.text, names, table, model))
    if english:
        entries.append(_entry(article, english, article.text_en or article.text, names, table, model))
    return entries


def _entry(
    article: Article,
    asks: tuple[str, ...],
    answer: str,
    names: Names,
    table: WordTable,
    model: SentenceModel | None,
) -> Entry:
    readings = tuple(read(names.spelt(_plain(ask))[0], names, table) for ask in asks)
    points = np.stack([one.point for one in readings])
    mean = points.mean(axis=0)
    return Entry(
        article=article,
        asks=asks,
        readings=readings,
        answer=read_answer(normalise(_SLOT.sub(" ", answer)), table),
        points=np.round(points * 127).astype(np.int8),
        meaning_length=max(float(np.sqrt(mean @ mean)), _LITTLE),
        mentioned=_mentions(article, readings, names),
        sentences=None if model is None else model.points([*asks, _SLOT.sub(" ", answer)]).astype(np.float16),
    )


def prepare(entries: Sequence[Entry], like: Segment | None = None) -> Segment:
    """Prepare what was read of some articles, in order of their ids.

    `like` is the segment these stand beside: terms are as rare as they are there.
    """
    own = tuple(entry.article for entry in entries)
    numbered = np.arange(len(entries))
    owner = numbered.repeat([len(entry.asks) for entry in entries])
    readings = list(chain.from_iterable(entry.readings for entry in entries))
    answers = [entry.answer for entry in entries]
    rarity = like.rarity if like else rarity_of(readings, owner, len(entries))
    answer_rarity = like.answer_rarity if like else rarity_of(answers, numbered, len(entries))
    points = np.concatenate([entry.points for entry in entries]) if entries else np.zeros((0, DIMENSIONS), np.int8)
    answer_points = _points(answers)
    ask_postings = post(readings, rarity)
    labels = like.labels if like else _learn(own, ask_postings, owner)
    return Segment(
        articles=own,
        held=frozenset(article.id for article in own),
        asks=tuple(chain.from_iterable(entry.asks for entry in entries)),
        plain_asks=tuple(one.plain for one in readings),
        owner=owner.astype(np.int32),
        first_ask=owner.searchsorted(np.arange(len(entries) + 1)).astype(np.int32),
        ask_postings=ask_postings,
        answer_postings=post(answers, answer_rarity),
        points=points,
        scan=_scan(points, answer_points, owner) if 0 < len(readings) <= MOST_SCANNED else None,
        answer_points=answer_points,
        centre_length=_centre_lengths(ask_postings, owner, len(entries)),
        meaning_length=np.array([entry.meaning_length for entry in entries], dtype=np.float32),
        mentioned={number: entry.mentioned for number, entry in enumerate(entries) if entry.mentioned},
        rarity=rarity,
        answer_rarity=answer_rarity,
        labels=labels,
        intent=labels.intents.numbers([one.intent for one in own]),
        category=labels.categories.numbers([one.category for one in own]),
        of_product=np.array([bool(one.products) for one in own], dtype=np.bool_),
        general=np.array([one.category == GENERAL for one in own], dtype=np.bool_),
        sentences=_joined([one.sentences[:-1] for one in entries if one.sentences is not None]),
        answer_sentences=_joined([one.sentences[-1:] for one in entries if one.sentences is not None]),
    )


def _joined(points: Sequence[Sentences]) -> Sentences | None:
    return np.concatenate(points) if points else None


def _learn(articles: Sequence[Article], asks: Postings, owner: NDArray[np.int64]) -> Learned:
    return Learned(
        intents=learn_labels([one.intent for one in articles], asks, owner),
        categories=learn_labels([one.category for one in articles], asks, owner),
    )


def _plain(ask: str) -> str:
    plain = normalise(ask)
    # The same text twice in memory is a third of a large index.
    return ask if plain == ask else plain


def _points(readings: Sequence[Reading]) -> Bytes:
    if not readings:
        return np.zeros((0, DIMENSIONS), dtype=np.int8)
    return np.round(np.stack([one.point for one in readings]) * 127).astype(np.int8)


def _scan(points: Bytes, answer_points: Bytes, owner: NDArray[np.int64]) -> Scan:
    asks = points.astype(np.float32) / 127
    sums = np.add.reduceat(asks, np.flatnonzero(np.diff(owner, prepend=-1)))
    lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    return Scan(asks=asks, middles=sums / lengths + answer_points.astype(np.float32) / 127)


def _centre_lengths(asks: Postings, owner: NDArray[np.int64], articles: int) -> NDArray[np.float32]:
    """Return the length of the mean of each article's asks, every ask taken at length 1."""
    row_of = np.repeat(np.arange(asks.size), np.diff(asks.row_starts))
    share = asks.weights[asks.row_terms] / asks.length[row_of]
    of_article = owner[row_of].astype(np.int64)
    pairs, place = np.unique(of_article * (len(asks.terms) or 1) + asks.row_terms, return_inverse=True)
    summed = np.bincount(place, share)
    squared = np.bincount(pairs // (len(asks.terms) or 1), summed**2, minlength=articles)
    counts = np.maximum(np.bincount(owner, minlength=articles), 1)
    return np.maximum(np.sqrt(squared) / counts, 1e-6).astype(np.float32)


def _mentions(article: Article, readings: Sequence[Reading], names: Names) -> frozenset[str]:
    """Return other products that an ask names alone: 柿子和苹果放一起 is no apple advice."""
    own = frozenset(article.products)
    named = (names.products_in(one.plain) for one in readings)
    return frozenset[str]().union(*(found for found in named if not found & own))
