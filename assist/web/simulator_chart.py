"""Where do the bars of a simulation's charts stand? Numbers for inline SVG, and the words that say the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assist.suggest.simulate import DayCost, Side, Simulation

from .remedy_views import yuan

WIDTH, HEIGHT = 720, 220
_TOP, _BOTTOM = 16, 22
_GAP = 0.25
"""How much of a day's room stays empty."""
ROW, _LABEL, _VALUE = 30, 210, 110


@dataclass(frozen=True)
class Bar:
    """A rectangle, and what it shows; `over` lies above the budget."""

    x: float
    y: float
    width: float
    height: float
    title: str
    over: bool = False


@dataclass(frozen=True)
class DayChart:
    """Cost per day: bars of the policy, left of them those it is compared with, the budget's line, days below."""

    policy: tuple[Bar, ...]
    against: tuple[Bar, ...]
    budget_y: float
    days: tuple[tuple[float, str], ...]
    top: str


@dataclass(frozen=True)
class Row:
    """One rung: its bars one below the other, and the amounts."""

    y: float
    name: str
    policy: Bar
    against: Bar | None
    policy_fen: int
    against_fen: int | None


@dataclass(frozen=True)
class TierChart:
    rows: tuple[Row, ...]
    height: int


def day_chart(result: Simulation) -> DayChart:
    """Return the chart of every day from the first case to the last, also days without one."""
    days = list(_every_day(result.policy.days))
    sides = [side for side in (result.policy, result.against) if side is not None]
    most = max(result.policy.budget_daily_fen, *(day.cost_fen for side in sides for day in side.days), 1)
    room = WIDTH / len(days)
    width = room * (1 - _GAP) / len(sides)
    against = tuple(_day_bars(result.against, days, most, 0, width)) if result.against else ()
    return DayChart(
        policy=tuple(_day_bars(result.policy, days, most, width if result.against else 0, width)),
        against=against,
        budget_y=_y(result.policy.budget_daily_fen, most),
        days=tuple(_labels(days, room)),
        top=yuan(most),
    )


def tier_chart(result: Simulation, names: Mapping[str, str]) -> TierChart:
    """Return a row for every rung that either policy gave, with what all kinds of it come to."""
    policy = _by_rung(result.policy)
    against = _by_rung(result.against) if result.against else None
    other: dict[str, int] = against or {}
    rungs = [*policy, *(rung for rung in other if rung not in policy)]
    most = max([*policy.values(), *other.values(), 1])
    rows = tuple(
        Row(
            y=number * ROW,
            name=names.get(rung, rung),
            policy=_across(policy.get(rung, 0), most, 0 if against is None else 1),
            against=_across(other.get(rung, 0), most, 0) if against is not None else None,
            policy_fen=policy.get(rung, 0),
            against_fen=other.get(rung, 0) if against is not None else None,
        )
        for number, rung in enumerate(rungs)
    )
    return TierChart(rows=rows, height=max(1, len(rows)) * ROW)


def costliest_day(side: Side) -> DayCost | None:
    """Return the day that cost most, the first of them."""
    return max(side.days, key=lambda day: day.cost_fen, default=None)


def _every_day(days: Sequence[DayCost]) -> Iterator[date]:
    first, last = days[0].day, days[-1].day
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _day_bars(side: Side, days: Sequence[date], most: int, offset: float, width: float) -> Iterator[Bar]:
    cost = {day.day: day for day in side.days}
    room = WIDTH / len(days)
    for number, day in enumerate(days):
        one = cost.get(day)
        if one is None or not one.cost_fen:
            continue
        y = _y(one.cost_fen, most)
        x = number * room + room * _GAP / 2 + offset
        height = HEIGHT - _BOTTOM - y
        yield Bar(round(x, 2), y, round(width, 2), round(height, 2), f"{day} {yuan(one.cost_fen)}", one.over_fen > 0)


def _labels(days: Sequence[date], room: float) -> Iterator[tuple[float, str]]:
    """Yield about seven days to write below, the first always."""
    step = max(1, -(-len(days) // 7))
    for number in range(0, len(days), step):
        yield round((number + 0.5) * room, 2), f"{days[number]:%m-%d}"


def _y(fen: int, most: int) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * fen / most, 2)


def _by_rung(side: Side) -> dict[str, int]:
    found: dict[str, int] = {}
    for tier in side.tiers:
        found[tier.rung] = found.get(tier.rung, 0) + tier.amount_fen
    return found


def _across(fen: int, most: int, place: int) -> Bar:
    width = round((WIDTH - _LABEL - _VALUE) * fen / most, 2)
    return Bar(_LABEL, 4 + place * 11, width, 9, yuan(fen))
