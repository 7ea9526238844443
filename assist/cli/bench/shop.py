"""How does our own engine take entries of a benchmark? As a library with the shipped lexicon and policy."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from assist.app.sentence_model import load_sentence_model
from assist.cli.output import fail
from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.domain.library import Article, Library, Product
from assist.suggest.engine import Engine, build
from assist.suggest.small_talk import is_small_talk
from assist.suggest.text import normalise

from .questions import Entry

_REVIEWED = date(2026, 1, 1)


class FreshAssist:
    """Our engine. Labelled, articles carry the product and intent an author declares; else the text is all there is."""

    def __init__(self, *, labelled: bool, semantic: bool = False) -> None:
        self._labelled = labelled
        self._model = load_sentence_model() if semantic else None

    def load(self, entries: Sequence[Entry]) -> None:
        self.library = library_of(entries, labelled=self._labelled)
        self._articles = list(self.library.articles)
        self._place = {article.id: place for place, article in enumerate(self._articles)}

    def build(self) -> None:
        self.engine = build(self.library, self._model)

    def top(self, question: str, count: int) -> list[tuple[int, float]]:
        return [(self._place[found.article_id], found.score) for found in self.engine.find(question, limit=count)]

    def first_stage(self, text: str) -> None:
        """Choose candidates, and no more."""
        self.engine.candidates(text)

    @cached_property
    def _read_topic(self) -> Callable[[str], object]:
        """Made at the first turn: it is no part of the index, whose time and memory are measured."""
        return _topic_reader(self.library)

    def whole_path(self, text: str) -> None:
        """Decide a turn as the desk does: small talk, topic, cards above the policy's threshold."""
        if is_small_talk(text, self.library.small_talk):
            return
        self._read_topic(text)
        policy = self.library.answers
        self.engine.find(text, limit=policy.max_cards, min_score=policy.min_score)

    def edit(self, place: int, question: str) -> bool:
        """Give the article this one question; False where the engine can only be built anew."""
        return self._change(place, title=question[:200], asks=(question,))

    def learn(self, place: int, phrasing: str) -> bool:
        """Give the article one more phrasing; False where the engine can only be built anew."""
        return self._change(place, asks=(*self._articles[place].asks, phrasing))

    def _change(self, place: int, **fields: object) -> bool:
        with_changes = _changes_of(self.engine)
        if with_changes is None:
            return False
        self._articles[place] = self._articles[place].model_copy(update=fields)
        self.engine = with_changes([self._articles[place]], [])
        return True


def _changes_of(engine: Engine) -> Callable[[Sequence[Article], Sequence[str]], Engine] | None:
    """Return how an engine takes changed and removed articles."""
    return getattr(engine, "with_changes", None)


def library_of(entries: Sequence[Entry], *, labelled: bool) -> Library:
    """Return a library that holds the entries, in their order.

    Without a declared product anywhere the shipped products are left out too: which of them an entry is about is not
    known, and naming one must not count against it.
    """
    shipped = _shipped()
    labelled = labelled and any(entry.product for entry in entries)
    by_name = {normalise(name): one for one in shipped.products for name in (one.name, *one.aliases)}
    articles = tuple(_article(place, entry, by_name if labelled else None) for place, entry in enumerate(entries))
    return shipped.model_copy(update={"articles": articles, **({} if labelled else {"products": ()})})


@cache
def _shipped() -> Library:
    checked = check_tree(shipped_directory())
    if checked.library is None:
        fail("; ".join(str(finding) for finding in checked.findings[:3]))
    return checked.library


def _article(place: int, entry: Entry, by_name: dict[str, Product] | None) -> Article:
    product = by_name.get(normalise(entry.product)) if by_name else None
    return Article.model_construct(
        id=f"entry-{place:06}",
        title=entry.question[:200],
        category=product.category if product else "general",
        intent=entry.intent if by_name and entry.intent else "storage",
        products=(product.id,) if product else (),
        asks=entry.asks,
        facts={},
        reviewed=_REVIEWED,
        internal=False,
        text=entry.answer,
    )


def _topic_reader(library: Library) -> Callable[[str], object]:
    """Return what reads a turn's topic, or nothing where this version has none."""
    if find_spec("assist.suggest.topic") is None:
        return lambda _: None
    topic: Any = import_module("assist.suggest.topic")
    return topic.build_reader(library).read
