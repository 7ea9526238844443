"""Find the articles that may answer a question, and say how sure that is.

The evidence for every candidate is summed into a strength with the library's fitted weights. A head of its own says
from the best strength, its lead and what of the question is known at all how likely the first one is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from assist.domain.library import AnswerConfidence, AnswerWeights, Article, Library
from assist.domain.suggestion import Reason
from assist.domain.value import Value

from .features import EVIDENCE, Floats, Measured, Question, categories_of, measure
from .labels import Labels, learn_labels
from .names import Names, names_of
from .reading import read
from .segment import Segment, prepare
from .text import normalise
from .words import WordTable, word_table

# Larger than any strength: advice about another product does harm, so it ranks below everything else.
_WRONG_PRODUCT = 50.0
TOLD = ("nearest_ask", "covered", "filled", "meaning", "meaning_centre", "wording")
"""The first article's evidence that its confidence is told."""
MOST_LEAD = 10.0
# The category of articles about no product in particular.
_GENERAL = "general"


class Found(Value):
    """One article that may answer, best first.

    The first one's `score` is the estimated probability (0 to 1) that it is right; a later one's is lower by how much
    weaker it is. `matched` is the nearest phrasing; each reason says how much it added to the strength.
    """

    article_id: str
    score: float
    matched: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, repr=False)
class Engine:
    """The index of one library. Build it beside the old one and swap."""

    number: int
    _names: Names
    _categories: Mapping[str, frozenset[str]]
    _weights: AnswerWeights
    _confidence: AnswerConfidence
    _learned: Mapping[str, Sequence[str]]
    _intents: Labels
    _labelled: Labels
    """By intent, and by category."""
    _base: Segment
    _beside: Segment | None = None
    _gone: frozenset[str] = frozenset()
    """Articles of the base that were changed or removed since it was built."""

    @property
    def changed_articles(self) -> int:
        """How many articles are answered from beside the base: when they are many, build anew."""
        return len(self._gone) + (len(self._beside.articles) if self._beside else 0)

    def find(
        self, question: str, *, about: Sequence[str] = (), limit: int = 3, min_score: float = 0.0
    ) -> list[Found]:
        """Return at most `limit` articles that score at least `min_score`, best first; ties by article id.

        `about` are the products spoken of in the conversation; they count when the question names none. Articles
        about another product than the one asked about come last, with a score of 0.
        """
        table = word_table()
        asked = self._question(normalise(question), about, table)
        if not len(asked.whole.terms):
            return []
        parts = [self._measured(segment, asked, table) for segment in (self._base, self._beside) if segment]
        judged = [one for part in parts if part is not None for one in self._judged(part)]
        judged.sort(key=lambda one: (-one.strength, one.article.id))
        judged = _once_each(judged)
        scores = self._scores(judged, asked)
        return [
            one.found(score, self._weights)
            for one, score in zip(judged[:limit], scores, strict=False)
            if score >= min_score
        ]

    def with_changes(
        self, changed: Sequence[Article], removed: Sequence[str] = (), number: int | None = None
    ) -> "Engine":
        """Return an engine that answers with these articles, new or in place of old ones, and without those removed.

        Costs about a third of a millisecond for every article that differs from the base, however large the base is.
        """
        kept = {article.id: article for article in (self._beside.articles if self._beside else ())}
        for article_id in removed:
            kept.pop(article_id, None)
        kept |= {article.id: article for article in changed}
        touched = {*removed, *(article.id for article in changed)}
        articles = tuple(kept.values())
        return replace(
            self,
            number=self.number if number is None else number,
            _beside=prepare(articles, self._learned, self._names, word_table(), self._base) if articles else None,
            _gone=self._gone | {article_id for article_id in touched if article_id in self._base.held},
        )

    def measure(self, question: str, *, about: Sequence[str] = ()) -> tuple[Question, list[Measured]]:
        """Return the question as it is compared, and its candidates with their evidence: for fitting weights."""
        table = word_table()
        asked = self._question(normalise(question), about, table)
        parts = [self._measured(segment, asked, table) for segment in (self._base, self._beside) if segment]
        return asked, [part for part in parts if part is not None]

    def known(self, question: Question) -> float:
        """Return the share of a question's unordered terms, by rarity, that any ask of the base holds."""
        whole = question.whole
        weights, held = self._base.rarity.of(whole.terms, whole.kind_weights)
        weights = weights * whole.unordered
        return float((weights * held).sum() / (weights.sum() or 1.0))

    def _question(self, plain: str, about: Sequence[str], table: WordTable) -> Question:
        named = self._names.products_in(plain)
        whole = read(plain, self._names, table)
        bare = read(normalise(self._names.without_products(plain)), self._names, table) if named else whole
        asked = named or frozenset(about)
        return Question(
            whole=whole,
            bare=bare if len(bare.terms) else whole,
            asked=asked,
            categories=categories_of(self._categories, asked),
            intent=_Unheard(self._intents.evidence(whole)),
            category=_Unheard(self._labelled.evidence(whole)),
        )

    def _measured(self, segment: Segment, question: Question, table: WordTable) -> Measured | None:
        return measure(segment, question, self._names, table, _GENERAL)

    def _judged(self, part: Measured) -> "list[_Judged]":
        added = part.evidence * np.array([getattr(self._weights, name) for name in EVIDENCE], dtype=np.float32)
        strengths = added.sum(axis=1) - _WRONG_PRODUCT * part.wrong_product
        judged: list[_Judged] = []
        for place, number in enumerate(part.articles.tolist()):
            article = part.segment.articles[number]
            if part.segment is self._base and article.id in self._gone:
                continue
            # Rounded, so that like articles tie whatever the order in which floats were summed.
            judged.append(_Judged(article, round(float(strengths[place]), 5), part, place))
        return judged

    def _scores(self, judged: "Sequence[_Judged]", asked: Question) -> list[float]:
        """Return the first's probability, and the others' share of it; `judged` are best first."""
        if not judged:
            return []
        sure = self._confidence
        first = judged[0]
        told = certainty(
            [one.strength for one in judged[:2]],
            first.part.evidence[first.place],
            self.known(asked),
            len(asked.whole.terms),
        )
        odds = sum(weight * value for weight, value in zip(_head(sure), told, strict=True))
        likely = 1 / (1 + exp(-min(max(odds, -50.0), 50.0)))
        return [round(likely * exp(sure.following * (one.strength - first.strength)), 6) for one in judged]


