"""Reviews put together from the phrase banks of `training/moods`: of one to six pieces, some of them mixed."""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent / "moods"
_LENGTHS = (5, 6, 6, 4, 3, 2)
_JOINTS = (
    *("，",) * 10,
    *(" ",) * 3,
    *("。",) * 3,
    *("！",) * 3,
    *("",) * 2,
    *("~", "，，", "。。。", "、", "；", "!", ",", "，还", "，而且", "，也"),
)
_ENDS = ("",) * 8 + ("。",) * 5 + ("！",) * 3 + ("！！！", "~", "。。。", "……", "!!", "～")
_BUT = ("但是", "但", "可是", "不过", "然而", "可", "结果")
_SOFT = (
    "就是",
    "只是",
    "唯一不足",
    "美中不足的是",
    "不足的是",
    "要说缺点就是",
    "小遗憾是",
    "不过",
    "稍微遗憾的是",
    "就",
    "唯一的缺点是",
)
_AT_LAST = ("就是", "只是", "唯一不足是", "美中不足", "不足之处就是")
_AT_LEAST = ("也就", "只有", "除了", "就")
_PASSABLE = ("还行", "还可以", "算可以", "凑合")
_THOUGH = ("虽然", "虽说", "尽管", "除了")
_SLOT = re.compile(r"\{(\w+)\}")
_HOURS = ("1", "2", "3", "一", "两", "一个多", "两个多", "1个多", "2个多", "一个半", "1个半", "快两", "将近2", "1.5")
_AMOUNTS = {
    "hours": tuple(f"{number}{unit}" for number in _HOURS for unit in ("个小时", "小时", "个钟头")),
    "minutes": (
        "10分钟",
        "20分钟",
        "半小时",
        "半个小时",
        "30分钟",
        "40分钟",
        "四十分钟",
        "50分钟",
        "十五分钟",
        "二十多分钟",
        "一刻钟",
        "三十分钟",
        "40多分钟",
        "十几分钟",
    ),
    "h": ("10", "11", "12", "1", "2", "5", "6", "7", "8", "十", "十一", "十二", "一", "两", "五", "六", "七"),
    "few": ("3", "5", "几", "三", "两", "四", "十"),
}
KINDS = {"fruit": "phrases_fresh.toml", "takeout": "phrases_meals.toml", "english": "phrases_english.toml"}
WEIGHED = 0.5
"""So many reviews praise and blame side by side."""
_WEIGHTS = {
    **dict.fromkeys(("whole", "again", "overall", "repurchase", "recommendation"), 1.6),
    **dict.fromkeys(("pack", "packaging", "price", "size", "portion", "courier_manners"), 0.7),
    **dict.fromkeys(("rider", "delivery", "delivery_speed", "courier", "service"), 0.8),
}
"""How much a side weighs in what is said of the whole; others 1."""
_PRAISED = {
    **dict.fromkeys(("rider", "delivery", "courier", "delivery_speed", "pack", "packaging"), 0.6),
    "courier_manners": 0.5,
}
"""A meal is not good because it came in time."""
_LITTLE = (
    "有点",
    "有些",
    "稍",
    "略",
    "偏",
    "不太",
    "不是很",
    "还行",
    "可以",
    "一般",
    "没那么",
    "不够",
    "希望",
    "不怎么",
)
_MUCH = (
    "太",
    "非常",
    "特别",
    "超",
    "极",
    "死",
    "巨",
    "真的",
    "绝",
    "完全",
    "根本",
    "再也",
    "坚决",
    "垃圾",
    "恶心",
    "小时",
)
_LATE = frozenset({"again", "repurchase", "recommendation", "whole", "overall"})


class Side(NamedTuple):
    """What is said of one side of an order: phrases that praise it and phrases that blame it."""

    name: str
    subjects: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    happy: tuple[str, ...]
    upset: tuple[str, ...]


