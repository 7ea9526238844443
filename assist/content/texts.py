"""Which texts can reach a customer, what is in their slots, and where do they stand?"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from assist.domain.figures import Fact
from assist.domain.library import Article, Library
from assist.domain.offer import Offer
from assist.domain.promise import PromiseRule

from .toml_places import Place, line_of

_SLOT = re.compile(r"{{\s*(\w+)\s*}}|{%.*?%}")
_ID = re.compile(r"""^\s*id\s*=\s*["']([\w-]+)["']""", re.MULTILINE)
_FENCE = re.compile(r"\s*\+\+\+(?:\s*en\s*\+\+\+)?\s*")
SELLING = "policy/selling.toml"


@dataclass(frozen=True)
class Slot:
    """A filled slot: where its figure stands in the filled text and in the files."""

    name: str
    start: int
    end: int
    line: Callable[[], int]


@dataclass(frozen=True)
class Text:
    """A text with its figures in it. `category` "" and no `products`: of no goods in particular.

    `at` says the line it begins on, asked only where something is found.
    """

    owner: str
    text: str
    path: str
    at: Callable[[], int]
    english: bool = False
    category: str = ""
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    intent: str = ""
    slots: tuple[Slot, ...] = ()
    spoken: bool = True
    """Said to customers as it stands."""
    title: bool = False
    """What people see beside the texts."""

    def slot_at(self, start: int, end: int) -> Slot | None:
        return next((slot for slot in self.slots if slot.start < end and start < slot.end), None)

    def line_at(self, start: int) -> int:
        """Return the file's line of a place in the text: that of the figure where it is a slot's."""
        slot = self.slot_at(start, start + 1)
        return slot.line() if slot else self.at() + self.text.count("\n", 0, start)


@dataclass
class Files:
    """The files of one tree, read once each; no tree where a library is checked that stands in none."""

    root: Path | None
    _texts: dict[str, str] = field(default_factory=dict[str, str])
    _articles: dict[str, str] = field(default_factory=dict[str, str])
    _products: dict[str, str] = field(default_factory=dict[str, str])
    _offers: dict[str, str] = field(default_factory=dict[str, str])
    _lines: dict[tuple[str, Place], int] = field(default_factory=dict[tuple[str, Place], int])

    def text(self, name: str) -> str:
        if name not in self._texts:
            path = self.root / name if self.root else None
            there = path is not None and path.is_file()
            self._texts[name] = path.read_text(encoding="utf-8-sig", errors="replace") if path and there else ""
        return self._texts[name]

    def names(self, folder: str, ending: str) -> list[str]:
        if self.root is None:
            return []
        return [path.relative_to(self.root).as_posix() for path in sorted((self.root / folder).rglob(f"*{ending}"))]

    def line(self, name: str, place: Place) -> int:
        key = (name, place)
        if key not in self._lines:
            self._lines[key] = line_of(self.text(name), place)
        return self._lines[key]

    def article(self, article_id: str) -> str:
        """Return the name of the file an article stands in."""
        if not self._articles:
            for name in self.names("articles", ".md"):
                if match := re.search(r'^id\s*=\s*"([^"]+)"', self.text(name), re.MULTILINE):
                    self._articles[match[1]] = name
        return self._articles.get(article_id, article_id)

    def article_line(self, article_id: str, key: str) -> int:
        """Return the line of a key or a fact of an article's header; 1 where it has none."""
        setting = re.compile(rf"\[facts\.{re.escape(key)}\]|{re.escape(key)}\s*=")
        return self._first(self.text(self.article(article_id)), setting) or 1

    def fact_line(self, article_id: str, name: str) -> int | None:
        return self._first(self.text(self.article(article_id)), re.compile(rf"\[facts\.{re.escape(name)}\]"))

    def is_used_from_elsewhere(self, article_id: str, line: int) -> bool:
        """Return whether the fact on this line only names another entry's figure."""
        following = self.text(self.article(article_id)).splitlines()[line : line + 1]
        return bool(following) and following[0].strip().startswith("use")

    def text_line(self, article_id: str, *, english: bool) -> int:
        """Return the line an article's text begins on."""
        lines = self.text(self.article(article_id)).splitlines()
        fences = [number for number, line in enumerate(lines, 1) if _FENCE.fullmatch(line)]
        after = fences[-1] if english else (fences[1] if len(fences) > 1 else 0)
        return next((number for number, line in enumerate(lines, 1) if number > after and line.strip()), after + 1)

    def product_file(self, product_id: str) -> str:
        """Return the name of the file a product stands in."""
        if not self._products:
            for name in self.names("products", ".toml"):
                self._products |= dict.fromkeys(_ID.findall(self.text(name)), name)
        return self._products.get(product_id, "products")

    def product_line(self, product_id: str, fact: str = "") -> int:
        """Return the line of a product, or of one of its figures."""
        lines = self.text(self.product_file(product_id)).splitlines()
        start = next((at for at, line in enumerate(lines) if _ID.match(line) and f'"{product_id}"' in line), 0)
        header = f"[products.facts.{fact}]"
        return next((at + 1 for at in range(start, len(lines)) if lines[at].strip() == header), start + 1)

    def offer_file(self, offer_id: str) -> str:
        """Return the name of the file an offer stands in."""
        if not self._offers:
            for name in self.names("offers", ".toml"):
                self._offers |= dict.fromkeys(_ID.findall(self.text(name)), name)
        return self._offers.get(offer_id, "offers")

    def offer_line(self, offer_id: str, key: str = "") -> int:
        """Return the line of a script's key, that of its id where there is none; `say_to.new` may stand in a table."""
        name = self.offer_file(offer_id)
        named = self.line(name, Place("offers", offer_id))
        table, _, last = key.rpartition(".")
        found = (self.line(name, Place("offers", offer_id, one)) for one in (key, table) if one)
        return next((line for line in found if line != named), None) or self._below(name, named, last) or named

    def _below(self, name: str, named: int, key: str) -> int | None:
        """Return the line that sets a key between this line and the next script."""
        lines = self.text(name).splitlines()
        end = next((at for at in range(named, len(lines)) if lines[at].strip() == "[[offers]]"), len(lines))
        setting = re.compile(rf"\s*(?:\w+\.)?{re.escape(key)}\s*=")
        return next((at + 1 for at in range(named, end) if key and setting.match(lines[at])), None)

    def service_line(self, fact: str) -> int:
        return self._first(self.text("policy/service.toml"), re.compile(rf"\[facts\.{re.escape(fact)}\]")) or 1

    @staticmethod
    def _first(text: str, pattern: re.Pattern[str]) -> int | None:
        return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line.strip())), None)


