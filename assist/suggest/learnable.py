"""May what a customer asked stand as a phrasing of an article, alone and before everybody's eyes?"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from assist.domain.library import Article, Library

from .mask import mask
from .small_talk import is_small_talk
from .text import fold, normalise

_SPACE = re.compile(r"\s+")
_HIDDEN = re.compile(r"［[^］]{1,4}］")
# Order, waybill, account and phone numbers, and addresses of pages: no question about fresh food needs them.
_REFERENCE = re.compile(r"(?:\d[\s-]?){6,}|https?://|www\.")
_INTRODUCED = re.compile(
    r"我叫|我姓|我是[一-鿿]{2,3}(?=[,.。!\s]|$)|(?:收[件货]人|姓名|名字|电话|手机号?|地址)\s*(?::|[是叫为](?!多少|什么|哪))"
    r"|\bmy name is\b|\bi am called\b|\bmy (?:phone|address|e-?mail)\b"
)
_MIN_NAME_CHARACTERS = 2


class LeftOut(StrEnum):
    """Why a question is not proposed."""

    small_talk = "small_talk"
    fragment = "fragment"
    personal = "personal"
    too_long = "too_long"
    no_article = "no_article"
    known = "known"
    conflict = "conflict"
    weak = "weak"
    rejected = "rejected"


class Doubt(StrEnum):
    """Why a person has to look at a question, however often it was answered so."""

    points_back = "points_back"
    names_no_product = "names_no_product"
    about_safety = "about_safety"


def one_line(text: str) -> str:
    """Return the text with personal data masked, on one line, without characters that print as nothing."""
    line = _SPACE.sub(" ", mask(text))
    return "".join(character for character in line if character.isprintable()).strip()


def plain(text: str) -> str:
    """Return the form in which two wordings are the same."""
    return normalise(text).replace(" ", "")


def refusal(text: str, names: Sequence[str], library: Library) -> LeftOut | None:
    """Return why a masked line cannot be a phrasing of anything, or None.

    `names` are the customer's name and order numbers, as far as they are known: a line that holds one is personal.
    """
    policy = library.learning
    if _is_personal(text, names):
        return LeftOut.personal
    if is_small_talk(text, library.small_talk):
        return LeftOut.small_talk
    if len(text) > policy.max_characters:
        return LeftOut.too_long
    if sum(character.isalpha() for character in plain(text)) < policy.min_characters:
        return LeftOut.fragment
    return None


def doubts(text: str, article: Article, openings: Iterable[str], product_names: Iterable[str]) -> tuple[Doubt, ...]:
    """Return what makes a line unclear without the chat around it. `openings` and names are given normalised."""
    said = normalise(text)
    found: list[Doubt] = []
    if any(_opens_with(said, opening) for opening in openings):
        found.append(Doubt.points_back)
    if article.products and not any(name in said for name in product_names):
        found.append(Doubt.names_no_product)
    if article.intent == "food_safety":
        found.append(Doubt.about_safety)
    return tuple(found)


def _is_personal(text: str, names: Sequence[str]) -> bool:
    folded = fold(text)
    if _HIDDEN.search(text) or _REFERENCE.search(folded) or _INTRODUCED.search(folded):
        return True
    said = plain(text)
    return any(len(name) >= _MIN_NAME_CHARACTERS and name in said for name in map(plain, names))


def _opens_with(said: str, opening: str) -> bool:
    if not opening or not said.startswith(opening):
        return False
    rest = said[len(opening) :]
    # "it" opens "it smells", not "items".
    return not (opening.isascii() and rest[:1].isalnum() and rest[:1].isascii())