class Bank(NamedTuple):
    sides: tuple[Side, ...]
    items: tuple[str, ...]
    openers: tuple[str, ...]
    happy_ends: tuple[str, ...]
    upset_ends: tuple[str, ...]
    but: tuple[str, ...]


def made_reviews(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield so many texts with their moods, happy or upset, in turns of all banks; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - the same for the same seed is what is wanted
    degrees = tomllib.loads((HERE / "own_bank.toml").read_text(encoding="utf-8"))["degrees"]
    banks = _banks()
    for at in range(count):
        # One in ten is English.
        yield _review(banks[2] if at % 10 == 0 else banks[at % 2], degrees, dice)


def _banks() -> list[Bank]:
    """One bank for each kind of order: our own sides, with what others wrote for it."""
    own = tomllib.loads((HERE / "own_bank.toml").read_text(encoding="utf-8"))["aspects"]
    found = []
    for kind, file in KINDS.items():
        sides = [
            Side(one["name"], *(tuple(one[key]) for key in ("subjects", "good", "bad", "happy", "upset")))
            for one in own
            if kind in one["of"]
        ]
        path = HERE / file
        written: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        happy, upset = written.get("positive", {}), written.get("negative", {})
        for name in sorted({*happy, *upset}):
            sides.append(Side(name, (), (), (), tuple(happy.get(name, ())), tuple(upset.get(name, ()))))
        found.append(
            Bank(
                tuple(sides),
                _said(written, "items") or ("东西",),
                _said(written, "openers"),
                _said(written, "closers_positive"),
                _said(written, "closers_negative"),
                (*(() if kind == "english" else _BUT), *_said(written, "connectives_but")),
            )
        )
    return found


def _said(written: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(phrase for phrases in written.get(name, {}).values() for phrase in phrases)


def _review(bank: Bank, degrees: Mapping[str, Sequence[str]], dice: random.Random) -> tuple[str, str]:
    mood = dice.choice(("happy", "upset"))
    length = dice.choices(range(1, 7), _LENGTHS)[0]
    parts = _parts(bank, mood, length, degrees, dice)
    kind = dice.random()
    if kind < WEIGHED:
        mood, parts = _weighed(bank, length + 1, degrees, dice)
    elif kind < WEIGHED + 0.06:
        parts = _mixed(bank, mood, parts, degrees, dice)
    elif kind < WEIGHED + 0.10 and length <= 4:
        parts = [_afterwards(bank, mood, parts, degrees, dice)]
    text = "".join(part + (dice.choice(_JOINTS) if at + 1 < len(parts) else "") for at, part in enumerate(parts))
    if bank.openers and dice.random() < 0.25:
        text = dice.choice(bank.openers) + dice.choice(("，", "", " ")) + text
    ends = bank.happy_ends if mood == "happy" else bank.upset_ends
    if ends and dice.random() < 0.2:
        text += dice.choice(_JOINTS[:-3]) + dice.choice(ends)
    return _SLOT.sub(lambda slot: _filled(slot[1], bank, dice), text) + dice.choice(_ENDS), mood


def _filled(name: str, bank: Bank, dice: random.Random) -> str:
    return dice.choice(bank.items if name == "item" else _AMOUNTS[name])


def _parts(bank: Bank, mood: str, length: int, degrees: Mapping[str, Sequence[str]], dice: random.Random) -> list[str]:
    sides = [dice.choice(bank.sides) for _ in range(length)]
    sides.sort(key=lambda side: side.name in _LATE and dice.random() < 0.7)
    parts = [_part(side, mood, degrees, dice) for side in sides]
    return [part for part in parts if part] or [_part(bank.sides[0], mood, degrees, dice)]


def _part(side: Side, mood: str, degrees: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    phrases = side.happy if mood == "happy" else side.upset
    if not side.good or (phrases and dice.random() < 0.55):
        return dice.choice(phrases) if phrases else ""
    subject = dice.choice(side.subjects) if side.subjects and dice.random() < 0.75 else ""
    return subject + _quality(side, mood, degrees, dice)


def _weighty(side: Side, mood: str, degrees: Mapping[str, Sequence[str]], dice: random.Random) -> tuple[str, float]:
    """A part, and how much it says by its degree: 有点咸 little, 太咸了 much."""
    part = _part(side, mood, degrees, dice)
    if any(word in part for word in _LITTLE):
        return part, 0.45
    return part, 1.3 if any(word in part for word in _MUCH) else 1.0


def _quality(side: Side, mood: str, degrees: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    """Put an adjective into a degree or under a negation; what is negated is the other side's."""
    kind = dice.random()
    if mood == "happy":
        if kind < 0.12 and side.bad:
            return dice.choice(degrees["not_bad"]) + dice.choice(side.bad)
        word = dice.choice(side.good)
    else:
        if kind < 0.45 and side.good:
            return dice.choice(degrees["not"]) + dice.choice(side.good)
        word = dice.choice(side.bad)
        if kind < 0.6:
            return dice.choice(degrees["little"]) + word
    if kind > 0.93:
        return word + dice.choice(degrees["after"])
    return (dice.choice(degrees["strong"]) if kind > 0.2 else "") + word + dice.choice(("", "", "", "了", "的"))


def _weighed(
    bank: Bank, length: int, degrees: Mapping[str, Sequence[str]], dice: random.Random
) -> tuple[str, list[str]]:
    """Praise and blame side by side, named by what weighs more; what weighs the same is thrown again."""
    while True:
        said, total, before = [], 0.0, ""
        lean = dice.choice((0.25, 0.5, 0.75))
        for at in range(length):
            side = dice.choice(bank.sides)
            mood = "happy" if dice.random() < lean else "upset"
            part, weight = _weighty(side, mood, degrees, dice)
            if not part:
                continue
            weight *= _WEIGHTS.get(side.name, 1.0) * (1.25 if at + 1 == length else 1.0)
            if before and mood != before and dice.random() < 0.6:
                soft = mood == "upset" and len(bank.sides) > 1 and dice.random() < 0.5
                weight *= 0.4 if soft else 1.2
                part = dice.choice(_SOFT if soft else bank.but) + part
            total += weight * (_PRAISED.get(side.name, 1.0) if mood == "happy" else -1.2)
            said.append(part)
            before = mood
        if abs(total) >= 0.6:
            return ("happy" if total > 0 else "upset"), said


def _mixed(
    bank: Bank, mood: str, parts: list[str], degrees: Mapping[str, Sequence[str]], dice: random.Random
) -> list[str]:
    """Something of the other mood first, then what counts: 虽然…但是…."""
    other = "upset" if mood == "happy" else "happy"
    first = _parts(bank, other, 1, degrees, dice)[0]
    if dice.random() < 0.4:
        first = dice.choice(_THOUGH) + first
    return [f"{first}，{dice.choice(bank.but)}{parts[0]}", *parts[1:]]


def _afterwards(
    bank: Bank, mood: str, parts: list[str], degrees: Mapping[str, Sequence[str]], dice: random.Random
) -> str:
    """What counts, and one small thing of the other mood after it: 很好吃，就是有点小."""
    sides = [side for side in bank.sides if side.bad]
    if not sides:
        return "，".join(parts)
    side = dice.choice(sides)
    said = "，".join(parts)
    if mood == "happy":
        last = dice.choice(degrees["little"][:7]) + dice.choice(side.bad)
        return f"{said}，{dice.choice(_AT_LAST)}{last}"
    return f"{said}，{dice.choice(_AT_LEAST)}{dice.choice(side.subjects)}{dice.choice(_PASSABLE)}"


if __name__ == "__main__":
    for text, mood in made_reviews(30, 1):
        print(mood, text)  # noqa: T201
