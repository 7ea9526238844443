"""Is an article fit to publish beside the others? The same rules for a whole library and for one draft."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from assist.domain.library import RUNTIME_SLOTS, Article, Library

from .check_characters import character_findings
from .check_english import FENCE, EnglishBeside, check_english
from .figures_said import figures_in
from .near_texts import NearTexts
from .said import Said
from .wording import WordingError, slots_of, word

MAX_ANSWER_SIMILARITY = 85.0
MIN_ASKS = 4

Finding = tuple[str, str, str]
"""(article id, key in its header or the fence above its text, message)"""

_TEXT = "+++"
_SOFT = re.compile("一般|通常|大约|大致|左右|建议|参考")
_PARTICLES = re.compile(r"[啊呀吗呢吧嘛哦哈啦了的呗诶哎么]|请问|你好|您好|亲|老板|谢谢|一下")


def check_library(library: Library) -> Iterator[Finding]:
    """Yield every finding about a library's articles."""
    names = _names(library)
    for article in library.articles:
        yield from _one(article, library)
        yield from _asks_alike(article, names)
    yield from _shared_asks(library.articles)
    yield from _answers_alike(library, names)
    yield from check_english(library, min_asks=MIN_ASKS, max_similarity=MAX_ANSWER_SIMILARITY)


@dataclass(frozen=True, repr=False)
class Beside:
    """A library's articles as one more, or another wording of one, is checked against them."""

    library: Library
    names: re.Pattern[str]
    owners: Mapping[str, str]
    """An ask without punctuation -> the article that has it."""
    masked: NearTexts
    """Each article's answer without names and figures, by its id."""
    english: EnglishBeside

    def check(self, article: Article) -> Iterator[Finding]:
        """Yield what `check_library` would say of this article if it were in the library."""
        yield from _one(article, self.library)
        yield from _asks_alike(article, self.names)
        for ask in dict.fromkeys(plain(ask) for ask in article.asks):
            if self.owners.get(ask, article.id) != article.id:
                yield _shared(article.id, ask, self.owners[ask])
        if not _broken(article):
            masked = _masked(article, self.names)
            yield from _alike(article.id, masked, self.masked.near(masked, MAX_ANSWER_SIMILARITY, but=article.id))
            yield from self.english.check(article, min_asks=MIN_ASKS, max_similarity=MAX_ANSWER_SIMILARITY)


def beside(library: Library) -> Beside:
    """Return what articles of a library are compared with; made once for many checks."""
    names = _names(library)
    sound = [article for article in library.articles if not _broken(article)]
    return Beside(
        library=library,
        names=names,
        owners={plain(ask): article.id for article in reversed(library.articles) for ask in article.asks},
        masked=NearTexts({article.id: _masked(article, names) for article in sound}),
        english=EnglishBeside(library),
    )


def plain(text: str) -> str:
    """Return a text in one width and case, without punctuation and blanks."""
    return unicodedata.normalize("NFKC", text).lower().translate(_BARE)


