"""Read the cases of a simulation from a file, run it with its progress, and print what it came to."""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from assist.domain.remedy import Claim
from assist.domain.remedy_policy import RemedyPolicy
from assist.suggest.simulate import Case, Simulation, simulate
from assist.web.words import words

from .content import policy_of
from .output import fail, first_of, note, print_json
from .simulated import print_simulation

FILE_ZONE = "Asia/Shanghai"
_CURE = 'a line is one claim as JSON, with an "id" if you like; docs/claims.md says what a claim holds'


@dataclass(frozen=True)
class Wanted:
    """What to simulate: cases of a file, or those a shop has kept."""

    cases: Path | None
    stored: bool
    policy: Path | None
    against: Path | None
    start: datetime | None
    end: datetime | None
    shop: str | None
    config: Path | None
    database: str | None
    zone: str


class CaseLine(Claim):
    """One line of a cases file: a claim, and a name for it."""

    id: str | None = None


class CasesError(Exception):
    """A cases file that cannot be read; names the file, the line and the cure."""


def run_simulate(wanted: Wanted, language: str, *, as_json: bool) -> None:
    """Simulate and print; stop with one clear line at what cannot be simulated."""
    if wanted.stored == (wanted.cases is not None):
        fail("--cases, --stored: name a file of cases, or take the kept complaints; one of the two", 2)
    if not wanted.stored and (wanted.start or wanted.end or wanted.shop or wanted.database):
        fail("--from, --to, --shop, --database: these belong to --stored; a file holds its own days", 2)
    zone = _zone(wanted.zone)
    if wanted.stored:
        # Reaching a database costs a second of imports that a file has no use for.
        from .simulating_kept import of_kept

        result, passed_over, policy = of_kept(wanted)
    else:
        result, passed_over, policy = _of_file(wanted, zone)
    if passed_over:
        note(words(language)["sim_passed_over"].replace("{n}", str(passed_over)))
    if as_json:
        caveat = {"zh": words("zh")["sim_caveat"], "en": words("en")["sim_caveat"]}
        print_json({"caveat": caveat, "passed_over": passed_over, **result.model_dump(mode="json")})
    else:
        print_simulation(result, policy, language)


def read_cases(path: Path, progressed: "Progressed") -> Iterator[Case]:
    """Yield the claims of a JSONL file, one at a time; empty lines are left out, a case without an id has its line's.

    Raises CasesError at the first line that is wrong, or when there is none.
    """
    number = cases = 0
    seen: dict[str, int] = {}
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                progressed(len(line))
                if not line.strip():
                    continue
                case = _case(path, number, line)
                if case.id in seen:
                    raise CasesError(
                        f"{path}:{number}: id {case.id!r} is used in line {seen[case.id]} too; name each once"
                    )
                seen[case.id] = number
                cases += 1
                yield case
    except OSError as error:
        raise CasesError(f"{path}: {error.strerror}; name a JSONL file") from error
    if not cases:
        raise CasesError(f"{path}:1: no cases; {_CURE}")


def _case(path: Path, number: int, line: bytes) -> Case:
    try:
        told = CaseLine.model_validate_json(line.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise CasesError(f"{path}:{number}: {first_of(error)}; {_CURE}") from error
    return Case(id=told.id or f"line-{number}", claim=told)


def _of_file(wanted: Wanted, zone: ZoneInfo) -> tuple[Simulation, int, RemedyPolicy]:
    assert wanted.cases is not None
    policy = policy_of(wanted.policy)
    against = policy_of(wanted.against) if wanted.against else None
    try:
        size = wanted.cases.stat().st_size
    except OSError as error:
        fail(f"{wanted.cases}: {error.strerror}; name a JSONL file")
    try:
        with progress(size) as progressed:
            result = simulate(read_cases(wanted.cases, progressed), policy, against, zone=zone)
    except CasesError as error:
        fail(str(error))
    return result, 0, policy


class Progressed:
    """Told how much further something is; says so on a terminal."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("simulate", total=total)

    def __call__(self, more: int) -> None:
        self._bar.advance(self._task, more)


@contextmanager
def progress(total: int) -> Generator[Progressed]:
    """Show a bar on stderr while something is at work, where somebody watches."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        yield Progressed(bar, total)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        fail(f"--zone {name}: no such zone; write it like {FILE_ZONE}", 2)
