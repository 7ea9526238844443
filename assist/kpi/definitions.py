"""Each KPI as a declared object over records: what counts, what is left out and why."""

from collections.abc import Callable, Mapping
from typing import Any

from .eligible import not_eligible
from .kpi import Kpi, Measured, Subject, Unit
from .records import AlertRecord, EpisodeRecord, Flagged, MessageRecord, PromiseRecord, Record, TurnRecord
from .selling import K18, K18B, K19, K20, K20B, K20C

__all__ = ["KPIS", "TO_COME", "Kpi", "Measured", "Subject", "Unit", "not_eligible", "soothing"]

_LEAST_TURNS = 4
_PERSONAL_FACTS = 2


def _nothing(_: Record) -> str | None:
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

T25 = Kpi[MessageRecord](
    id="T25",
    zh="个性化回复占比",
    en="Personal replies",
    subject=Subject.message,
    among=lambda records: records.messages,
    excluded=lambda message: "personal_not_counted" if message.personal is None else None,
    counted=lambda message: (message.personal or 0) >= _PERSONAL_FACTS,
    parts={"none": lambda message: message.personal == 0, "one": lambda message: message.personal == 1},
)
"""The personalisation index: how many of our messages tell two facts or more of who is spoken to."""

KPIS: tuple[Kpi[Any], ...] = (*(K1, K2, K4, K14, K14B, K15, K18, K18B, K19, K20, K20B, K20C, K23, K23B, K28, T25),)
"""Every KPI this version measures, in the order they are shown."""

TO_COME: Mapping[str, Unit | None] = {
    **dict.fromkeys(("K3", "K5", "K11", "K12", "K13", "K25", "K27"), Unit.share),
    **dict.fromkeys(("K6", "K7", "K8", "K9", "K10", "K16", "K17")),
}
"""KPIs to come that targets may be set for already; None: their unit is no share, but seconds or points."""