def texts_of(library: Library, files: Files) -> Iterator[Text]:
    """Yield every text: articles, offers, the four steps, their choices and evidence, the words of promise rules."""
    for article in library.articles:
        yield from article_texts(article, files)
    for offer in library.offers:
        yield from _of_offer(offer, files)
    yield from _of_selling(library, files)
    yield from _of_scripts(library, files)
    for rule in library.promises.rules:
        yield from _of_rule(rule, library, files)
    yield from _of_evidence(library, files)


def titles_of(library: Library, files: Files) -> Iterator[Text]:
    """Yield what people see beside the texts: titles, and the names of goods."""
    for article in library.articles:
        for key, title in (("title", article.title), ("title_en", article.title_en)):
            if title:
                at = partial(files.article_line, article.id, key)
                yield Text(article.id, title, files.article(article.id), at, english=key.endswith("en"), title=True)
    for offer in library.offers:
        path, at = files.offer_file(offer.id), partial(files.offer_line, offer.id, "title")
        for key, title in (("title", offer.title), ("title_en", offer.title_en), ("product", offer.product)):
            if title:
                yield Text(offer.id, title, path, at, english=key.endswith("en"), title=True)
    yield from _names_of_selling(library, files)
    for product in library.products:
        path, at = files.product_file(product.id), partial(files.product_line, product.id)
        for name in (product.name, *product.aliases, product.name_en):
            yield Text(product.id, name, path, at, english=name.isascii(), title=True)


def _names_of_selling(library: Library, files: Files) -> Iterator[Text]:
    for table, named in (("kinds", library.selling.kinds), ("seasons", library.selling.seasons)):
        for one in named:
            at = partial(files.line, SELLING, Place(table, one.id))
            yield Text(one.id, one.zh, SELLING, at, title=True)
            yield Text(one.id, one.en, SELLING, at, english=True, title=True)


def filled(
    text: str, values: Mapping[str, str], lines: Mapping[str, Callable[[], int]]
) -> tuple[str, tuple[Slot, ...]]:
    """Return a text with every slot that is known filled, and where they are; other tags are left out."""
    parts: list[str] = []
    slots: list[Slot] = []
    at = length = 0
    for match in _SLOT.finditer(text):
        name = match[1] or ""
        value = values.get(name, "") if name in lines else ""
        parts += [text[at : match.start()], value]
        start = length + match.start() - at
        length = start + len(value)
        if value:
            slots.append(Slot(name, start, length, lines[name]))
        at = match.end()
    return "".join((*parts, text[at:])), tuple(slots)


