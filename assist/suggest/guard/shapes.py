"""Which characters look like another, and which two written side by side make one? As they are drawn.

Made by `training/glyph_tables.py`; its README says from what.
"""

import bz2
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Shapes:
    """`alike`: what looks like a character, the nearest first. `parts`: what makes it, the best first."""

    alike: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]


@cache
def shapes() -> Shapes:
    """Read the table that comes with the program; it is as constant as its code."""
    stored = bz2.decompress(files("assist.suggest.guard").joinpath("shapes.txt.bz2").read_bytes()).decode()
    first, *rows = stored.split("\n")
    # A radical at the side of a character is also typed as the character it comes from: 言 for 讠.
    standing = str.maketrans(dict(zip(first[::2], first[1::2], strict=True)))
    cells = [row.split("\t") for row in rows]
    pairs = {whole: parts.split() for whole, _, parts in cells if parts}
    return Shapes(
        alike={whole: alike for whole, alike, _ in cells},
        parts={
            whole: tuple(dict.fromkeys((*ways, *(one.translate(standing) for one in ways))))
            for whole, ways in pairs.items()
        },
    )
