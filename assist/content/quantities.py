"""Which amounts does a text say? Read as quantities, so that 24小时 and 1天, 16:00 and 4 pm are the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assist.domain.matter import Measure

_TOLERANCE = 0.02
"""A year is twelve months or 365 days, and nobody means the difference."""

_DAY = 1440.0
_UNITS: dict[str, tuple[Measure, float]] = {
    **dict.fromkeys(("秒钟", "秒", "seconds", "second"), (Measure.duration, 1 / 60)),
    **dict.fromkeys(("分钟", "minutes", "minute", "mins", "min"), (Measure.duration, 1.0)),
    **dict.fromkeys(("个小时", "小时", "个钟头", "钟头", "hours", "hour", "hrs", "h"), (Measure.duration, 60.0)),
    **dict.fromkeys(("天", "日", "days", "day"), (Measure.duration, _DAY)),
    **dict.fromkeys(("个星期", "星期", "礼拜", "周", "weeks", "week"), (Measure.duration, 7 * _DAY)),
    **dict.fromkeys(("个月", "月", "months", "month"), (Measure.duration, 30 * _DAY)),
    **dict.fromkeys(("年", "years", "year"), (Measure.duration, 365 * _DAY)),
    **dict.fromkeys(("块钱", "元", "块", "yuan", "rmb", "cny"), (Measure.money, 100.0)),
    **dict.fromkeys(("角", "毛"), (Measure.money, 10.0)),
    **dict.fromkeys(("分钱",), (Measure.money, 1.0)),
    **dict.fromkeys(("%", "％", "percent", "per cent"), (Measure.percent, 1.0)),
    **dict.fromkeys(("成",), (Measure.percent, 10.0)),
    **dict.fromkeys(("摄氏度", "℃", "°c", "度", "degrees"), (Measure.temperature, 1.0)),
    **dict.fromkeys(("毫克", "mg"), (Measure.weight, 0.001)),
    **dict.fromkeys(("千克", "公斤", "kilograms", "kilos", "kg"), (Measure.weight, 1000.0)),
    **dict.fromkeys(("克", "grams", "gram", "g"), (Measure.weight, 1.0)),
    **dict.fromkeys(("斤",), (Measure.weight, 500.0)),
    **dict.fromkeys(("两",), (Measure.weight, 50.0)),
    **dict.fromkeys(("层", "layers", "layer", "个", "只", "次", "件", "times"), (Measure.pieces, 1.0)),
}
_WORKING = ("个工作日", "工作日", "business days", "business day", "working days", "working day")
_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "半": 0.5,
}
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_NUMBER = rf"(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十百千半]+|\b(?:{'|'.join(_ENGLISH)})\b)"
_UNIT = "|".join(re.escape(unit) for unit in sorted((*_UNITS, *_WORKING), key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?:(?P<most>最多|不超过|不多于|至多|up to|at most|no more than)\s*)?(?P<minus>零下|(?<![\d到至])[-−]\s*)?"
    rf"(?P<low>{_NUMBER})(?:\s*(?P<unit1>{_UNIT})?\s*(?:[-~–—～到至]|to\b|or\b)\s*(?P<high>{_NUMBER}))?\s*"
    rf"(?P<unit>{_UNIT})(?![a-z])",
    re.IGNORECASE,
)
_MOMENT = (
    r"(?P<{0}part>早上|早晨|早|上午|中午|下午|晚上|晚)?\s*(?P<{0}hour>\d{{1,2}}|[一二两三四五六七八九十]+)"
    r"(?:[:：](?P<{0}minute>\d{{2}})|点(?:钟)?(?P<{0}half>半)?)?\s*(?P<{0}noon>a\.?m\.?|p\.?m\.?)?"
)
_CLOCK = re.compile(_MOMENT.format("a") + r"(?:\s*(?:[-~–—～到至]|to\b)\s*" + _MOMENT.format("b") + ")?", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """An amount as it was said. `low` and `high` are in minutes, fen, percent, degrees, grams or pieces; a clock time
    is minutes after midnight. `most`: said as an upper end only."""

    measure: Measure
    low: float
    high: float
    working: bool
    most: bool
    start: int
    end: int

    def same(self, other: "Quantity") -> bool:
        """Return whether both say the same, however they say it."""
        if self.measure is not other.measure or self.working is not other.working:
            return False
        lows = self.most or other.most or _near(self.low, other.low)
        return lows and _near(self.high, other.high)


@lru_cache(maxsize=4096)
def quantities_in(text: str) -> tuple[Quantity, ...]:
    """Return every amount with a unit, and every clock time, in order of place."""
    found = [*_clocks(text)]
    taken = [range(one.start, one.end) for one in found]
    for match in _AMOUNT.finditer(text):
        if not any(match.start() < span.stop and span.start < match.end() for span in taken):
            found.append(_amount(match))
    return tuple(sorted(found, key=lambda one: one.start))


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _TOLERANCE * max(abs(one), abs(other))


def _amount(match: re.Match[str]) -> Quantity:
    unit = match["unit"].lower()
    working = unit in _WORKING
    measure, scale = (Measure.duration, _DAY) if working else _UNITS[unit]
    first = (match["unit1"] or "").lower()
    low_scale = _UNITS[first][1] if first in _UNITS else scale
    low = number_of(match["low"]) * low_scale
    high = number_of(match["high"]) * scale if match["high"] else low
    if match["minus"]:
        low, high = -low, -high
    return Quantity(measure, low, high, working, bool(match["most"]), match.start(), match.end())


def _clocks(text: str) -> Iterator[Quantity]:
    for match in _CLOCK.finditer(text):
        start, end = _moment(match, "a"), _moment(match, "b") if match["bhour"] else None
        if start is None or (match["bhour"] and end is None):
            continue
        yield Quantity(Measure.clock, start, start if end is None else end, False, False, match.start(), match.end())


def _moment(match: re.Match[str], which: str) -> float | None:
    """Return minutes after midnight, None where nothing says that it is a time of day."""
    said = match[f"{which}minute"] or match[f"{which}noon"] or "点" in match.group(0)
    hour = number_of(match[f"{which}hour"])
    if not said or hour > 24:
        return None
    late = match[f"{which}part"] in ("下午", "晚上", "晚") or (match[f"{which}noon"] or "").lower().startswith("p")
    minutes = 30 if match[f"{which}half"] else int(match[f"{which}minute"] or 0)
    return (hour + (12 if late and hour < 12 else 0)) * 60 + minutes


def number_of(said: str) -> float:
    """Return the number that digits, Chinese numerals or an English word say."""
    if re.fullmatch(r"\d+(?:\.\d+)?", said):
        return float(said)
    if said.lower() in _ENGLISH:
        return float(_ENGLISH.index(said.lower()))
    total = last = 0.0
    for character in said:
        if character in _DIGITS:
            last = _DIGITS[character]
        else:
            total += (last or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            last = 0
    return total + last
