"""Learn from what agents did: what is proposed, what it would do, and what to keep of it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.content.library import build_library
from assist.domain.event import DismissReason, Event, EventKind
from assist.domain.figures import EntryId
from assist.domain.library import Entry, LearnedTopics, Library, Phrasing, TopicExample
from assist.domain.suggestion import Arm
from assist.domain.value import Value
from assist.store.queries import events, learning, libraries
from assist.store.queries.learning import Asked
from assist.store.writer import Change
from assist.suggest.adoption import Use
from assist.suggest.learn import Considered, How, Observed, Proposal, ProposalState, propose, settle
from assist.suggest.turns import turn_text

from .publish import Published, publish

LEARN = "learn"
"""The author of what was applied without a reviewer's name."""

LEARNED_TOPICS = "learned_topics"
"""The entry of the examples of topics that were learned."""

MOST_AT_ONCE = 500
"""So many lessons fit into one command to a running server."""


class UnknownProposal(ValueError):
    """No proposal and no phrasing has that id; the message names the cure."""


class Lessons(Value):
    """What to publish: phrasings and examples of topics as they shall stand, and the ids of phrasings that end."""

    kept: tuple[Phrasing, ...] = ()
    ended: tuple[EntryId, ...] = ()
    topics: tuple[TopicExample, ...] = ()

    @property
    def count(self) -> int:
        return len(self.kept) + len(self.ended) + len(self.topics)


def newest_library(session: Session, shop_id: str) -> Library | None:
    """Return what is published for a shop now, or None."""
    version = libraries.newest(session, shop_id)
    if version is None:
        return None
    published = libraries.entries(session, shop_id, version.number).values()
    return build_library(shop_id, version.number, [authored.entry for authored in published])


def consider(session: Session, library: Library, since: datetime, until: datetime) -> Considered:
    """Return what the log of [since, until) proposes. Reads only."""
    return propose(observe(session, library.shop_id, since, until), library)


def observe(session: Session, shop_id: str, since: datetime, until: datetime) -> list[Observed]:
    """Return every adoption and every dismissal as wrong, as told last."""
    kinds = (EventKind.sent_match, EventKind.dismissed)
    verdicts = list(_newest(events.in_window(session, shop_id, kinds, since, until)))
    articles = learning.articles_of(session, shop_id, (event.suggestion_id or "" for event in verdicts))
    turns = learning.asked(session, shop_id, (event.turn_id or "" for event in verdicts))
    found: list[Observed] = []
    for event in verdicts:
        asked = turns.get(event.turn_id or "")
        article_id = articles.get(event.suggestion_id or "")
        if asked is not None and article_id is not None:
            found.append(_observed(event, asked, article_id))
    return found


def decide(
    proposals: Sequence[Proposal],
    library: Library,
    *,
    apply: Iterable[str] = (),
    reject: Iterable[str] = (),
    automatic: bool = False,
) -> Lessons:
    """Return what a person's choice comes to. An id may be cut short as long as it names one.

    A phrasing that stands already may be rejected too: it counts no longer. Applying what stands changes nothing.
    Raises UnknownProposal.
    """
    by_id = {one.id: one for one in proposals}
    standing = {one.id: one for one in library.phrasings}
    known = by_id.keys() | standing.keys() | {one.id for one in library.rejected}
    outcomes: dict[str, Phrasing | None] = {}
    if automatic:
        sure = [one for one in proposals if one.state is ProposalState.automatic]
        outcomes |= {one.id: settle(one, library) for one in sure[:MOST_AT_ONCE]}
    for id_ in (_whole(short, known) for short in apply):
        if id_ in by_id:
            outcomes[id_] = settle(by_id[id_], library)
        elif id_ not in standing:
            raise UnknownProposal(f"{id_} was rejected, and there is no new evidence for it")
    for id_ in (_whole(short, known) for short in reject):
        if id_ in by_id:
            outcomes[id_] = settle(by_id[id_], library, rejected=True)
        elif id_ in standing:
            outcomes[id_] = standing[id_].model_copy(update={"rejected": True})
    return Lessons(
        kept=tuple(phrasing for _, phrasing in sorted(outcomes.items()) if phrasing is not None),
        ended=tuple(sorted(id_ for id_, phrasing in outcomes.items() if phrasing is None and id_ in standing)),
    )


