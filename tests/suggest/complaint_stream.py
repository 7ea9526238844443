"""A made-up shop's complaints: rates that differ by product and weekday, batches that change, bursts put in."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp

from assist.suggest.clusters import Complained

FIRST_DAY = date(2026, 3, 2)
HISTORY_DAYS, JUDGED_DAYS = 28, 30
WEEKDAYS = (1.6, 1.2, 0.9, 0.8, 0.8, 0.8, 0.9)
"""Monday brings what arrived on the weekend."""
_BATCH_DAYS, _WAREHOUSES = 3, 3
BURST_ORDERS = 8


@dataclass(frozen=True)
class Stream:
    """Days of complaints in order of time, and the mean number a day by product."""

    rates: dict[str, float]
    days: tuple[tuple[date, tuple[Complained, ...]], ...]


def made_stream(seed: int, *, products: int = 60, busiest: float = 1.5) -> Stream:
    """Draw a shop: most products complain once in some weeks, a few every day or two (a Pareto tail)."""
    draw = random.Random(seed)
    rates = {f"p{at}": min(busiest, 0.02 / (1 - draw.random())) for at in range(products)}
    days = [FIRST_DAY + timedelta(days=at) for at in range(HISTORY_DAYS + JUDGED_DAYS)]
    return Stream(rates, tuple((day, _of_day(draw, day, rates)) for day in days))


def bursts_on(stream: Stream, seed: int, count: int, most_a_day: float) -> list[tuple[date, str]]:
    """Draw judged days and products that complain at most so often: where a bad batch is put in."""
    draw = random.Random(seed)
    usual = sorted(product for product, rate in stream.rates.items() if rate <= most_a_day)
    days = draw.sample([day for day, _ in stream.days[HISTORY_DAYS:]], count)
    return list(zip(sorted(days), draw.sample(usual, count), strict=True))


def burst(day: date, product: str) -> tuple[Complained, ...]:
    """Return complaints of as many orders about one bad batch."""
    return tuple(
        Complained(f"burst-{product}-{at}", f"burst-order-{product}-{at}", day, product, f"bad-{product}", "w0")
        for at in range(BURST_ORDERS)
    )


def with_day(stream: Stream, day: date, complained: Sequence[Complained]) -> Stream:
    """Return the stream with more complaints at the end of a day."""
    days = tuple((one, (*said, *complained) if one == day else said) for one, said in stream.days)
    return replace(stream, days=days)


def _of_day(draw: random.Random, day: date, rates: dict[str, float]) -> tuple[Complained, ...]:
    said: list[Complained] = []
    for product, rate in rates.items():
        batch = f"{product}-{(day - FIRST_DAY).days // _BATCH_DAYS}"
        for at in range(_poisson(draw, rate * WEEKDAYS[day.weekday()])):
            key = f"{day}-{product}-{at}"
            said.append(Complained(key, f"o-{key}", day, product, batch, f"w{draw.randrange(_WAREHOUSES)}"))
    draw.shuffle(said)
    return tuple(said)


def _poisson(draw: random.Random, mean: float) -> int:
    """Draw by Knuth's product of uniforms."""
    limit, product, count = exp(-mean), draw.random(), 0
    while product > limit:
        product *= draw.random()
        count += 1
    return count