class _Bare(dict[int, int | None]):
    """Characters as `plain` leaves them, each looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code))[0] in "PZSC" else code
        self[code] = kept
        return kept


_BARE = _Bare()


def _one(article: Article, library: Library) -> Iterator[Finding]:
    fences = {"text": _TEXT, "text_en": FENCE}
    for key, message in character_findings(article):
        yield article.id, fences.get(key, key), message
    try:
        slots = slots_of(article.text)
    except WordingError as error:
        yield article.id, _TEXT, Said("wording", "{error}", error=error)
        return
    known = article.facts.keys() | RUNTIME_SLOTS
    if slots - known:
        strange, there = sorted(slots - known), sorted(known)
        yield article.id, _TEXT, Said("slots", "unknown slots {strange}; known: {known}", strange=strange, known=there)
    if unused := sorted(article.facts.keys() - slots):
        yield article.id, unused[0], Said("unused", "facts not used in the text: {names}", names=", ".join(unused))
    if figures := figures_in(article.text):
        cure = "declare each as a fact with source = {{title, issuer, year}} and write its {{{{ slot }}}}"
        yield article.id, _TEXT, Said("figures", "figures without a source: {said}; " + cure, said=", ".join(figures))
    soft = [n for n in slots if n in article.facts and getattr(article.facts[n], "approximate", False)]
    if soft and not _SOFT.search(article.text):
        template = "{names} is approximate: say 一般, 通常, 大约 or 建议"
        yield article.id, _TEXT, Said("approximate", template, names=", ".join(sorted(soft)))
    if len(article.own_asks) < MIN_ASKS:
        said = Said("few_asks", "{n} ways to ask; write at least {least}", n=len(article.own_asks), least=MIN_ASKS)
        yield article.id, "asks", said
    yield from _unknown_labels(article, library)


def _unknown_labels(article: Article, library: Library) -> Iterator[Finding]:
    for key, value, labels in (
        ("category", article.category, library.topics.categories),
        ("intent", article.intent, library.topics.intents),
    ):
        if value not in {label.id for label in labels}:
            template = "unknown {key} {value!r}; add it to lexicon/topics.toml or use a known one"
            yield article.id, key, Said(f"unknown_{key}", template, key=key, value=value)
    if missing := sorted(set(article.products) - {product.id for product in library.products}):
        template = "unknown products {missing}; see products/*.toml"
        yield article.id, "products", Said("unknown_products", template, missing=missing)


def _asks_alike(article: Article, names: re.Pattern[str]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for ask in article.asks:
        bare = _bare(ask, names)
        if bare in seen:
            template = "{ask!r} and {other!r} differ only by particle, punctuation or product name"
            yield article.id, "asks", Said("asks_alike", template, ask=ask, other=seen[bare])
        seen.setdefault(bare, ask)


def _shared_asks(articles: Iterable[Article]) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for article in articles:
        for ask in dict.fromkeys(plain(ask) for ask in article.asks):
            if ask in owner:
                yield _shared(article.id, ask, owner[ask])
            owner.setdefault(ask, article.id)


def _shared(article_id: str, ask: str, other: str) -> Finding:
    template = "{ask!r} is also an ask of {other}; one question, one article"
    return article_id, "asks", Said("shared_ask", template, ask=ask, other=other)


def _answers_alike(library: Library, names: re.Pattern[str]) -> Iterator[Finding]:
    masked = {article.id: _masked(article, names) for article in library.articles if not _broken(article)}
    ids = list(masked)
    for index, article_id in enumerate(ids):
        yield from _alike(article_id, masked[article_id], {other: masked[other] for other in ids[index + 1 :]})


def _alike(article_id: str, masked: str, others: Mapping[str, str]) -> Iterator[Finding]:
    found = process.extract(
        masked, others, scorer=fuzz.ratio, processor=None, score_cutoff=MAX_ANSWER_SIMILARITY, limit=None
    )
    for _, score, other in found:
        if score > MAX_ANSWER_SIMILARITY:
            template = (
                "its answer is {score} alike to that of {other} once names and figures "
                "are masked; merge the two or say what is different"
            )
            yield article_id, _TEXT, Said("answers_alike", template, score=f"{score / 100:.2f}", other=other)


def _broken(article: Article) -> bool:
    try:
        slots_of(article.text)
    except WordingError:
        return True
    return False


def _names(library: Library) -> re.Pattern[str]:
    words = {name for product in library.products for name in (product.name, *product.aliases)}
    words |= {label.zh for label in library.topics.categories}
    longest_first = sorted(words, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _masked(article: Article, names: re.Pattern[str]) -> str:
    slots = dict.fromkeys(slots_of(article.text), "0")
    text = word(article.text, slots).text
    return re.sub(r"\d+", "0", names.sub("品", text))


def _bare(text: str, names: re.Pattern[str]) -> str:
    return _PARTICLES.sub("", names.sub("", plain(text)))
