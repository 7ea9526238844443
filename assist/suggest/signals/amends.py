"""Which texts take back what was said before, and which say that nothing more is wrong?"""

from collections.abc import Sequence

from .parts import forget
from .shares import is_answer
from .told import BRUISE, ROT, State, Told, is_goods

_OPENING = 5
"""So many characters may stand before a correction: 不好意思看错了."""
_FILLER = 6
"""So few beside a denial say nothing of their own: 谢谢, 就是."""


def take_back(told: Sequence[Told]) -> None:
    """Let go of what a correction puts right: everything bad said before, or all of it where nothing is bad."""
    for at, one in enumerate(told):
        rest = [later for later in told[at:] if later.clause.text == one.clause.text]
        retracts = _retracts(one)
        if not retracts and not one.has("not_everything"):
            continue
        if retracts and not any(_says_how_much(later) for later in rest):
            continue
        for earlier in told[:at]:
            earlier.all, earlier.none_good = None, False
        if not retracts:
            one.some = True
        elif _is_all_well(rest):
            for earlier in told[:at]:
                forget(earlier)


def _retracts(told: Told) -> bool:
    """Does a clause begin by saying that what came before was wrong: 看错了, but not 味道不对?"""
    for word in told.words:
        if "retracting" in word.lists and word.begin - told.clause.begin <= _OPENING:
            return not any(one.begin < word.end and word.begin < one.end for one in told.grounds)
    return False


def _says_how_much(told: Told) -> bool:
    good = any(mark.state is State.good for mark in told.marks)
    return bool(told.parts or good or told.some) or any(is_goods(one) for one in told.counts)


def _is_all_well(told: Sequence[Told]) -> bool:
    """看错了,没烂: nothing is counted, and nothing is bad."""
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
        text for text, clauses in texts.items() if (harmed and is_answer(clauses)) or _only_denies(clauses, plain)
    )


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
