"""Which articles are there, and which of them want somebody's eye?"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.desk.libraries import Shelf
from assist.desk.publish import FILES
from assist.domain.draft import Draft
from assist.domain.library import Article, Library
from assist.store.queries import drafts, versions
from assist.store.queries.versions import Standing

State = Literal["", "draft", "review", "own", "overdue", "internal", "images"]
STATES: tuple[State, ...] = get_args(State)
Sort = Literal["reviewed", "changed", "title"]
SORTS: tuple[Sort, ...] = get_args(Sort)

PAGE = 50
_MOST_FOUND = 50


@dataclass(frozen=True)
class Row:
    """An article in the list. `own`: a file ships it too, and a person's wording stands instead.

    `ends`: its draft is that it ends. `standing` None: only a draft of it is there.
    """

    entry_id: str
    title: str
    title_en: str
    category: str
    intent: str
    asks: int
    reviewed: date | None
    overdue: bool
    internal: bool
    images: int
    draft: str
    ends: bool
    own: bool
    standing: Standing | None
    changed_at: datetime | None
    searched: str


@dataclass(frozen=True)
class Asked:
    """What the list is asked for."""

    query: str = ""
    category: str = ""
    intent: str = ""
    state: State = ""
    sort: Sort = "reviewed"


def rows(session: Session, shelf: Shelf, today: date) -> list[Row]:
    """Return every article of a shop, those that are only drafts among them."""
    library = shelf.library
    standing = versions.standing(session, library.shop_id, "article")
    shipped = versions.ever_by(session, library.shop_id, "article", FILES)
    waiting = {one.entry_id: one for one in drafts.listed(session, library.shop_id, kind="article")}
    published = [
        _row(article, library, today, waiting.get(article.id), standing.get(article.id), article.id in shipped)
        for article in library.articles
    ]
    new = [_drafted(one) for entry_id, one in waiting.items() if entry_id not in shelf.articles]
    return [*new, *published]


def asked_for(found: Sequence[Row], asked: Asked, shelf: Shelf) -> list[Row]:
    """Return the rows that fit, sorted. What no text holds is looked for as a customer's question."""
    kept = [row for row in found if _fits(row, asked)]
    if asked.query:
        plain = asked.query.casefold().strip()
        held = [row for row in kept if plain in row.searched]
        if not held:
            ranked = [one.article_id for one in shelf.engine.find(asked.query, limit=_MOST_FOUND)]
            by_id = {row.entry_id: row for row in kept}
            return [by_id[one] for one in ranked if one in by_id]
        kept = held
    return sorted(kept, key=_ORDERS[asked.sort])


def counts(found: Sequence[Row]) -> dict[str, int]:
    """Return how many articles are in each state; "" is all of them."""
    return {state: sum(_in_state(row, state) for row in found) for state in STATES}


def _fits(row: Row, asked: Asked) -> bool:
    return (
        (not asked.category or row.category == asked.category)
        and (not asked.intent or row.intent == asked.intent)
        and _in_state(row, asked.state)
    )


def _in_state(row: Row, state: State) -> bool:
    match state:
        case "":
            return True
        case "draft" | "review":
            return row.draft == state
        case "own":
            return row.own
        case "overdue":
            return row.overdue
        case "internal":
            return row.internal
        case "images":
            return row.images > 0


_ORDERS: Mapping[Sort, Callable[[Row], tuple[object, ...]]] = {
    "reviewed": lambda row: (row.reviewed or date.max, row.entry_id),
    "changed": lambda row: (-(row.changed_at.timestamp() if row.changed_at else 0), row.entry_id),
    "title": lambda row: (row.title.casefold(), row.entry_id),
}


def _row(
    article: Article, library: Library, today: date, draft: Draft | None, standing: Standing | None, shipped: bool
) -> Row:
    times = [one for one in (standing.published_at if standing else None, draft.updated_at if draft else None) if one]
    return Row(
        entry_id=article.id,
        title=article.title,
        title_en=article.title_en or "",
        category=article.category,
        intent=article.intent,
        asks=len(article.own_asks),
        reviewed=article.reviewed,
        overdue=(today - article.reviewed).days > library.reviews.review_after_days,
        internal=article.internal,
        images=len(article.images),
        draft=draft.state.value if draft else "",
        ends=draft is not None and draft.body is None,
        own=shipped and standing is not None and standing.author != FILES,
        standing=standing,
        changed_at=max(times, default=None),
        searched="\n".join((article.id, article.title, article.title_en or "", *article.asks, article.text)).casefold(),
    )


def _drafted(draft: Draft) -> Row:
    """Return the row of an article that is not published yet, as far as it is written."""
    body: dict[str, JsonValue] = json.loads(draft.body or "{}")

    def said(key: str) -> str:
        value = body.get(key)
        return value if isinstance(value, str) else ""

    return Row(
        entry_id=draft.entry_id,
        title=said("title"),
        title_en=said("title_en"),
        category=said("category"),
        intent=said("intent"),
        asks=len(lines_of(body.get("asks"))),
        reviewed=None,
        overdue=False,
        internal=body.get("internal") is True,
        images=0,
        draft=draft.state.value,
        ends=False,
        own=False,
        standing=None,
        changed_at=draft.updated_at,
        searched=(draft.body or "").casefold(),
    )


def lines_of(value: JsonValue) -> list[str]:
    """Return a list's texts; nothing where it is no list."""
    return [str(one) for one in value] if isinstance(value, list) else []
