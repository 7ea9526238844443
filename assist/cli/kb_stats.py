"""Count a knowledge base honestly: sizes, coverage, and whether it finds its own questions."""

import random
from collections import Counter
from math import sqrt

from rich.console import Console
from rich.table import Table

from assist.domain.library import Article, Library
from assist.domain.value import Value
from assist.suggest.engine import build

from .output import print_json


class HeldOut(Value):
    """One ask of each article left out of the index and asked. Intervals are Wilson's at 95 %."""

    n: int
    seed: int
    hit1: float
    hit1_interval: tuple[float, float]
    hit3: float
    hit3_interval: tuple[float, float]


class Stats(Value):
    articles: int
    asks: int
    categories: int
    intents: int
    products: int
    sourced_figures: int
    matrix: dict[str, dict[str, int]]
    held_out: HeldOut


def stats_of(library: Library, seed: int) -> Stats:
    matrix: dict[str, Counter[str]] = {}
    for article in library.articles:
        matrix.setdefault(article.category, Counter())[article.intent] += 1
    return Stats(
        articles=len(library.articles),
        asks=sum(len(article.asks) for article in library.articles),
        categories=len(matrix),
        intents=len({article.intent for article in library.articles}),
        products=len(library.products),
        sourced_figures=sum(len(product.facts) for product in library.products)
        + sum(len(article.facts) for article in library.articles),
        matrix={category: dict(sorted(row.items())) for category, row in sorted(matrix.items())},
        held_out=held_out(library, seed),
    )


def held_out(library: Library, seed: int) -> HeldOut:
    """Leave one ask of each article out, drawn by seed, and ask it."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible draw
    asked: list[tuple[str, str]] = []
    rest: list[Article] = []
    for article in library.articles:
        out = rng.randrange(len(article.asks))
        asked.append((article.id, article.asks[out]))
        rest.append(article.model_copy(update={"asks": article.asks[:out] + article.asks[out + 1 :]}))
    engine = build(library.model_copy(update={"articles": tuple(rest)}))
    ranks = [[found.article_id for found in engine.find(ask, limit=3)] for _, ask in asked]
    first = sum(rank[:1] == [id_] for (id_, _), rank in zip(asked, ranks, strict=True))
    third = sum(id_ in rank for (id_, _), rank in zip(asked, ranks, strict=True))
    n = len(asked)
    return HeldOut(
        n=n,
        seed=seed,
        hit1=round(first / n, 4) if n else 0.0,
        hit1_interval=wilson(first, n),
        hit3=round(third / n, 4) if n else 0.0,
        hit3_interval=wilson(third, n),
    )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share (E. B. Wilson, 1927)."""
    if n == 0:
        return 0.0, 1.0
    z = 1.959964
    share = hits / n
    middle = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return round((middle - spread) / scale, 4), round((middle + spread) / scale, 4)


def print_stats(stats: Stats, *, as_json: bool) -> None:
    if as_json:
        print_json(stats.model_dump(mode="json"))
        return
    console = Console(soft_wrap=True)
    console.print(
        f"{stats.articles} articles, {stats.asks} asks, {stats.categories} categories, {stats.intents} intents, "
        f"{stats.products} products, {stats.sourced_figures} sourced figures"
    )
    intents = sorted({intent for row in stats.matrix.values() for intent in row})
    table = Table("category", *intents)
    for category, row in stats.matrix.items():
        table.add_row(category, *(str(row.get(intent, "")) for intent in intents))
    console.print(table)
    held = stats.held_out
    console.print(
        f"one ask of each article held out (n={held.n}, seed {held.seed}): "
        f"hit@1 {held.hit1:.3f} {list(held.hit1_interval)}, hit@3 {held.hit3:.3f} {list(held.hit3_interval)}"
    )
