"""What the log says of a turn, written out event by event."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assist.domain.event import Event, EventKind
from assist.kpi.definitions import Measured
from assist.kpi.measure import By, report
from assist.store.database import Database
from assist.store.queries import events
from assist.store.writer import Writer
from tests.conftest import NOW

START, END = NOW - timedelta(days=1), NOW + timedelta(days=1)
"""The window of numbers unless a test says otherwise."""


def turn(
    turn_id: str,
    *,
    at: datetime = NOW,
    state: str = "answered",
    human: bool = True,
    small_talk: bool = False,
    sidecar: str = "ok",
    again: int = 0,
    **more: Any,
) -> Event:
    """The record of a turn; `again` counts later records of the same turn."""
    payload = {
        "state": state,
        "answered_at": (at + timedelta(seconds=9)).isoformat() if state == "answered" else None,
        "answered_by": "agent" if human else "bot",
        "human_at": (at + timedelta(seconds=9)).isoformat() if human else None,
        "small_talk": small_talk,
        "sidecar": sidecar,
        "sidebar_open": True,
    }
    return _event(EventKind.turn, turn_id, f"turn:{turn_id}:{again}", at, payload=payload, **more)


def void(turn_id: str, *, at: datetime = NOW) -> Event:
    """A later message showed that there is no such turn."""
    return _event(EventKind.turn, turn_id, f"turn:{turn_id}:void", at, payload={"state": "void"})


def computed(
    turn_id: str,
    *,
    rank: int = 0,
    arm: str = "shown",
    category: str = "live_seafood",
    at: datetime = NOW,
) -> Event:
    """A card was decided."""
    payload = {"arm": arm, "rank": rank, "score": 0.9}
    key = f"computed:{turn_id}:{rank}"
    kind = EventKind.suggestion_computed
    card = f"card-{turn_id}-{rank}"
    return _event(kind, turn_id, key, at, suggestion_id=card, category=category, payload=payload)


def shown(turn_id: str, *, rank: int = 0, step: int = 0, at: datetime = NOW) -> Event:
    """An agent saw a card."""
    card = f"card-{turn_id}-{rank}"
    return _event(EventKind.shown, turn_id, f"step:p1:{turn_id}:{rank}:{step}", at, suggestion_id=card)


def matched(
    turn_id: str,
    *,
    rank: int | None = 0,
    explicit: bool = False,
    arm: str = "shown",
    message: str = "m1",
    again: int = 0,
    at: datetime = NOW,
) -> Event:
    """A reply was compared with the cards; `rank` None is no match, `again` counts corrections."""
    payload = {
        "use": "as_is" if rank is not None else "none",
        "explicit": explicit,
        "arm": arm if rank is not None else "none",
    }
    key = f"match:{turn_id}:{message}:{again}"
    card = None if rank is None else f"card-{turn_id}-{rank}"
    message_id = f"{turn_id}-{message}"
    kind = EventKind.sent_match
    return _event(kind, turn_id, key, at, message_id=message_id, suggestion_id=card, payload=payload)


@dataclass(frozen=True)
class Book:
    """One shop's log, to write in and to measure."""

    database: Database
    writer: Writer
    shop_id: str

    def append(self, *log: Event | tuple[Event, ...]) -> None:
        """Append in the order given, as the loops would over time."""
        flat = [event for one in log for event in (one if isinstance(one, tuple) else (one,))]
        ours = [event.model_copy(update={"shop_id": self.shop_id}) for event in flat]
        self.writer.submit(lambda session: events.append(session, ours)).result()

    def measured(self, start: datetime = START, end: datetime = END) -> dict[str, Measured]:
        with self.database.reader() as session:
            return {one.id: one for one in report(session, self.shop_id, start, end).kpis}

    def grouped(self, by: By) -> dict[str, dict[str, tuple[int, int]]]:
        """Return group -> KPI -> (numerator, denominator)."""
        with self.database.reader() as session:
            found = report(session, self.shop_id, START, END, by).groups
        return {name: {one.id: (one.num, one.den) for one in group} for name, group in found.items()}


def _event(kind: EventKind, turn_id: str, key: str, at: datetime, **more: Any) -> Event:
    return Event(
        key=key,
        shop_id="",
        kind=kind,
        at=at,
        turn_id=turn_id,
        conversation_id=f"conversation-{turn_id}",
        platform="generic",
        **more,
    )
