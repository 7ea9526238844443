"""Which advice on keeping goods closes a complaint? The product's own, else its category's."""

from assist.content.english import said
from assist.content.wording import word
from assist.domain.library import Article

from .libraries import Shelf

_STORAGE = "storage"
_LONGEST = 60
_LONGEST_ENGLISH = 160


def storage_tip(shelf: Shelf, product: str | None, category: str | None, *, english: bool) -> str | None:
    """Return one or two sentences with their figures, or None where the knowledge base has nothing sure to say."""
    for article in _candidates(shelf, product, category):
        told = said(article, english=english)
        worded = word(told.text, told.facts)
        tip = _opening(worded.text, english=english)
        if tip and "{{" not in tip:
            return tip
    return None


def _candidates(shelf: Shelf, product: str | None, category: str | None) -> list[Article]:
    """Return the articles to take a tip from, the most particular first."""
    articles = [one for one in shelf.library.articles if one.intent == _STORAGE and not one.internal]
    own = [one for one in articles if product in one.products]
    general = [one for one in articles if not one.products and one.category == category]
    return [*sorted(own, key=lambda one: (len(one.products), one.id)), *general]


def _opening(text: str, *, english: bool) -> str:
    """Return the first sentences, as many as are short enough together; none when the first is too long already."""
    mark, longest = (". ", _LONGEST_ENGLISH) if english else ("。", _LONGEST)
    sentences = [part.strip() for part in text.replace("\n", "").split(mark) if part.strip()]
    taken = ""
    for sentence in sentences:
        longer = f"{taken}{sentence.removesuffix('.')}{mark}"
        if len(longer) > longest and taken:
            break
        taken = longer
    return taken.strip()
