"""The variables of a text: those that were filled in, and the blanks that were not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from jinja2 import Environment

from assist.content.wording import WordingError, word

from .card_models import FilledOut

_BLANK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# Private-use characters: no name, no number of an order holds them.
_VALUE = re.compile("\ue000([a-z0-9_]+)\ue001(.*?)\ue002", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A piece of a text: plain, a blank (`slot`), or the value of one (`slot` and `filled`)."""

    text: str
    slot: str | None = None
    filled: bool = False


def filled_in(template: str, facts: Mapping[str, str], values: Mapping[str, str], text: str) -> list[FilledOut]:
    """Return where the values stand in a text that was worded from `template`; nothing where it was changed since."""
    marked = {name: f"\ue000{name}\ue001{value}\ue002" for name, value in values.items()}
    try:
        worded = word(template, {**facts, **marked}).text
    except WordingError:
        return []
    found: list[FilledOut] = []
    plain = ""
    at = 0
    for match in _VALUE.finditer(worded):
        plain += worded[at : match.start()]
        found.append(FilledOut(slot=match[1], start=len(plain), end=len(plain) + len(match[2])))
        plain += match[2]
        at = match.end()
    return found if plain + worded[at:] == text else []


def parts(text: str, filled: Sequence[FilledOut] = ()) -> Iterator[Part]:
    """Yield a text's pieces in order; what was filled in is never read as a blank."""
    at = 0
    for one in filled:
        yield from _blanks(text[at : one.start])
        yield Part(text[one.start : one.end], one.slot, filled=True)
        at = one.end
    yield from _blanks(text[at:])


def _blanks(text: str) -> Iterator[Part]:
    at = 0
    for match in _BLANK.finditer(text):
        yield Part(text[at : match.start()])
        yield Part(match[0], match[1])
        at = match.end()
    yield Part(text[at:])


def teach(pages: Environment) -> None:
    """Give the pages the pieces of a text."""
    cast(Any, pages).filters["parts"] = parts
