"""What does a turn cost, reading by reading? The answers alone, and with complaint, mood, alert and guards."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter, thread_time

from rich.console import Console
from rich.table import Table

from assist.cli.content import library_of
from assist.cli.output import print_json
from assist.desk.advise import suggest
from assist.desk.guard_cards import Moment, guard_card
from assist.desk.libraries import Shelf, shelf_of
from assist.domain.suggestion import Situation, Suggestion
from assist.domain.value import Value

from .figures import Times, times_of
from .part import settle_garbage

_WARM = 100
_ZONE = "Asia/Shanghai"


class TurnFigures(Value):
    """Times of each reading of one turn after the other, in the order they are made, and of all of them together."""

    turns: int
    cards: int
    readings: dict[str, Times]


def run_turn(turns: int, seed: int) -> TurnFigures:
    """Read asks of the shipped base as turns, drawn by seed, each once: nothing is remembered from before."""
    library = library_of(None)
    shelf = shelf_of(library)
    asks = sorted({ask for article in library.articles for ask in article.asks})
    random.Random(seed).shuffle(asks)  # noqa: S311 - a reproducible draw
    told = (asks * (1 + (turns + _WARM) // len(asks)))[: turns + _WARM]
    # The same text twice would be remembered.
    texts = [f"{text}{chr(0x4E00 + at // len(asks))}" if at >= len(asks) else text for at, text in enumerate(told)]
    settle_garbage()
    took: dict[str, list[tuple[float, float]]] = {}
    cards = 0
    for at, text in enumerate(texts):
        timed, made = _read(text, shelf)
        if at < _WARM:
            continue
        cards += made
        for name, one in timed.items():
            took.setdefault(name, []).append(one)
    readings = {name: times_of([one[0] for one in each], [one[1] for one in each]) for name, each in took.items()}
    return TurnFigures(turns=turns, cards=cards, readings=readings)


def print_turn(figures: TurnFigures, *, as_json: bool) -> None:
    if as_json:
        print_json(figures.model_dump())
        return
    table = Table(title=f"{figures.turns} turns, {figures.cards} cards")
    for column in ("reading", "p50 ms", "p99 ms", "p50 cpu ms", "p99 cpu ms", "a second"):
        table.add_column(column, justify="left" if column == "reading" else "right")
    for name, one in figures.readings.items():
        table.add_row(
            name,
            *(f"{value:.3f}" for value in (one.p50_ms, one.p99_ms, one.p50_cpu_ms, one.p99_cpu_ms)),
            f"{one.per_second:.0f}",
        )
    Console().print(table)


def _read(text: str, shelf: Shelf) -> tuple[dict[str, tuple[float, float]], int]:
    """Return what each reading of a turn took, by the clock and by the processor, and how many cards it made."""
    situation = Situation(turn_id="bench", text=text, library_number=0)
    moment = Moment(datetime.now(UTC), _ZONE, None)
    cards: list[Suggestion] = []

    def answers() -> None:
        cards.extend(suggest(situation, shelf))

    def guards() -> None:
        for card in cards:
            guard_card(card, shelf, moment)

    readings: dict[str, Callable[[], object]] = {
        "answers": answers,
        "complaint": lambda: shelf.signals.read((text,)),
        "mood": lambda: shelf.moods.of_turn((text,)),
        "alert": lambda: shelf.alerts.read((text,), (shelf.moods.read(text),)),
        "guards": guards,
    }
    timed = {name: _timed(do) for name, do in readings.items()}
    timed["all of it"] = (sum(one[0] for one in timed.values()), sum(one[1] for one in timed.values()))
    return timed, len(cards)


def _timed(do: Callable[[], object]) -> tuple[float, float]:
    begun, worked = perf_counter(), thread_time()
    do()
    return perf_counter() - begun, thread_time() - worked
