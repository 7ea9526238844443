"""What does an agent look for who typed this? Chinese and English as they stand, other letters as pinyin."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, product
from math import exp

from rapidfuzz import fuzz, process

from assist.domain.library import Library

from .pinyin import Pinyin, Spelling, build_pinyin
from .text import fold, normalise
from .words import word_table

_MOST_LOOKED_FOR = 2
"""Each costs a search."""
_LONGEST_IN_DOUBT = 6
"""In longer texts a word more or less that sounds alike hardly matters."""
_MOST_SPELLINGS = 3
_MOST_READ_RUNS = 3
_LEAST_SHARE = 0.2
_FEWEST_BEGUN = 3
"""Letters that begin an English word; fewer begin too many."""
_LIKE_ENOUGH = 75.0

# Macron, acute, caron, grave: the four tones. The diaeresis is none: lü is typed lv.
_TONES: dict[int, None] = dict.fromkeys((0x0304, 0x0301, 0x030C, 0x0300))
_DIAERESIS = "\u0308"

# Letters behind a digit count: 3tian.
_LETTERS = r"(?<![a-z])[a-z]+(?![a-z\d])"
_RUN = re.compile(rf"{_LETTERS}(?:[ -]+{_LETTERS})*")
_TOKENS = re.compile("[a-z]+")
_GAP = re.compile("(?<=[㐀-鿿]) +(?=[㐀-鿿])")
# No word has one letter three times, and letters before a digit are an order number's or a product code's; normalised,
# either could look like a word.
_NO_WORD = re.compile(r"[a-z]*([a-z])\1\1[a-z]*|[a-z]+(?=\d)")
_SAYS_MORE = re.compile(r"[^\W_a-z]")


@dataclass(frozen=True)
class LookedFor:
    """What to ask the finder. `share` is 1 for the likeliest, and how likely others are beside it.

    `product_id` is set where the text is a product's name and nothing else.
    """

    text: str
    share: float
    product_id: str | None


@dataclass(frozen=True)
class _Part:
    """A part of what was typed, as it is looked for, and how unlikely that is; `read` when it was replaced."""

    text: str
    cost: float = 0.0
    read: bool = False


@dataclass(frozen=True)
class _Around:
    """Do letters stand among English, or behind a number? And is there anything else in the box?"""

    english: bool
    number: bool
    query: str


@dataclass(frozen=True, repr=False)
class Typed:
    """Reads a search box by the words of one library.

    `_english` are its English words, `_english_begun` what the beginning of one most likely becomes.
    """

    _pinyin: Pinyin
    _english: frozenset[str]
    _english_begun: Mapping[str, str]
    _english_names: re.Pattern[str]
    _product_of: Mapping[str, str]

    def looked_for(self, query: str) -> list[LookedFor]:
        """Return what to ask the finder, likeliest first: the query as it stands where nothing of it is pinyin.

        Nothing is looked for when the query is empty, or nothing but letters that mean nothing here.
        """
        bare = fold(_toneless(query))
        plain = normalise(bare)
        runs = [match.span() for match in _RUN.finditer(_without_codes(bare, plain))]
        english = any(self._is_english(plain[start:end]) for start, end in runs)
        choices = [
            self._read_run(plain[start:end], _Around(english, plain[:start].rstrip()[-1:].isdigit(), plain))
            for start, end in runs
        ]
        if not any(choices) and not _SAYS_MORE.search(plain):
            return []
        if not any(part.read for parts in choices for part in parts):
            return [self._one(query, 1.0)]
        return self._likeliest(plain, runs, choices)

    def _likeliest(
        self, plain: str, runs: Sequence[tuple[int, int]], choices: Sequence[Sequence[_Part]]
    ) -> list[LookedFor]:
        # What means nothing stays as it is; of many runs only the likeliest reading is taken.
        standing = [parts or [_Part(plain[start:end])] for parts, (start, end) in zip(choices, runs, strict=True)]
        if len(runs) > _MOST_READ_RUNS:
            standing = [parts[:1] for parts in standing]
        costs: dict[str, float] = {}
        for chosen in product(*standing):
            text = _GAP.sub("", _replaced(plain, runs, [part.text for part in chosen]))
            costs[text] = min(costs.get(text, float("inf")), sum(part.cost for part in chosen))
        ordered = sorted(costs.items(), key=lambda one: (one[1], one[0]))
        ordered = ordered[: _MOST_LOOKED_FOR if len(ordered[0][0]) <= _LONGEST_IN_DOUBT else 1]
        shares = [(text, exp(ordered[0][1] - cost)) for text, cost in ordered]
        return [self._one(text, share) for text, share in shares if share >= _LEAST_SHARE]

    def _one(self, text: str, share: float) -> LookedFor:
        return LookedFor(text, share, self._product_of.get(normalise(text)))

    def _read_run(self, run: str, around: _Around) -> list[_Part]:
        """Return the likeliest readings of letters side by side; none where they mean nothing."""
        tokens = _TOKENS.findall(run)
        known = self._known(run)
        if all(known):
            return [_Part(run)]
        whole = self._spelled(tokens, around)
        if any(known):
            whole = [one for one in whole if _goes_beyond(one, tokens, known)]
        if whole:
            return [_Part(one.text, one.cost, read=True) for one in whole[:_MOST_SPELLINGS]]
        parts = list(self._parts(tokens, known, around))
        return [_joined(parts)] if parts else []

    def _is_english(self, run: str) -> bool:
        """Does it hold a word that the library knows as English, or one that is English and no pinyin?"""
        row_of = word_table().row_of
        strangers = (token for token in _TOKENS.findall(run) if token in row_of)
        return any(self._known(run)) or any(not self._pinyin.read([token]) for token in strangers)

    def _known(self, run: str) -> list[bool]:
        """Say for every token whether the library knows it as English, alone or as part of a product's name."""
        named = {token for name in self._english_names.findall(run) for token in name.split()}
        return [token in self._english or token in named for token in _TOKENS.findall(run)]

    def _parts(self, tokens: Sequence[str], known: Sequence[bool], around: _Around) -> Iterator[_Part]:
        """Read what is not English by itself: the words between English ones together, or each alone."""
        for is_known, group in groupby(zip(tokens, known, strict=True), key=lambda pair: pair[1]):
            words = [token for token, _ in group]
            if is_known:
                yield _Part(" ".join(words))
            elif read := self._spelled(words, around):
                yield _Part(read[0].text, read[0].cost, read=True)
            else:
                yield from filter(None, (self._alone(word, around) for word in words))

    def _alone(self, token: str, around: _Around) -> _Part | None:
        if read := self._spelled([token], around):
            return _Part(read[0].text, read[0].cost, read=True)
        is_word = token in word_table().row_of
        begun = self._english_begun.get(token) if token == around.query else None
        if begun and (not is_word or begun in self._product_of):
            return _Part(begun, read=True)
        # Beside English words a strange one is English too; elsewhere it may be a known one with a slip.
        return _Part(token) if is_word or around.english or self._is_slip(token) else None

    def _spelled(self, tokens: Sequence[str], around: _Around) -> list[Spelling]:
        """Return the likeliest readings: behind a number, and of what could be English, only those typed in full.

        Beside English each of their words must be sure, too.
        """
        found = self._pinyin.read(tokens)
        row_of = word_table().row_of
        if around.english or around.number or all(token in row_of for token in tokens):
            found = [one for one in found if one.in_full]
        return [one for one in found if all(span.word.sure for span in one.spans)] if around.english else found

    def _is_slip(self, token: str) -> bool:
        return process.extractOne(token, self._english, scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH) is not None


