"""Which library answers now? The newest published one per shop, built beside the old one and swapped."""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cache

from pydantic import ValidationError
from sqlalchemy.orm import Session

from assist.content.library import LibraryError, build_library, with_articles
from assist.domain.guard import TermGroup
from assist.domain.library import Article, Library, Product, SmallTalk, Synonyms, Topics
from assist.domain.policy import AdoptionPolicy, AnswerPolicy, ServicePolicy
from assist.domain.promise import PromiseRule
from assist.store.queries import libraries
from assist.suggest.alert import AlertReader, build_alerts
from assist.suggest.context import Listener, build_listener
from assist.suggest.engine import Engine, build
from assist.suggest.guard import Guard, build_guard
from assist.suggest.offers.find import Scripts
from assist.suggest.sentences import SentenceModel
from assist.suggest.signals import SignalReader, build_signals
from assist.suggest.signals.mood import MoodReader, build_moods
from assist.suggest.text import normalise
from assist.suggest.topic import TopicReader, build_reader
from assist.suggest.typed import Typed, build_typed

logger = logging.getLogger(__name__)

# Shops that sell by the shipped base alone share its index, and a version rolled back to is still there.
_SHARED: "OrderedDict[tuple[str, bool], Shelf]" = OrderedDict()
_MOST_SHARED = 4
_SHARING = threading.Lock()

# More articles than these are not put beside an index, it is built anew.
_MOST_CHANGED = 64
# A library of so many articles is built within seconds, so it is built after every change.
_SOON_BUILT = 5_000


@dataclass(frozen=True, repr=False)
class Shelf:
    """One shop's library, its index, its topics, how its search box and complaints are read, and its articles by id.

    Immutable; swapped as a whole.
    """

    library: Library
    engine: Engine
    topics: TopicReader
    typed: Typed
    listener: Listener
    articles: Mapping[str, Article]
    signals: SignalReader
    products: Mapping[str, Product]
    guard: Guard
    term_groups: Mapping[str, TermGroup]
    promise_rules: Mapping[str, PromiseRule]
    moods: MoodReader
    alerts: AlertReader
    scripts: Scripts

    def product_of(self, title: str) -> Product | None:
        """Return the one product that an order line's title names."""
        named = self.listener.names.products_in(normalise(title))
        return self.products.get(next(iter(named))) if len(named) == 1 else None


class Libraries:
    """The shelves of every shop in this process."""

    def __init__(self, model: SentenceModel | None = None) -> None:
        self._model = model
        self._shelves: dict[str, Shelf] = {}
        self._tried: dict[str, int] = {}
        self._lock = threading.Lock()
        self.errors: dict[str, str] = {}
        """Shop id -> why its newest version could not be loaded; the old one stays in place."""

    def current(self, shop_id: str) -> Shelf:
        """Return the shelf to answer from: an empty one before the first publishing, so that chats are kept."""
        return self._shelves.get(shop_id) or _empty_shelf(shop_id)

    def has(self, shop_id: str) -> bool:
        return shop_id in self._shelves

    def refresh(self, session: Session) -> list[str]:
        """Load what was published since the last look; return the shops whose shelf changed.

        Whoever asks while a version is being built waits for it: deciding with the old one would undo the new.
        """
        with self._lock:
            return self._load_newest(session)

    def _load_newest(self, session: Session) -> list[str]:
        changed: list[str] = []
        for shop_id, number in libraries.newest_numbers(session).items():
            if self._tried.get(shop_id) == number:
                continue
            self._tried[shop_id] = number
            try:
                self._shelves[shop_id] = self._load(session, shop_id, number)
            except (LibraryError, ValidationError) as error:
                self.errors[shop_id] = f"version {number}: {error}"
                logger.error("library %s of shop %s cannot be loaded; the old one stays", number, shop_id)
            else:
                self.errors.pop(shop_id, None)
                changed.append(shop_id)
        return changed

    def _load(self, session: Session, shop_id: str, number: int) -> Shelf:
        """Return a version's shelf: the old one with a few articles changed, where nothing else was."""
        old = self._shelves.get(shop_id)
        changed = libraries.changed_between(session, shop_id, old.library.number if old else 0, number)
        articles = {entry_id for kind, entry_id in changed if kind == "article"}
        if old is None or len(articles) != len(changed) or len(articles) > _MOST_CHANGED:
            entries = [authored.entry for authored in libraries.entries(session, shop_id, number).values()]
            return self._built(build_library(shop_id, number, entries), old)
        now = libraries.articles_now(session, shop_id, articles)
        return shelf_with(old, with_articles(old.library, number, now.values(), articles - now.keys()), articles)

    def _built(self, library: Library, old: Shelf | None) -> Shelf:
        """Build a library's shelf, or share that of another shop with the same content."""
        if len(library.articles) > _SOON_BUILT:
            return shelf_of(library, self._model, old)
        content = library.model_copy(update={"shop_id": "", "number": 0}).model_dump_json()
        key = (hashlib.blake2b(content.encode(), digest_size=16).hexdigest(), self._model is not None)
        with _SHARING:
            shelf = _SHARED.pop(key, None) or shelf_of(library, self._model, old)
            _SHARED[key] = shelf
            while len(_SHARED) > _MOST_SHARED:
                _SHARED.popitem(last=False)
        return replace(shelf, library=library)

    def settle(self) -> int:
        """Build one shelf whose index lags behind its library anew, beside the old one; return how many were built.

        Scores then are what any process gets for that number. A large index lags until many articles have changed.
        """
        for shop_id, shelf in list(self._shelves.items()):
            changed = shelf.engine.changed_articles
            if not changed or (len(shelf.articles) > _SOON_BUILT and changed <= _MOST_CHANGED):
                continue
            whole = shelf_of(shelf.library, self._model)
            with self._lock:
                if self._shelves[shop_id] is shelf:
                    self._shelves[shop_id] = whole
            return 1
        return 0


