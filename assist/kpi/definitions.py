"""Each KPI as a declared object over turn records: what counts, what is left out and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from assist.domain.value import Value


class TurnRecord(Value):
    """Everything the log says of one customer turn, the newest record of each fact."""

    turn_id: str
    conversation_id: str
    at: datetime
    agent_id: str | None
    level: str | None
    team: str | None
    platform: str | None
    category: str | None
    small_talk: bool
    sidecar: str
    human_reply: bool
    covered: bool
    shown: bool
    explicit: bool
    implicit: bool


class Measured(Value):
    """One KPI's number. `value` is None when nothing counts: shown as a dash, never as 0 or 100 %."""

    id: str
    value: float | None
    num: int
    den: int
    n_excluded: int
    reason_counts: Mapping[str, int]
    parts: Mapping[str, int] = {}


class Kpi(Value):
    """A declared KPI. `excluded` names why a turn is left out, or None; `counted` says if the numerator has it."""

    id: str
    zh: str
    en: str
    target: float | None = None
    target_source: str = ""
    excluded: Callable[[TurnRecord], str | None]
    counted: Callable[[TurnRecord], bool]
    parts: Mapping[str, Callable[[TurnRecord], bool]] = {}

    def measure(self, turns: Iterable[TurnRecord]) -> Measured:
        reasons: Counter[str] = Counter()
        parts: Counter[str] = Counter(dict.fromkeys(self.parts, 0))
        num = den = 0
        for turn in turns:
            if reason := self.excluded(turn):
                reasons[reason] += 1
                continue
            den += 1
            num += self.counted(turn)
            parts.update(name for name, counts in self.parts.items() if counts(turn))
        value = num / den if den else None
        return Measured(
            id=self.id,
            value=value,
            num=num,
            den=den,
            n_excluded=reasons.total(),
            reason_counts=dict(sorted(reasons.items())),
            parts=dict(parts),
        )


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


K1 = Kpi(
    id="K1",
    zh="知识库调用率",
    en="KB usage rate",
    target=0.80,
    target_source="published practice, editable",
    excluded=not_eligible,
    counted=lambda turn: turn.explicit or turn.implicit,
    parts={
        "explicit": lambda turn: turn.explicit,
        "implicit": lambda turn: turn.implicit and not turn.explicit,
    },
)

K2 = Kpi(
    id="K2",
    zh="覆盖率",
    en="Coverage",
    target=0.80,
    target_source="published practice, editable",
    excluded=not_eligible,
    counted=lambda turn: turn.covered,
)

K4 = Kpi(
    id="K4",
    zh="采纳率",
    en="Adoption rate",
    excluded=_not_shown,
    counted=lambda turn: turn.explicit or turn.implicit,
)

KPIS = (K1, K2, K4)
"""Every KPI this version measures, in the order they are shown."""
