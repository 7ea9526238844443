"""Which times does a clause name: days, clock times, ranges, spans, at once, soon?"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from assist.domain.promise import Due
from assist.suggest.signals.amounts import number_of

# Bounded, so that a row of a thousand digits costs no more than any other text.
_N = r"(?:\d{1,6}(?:\.\d{1,3})?|[好几]几|几十|十[几来]|[一二两俩仨三四五六七八九十半]{1,5})"
_DAY = (
    r"今天|今日|今晚|今早|今夜|今儿个?|当天|当日|当晚|当夜|明天|明日|明早|明晚|明儿个?|大后天|后天|后儿个?|次日|隔日|隔天|第二天"
    r"|(?:下个?|这个?|本)?(?:周|星期|礼拜)[一二三四五六日天末]|[这本]周(?=之?内|以内)|月底"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]"
    r"|(?<!\d)\d{1,2}[号日](?!楼|店|线|仓|码)"
)
_PART = (
    r"早(?=\d)|晚(?=\d)|大清早|一大?早|早间|午后|天黑|睡觉|睡|晚饭|午饭|凌晨"
    r"|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|晚间"
)
_CLOCK = (
    rf"(?:\d{{1,2}}[:]\d{{2}}|(?:{_N}|零)点(?!儿|的|都|也|[^,]?(?:之|以)?后|击|赞|评|心|开|进|儿?问题|头)"
    rf"(?:半|整|钟|一刻|三刻|{_N}分)?)"
)
_RANGE = rf"(?:{_PART})?(?:\d{{1,2}}|{_CLOCK}|{_N}) ?[-~—到至] ?(?:{_PART})?{_CLOCK}"
_CHINESE = re.compile(
    # Any time begins with one of these: most places of a text are passed over at once.
    r"(?=[今这当明大后次隔第下上这本周星礼凌清早中傍晚夜打几马立即现秒实瞬火稍待等一回尽午天睡分眨转片月好零\d二两俩仨三四五六七八九十半])(?:"
    rf"(?P<day>{_DAY})?的?(?P<part>{_PART})?(?P<range>{_RANGE})(?:之?间)?"
    rf"|(?P<day2>{_DAY})?的?(?P<part2>{_PART})?(?P<clock>{_CLOCK})(?P<by>之前|以前|前)?"
    rf"|(?P<day3>{_DAY})的?(?P<part3>{_PART})?(?P<closing>下班(?:之|以)?前)?(?P<by3>之前|以前|前|(?:之|以)?内)?"
    rf"|(?P<closing2>下班(?:之|以)?前|打烊前)"
    rf"|(?P<part4>{_PART})(?P<by4>之前|以前|前)?"
    rf"|(?:(?P<from>{_N}) ?[-~到至] ?)?(?P<number>{_N}|几) ?(?P<more>多)?个?(?P<half>半)?多?"
    r"(?P<unit>工作日|小时|h(?![a-z])|钟头|刻钟|钟(?=之?内|以内)|分钟|天|日(?=之?内|以内|达)|周|星期|礼拜|月(?![一二三四五六七八九十\d]{1,3}[号日])|年|秒)(?P<after_half>半)?(?P<within>之内|以内"
    r"|内|里|之后"
    r"|以后|后(?!天))?"
    r"|(?P<instant>马上|立刻|立即|立马|即刻|即时|现在就|这就|秒(?=到|退|发|回)|实时|瞬间|火速|分分钟|当场|当下(?!单)|眨眼|转眼)"
    r"|(?P<near>待会儿?|等会儿?|等下|一会儿?|片刻|转头)|(?P<soon>稍后|晚点|晚些|回头|尽快|尽早|第一时间))"
)
_EN_N = (
    r"(?:\d{1,6}(?:\.\d{1,3})?|half an?|half(?=[ -]hour)|a few|a couple of|an?|one|two|three|four|five|six"
    r"|seven|eight|nine|ten|twelve)"
)
_EN_HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_EN_HOUR = "|".join(_EN_HOURS)
_EN_CLOCK = (
    rf"(?:(?:half past|quarter past|quarter to) (?:\d{{1,2}}|{_EN_HOUR})|(?:\d{{1,2}}(?::\d{{2}})?|{_EN_HOUR})"
    r"(?: o'?clock)? (?:in the (?:morning|afternoon|evening)|at night)"
    rf"|(?:{_EN_HOUR}) ?(?:am|pm|o'?clock)|\d{{1,2}}(?::\d{{2}})? ?(?:am|pm|a\.m\.?|p\.m\.?|o'?clock)"
    r"|\d{1,2}:\d{2}|(?:12 )?noon|midday|midnight)"
)
_EN_DAY = (
    r"the day after tomorrow|today|tonight|tomorrow|(?:next |this )?(?:monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday)"
    r"|the same day|same[- ]day"
)
_EN_PART = r"morning|noon|afternoon|evening|night"
_ENGLISH = re.compile(
    rf"\b(?:(?:between|from) )?(?P<from_clock>\d{{1,2}}(?::\d{{2}})?|{_EN_CLOCK}) ?(?:-|–|to"
    rf"|and) ?(?P<to_clock>{_EN_CLOCK})"
    rf"|\b(?P<by>by|before|no later than|not later than) (?P<by_clock>{_EN_CLOCK})"
    rf"|\b(?:at )?(?P<clock>{_EN_CLOCK})(?:(?: on)?(?: the)? (?P<clock_part>sharp|on the dot))?"
    r"|\bat (?P<bare>\d{1,2})(?![\d:%.]| ?(?:yuan|rmb|%|days?|hours?|degrees))"
    rf"|\b(?:(?P<by_day>by|before) )?(?:the end of )?(?P<day>{_EN_DAY})(?: (?P<part>{_EN_PART}))?\b"
    r"|\b(?P<closing>by (?:the )?(?:end of (?:the )?(?:day|business|today)|close of business)|before we close)\b"
    rf"|\b(?:(?P<within>within|in|inside) )?(?:(?P<least>{_EN_N}) ?(?:-|–|to) ?)?(?P<number>the|{_EN_N})"
    r"(?: |-)?(?P<working>working |business )?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\b"
    r"|\b(?P<instant>right away|right now|immediately|at once|instantly|straight ?away|this (?:very )?(?:minute"
    r"|second|instant|moment)"
    r"|in no time|in a (?:jiffy|flash)|within the hour|now)\b"
    r"|\b(?P<soon>later|soon|shortly|in a (?:moment|bit|while)|asap|as soon as possible|as soon as we can)\b"
)
_UNIT_HOURS = {
    "工作日": 24.0,
    "小时": 1.0,
    "h": 1.0,
    "钟头": 1.0,
    "钟": 1.0,
    "分钟": 1 / 60,
    "刻钟": 1 / 4,
    "秒": 1 / 3600,
    "天": 24.0,
    "日": 24.0,
    "周": 168.0,
    "星期": 168.0,
    "礼拜": 168.0,
    "月": 720.0,
    "年": 8760.0,
    "minute": 1 / 60,
    "min": 1 / 60,
    "hour": 1.0,
    "hr": 1.0,
    "day": 24.0,
    "week": 168.0,
    "month": 720.0,
    "year": 8760.0,
}
PARTS = {
    "凌晨": (0, 360),
    "清晨": (300, 480),
    "早上": (360, 600),
    "早晨": (360, 600),
    "上午": (480, 720),
    "中午": (660, 780),
    "下午": (780, 1080),
    "傍晚": (1020, 1140),
    "晚上": (1080, 1320),
    "夜里": (1080, 1440),
    "晚间": (1080, 1320),
    "大清早": (360, 600),
    "一大早": (360, 600),
    "一早": (360, 600),
    "早间": (360, 600),
    "午饭": (660, 780),
    "午后": (780, 1080),
    "天黑": (1020, 1140),
    "晚饭": (1020, 1140),
    "睡觉": (1080, 1440),
    "睡": (1080, 1440),
    "早": (360, 600),
    "晚": (1080, 1320),
    "morning": (480, 720),
    "noon": (660, 780),
    "afternoon": (780, 1080),
    "evening": (1080, 1320),
    "night": (1080, 1440),
}
_LAST_OF_NIGHT = frozenset(["晚上", "夜里", "晚间", "晚"])
"""With these 12点 is the midnight that ends the day."""
_AFTER_NOON = frozenset(["下午", "傍晚", "晚上", "夜里", "晚间", "晚", "今晚", "明晚", "当晚"])
_WEEKDAYS = {character: number for number, character in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_EN_WEEKDAYS = {
    day: number
    for number, day in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}
_A_YEAR_BY_NAME = 1900
_NEAR = timedelta(hours=2)
_SAID = {"几十": 30.0, "十几": 15.0, "十来": 10.0, "好几": 5.0}
_DAYS_ON = {"今": 0, "当": 0, "明": 1, "后": 2, "大": 3, "次": 1, "隔": 1, "第": 1}
_EN_ODD = {"half past": 30, "quarter past": 15, "quarter to": -15}
_EN_WORDS = {"half an": 0.5, "half a": 0.5, "half": 0.5, "a few": 3.0, "a couple of": 2.0, "the": 1.0}


@dataclass(frozen=True, slots=True)
class When:
    """A time as said, where it stands in the folded draft. `hours` is a span's upper end, `clock`: one was named."""

    due: Due | None
    begin: int
    end: int
    hours: float | None = None
    clock: bool = False
    instant: bool = False
    soon: bool = False


