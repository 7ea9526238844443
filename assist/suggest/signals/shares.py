"""How much of the goods is bad? Exact counts and parts from what clauses say, or how far the words leave it open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .amounts import Count, Measure, Part, alike
from .parts import paired
from .told import All, Paired, State, Told, is_goods

_CONTENT_GAP = 5
_ANSWER_LONGEST = 16
_PART_ALONE = 10
_HALF = Fraction(1, 2)


@dataclass(slots=True)
class Facts:
    """The amounts of one kind of goods, by what they are of."""

    bads: list[Paired] = field(default_factory=list[Paired])
    also: list[Paired] = field(default_factory=list[Paired])
    """Bruised ones where others are spoilt."""
    goods: list[Paired] = field(default_factory=list[Paired])
    others: list[Count] = field(default_factory=list[Count])
    eaten: list[Count] = field(default_factory=list[Count])
    totals: list[tuple[Count, bool, int]] = field(default_factory=list[tuple[Count, bool, int]])
    """Each with whether words say that it is one, and its text."""
    contents: list[Count] = field(default_factory=list[Count])
    """What one box holds."""
    parts: list[tuple[Part, bool, int]] = field(default_factory=list[tuple[Part, bool, int]])
    """Each with whether it is the bad part, and its text."""
    whole: set[int] = field(default_factory=set[int])
    each: set[int] = field(default_factory=set[int])
    added: set[int] = field(default_factory=set[int])
    used: set[int] = field(default_factory=set[int])
    """Begins of the amounts that are all bad, of each box, or on top of others, and of the parts of them."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What was found. Without `bad` of `total` the words may still say that it is a part, or everything."""

    bad: Fraction | None = None
    total: Fraction | None = None
    per_box: bool = False
    begin: int = 0
    end: int = 0
    counted: Count | None = None
    partly: bool = False
    wholly: bool = False
    doubtful: bool = False


def gather(clauses: Sequence[tuple[int, Told]], plain: str, state: State) -> Facts:
    """Sort the amounts of some clauses; `state` is what counts as bad."""
    facts = Facts()
    for number, told in clauses:
        loose = [one for one in told.counts if is_goods(one) and not _settled(told, one, plain, facts)]
        loose = [replace(one, number=Fraction(1)) if one.ordinal else one for one in loose]
        pairs = paired(told, number, plain, loose)
        for pair in pairs:
            _keep(facts, told, pair, plain, state)
        left = [one for one in loose if not any(one is pair.count for pair in pairs)]
        for count in left:
            _unpaired(facts, told, count)
        _of_what_was_said(facts, told, left, number, state, clauses)
        facts.parts += [(part, *_of_bad(told, part)) for part in told.parts if _counts(told, part, plain)]
    return facts


def _settled(told: Told, count: Count, plain: str, facts: Facts) -> bool:
    """Keep an amount whose own words say what it is of; return whether they do."""
    later = [one for one in told.counts if one.begin > count.begin and is_goods(one)]
    bad_next = any(m.state is not State.good and 0 <= m.begin - count.end <= 6 for m in told.marks)
    bad_next = bad_next and told.between("rest", count.end, told.clause.end) is None
    if told.ending_at("but_for", count.begin, 1) and not bad_next:
        facts.goods.append(Paired(count, State.good, 0, told.clause.text, count.begin, count.end))
        return True
    if told.ending_at("eaten", count.begin, 1) and (later or not told.marks):
        facts.eaten.append(count)
        return True
    if _is_content(told, count, plain):
        facts.contents.append(count)
        return True
    if _is_total(told, count, later, plain):
        facts.totals.append((count, True, told.clause.text))
        if told.all is All.firm and not later:
            facts.whole.add(count.begin)
        return True
    return False


