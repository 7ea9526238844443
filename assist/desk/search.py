"""Answer the agent's own search: the same index as the cards, nothing held back."""

from assist.content.english import said
from assist.content.wording import word
from assist.domain.library import Article
from assist.domain.value import Value
from assist.suggest.engine import Found
from assist.suggest.language import is_english

from .libraries import Shelf


class Hit(Value):
    article: Article
    title: str
    text: str
    score: float
    matched: str


def search(shelf: Shelf, query: str, top: int) -> list[Hit]:
    """Return the best articles for a query, worded; empty for an empty query."""
    return [_hit(found, shelf.articles[found.article_id], query) for found in shelf.engine.find(query, limit=top)]


def _hit(found: Found, article: Article, query: str) -> Hit:
    # Letters that found a Chinese phrasing are pinyin.
    english = is_english(query) and is_english(found.matched)
    return Hit(
        article=article,
        title=said(article, english=english).title,
        text=worded(article, english=english),
        score=found.score,
        matched=found.matched,
    )


def worded(article: Article, *, english: bool = False) -> str:
    """Return an article's text with its figures filled; slots of the live chat stay as `{{ name }}`."""
    told = said(article, english=english)
    return word(told.text, told.facts).text