def article_texts(article: Article, files: Files) -> Iterator[Text]:
    """Yield an article's text in each language."""
    facts = {name: fact for name, fact in article.facts.items() if isinstance(fact, Fact)}
    for english, text in ((False, article.text), (True, article.text_en)):
        if not text:
            continue
        at = partial(files.text_line, article.id, english=english)
        values = {name: (fact.value_en or fact.value) if english else fact.value for name, fact in facts.items()}
        lines = {name: partial(_fact_or_text, files, article.id, name, english=english) for name in facts}
        said, slots = filled(text, values, lines)
        category = "" if article.category == "general" else article.category
        yield Text(
            owner=article.id,
            text=said,
            path=files.article(article.id),
            at=at,
            english=english,
            category=category,
            categories=(category,) if category else (),
            products=article.products,
            intent=article.intent,
            slots=slots,
            spoken=not article.internal,
        )


def _fact_or_text(files: Files, article_id: str, name: str, *, english: bool) -> int:
    return files.fact_line(article_id, name) or files.text_line(article_id, english=english)


def own_facts(offer: Offer) -> dict[str, Fact]:
    """Return the figures that a script owns, its own evidence as `proof` where it has any."""
    proof = offer.evidence.fact
    return {**({"proof": proof} if proof else {}), **offer.facts}


def wordings_of(offer: Offer) -> dict[str, str]:
    """Return every text of a script by its key, `evidence.text` and `say_to.SEGMENT` among them.

    All but `say_en` are Chinese. Feature, advantage and benefit are read by agents, and said by them.
    """
    texts = {key: getattr(offer, key) or "" for key in ("feature", "advantage", "benefit", "say", "say_en")}
    tones = {f"say_to.{segment.value}": text for segment, text in offer.say_to.items()}
    return {key: text for key, text in {**texts, **tones, "evidence.text": offer.evidence.text}.items() if text}


def _of_offer(offer: Offer, files: Files) -> Iterator[Text]:
    facts = own_facts(offer)
    path, categories = files.offer_file(offer.id), tuple(one for one in offer.categories if one != "general")
    for key, text in wordings_of(offer).items():
        english = key == "say_en"
        values = {name: (fact.value_en or fact.value) if english else fact.value for name, fact in facts.items()}
        at = partial(files.offer_line, offer.id, key)
        said, slots = filled(text, values, dict.fromkeys(values, at))
        yield Text(
            offer.id,
            said,
            path,
            at,
            english=english,
            categories=categories,
            products=offer.products,
            slots=slots,
        )


def _of_selling(library: Library, files: Files) -> Iterator[Text]:
    """How the cart, what was looked at and what was bought before are spoken of."""
    for line in library.selling.seen:
        for key, text in (("zh", line.zh), ("en", line.en)):
            said, _ = filled(text, {}, {})
            at = partial(files.line, SELLING, Place("seen", key=key))
            yield Text(line.how, said, SELLING, at, english=key == "en")


def _of_scripts(library: Library, files: Files) -> Iterator[Text]:
    for line in library.scripts:
        path = f"scripts/{line.step.value}.toml"
        for key, text in (("text", line.text), ("text_en", line.text_en)):
            said, slots = filled(text, {}, {})
            at = partial(files.line, path, Place("lines", line.id, key))
            yield Text(
                line.id, said, path, at, english=key == "text_en", categories=tuple(line.categories), slots=slots
            )
    for choice in library.choices:
        path = "scripts/solution.toml"
        at = partial(files.line, path, Place("choices", choice.id))
        yield Text(choice.id, choice.zh, path, at)
        yield Text(choice.id, choice.en, path, at, english=True)


def _of_rule(rule: PromiseRule, library: Library, files: Files) -> Iterator[Text]:
    values = {name: fact.value for name, fact in library.service.facts.items()}
    for key, text in (("zh", rule.zh), ("rewrite", rule.rewrite), ("en", rule.en), ("rewrite_en", rule.rewrite_en)):
        if not text:
            continue
        english = key.endswith("en")
        said, _ = filled(text, {} if english else values, dict.fromkeys(values, partial(int, 1)))
        at = partial(files.line, "policy/promises.toml", Place("rules", rule.id, key))
        yield Text(
            rule.id,
            said,
            "policy/promises.toml",
            at,
            english=english,
            categories=rule.categories,
            spoken="rewrite" in key,
        )


def _of_evidence(library: Library, files: Files) -> Iterator[Text]:
    path = "policy/remedy.toml"
    for item in library.remedy.evidence if library.remedy else ():
        at = partial(files.line, path, Place("evidence", item.id))
        yield Text(item.id, item.zh, path, at)
        yield Text(item.id, item.en, path, at, english=True)
