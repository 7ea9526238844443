"""What do amounts say is wrong by themselves: less than was bought, later than was said, other than was ordered?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assist.domain.complaint import Ground

from .amounts import Count, Measure, alike
from .told import Said, Told, is_goods

_FAR = 30
_ALREADY = re.compile(r"(?:都|已经|都已经|这都)第?$")
_SO_FAR = re.compile(r"了")
_END = 4


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How much there should be and how much there is; the ground says whether it is weight or pieces."""

    said: Said
    expected: Count | None
    found: Count | None


def shortfall(clauses: Sequence[Told]) -> Shortfall | None:
    """Return what is missing: 五斤装称了才四斤一两, 买两份只到一份, 5斤的少了半斤."""
    counts = [(told, one) for told in clauses for one in told.counts if is_goods(one) and not one.ordinal]
    for at, (told, found) in enumerate(counts):
        earlier = [one for _, one in counts[:at] if alike(one, found) and found.begin - one.end <= _FAR]
        later = [one for _, one in counts[at + 1 :] if alike(one, found)]
        less = _is_less(told, found)
        if less and (bigger := [one for one in earlier if one.number > found.number]):
            return Shortfall(_said(found), bigger[-1], found)
        if less and later and later[0].number > found.number and _is_said_to_be(clauses, later[0]):
            return Shortfall(_said(found), later[0], found)
        lacking = told.ending_at("lacking", found.begin, 2)
        if lacking and not told.marks:
            plain = [one for then, one in counts if not then.marks and alike(one, found)]
            whole = next((one for one in plain if one.number > found.number), None)
            rest = None
            if whole:
                rest = Count(whole.number - found.number, found.unit, found.measure, found.begin, found.end)
            return Shortfall(Said(_ground(found), lacking.begin, found.end), whole, rest)
    return None


def _is_less(told: Told, found: Count) -> bool:
    """Is this what was found, and nothing else said of it: 才四斤一两, 只到一份?"""
    before = told.ending_at("found_only", found.begin, 3)
    weighed = found.measure is Measure.weight and told.has("weighed", found.begin)
    if not (before or weighed) or told.ending_at("eaten", found.begin, 4):
        return False
    between = any(ground.begin >= found.end for ground in told.grounds)
    money = any(one.measure is Measure.other and one.begin >= found.end for one in told.counts)
    return not told.marks and not between and not money and told.clause.end - found.end <= _END


def _is_said_to_be(clauses: Sequence[Told], count: Count) -> bool:
    return any(told.ending_at("said_to_be", count.begin, 3) for told in clauses)


def _said(count: Count) -> Said:
    return Said(_ground(count), count.begin, count.end)


def _ground(count: Count) -> Ground:
    return Ground.short_weight if count.measure is Measure.weight else Ground.missing_item


def late(clauses: Sequence[Told], plain: str) -> Said | None:
    """Return where a time says that it came late: 两小时才到, 等了三天, 说好上午送到,现在晚上."""
    for at, told in enumerate(clauses):
        for count in told.counts:
            if count.measure is not Measure.time or told.has("stored"):
                continue
            after = told.between("late_verbs", count.end, told.clause.end)
            if told.ending_at("late_before", count.begin, 2) or after:
                return Said(Ground.late, count.begin, after.end if after else count.end)
            if _is_already(plain, told, count):
                return Said(Ground.late, count.begin, count.end)
        if told.has("promised") and told.has("comes"):
            here = [one for one in clauses[at : at + 2] if one.has("now")]
            if here:
                return Said(Ground.late, told.clause.begin, told.clause.end)
    return None


def wrong(clauses: Sequence[Told], plain: str) -> Said | None:
    """Return where one thing was bought and another came: 买的是红心,发来的是白心."""
    for told, then in zip(clauses, [*clauses[1:], None], strict=True):
        wanted = next((w for w in told.words if "wanted" in w.lists), None)
        if wanted is None:
            continue
        for one in (told, then):
            if one is None or one.clause.text != told.clause.text:
                continue
            got = next((w for w in one.words if "got_instead" in w.lists and w.begin > wanted.end), None)
            if got and _is_thing(one, got.end, plain) and not told.grounds:
                return Said(Ground.wrong_item, wanted.begin, one.clause.end)
    return None


def _is_thing(told: Told, begin: int, plain: str) -> bool:
    """Does what came have a name, and nothing else the matter with it?"""
    if not plain[begin : told.clause.end].strip():
        return False
    if any(count.begin >= begin and count.end == told.clause.end for count in told.counts):
        return False
    return not any(one.begin >= begin for one in told.grounds) and not any(mark.begin >= begin for mark in told.marks)


def _is_already(plain: str, told: Told, count: Count) -> bool:
    """都第四天了: so many days, and nothing yet."""
    return bool(
        _ALREADY.search(plain, told.clause.begin, count.begin) and _SO_FAR.match(plain, count.end, told.clause.end)
    )


def described(clauses: Sequence[Told]) -> Said | None:
    """Return where what was written and what came differ: 写的产地烟台, 箱子上印的是陕西."""
    for told, then in zip(clauses, [*clauses[1:], None], strict=True):
        said = next((w for w in told.words if "described" in w.lists), None)
        if said is None or told.grounds or any(one.measure is Measure.weight for one in told.counts):
            continue
        for one in (told, then):
            if one is None or one.clause.text != told.clause.text or one.has("comes"):
                continue
            other = next((w for w in one.words if "contradicted" in w.lists and w.begin >= said.end), None)
            if other and not any(count.measure is Measure.time for count in (*told.counts, *one.counts)):
                return Said(Ground.not_as_described, said.begin, one.clause.end)
    return None
