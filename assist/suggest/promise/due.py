"""Until when is a promise to be kept?"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assist.domain.promise import Commitment, Due, PromisePolicy

_DAY_MINUTES = 1440
_SATURDAY = 5


def due_at(commitment: Commitment, policy: PromisePolicy, said_at: datetime, timezone: str) -> datetime | None:
    """Return the moment (aware UTC), or None where the kind is nobody's to follow up.

    A day ends at its midnight; without any time the policy's hours count. A time already past counts as untimed.
    """
    hours = policy.follow_up.get(commitment.kind)
    if hours is None:
        return None
    untimed = said_at.astimezone(UTC) + timedelta(hours=hours)
    if commitment.due is None:
        return untimed
    local = said_at.astimezone(ZoneInfo(timezone))
    moment = _moment(commitment.due, policy.closing_minute, local)
    if moment is None or moment <= local:
        return untimed
    return moment.astimezone(UTC)


def _moment(due: Due, closing_minute: int, local: datetime) -> datetime | None:
    if due.within is not None:
        if due.working_days:
            return _working_days_on(local, due.within.days)
        # Local clocks may jump in between, the hours do not.
        return (local.astimezone(UTC) + due.within).astimezone(local.tzinfo)
    if due.closing:
        return _at(local, due.days_on or 0, closing_minute)
    if due.at_minute is not None:
        return _next(local, due.days_on, due.at_minute)
    return None if due.days_on is None else _at(local, due.days_on, _DAY_MINUTES)


def _next(local: datetime, days_on: int | None, minute: int) -> datetime:
    """Return that minute; of the clock's other half, or tomorrow, if it is past: 5点前 said at ten is 17:00."""
    at = _at(local, days_on or 0, minute)
    if at <= local and minute <= _DAY_MINUTES // 2:
        at = _at(local, days_on or 0, minute + _DAY_MINUTES // 2)
    return _at(local, 1, minute) if at <= local and days_on is None else at


def _at(local: datetime, days_on: int, minute: int) -> datetime:
    days, rest = divmod(minute, _DAY_MINUTES)
    day = local.date() + timedelta(days=days_on + days)
    return datetime.combine(day, time(rest // 60, rest % 60), tzinfo=local.tzinfo)


def _working_days_on(local: datetime, days: int) -> datetime:
    day: date = local.date()
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return datetime.combine(day, local.time(), tzinfo=local.tzinfo)
