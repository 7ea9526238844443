"""What may be said instead of a promise, and in place of which words?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assist.domain.promise import Commitment, Due, Given, PromiseRule
from assist.domain.topic import Span
from assist.suggest.language import is_english
from assist.suggest.text import fold

from .clauses import cut
from .times import PARTS

# Words that belong to a promise and would stay behind: 我这边直接[全额退]款给您.
_BEFORE = re.compile(
    r"(?:保证|一定|肯定|绝对|必须|百分百|100%|马上|立刻|立即|直接|现在|这就|就|都|会|可以|能|全部|把钱|钱|给[您你]|帮[您你]|为[您你]|跟[您你]|替[您你]|[您你](?=$|给)"
    r"|家里?|来|再|也|还|去|好|的|(?:签收|收到|收货)货?(?:之后|以后|后)?)*$"
)
# What may stay at the end of a clause: particles, and a question whether that will do.
_TAIL = re.compile(r"(?:(?:[您你]看|可不?可以吗?|行[吗不]|好[吗不]).*|[哦哈呢啦呀吧亲的了~～ ]*)$")
_REACH = 20
_JOINED = re.compile(r"(?:and|but|so|then|also)\s+", re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
_EN_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_PARTS = {
    "凌晨": "before dawn",
    "清晨": "early in the morning",
    "早上": "morning",
    "上午": "morning",
    "中午": "noon",
} | {
    "下午": "afternoon",
    "傍晚": "late afternoon",
    "晚上": "evening",
    "夜里": "night",
}
_SLOT = re.compile(r"\{(when|range|limit|amount)\}")


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as it is rewritten: its language, and where its clauses stand."""

    text: str
    english: bool
    clauses: tuple[Span, ...]


def written(text: str) -> Written:
    draft = cut(text)
    return Written(text, is_english(text), tuple(draft.span(one.begin, one.end) for one in draft.clauses))


def rewritten(draft: Written, one: Commitment, rule: PromiseRule, given: Given, until: int) -> tuple[Span, str | None]:
    """Return the words to replace and the wording that stands instead, in the text's language; None: there is none.

    In English, and where the rule says so, they are the whole clause; else all that belongs to the promise, up to
    `until`, where another begins.
    """
    text, english = draft.text, draft.english
    wording = rule.rewrite_en if english else rule.rewrite
    clause = _clause(draft, one.words)
    words = clause if english or rule.whole_clause else _widened(text, one.words, min(clause.end, until))
    if wording is None:
        return words, None
    slots = _slots(one, rule, given, english=english)
    said = _SLOT.sub(lambda found: slots[found[1]], wording)
    said = re.sub(r"\s{2,}", " ", said).strip()
    if english and text[words.start].isupper():
        said = said[:1].upper() + said[1:]
    return words, said


def _clause(draft: Written, words: Span) -> Span:
    """Return the clause that the words stand in, without what joins it to the one before, or its particles."""
    text = draft.text
    for span in draft.clauses:
        if span.start <= words.start < span.end:
            joined = _JOINED.match(text, span.start)
            start = joined.end() if joined and joined.end() <= words.start else span.start
            end = max(span.end, words.end)
            tail = _TAIL.search(text, start, end)
            return Span(start=start, end=max(words.end, tail.start()) if tail else end)
    return words


def _widened(text: str, words: Span, end: int) -> Span:
    start = words.start
    before = text[max(0, start - _REACH) : start]
    folded = fold(before)
    if len(folded) == len(before) and (found := _BEFORE.search(folded)):
        start -= len(found.group())
    return Span(start=start, end=max(words.end, end))


def _slots(one: Commitment, rule: PromiseRule, given: Given, *, english: bool) -> Mapping[str, str]:
    now = given.now.astimezone(ZoneInfo(given.timezone))
    return {
        "when": _when(one.due, now, english=english),
        "range": _range(one.due, rule.around_minutes, now, english=english),
        "limit": _limit(rule, english=english),
        "amount": _yuan(max(given.agent_limit_fen or 0, given.granted_fen or 0), english=english),
    }


def _limit(rule: PromiseRule, *, english: bool) -> str:
    if rule.at_most_days is not None:
        return (
            f"{rule.at_most_days:g} day{'' if rule.at_most_days == 1 else 's'}"
            if english
            else f"{rule.at_most_days:g}天"
        )
    hours = rule.at_most_hours or 0
    return f"{hours:g} hour{'' if hours == 1 else 's'}" if english else f"{hours:g}小时"


def _yuan(fen: int, *, english: bool) -> str:
    return f"{fen / 100:g}{' yuan' if english else '元'}"


def _when(due: Due | None, now: datetime, *, english: bool) -> str:
    """Say a time again, by its latest end: 明天, 周五, 2天内; "" where none was said."""
    if due is None:
        return ""
    if due.within is not None:
        return _within(due.within, working=due.working_days, english=english)
    day = _day(due.days_on, now, english=english)
    if due.at_minute is None or due.from_minute is None:
        return day
    part = next((name for name, span in PARTS.items() if span == (due.from_minute, due.at_minute)), None)
    if part is not None:
        return f"{day} {_EN_PARTS.get(part, part)}" if english else f"{day}{part}"
    return _span(day, due.from_minute, due.at_minute, english=english)


def _within(within: timedelta, *, working: bool, english: bool) -> str:
    hours = within.total_seconds() / 3600
    if hours <= 0:
        return ""
    days = hours / 24
    if days >= 1 and days == int(days):
        unit = ("working days" if working else "days") if english else ("个工作日" if working else "天")
        return f"within {days:g} {unit}" if english else f"{days:g}{unit}内"
    return f"within {hours:.3g} hours" if english else f"{hours:.3g}小时内"


def _day(days_on: int | None, now: datetime, *, english: bool) -> str:
    if days_on is None:
        return ""
    near = ("today", "tomorrow", "the day after tomorrow") if english else ("今天", "明天", "后天")
    if days_on < len(near):
        return near[days_on]
    day = now + timedelta(days=days_on)
    if days_on < 7:
        return f"on {_EN_WEEKDAYS[day.weekday()]}" if english else f"周{_WEEKDAYS[day.weekday()]}"
    return f"on {day:%d %B}".replace(" 0", " ") if english else f"{day.month}月{day.day}日"


def _range(due: Due | None, around: int, now: datetime, *, english: bool) -> str:
    if due is None or due.at_minute is None:
        return _when(due, now, english=english)
    first, last = max(0, due.at_minute - around), min(1439, due.at_minute + around)
    return _span(_day(due.days_on, now, english=english), first, last, english=english)


def _span(day: str, first: int, last: int, *, english: bool) -> str:
    if english:
        return f"{day} between {_en_clock(first)} and {_en_clock(last)}".strip()
    part = _part(first)
    end = _clock(last)
    return f"{day}{part}{_clock(first)}到{'' if _part(last) == part else _part(last)}{end}"


def _part(minute: int) -> str:
    for until, part in ((360, "凌晨"), (720, "上午"), (780, "中午"), (1080, "下午")):
        if minute < until:
            return part
    return "晚上"


def _clock(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    hour = hour - 12 if hour > 12 else hour
    return f"{hour}点{ {0: '', 30: '半'}.get(rest, f'{rest:02}分') }"


def _en_clock(minute: int) -> str:
    hour, rest = divmod(minute % 1440, 60)
    half = "am" if hour < 12 else "pm"
    hour = hour % 12 or 12
    return f"{hour}:{rest:02} {half}" if rest else f"{hour} {half}"