def times_in(said: str, begin: int, today: datetime, *, english: bool) -> Iterator[When]:
    """Yield the times of a clause that begins at `begin` of its draft, in order; `today` is local time."""
    for found in (_ENGLISH if english else _CHINESE).finditer(said):
        when = _english(found, today) if english else _chinese(found, today)
        if when is not None:
            due, hours, clock = when
            got = found.groupdict()
            instant, soon = bool(got["instant"]), bool(got["soon"] or got.get("near"))
            yield When(due, begin + found.start(), begin + found.end(), hours, clock, instant, soon)


_Read = tuple[Due | None, float | None, bool]


def _chinese(found: re.Match[str], today: datetime) -> _Read | None:
    got = found.groupdict()
    if got["instant"] or got["soon"]:
        return None, 0.0 if got["instant"] else None, False
    if got["near"]:
        return Due(within=_NEAR), None, False
    return _spanned(got) if got["unit"] else _dayed(got, today)


def _dayed(got: dict[str, str | None], today: datetime) -> _Read | None:
    """Read a day, a part of one, a clock time, or several of these."""
    day = got["day"] or got["day2"] or got["day3"]
    days_on = _days_on(day, today) if day else None
    part = got["part"] or got["part2"] or got["part3"] or got["part4"] or _part_of(day)
    if got["closing"] or got["closing2"]:
        return Due(days_on=days_on or 0, closing=True), None, False
    if got["range"]:
        return _ranged(got["range"], part, days_on)
    if got["clock"]:
        return _clocked(got, part, days_on)
    if part in PARTS:
        return _part_of_day(part, days_on or 0, by=bool(got["by3"] or got["by4"])), None, False
    return Due(days_on=days_on), None, False


