"""Find the articles that may answer a question, and say how sure that is.

The evidence for every candidate is summed into a strength with the library's fitted weights. A head of its own says
from the best strength, its lead and what of the question is known at all how likely the first one is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from assist.domain.library import Article, Library
from assist.domain.policy import AnswerConfidence, AnswerWeights
from assist.domain.suggestion import Reason

from .features import EVIDENCE, WRONG_PRODUCT, Floats, Measured, Question, categories_of, chosen, measure
from .names import Names, names_of
from .reading import read
from .segment import Chunk, Segment, prepare, read_articles
from .sentences import SentenceModel
from .text import normalise
from .words import WordTable, word_table

TOLD = ("nearest_ask", "covered", "filled", "meaning", "meaning_centre", "wording")
"""The first article's evidence that its confidence is told."""
MOST_LEAD = 10.0
_TOLD_AT = [EVIDENCE.index(name) for name in TOLD]
# What is asked about is no product of the shop's: what is known of products does not hold for it.
_OTHER_GOODS = frozenset({"other goods"})
_FOR_OTHER_GOODS = 0.5
# So many articles are read before what is kept of them is put together: small arrays by the million scatter memory.
_CHUNK = 500
# What adds less than this to a strength is no reason.
_LEAST_REASON = 0.005


@dataclass(frozen=True)
class Found:
    """One article that may answer, best first.

    The first one's `score` is the estimated probability (0 to 1) that it is right; a later one's is lower by how much
    weaker it is. `matched` is the nearest phrasing.
    """

    article_id: str
    score: float
    matched: str
    added: tuple[float, ...]
    """What each kind of evidence adds to the strength, in `EVIDENCE` order."""
    wrong_product: bool

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return why, with how much each reason weighs; what adds nothing is left out."""
        rows: list[tuple[str, float]] = [*zip(EVIDENCE, self.added, strict=True)]
        if self.wrong_product:
            rows.append(("wrong_product", -WRONG_PRODUCT))
        return tuple(Reason(rule=rule, score=round(added, 3)) for rule, added in rows if abs(added) >= _LEAST_REASON)


@dataclass(frozen=True, repr=False)
class Engine:
    """The index of one library. Build it beside the old one and swap."""

    number: int
    _names: Names
    _categories: Mapping[str, frozenset[str]]
    _weights: NDArray[np.float32]
    _head: tuple[float, ...]
    _following: float
    _learned: Mapping[str, Sequence[str]]
    """Phrasings by article that count as its asks; `_against` are those its answer was wrong for."""
    _against: Mapping[str, Sequence[str]]
    _base: Segment
    _model: SentenceModel | None = None
    _beside: Segment | None = None
    _read_beside: Mapping[str, Chunk] = field(default_factory=dict[str, Chunk])
    _gone: frozenset[str] = frozenset()
    """Articles of the base that were changed or removed since it was built."""

    @property
    def changed_articles(self) -> int:
        """How many articles are answered from beside the base: when they are many, build anew."""
        return len(self._gone | self._beside.held if self._beside else self._gone)

    def find(self, question: str, *, about: Sequence[str] = (), limit: int = 3, min_score: float = 0.0) -> list[Found]:
        """Return at most `limit` articles that score at least `min_score`, best first; ties by article id.

        `about` are the products spoken of in the conversation; they count when the question names none. Articles
        about another product than the one asked about come last, with a score of 0.
        """
        table = word_table()
        asked = self._question(normalise(question), about, table)
        if not len(asked.whole.terms):
            return []
        weights = self._weights if limit <= _MOST_IN_WRITING else None
        parts = [measure(segment, asked, table, weights) for segment in self._segments()]
        ranked = [row for part in parts if part is not None for row in self._ranked(part)]
        if not ranked:
            return []
        ranked.sort(key=lambda row: (-row.strength, row.article.id))
        ranked = _once_each(ranked)
        scores = self._scores(ranked, asked)
        return [
            row.found(score, self._weights)
            for row, score in zip(ranked[:limit], scores, strict=False)
            if score >= min_score
        ]

    def with_changes(
        self, changed: Sequence[Article], removed: Sequence[str] = (), number: int | None = None
    ) -> "Engine":
        """Return an engine that answers with these articles, new or in place of old ones, and without those removed.

        What it costs depends on how many articles differ from the base, not on how large the base is.
        """
        read = dict(self._read_beside)
        for article_id in removed:
            read.pop(article_id, None)
        for article in changed:
            read[article.id] = read_articles([article], self._learned, self._names, word_table(), self._model)
        touched = {*removed, *(article.id for article in changed)}
        chunks = [read[article_id] for article_id in sorted(read)]
        return replace(
            self,
            number=self.number if number is None else number,
            _beside=prepare(chunks, self._base) if chunks else None,
            _read_beside=read,
            _gone=self._gone | (touched & self._base.held),
        )

    def measure(self, question: str, *, about: Sequence[str] = ()) -> tuple[Question, list[Measured]]:
        """Return the question as it is compared, and all its candidates with their evidence: for fitting weights."""
        table = word_table()
        asked = self._question(normalise(question), about, table)
        parts = [measure(segment, asked, table, None) for segment in self._segments()]
        return asked, [part for part in parts if part is not None]

    def candidates(self, question: str) -> list[str]:
        """Return the articles that a question is compared with, unordered: the first of the two stages alone."""
        asked = self._question(normalise(question), (), word_table())
        return [segment.articles[number].id for segment in self._segments() for number in chosen(segment, asked)]

    def known(self, question: Question) -> float:
        """Return the share of a question's unordered terms, by rarity, that any ask of the base holds."""
        whole = question.whole
        weights, held = self._base.rarity.of(whole.terms, whole.kind_weights)
        weights = weights * whole.unordered
        return float(weights @ held / (weights.sum() or 1.0))

    def _segments(self) -> list[Segment]:
        return [self._base, self._beside] if self._beside else [self._base]

    def _question(self, plain: str, about: Sequence[str], table: WordTable) -> Question:
        plain, named = self._names.spelt(plain)
        before = [] if named else [product for product in about if self._names.name_of(product)]
        if before and len(read(plain, self._names, table, named).terms):
            bare = read(plain, self._names, table, named)
            spoken_of = [self._names.name_of(product, english=plain.isascii()) for product in before]
            whole = read(" ".join([*spoken_of, plain]), self._names, table)
        else:
            whole = read(plain, self._names, table, named)
            bare = read(normalise(self._names.without(plain, named)), self._names, table) if named else whole
        asked = frozenset(one.what for one in named) or frozenset(before)
        if not asked and self._names.other_goods_in(plain):
            asked = _OTHER_GOODS
        labels = self._base.labels
        return Question(
            whole=whole,
            bare=bare if len(bare.terms) else whole,
            asked=asked,
            from_before=bool(before),
            categories=categories_of(self._categories, asked),
            against=self._against,
            intent=labels.intents.evidence(whole),
            category=labels.categories.evidence(whole),
            sentence=self._model.points([plain])[0] if self._model else None,
        )

    def _ranked(self, part: Measured) -> "list[_Ranked]":
        # Rounded, so that like articles tie whatever the order in which floats were summed.
        strengths = np.round(part.evidence @ self._weights - WRONG_PRODUCT * part.wrong_product, 4).tolist()
        numbers: list[int] = part.articles.tolist()
        held = zip(numbers, strengths, strict=True)
        rows = [
            _Ranked(part.segment.articles[number], strength, part, place)
            for place, (number, strength) in enumerate(held)
        ]
        return [row for row in rows if row.article.id not in self._gone] if part.segment is self._base else rows

    def _scores(self, ranked: "Sequence[_Ranked]", asked: Question) -> list[float]:
        """Return the first's probability, and the others' share of it; `ranked` are best first, at least one."""
        first = ranked[0]
        told = certainty(
            first.strength,
            max((one.alike for one in ranked[1:]), default=None),
            first.part.evidence[first.place],
            self.known(asked),
            len(asked.whole.terms),
        )
        odds = sum(weight * value for weight, value in zip(self._head, told, strict=True))
        likely = 1 / (1 + exp(-min(max(odds, -50.0), 50.0)))
        if asked.asked is _OTHER_GOODS:
            likely *= _FOR_OTHER_GOODS
        return [
            0.0 if one.wrong_product else round(likely * exp(self._following * (one.strength - first.strength)), 6)
            for one in ranked
        ]


