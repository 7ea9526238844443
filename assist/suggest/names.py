"""Which products does a text name, and which of its words mean the same as others?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from assist.domain.library import Product, Synonyms

from .text import normalise


@dataclass(frozen=True)
class Named:
    """One name in a text: what it stands for, and where it is said."""

    what: str
    begin: int
    end: int


class Words:
    """Words to look for, each standing for something; the longest wins, English ones only whole."""

    def __init__(self, stands_for: Mapping[str, str]) -> None:
        self._words = list(stands_for)
        self._stands_for = list(stands_for.values())
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)

    def find(self, plain: str) -> list[Named]:
        found: list[Named] = []
        for number, begin, end in self._automaton.find_matches_as_indexes(plain):
            if self._words[number].isascii() and not _is_whole(plain, begin, end):
                continue
            found.append(Named(self._stands_for[number], begin, end))
        return found


def _is_whole(plain: str, begin: int, end: int) -> bool:
    before, after = plain[begin - 1 : begin], plain[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


@dataclass(frozen=True)
class Names:
    """How customers call products, and which words mean the same."""

    products: Words
    synonyms: Words

    def products_in(self, plain: str) -> frozenset[str]:
        return frozenset(named.what for named in self.products.find(plain))

    def without(self, plain: str, named: Iterable[Named]) -> str:
        """Return a text without the names found in it."""
        parts: list[str] = []
        at = 0
        for one in named:
            parts.append(plain[at : one.begin])
            at = one.end
        return "".join((*parts, plain[at:]))


def names_of(products: Iterable[Product], synonyms: Synonyms) -> Names:
    """Read the names of a library's products, in Chinese and English, and its rows of like words."""
    product_of: dict[str, str] = {}
    for product in products:
        for name in (product.name, *product.aliases, product.name_en, _plural(product.name_en)):
            if plain := normalise(name):
                product_of.setdefault(plain, product.id)
    synonym_of = {normalise(word): normalise(row[0]) for row in synonyms.rows for word in row if normalise(word)}
    return Names(products=Words(product_of), synonyms=Words(synonym_of))


def _plural(english: str) -> str:
    if english.endswith("y"):
        return f"{english[:-1]}ies"
    return f"{english}es" if english.endswith(("o", "s", "sh", "ch", "x")) else f"{english}s"
