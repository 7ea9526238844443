"""Opening hours: when somebody is there, and when that is next otherwise."""

from datetime import date, datetime, time

import pytest

from assist.domain.targets import HoursPolicy, Shift
from assist.suggest.hours import next_change, open_at

WEEK = (1, 2, 3, 4, 5)
HOURS = HoursPolicy(
    shifts=(
        Shift(days=WEEK, start=time(8), until=time(12)),
        Shift(days=WEEK, start=time(13), until=time(0)),
        Shift(days=(6,), start=time(22), until=time(2)),
    ),
    closed=(date(2026, 11, 24),),
    open_all_the_same=(date(2026, 11, 22),),
)


@pytest.mark.parametrize(
    ("at", "is_open", "changes_at"),
    [
        pytest.param("2026-11-23T08:00", True, "2026-11-23T12:00", id="the first minute of a Monday"),
        pytest.param("2026-11-23T12:00", False, "2026-11-23T13:00", id="noon"),
        pytest.param("2026-11-23T23:59", True, "2026-11-24T00:00", id="until midnight"),
        pytest.param("2026-11-24T09:00", False, "2026-11-25T08:00", id="a day off"),
        pytest.param("2026-11-29T01:00", True, "2026-11-29T02:00", id="past midnight of a Saturday's night"),
        pytest.param("2026-11-22T09:00", True, "2026-11-22T12:00", id="a Sunday worked as a Monday"),
        pytest.param("2026-11-29T09:00", False, "2026-11-30T08:00", id="a Sunday"),
    ],
)
def test_hours_are_kept(at: str, is_open: bool, changes_at: str) -> None:
    moment = datetime.fromisoformat(at)

    assert open_at(HOURS, moment) is is_open
    assert next_change(HOURS, moment) == datetime.fromisoformat(changes_at)


def test_without_shifts_somebody_is_always_there() -> None:
    assert open_at(HoursPolicy(), datetime.fromisoformat("2026-01-01T03:00"))
    assert next_change(HoursPolicy(), datetime.fromisoformat("2026-01-01T03:00")) is None
