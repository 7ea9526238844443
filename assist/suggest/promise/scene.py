"""What do all readers of a clause share: the clause, how it is said, its times, and what one of them found?"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from assist.domain.promise import Due, PromiseKind

from .clauses import Clause
from .manner import Condition, Manner, another, manner_of, refused
from .times import When, times_in


@dataclass(frozen=True, slots=True)
class Found:
    """A commitment by its place in the folded draft."""

    kind: PromiseKind
    begin: int
    end: int
    due: Due | None = None
    amount_fen: int | None = None
    percent: int | None = None
    days: float | None = None
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """What a reader's patterns cannot do without: in Chinese one of these characters, in English one of these words."""

    characters: frozenset[str]
    words: tuple[str, ...]


def hint(characters: str, words: str) -> Hint:
    return Hint(frozenset(characters), tuple(words.split()))


@dataclass(frozen=True)
class Scene:
    """A clause as its readers see it. Most clauses promise nothing, so nothing is read before it is asked for."""

    clause: Clause
    today: datetime

    @cached_property
    def manner(self) -> Manner:
        return manner_of(self.clause)

    @cached_property
    def times(self) -> tuple[When, ...]:
        return _times(self.clause, self.today)

    @cached_property
    def times_before(self) -> tuple[When, ...]:
        """Those the clause before ends with: 明天上午10点，准时送到."""
        before = self.clause.before
        if before is None:
            return ()
        return tuple(one for one in _times(before, self.today) if before.end - one.end <= 2)

    @property
    def said(self) -> str:
        return self.clause.said

    @property
    def begin(self) -> int:
        return self.clause.begin

    def may_say(self, hint: Hint) -> bool:
        """Is any of its characters or, in English, words in it? Most patterns are then not tried on most clauses."""
        if self.clause.english:
            return any(word in self.clause.said for word in hint.words)
        return not hint.characters.isdisjoint(self.clause.said)

    @property
    def sure(self) -> bool:
        return self.manner.sure is not None or self.manner.sworn is not None

    @property
    def conditional(self) -> bool:
        return self.manner.condition is Condition.real

    def ours(self, begin: int, end: int) -> bool:
        """Is what stands here said by the shop as its own, now, and not denied or asked?"""
        if self.manner.asks or self.manner.others:
            return False
        return not refused(self.clause, begin, end) and not another(self.clause, begin, end)

    def with_sure(self, begin: int, end: int) -> tuple[int, int]:
        """Return the place widened by the words that make it sure, here or in a clause beside."""
        if self.manner.sure is not None:
            first, last = self.manner.sure
            begin, end = min(begin, self.begin + first), max(end, self.begin + last)
        if self.manner.sworn is not None:
            first, last = self.manner.sworn
            begin, end = min(begin, first), max(end, last)
        return begin, end

    def in_sentence(self, place: tuple[int, int]) -> tuple[int, int]:
        return self.begin + place[0], self.begin + place[1]


def _times(clause: Clause, today: datetime) -> tuple[When, ...]:
    return tuple(times_in(clause.said, clause.begin, today, english=clause.english))
