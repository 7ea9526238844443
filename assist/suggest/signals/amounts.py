"""Which amounts does a folded text name: counts with their measure, weights, and parts of a whole?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache

GRAM = "g"
_DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ENGLISH = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "dozen": 12, "a dozen": 12, "a": 1, "an": 1}
_GRAMS = {
    **dict.fromkeys(("公斤", "千克", "kg", "kilo", "kilos", "kilogram", "kilograms"), Fraction(1000)),
    **dict.fromkeys(("斤", "市斤"), Fraction(500)),
    "两": Fraction(50),
    **dict.fromkeys(("克", "g", "gram", "grams"), Fraction(1)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), Fraction(45359237, 100000)),
    **dict.fromkeys(("oz", "ounce", "ounces"), Fraction(45359237, 1600000)),
}
_PIECES = "个只颗粒枚条块片串头尾朵根棵瓣支枝株房样"
_PACKS = "箱盒袋包份件筐提瓶罐板篮桶捆扎单杯碗听排"
_EN_PACKS = {
    f"{one}{plural}": zh
    for zh, ones in {
        "袋": ("bag",),
        "包": ("pack", "packet"),
        "板": ("tray",),
        "瓶": ("bottle",),
        "箱": ("carton", "crate", "case"),
        "盒": ("punnet",),
        "篮": ("basket",),
        "罐": ("jar", "can"),
    }.items()
    for one in ones
    for plural in ("", "s")
} | {"box": "盒", "boxes": "盒"}
_NOT_GOODS = (
    "小时|钟头|多小时|月|星期|礼拜|人|字|电话|客服|问题|评价|评论|差评|好评|中评|快递|理由|说法|交代|解释|办法|态度|同事|朋友"
    "|孩子|老人|订单|店|卖家|商家|原因|机会|回复|星|赞|平台|消息|地方|教训|字母|世纪|单号|骗子|道歉|样|头|区"
)
_NUMBER = r"\d+(?:\.\d+)?|[零一二三四五六七八九十百两]+"
_EN_NUMBER = "|".join(sorted((re.escape(word) for word in _ENGLISH if word not in ("a", "an")), key=len, reverse=True))
_PART = re.compile(
    rf"(?P<den>{_NUMBER})分之(?P<num>{_NUMBER})"
    r"|(?P<every>百分百)"
    r"|(?P<percent>\d+(?:\.\d+)?) ?(?:%|percent\b)"
    r"|(?<![\d/.])(?P<top>\d{1,3}) ?/ ?(?P<low>\d{1,3})(?![\d/月日号])"
    r"|(?<!第)(?P<tenths>[一二两三四五六七八九]|(?<!\d)\d)成(?P<half>半)?(?![熟新本为功都立人年员交])"
    r"|(?P<one_half>(?<!一)一半|各半|半数|\bhalf\b)"
    r"|\b(?P<some>one|two|three|a|1|2|3)[ -](?P<of>third|quarter|fifth)s?\b"
    rf"|\b(?P<bad>\d{{1,3}}|{_EN_NUMBER}) (?:out )?of (?:the |my |these |those |our )?"
    rf"(?P<whole>\d{{1,3}}|{_EN_NUMBER})\b",
    re.ASCII,
)
_COUNT = re.compile(
    rf"(?P<from>(?:{_NUMBER}) ?[-~到至、])?(?P<number>{_NUMBER}|半)(?P<more>多|来|几|余)?(?P<big>大|小|整|满)? ?"
    rf"(?P<unit>公斤|千克|市斤|斤|kg\b|克|g\b|毫升|ml\b|升|mm|cm|厘米|毫米|公分"
    r"|个[多半]?小时|小时|个钟|分钟|个月|个多月|个星期|星期|个礼拜|礼拜|天|日|周|年|秒|月|号|点"
    r"|块钱|元|毛钱|块(?=\d|多|左右|一斤|一个)|次|回|遍|层|楼|岁|度|星|颗星|口|双|种|家|位|名|倍|折|级|分|年级|号楼"
    rf"|(?P<same>[{_PIECES}])(?!(?P=same)|{_NOT_GOODS})|[{_PACKS}](?!裹|装盒|号|独|个)|两(?![{_PIECES}{_PACKS}斤天年家]))(?P<extra>半|多)?"
    r"|(?P<pair>[俩仨])"
    rf"|(?<=有)(?P<one>[{_PIECES}{_PACKS}])(?!{_NOT_GOODS})"
    rf"|(?<![\w.])(?P<english>\d{{1,4}}(?:\.\d+)?|{_EN_NUMBER}|an?(?= (?:box|bag|pack|tray|bottle|carton|punnet)))"
    r"(?P<en_unit>(?: ?(?:kg|g|lbs?|oz)\b)|[ -](?:[a-z]+))?(?![\w%/.])(?![一-鿿])"
    r"|(?<![\w./])(?P<bare>\d{1,3})(?=\s*了?\s*(?:$|[,。!?;\n]))"
    r"|(?<=[坏烂死碎霉])(?P<bare_zh>[一两二三四五六七八九十])(?=\s*(?:$|[,。!?;\n]))",
    # Digits of other scripts are no numbers here: ๑ is an eye.
    re.ASCII,
)
_TIMES = frozenset(
    [
        "个小时",
        "小时",
        "个多小时",
        "个半小时",
        "个钟",
        "分钟",
        "个月",
        "个多月",
        "个星期",
        "星期",
        "个礼拜",
        "礼拜",
        "天",
        "日",
        "周",
        "年",
        "秒",
    ]
)
_EN_TIMES = frozenset(
    [
        "hour",
        "hours",
        "hr",
        "hrs",
        "day",
        "days",
        "week",
        "weeks",
        "minute",
        "minutes",
        "min",
        "mins",
        "month",
        "months",
    ]
)
_EN_NOT_GOODS = frozenset(
    [
        "star",
        "stars",
        "time",
        "times",
        "people",
        "pm",
        "am",
        "year",
        "years",
        "percent",
        "dollars",
        "dollar",
        "yuan",
        "rmb",
        "usd",
        "o'clock",
        "st",
        "nd",
        "rd",
        "th",
    ]
)
_EN_JOINING = frozenset(["of", "or", "and", "in", "the", "to", "from", "more", "were", "was", "are", "is"])
_LONGEST = 4
_ALIKE = frozenset("个只枚颗粒") | {""}
_BOXES = (frozenset("箱件"), frozenset("盒份"))


class Measure(StrEnum):
    piece = "piece"
    pack = "pack"
    weight = "weight"
    time = "time"
    other = "other"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something. `unit` is a measure word, g for weights, or "" where none is said."""

    number: Fraction
    unit: str
    measure: Measure
    begin: int
    end: int
    vague: bool = False
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, as said: 三成, 20%, 一半, 3 of 10."""

    top: int
    low: int
    begin: int
    end: int
    vague: bool = False


_AROUND_BEFORE = re.compile(
    r"(?:超过?|不止|多于|大于|不到|少于|至少|起码|最少|over|than|least|under|up to) ?了?(?:有|是)?$"
)
_AROUND_AFTER = re.compile(
    r"(?:的[^,。]{0,4})?(?:以上|以下|[都也]?不到|[都也]没有|多(?!少)|还多|还要多)|[-~到]\d|or more|or less"
)


@cache
def number_of(said: str) -> Fraction | None:
    """Return the number that digits, a Chinese numeral or an English word stand for; None for 两三 and nonsense."""
    if said[:1].isdigit() and said[:1].isascii():
        return Fraction(said)
    if said in _ENGLISH:
        return Fraction(_ENGLISH[said])
    if said == "半":
        return Fraction(1, 2)
    total, digit = 0, None
    for character in said:
        if character in "十百":
            total += (1 if digit is None else digit) * (10 if character == "十" else 100)
            digit = None
        elif digit not in (None, 0):
            return None
        else:
            digit = _DIGITS[character]
    return Fraction(total + (digit or 0))


def parts_in(plain: str) -> Iterator[Part]:
    """Yield the parts of a whole a folded text names, in order."""
    for found in _PART.finditer(plain):
        top, low = _ratio(found)
        if low > 0 and 0 < top <= low:
            begin, end = found.span()
            vague = bool(_AROUND_BEFORE.search(plain, max(0, begin - 8), begin) or _AROUND_AFTER.match(plain, end))
            yield Part(top, low, begin, end, vague)


def _ratio(found: re.Match[str]) -> tuple[int, int]:
    got = found.groupdict()
    if got["den"]:
        top, low = number_of(got["num"]), number_of(got["den"])
    elif got["percent"]:
        top, low = Fraction(got["percent"]), Fraction(100)
    elif got["every"]:
        top, low = Fraction(1), Fraction(1)
    elif got["top"]:
        top, low = Fraction(got["top"]), Fraction(got["low"])
    elif got["tenths"]:
        top, low = (number_of(got["tenths"]) or 0) + (Fraction(1, 2) if got["half"] else 0), Fraction(10)
    elif got["one_half"]:
        top, low = Fraction(1), Fraction(2)
    elif got["of"]:
        top, low = number_of(got["some"]), Fraction({"third": 3, "quarter": 4, "fifth": 5}[got["of"]])
    else:
        top, low = number_of(got["bad"]), number_of(got["whole"])
    if top is None or low is None or low == 0:
        return 0, 0
    scale = top.denominator * low.denominator
    return int(top * scale), int(low * scale)


def counts_in(plain: str) -> Iterator[Count]:
    """Yield the amounts a folded text names, in order; neighbouring weights are one (四斤一两)."""
    held: Count | None = None
    for found in _COUNT.finditer(plain):
        count = _count(plain, found)
        if count is None:
            continue
        if held and held.measure is count.measure is Measure.weight and held.end == count.begin:
            held = Count(held.number + count.number, GRAM, Measure.weight, held.begin, count.end, count.vague)
            continue
        if held:
            yield held
        held = count
    if held:
        yield held


def _count(plain: str, found: re.Match[str]) -> Count | None:
    got = found.groupdict()
    begin, end = found.span()
    if got["english"]:
        return _english(got["english"], (got["en_unit"] or "").strip(" -"), begin, found.end("english"), end)
    ordinal = begin > 0 and plain[begin - 1] in "第前后"
    if not got["unit"]:
        number, unit = _unmeasured(got)
        return Count(number, unit, Measure.piece if unit == "" else _measure(unit), begin, end, False, ordinal)
    return _measured(plain, got, begin, end, ordinal=ordinal)


def _unmeasured(got: dict[str, str | None]) -> tuple[Fraction, str]:
    """Return an amount without a number or a measure of its own: 俩, 有个, a plain 3, 烂两."""
    if got["pair"]:
        return Fraction(2 if got["pair"] == "俩" else 3), "个"
    if got["one"]:
        return Fraction(1), got["one"]
    return number_of(got["bare"] or got["bare_zh"] or "") or Fraction(0), ""


def _measured(plain: str, got: dict[str, str | None], begin: int, end: int, *, ordinal: bool) -> Count | None:
    said, unit = got["number"] or "", got["unit"] or ""
    if unit == "样" and said in ("一", "两"):
        # 一样 is the same, 两样 is different.
        return None
    number = number_of(said)
    vague = bool(got["from"] or got["more"] or number is None or got["extra"] == "多")
    vague = vague or bool(_AROUND_BEFORE.search(plain, max(0, begin - 8), begin) or _AROUND_AFTER.match(plain, end))
    number = (number or Fraction(0)) + (Fraction(1, 2) if got["extra"] == "半" else 0)
    if unit in _GRAMS:
        return Count(number * _GRAMS[unit], GRAM, Measure.weight, begin, end, vague, ordinal)
    return Count(number, unit, _measure(unit), begin, end, vague, ordinal)


def _measure(unit: str) -> Measure:
    if unit in _TIMES:
        return Measure.time
    if len(unit) == 1 and unit in _PIECES:
        return Measure.piece
    return Measure.pack if unit in _PACKS else Measure.other


def _english(said: str, unit: str, begin: int, end: int, end_of_unit: int) -> Count | None:
    number = number_of(said)
    if number is None:
        return None
    if unit in _GRAMS:
        return Count(number * _GRAMS[unit], GRAM, Measure.weight, begin, end_of_unit)
    if unit in _EN_PACKS:
        return Count(number, _EN_PACKS[unit], Measure.pack, begin, end_of_unit)
    if unit in _EN_TIMES:
        return Count(number, unit, Measure.time, begin, end_of_unit)
    if number.denominator != 1 or unit in _EN_NOT_GOODS or (len(said) >= _LONGEST and said.isdigit()):
        return None
    return Count(number, "个" if unit and unit not in _EN_JOINING else "", Measure.piece, begin, end)


def alike(one: Count, two: Count) -> bool:
    """Are two amounts counted in the same thing?"""
    if one.measure is not two.measure:
        return False
    if one.unit in (two.unit, GRAM):
        return True
    return {one.unit, two.unit} <= _ALIKE or any({one.unit, two.unit} <= boxes for boxes in _BOXES)
