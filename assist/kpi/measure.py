"""Read the log into turn records and measure every KPI over a window."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.value import Value
from assist.store.queries import events

from .definitions import KPIS, Measured, TurnRecord

_FIRST_DAY = date(2000, 1, 1)
_LAST_DAY = date(2100, 12, 31)
_ABOUT_TURNS = (
    EventKind.suggestion_computed,
    EventKind.shown,
    EventKind.sent_match,
    EventKind.topic_corrected,
)


class By(StrEnum):
    agent = "agent"
    team = "team"
    level = "level"
    platform = "platform"
    category = "category"


class WindowError(ValueError):
    """Days that make no window; the message says why."""


def whole_days(first: date | None, last: date | None, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """Return [start, end) in UTC of whole days of a zone, `last` included; the last seven days when left out.

    Raises WindowError for days in the wrong order or outside 2000 to 2100.
    """
    last = last or now.astimezone(zone).date()
    if not _FIRST_DAY <= last <= _LAST_DAY or (first is not None and not _FIRST_DAY <= first <= _LAST_DAY):
        raise WindowError(f"days lie between {_FIRST_DAY} and {_LAST_DAY}")
    first = first or last - timedelta(days=6)
    if first > last:
        raise WindowError(f"from {first} is after to {last}")
    midnight = datetime.min.time()
    start = datetime.combine(first, midnight, zone)
    return start.astimezone(UTC), datetime.combine(last + timedelta(days=1), midnight, zone).astimezone(UTC)


class Report(Value):
    """Every KPI over [start, end), whole and by group."""

    shop_id: str
    start: datetime
    end: datetime
    kpis: tuple[Measured, ...]
    groups: dict[str, tuple[Measured, ...]] = {}


def report(session: Session, shop_id: str, start: datetime, end: datetime, by: By | None = None) -> Report:
    """Measure a shop's KPIs over the turns that began in [start, end)."""
    turns = turn_records(session, shop_id, start, end)
    groups: dict[str, tuple[Measured, ...]] = {}
    if by is not None:
        grouped: dict[str, list[TurnRecord]] = defaultdict(list)
        for turn in turns:
            grouped[_group(turn, by)].append(turn)
        groups = {name: _measured(grouped[name]) for name in sorted(grouped)}
    return Report(shop_id=shop_id, start=start, end=end, kpis=_measured(turns), groups=groups)


def turn_records(session: Session, shop_id: str, start: datetime, end: datetime) -> list[TurnRecord]:
    """Return the turns that began in the window, in order, each with what happened to it at any time."""
    stated = events.in_window(session, shop_id, [EventKind.turn], start, end)
    newest = {event.turn_id: event for event in stated}
    conversations = sorted({event.conversation_id for event in stated if event.conversation_id})
    about: dict[str, list[Event]] = defaultdict(list)
    # A turn's later records may say that it is void; a later record stands at the turn's own time.
    kinds = (EventKind.turn, *_ABOUT_TURNS)
    for event in events.of_conversations(session, shop_id, kinds, conversations):
        if event.kind is EventKind.turn and event.turn_id in newest:
            newest[event.turn_id] = event
        elif event.turn_id:
            about[event.turn_id].append(event)
    live = [event for event in newest.values() if event.payload.get("state") != "void"]
    records = [_record(event, about[event.turn_id or ""]) for event in live]
    return sorted(records, key=lambda record: (record.at, record.turn_id))


def _record(turn: Event, about: Iterable[Event]) -> TurnRecord:
    happened = list(about)
    matches = _newest_matches(happened)
    adopted = [match for match in matches if match.suggestion_id and match.payload.get("arm") == "shown"]
    computed = [event for event in happened if event.kind is EventKind.suggestion_computed]
    assert turn.turn_id is not None
    assert turn.conversation_id is not None
    return TurnRecord(
        turn_id=turn.turn_id,
        conversation_id=turn.conversation_id,
        at=turn.at,
        agent_id=turn.agent_id,
        level=turn.level,
        team=turn.team,
        platform=turn.platform,
        category=_category(turn, happened),
        small_talk=bool(turn.payload.get("small_talk")),
        sidecar=str(turn.payload.get("sidecar")),
        human_reply=turn.payload.get("human_at") is not None,
        covered=bool(computed),
        shown=any(event.kind is EventKind.shown for event in happened),
        explicit=any(match.payload.get("explicit") is True for match in adopted),
        implicit=any(match.payload.get("explicit") is not True for match in adopted),
    )


def _category(turn: Event, happened: Sequence[Event]) -> str | None:
    """Return what the turn is about: as an agent said last, else as it was read, else as its first card says."""
    corrected = [event.category for event in happened if event.kind is EventKind.topic_corrected]
    if corrected or turn.category:
        return corrected[-1] if corrected else turn.category
    # Turns logged before topics were read have only their cards.
    computed = (event for event in happened if event.kind is EventKind.suggestion_computed)
    first = min(computed, key=lambda event: int(str(event.payload.get("rank", 0))), default=None)
    return first.category if first else None


def _newest_matches(happened: Sequence[Event]) -> list[Event]:
    """A reply's newest match is the true one: late messages correct earlier ones."""
    matches = (event for event in happened if event.kind is EventKind.sent_match)
    return list({event.message_id: event for event in matches}.values())


def _measured(turns: Sequence[TurnRecord]) -> tuple[Measured, ...]:
    return tuple(kpi.measure(turns) for kpi in KPIS)


def _group(turn: TurnRecord, by: By) -> str:
    value = {
        By.agent: turn.agent_id,
        By.team: turn.team,
        By.level: turn.level,
        By.platform: turn.platform,
        By.category: turn.category,
    }[by]
    return value or "unknown"
