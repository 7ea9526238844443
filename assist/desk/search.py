"""Answer the agent's own search: the same index as the cards, nothing held back, pinyin read."""

from collections.abc import Sequence
from dataclasses import dataclass

from assist.content.english import said
from assist.content.wording import word
from assist.domain.library import Article
from assist.domain.value import Value
from assist.suggest.language import is_english
from assist.suggest.typed import LookedFor

from .guard_cards import Moment, guard_text_alone
from .libraries import Shelf

# More than the finder ever compares.
_ALL = 1000
_BEFORE_GENERAL = 2


class Hit(Value):
    article: Article
    title: str
    text: str
    score: float
    matched: str


@dataclass(frozen=True)
class _Match:
    """An article before it is worded."""

    article: Article
    score: float
    matched: str


def search(shelf: Shelf, query: str, top: int, moment: Moment) -> list[Hit]:
    """Return the best articles for a query, worded; empty for an empty query, and for letters that mean nothing.

    What a guard would stop is found with a rewrite in its place, or not at all.

    Letters that are no English of the library are read as pinyin, also by initials or half typed. Where they may mean
    two things, what is found for either stands in turn, the likelier first.
    """
    best: dict[str, tuple[float, _Match, str]] = {}
    for one in shelf.typed.looked_for(query):
        for rank, match in enumerate(_matches(shelf, one, top), 1):
            value = one.share / rank
            if value > best.get(match.article.id, (0.0,))[0]:
                best[match.article.id] = value, match, one.text
    ordered = sorted(best.values(), key=lambda each: (-each[0], each[1].article.id))[:top]
    return [hit for _, match, asked in ordered if (hit := _hit(shelf, match, asked, moment))]


def _matches(shelf: Shelf, one: LookedFor, top: int) -> list[_Match]:
    """Ask the finder. Who types a product's name alone wants what is said about it first.

    Where no phrasing leads to that, it is general: then up to two others that are worth a card stand before it.
    """
    product_id = one.product_id
    found = shelf.engine.find(one.text, limit=top if product_id is None else _ALL)
    matches = [_Match(shelf.articles[each.article_id], each.score, each.matched) for each in found]
    if product_id is None:
        return matches
    about = [match for match in matches if product_id in match.article.products]
    others = [match for match in matches if product_id not in match.article.products]
    worth_a_card = [match for match in others if match.score >= shelf.library.answers.min_score]
    before = 0 if about else min(len(worth_a_card), _BEFORE_GENERAL)
    return [*about, *others[:before], *_not_found(shelf, product_id, matches), *others[before:]][:top]


def _not_found(shelf: Shelf, product_id: str, matches: Sequence[_Match]) -> list[_Match]:
    """Return the other articles about a product, those about fewest products first: no phrasing of theirs names it."""
    there = {match.article.id for match in matches}
    missed = [each for each in shelf.library.articles if product_id in each.products and each.id not in there]
    missed.sort(key=lambda article: (len(article.products), article.id))
    return [_Match(article, 0.0, article.title) for article in missed]


def _hit(shelf: Shelf, match: _Match, asked: str, moment: Moment) -> Hit | None:
    # Letters that found a Chinese phrasing are pinyin.
    english = is_english(asked) and is_english(match.matched)
    text = worded(match.article, english=english)
    if not match.article.internal:
        text = guard_text_alone(text, shelf, moment)
    if text is None:
        return None
    return Hit(
        article=match.article,
        title=said(match.article, english=english).title,
        text=text,
        score=match.score,
        matched=match.matched,
    )


def worded(article: Article, *, english: bool = False) -> str:
    """Return an article's text with its figures filled; slots of the live chat stay as `{{ name }}`."""
    told = said(article, english=english)
    return word(told.text, told.facts).text
