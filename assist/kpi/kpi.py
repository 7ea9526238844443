"""What is a KPI? A declared object over records, and the number it comes to."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import floor, fsum
from typing import Generic, TypeVar

from assist.domain.value import Value

from .intervals import Interval
from .records import Record, Records

R = TypeVar("R", bound=Record)


class Unit(StrEnum):
    """What a value is: a share of 1, so many per 100 or per 1000, the mean of scores, a sum of money (integer fen), or
    a change: by how much of 1 something is more, or less than 0, than something else.
    """

    share = "share"
    per_100 = "per_100"
    per_1000 = "per_1000"
    score = "score"
    fen = "fen"
    change = "change"


_TIMES = {Unit.share: 1, Unit.per_100: 100, Unit.per_1000: 1000}


class Subject(StrEnum):
    """What a KPI counts among."""

    turn = "turn"
    episode = "episode"
    alert = "alert"
    message = "message"
    promise = "promise"
    offer = "offer"
    customer = "customer"


class Label(StrEnum):
    """How much a number proves: it goes together with what was done, or the rest was held out to compare with."""

    correlational = "correlational"
    holdout = "holdout"
    not_enough_data = "not_enough_data"


class Measured(Value):
    """One KPI's number. `value` is None when nothing counts: shown as a dash, never as 0 or 100 %.

    `spread` is the distribution of a mean: p10, median and p90, between neighbours in proportion. `interval` is where
    the value lies with 95 % confidence, `label` what the value proves; each None where the KPI tells none.
    """

    id: str
    value: float | None
    num: int
    den: int
    n_excluded: int
    reason_counts: Mapping[str, int]
    parts: Mapping[str, int] = {}
    unit: Unit = Unit.share
    spread: Mapping[str, float] = {}
    interval: Interval | None = None
    label: Label | None = None


class Worth(Value):
    """What a KPI comes to that compares some of its records with others."""

    value: float | None
    num: int
    den: int
    parts: Mapping[str, int] = {}
    interval: Interval | None = None
    label: Label | None = None


class Kpi(Value, Generic[R]):
    """A declared KPI over the records that `among` picks.

    `excluded` names why one is left out, or None; `counted` says how much of the numerator it is. With `score` the
    value is the mean of the scores instead of num / den; with `worth` everything but what was left out comes from it.
    """

    id: str
    zh: str
    en: str
    subject: Subject
    among: Callable[[Records], Sequence[R]]
    unit: Unit = Unit.share
    excluded: Callable[[R], str | None]
    counted: Callable[[R], int]
    score: Callable[[R], float] | None = None
    parts: Mapping[str, Callable[[R], int]] = {}
    interval: Callable[[int, int], Interval | None] | None = None
    label: Label | None = None
    worth: Callable[[Sequence[R]], Worth] | None = None

    def measure(self, records: Records) -> Measured:
        reasons: Counter[str] = Counter()
        kept: list[R] = []
        for record in self.among(records):
            if reason := self.excluded(record):
                reasons[reason] += 1
            else:
                kept.append(record)
        scores = [self.score(record) for record in kept] if self.score else []
        worth = self.worth(kept) if self.worth else self._worth(kept, scores)
        return Measured(
            id=self.id,
            value=worth.value,
            num=worth.num,
            den=worth.den,
            n_excluded=reasons.total(),
            reason_counts=dict(sorted(reasons.items())),
            parts=worth.parts,
            unit=self.unit,
            spread=_spread(scores),
            interval=worth.interval,
            label=worth.label,
        )

    def _worth(self, kept: Sequence[R], scores: Sequence[float]) -> Worth:
        num, den = sum(int(self.counted(record)) for record in kept), len(kept)
        return Worth(
            value=_mean(scores) if self.score else _ratio(num, den, self.unit),
            num=num,
            den=den,
            parts={name: sum(int(counts(record)) for record in kept) for name, counts in self.parts.items()},
            interval=self.interval(num, den) if self.interval else None,
            label=self.label,
        )


def _ratio(num: int, den: int, unit: Unit) -> float | None:
    if not den:
        return None
    return float(num) if unit is Unit.fen else num * _TIMES[unit] / den


def _mean(scores: Sequence[float]) -> float | None:
    return fsum(scores) / len(scores) if scores else None


def _spread(scores: Sequence[float]) -> dict[str, float]:
    if not scores:
        return {}
    ordered = sorted(scores)
    return {"p10": _quantile(ordered, 0.1), "median": _quantile(ordered, 0.5), "p90": _quantile(ordered, 0.9)}


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
