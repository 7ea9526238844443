"""Find the articles that may answer a question, and say how sure that is.

The evidence for every article is summed into a strength with the library's fitted weights; the strength of the best,
and how much of the question is known at all, give the score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from assist.domain.library import AnswerConfidence, AnswerWeights, Library
from assist.domain.suggestion import Reason
from assist.domain.value import Value

from .features import EVIDENCE, Learned, Measured, learn, measure, nearest_ask
from .index import Floats, Index, prepare

_CANDIDATES = 24
# Larger than any strength: advice about another product does harm, so it ranks below everything else.
_WRONG_PRODUCT = 50.0


class Found(Value):
    """One article that may answer, best first.

    The first one's `score` is the estimated probability (0 to 1) that it is right; a later one's is lower by how much
    weaker it is. `matched` is the nearest phrasing; each reason says how much it added to the strength.
    """

    article_id: str
    score: float
    matched: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Candidate:
    article: int
    strength: float
    wording: float
    matched: str


@dataclass(frozen=True)
class Engine:
    """The index of one library. Build it beside the old one and swap."""

    number: int
    _index: Index | None
    _learned: Learned | None
    _weights: AnswerWeights
    _confidence: AnswerConfidence

    def find(self, question: str, *, limit: int = 3, min_score: float = 0.0) -> list[Found]:
        """Return at most `limit` articles that score at least `min_score`, best first; ties by article id.

        Articles about another product than the one asked about come last, with a score of 0.
        """
        if self._index is None or self._learned is None:
            return []
        measured = measure(self._index, self._learned, question)
        if measured is None:
            return []
        articles = self._index.articles
        added = measured.evidence * [getattr(self._weights, name) for name in EVIDENCE]
        strengths = added.sum(axis=1) - _WRONG_PRODUCT * measured.wrong_product
        judged = [self._judge(self._index, measured, article, strengths) for article in _strongest(strengths)]
        judged.sort(key=lambda one: (-one.strength, articles[one.article].id))
        scores = self._scores([one.strength for one in judged], measured.known)
        return [
            Found(
                article_id=articles[one.article].id,
                score=score,
                matched=one.matched,
                reasons=_reasons(one, added[one.article], bool(measured.wrong_product[one.article])),
            )
            for one, score in zip(judged[:limit], scores, strict=False)
            if score >= min_score
        ]

    def _judge(self, index: Index, measured: Measured, article: int, strengths: Floats) -> _Candidate:
        likeness, matched = nearest_ask(index, measured, article)
        wording = self._weights.wording * likeness
        # Rounded, so that like articles tie whatever the order in which floats were summed.
        return _Candidate(article, round(float(strengths[article]) + wording, 9), wording, matched)

    def _scores(self, strengths: Sequence[float], known: float) -> list[float]:
        """Return the first's probability, and the others' share of it; `strengths` are best first, at least one."""
        sure = self._confidence
        odds = exp(sure.bias + sure.strength * strengths[0] + sure.known * known)
        first = odds / (1 + odds)
        return [round(first * exp(sure.following * (one - strengths[0])), 6) for one in strengths]


def build(library: Library) -> Engine:
    """Return the engine of a library: its asks, titles and answers indexed, its policy's weights kept."""
    index = prepare(library) if library.articles else None
    return Engine(
        number=library.number,
        _index=index,
        _learned=learn(index) if index else None,
        _weights=library.answers.weights,
        _confidence=library.answers.confidence,
    )


def _strongest(strengths: Floats) -> list[int]:
    if len(strengths) <= _CANDIDATES:
        return list(range(len(strengths)))
    least = np.partition(strengths, -_CANDIDATES)[-_CANDIDATES]
    return np.flatnonzero(strengths >= least).tolist()


def _reasons(one: _Candidate, added: Floats, wrong_product: bool) -> tuple[Reason, ...]:
    """Return what each kind of evidence added, leaving out what added nothing."""
    rows = [*zip(EVIDENCE, added.tolist(), strict=True), ("wording", one.wording)]
    if wrong_product:
        rows.append(("wrong_product", -_WRONG_PRODUCT))
    return tuple(Reason(rule=rule, score=round(score, 3)) for rule, score in rows if round(score, 3))
