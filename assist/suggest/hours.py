"""Is somebody there now, and when is that next otherwise? Times are the shop's own, without a zone."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from assist.domain.targets import HoursPolicy, Shift

_LOOK_AHEAD_DAYS = 60
_MONDAY = 1


def open_at(hours: HoursPolicy, at: datetime) -> bool:
    """Return whether people are there; without shifts always."""
    if not hours.shifts:
        return True
    return any(start <= at < until for start, until in _near(hours, at.date()))


def next_change(hours: HoursPolicy, at: datetime) -> datetime | None:
    """Return when that is next otherwise, within two months; None where it never is."""
    now = open_at(hours, at)
    for day in range(_LOOK_AHEAD_DAYS):
        turns = sorted(turn for times in _near(hours, at.date() + timedelta(days=day)) for turn in times)
        found = next((turn for turn in turns if turn > at and open_at(hours, turn) is not now), None)
        if found is not None:
            return found
    return None


def shifts_on(hours: HoursPolicy, day: date) -> tuple[Shift, ...]:
    """Return the shifts that begin on a day. A day worked all the same that has none is worked as a Monday."""
    if day in hours.closed and day not in hours.open_all_the_same:
        return ()
    own = tuple(shift for shift in hours.shifts if day.isoweekday() in shift.days)
    if own or day not in hours.open_all_the_same:
        return own
    return tuple(shift for shift in hours.shifts if _MONDAY in shift.days) or hours.shifts[:1]


def _near(hours: HoursPolicy, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times of a day and of the night before it."""
    for begun in (day - timedelta(days=1), day):
        for shift in shifts_on(hours, begun):
            start = datetime.combine(begun, shift.start)
            until = datetime.combine(begun, shift.until)
            yield start, until if shift.until > shift.start else until + timedelta(days=1)
