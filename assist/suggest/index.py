"""What is prepared once per library, so that a question can be compared with every article at once?

Terms are single characters, words, pairs of characters, product names and synonym groups, each weighted by rarity.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from math import log

import numpy as np
import rjieba
from numpy.typing import NDArray

from assist.domain.library import Article, Library, Product

from .text import normalise

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

# How much one shared term says, by kind: names most, then known synonyms, single characters, words and pairs.
_KIND_WEIGHT = {"p": 1.6, "s": 1.2, "c": 1.0, "w": 0.6, "b": 0.6}
# An answer's own words, beside those of its asks, when the meaning of an article is learned.
_ANSWER_SHARE = 0.3
_DIMENSIONS = 60
_LEAST_VARIANCE = 1e-9
_SMOOTHING = 0.1
# Terms overlap (a word, its characters, its pairs), so their evidence about a label is discounted.
_LABEL_TEMPER = 0.5
# BM25's usual saturation and length constants (Robertson and Zaragoza, 2009).
_K1 = 1.2
_B = 0.75
_LATIN = re.compile(r"[a-z0-9.+%-]+")
_HAN = re.compile(r"[㐀-鿿]+")


@dataclass(frozen=True)
class Names:
    """How customers call products, and which words mean the same."""

    product_of: Mapping[str, str]
    products: re.Pattern[str]
    synonym_of: Mapping[str, str]
    synonyms: re.Pattern[str]

    def products_in(self, plain: str) -> frozenset[str]:
        return frozenset(self.product_of[match.group()] for match in self.products.finditer(plain))

    def terms(self, plain: str) -> tuple[str, ...]:
        """Split a normalised text into distinct terms, in order: the first letter is the kind."""
        terms = [f"p{self.product_of[match.group()]}" for match in self.products.finditer(plain)]
        terms += [f"s{self.synonym_of[match.group()]}" for match in self.synonyms.finditer(plain)]
        for run in _HAN.findall(plain):
            terms += [f"w{word}" for word in rjieba.cut(run) if len(word) > 1]
            terms += [f"c{character}" for character in run]
            terms += [f"b{run[at : at + 2]}" for at in range(len(run) - 1)]
        terms += [f"c{word}" for word in _LATIN.findall(plain)]
        return tuple(dict.fromkeys(terms))


class Fit(IntEnum):
    """Is an article about the product that was asked for? The higher the better."""

    wrong = 0
    general = 1
    category = 2
    mentioned = 3
    product = 4


@dataclass(frozen=True)
class Postings:
    """Which rows hold a term, and with what weight. A term that no row holds weighs as the rarest would."""

    rows: Mapping[str, Numbers]
    weights: Mapping[str, Floats]
    idf: Mapping[str, float]
    unknown_idf: float
    size: int

    def shared(self, terms: Sequence[str]) -> Floats:
        """Return per row the summed weight of the terms it holds."""
        held = [term for term in terms if term in self.rows]
        if not held:
            return np.zeros(self.size)
        rows = np.concatenate([self.rows[term] for term in held])
        weights = np.concatenate([self.weights[term] for term in held])
        return np.bincount(rows, weights=weights, minlength=self.size)

    def whole(self, terms: Sequence[str]) -> float:
        """Return the summed rarity of the terms, held or not."""
        return sum(self.idf.get(term, self.unknown_idf) for term in terms)


@dataclass(frozen=True)
class Labels:
    """How much each term speaks for each label (an intent or a category), learned from all asks under it."""

    of_article: Numbers
    prior: Floats
    speaks: Floats


@dataclass(frozen=True)
class Index:
    """One library, prepared. Arrays over articles follow `articles`; arrays over asks follow `asks`."""

    articles: tuple[Article, ...]
    names: Names
    has_products: NDArray[np.bool_]
    fits: Mapping[str, NDArray[np.int8]]
    asks: tuple[str, ...]
    plain_asks: tuple[str, ...]
    first_ask: Numbers
    ask_characters: Postings
    ask_weight: Floats
    answers: Postings
    vocabulary: Mapping[str, int]
    idf: Floats
    intents: Labels
    categories: Labels
    directions: Floats
    meanings: Floats


def prepare(library: Library) -> Index:
    """Prepare a library with at least one article."""
    articles = library.articles
    names = _names_of(library)
    asks = [tuple(dict.fromkeys((*article.asks, article.title))) for article in articles]
    plain = [[normalise(ask) for ask in group] for group in asks]
    ask_terms = [[names.terms(ask) for ask in group] for group in plain]
    answer_terms = [names.terms(normalise(article.text)) for article in articles]
    shares = [_shares(group) for group in ask_terms]
    idf = _idf_of(shares)
    rarity = np.array(list(idf.values()))
    vocabulary = {term: number for number, term in enumerate(idf)}
    owner = np.repeat(np.arange(len(articles)), [len(group) for group in asks])
    rows = [terms for group in ask_terms for terms in group]
    characters = [of_kind(terms, "c") for terms in rows]
    meanings, directions = _meanings_of(shares, answer_terms, vocabulary, rarity)
    return Index(
        articles=articles,
        names=names,
        has_products=np.array([bool(article.products) for article in articles]),
        fits=_fits_of(library, plain, names),
        asks=tuple(ask for group in asks for ask in group),
        plain_asks=tuple(ask for group in plain for ask in group),
        first_ask=np.searchsorted(owner, np.arange(len(articles))),
        ask_characters=_ask_postings(characters, idf, len(articles)),
        ask_weight=np.array([sum(idf[term] for term in terms) for terms in characters]),
        answers=_answer_postings(answer_terms),
        vocabulary=vocabulary,
        idf=rarity,
        intents=_labels([article.intent for article in articles], owner, rows, vocabulary),
        categories=_labels([article.category for article in articles], owner, rows, vocabulary),
        directions=directions,
        meanings=meanings,
    )


def of_kind(terms: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return the terms of one kind: "c" characters, "b" pairs, "w" words, "p" products, "s" synonyms."""
    return tuple(term for term in terms if term[0] == kind)