def _clocked(got: dict[str, str | None], part: str | None, days_on: int | None) -> _Read | None:
    clock = got["clock"] or ""
    # 早一点, 轻一点: a little.
    little = clock == "一点" and part is None and days_on is None
    at = None if little else _minute(clock, part)
    return None if at is None else (Due(days_on=days_on, at_minute=at, exact=not got["by"]), None, True)


def _part_of_day(part: str, days_on: int, *, by: bool) -> Due:
    first, last = PARTS[part]
    return Due(days_on=days_on, from_minute=None if by else first, at_minute=last)


def _spanned(got: dict[str, str | None]) -> _Read | None:
    number = 5.0 if got["number"] == "几" else _number(got["number"] or "")
    unit = got["unit"] or ""
    if number is None or (unit == "年" and number > _A_YEAR_BY_NAME):
        return None
    if got["half"] or got["after_half"]:
        number += 0.5
    hours = number * _UNIT_HOURS[unit]
    return _within(hours, working=unit == "工作日"), hours, False


def _within(hours: float, *, working: bool = False) -> Due:
    # A span of centuries is no date.
    return Due(within=timedelta(hours=min(hours, 876_000.0)), working_days=working)


def _number(said: str) -> float | None:
    if said in _EN_WORDS:
        return _EN_WORDS[said]
    if said in _SAID:
        return _SAID[said]
    if said == "半":
        return 0.5
    said = said.replace("俩", "两").replace("仨", "三")
    number = number_of(said)
    if number is None and said:
        # 两三天: at most the second.
        number = number_of(said[-1])
    return None if number is None else float(number)


def _part_of(day: str | None) -> str | None:
    return {"晚": "晚上", "早": "早上"}.get(day[1:2]) if day and day[0] in "今明当" else None


def _days_on(day: str, today: datetime) -> int | None:
    if day.endswith("周"):
        return 6 - today.weekday()
    if day == "月底":
        return monthrange(today.year, today.month)[1] - today.day
    if day[0] in _DAYS_ON and not day.startswith("下"):
        return _DAYS_ON[day[0]]
    if day[-1] in _WEEKDAYS and ("周" in day or "星期" in day or "礼拜" in day):
        ahead = (_WEEKDAYS[day[-1]] - today.weekday()) % 7
        if day[0] == "下":
            # Next week's, not the next: on Sunday 下周一 is tomorrow, 下周日 a week away.
            return 7 - today.weekday() + _WEEKDAYS[day[-1]]
        return ahead
    numbers = [number_of(one) for one in re.findall(r"\d+|[一二三四五六七八九十]+", day)]
    return _dated([int(one) for one in numbers if one is not None], today)


