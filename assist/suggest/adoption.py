"""Did what was sent come from what was suggested? Read from the texts, without a click."""

import re
from collections.abc import Sequence
from enum import StrEnum

from rapidfuzz import fuzz

from assist.domain.policy import AdoptionPolicy
from assist.domain.value import Value

from .text import fold

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NOT_WORDS = re.compile(r"[^\w%.]+|_+")
_MIN_TELLING_CHARACTERS = 4


class Use(StrEnum):
    """As is, or changed on the way out. Unrelated is no use at all: None."""

    as_is = "as_is"
    edited = "edited"


class Offered(Value):
    """A suggestion that was there when the agent wrote."""

    suggestion_id: str
    text: str
    clicked: bool = False


class Adoption(Value):
    """Which suggestion was used and how near the sent text is to it (0 to 1)."""

    suggestion_id: str
    use: Use
    similarity: float
    numbers_changed: bool


def find_use(sent: str, offered: Sequence[Offered], policy: AdoptionPolicy) -> Adoption | None:
    """Return the suggestion the sent text came from, the clicked ones first, or None.

    Stock phrases are left out of both texts. A changed number or date is always an edit.
    """
    said = telling(sent, policy)
    if len(said) < _MIN_TELLING_CHARACTERS:
        return None
    found = [adoption for one in offered if (adoption := _compare(said, one, policy)) is not None]
    clicked = {one.suggestion_id for one in offered if one.clicked}
    return max(found, key=lambda one: (one.suggestion_id in clicked, one.similarity), default=None)


def telling(text: str, policy: AdoptionPolicy) -> str:
    """Return what is left of a text without stock phrases, spaces and punctuation."""
    parts = [_NOT_WORDS.sub("", part) for part in re.split(r"[，。！？~～,!?;；\s]+", fold(text))]
    stock = {_NOT_WORDS.sub("", fold(phrase)) for phrase in policy.boilerplate}
    return "".join(part for part in parts if part not in stock)


def _compare(said: str, one: Offered, policy: AdoptionPolicy) -> Adoption | None:
    wanted = telling(one.text, policy)
    if len(wanted) < _MIN_TELLING_CHARACTERS:
        return None
    whole = fuzz.ratio(said, wanted)
    part = fuzz.partial_ratio(said, wanted) if min(len(said), len(wanted)) >= policy.partial_min_length else 0.0
    if whole < policy.edited_ratio and part < policy.partial_ratio:
        return None
    changed = _NUMBER.findall(said) != _NUMBER.findall(wanted)
    contained = wanted in said or (len(said) >= len(wanted) and part >= policy.as_is_ratio)
    as_is = not changed and (contained or whole >= policy.as_is_ratio)
    return Adoption(
        suggestion_id=one.suggestion_id,
        use=Use.as_is if as_is else Use.edited,
        similarity=round(max(whole, part) / 100, 4),
        numbers_changed=changed,
    )
