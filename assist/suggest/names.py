"""Which products does a text name, and which of its words mean the same as others?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import rjieba
from ahocorasick_rs import AhoCorasick, MatchKind

from assist.domain.library import Library, Product, Synonyms

from .text import normalise
from .words import WordTable, word_table

# Fewer characters sound like too much else.
_FEWEST_HEARD = 2
_NO_PRODUCT = ""


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


class Names:
    """How customers call products, and which words mean the same."""

    def __init__(self, products: Sequence[Product], synonyms: Synonyms, asks: Iterable[str] = ()) -> None:
        self._table = word_table()
        self._called = {product.id: normalise(product.name) for product in products}
        self._called_in_english = {product.id: normalise(product.name_en) for product in products}
        self._written = Words(_written(products, synonyms.not_goods, self._table))
        self._heard = Words(_heard(products, self._table))
        self._asked = frozenset(
            plain[one.begin : one.end]
            for plain in map(normalise, asks)
            for one in self._heard.find(self._table.sound(plain))
        )
        self.synonyms = Words(
            {normalise(word): normalise(row[0]) for row in synonyms.rows for word in row if normalise(word)}
        )

    def find(self, plain: str) -> list[Named]:
        """Return the products a normalised text names, in order: as written, or else by their sound (蓝梅 is 蓝莓)."""
        found = self._written.find(plain)
        if found or plain.isascii():
            return [named for named in found if named.what != _NO_PRODUCT]
        heard = self._heard.find(self._table.sound(plain))
        return [named for named in heard if self._is_misspelt(plain, named)] if heard else []

    def other_goods_in(self, plain: str) -> bool:
        """Does a normalised text name what the shop does not sell, though it may hold a product's name: 西瓜视频?"""
        return any(named.what == _NO_PRODUCT for named in self._written.find(plain))

    def products_in(self, plain: str) -> frozenset[str]:
        return frozenset(named.what for named in self.find(plain))

    def spelt(self, plain: str) -> tuple[str, list[Named]]:
        """Return a text with the products it names, each spelt as asks spell it, unless all of it is English.

        English words for what Chinese ones mean are put in Chinese: 这个 coupon 怎么用.
        """
        if not plain.isascii():
            plain = self._in_chinese(plain)
        found = self.find(plain)
        if not found or plain.isascii():
            return plain, found
        parts: list[str] = []
        named: list[Named] = []
        at = length = 0
        for one in found:
            said = plain[one.begin : one.end]
            parts += [plain[at : one.begin], self.name_of(one.what) if self._is_odd(said) else said]
            length += one.begin - at
            named.append(Named(one.what, length, length + len(parts[-1])))
            length += len(parts[-1])
            at = one.end
        return "".join((*parts, plain[at:])), named

    def name_of(self, product_id: str, *, english: bool = False) -> str:
        """Return what a product is called, normalised; nothing for a product that is not there."""
        return (self._called_in_english if english else self._called).get(product_id, "")

    def without(self, plain: str, named: Iterable[Named]) -> str:
        """Return a text without the names found in it."""
        parts: list[str] = []
        at = 0
        for one in named:
            parts.append(plain[at : one.begin])
            at = one.end
        return "".join((*parts, plain[at:]))

    def _in_chinese(self, plain: str) -> str:
        for one in reversed(self.synonyms.find(plain)):
            if plain[one.begin : one.end].isascii():
                plain = f"{plain[: one.begin]}{one.what}{plain[one.end :]}"
        return plain

    def _is_misspelt(self, plain: str, heard: Named) -> bool:
        """Is what sounds like a name none of the words meant as written: 例子 is no 李子, 冰箱里 holds no 香梨?"""
        said = plain[heard.begin : heard.end]
        if said in self._table.row_of or said in self._asked:
            return False
        ends = {0, *accumulate(map(len, rjieba.cut(plain)))}
        return heard.begin in ends and heard.end in ends

    def _is_odd(self, said: str) -> bool:
        """Was it found by its sound or its letters?"""
        return said.isascii() or not self._written.find(said)


def names_of(library: Library) -> Names:
    """Read the names of a library's products, in Chinese and English, and its rows of like words."""
    return Names(
        library.products,
        library.synonyms,
        (ask for article in library.articles for ask in (*article.asks, article.title)),
    )


def _written(products: Sequence[Product], not_goods: Iterable[str], table: WordTable) -> dict[str, str]:
    """Return every way to write a product's name; pinyin last, so that English words keep their meaning."""
    product_of: dict[str, str] = {}
    for product in products:
        for name in (product.name, *product.aliases, product.name_en, _plural(product.name_en)):
            product_of.setdefault(normalise(name), product.id)
    for product in products:
        for name in (product.name, *product.aliases):
            letters = table.pinyin(normalise(name))
            if len(letters) >= _FEWEST_HEARD and "".join(letters) not in table.row_of:
                product_of.setdefault("".join(letters), product.id)
    product_of.pop("", None)
    for word in filter(None, map(normalise, not_goods)):
        product_of.setdefault(word, _NO_PRODUCT)
    return product_of


def _heard(products: Sequence[Product], table: WordTable) -> dict[str, str]:
    product_of: dict[str, str] = {}
    for product in products:
        for name in (product.name, *product.aliases):
            if len(table.pinyin(normalise(name))) >= _FEWEST_HEARD:
                product_of.setdefault(table.sound(normalise(name)), product.id)
    return product_of


def _plural(english: str) -> str:
    if english.endswith("y"):
        return f"{english[:-1]}ies"
    return f"{english}es" if english.endswith(("o", "s", "sh", "ch", "x")) else f"{english}s"
