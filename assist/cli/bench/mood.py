"""How long does reading a mood take, and how often is its side right? Beside SnowNLP, on the same texts."""

import os
import platform
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table

from assist.cli.content import library_of
from assist.cli.eval.files import RowsError
from assist.cli.eval.sentiment import LabelledText, labelled_texts
from assist.cli.output import fail, note
from assist.domain.clock import system_clock
from assist.domain.value import Value
from assist.suggest.signals.mood import build_moods

from .figures import Share, Times, share_of, times_of

_ROUNDS = 3
_WARM = 200
_PEER_TEXTS = 1_000
"""SnowNLP takes milliseconds a text."""


class MoodFigures(Value):
    """One reader: how long single texts took, and how often their side was right."""

    method: str
    times: Times
    right: Share
    domains: dict[str, Share]


class MoodBench(Value):
    date: str
    cores: int
    python: str
    texts: int
    mean_characters: float
    methods: tuple[MoodFigures, ...]
    absent: tuple[str, ...]


def run_mood(texts: Path, directory: Path | None = None) -> MoodBench:
    """Read every text with each method, one after the other on one thread. Nothing is kept between texts."""
    try:
        rows = labelled_texts(texts)
    except RowsError as error:
        fail(str(error))
    reader = build_moods(library_of(directory).moods)
    methods = [_measured("fresh-assist", rows, lambda text: reader.read(text).score >= 0, _ROUNDS)]
    absent: list[str] = []
    if find_spec("snownlp"):
        snow = import_module("snownlp").SnowNLP
        peer = _spread(rows, _PEER_TEXTS)
        methods.append(_measured("fresh-assist", peer, lambda text: reader.read(text).score >= 0, _ROUNDS))
        methods.append(_measured("SnowNLP", peer, lambda text: float(snow(text).sentiments) >= 0.5, 1))
    else:
        absent.append("SnowNLP")
        note("SnowNLP: 没装 / not installed; pip install snownlp")
    return MoodBench(
        date=system_clock().date().isoformat(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        texts=len(rows),
        mean_characters=round(sum(len(row.text) for row in rows) / len(rows), 1),
        methods=tuple(methods),
        absent=tuple(absent),
    )


def _spread(rows: Sequence[LabelledText], most: int) -> list[LabelledText]:
    """Return so many rows, evenly from the whole file."""
    step = max(1, len(rows) // most)
    return list(rows[::step])[:most]


def _measured(method: str, rows: Sequence[LabelledText], praises: Callable[[str], bool], rounds: int) -> MoodFigures:
    """Measure single calls; of several rounds a text's quickest counts, because others use the machine too."""
    for row in rows[:_WARM]:
        praises(row.text)
    took, cpu, sides = [0.0] * len(rows), [0.0] * len(rows), [False] * len(rows)
    for turn in range(rounds):
        for at, row in enumerate(rows):
            began, spent = perf_counter(), process_time()
            sides[at] = praises(row.text)
            used, passed = process_time() - spent, perf_counter() - began
            took[at], cpu[at] = (passed, used) if turn == 0 else (min(took[at], passed), min(cpu[at], used))
    pairs = [(row, (row.label == "positive") == side) for row, side in zip(rows, sides, strict=True) if row.label]
    domains = sorted({row.domain for row, _ in pairs if row.domain is not None})
    return MoodFigures(
        method=method,
        times=times_of(took, cpu),
        right=share_of([right for _, right in pairs]),
        domains={domain: share_of([right for row, right in pairs if row.domain == domain]) for domain in domains},
    )


def print_mood(bench: MoodBench) -> None:
    table = Table("reader", "n", "p50 us", "p99 us", "mean us", "right (95 %)", "by domain")
    for one in bench.methods:
        low, high = one.right.interval
        table.add_row(
            one.method,
            str(one.times.n),
            f"{one.times.p50_ms * 1000:.1f}",
            f"{one.times.p99_ms * 1000:.1f}",
            f"{1e6 / one.times.per_second:.1f}",
            f"{one.right.share:.4f} [{low:.4f}, {high:.4f}]" if one.right.n else "—",
            ", ".join(f"{domain} {share.share:.4f}" for domain, share in one.domains.items()),
        )
    console = Console(soft_wrap=True)
    console.print(table)
    console.print(f"{bench.texts} texts of {bench.mean_characters} characters, {bench.cores} cores, {bench.python}")
