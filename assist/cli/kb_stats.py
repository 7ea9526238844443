"""Count a knowledge base honestly: sizes, coverage, and whether it finds its own questions."""

import random
from collections import Counter

from rich.console import Console
from rich.table import Table

from assist.domain.library import Article, Library
from assist.domain.share import wilson
from assist.domain.value import Value
from assist.suggest.engine import build

from .output import print_json


class HeldOut(Value):
    """One ask of each article left out of the index and asked. Intervals are Wilson's at 95 %.

    English asks are drawn apart from the others: the two are never counted together.
    """

    n: int
    seed: int
    hit1: float
    hit1_interval: tuple[float, float]
    hit3: float
    hit3_interval: tuple[float, float]


class Stats(Value):
    articles: int
    asks: int
    english_articles: int
    english_asks: int
    categories: int
    intents: int
    products: int
    sourced_figures: int
    matrix: dict[str, dict[str, int]]
    held_out: HeldOut
    english_held_out: HeldOut


def stats_of(library: Library, seed: int) -> Stats:
    matrix: dict[str, Counter[str]] = {}
    for article in library.articles:
        matrix.setdefault(article.category, Counter())[article.intent] += 1
    return Stats(
        articles=len(library.articles),
        asks=sum(len(article.asks) for article in library.articles),
        english_articles=sum(article.text_en is not None for article in library.articles),
        english_asks=sum(len(article.asks_en) for article in library.articles),
        categories=len(matrix),
        intents=len({article.intent for article in library.articles}),
        products=len(library.products),
        sourced_figures=sum(len(product.facts) for product in library.products)
        + sum(len(article.facts) for article in library.articles),
        matrix={category: dict(sorted(row.items())) for category, row in sorted(matrix.items())},
        held_out=held_out(library, seed),
        english_held_out=held_out(library, seed, english=True),
    )


def held_out(library: Library, seed: int, *, english: bool = False) -> HeldOut:
    """Leave one ask of each article out, drawn by seed, and ask it; an English one, or one of the others."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible draw
    asked: list[tuple[str, str]] = []
    rest: list[Article] = []
    for article in library.articles:
        drawn_from = article.asks_en if english else article.own_asks
        if not drawn_from:
            rest.append(article)
            continue
        out = drawn_from[rng.randrange(len(drawn_from))]
        asked.append((article.id, out))
        rest.append(article.model_copy(update={"asks": tuple(ask for ask in article.asks if ask != out)}))
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
    console.print(f"{stats.english_articles} articles in English too, with {stats.english_asks} of the asks")
    for name, held in (("ask", stats.held_out), ("English ask", stats.english_held_out)):
        console.print(
            f"one {name} of each article held out (n={held.n}, seed {held.seed}): "
            f"hit@1 {held.hit1:.3f} {list(held.hit1_interval)}, hit@3 {held.hit3:.3f} {list(held.hit3_interval)}"
        )
