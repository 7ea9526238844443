"""Which words of a plain text show a mood, negations heard? 不是很新鲜 blames, 没有不好 praises."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from assist.domain.mood import MoodPolicy

from .mood_text import plain_of

_FARTHEST = 24
"""So many characters may stand between a word and the first negation of it, English ones spelt out."""


class MoodWord(NamedTuple):
    """A word with the negations before it. `side` is 1 for praise and -1 for blame, as it is meant."""

    begin: int
    end: int
    side: int
    angry: bool = False
    weight: int = 1
    """A word under a negation counts twice: its own pieces speak against what is meant."""


class MoodWords:
    """The words of a policy, prepared."""

    def __init__(self, policy: MoodPolicy) -> None:
        sides: dict[str, tuple[int, bool]] = {
            **dict.fromkeys(_plain(policy.happy_words), (1, False)),
            **dict.fromkeys(_plain(policy.upset_words), (-1, False)),
            **dict.fromkeys(_plain(policy.angry_words), (-1, True)),
        }
        self._finder = AhoCorasick(list(sides), matchkind=MatchKind.LeftmostLongest)
        self._sides = [(side, angry, word.isascii()) for word, (side, angry) in sides.items()]
        negation = _any_of(_plain(policy.negations))
        # 是不是很甜 asks, and 要不是 supposes: neither denies.
        self._negated = re.compile(rf"(?<![是要差])(?:(?:{negation}) ?(?:(?:{_any_of(_plain(policy.between))}) ?)*)+\Z")
        self._negation = re.compile(negation)
        self._calm = re.compile(rf"(?:{_any_of(_plain(policy.calm_words))}|[ ,!])+")

    def is_courtesy(self, plain: str) -> bool:
        """Is nothing said but what is said for politeness: 好的谢谢?"""
        return self._calm.fullmatch(plain) is not None

    def find(self, plain: str) -> list[MoodWord]:
        """Return the words of a plain text, in order: English ones only whole."""
        found = self._finder.find_matches_as_indexes(plain)
        # Looked for once and first: most texts deny nothing.
        denies = bool(found) and self._negation.search(plain) is not None
        words: list[MoodWord] = []
        for number, begin, end in found:
            side, angry, latin = self._sides[number]
            if latin and not _is_whole(plain, begin, end):
                continue
            word = MoodWord(begin, end, side, angry)
            words.append(self._meant(plain, word) if denies else word)
        return words

    def _meant(self, plain: str, word: MoodWord) -> MoodWord:
        near = max(0, word.begin - _FARTHEST)
        before = (
            self._negated.search(plain, near, word.begin) if self._negation.search(plain, near, word.begin) else None
        )
        if before is None:
            return word
        turned = len(self._negation.findall(before.group())) % 2 == 1
        side = -word.side if turned else word.side
        return MoodWord(before.start(), word.end, side, word.angry and not turned, 2)


def _plain(words: Iterable[str]) -> list[str]:
    return [plain_of(word) for word in words]


def _any_of(words: list[str]) -> str:
    """A pattern of some words, longest first; of none, one that never matches."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _is_whole(plain: str, begin: int, end: int) -> bool:
    """A Latin word is not found inside another: bad in badge."""
    return not ((begin > 0 and _is_latin(plain[begin - 1])) or (end < len(plain) and _is_latin(plain[end])))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