def _dated(numbers: list[int], today: datetime) -> int | None:
    """Return how far off the next 28日 or 11月28日 is; None where there is none within a year."""
    for ahead in range(366):
        day = today.date() + timedelta(days=ahead)
        if [day.month, day.day][-len(numbers) :] == numbers:
            return ahead
    return None


def _ranged(said: str, part: str | None, days_on: int | None) -> _Read | None:
    ends = re.split(r"[-~—到至]", said, maxsplit=1)
    own = [next((one for one in PARTS if one in end), None) for end in ends]
    last = _minute(_bare(ends[1]), own[1] or own[0] or part)
    first = _minute(_bare(ends[0]) + ("" if re.search("[:点]", ends[0]) else "点"), own[0] or part)
    if last is None or first is None:
        return None
    return Due(days_on=days_on, from_minute=min(first, last), at_minute=last), None, False


def _bare(clock: str) -> str:
    return re.sub(_PART, "", clock).strip()


def _minute(clock: str, part: str | None) -> int | None:
    """Return minutes after midnight: 下午三点半 is 930."""
    hour, colon, minutes = clock.partition(":")
    if not colon:
        hour, _, minutes = clock.partition("点")
    if hour == "零":
        # The midnight that is still to come, unless a day is named that it begins.
        return 1440
    first = _number(hour.strip())
    if first is None:
        return None
    if part in _LAST_OF_NIGHT and first == 12:
        return 1440
    odd = {"半": 30.0, "一刻": 15.0, "三刻": 45.0, "整": 0.0, "钟": 0.0, "": 0.0}.get(minutes)
    rest = odd if odd is not None else (_number(minutes.rstrip("分")) or 0.0)
    if (part in _AFTER_NOON and first < 12) or (part == "中午" and first < 6):
        first += 12
    at = int(first * 60 + rest)
    return at if 0 <= at <= 1440 else None


def _english(found: re.Match[str], today: datetime) -> _Read | None:
    got = found.groupdict()
    if got["instant"] or got["soon"]:
        return (None, 0.0 if got["instant"] else None, False)
    if got["closing"]:
        return Due(days_on=0, closing=True), None, False
    if got["unit"]:
        return _en_spanned(got)
    if got["day"]:
        return _en_day(got, today)
    return _en_clock(got)


def _en_spanned(got: dict[str, str | None]) -> _Read | None:
    number, unit = _number(got["number"] or ""), got["unit"] or ""
    if number is None or (got["number"] == "the" and not got["within"]):
        return None
    hours = number * _UNIT_HOURS[unit.rstrip("s")]
    return _within(hours, working=bool(got["working"])), hours, False


def _en_day(got: dict[str, str | None], today: datetime) -> _Read:
    day = (got["day"] or "").removeprefix("next ").removeprefix("this ")
    later = 7 if (got["day"] or "").startswith("next ") else 0
    if day in _EN_WEEKDAYS:
        ahead = (_EN_WEEKDAYS[day] - today.weekday()) % 7
        days_on = ahead + (later if ahead + today.weekday() < 7 else 0)
    else:
        days_on = {"tomorrow": 1, "the day after tomorrow": 2}.get(day, 0)
    part = "night" if day == "tonight" else got["part"]
    if part in PARTS:
        return Due(days_on=days_on, from_minute=PARTS[part][0], at_minute=PARTS[part][1]), None, False
    return Due(days_on=days_on), None, False


def _en_clock(got: dict[str, str | None]) -> _Read | None:
    if got["to_clock"]:
        last = _en_minute(got["to_clock"], None)
        first = _en_minute(got["from_clock"] or "", got["to_clock"])
        return (
            None if last is None or first is None else (Due(from_minute=min(first, last), at_minute=last), None, False)
        )
    at = _en_minute(got["by_clock"] or got["clock"] or got["bare"] or "", None)
    return None if at is None else (Due(at_minute=at, exact=not got["by"]), None, True)


def _en_minute(clock: str, like: str | None) -> int | None:
    named = {"noon": 720, "12 noon": 720, "midday": 720, "midnight": 1440}
    if clock in named:
        return named[clock]
    clock = re.sub(_EN_HOUR, lambda found: str(_EN_HOURS.index(found.group()) + 1), clock)
    odd = next((minutes for said, minutes in _EN_ODD.items() if clock.startswith(said)), 0)
    digits = re.search(r"(\d{1,2})(?::(\d{2}))?", clock)
    if digits is None:
        return None
    hour, minutes = int(digits[1]), int(digits[2] or 0) + odd
    marks = clock + ("" if re.search("[ap]", clock) else like or "")
    if (
        re.search(r"p\.?m|afternoon|evening|night", marks)
        and hour < 12
        and not (like and "m" not in clock and hour > 8)
    ):
        hour += 12
    at = hour * 60 + minutes
    return at if at <= 1440 else None
