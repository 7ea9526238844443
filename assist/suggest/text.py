"""One reading of a text for finding, guarding and comparing: width, script, case and noise are folded."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

MAX_MATCHED_CHARACTERS = 2000
"""Longer texts are kept whole and matched on their beginning: fuzzy matching is not linear."""

_URL = re.compile(r"https?://[^\s一-鿿]+|www\.[^\s一-鿿]+")
_LONG_NUMBER = re.compile(r"\d{10,}")
_PUNCTUATION = re.compile(r"[^\w\s%.+-]+|_+")
# An amount is written one way: 500克 is 500g, 2 公斤 is 2kg.
_UNITS = {"千克": "kg", "公斤": "kg", "克": "g", "毫升": "ml", "升": "l", "厘米": "cm", "毫米": "mm"}
_AMOUNT = re.compile(rf"(?<=\d) ?({'|'.join(_UNITS)}|kg|g|ml|l|cm|mm)(?![a-z])")
_REPEAT = re.compile(r"(.)\1{2,}")
_SPACE = re.compile(r"\s+")

# Zero-width, joiners, direction marks, variation selectors, soft hyphen: seen in disguised or pasted text.
_INVISIBLE = (
    *(0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
)
_TO_NOTHING = dict.fromkeys(_INVISIBLE)


@cache
def _fold_table() -> dict[int, str]:
    """Traditional to simplified one character at a time."""
    characters = [chr(code) for block in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(*block)]
    simplified = str(OpenCC("t2s").convert("\n".join(characters))).split("\n")  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    table = {ord(old): new for old, new in zip(characters, simplified, strict=True) if old != new and len(new) == 1}
    # 薴 becomes 苧, and 苧 becomes 苎: one reading must end where a second would.
    return {old: table.get(ord(new), new) for old, new in table.items()}


def fold(text: str) -> str:
    """Return the text in one width, script and case, invisible characters gone; length may change."""
    if not text.isascii():
        # Invisible characters go first: what they keep apart may be one character.
        text = unicodedata.normalize("NFKC", text.translate(_TO_NOTHING)).translate(_fold_table())
    return text.lower()


def normalise(text: str) -> str:
    """Return the text as the finder reads it: folded, noise and runs shortened, units written one way, and numbers of
    use as placeholders.

    Idempotent. Only the first 2,000 characters are read.
    """
    # Folding may lengthen: ㍿ is four characters.
    text = fold(text[:MAX_MATCHED_CHARACTERS])[:MAX_MATCHED_CHARACTERS]
    text = _URL.sub(" 网址 ", text)
    text = _LONG_NUMBER.sub(" 号码 ", text)
    text = _PUNCTUATION.sub(" ", text)
    text = _REPEAT.sub(r"\1\1", text)
    text = _SPACE.sub(" ", text).strip()
    return _AMOUNT.sub(lambda found: _UNITS.get(found[1], found[1]), text)
