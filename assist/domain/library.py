"""The knowledge base as a value: articles, products, lexicon and policy under one number."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from .value import Value

EntryId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
SlotName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]

RUNTIME_SLOTS = frozenset({"customer_name", "order_ref", "agent_name"})
"""Slots that only a live chat can fill; an unfilled one is asked for before inserting."""


class Source(Value):
    """Where a figure comes from. `year` is the year of issue, or "n.d." where the source states none."""

    title: Line
    issuer: Line
    year: Annotated[int, Field(ge=1900, le=2100)] | Literal["n.d."]


class Fact(Value):
    """A figure that may be told to a customer, with its unit in the text and its source beside it."""

    value: Line
    source: Source
    approximate: bool = False


class FactUse(Value):
    """A figure that another entry owns: `use = "shrimp.fridge"` reads that product's fact."""

    use: Annotated[str, Field(pattern=r"^[a-z0-9_-]+\.[a-z][a-z0-9_]*$")]


class Product(Value):
    """A kind of fresh product, the names customers call it, and its home-storage figures."""

    id: EntryId
    name: Line
    aliases: tuple[Line, ...] = ()
    name_en: Line
    category: EntryId
    facts: Mapping[SlotName, Fact] = {}


class Article(Value):
    """One answer and the ways customers ask for it. `text` is wording with `{{ slot }}`s, never raw figures."""

    id: EntryId
    title: Line
    category: EntryId
    intent: EntryId
    products: tuple[EntryId, ...] = ()
    asks: Annotated[tuple[Line, ...], Field(min_length=1, max_length=60)]
    facts: Mapping[SlotName, Fact | FactUse] = {}
    reviewed: date
    internal: bool = False
    text: Annotated[str, Field(min_length=1, max_length=2000)]

    @field_validator("reviewed", mode="before")
    @classmethod
    def read_iso_date(cls, value: object) -> object:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Label(Value):
    """A category or intent: its id with the name people see."""

    id: EntryId
    zh: Line
    en: Line


class Topics(Value):
    """The taxonomy: what a turn can be about."""

    categories: tuple[Label, ...]
    intents: tuple[Label, ...]


class SmallTalk(Value):
    """Phrases that open no question: greetings, thanks, closings, fragments. Particles are stripped first."""

    phrases: tuple[Line, ...]
    particles: tuple[Line, ...]


class Synonyms(Value):
    """Words customers use for one thing; the first of each row stands for all."""

    rows: tuple[tuple[Line, ...], ...]


class AnswerWeights(Value):
    """What each kind of evidence adds to an article's strength. Likenesses are 0 to 1, labels log-probabilities.

    The defaults are an unfitted finder's: everything counts the same.
    """

    nearest_ask: float = 1.0
    """Characters shared with the nearest ask."""
    same_ask: float = 1.0
    """How far beyond half that share goes: the customer says what an ask says already."""
    meaning: float = 1.0
    """Closeness in the main directions in which the library's articles differ."""
    wording: float = 1.0
    """Edit likeness with the nearest ask."""
    answer_characters: float = 1.0
    """Characters of the question that the answer holds."""
    answer_pairs: float = 1.0
    """Pairs of characters of the question that the answer holds."""
    intent: float = 1.0
    """Log-probability of the article's intent, given the question."""
    category: float = 1.0
    """Log-probability of the article's category, given the question."""
    right_product: float = 1.0
    """The article is about the product the question names."""
    right_category: float = 1.0
    """The article is about that product's category; half where only an ask mentions the product."""
    unasked_product: float = -1.0
    """The article is about one product, the question about none."""
    unasked_category: float = -1.0
    """The article is about one category, which nothing in the question says: 1 less that category's probability."""


class AnswerConfidence(Value):
    """How sure the first answer is: the logistic of `bias + strength * its strength + known * share known`.

    A later answer is less sure by `exp(following * the strength it lacks)`.
    """

    bias: float = 0.0
    strength: float = 1.0
    known: float = 0.0
    following: Annotated[float, Field(ge=0)] = 1.0


class AnswerPolicy(Value):
    """When an answer is worth a card. Scores are the finder's, 0 to 1."""

    min_score: Annotated[float, Field(ge=0, le=1)]
    max_cards: Annotated[int, Field(ge=1, le=9)]
    weights: AnswerWeights = AnswerWeights()
    confidence: AnswerConfidence = AnswerConfidence()


class AdoptionPolicy(Value):
    """When a sent text counts as having come from a suggestion. Ratios are rapidfuzz's, 0 to 100."""

    as_is_ratio: Annotated[float, Field(ge=0, le=100)]
    edited_ratio: Annotated[float, Field(ge=0, le=100)]
    partial_ratio: Annotated[float, Field(ge=0, le=100)]
    partial_min_length: Annotated[int, Field(ge=1)]
    boilerplate: tuple[Line, ...]


class ServicePolicy(Value):
    """What this shop promises, as facts with an owner: delivery hours, claim windows, thresholds."""

    facts: Mapping[SlotName, Fact]


class Library(Value):
    """Everything published for one shop under one number. Facts are resolved: no `FactUse` is left."""

    shop_id: str
    number: int
    articles: tuple[Article, ...]
    products: tuple[Product, ...]
    topics: Topics
    small_talk: SmallTalk
    synonyms: Synonyms
    answers: AnswerPolicy
    adoption: AdoptionPolicy
    service: ServicePolicy


class Entry(Value):
    """One immutable row of published content: what kind, which one, and its canonical JSON."""

    kind: Literal["article", "product", "lexicon", "policy"]
    entry_id: EntryId
    body: str