def shelf_with(old: Shelf, library: Library, touched: Set[str]) -> Shelf:
    """Return a shelf that answers with the articles touched as they are now; how words are read stays as it was."""
    articles = {article.id: article for article in library.articles}
    changed = [articles[article_id] for article_id in sorted(touched) if article_id in articles]
    removed = sorted(touched - articles.keys())
    return replace(
        old,
        library=library,
        engine=old.engine.with_changes(changed, removed, library.number),
        articles=articles,
    )


def shelf_of(library: Library, model: SentenceModel | None = None, old: Shelf | None = None) -> Shelf:
    """Put a library on its shelf: everything that is read from it for every turn, made once.

    What reads only parts of it that are as on the `old` shelf is taken over from there.
    """
    same = _same_parts(library, old)
    kept = old if old is not None and not old.engine.changed_articles else None
    signals = kept.signals if kept and same >= _READ_BY["signals"] else build_signals(library)
    return Shelf(
        library=library,
        engine=(
            kept.engine.with_changes([], [], library.number)
            if kept and same >= _READ_BY["engine"]
            else build(library, model)
        ),
        topics=kept.topics if kept and same >= _READ_BY["topics"] else build_reader(library),
        typed=kept.typed if kept and same >= _READ_BY["typed"] else build_typed(library),
        listener=kept.listener if kept and same >= _READ_BY["listener"] else build_listener(library),
        articles={article.id: article for article in library.articles},
        signals=signals,
        products={product.id: product for product in library.products},
        guard=build_guard(library.forbidden),
        term_groups={group.id: group for group in library.forbidden.groups},
        promise_rules={rule.id: rule for rule in library.promises.rules},
        moods=build_moods(library.moods),
        alerts=build_alerts(library.alerts, signals),
        scripts=Scripts(library.offers, library.selling),
    )


# What names goods is read by all of them.
_NAMES = frozenset({"articles", "products", "synonyms"})
_READ_BY: Mapping[str, Set[str]] = {
    "engine": _NAMES | {"topics", "phrasings", "answers"},
    "topics": _NAMES | {"topics", "learned_topics"},
    "typed": _NAMES | {"topics", "phrasings"},
    "listener": _NAMES | {"topics", "small_talk", "safety"},
    "signals": _NAMES | {"topics", "complaints"},
}
"""The parts of a library that a part of its shelf is made from, each generously."""


def _same_parts(library: Library, old: Shelf | None) -> Set[str]:
    if old is None:
        return frozenset()
    read = frozenset[str]().union(*_READ_BY.values())
    return {name for name in read if _as_read(library, name) == _as_read(old.library, name)}


def _as_read(library: Library, name: str) -> object:
    """Return a part as the shelf is made from it: of the answers' policy its thresholds are asked later."""
    return (library.answers.weights, library.answers.confidence) if name == "answers" else getattr(library, name)


@cache
def _empty_shelf(shop_id: str) -> Shelf:
    return shelf_of(
        Library(
            shop_id=shop_id,
            number=0,
            articles=(),
            products=(),
            topics=Topics(categories=(), intents=()),
            small_talk=SmallTalk(phrases=(), particles=()),
            synonyms=Synonyms(rows=()),
            answers=AnswerPolicy(min_score=1.0, max_cards=1),
            adoption=AdoptionPolicy(
                as_is_ratio=100, edited_ratio=100, partial_ratio=100, partial_min_length=1, boilerplate=()
            ),
            service=ServicePolicy(facts={}),
        )
    )
