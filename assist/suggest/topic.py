"""What is a turn about? One category and one intent, with the words that say so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assist.domain.library import Category, Library
from assist.domain.topic import GENERAL, OTHER, Span, Topic

from .text import fold, normalise
from .topic_words import EDGE, FIGURE, GOODS, Example, Unit, Voices, learn, units_of

# How much a piece must add to the intent, beyond what it adds to the others, to be shown as evidence.
_TELLING = 0.8
# Goods alone want nothing yet.
_MERE = frozenset({EDGE, GOODS})


@dataclass(frozen=True)
class Named:
    """Goods named in a text: their category, and from which unit to which their name goes."""

    category: str
    first: int
    end: int
    length: int


@dataclass(frozen=True)
class Swap:
    """A category that others become when something is said with them: 冻 + 虾."""

    category: str
    said_before: tuple[str, ...]
    when_said: tuple[str, ...]


@dataclass(frozen=True)
class Goods:
    """How customers call goods, as units, and which category each name means."""

    category_of: Mapping[tuple[str, ...], str]
    lengths: Mapping[str, tuple[int, ...]]
    swaps: Mapping[str, tuple[Swap, ...]]

    def named_in(self, plain: str, units: Sequence[Unit]) -> list[Named]:
        """Return what the text names, in order; where names overlap, the longest."""
        found: list[Named] = []
        at = 0
        while at < len(units):
            name = self._name_at(units, at)
            if name:
                first, last = units[at], units[at + len(name) - 1]
                category = self._swapped(self.category_of[name], plain, first.start)
                found.append(Named(category, at, at + len(name), last.end - first.start))
            at += len(name) or 1
        return found

    def _name_at(self, units: Sequence[Unit], at: int) -> tuple[str, ...]:
        """Return the longest name that begins at a unit; empty when none does."""
        for length in self.lengths.get(units[at].text, ()):
            name = tuple([unit.text for unit in units[at : at + length]])
            if name in self.category_of:
                return name
        return ()

    def _swapped(self, category: str, plain: str, start: int) -> str:
        for swap in self.swaps.get(category, ()):
            if plain.endswith(swap.said_before, 0, start) or any(word in plain for word in swap.when_said):
                return swap.category
        return category


@dataclass(frozen=True)
class TopicReader:
    """The topics of one library, prepared. Build it beside the old one and swap."""

    _goods: Goods
    _voices: Voices
    _intents: tuple[str, ...]
    _category_of: Mapping[str, str]

    def read(self, text: str, *, about: Sequence[str] = ()) -> Topic:
        """Return what the text is about.

        `about` are ids of products known from the conversation, most telling first: the first one's category counts
        when the text names no goods. A text that says nothing is `general` and `other`, with a score of 0. Goods of
        several categories share the score.
        """
        plain = normalise(text)
        units = units_of(plain)
        named = self._goods.named_in(plain, units)
        goods = _most_meant(named)
        category = goods.category if goods else self._known(about)
        intent, sure, telling = self._wanted(_without_goods(units, named))
        spans = [(units[goods.first].start, units[goods.end - 1].end), *telling] if goods else telling
        kinds = len({one.category for one in named} - {GENERAL}) or 1
        return Topic(category=category, intent=intent, score=round(sure / kinds, 4), words=_spans(text, plain, spans))

    def _known(self, about: Sequence[str]) -> str:
        return next((self._category_of[product] for product in about if product in self._category_of), GENERAL)

    def _wanted(self, units: Sequence[Unit]) -> tuple[str, float, list[tuple[int, int]]]:
        """Return the intent, how sure it is, and where in the normalised text the words for it stand."""
        said = [unit.text for unit in units]
        heard = self._voices.heard_in(said)
        if not heard or _MERE.issuperset(said):
            return OTHER, 0.0, []
        weights = self._voices.speaks.take(list(heard), axis=0)
        sums = weights.sum(axis=0)
        best = int(sums.argmax())
        odds = np.exp(sums - sums[best])
        adds = weights[:, best].tolist()
        enough = min(_TELLING, max(adds))
        telling = [
            (units[first].start, units[end - 1].end)
            for (first, end), added in zip(heard.values(), adds, strict=True)
            if added >= enough
        ]
        return self._intents[best], float(1 / odds.sum()), telling


def build_reader(library: Library) -> TopicReader:
    """Return the reader of a library: its goods' names, its lexicon's words, and what its examples and asks teach."""
    goods = _goods_of(library)
    intents = library.topics.intents
    number = {intent.id: at for at, intent in enumerate(intents)}
    lexicon: dict[tuple[str, ...], dict[int, float]] = {}
    for intent in intents:
        for word in intent.words:
            units = tuple(unit for unit in _read_units(goods, word) if unit != EDGE)
            # The name of goods alone says nothing of what is wanted.
            if units and units != (GOODS,):
                lexicon.setdefault(units, {})[number[intent.id]] = intent.weights.get(word, 1.0)
    examples = [Example(_read_units(goods, said), number[intent]) for said, intent in _examples_of(library)]
    return TopicReader(
        _goods=goods,
        _voices=learn(examples, lexicon, len(intents)),
        _intents=tuple(intent.id for intent in intents),
        _category_of={product.id: _category_of(goods, product.name, product.category) for product in library.products},
    )


def _examples_of(library: Library) -> Iterable[tuple[str, str]]:
    """Yield what customers say and what they want: examples, those that were learned, and every article's asks."""
    moved = {article: intent.id for intent in library.topics.intents for article in intent.articles}
    known = {intent.id for intent in library.topics.intents}
    for intent in library.topics.intents:
        yield from ((example, intent.id) for example in intent.examples)
    for one in library.learned_topics.examples:
        if one.intent in known and not one.rejected:
            yield one.text, one.intent
    for article in library.articles:
        intent = moved.get(article.id, article.intent)
        if intent in known and article.id not in library.topics.unlearned:
            yield from ((ask, intent) for ask in article.asks)


