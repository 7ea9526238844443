"""What does a turn ask, given what was said before?

A name alone asks nothing, unless a question stands that it answers; a question without a name is about what was
spoken of last, or about the one thing in the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from assist.domain.library import Library, Safety, SafetyRule

from .names import Named, Names, Words, names_of
from .text import normalise

# What normalising puts in place of links and of phone and order numbers.
_PLACEHOLDERS = ("网址", "号码")
_SAYS_NOTHING_ALONE = frozenset(" .-+%")


@dataclass(frozen=True)
class Asked:
    """What to find an answer for, and the products it is about though it does not name them."""

    text: str
    about: tuple[str, ...] = ()


class Listener:
    """Understands turns of one shop: its names for products, and the words that ask nothing."""

    def __init__(self, names: Names, nothing: Sequence[str], safety: Safety) -> None:
        self.names = names
        self._safety = [(Words(dict.fromkeys(map(normalise, rule.words), rule.id)), rule) for rule in safety.rules]
        self._nothing = AhoCorasick(sorted({normalise(word) for word in nothing} - {""}))

    def understand(self, text: str, earlier: Sequence[str], order: Sequence[str]) -> Asked | None:
        """Return what a turn asks, or None when it asks nothing yet.

        `earlier` is what the customer said before, oldest first; `order` are the titles of the order's lines.
        """
        plain = normalise(text)
        named = self.names.find(plain)
        if self._says_nothing(plain, named):
            question = self._open_question(earlier) if named else None
            return Asked(f"{' '.join(plain[one.begin : one.end] for one in named)} {question}") if question else None
        if named:
            return Asked(text)
        return Asked(text, self._spoken_of(earlier) or self._only_one(order))

    def limits(self, text: str) -> list[SafetyRule]:
        """Return the safety rules that hold for a text: what may be suggested where harm is spoken of."""
        plain = normalise(text)
        return [rule for words, rule in self._safety if words.find(plain)]

    def _says_nothing(self, plain: str, named: Sequence[Named]) -> bool:
        """Is the text made of nothing but words that ask nothing, names, numbers and signs?"""
        ends = {0}
        spans: dict[int, list[int]] = {}
        for _, begin, end in self._nothing.find_matches_as_indexes(plain, overlapping=True):
            spans.setdefault(begin, []).append(end)
        for one in named:
            spans.setdefault(one.begin, []).append(one.end)
        for at, character in enumerate(plain):
            if at in ends:
                ends.update(spans.get(at, ()))
                if character.isdigit() or character in _SAYS_NOTHING_ALONE:
                    ends.add(at + 1)
        return len(plain) in ends

    def _open_question(self, earlier: Sequence[str]) -> str | None:
        """Return the last thing asked, without the products it named."""
        for text in reversed(earlier):
            plain = normalise(text)
            named = self.names.find(plain)
            if not self._says_nothing(plain, named):
                return self.names.without(plain, named)
        return None

    def _spoken_of(self, earlier: Sequence[str]) -> tuple[str, ...]:
        for text in reversed(earlier):
            if named := self.names.products_in(normalise(text)):
                return tuple(sorted(named))
        return ()

    def _only_one(self, order: Sequence[str]) -> tuple[str, ...]:
        """Return the product of an order of one kind of goods: of several, none is guessed."""
        named = frozenset[str]().union(*(self.names.products_in(normalise(title)) for title in order))
        return tuple(named) if len(named) == 1 else ()


def build_listener(library: Library) -> Listener:
    """Return the listener of a library."""
    talk = library.small_talk
    nothing = (*talk.phrases, *talk.particles, *talk.fillers, *_PLACEHOLDERS)
    return Listener(names_of(library), nothing, library.safety)
