"""How a row of `tests/cases/kpi/offers*.toml` becomes a log."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from assist.domain.event import Event, EventKind

CASES = Path(__file__).parents[1] / "cases" / "kpi"
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, tzinfo=ZONE).astimezone(UTC)
END = datetime(2026, 11, 24, tzinfo=ZONE).astimezone(UTC)
NOW = "11-30 12:00:00"

Line = dict[str, Any]


def rows() -> list[dict[str, Any]]:
    return [row for path in sorted(CASES.glob("offers*.toml")) for row in tomllib.loads(path.read_text())["cases"]]


def moment(at: str) -> datetime:
    return datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZONE).astimezone(UTC)


def log_of(row: dict[str, Any]) -> list[Event]:
    """Return the events of a row in the order they are written down."""
    lines = [one for line in row["log"] for one in _repeated(line)]
    return [_WRITTEN[line["did"]](number, line) for number, line in enumerate(lines)]


def _repeated(line: Line) -> Iterator[Line]:
    if "times" not in line:
        yield line
        return
    for number in range(line["times"]):
        yield {name: f"{said}-{number}" if name in ("c", "id", "who", "order") else said for name, said in line.items()}


def _event(number: int, kind: EventKind, line: Line, **more: Any) -> Event:
    c = line.get("c")
    return Event(
        **{
            "key": f"{kind.value}:{number}",
            "shop_id": "",
            "kind": kind,
            "at": moment(line["at"]),
            "conversation_id": c,
            "episode": line.get("ep", 1),
            "agent_id": line.get("agent"),
            "team": line.get("team"),
            "platform": line.get("platform", "generic"),
            "subject_key": line.get("who", c) or None,
            **more,
        }
    )


def _turn(number: int, line: Line) -> Event:
    at = moment(line["at"])
    payload = {
        "state": "answered",
        "human_at": (at + timedelta(seconds=9)).isoformat() if line.get("human", True) else None,
        "small_talk": line.get("small", False),
        "sidecar": line.get("sidecar", "ok"),
    }
    return _event(number, EventKind.turn, line, turn_id=f"{line['c']}-{line.get('ep', 1)}-{number}", payload=payload)


def _sent(number: int, line: Line) -> Event:
    payload = {
        "offer_id": line.get("offer", "script"),
        "skus": line["skus"],
        "evidence": "rating:x",
        "context": "seafood|",
        "propensity": 1.0,
        "explored": False,
        "holdout": False,
        "taken_back": line["did"] == "unsent",
    }
    more = {"suggestion_id": line["id"], "n": line.get("price", 0), "payload": payload}
    return _event(number, EventKind.offer_sent, line, **more)


def _answered(answer: str, by: str) -> Callable[[int, Line], Event]:
    def write(number: int, line: Line) -> Event:
        payload = {"answer": answer, "by": by, "offer_id": "script", "skus": [], "order_ref": line.get("order")}
        more = {"suggestion_id": line["id"], "n": line.get("fen", 0), "payload": payload}
        return _event(number, EventKind.offer_answered, line, **more)

    return write


def _back(number: int, line: Line) -> Event:
    payload = {"order_ref": line["order"], "whole": line.get("whole", False)}
    more = {"suggestion_id": line["id"], "n": line["fen"], "payload": payload}
    return _event(number, EventKind.offer_reversed, line, **more)


def _made(number: int, line: Line) -> Event:
    payload = {"arm": line.get("arm", "shown"), "kind": "offer", "article_id": "script", "skus": line["skus"]}
    return _event(number, EventKind.suggestion_computed, line, suggestion_id=line["id"], payload=payload)


def _paid(number: int, line: Line) -> Event:
    payload = {"order_ref": line["order"], **({"skus": line["skus"]} if "skus" in line else {})}
    more = {"conversation_id": None, "n": line["fen"], "payload": payload}
    return _event(number, EventKind.order_paid, line, **more)


def _held(number: int, line: Line) -> Event:
    return _event(number, EventKind.offer_held, line, turn_id=f"{line['c']}-{number}", payload={"why": line["why"]})


def _said(kind: EventKind, role: str) -> Callable[[int, Line], Event]:
    def write(number: int, line: Line) -> Event:
        payload = {"role": line.get("role", role), "small_talk": line.get("small", False)}
        return _event(number, kind, line, message_id=f"m{number}", payload=payload)

    return write


_WRITTEN: dict[str, Callable[[int, Line], Event]] = {
    "turn": _turn,
    "sent": _sent,
    "unsent": _sent,
    "none": _answered("none", "text"),
    "yes": _answered("accepted", "text"),
    "no": _answered("declined", "text"),
    "lapsed": _answered("lapsed", "text"),
    "bought": _answered("accepted", "order"),
    "back": _back,
    "held": _held,
    "complaint": lambda number, line: _event(number, EventKind.complaint_opened, line),
    "made": _made,
    "ask": _said(EventKind.message_in, "customer"),
    "reply": _said(EventKind.message_out, "agent"),
    "paid": _paid,
}
