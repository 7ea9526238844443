"""Is everything said to be bad in a clause, or a part of it, and how surely?"""

import re
from itertools import pairwise

from assist.domain.complaint import Ground

from .amounts import Measure
from .lexicon import Word
from .told import BRUISE, All, Mark, State, Told, is_near

# 都烂成这样, 烂得流水: how badly, not how many.
_HOW_BADLY = re.compile(r"(?:得|成|的(?:流|出|滴|不|没)|到)")
_OF_THE_INSIDE = (
    "里面",
    "内里",
    "果心",
    "芯",
    "中间",
    "切开",
    "剥开",
    "肉",
    "心",
    "叶",
    "表面",
    "上面",
    "皮",
    "蒂",
    "根",
    "外面",
    "底部",
    "inside",
)
_OTHERWISE = re.compile(r"[没不给说会能知]|要")
_WEAK = ("都", "都是", "都有")
# What lies in one layer is not all.
_LAYERS = ("底下", "下面", "底层", "下层", "最下", "底部", "一层")
_SHORT = 2
_ALL_WORDS = frozenset({"all", "nearly_all", "unevenly"})


def all_of(told: Told, plain: str) -> All | None:
    """Return how surely everything is said to be bad here."""
    if told.none_good:
        return All.firm
    if any("nearly_all" in w.lists and 0 <= w.begin - m.end <= 2 for w in told.words for m in told.marks):
        # 死了大半
        return All.nearly
    found = [_all_before(told, mark, plain) for mark in told.marks if mark.state is not State.good]
    return min((one for one in found if one), key=list(All).index, default=None)


def _all_before(told: Told, mark: Mark, plain: str) -> All | None:
    """Return how surely the words before something bad, or right after it, say that all is."""
    if _says_all_inside(mark, plain):
        return All.emphatic
    if any("all_after" in w.lists and 0 <= w.begin - mark.end <= 1 for w in told.words):
        return All.firm
    before = [w for w in told.words if w.end <= mark.begin and is_near(plain, w.end, mark.begin)]
    word = next((w for w in reversed(before) if _ALL_WORDS & w.lists), None)
    if word is None or _is_of_something_else(told, mark, word, plain) or _is_not_all(told, word):
        return None
    return _how_surely(told, mark, word, before, plain)


def _is_not_all(told: Told, word: Word | None = None) -> bool:
    """没全烂, 不是都坏, but not 好的没有全是烂的."""
    return any(
        "not_everything" in no.lists
        and (word is None or no.begin < word.end <= no.end + 2)
        and not any(mark.state is State.good and mark.end == no.begin for mark in told.marks)
        for no in told.words
    )


def _how_surely(told: Told, mark: Mark, word: Word, before: list[Word], plain: str) -> All:
    earlier = [w for w in told.words if w.begin <= mark.begin]
    if any({"nearly_all", "unevenly"} & w.lists for w in earlier):
        return All.nearly
    around = plain[max(told.clause.begin, word.begin - 4) : word.begin]
    if any({"rest", "but_for"} & w.lists for w in before if w.begin < word.begin) or _is_in(_LAYERS, around):
        return All.rest
    if any("perhaps" in w.lists for w in earlier):
        return All.perhaps
    return All.emphatic if _is_emphatic(told, mark, word, plain) else All.firm


def _is_in(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)


def _is_of_something_else(told: Told, mark: Mark, word: Word, plain: str) -> bool:
    """Is the word for all about something else than what is bad: 放两天都坏了 (so soon), 都没说坏了, 都有烂的?"""
    if {"nearly_all", "unevenly"} & word.lists:
        return False
    if any(one.measure is Measure.time and 0 <= word.begin - one.end <= 1 for one in told.counts):
        return True
    if any(word.end <= one.begin < mark.begin for one in told.counts) or _OTHERWISE.search(plain, word.end, mark.begin):
        return True
    if told.between("some", word.end, mark.begin):
        return True
    return bool(told.between("there_is", word.end, mark.begin)) and not _is_each(word, told, plain)


def _is_each(word: Word, told: Told, plain: str) -> bool:
    """Is it each of them, not 都 alone: 个个都有伤?"""
    return any("all" in w.lists and plain[w.begin : w.end] not in _WEAK for w in told.words if w.end <= word.end)


def _says_all_inside(mark: Mark, plain: str) -> bool:
    """里面全烂了: the inside of one, or all of what is in the box?"""
    said = plain[mark.begin : mark.end]
    return len(said) > _SHORT and ("全" in said or "都" in said)


def _is_emphatic(told: Told, mark: Mark, word: Word, plain: str) -> bool:
    said = plain[word.begin : word.end]
    if plain[max(0, word.begin - 1) : word.begin] in ("的", "得") and any(
        0 <= word.begin - m.end <= 1 for m in told.marks
    ):
        return True
    named = next((begin for begin, end in told.named.items() if end == word.begin), word.begin)
    # 皮皮虾都死了: no skin.
    if _is_in(_OF_THE_INSIDE, plain[max(told.clause.begin, word.begin - 4) : named]):
        return True
    ground = next((one.ground for one in told.grounds if one.begin == mark.begin), None)
    if ground is Ground.inner_rot:
        return True
    if _is_each(word, told, plain):
        return False
    if ground in BRUISE and said in _WEAK:
        return True
    already = plain.startswith("已经", word.end)
    return said == "都" and (already or ground is Ground.bad_smell or _HOW_BADLY.match(plain, mark.end) is not None)


def some_of(told: Told, plain: str) -> bool:
    """Is a part of the goods said to be bad, without a number: 有几个, 还有烂的?"""
    bad = [mark for mark in told.marks if mark.state is not State.good]
    if bad and _is_not_all(told):
        return True
    for mark in bad:
        for word in told.words:
            if "some" in word.lists and (word.end <= mark.begin or 0 <= word.begin - mark.end <= 2):
                return True
            if "there_is" in word.lists and 0 <= mark.begin - word.end <= 4 and mark.attributive:
                return True
    # 烂的烂, 小的小.
    return any(
        plain[one.end : two.begin] == "的"
        and not two.attributive
        and plain[one.begin : one.end] == plain[two.begin : two.end]
        for one, two in pairwise(bad)
    )
