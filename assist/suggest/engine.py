"""Find the article that answers a question, in an immutable index over asks and answers.

Words and characters go into one inverted index (BM25); the best candidates are scored again on how much of the
question each of their phrasings covers, with rapidfuzz ratios as features of a linear score, never as the sort key.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import rjieba
from numpy.typing import NDArray
from rapidfuzz import fuzz

from assist.domain.library import Article, Library, Product
from assist.domain.suggestion import Reason
from assist.domain.value import Value

from .text import normalise

_CANDIDATES = 24
_ANSWER_WEIGHT = 0.3
# BM25's usual saturation and length constants (Robertson and Zaragoza, 2009).
_K1 = 1.2
_B = 0.5
_LATIN = re.compile(r"[a-z0-9.+%-]+")
_HAN = re.compile(r"[㐀-鿿]+")


class Found(Value):
    """One article that may answer, best first. `score` is 0 to 1; `matched` is the nearest phrasing."""

    article_id: str
    score: float
    matched: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Phrasing:
    text: str
    plain: str
    terms: frozenset[str]
    weight: float


@dataclass(frozen=True)
class _Entry:
    article: Article
    phrasings: tuple[_Phrasing, ...]
    products: frozenset[str]
    categories: frozenset[str]


@dataclass(frozen=True)
class _Names:
    """How customers call products, and which words mean the same."""

    product_of: Mapping[str, str]
    category_of: Mapping[str, str]
    pattern: re.Pattern[str]
    synonym_of: Mapping[str, str]
    synonyms: re.Pattern[str]


@dataclass(frozen=True)
class Engine:
    """The index of one library. Build it beside the old one and swap."""

    number: int
    _entries: tuple[_Entry, ...]
    _postings: Mapping[str, tuple[NDArray[np.int32], NDArray[np.float32]]]
    _idf: Mapping[str, float]
    _default_idf: float
    _names: _Names

    def find(self, question: str, *, limit: int = 3, min_score: float = 0.0) -> list[Found]:
        """Return at most `limit` articles that score at least `min_score`, best first; ties by article id."""
        plain = normalise(question)
        terms = Counter(_terms(plain, self._names))
        if not terms:
            return []
        asked = _products_in(plain, self._names)
        found = [self._judge(index, bm25, plain, terms, asked) for index, bm25 in self._candidates(terms)]
        kept = [one for one in found if one.score >= min_score]
        return sorted(kept, key=lambda one: (-one.score, one.article_id))[:limit]

    def _candidates(self, terms: Mapping[str, int]) -> list[tuple[int, float]]:
        scores = np.zeros(len(self._entries), dtype=np.float32)
        for term in terms:
            if term in self._postings:
                ids, weights = self._postings[term]
                scores[ids] += weights
        count = min(_CANDIDATES, len(scores))
        top = np.argpartition(-scores, count - 1)[:count] if count else np.empty(0, dtype=np.int64)
        return [(int(index), float(scores[index])) for index in top if scores[index] > 0]

    def _judge(self, index: int, bm25: float, plain: str, terms: Mapping[str, int], asked: frozenset[str]) -> Found:
        entry = self._entries[index]
        weight = sum(self._weight(term) for term in terms)
        coverage, overlap, nearest = self._nearest(entry, terms, weight)
        ratio = fuzz.ratio(plain, nearest.plain) / 100
        strength = min(1.0, bm25 / (weight * (_K1 + 1) * 0.55))
        base = 0.34 * coverage + 0.26 * overlap + 0.2 * ratio + 0.2 * strength
        fit = self._fit(entry, asked)
        return Found(
            article_id=entry.article.id,
            score=round(max(0.0, min(1.0, base * fit)), 4),
            matched=nearest.text,
            reasons=(
                Reason(rule="coverage", score=round(coverage, 3)),
                Reason(rule="overlap", score=round(overlap, 3)),
                Reason(rule="ratio", score=round(ratio, 3)),
                Reason(rule="bm25", score=round(strength, 3)),
                Reason(rule="product", score=round(fit, 3)),
            ),
        )

    def _nearest(self, entry: _Entry, terms: Mapping[str, int], weight: float) -> tuple[float, float, _Phrasing]:
        """Return (share of the question's weight covered, idf-Jaccard, phrasing) of the best phrasing."""
        best = (0.0, 0.0, entry.phrasings[0])
        best_sum = -1.0
        for phrasing in entry.phrasings:
            shared = sum(self._weight(term) for term in terms if term in phrasing.terms)
            coverage = shared / weight if weight else 0.0
            overlap = shared / (weight + phrasing.weight - shared) if shared else 0.0
            if coverage + overlap > best_sum:
                best_sum = coverage + overlap
                best = (coverage, overlap, phrasing)
        return best

    def _fit(self, entry: _Entry, asked: frozenset[str]) -> float:
        """Weigh whether the article is about what was asked for: the wrong product's advice does harm."""
        if not asked:
            return 0.9 if entry.products else 1.0
        if entry.products:
            return 1.08 if asked & entry.products else 0.5
        categories = {self._names.category_of[product] for product in asked}
        if entry.article.category == "general":
            return 0.97
        return 1.0 if entry.article.category in categories else 0.6

    def _weight(self, term: str) -> float:
        return self._idf.get(term, self._default_idf)


def build(library: Library) -> Engine:
    """Return the index of a library: its articles' asks and titles, their answers at a lower weight."""
    names = _names_of(library)
    documents: list[Counter[str]] = []
    phrasings: list[list[tuple[str, str, frozenset[str]]]] = []
    for article in library.articles:
        asks = [(text, normalise(text)) for text in dict.fromkeys((*article.asks, article.title))]
        rows = [(text, plain, frozenset(_terms(plain, names))) for text, plain in asks]
        document: Counter[str] = Counter()
        for _, _, terms in rows:
            document.update(terms)
        for term in _terms(normalise(article.text), names):
            document[term] += 0  # known to the article even when no ask says it
        answer = Counter(_terms(normalise(article.text), names))
        documents.append(_weighted(document, answer, len(rows)))
        phrasings.append(rows)
    idf = _idf_of(phrasings)
    default_idf = max(idf.values(), default=1.0)
    entries = tuple(
        _Entry(
            article=article,
            phrasings=tuple(
                _Phrasing(text, plain, terms, sum(idf.get(term, default_idf) for term in terms))
                for text, plain, terms in rows
            ),
            products=frozenset(article.products),
            categories=frozenset({article.category}),
        )
        for article, rows in zip(library.articles, phrasings, strict=True)
    )
    postings = _postings_of(documents, idf, default_idf)
    return Engine(library.number, entries, postings, idf, default_idf, names)


def _weighted(asks: Counter[str], answer: Counter[str], ask_count: int) -> Counter[str]:
    """Merge an article's fields: a term's share of the asks, and its presence in the answer at a lower weight."""
    merged: Counter[str] = Counter()
    for term, count in asks.items():
        if count:
            merged[term] += 1 + 2 * count / ask_count  # type: ignore[assignment]
    for term in answer:
        merged[term] += _ANSWER_WEIGHT  # type: ignore[assignment]
    return merged


def _idf_of(phrasings: Sequence[Sequence[tuple[str, str, frozenset[str]]]]) -> dict[str, float]:
    """Rarity among articles, by their asks: ln(1 + (N - n + 0.5) / (n + 0.5)), n articles of N."""
    total = len(phrasings)
    holders: Counter[str] = Counter()
    for rows in phrasings:
        holders.update(frozenset[str]().union(*(terms for _, _, terms in rows)))
    return {
        term: log(1 + (total - count + 0.5) / (count + 0.5)) * _kind_weight(term) for term, count in holders.items()
    }


def _kind_weight(term: str) -> float:
    """Words say more than characters, names and known synonyms more than words."""
    return {"w": 1.0, "c": 0.35, "b": 0.6, "p": 1.6, "s": 1.2}[term[0]]


def _postings_of(
    documents: Sequence[Mapping[str, float]], idf: Mapping[str, float], default_idf: float
) -> dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]]:
    lengths = np.array([sum(document.values()) for document in documents] or [1.0])
    average = float(lengths.mean())
    rows: dict[str, list[tuple[int, float]]] = {}
    for index, document in enumerate(documents):
        norm = _K1 * (1 - _B + _B * float(lengths[index]) / average)
        for term, frequency in document.items():
            weight = idf.get(term, default_idf) * frequency * (_K1 + 1) / (frequency + norm)
            rows.setdefault(term, []).append((index, weight))
    return {
        term: (
            np.array([index for index, _ in row], dtype=np.int32),
            np.array([weight for _, weight in row], dtype=np.float32),
        )
        for term, row in rows.items()
    }


