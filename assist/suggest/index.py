"""Which asks, answers and products hold a term? Prepared once per library, read for every question.

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
KIND_WEIGHT = {"p": 1.6, "s": 1.2, "c": 1.0, "w": 0.6, "b": 0.6}
# The category of articles about no product in particular.
_GENERAL = "general"
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

    def without_products(self, plain: str) -> str:
        return self.products.sub("", plain)

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
        return np.bincount(rows, weights=weights, minlength=self.size).astype(np.float64, copy=False)

    def whole(self, terms: Sequence[str]) -> float:
        """Return the summed rarity of the terms, held or not."""
        return sum(self.idf.get(term, self.unknown_idf) for term in terms)


@dataclass(frozen=True)
class Index:
    """One library, prepared. Arrays over articles follow `articles`; over asks `asks`; over terms `vocabulary`."""

    articles: tuple[Article, ...]
    names: Names
    has_products: NDArray[np.bool_]
    is_general: NDArray[np.bool_]
    fits: Mapping[str, NDArray[np.int8]]
    asks: tuple[str, ...]
    plain_asks: tuple[str, ...]
    ask_terms: tuple[tuple[str, ...], ...]
    owner: Numbers
    first_ask: Numbers
    ask_characters: Postings
    ask_weight: Floats
    answer_terms: tuple[tuple[str, ...], ...]
    answers: Postings
    vocabulary: Mapping[str, int]
    idf: Floats


def prepare(library: Library) -> Index:
    """Prepare a library with at least one article. An article's title counts as one of its asks."""
    articles = library.articles
    names = _names_of(library)
    groups = [tuple(dict.fromkeys((*article.asks, article.title))) for article in articles]
    owner = np.repeat(np.arange(len(articles)), [len(group) for group in groups])
    asks = tuple(chain.from_iterable(groups))
    plain_asks = tuple(normalise(ask) for ask in asks)
    ask_terms = tuple(names.terms(ask) for ask in plain_asks)
    answer_terms = tuple(names.terms(normalise(article.text)) for article in articles)
    idf = _idf_of(_by_article(ask_terms, owner))
    characters = [of_kind(terms, "c") for terms in ask_terms]
    return Index(
        articles=articles,
        names=names,
        has_products=np.array([bool(article.products) for article in articles]),
        is_general=np.array([article.category == _GENERAL for article in articles]),
        fits=_fits_of(library, _by_article([[ask] for ask in plain_asks], owner), names),
        asks=asks,
        plain_asks=plain_asks,
        ask_terms=ask_terms,
        owner=owner,
        first_ask=np.searchsorted(owner, np.arange(len(articles))),
        ask_characters=_ask_postings(characters, idf, len(articles)),
        ask_weight=np.array([sum(idf[term] for term in terms) for terms in characters]),
        answer_terms=answer_terms,
        answers=_answer_postings(answer_terms),
        vocabulary={term: number for number, term in enumerate(idf)},
        idf=np.array(list(idf.values())),
    )


def of_kind(terms: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return the terms of one kind: "c" characters, "b" pairs, "w" words, "p" products, "s" synonyms."""
    return tuple(term for term in terms if term[0] == kind)


def _by_article(rows: Iterable[Iterable[str]], owner: Numbers) -> list[tuple[str, ...]]:
    """Return, per article, what its asks hold, each thing once."""
    found: list[dict[str, None]] = [{} for _ in range(int(owner[-1]) + 1)]
    for article, row in zip(owner.tolist(), rows, strict=True):
        found[article] |= dict.fromkeys(row)
    return [tuple(things) for things in found]


def _idf_of(documents: Sequence[Iterable[str]]) -> dict[str, float]:
    """Rarity among articles by kind: ln(1 + (N - n + 0.5) / (n + 0.5)), n articles of N."""
    holders = Counter(chain.from_iterable(documents))
    return {term: _rarity(count, len(documents)) * KIND_WEIGHT[term[0]] for term, count in holders.items()}


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
        fit = np.where(unbound & (category == _GENERAL), Fit.general, Fit.wrong).astype(np.int8)
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
