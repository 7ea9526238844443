"""Which products does a text name, and which of its words mean the same as others?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assist.domain.library import Product, Synonyms

from .text import normalise


@dataclass(frozen=True)
class Names:
    """How customers call products, and which words mean the same."""

    product_of: Mapping[str, str]
    products: re.Pattern[str]
    synonym_of: Mapping[str, str]
    synonyms: re.Pattern[str]

    def products_in(self, plain: str) -> frozenset[str]:
        return frozenset(self.product_of[match.group()] for match in self.products.finditer(plain))

    def without_products(self, plain: str) -> str:
        return self.products.sub("", plain)

    def said(self, plain: str) -> list[str]:
        """Return the products and the synonym groups a normalised text names, in order, each with its kind."""
        said = [f"p{self.product_of[match.group()]}" for match in self.products.finditer(plain)]
        return said + [f"s{self.synonym_of[match.group()]}" for match in self.synonyms.finditer(plain)]


def names_of(products: Iterable[Product], synonyms: Synonyms) -> Names:
    """Read the names of a library's products, in Chinese and English, and its rows of like words."""
    product_of: dict[str, str] = {}
    for product in products:
        for name in (product.name, *product.aliases, product.name_en, _plural(product.name_en)):
            product_of.setdefault(normalise(name), product.id)
    synonym_of = {normalise(word): normalise(row[0]) for row in synonyms.rows for word in row}
    return Names(
        product_of=product_of,
        products=_longest_first(product_of),
        synonym_of=synonym_of,
        synonyms=_longest_first(synonym_of),
    )


def _plural(english: str) -> str:
    if english.endswith("y"):
        return f"{english[:-1]}ies"
    return f"{english}es" if english.endswith(("o", "s", "sh", "ch", "x")) else f"{english}s"


def _longest_first(words: Iterable[str]) -> re.Pattern[str]:
    """Match the longest word; English ones only whole."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(_pattern, ordered)) or r"(?!)")


def _pattern(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
