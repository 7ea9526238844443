"""Is the English of the articles fit to send? The same rules as for the Chinese."""

import re
from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz, process

from assist.domain.figures import Fact
from assist.domain.library import Article, Library

from .english import HAN
from .near_texts import NearTexts
from .said import Said
from .wording import WordingError, slots_of, word

Finding = tuple[str, str, str]
"""(article id, key in its header or fence above the text, message)"""

FENCE = "+++ en +++"

_NUMBER = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|half|dozen"
)
_TIME_OR_WEIGHT = (
    "seconds?|minutes?|hours?|days?|weeks?|months?|years?|degrees?|grams?|kilos?|kilograms?|kg|pounds?|lbs?|ounces?|oz"
    "|litres?|liters?|cm|centimetres?|centimeters?|inch(?:es)?|yuan|dollars?|percent|per cent"
)
_COUNTED = "times|layers?|pieces?|boxes|bags|cups?|spoons?|spoonfuls?|tablespoons?|teaspoons?|cloves|rounds|steps"
_FIGURE = re.compile(
    rf"\d\S*|[%％℃℉°]|\b(?:{_NUMBER})\b(?:[\s-]+\w+){{0,2}}?[\s-]+(?:{_TIME_OR_WEIGHT}|{_COUNTED})\b"
    rf"|\b(?:an?|one)\s+(?:{_TIME_OR_WEIGHT})\b|\b(?:twice|thrice)\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:usually|normally|typically|generally|roughly|about|around|approximately|suggest\w*|recommend\w*|advise)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(r"\b(?:please|pls|plz|hi|hello|hey|thanks|thank you|thx|sir|dear|the|an?|my|this|these)\b")


def check_english(library: Library, *, min_asks: int, max_similarity: float) -> Iterator[Finding]:
    """Yield what is wrong with the English of each article, and where two articles say the same."""
    names = _names(library)
    for article in library.articles:
        yield from _one(article, names, min_asks)
    texts = {one.id: _masked(one.text_en, names) for one in library.articles if one.text_en is not None}
    ids = list(texts)
    for index, article_id in enumerate(ids):
        rest = {other: texts[other] for other in ids[index + 1 :]}
        yield from _alike(article_id, texts[article_id], rest, max_similarity)


class EnglishBeside:
    """The English of a library's articles, as that of one more is checked against it."""

    def __init__(self, library: Library) -> None:
        self._names = _names(library)
        self._masked = NearTexts(
            {
                one.id: _masked(one.text_en, self._names)
                for one in library.articles
                if one.text_en is not None and not _broken(one.text_en)
            }
        )

    def check(self, article: Article, *, min_asks: int, max_similarity: float) -> Iterator[Finding]:
        """Yield what is wrong with an article's English, alone and beside the others'."""
        if article.text_en is not None and _broken(article.text_en):
            yield article.id, FENCE, Said("wording_en", "the English text's slots cannot be read; see {{{{ name }}}}")
            return
        yield from _one(article, self._names, min_asks)
        if article.text_en is not None:
            masked = _masked(article.text_en, self._names)
            yield from _alike(
                article.id, masked, self._masked.near(masked, max_similarity, but=article.id), max_similarity
            )


def _broken(text: str) -> bool:
    try:
        slots_of(text)
    except WordingError:
        return True
    return False


def _one(article: Article, names: re.Pattern[str], min_asks: int) -> Iterator[Finding]:
    yield from _whole(article)
    yield from _asks(article, names, min_asks)
    if article.text_en is not None:
        yield from _text(article, article.text_en)


def english_figures_in(text: str) -> list[str]:
    """Return the raw figures in an English text outside its slots: digits, and numerals with a measure."""
    bare = re.sub(r"{{.*?}}|{%.*?%}", "", text)
    return [match.group() for match in _FIGURE.finditer(bare)]


def _whole(article: Article) -> Iterator[Finding]:
    parts = {"title_en": article.title_en, "asks_en": article.asks_en, FENCE: article.text_en}
    missing = [name for name, part in parts.items() if not part]
    if 0 < len(missing) < len(parts):
        here = next(name for name in parts if name not in missing)
        template = "English needs title_en, asks_en and a text below {fence}; without: {missing}"
        yield article.id, here, Said("english_parts", template, fence=FENCE, missing=missing)
    for key, said in (("title_en", (article.title_en or "",)), ("asks_en", article.asks_en)):
        if chinese := [line for line in said if HAN.search(line)]:
            yield article.id, key, Said("not_english", "not English: {said}", said=", ".join(chinese))


def _asks(article: Article, names: re.Pattern[str], min_asks: int) -> Iterator[Finding]:
    if 0 < len(article.asks_en) < min_asks:
        template = "{n} ways to ask; write at least {least}"
        yield article.id, "asks_en", Said("few_asks_en", template, n=len(article.asks_en), least=min_asks)
    seen: dict[str, str] = {}
    for ask in article.asks_en:
        bare = " ".join(re.findall(r"\w+", _COURTESY.sub("", names.sub("", ask.lower()))))
        if bare in seen:
            template = "{ask!r} and {other!r} differ only by courtesy, punctuation or product name"
            yield article.id, "asks_en", Said("asks_alike_en", template, ask=ask, other=seen[bare])
        seen.setdefault(bare, ask)


def _text(article: Article, text: str) -> Iterator[Finding]:
    slots, own = slots_of(text), slots_of(article.text)
    if strange := sorted(slots - own):
        template = "slots {strange} are not in the Chinese text, which has {own}"
        yield article.id, FENCE, Said("slots_en", template, strange=strange, own=sorted(own))
    if HAN.search(text):
        yield article.id, FENCE, Said("chinese_in_english", "Chinese in the English text; say it in English")
    if figures := english_figures_in(text):
        template = "figures without a source: {said}; write the {{{{ slot }}}} of a fact"
        yield article.id, FENCE, Said("figures_en", template, said=", ".join(figures))
    facts = {name: fact for name, fact in article.facts.items() if name in slots and isinstance(fact, Fact)}
    for name, fact in sorted(facts.items()):
        if fact.value_en is None or HAN.search(fact.value_en):
            template = "{name} is {value!r}, which has no English: add value_en or its unit to lexicon/english.toml"
            yield article.id, FENCE, Said("figure_not_english", template, name=name, value=fact.value)
    if (soft := sorted(name for name, fact in facts.items() if fact.approximate)) and not _SOFT.search(text):
        template = "{names} is approximate: say usually, about or recommend"
        yield article.id, FENCE, Said("approximate_en", template, names=", ".join(soft))


def _alike(article_id: str, masked: str, others: Mapping[str, str], max_similarity: float) -> Iterator[Finding]:
    found = process.extract(masked, others, scorer=fuzz.ratio, score_cutoff=max_similarity, limit=None)
    for _, score, other in found:
        template = "its English answer is {score} alike to that of {other}; say what is different"
        yield article_id, FENCE, Said("answers_alike_en", template, score=f"{score / 100:.2f}", other=other)


def _masked(text: str, names: re.Pattern[str]) -> str:
    return names.sub("product", word(text, dict.fromkeys(slots_of(text), "figure")).text.lower())


def _names(library: Library) -> re.Pattern[str]:
    words = {product.name_en.lower() for product in library.products}
    words |= {category.en.lower() for category in library.topics.categories}
    longest_first = sorted(words, key=lambda name: (-len(name), name))
    joined = "|".join(map(re.escape, longest_first))
    return re.compile(rf"\b(?:{joined})(?:e?s)?\b" if joined else r"(?!)")
