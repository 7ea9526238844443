"""Each KPI as a declared object over records: what counts, what is left out and why."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import floor, fsum
from typing import Any, Generic, TypeVar

from assist.domain.value import Value

from .records import AlertRecord, EpisodeRecord, Flagged, MessageRecord, PromiseRecord, Record, Records, TurnRecord

R = TypeVar("R", bound=Record)

_LEAST_TURNS = 4


class Unit(StrEnum):
    """What a value is: a share of 1, so many per 100 or per 1000, or the mean of scores."""

    share = "share"
    per_100 = "per_100"
    per_1000 = "per_1000"
    score = "score"


_TIMES = {Unit.share: 1, Unit.per_100: 100, Unit.per_1000: 1000}


class Subject(StrEnum):
    """What a KPI counts among."""

    turn = "turn"
    episode = "episode"
    alert = "alert"
    message = "message"
    promise = "promise"


class Measured(Value):
    """One KPI's number. `value` is None when nothing counts: shown as a dash, never as 0 or 100 %.

    `spread` is the distribution of a mean: p10, median and p90, between neighbours in proportion.
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


class Kpi(Value, Generic[R]):
    """A declared KPI over the records that `among` picks.

    `excluded` names why one is left out, or None; `counted` says how much of the numerator it is. With `score` the
    value is the mean of the scores instead of num / den.
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

    def measure(self, records: Records) -> Measured:
        reasons: Counter[str] = Counter()
        parts: Counter[str] = Counter(dict.fromkeys(self.parts, 0))
        scores: list[float] = []
        num = den = 0
        for record in self.among(records):
            if reason := self.excluded(record):
                reasons[reason] += 1
                continue
            den += 1
            num += int(self.counted(record))
            parts.update({name: int(counts(record)) for name, counts in self.parts.items()})
            scores += [self.score(record)] if self.score else []
        return Measured(
            id=self.id,
            value=_mean(scores) if self.score else _ratio(num, den, self.unit),
            num=num,
            den=den,
            n_excluded=reasons.total(),
            reason_counts=dict(sorted(reasons.items())),
            parts=dict(parts),
            unit=self.unit,
            spread=_spread(scores),
        )


def _ratio(num: int, den: int, unit: Unit) -> float | None:
    return num * _TIMES[unit] / den if den else None


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


def _nothing(_: Record) -> str | None:
    return None


def not_eligible(turn: TurnRecord) -> str | None:
    """Eligible: not small talk only, received while the sidecar was healthy, answered by a person."""
    if turn.small_talk:
        return "small_talk"
    if turn.sidecar != "ok":
        return f"sidecar_{turn.sidecar}"
    if not turn.human_reply:
        return "no_human_reply"
    return None


def _not_shown(turn: TurnRecord) -> str | None:
    return None if turn.shown else "no_card_shown"


K1 = Kpi[TurnRecord](
    id="K1",
    zh="知识库调用率",
    en="KB usage rate",
    subject=Subject.turn,
    among=lambda records: records.turns,
    excluded=not_eligible,
    counted=lambda turn: turn.explicit or turn.implicit,
    parts={
        "explicit": lambda turn: turn.explicit,
        "implicit": lambda turn: turn.implicit and not turn.explicit,
    },
)

K2 = Kpi[TurnRecord](
    id="K2",
    zh="覆盖率",
    en="Coverage",
    subject=Subject.turn,
    among=lambda records: records.turns,
    excluded=not_eligible,
    counted=lambda turn: turn.covered,
)

K4 = Kpi[TurnRecord](
    id="K4",
    zh="采纳率",
    en="Adoption rate",
    subject=Subject.turn,
    among=lambda records: records.turns,
    excluded=_not_shown,
    counted=lambda turn: turn.explicit or turn.implicit,
)

K14 = Kpi[EpisodeRecord](
    id="K14",
    zh="主管预警率",
    en="Supervisor alerts",
    subject=Subject.episode,
    among=lambda records: records.episodes,
    unit=Unit.per_100,
    excluded=_nothing,
    counted=lambda episode: episode.alerts,
    parts={"episodes_alerted": lambda episode: episode.alerts > 0},
)

K14B = Kpi[AlertRecord](
    id="K14b",
    zh="预警属实率",
    en="Confirmed alerts",
    subject=Subject.alert,
    among=lambda records: records.alerts,
    excluded=lambda alert: None if alert.verdict else "not_judged",
    counted=lambda alert: alert.verdict == "right",
)


def _no_soothing(episode: EpisodeRecord) -> str | None:
    if not episode.complaint:
        return "no_complaint"
    if len(episode.moods) < _LEAST_TURNS:
        return "few_turns"
    return "mood_unknown" if None in (*episode.moods[:2], *episode.moods[-2:]) else None


def soothing(episode: EpisodeRecord) -> float:
    """Return how much better the last two turns sound than the first two; all four were read."""
    first, second, before_last, last = (mood or 0.0 for mood in (*episode.moods[:2], *episode.moods[-2:]))
    return (before_last + last) / 2 - (first + second) / 2


K15 = Kpi[EpisodeRecord](
    id="K15",
    zh="情绪安抚幅度",
    en="Soothing delta",
    subject=Subject.episode,
    among=lambda records: records.episodes,
    unit=Unit.score,
    excluded=_no_soothing,
    counted=lambda episode: soothing(episode) > 0,
    score=soothing,
)


def _slips(of: Callable[[MessageRecord], Flagged]) -> dict[str, Callable[[MessageRecord], int]]:
    return {
        "slipped": lambda message: of(message).slipped,
        "overridden": lambda message: of(message).overridden,
    }


K23 = Kpi[MessageRecord](
    id="K23",
    zh="违禁词触发率",
    en="Banned-word hit rate",
    subject=Subject.message,
    among=lambda records: records.messages,
    excluded=_nothing,
    counted=lambda message: message.words.sent or message.words.caught,
    parts={"caught": lambda message: message.words.caught, **_slips(lambda message: message.words)},
)

K23B = Kpi[MessageRecord](
    id="K23b",
    zh="违规承诺率",
    en="Promise violations",
    subject=Subject.message,
    among=lambda records: records.messages,
    unit=Unit.per_1000,
    excluded=_nothing,
    counted=lambda message: message.promises.sent,
    parts={
        "warned_and_fixed": lambda message: message.promises.caught,
        **_slips(lambda message: message.promises),
    },
)


def _not_due(promise: PromiseRecord) -> str | None:
    return promise.state if promise.state in ("open", "dismissed", "taken_back") else None


K28 = Kpi[PromiseRecord](
    id="K28",
    zh="承诺按时兑现率",
    en="Promises kept in time",
    subject=Subject.promise,
    among=lambda records: records.promises,
    excluded=_not_due,
    counted=lambda promise: promise.state == "kept" and not promise.late,
    parts={
        "late": lambda promise: promise.state == "kept" and promise.late,
        "missed": lambda promise: promise.state == "missed",
    },
)

KPIS: tuple[Kpi[Any], ...] = (K1, K2, K4, K14, K14B, K15, K23, K23B, K28)
"""Every KPI this version measures, in the order they are shown."""

TO_COME: Mapping[str, Unit | None] = {
    **dict.fromkeys(("K3", "K5", "K11", "K12", "K13", "K18", "K19", "K25", "K27"), Unit.share),
    **dict.fromkeys(("K6", "K7", "K8", "K9", "K10", "K16", "K17")),
}
"""KPIs to come that targets may be set for already; None: their unit is no share, but seconds or points."""
