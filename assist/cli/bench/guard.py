"""How fast are forbidden words found among ten thousand? Every stage apart, beside what a user would pick instead."""

import os
import platform
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from time import process_time
from typing import Any

from rich.console import Console
from rich.table import Table

from assist.cli.content import library_of
from assist.cli.eval.banned import lexicon_of
from assist.cli.output import note
from assist.domain.clock import system_clock
from assist.domain.guard import ForbiddenLexicon
from assist.domain.value import Value
from assist.suggest.guard import Guard, build_guard
from assist.suggest.words import word_table

_MESSAGE_BYTES = 70
_MESSAGES = 1_000
_ROUNDS = 11
_FILE_WIDTH = 120
_LONG = (12_500, 25_000, 50_000, 100_000)
_FROM_RANK = 8_000
"""Words more usual than this are no forbidden words."""
_ANY_WORDS = 3_000
_HAN = re.compile("[一-鿿]+")
_BETWEEN = ("", "", "", "，", "的")
_FIGURES = 0.05
_SHARE_OF_SHORT, _SHARE_OF_LONG = 0.1, 0.2
_HIDE_EVERY = 20


class Speed(Value):
    """Bytes of UTF-8 a second, and the time of one message, of the processor."""

    what: str
    messages: int
    us_a_message: float
    mb_a_second: float
    found: int | None = None
    build_seconds: float | None = None


class Long(Value):
    """One text of so many bytes."""

    bytes: int
    clean_ms: float
    full_ms: float
    hits: int


class GuardFigures(Value):
    date: str
    cores: int
    python: str
    terms: int
    forms: int
    build_seconds: float
    bytes_a_message: float
    whole: tuple[Speed, ...]
    stages: tuple[Speed, ...]
    peers: tuple[Speed, ...]
    absent: tuple[str, ...]
    long: tuple[Long, ...]
    matching_mb_a_second: float
    """Of long texts, matching alone, as written and as heard together."""


@dataclass(frozen=True)
class _Case:
    terms: tuple[str, ...]
    clean: tuple[str, ...]
    hiding: tuple[str, ...]
    """The same messages with a term in each: as it is, spaced, half in letters, with one other character."""


def run_guard(terms: int, seed: int) -> GuardFigures:
    """Make terms and messages up, and measure the guard, its stages and its peers on them."""
    shipped = library_of(None).forbidden
    case = _case_of(shipped, terms, seed)
    started = process_time()
    guard = build_guard(lexicon_of(case.terms, shipped))
    built = process_time() - started
    mixed = [*case.clean, *case.hiding[::_HIDE_EVERY]]
    note(f"{len(case.terms):,} terms, {guard.forms:,} forms, built in {built:.2f} s")
    return GuardFigures(
        date=system_clock().date().isoformat(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        terms=len(case.terms),
        forms=guard.forms,
        build_seconds=round(built, 3),
        bytes_a_message=round(_bytes(case.clean) / len(case.clean), 1),
        whole=(
            _measured("clean messages", guard.find, case.clean),
            _measured("one in 21 holds a term", guard.find, mixed),
            _measured("a term in every message", guard.find, case.hiding),
        ),
        stages=tuple(_stages(guard, case.clean)),
        peers=tuple(_peers(guard, case)),
        absent=tuple(name for name in ("ahocorasick", "flashtext") if find_spec(name) is None),
        long=tuple(_long(guard, case, size) for size in _LONG),
        matching_mb_a_second=_matching(guard, case),
    )


def _case_of(shipped: ForbiddenLexicon, terms: int, seed: int) -> _Case:
    """The shipped terms first, then words and pairs of words that are seldom used; messages of usual words."""
    dice = random.Random(seed)  # noqa: S311 - a benchmark
    words = [word for word in word_table().row_of if _HAN.fullmatch(word)]
    rare, usual = [word for word in words[_FROM_RANK:] if len(word) == 2], words[:_ANY_WORDS]
    chosen = dict.fromkeys(term for group in shipped.groups for term in group.terms)
    while len(chosen) < terms:
        pieces = 1 + (dice.random() > _SHARE_OF_SHORT) + (dice.random() < _SHARE_OF_LONG)
        chosen["".join(dice.choices(rare, k=pieces))] = None
    kept = tuple(islice(chosen, terms))
    clean = tuple(islice(_messages(dice, usual, kept), _MESSAGES))
    return _Case(kept, clean, tuple(_hiding(dice, clean, kept)))


def _messages(dice: random.Random, words: Sequence[str], terms: Sequence[str]) -> Iterator[str]:
    """Yield messages as long as an agent's: clauses of usual words, a figure now and then, and none of the terms."""
    known = re.compile("|".join(map(re.escape, terms)))
    while True:
        message = "亲，"
        while len(message.encode()) < _MESSAGE_BYTES - 6:
            message += (
                dice.choice(words)
                + dice.choice(_BETWEEN)
                + (str(dice.randrange(99)) if dice.random() < _FIGURES else "")
            )
        if not known.search(message):
            yield message + dice.choice(("哦", "~", "。", " 谢谢"))


def _hiding(dice: random.Random, messages: Sequence[str], terms: Sequence[str]) -> Iterator[str]:
    for message in messages:
        term = dice.choice(terms)
        yield f"{message[: len(message) // 2]}，{dice.choice((term, ' '.join(term), '*'.join(term), term.upper()))}，"


def _stages(guard: Guard, messages: Sequence[str]) -> Iterator[Speed]:
    """Yield the stages one by one, and what is left of the whole: other readings, and confirming what was found."""
    measured: list[Speed] = []
    for stage in guard.stages():
        measured.append(_measured(stage.name, stage.run, [stage.prepare(message) for message in messages]))
        yield measured[-1]
    whole = _measured("", guard.find, messages)
    rest = max(whole.us_a_message - sum(one.us_a_message for one in measured), 0.01)
    speed = round(_bytes(messages) / len(messages) / rest, 2)
    yield Speed(
        what="the rest: letters, other readings, confirming",
        messages=len(messages),
        us_a_message=round(rest, 2),
        mb_a_second=speed,
    )


def _peers(guard: Guard, case: _Case) -> Iterator[Speed]:
    yield _measured("fresh-assist, all disguises", guard.find, case.clean, among=case.hiding)
    for name, make in (("plain `in` loop", _loop), ("compiled re", _alternation)):
        yield _peer(name, make, case)
    for package, make in (("ahocorasick", _pyahocorasick), ("flashtext", _flashtext)):
        if find_spec(package) is not None:
            yield _peer(package, make, case)


Find = Callable[[str], Any]


def _peer(name: str, make: Callable[[Sequence[str]], Find], case: _Case) -> Speed:
    started = process_time()
    find = make(case.terms)
    built = round(process_time() - started, 3)
    return _measured(name, find, case.clean, among=case.hiding).model_copy(update={"build_seconds": built})


def _loop(terms: Sequence[str]) -> Find:
    return lambda text: [term for term in terms if term in text]


def _alternation(terms: Sequence[str]) -> Find:
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True)))).findall


