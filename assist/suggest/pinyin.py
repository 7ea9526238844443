"""Which words of the library do Latin letters spell? In full pinyin, by initials, or half typed.

Only words that the library itself uses are read, so what is read can be found.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from heapq import nsmallest
from itertools import accumulate, chain, islice, pairwise, product
from math import log

import rjieba

from assist.domain.library import Library

from .text import fold, normalise
from .words import word_table

_HAN = re.compile("[㐀-鿿]+")
_MOST_LETTERS = 60
_MOST_SPELLINGS = 4
"""Of one word whose characters are read in several ways."""
_MOST_LIKE_SOUNDING = 5
_MOST_PATHS = 4
_FEWEST_INITIALS = 2
_FEWEST_BEGUN = 2
"""Letters that begin a word; a single one begins too many."""

# From here on the word table counts the stand-ins of its syllables.
_FIRST_SOUND = 0xE000

# Natural logarithms, as is what a word costs by its rarity: 1 is nearly three times as unlikely.
_EVERY_WORD = 1.0
_LONE_CHARACTER = 2.5
_PAIR = 2.0
_PRODUCT_NAME = -2.0
_SYNONYM = -1.0
_BY_INITIALS = 4.0
_BEGUN = 6.0
_LETTERS_LEFT_OVER = 8.0

# The word table has one sound a character; in longer words of this trade these are said otherwise.
_ALSO_SAID = {
    **dict.fromkeys("茄", "qie"),
    **dict.fromkeys("参什葚", "shen"),
    **dict.fromkeys("蛤", "ge"),
    **dict.fromkeys("长", "chang"),
    **dict.fromkeys("重", "chong"),
    **dict.fromkeys("薄剥", "bo"),
    **dict.fromkeys("荠", "qi"),
    **dict.fromkeys("芥", "gai"),
    **dict.fromkeys("肋", "lei"),
    **dict.fromkeys("便", "pian"),
    **dict.fromkeys("行", "hang"),
    **dict.fromkeys("还", "huan"),
    **dict.fromkeys("称", "chen"),
    **dict.fromkeys("血", "xie"),
    **dict.fromkeys("仔", "zi"),
    **dict.fromkeys("着", "zhao"),
    **dict.fromkeys("调", "tiao"),
    **dict.fromkeys("藏", "zang"),
    **dict.fromkeys("削", "xiao"),
    **dict.fromkeys("熟", "shou"),
    **dict.fromkeys("都", "du"),
    **dict.fromkeys("粘", "nian"),
}
# lve and nve are typed so, too.
_ALSO_TYPED = {"lve": "lue", "nve": "nue"}


@dataclass(frozen=True)
class Word:
    """A word of the library: the more usual, the less it costs. `sure` ones are names or of several characters."""

    cost: float
    text: str
    sure: bool


@dataclass(frozen=True)
class _Spelled:
    """A word as it is typed in one way; `starts` are where its syllables begin, and where it ends."""

    word: Word
    starts: frozenset[int]


@dataclass(frozen=True)
class Span:
    """A word read from the letters `start` to `end`."""

    word: Word
    start: int
    end: int
    in_full: bool


@dataclass(frozen=True)
class Spelling:
    """One way to read letters as words, and how unlikely it is."""

    text: str
    cost: float
    spans: tuple[Span, ...]
    left_over: bool = False
    """The last letters are no word yet."""

    @property
    def in_full(self) -> bool:
        return not self.left_over and all(span.in_full for span in self.spans)

    @property
    def says_something(self) -> bool:
        """Is it one word, or is at least one of its words more than a character? What is only begun says little."""
        if len(self.spans) == 1 and not self.left_over:
            return True
        if any(span.in_full and span.word.sure for span in self.spans):
            return True
        return self.in_full and any(len(span.word.text) > 1 for span in self.spans)

    def then(self, word: Word, end: int, more: float) -> "Spelling":
        start = self.spans[-1].end if self.spans else 0
        span = Span(word, start, end, not more)
        return Spelling(self.text + word.text, self.cost + word.cost + more, (*self.spans, span))


Spelt = Mapping[str, Sequence[_Spelled]]


@dataclass(frozen=True, repr=False)
class Pinyin:
    """The words of one library by how they are typed: in full, by initials, and what may begin them."""

    _in_full: Spelt
    _initials: Spelt
    _begun: Spelt
    _longest: int
    _syllables_begun: frozenset[str]

    def read(self, tokens: Sequence[str]) -> list[Spelling]:
        """Return the likeliest ways to read letters as Chinese words, best first; none where they are no pinyin.

        No syllable goes across the end of a token. Single characters side by side are no reading: syllables of
        anything can be put together from those.
        """
        letters = "".join(tokens)
        if not letters or len(letters) > _MOST_LETTERS:
            return []
        ends = list(accumulate(map(len, tokens), initial=0))
        found = [one for one in self._paths(letters, ends) if one.says_something]
        return sorted(found, key=lambda one: (one.cost, one.text))

    def _paths(self, letters: str, ends: Sequence[int]) -> list[Spelling]:
        """Return the best readings of all letters: the best ones up to every place are carried on from there."""
        best: list[dict[str, Spelling]] = [{} for _ in range(len(letters) + 1)]
        best[0] = {"": Spelling("", 0.0, ())}
        for start in range(len(letters)):
            if not best[start]:
                continue
            reached = nsmallest(_MOST_PATHS, best[start].values(), key=lambda one: one.cost)
            for word, end, more in self._words_from(letters, start, ends):
                for path in reached:
                    _keep(best[end], path.then(word, end, more))
            if letters[start:] in self._syllables_begun:
                for path in reached:
                    _keep(best[-1], replace(path, cost=path.cost + _LETTERS_LEFT_OVER, left_over=True))
        return list(best[-1].values())

    def _words_from(self, letters: str, start: int, ends: Sequence[int]) -> Iterator[tuple[Word, int, float]]:
        """Yield words that begin at a place, with where they end and what it costs that they are not typed in full."""
        inner = [end - start for end in ends if end > start]
        for length in range(1, min(self._longest, len(letters) - start) + 1):
            for spelled in self._in_full.get(letters[start : start + length], ()):
                if spelled.starts.issuperset(end for end in inner if end < length):
                    yield spelled.word, start + length, 0.0
        if start in ends and inner[0] >= _FEWEST_INITIALS:
            for spelled in self._initials.get(letters[start : start + inner[0]], ()):
                yield spelled.word, start + inner[0], _BY_INITIALS
        for spelled in self._begun.get(letters[start:], ()):
            if spelled.starts.issuperset(inner[:-1]):
                yield spelled.word, len(letters), _BEGUN


def _keep(best: dict[str, Spelling], path: Spelling) -> None:
    known = best.get(path.text)
    if known is None or path.cost < known.cost:
        best[path.text] = path


def build_pinyin(library: Library) -> Pinyin:
    """Spell the words of a library: product names, synonyms, and the words of its titles and asks."""
    in_full: dict[str, list[_Spelled]] = {}
    initials: dict[str, list[_Spelled]] = {}
    begun: dict[str, list[_Spelled]] = {}
    # The most usual come first, so that the full lists hold these.
    for word in sorted(_words_of(library), key=lambda one: (one.cost, one.text)):
        for syllables in _syllables_of(word.text):
            spelled = _Spelled(word, frozenset(accumulate(map(len, syllables))))
            typed = "".join(syllables)
            _add(in_full, typed, spelled)
            if not word.sure:
                continue
            for length in range(_FEWEST_BEGUN, len(typed)):
                _add(begun, typed[:length], spelled)
            if len(syllables) >= _FEWEST_INITIALS:
                for short in {"".join(one[0] for one in syllables), "".join(map(_initial, syllables))}:
                    _add(initials, short, spelled)
    syllables = {syllable for syllable in word_table().syllables if syllable.isascii()}
    return Pinyin(
        _in_full=in_full,
        _initials=initials,
        _begun=begun,
        _longest=max(map(len, in_full), default=0),
        _syllables_begun=frozenset(one[:length] for one in syllables for length in range(1, len(one))) - syllables,
    )


def _add(spelt: dict[str, list[_Spelled]], typed: str, spelled: _Spelled) -> None:
    there = spelt.setdefault(typed, [])
    # A word's spellings come one after the other.
    if not there or (len(there) < _MOST_LIKE_SOUNDING and there[-1].word is not spelled.word):
        there.append(spelled)


def _initial(syllable: str) -> str:
    return syllable[:2] if syllable[:2] in {"zh", "ch", "sh"} else syllable[0]


def _syllables_of(text: str) -> list[tuple[str, ...]]:
    """Return the ways a Chinese text is said; none where a character's sound is not known.

    A character alone is said in the usual way: 还 (still) is no way to say 换 (change).
    """
    if len(text) == 1:
        return [_said(text)[:1]] if _said(text) else []
    return list(islice(product(*map(_said, text)), _MOST_SPELLINGS))


@cache
def _said(character: str) -> tuple[str, ...]:
    table = word_table()
    sound = table.sounds.get(ord(character))
    syllable = table.syllables[ord(sound) - _FIRST_SOUND] if sound else ""
    # The table's last rows are characters of their own sound.
    if not syllable.isascii():
        return ()
    others = (syllable, _ALSO_SAID.get(character), _ALSO_TYPED.get(syllable))
    return tuple(dict.fromkeys(filter(None, others)))


def _words_of(library: Library) -> Iterator[Word]:
    """Yield the library's words, each once, with how unlikely it is that one is meant: rare ones are."""
    used, pairs = _used(library)
    about = Counter(chain.from_iterable(article.products for article in library.articles))
    kinds: dict[str, float] = {text: _LONE_CHARACTER if len(text) == 1 else 0.0 for text in used}
    kinds = dict.fromkeys(pairs, _PAIR) | kinds
    named: set[str] = set()
    for text in chain.from_iterable(library.synonyms.rows):
        kinds[normalise(text)] = _SYNONYM
        named.add(normalise(text))
    for sold in library.products:
        for name in map(normalise, (sold.name, *sold.aliases)):
            kinds[name] = _PRODUCT_NAME
            named.add(name)
            used[name] = max(used[name], about[sold.id] if name == normalise(sold.name) else 0)
    for text, kind in kinds.items():
        if _HAN.fullmatch(text):
            rare = log((len(library.articles) + 1) / (max(used[text], pairs[text]) + 0.5))
            sure = text in named or (len(text) > 1 and text in used)
            yield Word(round(rare + kind + _EVERY_WORD, 6), text, sure)


def _used(library: Library) -> tuple[Counter[str], Counter[str]]:
    """Count in how many articles every word stands, and every pair of characters that are words of their own."""
    used: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for article in library.articles:
        cut = [rjieba.cut(run) for run in _HAN.findall(fold("\n".join((article.title, *article.asks))))]
        used.update({*chain.from_iterable(cut)})
        pairs.update({one + next_one for words in cut for one, next_one in pairwise(words) if len(one + next_one) == 2})
    return used, pairs
