"""What would the library be, and what would be found, with a draft in it?"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from assist.content.english import with_english
from assist.content.entries import read_entry
from assist.content.library import LibraryError, build_library, with_articles, with_facts
from assist.content.wording import WordingError
from assist.domain.figures import Fact, FactUse
from assist.domain.library import Article, Entry, EntryKind, Image, Library
from assist.domain.suggestion import Reason
from assist.domain.value import Value

from .libraries import Shelf

_MOST_TRIED = 5
_LONGEST_LINE, _LONGEST_TEXT = 200, 2000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LINES = TypeAdapter(list[str])
_ROWS = TypeAdapter(list[object])
_TABLE = TypeAdapter(dict[str, object])

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Wanted:
    """A draft. `entries` reads what is published, asked only where the library has to be built anew."""

    kind: EntryKind
    entry_id: str
    body: str | None
    entries: Callable[[], Sequence[Entry]]


class Tried(Value):
    """One card that a question would bring. `shown`: sure enough to be suggested. `draft`: it is the draft's."""

    article_id: str
    title: str
    score: float
    matched: str
    shown: bool
    draft: bool
    reasons: tuple[Reason, ...]


def library_with(library: Library, wanted: Wanted) -> Library:
    """Return the library as it would be. Raises UnfitBody, LibraryError or WordingError where it would be none."""
    body = None if wanted.body is None else read_entry(wanted.kind, wanted.entry_id, wanted.body)
    if wanted.kind == "article":
        ended = frozenset[str]() if body else frozenset({wanted.entry_id})
        return with_articles(library, library.number, [body] if body else [], ended)
    key = (wanted.kind, wanted.entry_id)
    rest = [one for one in wanted.entries() if (one.kind, one.entry_id) != key]
    return build_library(library.shop_id, library.number, [*rest, body] if body else rest)


def half_written(body: Mapping[str, Any], entry_id: str, library: Library) -> Article | None:
    """Return an article as far as it is written, with its figures, to be looked at and tried; None before it has a
    title or an ask, or a text. Parts that cannot be read are left out.
    """
    asks = _lines(body.get("asks"))
    title = str(body.get("title") or (asks[0] if asks else ""))
    text = str(body.get("text") or "")
    if not title or not text:
        return None
    whole = {
        "id": entry_id,
        "title": title[:_LONGEST_LINE],
        "title_en": str(body.get("title_en") or "")[:_LONGEST_LINE] or None,
        "category": body.get("category") or library.topics.categories[0].id,
        "intent": body.get("intent") or library.topics.intents[0].id,
        "products": _lines(body.get("products")),
        "asks": asks[:60] or (title[:_LONGEST_LINE],),
        "asks_en": _lines(body.get("asks_en"))[:60],
        "facts": _facts(body.get("facts")),
        "reviewed": _day(body.get("reviewed")),
        "internal": body.get("internal") is True,
        "images": _images(body.get("images")),
        "text": text[:_LONGEST_TEXT],
        "text_en": str(body.get("text_en") or "")[:_LONGEST_TEXT] or None,
    }
    products = {product.id: product for product in library.products}
    try:
        article = Article.model_validate(whole)
        with suppress(LibraryError):
            article = with_facts(article, products, library.service.facts)
        return with_english(article, library.english)
    except (ValidationError, WordingError):
        return None


def try_question(shelf: Shelf, question: str, changed: Article | None, ended: str | None) -> list[Tried]:
    """Return the best cards for a question, the draft of an article in its place; `ended` is one that goes."""
    engine = shelf.engine
    titles = {article.id: article.title for article in shelf.library.articles}
    if changed is not None:
        engine = engine.with_changes([changed])
        titles[changed.id] = changed.title
    elif ended is not None:
        engine = engine.with_changes([], [ended])
    return [
        Tried(
            article_id=found.article_id,
            title=titles[found.article_id],
            score=found.score,
            matched=found.matched,
            shown=rank < shelf.library.answers.max_cards and found.score >= shelf.library.answers.min_score,
            draft=changed is not None and found.article_id == changed.id,
            reasons=found.reasons,
        )
        for rank, found in enumerate(engine.find(question, limit=_MOST_TRIED))
    ]


def _lines(value: object) -> tuple[str, ...]:
    try:
        return tuple(line[:_LONGEST_LINE] for line in _LINES.validate_python(value) if line)
    except ValidationError:
        return ()


def _facts(value: object) -> dict[str, Fact | FactUse]:
    found: dict[str, Fact | FactUse] = {}
    for name, fact in _TABLE.validate_python(value if isinstance(value, dict) else {}).items():
        read = _read(Fact, fact) or _read(FactUse, fact)
        if read is not None and _NAME.fullmatch(name):
            found[name] = read
    return found


def _images(value: object) -> tuple[Image, ...]:
    rows = _ROWS.validate_python(value if isinstance(value, list) else [])
    return tuple(image for one in rows[:4] if (image := _read(Image, one)) is not None)


def _read(model: type[Model], value: object) -> Model | None:
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError:
        return None


def _day(value: object) -> date:
    with suppress(ValueError, TypeError):
        return date.fromisoformat(str(value))
    return date.min
