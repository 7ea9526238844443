"""What does `assist bench engine` print? Shares with their intervals, times, memory: one value a method and case."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from assist.domain.share import wilson
from assist.domain.value import Value


class Share(Value):
    """How many of n, with Wilson's 95 % interval."""

    n: int
    hits: int
    share: float
    interval: tuple[float, float]


class Separation(Value):
    """How often the best score of a question in scope exceeds that of one out of scope, with a 95 % interval."""

    n_in: int
    n_out: int
    auroc: float
    interval: tuple[float, float]


class Times(Value):
    """How long single calls took, one after the other on one thread: by the clock, and the processor's share of it."""

    n: int
    p50_ms: float
    p99_ms: float
    p50_cpu_ms: float
    p99_cpu_ms: float
    per_second: float


class Edits(Value):
    """A changed entry, and the first question after it: both together. `visible` counts those it came first for."""

    times: Times
    visible: Share


class MethodFigures(Value):
    """One way to find on one case. Memory is what the index added to the process: kept, and at most while building."""

    method: str
    hit1: Share
    recall3: Share
    by_kind: dict[str, Share]
    separation: Separation | None
    find: Times
    first_stage: Times | None
    whole_path: Times | None
    build_seconds: float
    kept_mb: float | None
    peak_mb: float | None
    edits: Edits | None


class LearningFigures(Value):
    """One phrasing an entry, then adopted ones: how often the first answer is right before, after, and built anew."""

    method: str
    adopted: int
    before: Share
    after: Share
    built_anew: Share | None
    updates: Times | None


class Left(Value):
    """A method that has no figures, and why."""

    method: str
    why: str


class CaseFigures(Value):
    """Every method on one case."""

    name: str
    entries: int
    asked_in: int
    asked_out: int
    methods: tuple[MethodFigures, ...]
    learning: tuple[LearningFigures, ...]
    left: tuple[Left, ...]


class EngineFigures(Value):
    """A whole run: where, with what, and every case."""

    date: str
    cores: int
    python: str
    versions: dict[str, str]
    seed: int
    cases: tuple[CaseFigures, ...]


def share_of(hits: Sequence[bool]) -> Share:
    count = sum(hits)
    return Share(n=len(hits), hits=count, share=round(count / (len(hits) or 1), 4), interval=wilson(count, len(hits)))


def times_of(took: Sequence[float], cpu: Sequence[float]) -> Times:
    """Return the figures of calls that took so many seconds; at least one."""
    return Times(
        n=len(took),
        p50_ms=_at(took, 0.50),
        p99_ms=_at(took, 0.99),
        p50_cpu_ms=_at(cpu, 0.50),
        p99_cpu_ms=_at(cpu, 0.99),
        per_second=round(len(took) / sum(took), 1),
    )


def separation_of(inside: Sequence[float], outside: Sequence[float]) -> Separation | None:
    """Return the area under the ROC curve, ties counting half; its interval is Hanley and McNeil's (1982)."""
    if not inside or not outside:
        return None
    low = np.sort(outside)
    below, upto = np.searchsorted(low, inside, "left"), np.searchsorted(low, inside, "right")
    n_in, n_out = len(inside), len(outside)
    area = float((below + upto).sum()) / 2 / (n_in * n_out)
    both_in, both_out = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (n_in - 1) * (both_in - area**2) + (n_out - 1) * (both_out - area**2)
    reach = 1.959964 * sqrt(max(variance, 0.0) / (n_in * n_out))
    interval = round(max(area - reach, 0.0), 4), round(min(area + reach, 1.0), 4)
    return Separation(n_in=n_in, n_out=n_out, auroc=round(area, 4), interval=interval)


def _at(took: Sequence[float], share: float) -> float:
    ordered = sorted(took)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 4)
