"""What in one message speaks for calling a supervisor: words of displeasure, what is wrong, and red flags?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import rjieba
from ahocorasick_rs import AhoCorasick, MatchKind

from assist.domain.complaint import Complaint, Ground
from assist.domain.mood import AlertPolicy, RedFlag
from assist.domain.topic import Span

from .signals import SignalReader
from .signals.heard import Clause, hear
from .signals.heard import Heard as Folded
from .text import fold

_FOOD_SAFETY = frozenset({Ground.illness, Ground.foreign_body})
"""No context quiets these once the complaint reader has understood them."""
_GAP = "…"
_NEAR = 32
_MOST_FILLERS = 2
_ASKED_BACK = re.compile(r"不是$")
_ASKS = re.compile(r"[吗么嘛]")


@dataclass(frozen=True, slots=True)
class Heard:
    """One message: how many words it has, the words of displeasure, all that is negative, and flags with theirs."""

    tokens: int
    cross: tuple[Span, ...]
    negative: tuple[Span, ...]
    flags: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class _Flag:
    """A red flag, prepared: its words, and the contexts in which they mean nothing."""

    id: str
    words: AhoCorasick
    around: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    def find(self, plain: str, clauses: Sequence[Clause]) -> tuple[list[tuple[int, int]], bool]:
        """Return the places where it is meant, and whether it stands only where it means nothing."""
        meant: list[tuple[int, int]] = []
        quieted = False
        for _, begin, end in self.words.find_matches_as_indexes(plain):
            if not _is_whole(plain, begin, end) or self._means_nothing(plain, begin, end, _clause_at(clauses, begin)):
                quieted = True
            else:
                meant.append((begin, end))
        return meant, quieted and not meant

    def _means_nothing(self, plain: str, begin: int, end: int, clause: tuple[int, int]) -> bool:
        first, last = clause
        return (
            any(_covers(plain, one, begin, end) for one in self.around)
            or any(plain.find(one, first, begin) >= 0 for one in self.before)
            or any(plain.find(one, end, last) >= 0 for one in self.after)
        )


class AlertWords:
    """The words of one alert policy, prepared, with a library's complaint signals where there are any."""

    def __init__(self, policy: AlertPolicy, signals: SignalReader | None) -> None:
        self._signals = signals
        words = list(dict.fromkeys(map(fold, (*policy.innocent, *policy.negative_words))))
        self._innocent = frozenset(map(fold, policy.innocent))
        self._words = words
        self._finder = AhoCorasick(words, matchkind=MatchKind.LeftmostLongest)
        self._flags = tuple(_flag(one) for one in policy.red_flags)
        self._denied = _denial(policy)
        self._supposed = _any_of(policy.suppositions)

    def hear(self, text: str) -> Heard:
        """Return what one message holds. Of a long one the first 2,000 characters are read."""
        folded = hear([text])
        cross = [folded.span(begin, end) for begin, end in self._cross(folded)]
        complaint = self._signals.read([text]) if self._signals else Complaint()
        return Heard(
            tokens=sum(any(character.isalnum() for character in word) for word in rjieba.cut(folded.plain)),
            cross=tuple(cross),
            negative=tuple(_apart([*cross, *(word for damage in complaint.damages for word in damage.words)])),
            flags=self._flagged(folded, complaint),
        )

    def _cross(self, folded: Folded) -> Iterable[tuple[int, int]]:
        plain = folded.plain
        for number, begin, end in self._finder.find_matches_as_indexes(plain):
            if self._words[number] in self._innocent or not _is_whole(plain, begin, end):
                continue
            if not self._is_turned(plain, begin, _clause_at(folded.clauses, begin)):
                yield begin, end

    def _is_turned(self, plain: str, begin: int, clause: tuple[int, int]) -> bool:
        """Is a word denied (没有坏, but 这不是骗人吗 is no denial), or only supposed (会不会坏)?"""
        first, last = clause
        before = plain[max(first, begin - _NEAR) : begin]
        if self._supposed is not None and self._supposed.search(plain, first, begin):
            return True
        denial = self._denied.search(before) if self._denied is not None else None
        if denial is None:
            return False
        return not (_ASKED_BACK.search(denial[1]) and _ASKS.search(plain, begin, last))

    def _flagged(self, folded: Folded, complaint: Complaint) -> dict[str, tuple[Span, ...]]:
        found: dict[str, tuple[Span, ...]] = {}
        quiet: set[str] = set()
        for flag in self._flags:
            meant, quieted = flag.find(folded.plain, folded.clauses)
            if meant:
                found[flag.id] = tuple(folded.span(begin, end) for begin, end in meant)
            if quieted:
                quiet.add(flag.id)
        for damage in complaint.damages:
            for alarm in Complaint(damages=(damage,)).alarms:
                if alarm in _FOOD_SAFETY or alarm.value not in quiet:
                    found.setdefault(alarm.value, damage.words)
        return found


def build_words(policy: AlertPolicy, signals: SignalReader | None) -> AlertWords:
    return AlertWords(policy, signals)


def _flag(flag: RedFlag) -> _Flag:
    return _Flag(
        id=flag.id,
        words=AhoCorasick(list(dict.fromkeys(map(fold, flag.words))), matchkind=MatchKind.LeftmostLongest),
        around=tuple(fold(one) for one in flag.unless if _GAP not in one),
        before=tuple(fold(one.removesuffix(_GAP)) for one in flag.unless if one.endswith(_GAP)),
        after=tuple(fold(one.removeprefix(_GAP)) for one in flag.unless if one.startswith(_GAP)),
    )


def _denial(policy: AlertPolicy) -> re.Pattern[str] | None:
    negation = _any_of(policy.negations)
    if negation is None:
        return None
    filler = _any_of(policy.fillers)
    between = rf"(?:\s*{filler.pattern}){{0,{_MOST_FILLERS}}}" if filler else ""
    return re.compile(rf"({negation.pattern}){between}\s*$")


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of the words, English ones from their beginning."""
    longest = sorted(map(fold, words), key=len, reverse=True)
    one = "|".join(f"(?<![a-z]){re.escape(word)}" if word[0].isascii() else re.escape(word) for word in longest)
    return re.compile(f"(?:{one})") if one else None


def _is_whole(plain: str, begin: int, end: int) -> bool:
    """English words and numbers count only whole: 12315 is no part of 12315678."""
    if not plain[begin:end].isascii():
        return True
    before, after = plain[begin - 1 : begin], plain[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _covers(plain: str, context: str, begin: int, end: int) -> bool:
    """Does a context stand around a place?"""
    at = plain.find(context, max(0, end - len(context)), begin + len(context))
    return at >= 0 and at <= begin and end <= at + len(context)


def _clause_at(clauses: Sequence[Clause], place: int) -> tuple[int, int]:
    for clause in clauses:
        if clause.begin <= place < clause.end:
            return clause.begin, clause.end
    return 0, place


def _apart(words: Iterable[Span]) -> list[Span]:
    """Return words in order of place, of those that overlap the first and longest."""
    kept: list[Span] = []
    for word in sorted(words, key=lambda one: (one.start, -one.end)):
        if not kept or kept[-1].end <= word.start:
            kept.append(word)
    return kept