def _pyahocorasick(terms: Sequence[str]) -> Find:
    automaton: Any = import_module("ahocorasick").Automaton()
    for term in terms:
        automaton.add_word(term, term)
    automaton.make_automaton()
    return lambda text: list(automaton.iter(text))


def _flashtext(terms: Sequence[str]) -> Find:
    processor: Any = import_module("flashtext").KeywordProcessor()
    processor.add_keywords_from_list(list(terms))
    return processor.extract_keywords


def _long(guard: Guard, case: _Case, size: int) -> Long:
    """Measure one long text, clean and with a term in every message."""
    clean, full = (_cut("，".join(texts * 4), size) for texts in (case.clean, case.hiding))
    return Long(
        bytes=len(clean.encode()),
        clean_ms=round(_best(lambda: guard.find(clean)) * 1e3, 2),
        full_ms=round(_best(lambda: guard.find(full)) * 1e3, 2),
        hits=len(guard.find(full)),
    )


def _matching(guard: Guard, case: _Case) -> float:
    text = _cut("，".join(case.clean * 4), _LONG[-1])
    made = [(stage.run, stage.prepare(text)) for stage in guard.stages() if stage.name.startswith("match")]
    seconds = _best(lambda: [run(read) for run, read in made])
    return round(sum(len(read.encode()) for _, read in made) / seconds / 1e6, 1)


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _measured(what: str, find: Find, messages: Sequence[Any], among: Sequence[str] = ()) -> Speed:
    """Take the best of some rounds: another process only ever makes a round longer."""
    for message in messages:
        find(message)
    seconds = _best(lambda: [find(message) for message in messages])
    return Speed(
        what=what,
        messages=len(messages),
        us_a_message=round(seconds / len(messages) * 1e6, 2),
        mb_a_second=round(_bytes(messages) / seconds / 1e6, 2),
        found=sum(bool(find(message)) for message in among) if among else None,
    )


def _best(run: Callable[[], object]) -> float:
    took: list[float] = []
    for _ in range(_ROUNDS):
        started = process_time()
        run()
        took.append(process_time() - started)
    return max(min(took), 1e-9)


def _bytes(messages: Sequence[str]) -> int:
    return sum(len(message.encode()) for message in messages)


def print_guard(figures: GuardFigures) -> None:
    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    console.print(f"{figures.date}, {figures.cores} cores, Python {figures.python}; processor time, best of {_ROUNDS}")
    console.print(
        f"{figures.terms:,} terms, {figures.forms:,} forms, built in {figures.build_seconds} s; "
        f"{figures.bytes_a_message} bytes a message"
    )
    for title, speeds in (("whole", figures.whole), ("stage by stage, clean messages", figures.stages)):
        table = Table("", "n", "us a message", "MB/s", title=title, title_justify="left")
        for one in speeds:
            table.add_row(one.what, str(one.messages), f"{one.us_a_message}", f"{one.mb_a_second}")
        console.print(table)
    table = Table("", "us a clean message", "MB/s", "messages with a term found", "built in s", title="peers")
    for one in figures.peers:
        built = "" if one.build_seconds is None else f"{one.build_seconds}"
        table.add_row(one.what, f"{one.us_a_message}", f"{one.mb_a_second}", f"{one.found} of {_MESSAGES}", built)
    for name in figures.absent:
        table.add_row(name, "未安装 / not installed", "", "", "")
    console.print(table)
    table = Table("bytes", "clean, ms", "full of terms, ms", "hits", title="one long text", title_justify="left")
    for one in figures.long:
        table.add_row(f"{one.bytes:,}", f"{one.clean_ms}", f"{one.full_ms}", str(one.hits))
    console.print(table)
    console.print(f"matching alone, long text: {figures.matching_mb_a_second} MB/s")
