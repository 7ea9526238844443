"""What does a text say in figures: about which matter, for which goods, and how much?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from assist.domain.library import Library
from assist.domain.matter import Matter, Matters

from .quantities import Quantity, quantities_in
from .texts import Slot, Text

_SENTENCE = re.compile(r"[。！？!?；;\n]|\.(?=\s|$)")
_CLAUSE = re.compile(r"(?<!\d)[，,：:、（）()]|[，,：:、（）()](?!\d)|(?<=元)，")
_ENDING = re.compile(r"^(?:之内|以内|内|左右|就能|就|能|可)?\s*")
_ACROSS = 20
"""A word in another clause stands so many characters farther."""
_SLOT_NAME = 15
"""How far a slot's own name stands, in characters."""
_VERY_NAME = 2
"""The same where the name is nothing else."""


@dataclass(frozen=True)
class Told:
    """One figure of a text. `matter` None: no word says what it is about; then `slot` may.

    No `categories`: of all goods. `shared`: it is the service policy's own figure.
    """

    text: Text
    matter: Matter | None
    quantity: Quantity
    said: str
    categories: frozenset[str]
    products: frozenset[str]
    states: frozenset[str]
    clause: str
    slot: Slot | None = None
    shared: bool = False

    def at(self) -> int:
        """Return the line it stands on, or that of the fact it is."""
        return self.slot.line() if self.slot else self.text.line_at(self.quantity.start)


@dataclass(frozen=True)
class Clause:
    """A part of a sentence, and the whole sentence."""

    start: int
    end: int
    sentence: tuple[int, int]