def _is_total(told: Told, count: Count, later: Sequence[Count], plain: str) -> bool:
    """Is it said to be what was bought, or what others are of: 买了10个, 10个里?"""
    inside = told.between("within", count.end, min(count.end + 7, later[0].begin if later else told.clause.end))
    bought = told.ending_at("bought", count.begin, 2)
    if bought is None:
        return inside is not None and (bool(later) or inside.end == told.clause.end)
    if "有" in plain[bought.end : count.begin] or any(bought.end <= c.begin < count.begin for c in told.counts):
        return False
    follows = next((mark for mark in told.marks if 0 <= mark.begin - count.end <= 2), None)
    return follows is None or not follows.attributive or told.all is not None


def _is_content(told: Told, count: Count, plain: str) -> bool:
    """Is it what one box holds: 一箱12个, 每盒6个, 12个一箱?"""
    if count.measure is not Measure.piece:
        return False
    for box in told.counts:
        if box.measure is Measure.pack and box.number == 1 and not box.ordinal:
            near = plain[box.end : count.begin] if box.end <= count.begin else plain[count.end : box.begin]
            if len(near) <= _CONTENT_GAP and not any(box.end <= mark.begin < count.begin for mark in told.marks):
                return not any(0 <= mark.begin - count.end <= 3 for mark in told.marks) or len(told.counts) > 2
    each = told.ending_at("each", count.begin, 2)
    bad_before = any(mark.end <= count.begin and count.begin - mark.end <= 3 for mark in told.marks)
    return each is not None and not bad_before and not any(0 <= m.begin - count.end <= 3 for m in told.marks)


def _keep(facts: Facts, told: Told, pair: Paired, plain: str, state: State) -> None:
    count = pair.count
    if pair.state is State.good:
        facts.goods.append(pair)
        return
    if pair.state is not state:
        # A mark of pressure is no damage yet.
        if "痕" not in plain[pair.begin : pair.end + 2]:
            facts.also.append(pair)
        return
    part = next((one for one in told.parts if count.end <= one.begin and one.begin - pair.end <= 2), None)
    if part and count.begin < part.begin and plain[part.end : part.end + 1] != "的":
        # 三箱有一箱烂了一半: half of one.
        scaled = replace(count, number=count.number * part.top / part.low, vague=count.vague or part.vague)
        pair = replace(pair, count=scaled)
        facts.used.add(part.begin)
    facts.bads.append(pair)
    there_is = told.ending_at("there_is", count.begin, 1)
    if (told.between("all", count.end, pair.end) or told.ending_at("all", count.begin, 1)) and not there_is:
        facts.whole.add(count.begin)
    if told.between("each", told.clause.begin, count.begin):
        facts.each.add(count.begin)
    if any("add" in w.lists or "rest" in w.lists for w in told.words if w.end <= count.begin):
        facts.added.add(count.begin)
    if any("nearly_all" in w.lists and count.end <= w.begin < pair.end for w in told.words):
        facts.bads[-1] = replace(pair, count=replace(count, vague=True))


def _unpaired(facts: Facts, told: Told, count: Count) -> None:
    if told.ending_at("rest", count.begin, 2):
        facts.others.append(count)
    elif not count.ordinal and (told.marks or not told.grounds):
        facts.totals.append((count, False, told.clause.text))


def _of_what_was_said(
    facts: Facts, told: Told, left: Sequence[Count], number: int, state: State, clauses: Sequence[tuple[int, Told]]
) -> None:
    """发芽了, 5斤里得有一斤: what is said of a part belongs to the clause before."""
    if told.marks or told.grounds or len(left) != 1 or not told.has("within", left[0].begin):
        return
    before = any(at < number and one.marks and one.clause.text == told.clause.text for at, one in clauses)
    if before and any(cued and alike(whole, left[0]) for whole, cued, _ in facts.totals):
        facts.totals = [one for one in facts.totals if one[0] is not left[0]]
        facts.bads.append(Paired(left[0], state, number, told.clause.text, left[0].begin, left[0].end))


