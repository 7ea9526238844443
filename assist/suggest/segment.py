"""Some articles, prepared for finding: their asks and answers as rows of terms and points of meaning.

An index is one large segment and, after edits, a small one beside it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assist.domain.library import Article

from .labels import Labels, learn_labels
from .language import is_english
from .names import Named, Names
from .postings import Numbers, Postings, Rarity, Rows, joined, post, rarity_of, rows_of
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
class Chunk:
    """Some articles, read. Each stands there once for every language it is asked for in: asks in another would pull
    its middle away from those who ask in this. `counts` says how many asks each has."""

    articles: tuple[Article, ...]
    asks: tuple[str, ...]
    plain_asks: tuple[str, ...]
    counts: NDArray[np.int64]
    rows: Rows
    answer_rows: Rows
    points: Bytes
    answer_points: Bytes
    meaning_length: NDArray[np.float32]
    mentioned: tuple[frozenset[str], ...]
    sentences: Sentences | None
    answer_sentences: Sentences | None


def read_articles(
    articles: Sequence[Article],
    learned: Mapping[str, Sequence[str]],
    names: Names,
    table: WordTable,
    model: SentenceModel | None,
) -> Chunk:
    """Read articles with the phrasings learned for them, by article id; a title counts as an ask."""
    entries = [
        _entry(article, asks, answer, names, table, model)
        for article in articles
        for asks, answer in _by_language(article, learned.get(article.id, ()))
    ]
    answers = [entry.answer for entry in entries]
    return Chunk(
        articles=tuple(entry.article for entry in entries),
        asks=tuple(chain.from_iterable(entry.asks for entry in entries)),
        plain_asks=tuple(one.plain for entry in entries for one in entry.readings),
        counts=np.array([len(entry.asks) for entry in entries], dtype=np.int64),
        rows=rows_of([one for entry in entries for one in entry.readings]),
        answer_rows=rows_of(answers),
        points=np.concatenate([entry.points for entry in entries]) if entries else _points([]),
        answer_points=_points(answers),
        meaning_length=np.array([entry.meaning_length for entry in entries], dtype=np.float32),
        mentioned=tuple(entry.mentioned for entry in entries),
        sentences=_joined([entry.sentences[:-1] for entry in entries if entry.sentences is not None]),
        answer_sentences=_joined([entry.sentences[-1:] for entry in entries if entry.sentences is not None]),
    )


@dataclass(frozen=True)
class _Entry:
    article: Article
    asks: tuple[str, ...]
    readings: tuple[Reading, ...]
    answer: Reading
    points: Bytes
    meaning_length: float
    mentioned: frozenset[str]
    sentences: Sentences | None
    """Where a sentence model lays the asks, and last the answer."""


def _by_language(article: Article, learned: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Return an article's asks and its answer, in each language it is asked for in."""
    said = tuple(dict.fromkeys((*article.asks, *learned, article.title, *filter(None, [article.title_en]))))
    english = tuple(ask for ask in said if is_english(ask))
    others = tuple(ask for ask in said if not is_english(ask))
    if others:
        yield others, article.text
    if english:
        yield english, article.text_en or article.text


def _entry(
    article: Article,
    asks: tuple[str, ...],
    answer: str,
    names: Names,
    table: WordTable,
    model: SentenceModel | None,
) -> _Entry:
    spelt = [names.spelt(normalise(ask)) for ask in asks]
    readings = tuple(
        _kept(read(plain, names, table, named), ask) for ask, (plain, named) in zip(asks, spelt, strict=True)
    )
    points = np.stack([one.point for one in readings])
    mean = points.mean(axis=0)
    return _Entry(
        article=article,
        asks=asks,
        readings=readings,
        answer=read_answer(normalise(_SLOT.sub(" ", answer)), table),
        points=np.round(points * 127).astype(np.int8),
        meaning_length=max(float(np.sqrt(mean @ mean)), _LITTLE),
        mentioned=_mentions(article, [named for _, named in spelt]),
        sentences=None if model is None else model.points([*asks, _SLOT.sub(" ", answer)]).astype(np.float16),
    )


def prepare(chunks: Sequence[Chunk], like: Segment | None = None) -> Segment:
    """Prepare what was read of some articles, in order of their ids.

    `like` is the segment these stand beside: terms are as rare as they are there.
    """
    own = tuple(chain.from_iterable(chunk.articles for chunk in chunks))
    numbered = np.arange(len(own))
    owner = numbered.repeat(np.concatenate([chunk.counts for chunk in chunks]) if chunks else 0)
    rows, answer_rows = joined([one.rows for one in chunks]), joined([one.answer_rows for one in chunks])
    rarity = like.rarity if like else rarity_of(rows, owner, len(own))
    answer_rarity = like.answer_rarity if like else rarity_of(answer_rows, numbered, len(own))
    points = np.concatenate([chunk.points for chunk in chunks] or [_points([])])
    answer_points = np.concatenate([chunk.answer_points for chunk in chunks] or [_points([])])
    ask_postings = post(rows, rarity)
    labels = like.labels if like else _learn(own, ask_postings, owner)
    mentioned = chain.from_iterable(chunk.mentioned for chunk in chunks)
    return Segment(
        articles=own,
        held=frozenset(article.id for article in own),
        asks=tuple(chain.from_iterable(chunk.asks for chunk in chunks)),
        plain_asks=tuple(chain.from_iterable(chunk.plain_asks for chunk in chunks)),
        owner=owner.astype(np.int32),
        first_ask=owner.searchsorted(np.arange(len(own) + 1)).astype(np.int32),
        ask_postings=ask_postings,
        answer_postings=post(answer_rows, answer_rarity),
        points=points,
        scan=_scan(points, answer_points, owner) if 0 < len(points) <= MOST_SCANNED else None,
        answer_points=answer_points,
        centre_length=_centre_lengths(ask_postings, owner, len(own)),
        meaning_length=np.concatenate([chunk.meaning_length for chunk in chunks] or [np.zeros(0, np.float32)]),
        mentioned={number: found for number, found in enumerate(mentioned) if found},
        rarity=rarity,
        answer_rarity=answer_rarity,
        labels=labels,
        intent=labels.intents.numbers([one.intent for one in own]),
        category=labels.categories.numbers([one.category for one in own]),
        of_product=np.array([bool(one.products) for one in own], dtype=np.bool_),
        general=np.array([one.category == GENERAL for one in own], dtype=np.bool_),
        sentences=_joined([chunk.sentences for chunk in chunks if chunk.sentences is not None]),
        answer_sentences=_joined([chunk.answer_sentences for chunk in chunks if chunk.answer_sentences is not None]),
    )


def _joined(points: Sequence[Sentences]) -> Sentences | None:
    return np.concatenate(points) if points else None


def _learn(articles: Sequence[Article], asks: Postings, owner: NDArray[np.int64]) -> Learned:
    return Learned(
        intents=learn_labels([one.intent for one in articles], asks, owner),
        categories=learn_labels([one.category for one in articles], asks, owner),
    )


def _kept(reading: Reading, ask: str) -> Reading:
    """Keep the ask itself where it is read as it stands: the same text twice would be a third of a large index.

    It is looked through as a copy: what looks for words leaves its own encoding with the text it was given.
    """
    return replace(reading, plain=ask) if reading.plain == ask else reading


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


def _mentions(article: Article, said: Sequence[Sequence[Named]]) -> frozenset[str]:
    """Return other products that an ask names alone: 柿子和苹果放一起 is no apple advice."""
    own = frozenset(article.products)
    named = (frozenset(one.what for one in names) for names in said)
    return frozenset[str]().union(*(found for found in named if not found & own))