def learned(library: Library, lessons: Lessons) -> Library:
    """Return the library as it would be with these lessons, its number unchanged."""
    stands = {one.id: one for one in (*library.phrasings, *library.rejected) if one.id not in lessons.ended}
    stands |= {one.id: one for one in lessons.kept}
    rows = [one for _, one in sorted(stands.items())]
    return library.model_copy(
        update={
            "phrasings": tuple(one for one in rows if not one.rejected),
            "rejected": tuple(one for one in rows if one.rejected),
        }
    )


def keep_lessons(shop_id: str, lessons: Lessons, *, author: str, now: datetime) -> Change[Published]:
    """Return the change that publishes the lessons under the next number; nothing when they say nothing new."""
    entries = [
        Entry(kind="phrasing", entry_id=one.id, body=one.model_dump_json(exclude_defaults=True)) for one in lessons.kept
    ]
    ended = [("phrasing", id_) for id_ in lessons.ended]
    reason = f"learned: {len(lessons.kept)} phrasings kept, {len(lessons.ended)} ended"
    if lessons.topics:
        reason += f", {len(lessons.topics)} topic examples"

    def keep(session: Session) -> Published:
        examples = [_with_examples(session, shop_id, lessons.topics)] if lessons.topics else []
        every = [*entries, *examples]
        return publish(shop_id, every, author=author, reason=reason, now=now, whole=False, ended=ended)(session)

    return keep


def _with_examples(session: Session, shop_id: str, changed: Sequence[TopicExample]) -> Entry:
    """Return the entry of all learned examples, some of them changed: what another reviewer kept meanwhile stays."""
    newest = libraries.newest(session, shop_id)
    before = libraries.entries(session, shop_id, newest.number) if newest else {}
    standing = before.get(("lexicon", LEARNED_TOPICS))
    kept = LearnedTopics.model_validate_json(standing.entry.body) if standing else LearnedTopics()
    examples = {one.id: one for one in (*kept.examples, *changed)}
    learned_topics = LearnedTopics(examples=tuple(examples[id_] for id_ in sorted(examples)))
    return Entry(kind="lexicon", entry_id=LEARNED_TOPICS, body=learned_topics.model_dump_json(exclude_defaults=True))


def _newest(told: Iterable[Event]) -> Iterator[Event]:
    """Yield dismissals as wrong, and of the matches of each reply the last: a correction is a later event."""
    matches: dict[str | None, Event] = {}
    for event in told:
        if event.kind is EventKind.sent_match:
            matches[event.message_id] = event
        elif event.payload.get("reason") == DismissReason.wrong.value:
            yield event
    yield from (event for event in matches.values() if event.suggestion_id is not None)


def _observed(event: Event, asked: Asked, article_id: str) -> Observed:
    messages = asked.messages
    if event.kind is EventKind.dismissed:
        # What came after the card was put away was not what it was wrong for.
        messages = tuple(message for message in messages if message.received_at <= event.at)
    return Observed(
        conversation_id=asked.conversation_id,
        turn_id=asked.turn.id,
        article_id=article_id,
        text=turn_text(asked.turn, messages),
        how=_how(event),
        edited=event.payload.get("use") == Use.edited.value,
        agent_id=event.agent_id,
        names=asked.names,
    )


def _how(event: Event) -> How:
    if event.kind is EventKind.dismissed:
        return How.wrong
    if event.payload.get("arm") == Arm.shadow.value:
        return How.unseen
    return How.clicked if event.payload.get("explicit") else How.matched


def _whole(short: str, known: Iterable[str]) -> str:
    found = sorted(id_ for id_ in known if id_.startswith(short)) if short else []
    if len(found) != 1:
        wanted = "names more than one" if found else "names none"
        raise UnknownProposal(f"{short!r} {wanted} of the proposals and phrasings; see assist kb learn")
    return found[0]
