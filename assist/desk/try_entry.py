"""What would a change to the rules do, before it is live? A sentence under the draft, and known questions under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.content.library import build_library
from assist.domain.guard import Checked, TermGroup
from assist.domain.library import Entry, EntryKind, Library
from assist.domain.mood import AlertReason, Mood
from assist.domain.promise import Given, PromiseRule
from assist.domain.value import Value
from assist.store.queries import libraries
from assist.suggest.alert import build_alerts
from assist.suggest.engine import build
from assist.suggest.guard import Guard, build_guard
from assist.suggest.regression import Regression, compare
from assist.suggest.signals import build_signals
from assist.suggest.signals.mood import build_moods
from assist.suggest.topic import build_reader

from .guard_text import guard_text

SAID = frozenset({("lexicon", "forbidden"), ("policy", "guards"), ("policy", "promises")})
"""Entries that decide what may be said."""
HEARD = frozenset({("lexicon", "moods"), ("policy", "alerts"), ("lexicon", "complaints")})
"""Entries that decide how customers are heard."""
FOUND = frozenset(
    {("policy", "answers"), ("lexicon", "topics"), ("lexicon", "synonyms"), ("lexicon", "small_talk")}
    | {("lexicon", "safety")}
)
"""Entries that decide which answer is found."""
_CARDS = 3
_SEED = 7


class Card(Value):
    article_id: str
    title: str
    score: float


class Tried(Value):
    """What becomes of one sentence. Which parts are there depends on the entry that is tried."""

    checked: Checked | None = None
    mood: Mood | None = None
    alerts: tuple[AlertReason, ...] = ()
    intent: str | None = None
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class _Guards:
    """What a text is guarded with."""

    library: Library
    guard: Guard
    term_groups: Mapping[str, TermGroup]
    promise_rules: Mapping[str, PromiseRule]


def _guards_of(library: Library) -> _Guards:
    return _Guards(
        library=library,
        guard=build_guard(library.forbidden),
        term_groups={group.id: group for group in library.forbidden.groups},
        promise_rules={rule.id: rule for rule in library.promises.rules},
    )


def entries_now(session: Session, shop_id: str) -> list[Entry]:
    """Return every published entry of a shop."""
    newest = libraries.newest(session, shop_id)
    if newest is None:
        return []
    return [authored.entry for authored in libraries.entries(session, shop_id, newest.number).values()]


def library_with(shop_id: str, number: int, published: Sequence[Entry], entry: Entry) -> Library:
    """Return the library as it would be with an entry in it. Raises LibraryError where there is none such."""
    others = [one for one in published if (one.kind, one.entry_id) != (entry.kind, entry.entry_id)]
    return build_library(shop_id, number, [*others, entry])


def try_sentence(key: tuple[EntryKind, str], library: Library, text: str, now: datetime, timezone: str) -> Tried:
    """Return what becomes of a sentence under a library, as far as the entry named by `key` decides it."""
    if key in SAID:
        given = Given(now=now, timezone=timezone)
        return Tried(checked=guard_text(text, _guards_of(library), now, timezone, lambda: given))
    if key in HEARD:
        mood = build_moods(library.moods).read(text)
        alerts = build_alerts(library.alerts, build_signals(library)).read([text], [mood])
        return Tried(mood=mood, alerts=alerts)
    if key in FOUND:
        return _found(library, text)
    return Tried()


def _found(library: Library, text: str) -> Tried:
    titles = {article.id: article.title for article in library.articles}
    found = build(library).find(text, limit=_CARDS, min_score=library.answers.min_score)
    topic = build_reader(library).read(text)
    return Tried(
        intent=topic.intent,
        cards=tuple(Card(article_id=one.article_id, title=titles[one.article_id], score=one.score) for one in found),
    )


def regression(before: Library, after: Library) -> Regression:
    """Return how many known questions find their article before and after."""
    return compare(before, after, _SEED)
