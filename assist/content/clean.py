"""Make an imported text plain simplified Chinese, and say what was lost in it before it came here."""

import re
import unicodedata
from functools import cache
from typing import Any, cast

from opencc import OpenCC

from assist.domain.characters import without_hidden
from assist.domain.value import Value

_HAN = r"[㐀-鿿豈-﫿〇]"
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
_OPEN, _CLOSE = "(\uff08[\uff3b\u3010\u3014", ")\uff09\\]\uff3d\u3011\u3015"
_GLOSS = re.compile(
    rf"(?<={_HAN})\s*[{_OPEN}]\s*([a-zA-Z{_TONES}{_TONES.upper()}'\u2019\u00b7\s]{{1,40}}[1-5]?)\s*[{_CLOSE}]"
)
_TONED = re.compile(rf"[{_TONES}]|[a-z][1-5]$", re.IGNORECASE)
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu"
    r"|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
)
_LOST = re.compile("\ufffd|\\?{2,}|\uff1f{2,}|\u25a1|(?<!\\*)\\*(?!\\*)|锟斤拷|烫烫烫|屯屯屯")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


class Cleaned(Value):
    """A text as it shall be kept, what was done to it, and what is missing in it for good."""

    text: str
    done: tuple[str, ...] = ()
    """Of `simplified`, `glosses`, `invisible`."""
    lost: tuple[str, ...] = ()
    """Where characters were lost: the places with a little around them."""


def clean(text: str) -> Cleaned:
    """Return a text in simplified characters, without pinyin glosses and characters nobody sees.

    What was lost before cannot be brought back: it is named, and stays for a person to mend.
    """
    done: list[str] = []
    plain = without_hidden(_INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    plain = unicodedata.normalize("NFC", plain).strip()
    if len(plain) < len(text.strip().replace("\r\n", "\n")):
        done.append("invisible")
    bare = _GLOSS.sub(_without_gloss, plain)
    if bare != plain:
        done.append("glosses")
    simple = simplified(bare)
    if simple != bare:
        done.append("simplified")
    return Cleaned(
        text=simple, done=tuple(done), lost=tuple(_around(simple, match) for match in _LOST.finditer(simple))
    )


def _without_gloss(match: re.Match[str]) -> str:
    """A bracket of pinyin goes, one of English stays: (gòu) and (gou4), not (Vitamin C)."""
    said = match[1].strip()
    if _TONED.search(said):
        return ""
    syllables = re.sub(r"[^a-z]", "", said.lower())
    before = match.string[: match.start()]
    short = len(said) <= _LONGEST_TONELESS and said.islower()
    return "" if short and _SYLLABLE.fullmatch(syllables) and re.search(rf"{_HAN}$", before) else match[0]


_LONGEST_TONELESS = 6
"""Longer than any syllable of pinyin."""


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 6) : match.end() + 6].replace("\n", " ")


def simplified(text: str) -> str:
    """Return a text in simplified characters."""
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    return cast("Any", OpenCC("t2s"))
