"""Which words of the complaint lexicon does a folded text hold, and what does each stand for?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from assist.domain.complaint import ComplaintLexicon, Ground
from assist.suggest.text import fold

_KEPT = 4
"""So many lexicons stay prepared: those of a few shops, and the one before the last publishing."""
_BARE = "bare_"
_IDIOMS = "idioms"
_OF_WRONG = frozenset(
    {_IDIOMS, "good", "none_good", "unfit", "uneaten", "displeased", "scolding", "only_ended", "things"}
)
"""Lists of what is wrong or right with the goods, looked for with the grounds' words."""
# What pressing did is no rot: 压坏, 摔烂. What the shop's people answered is no answer: 客服说, 商家让我.
_JOINED = (
    ("crush_verbs", "crush_results", Ground.crushed),
    ("service_agents", "service_answers", Ground.service),
)
_DEGREE_LONGEST = 6
# What may follow an adjective that stands alone: 个头小，又酸又硬的.
_STANDS_BEFORE = frozenset("了的得滴到又也还且,。!?;~\n 啊呀吧呢到,.")


@dataclass(frozen=True, slots=True)
class Word:
    """One word found: the lists it is of, and the ground it says, if any."""

    begin: int
    end: int
    lists: frozenset[str]
    ground: Ground | None


@dataclass(frozen=True, slots=True)
class _Meaning:
    lists: frozenset[str]
    ground: Ground | None
    bare: Ground | None
    whole: bool

    @property
    def is_wrong(self) -> bool:
        """Does it say what is wrong, or hide what only seems to?"""
        return self.ground is not None or self.bare is not None or bool(self.lists & _OF_WRONG)

    def only_said(self) -> "_Meaning":
        return _Meaning(self.lists - _OF_WRONG, None, None, self.whole)


class SignalWords:
    """The words of a lexicon, prepared.

    What is wrong and how it is said are looked for apart: 就发 does not hide 发抖音. Within each, where words overlap,
    the first and of those the longest counts; idioms hide both.
    """

    def __init__(self, lexicon: ComplaintLexicon) -> None:
        meanings = _meanings(lexicon)
        wrong = {word: meaning for word, meaning in meanings.items() if meaning.is_wrong}
        said = {word: meaning for word, meaning in meanings.items() if not meaning.is_wrong or _IDIOMS in meaning.lists}
        said |= {word: meaning.only_said() for word, meaning in wrong.items() if meaning.lists - _OF_WRONG}
        self._finders = [
            (AhoCorasick(list(one), matchkind=MatchKind.LeftmostLongest), list(one.values())) for one in (wrong, said)
        ]
        self._degrees = frozenset(map(fold, lexicon.lists.get("degrees", ())))
        self._kept_from = {
            name: tuple(map(fold, lexicon.lists.get(name, ())))
            for name in ("bare_of_service", "bare_of_packaging", "bare_of_nothing")
        }

    def find(self, plain: str) -> list[Word]:
        """Return the words of a folded text, in order: English ones only whole, adjectives where they stand out."""
        found: list[Word] = []
        for finder, meanings in self._finders:
            found += self._found(plain, finder, meanings)
        return sorted(found, key=lambda word: (word.begin, word.end))

    def _found(self, plain: str, finder: AhoCorasick, meanings: Sequence[_Meaning]) -> Iterator[Word]:
        for number, begin, end in finder.find_matches_as_indexes(plain):
            meaning = meanings[number]
            if meaning.whole and not _is_whole(plain, begin, end):
                continue
            ground = meaning.ground
            if meaning.bare is not None and ground is None:
                ground = self._bare(plain, begin, end, meaning.bare)
            yield Word(begin, end, meaning.lists, ground)

    def _bare(self, plain: str, begin: int, end: int, ground: Ground) -> Ground | None:
        """Return what an adjective says: with a degree before it (太酸), or at the end of what is said (个头小)."""
        start = begin
        for length in range(min(_DEGREE_LONGEST, begin), 0, -1):
            if plain[begin - length : begin] in self._degrees:
                start = begin - length
                break
        after = plain[end : end + 1]
        if start == begin and after and after not in _STANDS_BEFORE:
            return None
        if plain[max(0, start - 1) : start] in ("不", "没") or plain[max(0, start - 2) : start] in (
            "不是",
            "没那",
            "没有",
        ):
            return None
        near = plain[max(0, start - 5) : start]
        if any(word in near for word in self._kept_from["bare_of_nothing"]):
            return None
        if any(word in near for word in self._kept_from["bare_of_service"]) and ground is not Ground.late:
            return Ground.service
        return ground


def signal_words(lexicon: ComplaintLexicon) -> SignalWords:
    """Prepare a lexicon. Shops with the same one share it."""
    return _prepared(lexicon.model_dump_json(exclude_defaults=True))


@lru_cache(maxsize=_KEPT)
def _prepared(lexicon: str) -> SignalWords:
    return SignalWords(ComplaintLexicon.model_validate_json(lexicon))


def _is_whole(plain: str, begin: int, end: int) -> bool:
    before, after = plain[begin - 1 : begin] if begin else "", plain[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _meanings(lexicon: ComplaintLexicon) -> dict[str, _Meaning]:
    lists: dict[str, set[str]] = {}
    ground_of: dict[str, Ground] = {}
    bare_of: dict[str, Ground] = {}
    for row in lexicon.grounds:
        for word in map(fold, row.words):
            ground_of.setdefault(word, row.ground)
            lists.setdefault(word, set())
    for first, last, ground in _JOINED:
        for word in _joined(lexicon.lists, first, last):
            ground_of.setdefault(word, ground)
            lists.setdefault(word, set())
    for name, words in lexicon.lists.items():
        if name in ("degrees", *(name for row in _JOINED for name in row[:2])) or name.startswith("bare_of_"):
            continue
        for word in map(fold, words):
            if name.startswith(_BARE):
                bare_of.setdefault(word, Ground(name.removeprefix(_BARE)))
                lists.setdefault(word, set())
            else:
                lists.setdefault(word, set()).add(name)
    return {
        word: _Meaning(frozenset(names), ground_of.get(word), bare_of.get(word), word.isascii() and not word.isdigit())
        for word, names in lists.items()
    }


def _joined(lists: Mapping[str, Sequence[str]], first: str, last: str) -> Iterable[str]:
    """Yield every word of one list with every word of another after it."""
    for one in lists.get(first, ()):
        for two in lists.get(last, ()):
            yield fold(one + two)
