"""Read the log into records and measure every KPI over a window."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.domain.value import Value
from assist.store.queries import people
from assist.store.queries.events import Logged

from .definitions import KPIS
from .kpi import Kpi, Measured
from .past import Past
from .read_inquiries import REPLIED_WITHIN, read_inquiries
from .read_made import read_made
from .read_messages import read_messages, read_replies
from .read_offers import read_offers, with_offers
from .read_orders import read_orders
from .read_promises import read_promises
from .read_turns import read_alerts, read_episodes, read_turns
from .records import Record, Records, TurnRecord

_FIRST_DAY = date(2000, 1, 1)
_LAST_DAY = date(2100, 12, 31)
_ZONE = "Asia/Shanghai"
"""Where a shop is that says nothing of it."""
_OVER = timedelta(days=2)
"""So long after a window everything that began in it is due."""


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


def report(
    session: Session,
    shop_id: str,
    start: datetime,
    end: datetime,
    by: By | None = None,
    *,
    now: datetime | None = None,
) -> Report:
    """Measure a shop's KPIs over what lies in [start, end): turns and episodes that began in it, promises due in it.

    What still has time at `now` is not due: an offer just sent. Without `now` the window is over.
    """
    records = read_records(session, shop_id, start, end, now=now)
    groups = {name: measured(group) for name, group in _grouped(records, by)} if by else {}
    return Report(shop_id=shop_id, start=start, end=end, kpis=measured(records), groups=groups)


def read_records(
    session: Session, shop_id: str, start: datetime, end: datetime, *, now: datetime | None = None
) -> Records:
    """Return everything that is counted in [start, end), each kind in order of time."""
    past = Past(session, shop_id, start, end)
    replies = read_replies(session, shop_id, start, end + REPLIED_WITHIN)
    selling = _selling(session, shop_id, start, end, past, replies, now or end + _OVER)
    sent = [one for one in replies if one.at < end]
    beside = {
        "alerts": tuple(read_alerts(session, shop_id, start, end, past)),
        "messages": tuple(read_messages(session, shop_id, sent, past)),
        "promises": tuple(read_promises(session, shop_id, start, end)),
    }
    return selling.model_copy(update=beside)


def read_selling(session: Session, shop_id: str, start: datetime, end: datetime, *, now: datetime) -> Records:
    """Return what `read_records` does, less what offers and inquiries need not: alerts, messages and promises."""
    past = Past(session, shop_id, start, end)
    replies = read_replies(session, shop_id, start, end + REPLIED_WITHIN)
    return _selling(session, shop_id, start, end, past, replies, now)


def _selling(
    session: Session,
    shop_id: str,
    start: datetime,
    end: datetime,
    past: Past,
    replies: Iterable[Logged],
    now: datetime,
) -> Records:
    turns = read_turns(past)
    orders = read_orders(session, shop_id, start, end)
    offers = read_offers(session, shop_id, start, end, past, turns, now)
    made, first_made = read_made(session, shop_id, start, end, turns, orders, now)
    episodes = with_offers(read_episodes(past, turns), offers, first_made, orders)
    zone = ZoneInfo(next((shop.timezone for shop in people.shops(session) if shop.id == shop_id), _ZONE))
    return Records(
        turns=tuple(turn for turn in turns if start <= turn.at < end),
        episodes=tuple(episode for episode in episodes if start <= episode.at < end),
        offers=tuple(offer for offer in offers if start <= offer.at < end),
        inquiries=tuple(read_inquiries(session, shop_id, start, end, orders, replies, zone, now)),
        made=tuple(made),
    )


def turn_records(session: Session, shop_id: str, start: datetime, end: datetime) -> list[TurnRecord]:
    """Return the turns that began in the window, in order, each with what happened to it at any time."""
    return [turn for turn in read_turns(Past(session, shop_id, start, end)) if start <= turn.at < end]


def measured(records: Records, kpis: Iterable[Kpi[Any]] = KPIS) -> tuple[Measured, ...]:
    return tuple(kpi.measure(records) for kpi in kpis)


def _grouped(records: Records, by: By) -> list[tuple[str, Records]]:
    """Return the records of each group, by the groups' names."""
    groups: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind in Records.model_fields:
        for record in getattr(records, kind):
            groups[_group(record, by)][kind].append(record)
    return [(name, Records(**{kind: tuple(found) for kind, found in groups[name].items()})) for name in sorted(groups)]


def _group(record: Record, by: By) -> str:
    value = {
        By.agent: record.agent_id,
        By.team: record.team,
        By.level: record.level,
        By.platform: record.platform,
        By.category: record.category,
    }[by]
    return value or "unknown"