def _toneless(text: str) -> str:
    """Return the text with the tone marks of pinyin left out and ü as it is typed."""
    bare = unicodedata.normalize("NFD", text).translate(_TONES)
    return unicodedata.normalize("NFC", bare.replace(f"u{_DIAERESIS}", "v").replace(f"U{_DIAERESIS}", "v"))


def _without_codes(bare: str, plain: str) -> str:
    """Return the normalised text with digits in place of letters that are no words."""
    for match in _NO_WORD.finditer(bare):
        short = normalise(match.group())
        plain = re.sub(rf"(?<![a-z]){short}(?![a-z])", "0" * len(short), plain)
    return plain


def _goes_beyond(spelling: Spelling, tokens: Sequence[str], known: Sequence[bool]) -> bool:
    """Is every token that could be English a part of a longer word? `you tao` is 油桃."""
    start = 0
    for token, is_known in zip(tokens, known, strict=True):
        end = start + len(token)
        if is_known and not any(
            span.start <= start and end <= span.end and span.end - span.start > len(token) for span in spelling.spans
        ):
            return False
        start = end
    return True


def _joined(parts: Sequence[_Part]) -> _Part:
    return _Part(
        " ".join(part.text for part in parts), sum(part.cost for part in parts), any(part.read for part in parts)
    )


def _replaced(plain: str, runs: Sequence[tuple[int, int]], texts: Sequence[str]) -> str:
    pieces: list[str] = []
    at = 0
    for (start, end), text in zip(runs, texts, strict=True):
        pieces += [plain[at:start], text]
        at = end
    return "".join((*pieces, plain[at:]))


def build_typed(library: Library) -> Typed:
    """Learn how the search box is read from a library's names, titles and asks."""
    english = _english_words(library)
    names = {normalise(sold.name_en) for sold in library.products}
    english.update(name for name in names if " " not in name)
    phrases = sorted((name for name in names if " " in name), key=lambda name: (-len(name), name))
    # What names products comes first, then what is said most.
    favoured = sorted(english, key=lambda word: (word not in names, -english[word], word))
    begun: dict[str, str] = {}
    for word in favoured:
        for length in range(_FEWEST_BEGUN, len(word)):
            begun.setdefault(word[:length], word)
    return Typed(
        _pinyin=build_pinyin(library),
        _english=frozenset(english),
        _english_begun=begun,
        _english_names=re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b" if phrases else r"(?!)"),
        _product_of={
            normalise(name): sold.id for sold in library.products for name in (sold.name, *sold.aliases, sold.name_en)
        },
    )


def _english_words(library: Library) -> Counter[str]:
    """Count the words of English asks and titles; Latin words in Chinese ones are known, too."""
    said = (fold("\n".join((*one.asks, one.title, one.title_en or ""))) for one in library.articles)
    return Counter(chain.from_iterable(_TOKENS.findall(text) for text in said))
