"""Build a Library from published entries: facts resolved, every part present."""

from collections.abc import Iterable, Mapping, Set

from pydantic import BaseModel

from assist.domain.complaint import ComplaintLexicon
from assist.domain.figures import Fact, FactUse
from assist.domain.guard import ForbiddenLexicon, GuardPolicy
from assist.domain.library import (
    Article,
    English,
    Entry,
    LearnedTopics,
    Library,
    Phrasing,
    Product,
    Safety,
    SmallTalk,
    Synonyms,
    Topics,
)
from assist.domain.matter import Matters
from assist.domain.mood import AlertPolicy, MoodPolicy, RiskPolicy
from assist.domain.offer import Offer, OfferPolicy
from assist.domain.policy import AdoptionPolicy, AnswerPolicy, LearningPolicy, ReviewPolicy, ServicePolicy
from assist.domain.promise import PromisePolicy
from assist.domain.remedy import ChoiceWords, Script, ScriptLine, StepName
from assist.domain.remedy_policy import RemedyPolicy
from assist.domain.targets import HoursPolicy, TargetPolicy

from .english import with_english
from .wording import slots_of

PARTS: dict[str, tuple[str, type[BaseModel]]] = {
    "topics": ("lexicon", Topics),
    "small_talk": ("lexicon", SmallTalk),
    "synonyms": ("lexicon", Synonyms),
    "english": ("lexicon", English),
    "safety": ("lexicon", Safety),
    "learned_topics": ("lexicon", LearnedTopics),
    "complaints": ("lexicon", ComplaintLexicon),
    "forbidden": ("lexicon", ForbiddenLexicon),
    "matters": ("lexicon", Matters),
    "moods": ("lexicon", MoodPolicy),
    "remedy": ("policy", RemedyPolicy),
    "guards": ("policy", GuardPolicy),
    "promises": ("policy", PromisePolicy),
    "alerts": ("policy", AlertPolicy),
    "risks": ("policy", RiskPolicy),
    "reviews": ("policy", ReviewPolicy),
    "answers": ("policy", AnswerPolicy),
    "adoption": ("policy", AdoptionPolicy),
    "service": ("policy", ServicePolicy),
    "learning": ("policy", LearningPolicy),
    "hours": ("policy", HoursPolicy),
    "targets": ("policy", TargetPolicy),
    "selling": ("policy", OfferPolicy),
}

_WITH_DEFAULTS = frozenset(
    {
        *("learning", "english", "safety", "learned_topics", "complaints", "remedy"),
        *("forbidden", "moods", "guards", "promises", "alerts", "risks", "matters", "reviews"),
        *("hours", "targets", "selling"),
    }
)
"""Parts that libraries published before them lack."""


class LibraryError(ValueError):
    """Entries that do not make a library; names what is missing or dangling, and the article and key if it is one's."""

    def __init__(self, message: str, *, article_id: str = "", key: str = "") -> None:
        super().__init__(message)
        self.article_id = article_id
        self.key = key


def build_library(shop_id: str, number: int, entries: Iterable[Entry]) -> Library:
    """Return the library, its articles sorted by id.

    A phrasing whose article is not there is passed over: it waits for its article.
    Raises LibraryError when a part is missing or an article uses a figure that no product has.
    """
    bodies = {(entry.kind, entry.entry_id): entry.body for entry in entries}
    products = [Product.model_validate_json(b) for (kind, _), b in sorted(bodies.items()) if kind == "product"]
    articles = [Article.model_validate_json(b) for (kind, _), b in sorted(bodies.items()) if kind == "article"]
    offers = [Offer.model_validate_json(b) for (kind, _), b in sorted(bodies.items()) if kind == "offer"]
    parts: dict[str, BaseModel] = {}
    for name, (kind, model) in PARTS.items():
        body = bodies.get((kind, name))  # type: ignore[arg-type]
        if body is None and name in _WITH_DEFAULTS:
            continue
        if body is None:
            raise LibraryError(f"{kind}/{name}.toml is missing")
        parts[name] = model.model_validate_json(body)
    service = parts["service"]
    assert isinstance(service, ServicePolicy)
    by_id = {product.id: product for product in products}
    english = parts.get("english", English())
    assert isinstance(english, English)
    resolved = [with_english(with_facts(article, by_id, service.facts), english) for article in articles]
    learned = _phrasings(bodies, {article.id for article in articles})
    lines, choices = _scripts(bodies)
    return Library.model_validate(
        {
            "shop_id": shop_id,
            "number": number,
            "articles": tuple(resolved),
            "products": tuple(products),
            "phrasings": tuple(one for one in learned if not one.rejected),
            "rejected": tuple(one for one in learned if one.rejected),
            "scripts": lines,
            "choices": choices,
            "offers": tuple(offers),
            **parts,
        }
    )


def with_articles(library: Library, number: int, changed: Iterable[Entry], ended: Set[str]) -> Library:
    """Return a library with some articles new, changed or ended, and everything else as it was.

    Raises LibraryError when an article uses a figure that no product has.
    """
    products = {product.id: product for product in library.products}
    articles = {article.id: article for article in library.articles if article.id not in ended}
    for entry in changed:
        article = with_facts(Article.model_validate_json(entry.body), products, library.service.facts)
        articles[entry.entry_id] = with_english(article, library.english)
    in_order = tuple(articles[article_id] for article_id in sorted(articles))
    return library.model_copy(update={"number": number, "articles": in_order})


def _scripts(bodies: Mapping[tuple[str, str], str]) -> tuple[tuple[ScriptLine, ...], tuple[ChoiceWords, ...]]:
    """Return every wording by step and id, and how choices are said."""
    scripts = [Script.model_validate_json(body) for (kind, _), body in sorted(bodies.items()) if kind == "script"]
    order = list(StepName)
    lines = sorted(
        (line for script in scripts for line in script.lines), key=lambda one: (order.index(one.step), one.id)
    )
    return tuple(lines), tuple(choice for script in scripts for choice in script.choices)


def _phrasings(bodies: Mapping[tuple[str, str], str], article_ids: Set[str]) -> list[Phrasing]:
    learned = [Phrasing.model_validate_json(body) for (kind, _), body in sorted(bodies.items()) if kind == "phrasing"]
    return [phrasing for phrasing in learned if phrasing.article_id in article_ids]


def with_facts(article: Article, products: Mapping[str, Product], service: Mapping[str, Fact]) -> Article:
    """Return the article with every figure in its own `facts`, wherever the figure is owned."""
    facts: dict[str, Fact] = {}
    for name, fact in article.facts.items():
        facts[name] = _owned(article, name, fact.use, products) if isinstance(fact, FactUse) else fact
    for slot in slots_of(article.text):
        if slot not in facts and slot in service:
            facts[slot] = service[slot]
    return article.model_copy(update={"facts": facts})


def _owned(article: Article, key: str, use: str, products: Mapping[str, Product]) -> Fact:
    product_id, _, name = use.partition(".")
    product = products.get(product_id)
    if product is None:
        message = f"{article.id}: no product {product_id!r} for use = {use!r}; see products/*.toml"
        raise LibraryError(message, article_id=article.id, key=key)
    if name not in product.facts:
        known = ", ".join(sorted(product.facts)) or "none; say it without a figure"
        message = f"{article.id}: {product_id} has no figure {name!r}; it has: {known}"
        raise LibraryError(message, article_id=article.id, key=key)
    return product.facts[name]
