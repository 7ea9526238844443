"""What of a text does the mood model read? Folded clauses with their places, each in pieces of one to three units."""

import re
from collections.abc import Sequence
from functools import cache
from operator import add

from assist.suggest.text import fold

MOST_CHARACTERS = 2000
_PAUSE = ","
_BASIC = 0x10000
_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)
_UNIT = re.compile(r"[a-z']+|[^ ]")
_LATIN = re.compile(r"[a-z]")
# A clause ends at a mark, at a space no Latin word is beside, and before what turns the tale.
_PART = re.compile(r"[,!?]+|(?<![a-z]) (?![a-z])|(?=但|就是|不过|可是|虽然|而且)|(?= but )")
_CRIES = re.compile(r"[!?]+")
_SPEAKING = frozenset("!?%'")
"""Marks that are read as they are; the others only part."""
_DRAWN = range(0x2190, 0x3000)
"""Arrows, hearts and faces: they say something of their own."""


def plain_of(text: str) -> str:
    """Return a text as it is read: each character folded to one or none, and runs shortened to two."""
    plain = text[:MOST_CHARACTERS].translate(_table())  # pyright: ignore[reportArgumentType]
    return _RUN.sub(r"\1\1", plain) if _RUN.search(plain) else plain


def places_of(text: str, plain: str) -> Sequence[int]:
    """Return where in a text each character of its plain reading stands."""
    text = text[:MOST_CHARACTERS]
    if len(plain) == len(text):
        return range(len(text))
    table, places, before, run = _table(), list[int](), "", 0
    for at, character in enumerate(text):
        folded = table[ord(character)] if ord(character) < _BASIC else character
        if folded is None:
            continue
        run = run + 1 if folded == before else 1
        before = folded
        if run <= 2:
            places.append(at)
    return places


def clauses_of(plain: str) -> list[tuple[int, str]]:
    """Return the clauses of a plain text, each with where it begins."""
    clauses: list[tuple[int, str]] = []
    begin = 0
    for mark in _PART.finditer(plain):
        if mark.start() > begin:
            clauses.append((begin, plain[begin : mark.start()]))
        begin = mark.end()
    if begin < len(plain):
        clauses.append((begin, plain[begin:]))
    return clauses


def cries_of(plain: str) -> list[str]:
    """Return the runs of marks that raise the voice."""
    return _CRIES.findall(plain)


def pieces_of(clause: str) -> list[str]:
    """Return the pieces of one, two and three units of a clause, those of more framed by pauses.

    A Chinese character is a unit, and so is a word of Latin letters, which no space keeps apart.
    """
    units = _UNIT.findall(clause) if _LATIN.search(clause) else list(clause)
    framed = [_PAUSE, *units, _PAUSE]
    twos = list(map(add, framed, framed[1:]))
    return [*units, *twos, *map(add, twos, framed[2:])]


@cache
def _table() -> list[str | None]:
    """Every basic character as it is read; None where it is invisible. A list: `str.translate` indexes it."""
    characters = [" " if at < ord(" ") or 0xD800 <= at < 0xE000 else chr(at) for at in range(_BASIC)]
    # Folded together, a character a line: one by one takes ten times as long.
    folded = fold("\n".join(characters)).split("\n")
    return [_read(old, new) for old, new in zip(characters, folded, strict=True)]


def _read(old: str, new: str) -> str | None:
    if not new:
        return None
    one = new if len(new) == 1 else old
    if one.isdecimal():
        return "0"
    if one.isspace():
        return " "
    if one == "’":
        return "'"
    return one if one.isalnum() or one in _SPEAKING or ord(one) in _DRAWN else _PAUSE
