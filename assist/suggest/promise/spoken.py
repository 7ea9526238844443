"""Which alternatives of a pattern can match in a text of one language? Only those are tried."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_HAN = re.compile("[一-鿿]")
# Escapes, names of groups and flags are no letters of a language.
_NO_LETTERS = re.compile(r"\\.|\(\?P<\w+>|\(\?P=\w+\)|\{[\d,]*\}|\[a-z\]")
_LETTER = re.compile("[a-z]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A pattern three times: all of it, what Chinese text may match, what English text may."""

    whole: re.Pattern[str]
    chinese: re.Pattern[str]
    english: re.Pattern[str]

    def search(self, said: str, begin: int = 0, end: int = 1_000_000) -> re.Match[str] | None:
        return self._for(said).search(said, begin, end)

    def match(self, said: str, begin: int = 0) -> re.Match[str] | None:
        return self._for(said).match(said, begin)

    def fullmatch(self, said: str) -> re.Match[str] | None:
        return self._for(said).fullmatch(said)

    def finditer(self, said: str, begin: int = 0, end: int = 1_000_000) -> Iterator[re.Match[str]]:
        return self._for(said).finditer(said, begin, end)

    def _for(self, said: str) -> re.Pattern[str]:
        if said.isascii():
            return self.english
        return self.whole if _mixed(said) else self.chinese


def spoken(source: str) -> Spoken:
    """Compile a pattern of Chinese and English alternatives; one that has letters of both is tried on both."""
    parts = list(_alternatives(source))
    chinese = [part for part in parts if _HAN.search(part) or not _latin(part)]
    english = [part for part in parts if _latin(part) or not _HAN.search(part)]
    return Spoken(re.compile(source), _compiled(chinese), _compiled(english))


def _compiled(parts: list[str]) -> re.Pattern[str]:
    # No alternative at all matches nothing, an empty pattern would match anything.
    return re.compile("|".join(parts) if parts else r"(?!)")


def _latin(part: str) -> bool:
    return _LETTER.search(_NO_LETTERS.sub("", part)) is not None


def _alternatives(source: str) -> Iterator[str]:
    """Yield what stands between the bars that are in no group."""
    depth = begin = at = 0
    while at < len(source):
        character = source[at]
        if character == "\\":
            at += 1
        elif character == "[":
            at = source.index("]", at + 2)
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            yield source[begin:at]
            begin = at + 1
        at += 1
    yield source[begin:]


@lru_cache(maxsize=512)
def _mixed(said: str) -> bool:
    return _LETTER.search(said) is not None
