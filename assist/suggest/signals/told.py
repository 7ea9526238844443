"""What one clause of a complaint says, as values: the grounds that are meant, and which amounts are of what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assist.domain.complaint import Ground

from .amounts import Count, Measure, Part
from .heard import Clause
from .lexicon import Word

ROT = frozenset({Ground.rotten, Ground.inner_rot, Ground.dead, Ground.bad_smell})
BRUISE = frozenset({Ground.crushed, Ground.broken, Ground.leg_missing})
NEAR = 14
_NEAR_ENGLISH = 32


class State(StrEnum):
    """What a counted thing is: spoilt, bruised, leaked or good."""

    spoilt = "spoilt"
    bruised = "bruised"
    leaked = "leaked"
    good = "good"


class All(StrEnum):
    """How surely everything is meant."""

    firm = "firm"
    emphatic = "emphatic"
    """都臭了: 都 may mean how bad, not how many."""
    nearly = "nearly"
    perhaps = "perhaps"
    rest = "rest"
    """其他都: all but what was said before."""


@dataclass(frozen=True, slots=True)
class Said:
    """A ground that is meant, and where it is said."""

    ground: Ground
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where something is said to be bad or good. `attributive`: 烂的, a thing, not an event."""

    state: State
    begin: int
    end: int
    attributive: bool


@dataclass(slots=True)
class Told:
    """What one clause says. `states` pairs amounts with what they are; `loose` are the others."""

    clause: Clause
    words: list[Word]
    grounds: list[Said] = field(default_factory=list[Said])
    marks: list[Mark] = field(default_factory=list[Mark])
    counts: list[Count] = field(default_factory=list[Count])
    parts: list[Part] = field(default_factory=list[Part])
    all: All | None = None
    some: bool = False
    none_good: bool = False
    denied: bool = False
    """Something that may be wrong is said not to be."""
    asked: bool = False
    """Something is asked about, feared or yet to come."""
    liquid: bool = False
    """The goods named last may run out."""
    named: Mapping[int, int] = field(default_factory=dict[int, int])

    def has(self, name: str, before: int | None = None) -> bool:
        return any(name in word.lists and (before is None or word.end <= before) for word in self.words)

    def ending_at(self, name: str, place: int, gap: int = 0) -> Word | None:
        """Return the word of a list that ends right before a place."""
        return next((w for w in self.words if name in w.lists and place - gap <= w.end <= place), None)

    def between(self, name: str, begin: int, end: int) -> Word | None:
        return next((w for w in self.words if name in w.lists and begin <= w.begin and w.end <= end), None)


@dataclass(frozen=True, slots=True)
class Paired:
    """An amount and what it is said to be. `whole`: all of this amount (3个全坏)."""

    count: Count
    state: State
    clause: int
    text: int
    begin: int
    end: int


def is_goods(count: Count) -> bool:
    return count.measure in (Measure.piece, Measure.pack, Measure.weight)


def is_near(plain: str, begin: int, end: int) -> bool:
    """Are two places of a clause close enough to be said of each other?"""
    return end - begin <= (_NEAR_ENGLISH if plain[begin:end].isascii() else NEAR)