def _counts(told: Told, part: Part, plain: str) -> bool:
    """Is a part one of the goods, and not of a price, a size, or of what was eaten?"""
    if plain[part.end : part.end + 1] in ("大", "小", "价", "路", "钱") or told.ending_at("eaten", part.begin, 2):
        return False
    if any(
        "refunding" in w.lists and (abs(w.begin - part.end) <= 3 or abs(part.begin - w.end) <= 3) for w in told.words
    ):
        return False
    return bool(told.marks) or (not told.grounds and told.clause.end - told.clause.begin <= _PART_ALONE)


def _of_bad(told: Told, part: Part) -> tuple[bool, int]:
    """Return whether a part is the bad one (一半能吃 is the good one), and its text."""
    after = [mark for mark in told.marks if mark.begin >= part.end]
    nearest = after[0] if after else (told.marks[-1] if told.marks else None)
    return nearest is None or nearest.state is not State.good, told.clause.text


def answer(facts: Facts, told: Told, number: int, plain: str, state: State, *, amends: bool) -> None:
    """Read a short text of amounts alone as the answer to what was asked: how many are bad, or of how many."""
    for count in told.counts:
        if not is_goods(count) or count.ordinal:
            continue
        known = [pair.count for pair in facts.bads if alike(pair.count, count)]
        if contents := [one for one in told.counts if _is_content(told, one, plain)]:
            facts.contents += [one for one in contents if one is count]
            continue
        is_total = told.ending_at("bought", count.begin, 2) or told.between("bought", count.end, count.end + 9)
        is_total = is_total or told.between("within", count.end, count.end + 3)
        if not is_total and known and not amends:
            is_total = known[-1].number < count.number and not facts.totals
        if is_total:
            facts.totals.append((count, True, told.clause.text))
        elif amends or not known or told.has("add", count.begin):
            facts.bads.append(Paired(count, state, number, told.clause.text, count.begin, count.end))
            if known and told.has("add", count.begin):
                facts.added.add(count.begin)
    facts.parts += [(part, True, told.clause.text) for part in told.parts if _counts(told, part, plain)]


def is_answer(clauses: Sequence[Told]) -> bool:
    """Is a text nothing but amounts?"""
    if any(one.grounds or one.marks for one in clauses):
        return False
    length = sum(one.clause.end - one.clause.begin for one in clauses)
    return length <= _ANSWER_LONGEST * len(clauses) and any(one.counts or one.parts for one in clauses)


def reckon(facts: Facts, clauses: Iterable[Told]) -> Reckoned:
    """Return what the facts come to; the last text that says how much wins."""
    told = list(clauses)
    everything = min((one.all for one in told if one.all), key=list(All).index, default=None)
    if everything in (None, All.firm, All.emphatic) and _is_most(told):
        everything = All.nearly
    latest = max((*(pair.text for pair in facts.bads), *(text for _, _, text in facts.parts)), default=None)
    parts = [(part, bad) for part, bad, text in facts.parts if text == latest]
    found = _by_count(facts, latest, everything)
    if found.bad is None and parts:
        by_part = _by_part(parts)
        found = by_part if by_part.bad is not None else replace(found, partly=True)
    if found.bad is not None and found.total is not None:
        return replace(found, partly=found.bad < found.total, wholly=found.bad == found.total)
    return _open(found, facts, told, everything)


def _is_most(told: Sequence[Told]) -> bool:
    """Does a sentence about bad goods say 大部分 in another clause?"""
    bad = {one.clause.sentence for one in told if any(mark.state is not State.good for mark in one.marks)}
    firm = {one.clause.sentence for one in told if one.all is All.firm}
    return any(one.has("nearly_all") and one.clause.sentence in bad - firm for one in told)


