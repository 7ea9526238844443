"""What does each clause of a complaint say: which grounds are meant, and of what are amounts said?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from assist.domain.complaint import Ground

from .amounts import Count, Part, counts_in, parts_in
from .extent import all_of, some_of
from .heard import Clause, Heard
from .lexicon import Word
from .meant import THREATS, is_cut_short, is_denied, is_scolding, is_unfit, is_unreal, meant_of
from .told import BRUISE, ROT, Mark, Paired, Said, State, Told, is_goods, is_near

Placed = TypeVar("Placed", Word, Count, Part)
_NONE_GOOD = re.compile(
    r"(?:没有?|莫得|找不[出到]|挑不[出到])[一半][个颗只粒枚条盒箱瓶根朵串块片袋房](?:是)?(?:好|能|完|活|像样|可以|正常)"
)
_RUNS = "流淌"
_EGG = "蛋液"
_AFTER_BAD = re.compile(
    r"(?:了|掉|脱|的|挑出来|捡出来|拣出来|出来|有|只有|只剩下?|就剩下?|就|剩|才|仅"
    r"|大概|大约|差不多|约|整整|足足|将近|接近|得|快|近|能|我|:|是|一片|都| |about|around|in|on)*"
)


def says_none_is_good(plain: str) -> bool:
    return _NONE_GOOD.search(plain) is not None


def tell(heard: Heard, words: Sequence[Word], named: Mapping[int, int]) -> list[Told]:
    """Read every clause. `named` are the places of goods' names: from where to where each goes."""
    parts = list(parts_in(heard.plain))
    counts = [one for one in counts_in(heard.plain) if not any(_overlap(one, part) for part in parts)]
    supposed: dict[int, int] = {}
    told: list[Told] = []
    for clause in heard.clauses:
        for word in _inside(words, clause):
            if "supposing" in word.lists:
                supposed.setdefault(clause.sentence, word.begin)
        one = Told(clause, _inside(words, clause))
        one.counts, one.parts = _inside(counts, clause), _inside(parts, clause)
        told.append(one)
    evident = {one.clause.sentence for one in told if one.counts or one.parts or one.has("arrived") or one.has("all")}
    past = _past(told)
    _tell_liquids(told, named)
    for one in told:
        one.named = named
        _read(one, heard.plain, supposed.get(one.clause.sentence), evident=one.clause.sentence in evident)
        if one.clause in past:
            forget(one)
    _let_juice_go(told, heard.plain)
    return told


def _let_juice_go(told: Sequence[Told], plain: str) -> None:
    """What runs out of broken goods is no leak of a package: 西瓜摔裂了,汤流了一箱."""
    broken: Told | None = None
    for one in told:
        egg = any(plain.startswith(_EGG, said.begin) for said in one.grounds)
        bruised = any(said.ground in BRUISE for said in one.grounds)
        if egg or (bruised and not one.liquid and not one.has("containers")):
            broken = one
        if broken and broken.clause.text == one.clause.text:
            runs = _RUNS if not egg else _RUNS + "漏"
            one.grounds = [s for s in one.grounds if s.ground is not Ground.leaking or plain[s.begin] not in runs]


def _tell_liquids(told: Sequence[Told], named: Mapping[int, int]) -> None:
    """Tell each clause whether what it speaks of may run out: 牛奶, but no 奶油草莓."""
    goods = [(end, False) for end in named.values()]
    liquids = [(word.end, True) for one in told for word in one.words if "liquids" in word.lists]
    # What ends alike is both, a good and a liquid.
    ends = sorted({*goods, *liquids})
    if not liquids:
        return
    for one in told:
        before = [liquid for end, liquid in ends if end <= one.clause.end]
        one.liquid = bool(before) and before[-1]


def _past(told: Sequence[Told]) -> set[Clause]:
    """Return the clauses about an earlier order, where this one is spoken of too: 上次坏了两个, 这次全是好的."""
    past: set[Clause] = set()
    if not any(one.has("this_time") for one in told):
        return past
    sentence = -1
    for one in told:
        if one.has("this_time"):
            sentence = -1
        elif one.has("formerly"):
            sentence = one.clause.sentence
        if one.clause.sentence == sentence:
            past.add(one.clause)
    return past


def forget(told: Told) -> None:
    """What was wrong with the goods then is no complaint now."""
    told.grounds = [one for one in told.grounds if one.ground not in ROT | BRUISE]
    told.marks, told.counts, told.parts = [], [], []
    told.all, told.some, told.none_good = None, False, False


def _overlap(count: Count, part: Part) -> bool:
    return count.begin < part.end and part.begin < count.end


def _inside(found: Iterable[Placed], clause: Clause) -> list[Placed]:
    return [one for one in found if clause.begin <= one.begin < clause.end]


