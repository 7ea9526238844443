"""Which texts take back what was said before, and which say that nothing more is wrong?"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assist.domain.complaint import Ground

from .amounts import alike
from .parts import forget
from .shares import is_answer
from .told import BRUISE, ROT, All, State, Told, is_goods

_OPENING = 5
"""So many characters may stand before a correction: 不好意思看错了."""
_QUOTES = re.compile(r"[你您说]|客服|商家|卖家|怎么")
_RIPENS = frozenset({Ground.unripe, Ground.wilted})
_FILLER = 6
"""So few beside a denial say nothing of their own: 谢谢, 就是."""


def let_questions_go(told: Sequence[Told]) -> None:
    """硬邦邦的什么时候能吃 asks how goods ripen; hard is no complaint then."""
    asked = {one.clause.text for one in told if one.has("ripening")}
    for one in told:
        unripe = [said for said in one.grounds if said.ground in _RIPENS]
        if one.clause.text in asked and (unripe or one.has("ripening")):
            one.grounds = [said for said in one.grounds if said not in unripe]
            one.asked = True


def take_back(told: Sequence[Told], plain: str) -> None:
    """Let go of what a correction puts right: everything bad said before, or all of it where nothing is bad."""
    for at, one in enumerate(told):
        rest = [later for later in told[at:] if later.clause.text == one.clause.text]
        if _retracts(one):
            _count_again(told[:at], rest)
            if any(_says_how_much(later) for later in rest):
                _put_right(told[:at], rest, plain)
        elif one.has("not_everything"):
            _not_all(told[:at])
            one.some = True


def _put_right(earlier: Sequence[Told], rest: Sequence[Told], plain: str) -> None:
    """Let what was said before hold only as far as the rest of a correction leaves it."""
    _not_all(earlier)
    if _is_all_well(rest, plain):
        for one in earlier:
            forget(one)
    elif any(mark.state is State.good for later in rest for mark in later.marks):
        rest[0].some = True
    elif any(later.all is All.firm for later in rest):
        for one in earlier:
            one.marks, one.counts, one.parts, one.some = [], [], [], False


def _not_all(earlier: Sequence[Told]) -> None:
    for one in earlier:
        one.all, one.none_good = None, False


def _count_again(earlier: Sequence[Told], rest: Sequence[Told]) -> None:
    """坏了4个,不对,5个: what was counted just before is counted again."""
    then = next((one for one in rest if one.counts), None)
    last = next((one for one in reversed(earlier) if one.counts), None)
    if then is None or last is None or last.clause.text != then.clause.text or not last.marks:
        return
    again, old = then.counts[0], last.counts[-1]
    if then.marks or then.grounds or then.has("bought", again.begin) or not alike(again, old):
        return
    last.counts[-1] = replace(old, number=again.number, vague=again.vague)
    then.counts.remove(again)


def _retracts(told: Told) -> bool:
    """Does a clause begin by saying that what came before was wrong: 看错了, but not 味道不对?"""
    for word in told.words:
        if "retracting" in word.lists and word.begin - told.clause.begin <= _OPENING:
            says = told.clause.end - word.end <= _OPENING or bool(told.counts or told.parts or told.grounds)
            return says and not any(one.begin < word.end and word.begin < one.end for one in told.grounds)
    return False


def _says_how_much(told: Told) -> bool:
    good = any(mark.state is State.good for mark in told.marks)
    return bool(told.parts or good or told.some or told.all) or any(is_goods(one) for one in told.counts)


def _is_all_well(told: Sequence[Told], plain: str) -> bool:
    """看错了,没烂, and nobody is quoted: 不对,你们怎么说没烂."""
    denials = [one for one in told if _denies(one, plain)]
    if not denials or any(_QUOTES.search(plain, one.clause.begin, one.clause.end) for one in denials):
        return False
    if any(one.parts or one.grounds or one.some for one in told):
        return False
    return not any(is_goods(count) for one in told for count in one.counts)


def quiet_texts(told: Sequence[Told], plain: str) -> frozenset[int]:
    """Return the texts that complain of nothing new, however they sound: denials, and amounts of what is known."""
    harmed = any(said.ground in ROT | BRUISE for one in told for said in one.grounds)
    texts: dict[int, list[Told]] = {}
    for one in told:
        texts.setdefault(one.clause.text, []).append(one)
    return frozenset(
        text
        for text, clauses in texts.items()
        if (harmed and is_answer(clauses)) or _only_denies(clauses, plain) or _only_leaks(clauses)
    )


def _only_leaks(clauses: Sequence[Told]) -> bool:
    """漏了2盒 after 牛奶到了: alone it would sound like two that were left out."""
    grounds = {said.ground for one in clauses for said in one.grounds}
    return grounds == {Ground.leaking} and not any(one.has("liquids") for one in clauses)


def _only_denies(clauses: Sequence[Told], plain: str) -> bool:
    """Is nothing said but what is not wrong, or what would be if it were: 没烂,谢谢; 鱼是活的吗,死了退不退?"""
    if any(one.grounds or one.counts or one.parts for one in clauses):
        return False
    asked = any(one.asked for one in clauses)
    others = [one for one in clauses if not (_denies(one, plain) or one.asked or (asked and one.marks))]
    if asked and others:
        return False
    said = sum(one.clause.end - one.clause.begin for one in others)
    return len(others) < len(clauses) and said <= _FILLER


def _denies(told: Told, plain: str) -> bool:
    """东西没少, 都没坏: is it said of something that it is not wrong?"""
    return told.denied or any(mark.state is State.good and plain[mark.begin] in "没未不无" for mark in told.marks)
