"""What time is it? Made once in `app`, passed down, replaced in tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def moved(at: datetime, by: timedelta) -> datetime:
    """Return a moment so much later, or earlier; the end of the calendar where it would lie beyond.

    Platforms tell times of any year.
    """
    try:
        return at + by
    except OverflowError:
        return _LAST if by > timedelta() else _FIRST
