"""How are the figures of `assist bench engine` shown? As tables at the terminal, and as a Markdown document."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.table import Table

from .figures import CaseFigures, EngineFigures, MethodFigures, Share, Times
from .part import SLOW_FROM, WARM

_NONE = "—"
_FILE_WIDTH = 160


@dataclass(frozen=True)
class Grid:
    """A table: a heading, column names, rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def grids_of(case: CaseFigures) -> list[Grid]:
    """Return the tables of one case; those without a row are left out."""
    found = (_accuracy(case), _speed(case), _whole_path(case), _edits(case), _kinds(case), _learning(case))
    return [grid for grid in found if grid.rows]


def print_engine(figures: EngineFigures) -> None:
    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    console.print(f"{figures.date}, {figures.cores} cores, Python {figures.python}, seed {figures.seed}")
    for case in figures.cases:
        console.print(f"\n[bold]{case.name}[/]: {case.entries:,} entries")
        for grid in grids_of(case):
            table = Table(title=grid.title, title_justify="left")
            for at, name in enumerate(grid.columns):
                table.add_column(name, overflow="fold", no_wrap=at == 0)
            for row in grid.rows:
                table.add_row(*row)
            console.print(table)
        for one in case.left:
            console.print(f"{one.method}: {one.why}")


def write_markdown(figures: EngineFigures, path: Path) -> None:
    """Write the whole run as one document."""
    files = FileSystemLoader(Path(__file__).parent)
    pages = Environment(loader=files, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - Markdown
    text = pages.get_template("engine.md.jinja").render(
        figures=figures, grids_of=grids_of, line=_line, warm=WARM, slow_from=SLOW_FROM
    )
    path.write_text(text, "utf-8")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _accuracy(case: CaseFigures) -> Grid:
    rows = [
        (
            one.method,
            _share(one.hit1),
            _share(one.recall3),
            f"{one.hit1.n:,}",
            *_separation(one),
        )
        for one in case.methods
    ]
    columns = ("method", "hit@1 (95 %)", "recall@3 (95 %)", "n", "in/out AUROC (95 %)", "n in + out")
    return Grid("准头 / accuracy", columns, tuple(rows))


def _separation(one: MethodFigures) -> tuple[str, str]:
    found = one.separation
    if found is None:
        return _NONE, _NONE
    low, high = found.interval
    return f"{found.auroc:.3f} ({low:.3f}–{high:.3f})", f"{found.n_in:,} + {found.n_out:,}"


def _speed(case: CaseFigures) -> Grid:
    rows = [
        (
            one.method,
            *_times(one.find),
            f"{one.build_seconds:.2f}",
            _memory(one.kept_mb),
            _memory(one.peak_mb),
        )
        for one in case.methods
    ]
    columns = (*_TIMES, "build s", "index MB", "most MB")
    return Grid("快慢与内存，找到并排好 / speed and memory, found and ranked", ("method", *columns), tuple(rows))


def _whole_path(case: CaseFigures) -> Grid:
    rows = [
        (one.method, stage, *_times(times))
        for one in case.methods
        for stage, times in (("candidates alone", one.first_stage), ("whole path", one.whole_path))
        if times
    ]
    title = (
        "只挑候选；整条路：读、寒暄、话题、找答案、把握 / candidates; normalise, small talk, topic, find, confidence"
    )
    return Grid(title, ("method", "stage", *_TIMES), tuple(rows))


def _edits(case: CaseFigures) -> Grid:
    rows = [(one.method, *_times(one.edits.times), _share(one.edits.visible)) for one in case.methods if one.edits]
    title = "改一条并问到它 / an edit, and the first question after it"
    return Grid(title, ("method", *_TIMES, "found first (95 %)"), tuple(rows))


def _kinds(case: CaseFigures) -> Grid:
    kinds = list(dict.fromkeys(kind for one in case.methods for kind in one.by_kind))
    if len(kinds) < 2:
        return Grid("", (), ())
    rows = [(kind, *_of_kind(case.methods, kind)) for kind in kinds]
    columns = ("kind", "n", *(one.method for one in case.methods))
    return Grid("按问法分 / hit@1 by kind of question (95 %)", columns, tuple(rows))


def _of_kind(methods: Sequence[MethodFigures], kind: str) -> tuple[str, ...]:
    """Return n, more than one where slow methods answered fewer, and a share each."""
    found = [one.by_kind.get(kind) for one in methods]
    counts = dict.fromkeys(f"{one.n:,}" for one in found if one)
    return (" / ".join(counts), *(_share(one, digits=2) if one else _NONE for one in found))


def _learning(case: CaseFigures) -> Grid:
    rows = [
        (
            one.method,
            _share(one.before),
            _share(one.after),
            _share(one.built_anew) if one.built_anew else _NONE,
            f"{one.before.n:,}",
            f"{one.adopted:,}",
            *((f"{one.updates.p50_ms:.2f}", f"{one.updates.p99_ms:.2f}") if one.updates else (_NONE, _NONE)),
        )
        for one in case.learning
    ]
    columns = ("method", "hit@1, 1 phrasing (95 %)", "after adoption (95 %)", "built anew (95 %)", "n", "adopted")
    title = "学用过的问法 / learning from adopted phrasings, hit@1"
    return Grid(title, (*columns, "update p50 ms", "update p99 ms"), tuple(rows))


_TIMES = ("p50 ms", "p99 ms", "p50 CPU ms", "p99 CPU ms", "per second", "n")


def _times(times: Times | None) -> tuple[str, ...]:
    if times is None:
        return (_NONE,) * len(_TIMES)
    figures = (times.p50_ms, times.p99_ms, times.p50_cpu_ms, times.p99_cpu_ms)
    return (
        *(f"{one:,.0f}" if one >= 100 else f"{one:.3g}" for one in figures),
        f"{times.per_second:,.0f}",
        f"{times.n:,}",
    )


def _share(share: Share, *, digits: int = 3) -> str:
    low, high = share.interval
    return f"{share.share:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def _memory(mb: float | None) -> str:
    return _NONE if mb is None else f"{mb:,.0f}"