# With more wanted, all candidates are compared in writing.
_MOST_IN_WRITING = 5


@dataclass(frozen=True)
class _Ranked:
    """An article with its strength, and where its evidence stands."""

    article: Article
    strength: float
    part: Measured
    place: int

    @property
    def wrong_product(self) -> bool:
        return bool(self.part.wrong_product[self.place])

    @property
    def alike(self) -> float:
        """Its strength, whatever product it is about."""
        return self.strength + WRONG_PRODUCT * bool(self.part.wrong_product[self.place])

    def found(self, score: float, weights: NDArray[np.float32]) -> Found:
        evidence: Floats = self.part.evidence[self.place]
        return Found(
            article_id=self.article.id,
            score=score,
            matched=self.part.segment.asks[int(self.part.nearest[self.place])],
            added=tuple((evidence * weights).tolist()),
            wrong_product=bool(self.part.wrong_product[self.place]),
        )


def _once_each(ranked: Sequence[_Ranked]) -> list[_Ranked]:
    """Leave an article's weaker language out."""
    first: dict[str, _Ranked] = {}
    for one in ranked:
        first.setdefault(one.article.id, one)
    return list(first.values())


def certainty(strength: float, rival: float | None, evidence: Floats, known: float, terms: int) -> tuple[float, ...]:
    """Return what the confidence is told: 1, then in the order of `AnswerConfidence`'s fields.

    `strength` and `evidence` are the first one's, `rival` the strength of the likest other, about the right product or
    not; `known` is the share of the question, by rarity, that any ask holds, and `terms` counts its terms.
    """
    lead = strength if rival is None else strength - rival
    told = evidence[_TOLD_AT].tolist()
    lead = max(-MOST_LEAD, min(lead, MOST_LEAD))
    return (1.0, strength, lead, exp(-lead), *told, known, log(1 + terms))


