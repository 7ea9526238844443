"""What the log says of moods, alerts, guards and promises, written out event by event."""

from datetime import datetime, timedelta
from typing import Any

from assist.domain.event import Event, EventKind
from tests.conftest import NOW


def felt(
    turn_id: str,
    mood: float | None,
    *,
    minute: float = 0,
    c: str = "c1",
    episode: int = 1,
    small_talk: bool = False,
    state: str = "answered",
    again: int = 0,
    at: datetime | None = None,
    **more: Any,
) -> Event:
    """The record of a turn with how the customer sounded; `again` counts later records of the same turn."""
    payload = {"state": state, "small_talk": small_talk, "sidecar": "ok", "human_at": None}
    payload |= {"mood": mood} if mood is not None else {}
    when = at or _at(minute)
    key = f"turn:{c}:{turn_id}:{again}"
    return _event(EventKind.turn, key, when, c, episode=episode, turn_id=f"{c}-{turn_id}", payload=payload, **more)


def complained(*, c: str = "c1", episode: int = 1, minute: float = 0, turn_id: str | None = None) -> Event:
    turn = f"{c}-{turn_id}" if turn_id else None
    return _event(EventKind.complaint_opened, f"complaint:{c}:{episode}", _at(minute), c, episode=episode, turn_id=turn)


def alerted(
    alert_id: str, *, c: str = "c1", episode: int = 1, minute: float = 0, turn_id: str | None = None, **more: Any
) -> Event:
    """A supervisor was called; `minute` counts from now, as everywhere here."""
    turn = f"{c}-{turn_id}" if turn_id else None
    payload = {"alert_id": alert_id}
    key = f"alert:{alert_id}"
    kind = EventKind.alert_raised
    return _event(kind, key, _at(minute), c, episode=episode, turn_id=turn, payload=payload, **more)


def judged(alert_id: str, verdict: str, *, c: str = "c1", again: int = 0, minute: float = 0) -> Event:
    payload = {"alert_id": alert_id, "verdict": verdict}
    return _event(EventKind.alert_judged, f"judged:{alert_id}:{again}", _at(minute), c, payload=payload)


def wrote(message: str, *, c: str = "c1", role: str = "agent", minute: float = 0, **more: Any) -> Event:
    """A public message of ours."""
    payload = {"role": role}
    message_id = f"{c}-{message}"
    key = f"message:{message_id}"
    return _event(EventKind.message_out, key, _at(minute), c, message_id=message_id, payload=payload, **more)


def flagged(
    message: str, *guards: str, action: str = "slipped", c: str = "c1", minute: float = 0, again: int = 0
) -> Event:
    """A guard found something in what was sent; `again` counts what was found after edits."""
    payload = {"at": "sent", "action": action, "rules": ["r"], "categories": [], "guards": list(guards)}
    message_id = f"{c}-{message}"
    key = f"guard:{message_id}:{again}"
    return _event(EventKind.guard_flag, key, _at(minute), c, message_id=message_id, payload=payload)


def drafted(
    step: str, *guards: str, action: str = "fixed", where: str = "draft", c: str = "c1", minute: float = 0
) -> Event:
    """A guard found something before anything was sent."""
    payload = {"at": where, "action": action, "rules": ["r"], "categories": [], "guards": list(guards)}
    return _event(EventKind.guard_flag, f"guard:p1:{step}", _at(minute), c, payload=payload)


def promised(
    promise_id: str, *, due: float = 60, c: str = "c1", minute: float = 0, again: int = 0, **more: Any
) -> Event:
    """A promise was given in a message, or is due at another time now; `due` in minutes from now."""
    return _promise(EventKind.promise_opened, promise_id, c, minute, again, due, **more)


def kept(promise_id: str, *, late: bool = False, due: float = 60, c: str = "c1", minute: float = 0) -> Event:
    return _promise(EventKind.promise_kept, promise_id, c, minute, 0, due, late=late)


def missed(promise_id: str, *, due: float = 60, c: str = "c1", minute: float = 60) -> Event:
    return _promise(EventKind.promise_missed, promise_id, c, minute, 0, due)


def dismissed(promise_id: str, *, why: str = "", due: float = 60, c: str = "c1", minute: float = 0) -> Event:
    """A person said that it was none, or the message did: `why` is taken_back or repeated then."""
    told = {"why": why} if why else {}
    return _promise(EventKind.promise_dismissed, promise_id, c, minute, 0, due, told=told)


def _promise(
    kind: EventKind,
    promise_id: str,
    c: str,
    minute: float,
    again: int,
    due: float,
    *,
    late: bool = False,
    told: dict[str, str] | None = None,
    **more: Any,
) -> Event:
    payload = {"promise_id": promise_id, "kind": "reply", "due_at": _at(due).isoformat(), "late": late, **(told or {})}
    return _event(kind, f"{kind.value}:{promise_id}:{again}", _at(minute), c, payload=payload, **more)


def _at(minute: float) -> datetime:
    return NOW + timedelta(minutes=minute)


def _event(kind: EventKind, key: str, at: datetime, c: str, **more: Any) -> Event:
    return Event(key=key, shop_id="", kind=kind, at=at, conversation_id=c, platform="generic", **more)
