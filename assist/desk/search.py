"""Answer the agent's own search: the same index as the cards, nothing held back, pinyin read."""

from assist.content.english import said
from assist.content.wording import word
from assist.domain.library import Article
from assist.domain.value import Value
from assist.suggest.engine import Found
from assist.suggest.language import is_english
from assist.suggest.typed import LookedFor

from .libraries import Shelf

# So far down stand articles about a product whose name alone was typed.
_LOOKED_THROUGH = 60


class Hit(Value):
    article: Article
    title: str
    text: str
    score: float
    matched: str


def search(shelf: Shelf, query: str, top: int) -> list[Hit]:
    """Return the best articles for a query, worded; empty for an empty query.

    Letters that are no English of the library are read as pinyin, also by initials or half typed. Where they may mean
    two things, what is found for either stands in turn, the likelier first.
    """
    best: dict[str, tuple[float, Found, str]] = {}
    for one in shelf.typed.looked_for(query):
        for rank, found in enumerate(_found(shelf, one, top), 1):
            value = one.share / rank
            if value > best.get(found.article_id, (0.0,))[0]:
                best[found.article_id] = value, found, one.text
    ordered = sorted(best.values(), key=lambda each: (-each[0], each[1].article_id))[:top]
    return [_hit(found, shelf.articles[found.article_id], text) for _, found, text in ordered]


def _found(shelf: Shelf, one: LookedFor, top: int) -> list[Found]:
    """Ask the finder. Who types a product's name alone wants what is said about it, however general that is."""
    if one.product_id is None:
        return shelf.engine.find(one.text, limit=top)
    found = shelf.engine.find(one.text, limit=max(top, _LOOKED_THROUGH))
    return sorted(found, key=lambda each: one.product_id not in shelf.articles[each.article_id].products)[:top]


def _hit(found: Found, article: Article, asked: str) -> Hit:
    # Letters that found a Chinese phrasing are pinyin.
    english = is_english(asked) and is_english(found.matched)
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