def _open(found: Reckoned, facts: Facts, told: Sequence[Told], everything: All | None) -> Reckoned:
    """Return how far the words go where no share is known."""
    good = bool(facts.goods or facts.others) or any(_some_are_good(one) for one in told)
    partly = bool(found.partly or facts.bads or facts.parts or good or any(one.some for one in told))
    partly = partly or everything in (All.nearly, All.rest)
    sure = everything is All.firm
    return replace(
        found,
        partly=partly,
        wholly=sure and not partly,
        doubtful=everything in (All.nearly, All.perhaps, All.emphatic) or (sure and partly),
    )


def _some_are_good(told: Told) -> bool:
    """就上面几个能吃: without a number, but not all are bad."""
    return not told.none_good and any(
        mark.state is State.good and any(told.ending_at(name, mark.begin, 3) for name in ("only", "some", "there_is"))
        for mark in told.marks
    )


def _by_part(parts: Sequence[tuple[Part, bool]]) -> Reckoned:
    """Return the last part named: of all, or of the boxes that are counted (三盒里一盒烂了一半)."""
    sharp = [(part, bad) for part, bad in parts if not part.vague]
    if not sharp:
        return Reckoned(partly=True)
    part, is_bad = next(((part, bad) for part, bad in reversed(sharp) if bad), sharp[-1])
    top = part.top if is_bad else part.low - part.top
    return Reckoned(Fraction(top), Fraction(part.low), begin=part.begin, end=part.end)


def _by_count(facts: Facts, latest: int | None, everything: All | None) -> Reckoned:
    bads = _current(facts, latest)
    if not bads:
        return _from_the_rest(facts, everything)
    kind = bads[0].count
    if any(pair.count.vague for pair in bads):
        return Reckoned(partly=True)
    same = [pair for pair in bads if alike(pair.count, kind)]
    total, per_box = _total(facts, same)
    bad = _sum(same, facts, total)
    bad += _also(facts, kind, total, bad)
    boxes = _boxes(facts, kind)
    if any(pair.count.begin in facts.each for pair in same) and boxes and not per_box:
        bad *= boxes
    begin, end = min(pair.begin for pair in same), max(pair.end for pair in same)
    counted = Count(bad, kind.unit, kind.measure, begin, end)
    if total is None and facts.used:
        return Reckoned(partly=True)
    if total is None or bad > total:
        return Reckoned(begin=begin, end=end, counted=counted, partly=True)
    return Reckoned(bad, total, per_box, begin, end, counted)


def _also(facts: Facts, kind: Count, total: Fraction | None, bad: Fraction) -> Fraction:
    """Return how many more are bruised, of the same total; what would be more than there is tells them again."""
    more = [pair.count for pair in facts.also if alike(pair.count, kind)]
    extra = sum((one.number for one in more), Fraction(0))
    return extra if total is not None and bad + extra <= total and not any(one.vague for one in more) else Fraction(0)


def _current(facts: Facts, latest: int | None) -> list[Paired]:
    """Return the bad amounts that hold: of the last text that says any, and earlier ones it adds to."""
    texts = sorted({pair.text for pair in facts.bads})
    if not texts or (latest is not None and texts[-1] < latest):
        return []
    last = [pair for pair in facts.bads if pair.text == texts[-1]]
    adds = len(texts) > 1 and all(pair.count.begin in facts.added for pair in last)
    return facts.bads if adds else last


def _sum(bads: Sequence[Paired], facts: Facts, total: Fraction | None) -> Fraction:
    """Add up; what is said twice, or told one by one after the sum, counts once."""
    first = bads[0].count.number
    told_singly = [pair.count.number for pair in bads[1:] if pair.count.begin not in facts.added]
    if len(told_singly) > 1 and sum(told_singly) == first:
        return first
    numbers = [first]
    for pair in bads[1:]:
        again = pair.clause != bads[0].clause and pair.count.number in numbers and pair.count.begin not in facts.added
        if not again or (total is not None and sum(numbers) + pair.count.number <= total and pair.count.unit != ""):
            numbers.append(pair.count.number)
    rest = sum(numbers[1:], Fraction(0))
    if total is None or first + rest <= total:
        return first + rest
    reached = first
    for number in numbers[1:]:
        reached += number if reached + number <= total else 0
    return reached


