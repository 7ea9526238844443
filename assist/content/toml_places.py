"""On which line of a TOML file does a table, or a key of it, stand?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEADER = re.compile(r"\s*\[\[?\s*([\w.]+)\s*\]\]?\s*(?:#.*)?$")
_NAMES = ("id", "role")
"""Keys that name a table."""


@dataclass(frozen=True)
class Place:
    """A key of the table `name` whose id or role is `entry_id`; "" is the first such table, or its first line."""

    name: str
    entry_id: str = ""
    key: str = ""


def line_of(text: str, place: Place) -> int:
    """Return the line of a key, else that of its table's name, else of the table, else 1."""
    lines = text.splitlines()
    for start in _headers(lines, place.name, range(len(lines))):
        inside = _table(lines, start)
        named = [at for at in inside if any(_sets(lines[at], name, place.entry_id) for name in _NAMES)]
        if place.entry_id and not named:
            continue
        keyed = [at for at in inside if place.key and _sets(lines[at], place.key)]
        return (keyed or named or [start])[0] + 1
    return next((at + 1 for at, line in enumerate(lines) if place.key and _sets(line, place.key)), 1)


def line_at(text: str, loc: Sequence[str | int]) -> int | None:
    """Return the line that a path of keys and positions leads to, None where it names no table of the file."""
    lines = text.splitlines()
    within, name, found = range(len(lines)), "", None
    if not loc:
        # What is wrong with a file as a whole stands nowhere in it.
        return None
    for part, after in zip(loc, (*loc[1:], None), strict=True):
        if isinstance(part, int):
            continue
        longer = f"{name}.{part}".lstrip(".")
        headers = _headers(lines, longer, within)
        if headers and (position := after if isinstance(after, int) else 0) < len(headers):
            start = headers[position]
            end = headers[position + 1] if position + 1 < len(headers) else within.stop
            name, found, within = longer, start, range(start, end)
        elif found is not None:
            return next((at + 1 for at in _table(lines, found) if _sets(lines[at], part)), found + 1)
    return None if found is None else found + 1


def _headers(lines: Sequence[str], name: str, within: range) -> list[int]:
    return [at for at in within if (match := _HEADER.match(lines[at])) and match[1] == name]


def _table(lines: Sequence[str], start: int) -> range:
    """Return the lines of a table, without those of the tables below it."""
    return range(start, next((at for at in range(start + 1, len(lines)) if _HEADER.match(lines[at])), len(lines)))


def _sets(line: str, key: str, value: str = "") -> bool:
    return bool(re.match(rf"\s*{re.escape(key)}\s*=\s*" + (rf"[\"']{re.escape(value)}[\"']" if value else ""), line))