class Goods:
    """The words that name goods."""

    def __init__(self, library: Library) -> None:
        self._categories: dict[str, frozenset[str]] = {}
        self._products: dict[str, str] = {}
        for product in library.products:
            for name in (product.name, *product.aliases, product.name_en.lower()):
                self._categories.setdefault(name, frozenset({product.category}))
                self._products.setdefault(name, product.id)
        for category in library.topics.categories:
            for word in (category.zh, *category.words):
                if category.id != "general":
                    self._categories.setdefault(word.lower(), frozenset({category.id}))
        for row in library.matters.goods:
            self._categories |= {word.lower(): frozenset(row.categories) for word in row.words}

    @cached_property
    def _names(self) -> re.Pattern[str]:
        longest = sorted(self._categories, key=lambda name: (-len(name), name))
        return re.compile("|".join(_whole_word(name) for name in longest) or r"(?!)", re.IGNORECASE)

    def named(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the categories and the products that a text names."""
        words = [match.group().lower() for match in self._names.finditer(text)]
        categories = frozenset(one for word in words for one in self._categories.get(word, ()))
        return categories, frozenset(self._products[word] for word in words if word in self._products)


def _whole_word(name: str) -> str:
    return rf"\b{re.escape(name)}(?=e?s?\b)" if name.isascii() else re.escape(name)


class Figures:
    """Reads figures by the words of one library."""

    def __init__(self, library: Library) -> None:
        self._matters: Matters = library.matters
        self._by_fact: Mapping[str, Matter] = {
            fact: matter for matter in library.matters.matters for fact in matter.facts
        }
        self._with_words = [matter for matter in library.matters.matters if matter.instead]
        self._stands_for_one = re.compile(
            "|".join(re.escape(word) for matter in self._with_words for word in matter.instead) or r"(?!)"
        )
        self._service = library.service.facts
        self.goods = Goods(library)

    def told_in(self, text: Text) -> Iterator[Told]:
        """Yield every figure of a text, and every word that stands for one.

        Slots are read in the Chinese text alone: the English of an article says the same ones. A raw figure in an
        article is refused anyway.
        """
        quantities = quantities_in(text.text)
        clauses = clauses_of(text.text)
        for quantity in quantities:
            clause = next((one for one in clauses if one.start <= quantity.start < one.end), clauses[0])
            slot = text.slot_at(quantity.start, quantity.end)
            shared = slot is not None and self._is_shared(slot, text)
            matter = self._by_fact.get(slot.name) if slot and shared else self._matter(quantity, clause, text, slot)
            passed = text.english if slot else bool(text.intent)
            if not passed and not self._asks(text.text[clause.start : clause.end]):
                yield self._told(text, matter, quantity, clause, slot, shared=shared)
        if self._stands_for_one.search(text.text.lower()):
            for clause in clauses:
                if not any(clause.start <= one.start < clause.end for one in quantities):
                    yield from self._instead(text, clause)

    def _is_shared(self, slot: Slot, text: Text) -> bool:
        fact = self._service.get(slot.name)
        return fact is not None and text.text[slot.start : slot.end] == fact.value

    def _asks(self, clause: str) -> bool:
        return any(word in clause.lower() for word in self._matters.questions)

    def _told(
        self, text: Text, matter: Matter | None, quantity: Quantity, clause: Clause, slot: Slot | None, *, shared: bool
    ) -> Told:
        near = text.text[clause.start : clause.end]
        before = text.text[max(clause.sentence[0], text.text.rfind("，", 0, max(clause.start - 1, 0))) : clause.end]
        named, products = self.goods.named(text.text[_list_start(text.text, clause) : clause.end])
        own = frozenset(text.categories)
        mentioned = frozenset(text.products) & products
        return Told(
            text=text,
            matter=matter,
            quantity=quantity,
            said=text.text[slot.start : slot.end] if slot else text.text[quantity.start : quantity.end].strip(),
            categories=own or named,
            products=mentioned or (frozenset(text.products) if text.products else products),
            states=frozenset(word for word in self._matters.states if word in before.lower()),
            clause=near,
            slot=slot,
            shared=shared,
        )

    def _matter(self, quantity: Quantity, clause: Clause, text: Text, slot: Slot | None) -> Matter | None:
        """Return the matter whose word stands nearest."""
        best: tuple[float, Matter] | None = None
        for matter in self._matters.matters:
            if matter.measure is not quantity.measure or not _may_be(matter, clause, text):
                continue
            far = _distance(matter, quantity, clause, text.text)
            if slot is not None and _says(slot.name, matter.slots):
                far = min(far, _VERY_NAME if slot.name in matter.slots else _SLOT_NAME)
            if far < (best[0] if best else float("inf")):
                best = (far, matter)
        return best[1] if best else None

    def _instead(self, text: Text, clause: Clause) -> Iterator[Told]:
        said = text.text[clause.start : clause.end].lower()
        if re.search(r"[不没非]|n't|\bnot\b", said) or self._asks(said):
            return
        for matter in self._with_words:
            if not any(word.strip("…") in said for word in matter.words):
                continue
            if not _may_be(matter, clause, text):
                continue
            for word, figure in matter.instead.items():
                if (at := said.find(word)) >= 0:
                    (quantity,) = quantities_in(figure)
                    start = clause.start + at
                    placed = Quantity(
                        quantity.measure, quantity.low, quantity.high, False, False, start, start + len(word)
                    )
                    yield self._told(text, matter, placed, clause, None, shared=False)
                    return


def _list_start(text: str, clause: Clause) -> int:
    """Return where the list begins that a clause ends: 水果、肉和水产不超过…; a figure in between ends another one."""
    start = max(clause.sentence[0], *(text.rfind(mark, 0, clause.start) + 1 for mark in "，：:,（("))
    figures = [one.end for one in quantities_in(text) if start <= one.start < clause.start]
    return max(figures, default=start)


@lru_cache(maxsize=4096)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text in order; together they are all of it."""
    clauses: list[Clause] = []
    for start, end in _parts(text, 0, len(text), _SENTENCE):
        clauses += [Clause(low, high, (start, end)) for low, high in _parts(text, start, end, _CLAUSE)]
    return tuple(clauses) or (Clause(0, 0, (0, 0)),)


def _parts(text: str, start: int, end: int, between: re.Pattern[str]) -> list[tuple[int, int]]:
    ends = [match.end() for match in between.finditer(text, start, end)]
    edges = [start, *ends, *([end] if not ends or ends[-1] < end else [])]
    return list(pairwise(edges))


def _may_be(matter: Matter, clause: Clause, text: Text) -> bool:
    if matter.intents and text.intent and text.intent not in matter.intents:
        return False
    near = text.text[clause.start : clause.end].lower()
    sentence = text.text[slice(*clause.sentence)].lower()
    beside = not matter.beside or any(word in sentence for word in matter.beside)
    return beside and not any(word in near for word in matter.unless)


def _distance(matter: Matter, quantity: Quantity, clause: Clause, text: str) -> float:
    """Return how far the nearest word of a matter stands from a figure, within its sentence."""
    low, high = clause.sentence
    sentence = text[low:high].lower()
    nearest = float("inf")
    for word in matter.words:
        if word.startswith("…"):
            after = text[quantity.end : high].lower()
            if after.startswith(word[1:]) or _ENDING.sub("", after).startswith(word[1:]):
                nearest = -1.0
        elif word.endswith("…"):
            if text[low : quantity.start].rstrip().lower().endswith(word[:-1]):
                nearest = -1.0
        else:
            for match in re.finditer(re.escape(word), sentence):
                nearest = min(nearest, _gap(low + match.start(), low + match.end(), quantity, clause))
    return nearest


def _gap(start: int, end: int, quantity: Quantity, clause: Clause) -> float:
    gap = quantity.start - end if end <= quantity.start else start - quantity.end
    outside = end <= clause.start or start >= clause.end
    return max(gap, 0) + (_ACROSS if outside else 0) + (_ACROSS if start >= clause.end else 0)


def _says(name: str, hints: tuple[str, ...]) -> bool:
    return any(f"_{hint}_" in f"_{name}_" for hint in hints)