def _total(facts: Facts, bads: Sequence[Paired]) -> tuple[Fraction | None, bool]:
    """Return of how many, and whether that is what one box holds."""
    kind = bads[0].count
    least = max(pair.count.number for pair in bads)
    begins = {pair.count.begin for pair in bads}
    # 30个全碎了, 数错了, 28个.
    whole = [(one.count, True, one.text) for one in facts.bads if one.count.begin in facts.whole - begins]
    fitting = [
        (count, cued, text)
        for count, cued, text in (*facts.totals, *whole)
        if alike(count, kind) and not count.vague and count.number >= least and count.begin not in begins
    ]
    fitting = [
        one for one in fitting if one[1] or one[0].number > least or (one[0].number > 1 and one[0].begin < kind.begin)
    ]
    if fitting:
        best = max(fitting, key=lambda one: (one[1], one[2], one[0].begin < kind.begin, one[0].begin))
        return best[0].number, False
    contents = [one for one in facts.contents if alike(one, kind) and not one.vague and one.number >= least]
    if contents:
        boxes = _boxes(facts, kind)
        return contents[-1].number * (boxes or 1), boxes is None
    return _total_of_parts(facts, bads)


def _total_of_parts(facts: Facts, bads: Sequence[Paired]) -> tuple[Fraction | None, bool]:
    """Return the whole where nobody names it: bad and good ones together, or what is all bad."""
    kind = bads[0].count
    rest = any(pair.count.begin in facts.added for pair in bads)
    known = [pair.count for pair in facts.goods] + facts.others + facts.eaten
    left = [one for one in known if alike(one, kind) and not one.vague]
    if left and (rest or len(left) > len(facts.eaten)):
        return sum((one.number for one in (*(pair.count for pair in bads), *left)), Fraction(0)), False
    all_bad = len(bads) == 1 and kind.begin in facts.whole and not rest and not facts.eaten
    if all_bad and (kind.number > 1 or (kind.number == 1 and kind.measure is Measure.pack)):
        return kind.number, False
    if kind.measure is Measure.pack and kind.number == _HALF:
        return Fraction(1), True
    return None, False


def _boxes(facts: Facts, kind: Count) -> Fraction | None:
    if kind.measure is Measure.pack:
        return None
    counts = [count.number for count, _, _ in facts.totals if count.measure is Measure.pack and not count.vague]
    return max(counts) if counts and max(counts).denominator == 1 else None


def _from_the_rest(facts: Facts, everything: All | None) -> Reckoned:
    """Return what is bad where only the good ones, or none, are counted: 6个只有一个好的, 买了三个全坏."""
    weighed = any(pair.count.measure is Measure.weight for pair in facts.goods)
    totals = [one for one in facts.totals if not one[0].vague and (weighed or one[0].measure is not Measure.weight)]
    totals += [(one, True, 0) for one in facts.contents if not one.vague]
    goods = [pair.count for pair in facts.goods]
    if everything not in (All.firm, All.rest) and not goods:
        return Reckoned()
    kind = goods[0] if goods else None
    fitting = [one for one in totals if (kind is None and one[1]) or (kind is not None and alike(one[0], kind))]
    if not fitting:
        return Reckoned(partly=bool(goods))
    whole = max(fitting, key=lambda one: (one[1], one[2], one[0].begin))[0]
    off = goods + [one for one in facts.eaten if alike(one, whole)]
    if any(one.vague for one in off) or (everything is All.rest and not off):
        return Reckoned(partly=True)
    bad = whole.number - sum((one.number for one in off), Fraction(0))
    if bad <= 0:
        return Reckoned(partly=True)
    begin, end = min(one.begin for one in (whole, *off)), max(one.end for one in (whole, *off))
    return Reckoned(bad, whole.number, False, begin, end, replace(whole, number=bad))
