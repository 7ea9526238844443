"""What the log says of a turn, written out event by event."""

from datetime import datetime, timedelta
from typing import Any

from assist.domain.event import Event, EventKind
from assist.store.queries import events
from assist.store.writer import Writer
from tests.conftest import NOW

SHOP = "s1"


def turn(
    turn_id: str,
    *,
    at: datetime = NOW,
    state: str = "answered",
    human: bool = True,
    small_talk: bool = False,
    sidecar: str = "ok",
    again: int = 0,
    shop: str = SHOP,
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
    return _event(EventKind.turn, turn_id, f"turn:{turn_id}:{again}", at, shop, payload=payload, **more)


def void(turn_id: str, *, at: datetime = NOW) -> Event:
    """A later message showed that there is no such turn."""
    return _event(EventKind.turn, turn_id, f"turn:{turn_id}:void", at, SHOP, payload={"state": "void"})


def computed(
    turn_id: str,
    *,
    rank: int = 0,
    arm: str = "shown",
    category: str = "live_seafood",
    at: datetime = NOW,
    shop: str = SHOP,
) -> Event:
    """A card was decided."""
    payload = {"arm": arm, "rank": rank, "score": 0.9}
    key = f"computed:{turn_id}:{rank}"
    kind = EventKind.suggestion_computed
    card = f"card-{turn_id}-{rank}"
    return _event(kind, turn_id, key, at, shop, suggestion_id=card, category=category, payload=payload)


def shown(turn_id: str, *, rank: int = 0, step: int = 0, at: datetime = NOW, shop: str = SHOP) -> Event:
    """An agent saw a card."""
    card = f"card-{turn_id}-{rank}"
    return _event(EventKind.shown, turn_id, f"step:p1:{turn_id}:{rank}:{step}", at, shop, suggestion_id=card)


def matched(
    turn_id: str,
    *,
    rank: int | None = 0,
    explicit: bool = False,
    arm: str = "shown",
    message: str = "m1",
    again: int = 0,
    at: datetime = NOW,
    shop: str = SHOP,
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
    return _event(kind, turn_id, key, at, shop, message_id=message_id, suggestion_id=card, payload=payload)


def append(writer: Writer, *log: Event | tuple[Event, ...]) -> None:
    """Append in the order given, as the loops would over time."""
    flat = [event for one in log for event in (one if isinstance(one, tuple) else (one,))]
    writer.submit(lambda session: events.append(session, flat)).result()


def _event(kind: EventKind, turn_id: str, key: str, at: datetime, shop: str, **more: Any) -> Event:
    return Event(
        key=f"{key}",
        shop_id=shop,
        kind=kind,
        at=at,
        turn_id=turn_id,
        conversation_id=f"conversation-{turn_id}",
        platform="generic",
        **more,
    )