def _terms(plain: str, names: _Names) -> list[str]:
    """Split a normalised text: words, characters, pairs of characters, products and synonym groups."""
    terms = [f"p{names.product_of[match.group()]}" for match in names.pattern.finditer(plain)]
    terms += [f"s{names.synonym_of[match.group()]}" for match in names.synonyms.finditer(plain)]
    for run in _HAN.findall(plain):
        terms += [f"w{word}" for word in rjieba.cut(run) if len(word) > 1]
        terms += [f"c{character}" for character in run]
        terms += [f"b{run[at : at + 2]}" for at in range(len(run) - 1)]
    terms += [f"w{word}" for word in _LATIN.findall(plain)]
    return terms


def _products_in(plain: str, names: _Names) -> frozenset[str]:
    return frozenset(names.product_of[match.group()] for match in names.pattern.finditer(plain))


def _names_of(library: Library) -> _Names:
    product_of: dict[str, str] = {}
    for product in library.products:
        for name in _spoken(product):
            product_of.setdefault(name, product.id)
    synonym_of = {normalise(word): normalise(row[0]) for row in library.synonyms.rows for word in row}
    return _Names(
        product_of=product_of,
        category_of={product.id: product.category for product in library.products},
        pattern=_longest_first(product_of),
        synonym_of=synonym_of,
        synonyms=_longest_first(synonym_of),
    )


def _spoken(product: Product) -> Iterable[str]:
    return (normalise(name) for name in (product.name, *product.aliases))


def _longest_first(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")
