"""Is our engine better than what a user would pick instead? All methods on the same cases, in the same run."""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assist.cli.output import fail, note, print_json
from assist.domain.clock import system_clock
from assist.domain.value import Value

from .figures import CaseFigures, EngineFigures, LearningFigures, Left, MethodFigures
from .part import load_case, measure_learning, measure_method, save_case
from .peers import METHODS, SEMANTIC, TEXT_ALONE, missing
from .questions import Case, given_case, made_case

Figures = TypeVar("Figures", bound=Value)

_PACKAGES = ("fresh-assist", "numpy", "rapidfuzz", "bm25s", "scikit-learn")
# One thread each: a library that spreads its sums over all cores would be measured with theirs.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class Plan:
    """What a run measures. Sizes are of knowledge made up; sets are given files; learning is tried on the sets."""

    sizes: tuple[int, ...]
    sets: tuple[tuple[Path, Path], ...]
    methods: tuple[str, ...]
    questions: int
    seed: int
    learning: bool
    patience: float


def planned(
    sizes: str | None,
    kb: Sequence[Path],
    queries: Sequence[Path],
    methods: str | None,
    *,
    questions: int,
    seed: int,
    learning: bool,
    patience: float,
) -> Plan:
    """Return what the options ask for; ends with 2 where they contradict each other."""
    if len(kb) != len(queries):
        fail("--kb 和 --queries 要成对 / --kb and --queries go in pairs", 2)
    if learning and not kb:
        fail("--learning 需要 --kb 和 --queries / --learning needs a set: --kb and --queries", 2)
    absent = [str(path) for path in (*kb, *queries) if not path.is_file()]
    if absent:
        fail(f"{', '.join(absent)}: 没有这个文件 / no such file", 2)
    named = _split(methods) if methods else tuple(METHODS)
    unknown = [name for name in named if name not in METHODS]
    if unknown:
        fail(f"--methods {', '.join(unknown)}: 没有 / no such method; {'; '.join(METHODS)}", 2)
    numbers = _split(sizes or ("" if kb else "2000,20000,200000"))
    if not all(number.isdecimal() and int(number) > 0 for number in numbers):
        fail(f"--sizes {sizes}: 用逗号隔开的正整数 / whole numbers with commas between", 2)
    return Plan(
        sizes=tuple(int(number) for number in numbers),
        sets=tuple(zip(kb, queries, strict=True)),
        methods=named,
        questions=questions,
        seed=seed,
        learning=learning,
        patience=patience,
    )


def run_engine(plan: Plan) -> EngineFigures:
    """Measure every method on every case, each in a fresh process."""
    for method in plan.methods:
        if why := missing(method):
            note(why)
    plan = replace(plan, methods=tuple(method for method in plan.methods if not missing(method)))
    with tempfile.TemporaryDirectory(prefix="assist-bench-") as folder, _progress(plan) as step:
        run = _Run(plan, Path(folder) / "case.json", step)
        cases = [run.measured(made_case(size, plan.questions, plan.seed), given=False) for size in plan.sizes]
        cases += [run.measured(given_case(kb, queries), given=True) for kb, queries in plan.sets]
    return EngineFigures(
        date=system_clock().date().isoformat(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        versions={name: found for name in _PACKAGES if (found := _version(name))},
        seed=plan.seed,
        cases=tuple(cases),
    )


def run_part(method: str, case: Path, *, seed: int, learning: bool) -> None:
    """Measure one method in this process, which was started for it, and print its figures."""
    known = load_case(case)
    found = measure_learning(method, known, seed) if learning else measure_method(method, known)
    print_json(found.model_dump())


@dataclass(frozen=True)
class _Run:
    plan: Plan
    path: Path
    step: Callable[[str], None]

    def measured(self, case: Case, *, given: bool) -> CaseFigures:
        save_case(case, self.path)
        methods = _methods(self.plan, given=given)
        learning = methods if given and self.plan.learning else ()
        found = [self._part(case, method, MethodFigures, "--part") for method in methods]
        learned = [self._part(case, method, LearningFigures, "--learning-part") for method in learning]
        return CaseFigures(
            name=case.name,
            entries=len(case.entries),
            asked_in=sum(bool(one.gold) for one in case.asked),
            asked_out=sum(not one.gold for one in case.asked),
            methods=tuple(one for one in found if not isinstance(one, Left)),
            learning=tuple(one for one in learned if not isinstance(one, Left)),
            left=tuple(one for one in (*found, *learned) if isinstance(one, Left)),
        )

    def _part(self, case: Case, method: str, figures: type[Figures], flag: str) -> Figures | Left:
        """Measure one method in a process of its own; a reason where it does not come to an end."""
        name = METHODS[method].name
        self.step(f"{case.name}: {name}{', learning' if figures is LearningFigures else ''}")
        command = [sys.executable, "-m", "assist", "bench", "engine", flag, method, "--case", str(self.path)]
        try:
            ended = subprocess.run(  # noqa: S603 - our own command
                [*command, "--seed", str(self.plan.seed)],
                stdout=subprocess.PIPE,
                env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1")},
                timeout=self.plan.patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _left(name, f"没跑完 / not finished within {self.plan.patience:.0f} s")
        if ended.returncode:
            return _left(name, f"失败 / ended with {ended.returncode}")
        return figures.model_validate_json(ended.stdout)


def _left(name: str, why: str) -> Left:
    note(f"{name}: {why}")
    return Left(method=name, why=why)


def _methods(plan: Plan, *, given: bool) -> tuple[str, ...]:
    """Nothing is declared in a given set: the text is all there is anyway. A sentence model would read for minutes."""
    left_out = TEXT_ALONE if given else SEMANTIC
    return tuple(method for method in plan.methods if method != left_out)


@contextmanager
def _progress(plan: Plan) -> Generator[Callable[[str], None]]:
    """Show at a terminal which part is measured, and how many are done; elsewhere a line each."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield note
        return
    given = len(plan.sets) * (2 if plan.learning else 1)
    total = len(plan.sizes) * len(plan.methods) + given * len(_methods(plan, given=True))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total, completed=-1)

        def step(what: str) -> None:
            progress.update(task, description=what, advance=1)

        yield step
        progress.update(task, description="", advance=1)


def _split(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
