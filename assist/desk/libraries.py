"""Which library answers now? The newest published one per shop, built beside the old one and swapped."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError
from sqlalchemy.orm import Session

from assist.content.library import LibraryError, build_library
from assist.domain.library import (
    AdoptionPolicy,
    AnswerPolicy,
    Article,
    Library,
    ServicePolicy,
    SmallTalk,
    Synonyms,
    Topics,
)
from assist.store.queries import libraries
from assist.suggest.context import Listener, build_listener
from assist.suggest.engine import Engine, build
from assist.suggest.sentences import SentenceModel
from assist.suggest.topic import TopicReader, build_reader
from assist.suggest.typed import Typed, build_typed

logger = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class Shelf:
    """One shop's library, its index, its topics, how its search box is read, and its articles by id.

    Immutable; swapped as a whole.
    """

    library: Library
    engine: Engine
    topics: TopicReader
    typed: Typed
    listener: Listener
    articles: Mapping[str, Article]


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
                self._shelves[shop_id] = load_shelf(session, shop_id, number)
            except (LibraryError, ValidationError) as error:
                self.errors[shop_id] = f"version {number}: {error}"
                logger.error("library %s of shop %s cannot be loaded; the old one stays", number, shop_id)
            else:
                self.errors.pop(shop_id, None)
                changed.append(shop_id)
        return changed


def load_shelf(session: Session, shop_id: str, number: int) -> Shelf:
    """Build one version of a shop's library with its index."""
    entries = [authored.entry for authored in libraries.entries(session, shop_id, number).values()]
    return shelf_of(build_library(shop_id, number, entries))


def shelf_of(library: Library, model: SentenceModel | None = None) -> Shelf:
    """Put a library on its shelf: everything that is read from it for every turn, made once."""
    return Shelf(
        library=library,
        engine=build(library, model),
        topics=build_reader(library),
        typed=build_typed(library),
        listener=build_listener(library),
        articles={article.id: article for article in library.articles},
    )


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