def _shares(asks: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return each term of an article with the share of its asks that say it."""
    counts = Counter(chain.from_iterable(asks))
    return {term: count / len(asks) for term, count in counts.items()}


def _idf_of(documents: Sequence[Iterable[str]]) -> dict[str, float]:
    """Rarity among articles by kind: ln(1 + (N - n + 0.5) / (n + 0.5)), n articles of N."""
    holders = Counter(chain.from_iterable(documents))
    return {term: _rarity(count, len(documents)) * _KIND_WEIGHT[term[0]] for term, count in holders.items()}


def _rarity(count: int, total: int) -> float:
    return log(1 + (total - count + 0.5) / (count + 0.5))


def _ask_postings(asks: Sequence[Sequence[str]], idf: Mapping[str, float], articles: int) -> Postings:
    """Index the asks: a shared term counts with its rarity."""
    rows = _rows_of(asks)
    return Postings(
        rows=rows,
        weights={term: np.full(len(held), idf[term]) for term, held in rows.items()},
        idf={term: idf[term] for term in rows},
        unknown_idf=_rarity(0, articles),
        size=len(asks),
    )


def _answer_postings(answers: Sequence[Sequence[str]]) -> Postings:
    """Index the answers' own words: BM25 with presence for frequency, so long answers weigh each term less."""
    rows = _rows_of(answers)
    idf = _idf_of(answers)
    lengths = np.array([len(terms) for terms in answers])
    saturation = (_K1 + 1) / (1 + _K1 * (1 - _B + _B * lengths / (lengths.mean() or 1.0)))
    return Postings(
        rows=rows,
        weights={term: idf[term] * saturation[held] for term, held in rows.items()},
        idf=idf,
        unknown_idf=_rarity(0, len(answers)),
        size=len(answers),
    )


def _rows_of(documents: Sequence[Sequence[str]]) -> dict[str, Numbers]:
    holders: dict[str, list[int]] = {}
    for row, terms in enumerate(documents):
        for term in terms:
            holders.setdefault(term, []).append(row)
    return {term: np.array(rows) for term, rows in holders.items()}


def _labels(
    of_article: Sequence[str],
    owner: Numbers,
    asks: Sequence[Sequence[str]],
    vocabulary: Mapping[str, int],
) -> Labels:
    """Learn, from every ask, how much more often each term is said under one label than under the others."""
    kinds = sorted(set(of_article))
    numbers = np.array([kinds.index(label) for label in of_article])
    label_of_ask = numbers[owner]
    said = np.zeros((len(vocabulary), len(kinds)))
    for label, terms in zip(label_of_ask, asks, strict=True):
        said[[vocabulary[term] for term in terms], label] += 1
    asked = np.bincount(label_of_ask, minlength=len(kinds))
    speaks = np.log((said + _SMOOTHING) / (asked + 2 * _SMOOTHING))
    speaks -= speaks.mean(axis=1, keepdims=True)
    kind_weight = np.array([_KIND_WEIGHT[term[0]] for term in vocabulary])
    return Labels(
        of_article=numbers,
        prior=np.log((asked + 1) / (asked.sum() + len(kinds))),
        speaks=speaks * kind_weight[:, None] * _LABEL_TEMPER,
    )


def _meanings_of(
    shares: Sequence[Mapping[str, float]],
    answers: Sequence[Sequence[str]],
    vocabulary: Mapping[str, int],
    idf: Floats,
) -> tuple[Floats, Floats]:
    """Return the articles and the terms as points among the main directions in which articles differ.

    Terms of like articles lie close, so a question may be near an article it shares no word with.
    """
    weights = np.zeros((len(shares), len(vocabulary)))
    for row, (asked, answer) in enumerate(zip(shares, answers, strict=True)):
        weights[row, [vocabulary[term] for term in asked]] = list(asked.values())
        weights[row, [vocabulary[term] for term in answer if term in vocabulary]] += _ANSWER_SHARE
    weights *= idf
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    variances, axes = np.linalg.eigh(weights @ weights.T)
    kept = np.flatnonzero(variances > _LEAST_VARIANCE)[-_DIMENSIONS:]
    directions = weights.T @ (axes[:, kept] / np.sqrt(variances[kept]))
    points = weights @ directions
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.divide(points, lengths, out=points, where=lengths > 0), directions


def _fits_of(library: Library, asks: Sequence[Sequence[str]], names: Names) -> dict[str, NDArray[np.int8]]:
    """Return, per product, how every article fits a question about it."""
    mentioned: dict[str, list[int]] = {}
    own: dict[str, list[int]] = {}
    for row, (article, group) in enumerate(zip(library.articles, asks, strict=True)):
        for product in _mentions(article, group, names):
            mentioned.setdefault(product, []).append(row)
        for product in article.products:
            own.setdefault(product, []).append(row)
    category = np.array([article.category for article in library.articles])
    unbound = np.array([not article.products for article in library.articles])
    fits: dict[str, NDArray[np.int8]] = {}
    for product, categories in _categories_of(library).items():
        fit = np.where(unbound & (category == "general"), Fit.general, Fit.wrong).astype(np.int8)
        fit[unbound & np.isin(category, sorted(categories))] = Fit.category
        fit[mentioned.get(product, [])] = Fit.mentioned
        fit[own.get(product, [])] = Fit.product
        fits[product] = fit
    return fits


def _mentions(article: Article, asks: Sequence[str], names: Names) -> frozenset[str]:
    """Return other products that an ask names alone: 柿子和苹果放一起 is no apple advice."""
    named = (names.products_in(ask) for ask in asks)
    return frozenset[str]().union(*(found for found in named if not found & set(article.products)))


def _categories_of(library: Library) -> dict[str, frozenset[str]]:
    """Return, per product, its own category and those of the articles about it: shrimp is sold live and frozen."""
    categories = {product.id: {product.category} for product in library.products}
    for article in library.articles:
        for product in article.products:
            categories.setdefault(product, set()).add(article.category)
    return {product: frozenset(found) for product, found in categories.items()}


def _names_of(library: Library) -> Names:
    product_of: dict[str, str] = {}
    for product in library.products:
        for name in _spoken(product):
            product_of.setdefault(name, product.id)
    synonym_of = {normalise(word): normalise(row[0]) for row in library.synonyms.rows for word in row}
    return Names(
        product_of=product_of,
        products=_longest_first(product_of),
        synonym_of=synonym_of,
        synonyms=_longest_first(synonym_of),
    )


def _spoken(product: Product) -> Iterable[str]:
    return (normalise(name) for name in (product.name, *product.aliases))


def _longest_first(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")
