"""Learn from what agents say turns are about: what the log proposes."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.library import Library
from assist.store.queries import events, learning
from assist.suggest.learn_topics import ConsideredTopics, Corrected, propose_topics
from assist.suggest.topic import build_reader
from assist.suggest.turns import turn_text


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
