"""What would a change to the library do to questions whose article is known?

Of every article one ask is left out, and one applied phrasing where it has any; both libraries are asked them.
"""

import random
from collections.abc import Callable, Sequence
from typing import Protocol

from assist.domain.library import Library
from assist.domain.share import wilson
from assist.domain.value import Value

from .engine import Found, build


class Finder(Protocol):
    def find(self, question: str, *, limit: int = 3, min_score: float = 0.0) -> Sequence[Found]: ...


class Hits(Value):
    """How many were found first, and among the first three; intervals are Wilson's at 95 %."""

    hit1: float
    hit1_interval: tuple[float, float]
    hit3: float
    hit3_interval: tuple[float, float]


class Turned(Value):
    """A question that is answered otherwise than before, and by which articles first."""

    text: str
    article_id: str
    before: str | None
    after: str | None


class Regression(Value):
    """The two libraries beside each other. `worse` were right before, `better` are right now."""

    n: int
    asks: int
    phrasings: int
    seed: int
    before: Hits
    after: Hits
    worse: tuple[Turned, ...]
    better: tuple[Turned, ...]


Question = tuple[str, str]
"""(text, the article it belongs to)."""


def compare(before: Library, after: Library, seed: int, build: Callable[[Library], Finder] = build) -> Regression:
    """Return what the change does. The questions are drawn by seed from `before`, and left out of both."""
    asks, phrasings = _drawn(before, seed)
    questions = [*asks, *phrasings]
    was = _ranks(build(_without(before, questions)), questions)
    now = _ranks(build(_without(after, questions)), questions)
    turned = [
        Turned(text=text, article_id=article_id, before=_first(old), after=_first(new))
        for (text, article_id), old, new in zip(questions, was, now, strict=True)
    ]
    return Regression(
        n=len(questions),
        asks=len(asks),
        phrasings=len(phrasings),
        seed=seed,
        before=_hits(questions, was),
        after=_hits(questions, now),
        worse=tuple(one for one in turned if one.before == one.article_id != one.after),
        better=tuple(one for one in turned if one.before != one.article_id == one.after),
    )


def _drawn(library: Library, seed: int) -> tuple[list[Question], list[Question]]:
    rng = random.Random(seed)  # noqa: S311 - a reproducible draw
    asks = [(rng.choice(article.asks), article.id) for article in library.articles]
    learned: dict[str, list[str]] = {}
    for phrasing in library.phrasings:
        if phrasing.right:
            learned.setdefault(phrasing.article_id, []).append(phrasing.text)
    return asks, [(rng.choice(texts), article_id) for article_id, texts in sorted(learned.items())]


def _without(library: Library, questions: Sequence[Question]) -> Library:
    """An article's only ask stays: without any it could not be found at all."""
    out = set(questions)
    articles = [
        article.model_copy(
            update={"asks": tuple(ask for ask in article.asks if (ask, article.id) not in out) or article.asks}
        )
        for article in library.articles
    ]
    kept = tuple(one for one in library.phrasings if not (one.right and (one.text, one.article_id) in out))
    return library.model_copy(update={"articles": tuple(articles), "phrasings": kept})


def _ranks(finder: Finder, questions: Sequence[Question]) -> list[list[str]]:
    return [[found.article_id for found in finder.find(text, limit=3)] for text, _ in questions]


def _first(rank: Sequence[str]) -> str | None:
    return rank[0] if rank else None


def _hits(questions: Sequence[Question], ranks: Sequence[Sequence[str]]) -> Hits:
    n = len(questions)
    first = sum(rank[:1] == [article_id] for (_, article_id), rank in zip(questions, ranks, strict=True))
    third = sum(article_id in rank for (_, article_id), rank in zip(questions, ranks, strict=True))
    return Hits(
        hit1=round(first / n, 4) if n else 0.0,
        hit1_interval=wilson(first, n),
        hit3=round(third / n, 4) if n else 0.0,
        hit3_interval=wilson(third, n),
    )