def _goods_of(library: Library) -> Goods:
    category_of: dict[tuple[str, ...], str] = {}
    for product in library.products:
        for name in (product.name, *product.aliases, product.name_en):
            category_of.setdefault(_name_units(name), product.category)
    for category in library.topics.categories:
        category_of.update((_name_units(word), category.id) for word in category.words)
    for nothing in ((), (FIGURE,)):
        category_of.pop(nothing, None)
    lengths: dict[str, set[int]] = {}
    for name in category_of:
        lengths.setdefault(name[0], set()).add(len(name))
    return Goods(
        category_of=category_of,
        lengths={first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
        swaps=_swaps_of(library.topics.categories),
    )


def _swaps_of(categories: Sequence[Category]) -> dict[str, tuple[Swap, ...]]:
    swaps: dict[str, tuple[Swap, ...]] = {}
    for category in categories:
        swap = Swap(category.id, tuple(map(fold, category.said_before)), tuple(map(fold, category.when_said)))
        for other in category.instead_of:
            swaps[other] = (*swaps.get(other, ()), swap)
    return swaps


def _name_units(name: str) -> tuple[str, ...]:
    return tuple(unit.text for unit in units_of(normalise(name)) if unit.text != EDGE)


def _category_of(goods: Goods, name: str, otherwise: str) -> str:
    """Return the category a product's name is read as: the lexicon's word for it wins over the product's own."""
    return goods.category_of.get(_name_units(name), otherwise)


def _read_units(goods: Goods, said: str) -> tuple[str, ...]:
    plain = normalise(said)
    units = units_of(plain)
    return tuple(unit.text for unit in _without_goods(units, goods.named_in(plain, units)))


def _most_meant(named: Sequence[Named]) -> Named | None:
    """Return the goods that are meant: the first, but not one of a single character where others have more."""
    goods = [one for one in named if one.category != GENERAL]
    return next((one for one in goods if one.length > 1), goods[0] if goods else None)


def _without_goods(units: Sequence[Unit], named: Sequence[Named]) -> list[Unit]:
    """Return the units with one for each name of goods; what only sounds like goods is left as it is."""
    rest: list[Unit] = []
    at = 0
    for one in named:
        if one.category == GENERAL:
            continue
        rest += units[at : one.first]
        rest.append(Unit(GOODS, units[one.first].start, units[one.end - 1].end))
        at = one.end
    return [*rest, *units[at:]]


def _spans(text: str, plain: str, places: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Return where the words of the normalised text stand in the customer's, overlapping ones as one, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(place for place in places if place[0] < place[1]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    found = (_found(text, plain[start:end]) for start, end in merged)
    return tuple(dict.fromkeys(span for span in found if span))


def _found(text: str, word: str) -> Span | None:
    """Return where a normalised word stands in the text, or None where normalising has moved too much."""
    word = word.strip()
    start = text.find(word)
    if start < 0:
        folded = [fold(character) for character in text]
        # Only where each character stays one is the place the same.
        start = "".join(folded).find(word) if all(len(one) == 1 for one in folded) else -1
    return Span(start=start, end=start + len(word)) if start >= 0 and word else None
