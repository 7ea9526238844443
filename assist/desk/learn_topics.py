"""Learn from what agents say turns are about: what the log proposes, and what to keep of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.library import Library, TopicExample
from assist.store.queries import events, learning
from assist.suggest.learn_topics import ConsideredTopics, Corrected, TopicProposal, propose_topics, settle_topic
from assist.suggest.topic import build_reader
from assist.suggest.turns import turn_text

from .learn import UnknownProposal


def consider_topics(session: Session, library: Library, since: datetime, until: datetime) -> ConsideredTopics:
    """Return what the corrections in the log of [since, until) propose. Reads only."""
    return propose_topics(corrections(session, library.shop_id, since, until), library, build_reader(library))


def corrections(session: Session, shop_id: str, since: datetime, until: datetime) -> list[Corrected]:
    """Return each corrected turn with what an agent said of it last."""
    log = events.in_window(session, shop_id, [EventKind.topic_corrected], since, until)
    last: dict[str, Event] = {event.turn_id: event for event in log if event.turn_id is not None}
    turns = learning.asked(session, shop_id, last)
    found: list[Corrected] = []
    for turn_id, event in last.items():
        asked = turns.get(turn_id)
        said = event.payload.get("to")
        if asked is None or not isinstance(said, dict):
            continue
        # What came after the correction was not what it was about.
        messages = [message for message in asked.messages if message.received_at <= event.at]
        corrected = Corrected(
            turn_id=turn_id,
            text=turn_text(asked.turn, messages),
            category=str(said["category"]),
            intent=str(said["intent"]),
            agent_id=event.agent_id,
            names=asked.names,
        )
        found.append(corrected)
    return found


def named_topics(ids: Iterable[str], proposals: Sequence[TopicProposal], library: Library) -> dict[str, str]:
    """Return which of the ids a reviewer gave, cut short or not, name an example: given -> whole."""
    known = {one.id for one in (*proposals, *library.learned_topics.examples)}
    found = {short: [id_ for id_ in known if id_.startswith(short)] for short in ids if short}
    return {short: whole[0] for short, whole in found.items() if len(whole) == 1}


def decide_topics(
    proposals: Sequence[TopicProposal], library: Library, *, apply: Iterable[str] = (), reject: Iterable[str] = ()
) -> tuple[TopicExample, ...]:
    """Return the examples as a person's choice leaves them; what stands may be rejected too.

    Raises UnknownProposal for what cannot be applied.
    """
    by_id = {one.id: one for one in proposals}
    standing = {one.id: one for one in library.learned_topics.examples}
    outcomes: dict[str, TopicExample] = {}
    for id_ in apply:
        proposal = by_id.get(id_)
        if proposal is None and standing[id_].rejected:
            raise UnknownProposal(f"{id_} was rejected, and there is no new evidence for it")
        if proposal is not None and not proposal.teaches:
            raise UnknownProposal(f"{id_} differs by its goods only: add their name to lexicon/topics.toml instead")
        if proposal is not None:
            outcomes[id_] = settle_topic(proposal)
    for id_ in reject:
        proposal = by_id.get(id_)
        kept = (
            settle_topic(proposal, rejected=True) if proposal else standing[id_].model_copy(update={"rejected": True})
        )
        outcomes[id_] = kept
    return tuple(outcomes[id_] for id_ in sorted(outcomes))
