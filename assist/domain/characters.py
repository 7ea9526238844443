"""Which characters of a text does nobody see, and which change how the rest of it is read?"""

import re
import unicodedata

_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Controls but for tabs and ends of lines, and all that turn the direction of a text. Joiners stay: emoji need them."""
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters by their kind that show nothing."""


def hidden_in(text: str) -> tuple[str, ...]:
    """Return each control character of a text once, by its number and name: `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return tuple(_named(one) for one in dict.fromkeys(_HIDDEN.findall(text)))


def without_hidden(text: str) -> str:
    """Return a text without its control characters."""
    return _HIDDEN.sub("", text)


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen."""
    return all(_shows_nothing(one) for one in text)


def _shows_nothing(character: str) -> bool:
    selects = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return selects or character in _INVISIBLE or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _named(character: str) -> str:
    number = f"U+{ord(character):04X}"
    return f"{number} {unicodedata.name(character, '')}".rstrip()
