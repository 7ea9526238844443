"""Do customers hear the hours that people keep?"""

import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path

from assist.domain.library import Library

from .errors import ContentError
from .said import Said
from .texts import Files

FILE = "policy/hours.toml"
TOLD_AS = "shop_service_hours"
"""The figure of `policy/service.toml` that tells customers when somebody is there."""

_RANGE = re.compile("(\\d{1,2})[:\uff1a](\\d{2})\\s*[-\u2013\u2014~\uff5e至到]\\s*(\\d{1,2})[:\uff1a](\\d{2})")

Hours = tuple[int, int]
"""Minutes after midnight; 24:00 is 0, as in a shift."""


def check_hours(library: Library, root: Path | None) -> Iterator[ContentError]:
    """Yield a remark where no shift is set, or where the shifts and the figure customers are told differ: the two are
    edited apart."""
    if not library.hours.shifts and (root is None or (root / FILE).is_file()):
        template = "no shift is set, so the shop counts as there day and night; add the hours people keep"
        yield ContentError(FILE, 1, Said("no_shifts", template))
    if message := hours_differ(library):
        yield ContentError(FILE, 1, message)
        yield ContentError("policy/service.toml", Files(root).service_line(TOLD_AS), message)


def hours_differ(library: Library) -> str | None:
    """Return how the hours kept and the hours told differ; None where they agree or one of them is not set."""
    told = library.service.facts.get(TOLD_AS)
    kept = {(_minutes(shift.start), _minutes(shift.until)) for shift in library.hours.shifts}
    if told is None or not kept:
        return None
    said = set(hours_said(told.value))
    if said == kept:
        return None
    shown = ", ".join(f"{_clock(start)}-{_clock(until)}" for start, until in sorted(kept))
    template = "people are there {kept}, customers are told {told!r} ({name}); make the two the same"
    return Said("hours_differ", template, kept=shown, told=told.value, name=TOLD_AS)


def hours_said(text: str) -> list[Hours]:
    """Return every range of clock times in a text."""
    return [
        (int(match[1]) * 60 + int(match[2]), (int(match[3]) * 60 + int(match[4])) % 1440)
        for match in _RANGE.finditer(text)
    ]


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
