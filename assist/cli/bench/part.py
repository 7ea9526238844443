"""How good and how fast is one method on one case? Measured in a process of its own, so that none disturbs another."""

import gc
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter, thread_time
from typing import TypeVar

from pydantic import TypeAdapter

from .figures import Edits, LearningFigures, MethodFigures, Times, separation_of, share_of, times_of
from .memory import forget_peak, kept_mb, peak_mb
from .peers import METHODS, Finder, Top, Trigrams
from .questions import Asked, Case, Entry
from .shop import FreshAssist

T = TypeVar("T")
R = TypeVar("R")

_CASE = TypeAdapter(Case)
_FIRST = 3
WARM = 30
"""So many questions are asked before any counts."""
SLOW_FROM = 50_000
"""Slow methods answer every fifth question of a case with so many entries."""
_SLOW_EVERY = 5
_EDITS = 200
_ADOPTED = 4


def save_case(case: Case, path: Path) -> None:
    path.write_bytes(_CASE.dump_json(case))


def load_case(path: Path) -> Case:
    return _CASE.validate_json(path.read_bytes())


def measure_method(method: str, case: Case) -> MethodFigures:
    """Build the index, ask every question once, then edit. Slow methods answer every fifth question of a large case."""
    asked = case.asked[::_SLOW_EVERY] if METHODS[method].slow and len(case.entries) >= SLOW_FROM else case.asked
    finder = METHODS[method].make()
    finder.load(case.entries)
    _warm(method, case.entries, asked)
    build_seconds, kept, peak = _built(finder)
    settle_garbage()
    for one in asked[:WARM]:
        finder.top(one.text, _FIRST)
    find, tops = _timed(lambda text: finder.top(text, _FIRST), [one.text for one in asked])
    inside = [(one, top) for one, top in zip(asked, tops, strict=True) if one.gold]
    outside = [_best(top) for one, top in zip(asked, tops, strict=True) if not one.gold]
    return MethodFigures(
        method=METHODS[method].name,
        hit1=share_of([_hit(one, top[:1]) for one, top in inside]),
        recall3=share_of([_hit(one, top) for one, top in inside]),
        by_kind={
            kind: share_of([_hit(one, top[:1]) for one, top in inside if one.kind == kind])
            for kind in dict.fromkeys(one.kind for one, _ in inside)
        },
        separation=separation_of([_best(top) for _, top in inside], outside),
        find=find,
        first_stage=_first_stage(finder, asked),
        whole_path=_whole_path(finder, asked),
        build_seconds=round(build_seconds, 3),
        kept_mb=kept,
        peak_mb=peak,
        edits=_edits(finder, [one for one in asked if one.gold][:_EDITS]),
    )


def measure_learning(method: str, case: Case, seed: int) -> LearningFigures:
    """Start with one phrasing an entry, drawn by seed; then up to four others of each are adopted one by one."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible draw
    drawn = [rng.sample(entry.asks, min(len(entry.asks), 1 + _ADOPTED)) for entry in case.entries]
    first = tuple(replace(entry, question=asks[0], similar=()) for entry, asks in zip(case.entries, drawn, strict=True))
    full = tuple(
        replace(entry, question=asks[0], similar=tuple(asks[1:]))
        for entry, asks in zip(case.entries, drawn, strict=True)
    )
    adopted = [(place, ask) for place, asks in enumerate(drawn) for ask in asks[1:]]
    rng.shuffle(adopted)
    inside = [one for one in case.asked if one.gold]
    finder, anew = _ready(method, first), _ready(method, full)
    before = _hits(finder, inside)
    updates = _adopt(finder, adopted)
    rebuilt = share_of(_hits(anew, inside))
    return LearningFigures(
        method=METHODS[method].name,
        adopted=len(adopted),
        before=share_of(before),
        after=share_of(_hits(finder, inside)) if updates else rebuilt,
        built_anew=rebuilt if updates else None,
        updates=updates,
    )


def settle_garbage() -> None:
    """Collect as the running server does (`assist/app/loops.py`): what lives as long as the process is left alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _warm(method: str, entries: Sequence[Entry], asked: Sequence[Asked]) -> None:
    """Load what every index shares (dictionaries, modules), so that it is not counted as this one's."""
    small = METHODS[method].make()
    small.load(entries[:50])
    small.build()
    for one in asked[:3]:
        small.top(one.text, _FIRST)
    _whole_path(small, asked[:3])


def _built(finder: Finder) -> tuple[float, float | None, float | None]:
    """Return seconds, and MB kept and at most."""
    before = kept_mb()
    has_peak = forget_peak()
    begun = perf_counter()
    finder.build()
    seconds = perf_counter() - begun
    peak = peak_mb() if has_peak else None
    kept = kept_mb()
    return seconds, _grown(before, kept), _grown(before, peak)


def _grown(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else round(max(0.0, after - before), 1)


def _timed(do: Callable[[T], R], things: Iterable[T]) -> tuple[Times, list[R]]:
    took: list[float] = []
    cpu: list[float] = []
    results: list[R] = []
    for thing in things:
        begun, worked = perf_counter(), thread_time()
        results.append(do(thing))
        cpu.append(thread_time() - worked)
        took.append(perf_counter() - begun)
    return times_of(took, cpu), results


def _first_stage(finder: Finder, asked: Sequence[Asked]) -> Times | None:
    if not isinstance(finder, FreshAssist):
        return None
    times, _ = _timed(finder.first_stage, [one.text for one in asked])
    return times


def _whole_path(finder: Finder, asked: Sequence[Asked]) -> Times | None:
    if not isinstance(finder, FreshAssist):
        return None
    for one in asked[:WARM]:
        finder.whole_path(one.text)
    times, _ = _timed(finder.whole_path, [one.text for one in asked])
    return times


def _edits(finder: Finder, asked: Sequence[Asked]) -> Edits | None:
    """Give an entry the customer's wording as its question, and ask it; None where nothing can be edited."""
    if not isinstance(finder, FreshAssist | Trigrams) or not asked or not finder.edit(asked[0].gold[0], asked[0].text):
        return None

    def change_and_find(one: Asked) -> Top:
        finder.edit(one.gold[0], one.text)
        return finder.top(one.text, _FIRST)

    times, tops = _timed(change_and_find, asked)
    return Edits(times=times, visible=share_of([_hit(one, top[:1]) for one, top in zip(asked, tops, strict=True)]))


def _ready(method: str, entries: Sequence[Entry]) -> Finder:
    finder = METHODS[method].make()
    finder.load(entries)
    finder.build()
    return finder


def _adopt(finder: Finder, adopted: Sequence[tuple[int, str]]) -> Times | None:
    """Add the phrasings one by one; None where a method can only be built anew."""
    if not isinstance(finder, FreshAssist) or not adopted:
        return None
    times, learned = _timed(lambda one: finder.learn(*one), adopted)
    return times if all(learned) else None


def _hits(finder: Finder, asked: Sequence[Asked]) -> list[bool]:
    return [_hit(one, finder.top(one.text, 1)) for one in asked]


def _hit(one: Asked, top: Top) -> bool:
    return any(place in one.gold for place, _ in top)


def _best(top: Top) -> float:
    return top[0][1] if top else 0.0