def _read(told: Told, plain: str, supposed: int | None, *, evident: bool) -> None:
    """Fill in what is meant. After `supposed` nothing has happened yet; `evident` things were seen."""
    if none := _NONE_GOOD.search(plain, told.clause.begin, told.clause.end):
        told.none_good = True
        told.words = [word for word in told.words if word.end <= none.start() or word.begin > none.end()]
        told.counts = [one for one in told.counts if one.end <= none.start() or one.begin >= none.end()]
    for word in told.words:
        _read_word(told, word, plain)
        if word.ground is not None and not is_cut_short(told, word, plain):
            after_if = supposed is not None and supposed < word.begin
            _take(told, word, plain, after_if=after_if, evident=evident)
    told.all = all_of(told, plain)
    told.some = some_of(told, plain)


def _read_word(told: Told, word: Word, plain: str) -> None:
    """Keep what the lists a word is of say by themselves."""
    if "none_good" in word.lists:
        told.none_good = True
    elif "good" in word.lists and not is_denied(told, word, plain):
        told.marks.append(Mark(State.good, word.begin, word.end, plain[word.end - 1] == "的"))
    elif "lacking" in word.lists and word.ground is None and told.ending_at("negations", word.begin):
        told.denied = True
    elif "lacking" in word.lists and word.ground is None and word.end in told.named:
        told.grounds.append(Said(Ground.missing_item, word.begin, told.named[word.end]))
    elif is_unfit(word):
        _count_unfit(told, word)


def _take(told: Told, word: Word, plain: str, *, after_if: bool, evident: bool) -> None:
    """Keep a ground if it is meant; what is not bad is good. A threat is one however it is put."""
    if word.ground in THREATS:
        _mean(told, word, plain)
    elif after_if or is_unreal(told, word, plain, evident=evident):
        told.asked = True
    elif not is_denied(told, word, plain):
        _mean(told, word, plain)
    else:
        told.denied = True
        if word.ground in ROT | BRUISE:
            told.marks.append(Mark(State.good, word.begin, word.end, False))


def _count_unfit(told: Told, word: Word) -> None:
    """What cannot be eaten is spoilt where it is counted; else it is just not good."""
    counted = any(is_goods(one) and one.end <= word.begin for one in told.counts) or bool(told.parts)
    if counted:
        told.grounds.append(Said(Ground.rotten, word.begin, word.end))
        told.marks.append(Mark(State.spoilt, word.begin, word.end, False))
    elif "unfit" in word.lists:
        told.grounds.append(Said(Ground.taste, word.begin, word.end))


def _mean(told: Told, word: Word, plain: str) -> None:
    softened = plain[word.begin] == "烂" and told.ending_at("cooked", word.begin, 6) is not None
    if softened or is_scolding(told, word):
        told.grounds.append(Said(Ground.taste, word.begin, word.end))
        return
    ground = meant_of(told, word, plain)
    told.grounds.append(Said(ground, word.begin, word.end))
    state = State.spoilt if ground in ROT else State.bruised if ground in BRUISE else None
    if state is not None:
        text = plain[word.begin : word.end]
        attributive = plain[word.end : word.end + 1] in ("的", "果") or text[-1] in "的果蟹虾鱼贝蛋"
        end = told.named.get(word.end, word.end) if not attributive else word.end
        told.marks.append(Mark(state, word.begin, end, attributive or end > word.end))


def paired(told: Told, number: int, plain: str, loose: Sequence[Count]) -> list[Paired]:
    """Pair the amounts of a clause with what they are said to be: 10个坏了3个, 3个坏的, 一箱好的一箱烂的.

    What ends with an amount says what is bad before how many, else after it. `loose` are amounts that may pair.
    """
    items: list[Count | Mark] = sorted([*loose, *told.marks], key=lambda one: (one.begin, one.end))
    if not items or not told.marks:
        return []
    ends_with_count = isinstance(items[-1], Count)
    pairs: list[Paired] = []
    used: set[int] = set()
    for forward in (not ends_with_count, ends_with_count):
        for at in range(len(items) - 1):
            one, two = items[at], items[at + 1]
            if forward and isinstance(one, Count) and isinstance(two, Mark):
                count, mark = one, two
                fits = is_near(plain, one.end, two.begin)
            elif not forward and isinstance(one, Mark) and isinstance(two, Count):
                count, mark = two, one
                fits = _AFTER_BAD.fullmatch(plain, one.end, two.begin) is not None
            else:
                continue
            if not fits or id(count) in used or id(mark) in used:
                continue
            used |= {id(count), id(mark)}
            begin, end = min(count.begin, mark.begin), max(count.end, mark.end)
            pairs.append(Paired(count, mark.state, number, told.clause.text, begin, end))
    return pairs
