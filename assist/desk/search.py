"""Answer the agent's own search: the same index as the cards, nothing held back."""

from assist.content.wording import word
from assist.domain.library import Article, Fact
from assist.domain.value import Value

from .libraries import Shelf


class Hit(Value):
    article: Article
    text: str
    score: float
    matched: str


def search(shelf: Shelf, query: str, top: int) -> list[Hit]:
    """Return the best articles for a query, worded; empty for an empty query."""
    return [
        Hit(
            article=shelf.articles[found.article_id],
            text=worded(shelf.articles[found.article_id]),
            score=found.score,
            matched=found.matched,
        )
        for found in shelf.engine.find(query, limit=top)
    ]


def worded(article: Article) -> str:
    """Return an article's text with its figures filled; slots of the live chat stay as `{{ name }}`."""
    facts = {name: fact.value for name, fact in article.facts.items() if isinstance(fact, Fact)}
    return word(article.text, facts).text
