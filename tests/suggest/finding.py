"""What the tests of the finder share: everyday questions, small articles, and what is found for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from assist.domain.library import Article, Library
from assist.suggest.engine import Engine, Found
from assist.suggest.text import normalise

PLAIN = [
    "草莓怎么保存",
    "怎么退款",
    "虾死了怎么办",
    "how do i store eggs",
    "几天能到",
    "发票开错了",
    "那个好吃吗",
    "qwerty",
]
"""Everyday questions, and one that no article answers."""


def make_article(article_id: str, *asks: str, products: tuple[str, ...] = (), text: str = "一句答案") -> Article:
    return Article(
        id=article_id,
        title=asks[0],
        category="general",
        intent="storage",
        products=products,
        asks=asks,
        reviewed=date(2026, 11, 21),
        text=text,
    )


def with_articles(library: Library, articles: Iterable[Article]) -> Library:
    return library.model_copy(update={"articles": tuple(articles)})


def ids_of(found: Sequence[Found]) -> list[str]:
    return [one.article_id for one in found]


def first_for(engine: Engine, text: str) -> str:
    return engine.find(text, limit=1)[0].article_id


def owners_of(library: Library) -> dict[str, set[str]]:
    """Return, for everything that is asked as somebody asks it, whose ask it is."""
    owners: dict[str, set[str]] = defaultdict(set)
    for article in library.articles:
        for ask in article.asks:
            owners[normalise(ask)].add(article.id)
    return owners