@dataclass(frozen=True)
class _Judged:
    """An article with its strength, and where its evidence stands."""

    article: Article
    strength: float
    part: Measured
    place: int

    def found(self, score: float, weights: AnswerWeights) -> Found:
        """Return what is told of it; what added nothing is left out of the reasons."""
        evidence: Floats = self.part.evidence[self.place]
        rows = [(name, getattr(weights, name) * value) for name, value in zip(EVIDENCE, evidence.tolist(), strict=True)]
        if self.part.wrong_product[self.place]:
            rows.append(("wrong_product", -_WRONG_PRODUCT))
        return Found(
            article_id=self.article.id,
            score=score,
            matched=self.part.segment.asks[int(self.part.nearest[self.place])],
            reasons=tuple(Reason(rule=rule, score=round(added, 3)) for rule, added in rows if round(added, 3)),
        )


def _once_each(judged: "Sequence[_Judged]") -> "list[_Judged]":
    """Leave an article's weaker language out."""
    first: dict[str, _Judged] = {}
    for one in judged:
        first.setdefault(one.article.id, one)
    return list(first.values())


class _Unheard(dict[str, float]):
    """Labels that came after the library was learned are as unlikely as the unlikeliest."""

    def __missing__(self, label: str) -> float:
        return min(self.values(), default=0.0)


def certainty(strengths: Sequence[float], evidence: Floats, known: float, terms: int) -> tuple[float, ...]:
    """Return what the confidence is told: 1, then in the order of `AnswerConfidence`'s fields.

    `strengths` are best first, `evidence` is the first one's; `known` is the share of the question, by rarity, that
    any ask holds, and `terms` counts its terms.
    """
    lead = strengths[0] - strengths[1] if len(strengths) > 1 else strengths[0]
    told = [float(evidence[EVIDENCE.index(name)]) for name in TOLD]
    return (1.0, strengths[0], min(lead, MOST_LEAD), *told, known, log(1 + terms))


def _head(sure: AnswerConfidence) -> tuple[float, ...]:
    return (sure.bias, sure.strength, sure.lead, *(getattr(sure, name) for name in TOLD), sure.known, sure.length)


def build(library: Library) -> Engine:
    """Return the engine of a library: its asks, titles and answers indexed, its policy's weights kept."""
    names = names_of(library.products, library.synonyms)
    learned: dict[str, list[str]] = {}
    base = prepare(library.articles, learned, names, word_table())
    return Engine(
        number=library.number,
        _names=names,
        _categories=_categories_of(library),
        _weights=library.answers.weights,
        _confidence=library.answers.confidence,
        _learned=learned,
        _intents=learn_labels([one.intent for one in base.articles], base.ask_postings, base.owner),
        _labelled=learn_labels([one.category for one in base.articles], base.ask_postings, base.owner),
        _base=base,
    )


def _categories_of(library: Library) -> dict[str, frozenset[str]]:
    """Return, per product, its own category and those of the articles about it: shrimp is sold live and frozen."""
    categories = {product.id: {product.category} for product in library.products}
    for article in library.articles:
        for product in article.products:
            categories.setdefault(product, set()).add(article.category)
    return {product: frozenset(found) for product, found in categories.items()}