def build(library: Library, model: SentenceModel | None = None) -> Engine:
    """Return the engine of a library: its asks, titles and answers indexed, its policy's weights kept.

    With a sentence model every ask is laid out by it, which takes some ten milliseconds each.
    """
    names = names_of(library)
    learned: dict[str, list[str]] = {}
    against: dict[str, list[str]] = {}
    for phrasing in library.phrasings:
        (learned if phrasing.right else against).setdefault(phrasing.article_id, []).append(phrasing.text)
    table = word_table()
    articles = sorted(library.articles, key=lambda one: one.id)
    chunks = [
        read_articles(articles[at : at + _CHUNK], learned, names, table, model)
        for at in range(0, len(articles), _CHUNK)
    ]
    return Engine(
        number=library.number,
        _names=names,
        _categories=_categories_of(library),
        _weights=_weights_of(library.answers.weights),
        _head=_head_of(library.answers.confidence, model is not None),
        _following=library.answers.confidence.following,
        _learned=learned,
        _against={
            article_id: tuple(names.spelt(normalise(text))[0] for text in texts)
            for article_id, texts in against.items()
        },
        _base=prepare(chunks),
        _model=model,
    )


def _weights_of(weights: AnswerWeights) -> NDArray[np.float32]:
    return np.array([getattr(weights, name) for name in EVIDENCE], dtype=np.float32)


def _head_of(sure: AnswerConfidence, with_sentences: bool) -> tuple[float, ...]:
    bias = sure.bias + (sure.sentence_bias if with_sentences else 0.0)
    return (
        bias,
        sure.strength,
        sure.lead,
        sure.close,
        *(getattr(sure, name) for name in TOLD),
        sure.known,
        sure.length,
    )


def _categories_of(library: Library) -> dict[str, frozenset[str]]:
    """Return, per product, its own category and those of the articles about it: shrimp is sold live and frozen."""
    categories = {product.id: {product.category} for product in library.products}
    for article in library.articles:
        for product in article.products:
            categories.setdefault(product, set()).add(article.category)
    return {product: frozenset(found) for product, found in categories.items()}
