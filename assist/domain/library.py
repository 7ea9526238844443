"""The knowledge base as a value: articles, products, lexicon and policy under one number."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .value import Value

EntryId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
SlotName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]

RUNTIME_SLOTS = frozenset({"customer_name", "order_ref", "agent_name"})
"""Slots that only a live chat can fill; an unfilled one is asked for before inserting."""


class Source(Value):
    """Where a figure comes from. `year` is the year of issue, or "n.d." where the source states none.

    Without English of its own, a name is looked up in the library's `English`.
    """

    title: Line
    title_en: Line | None = None
    issuer: Line
    issuer_en: Line | None = None
    year: Annotated[int, Field(ge=1900, le=2100)] | Literal["n.d."]


class Fact(Value):
    """A figure that may be told to a customer, with its unit in the text and its source beside it.

    `value_en` says it in English; number and unit need none, a library's `English` knows the units.
    """

    value: Line
    value_en: Line | None = None
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
    """One answer and the ways customers ask for it. `text` is wording with `{{ slot }}`s, never raw figures.

    It may carry the same in English. In a library, `asks` ends with what `asks_en` holds.
    """

    id: EntryId
    title: Line
    title_en: Line | None = None
    category: EntryId
    intent: EntryId
    products: tuple[EntryId, ...] = ()
    asks: Annotated[tuple[Line, ...], Field(min_length=1, max_length=60)]
    asks_en: Annotated[tuple[Line, ...], Field(max_length=60)] = ()
    facts: Mapping[SlotName, Fact | FactUse] = {}
    reviewed: date
    internal: bool = False
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    text_en: Annotated[str, Field(min_length=1, max_length=2000)] | None = None

    @property
    def own_asks(self) -> tuple[str, ...]:
        """Its asks without the English ones beside them."""
        english = frozenset(self.asks_en)
        return tuple(ask for ask in self.asks if ask not in english)

    @field_validator("reviewed", mode="before")
    @classmethod
    def read_iso_date(cls, value: object) -> object:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Label(Value):
    """A category or intent: its id with the name people see."""

    id: EntryId
    zh: Line
    en: Line


class Category(Label):
    """A kind of goods. `words` name it beside the products' own names, and win over them.

    A word of the `instead_of` categories means this one when it stands right behind one of `said_before` (冻 + 虾),
    or anywhere together with one of `when_said` (虾是冻的).
    """

    words: tuple[Line, ...] = ()
    instead_of: tuple[EntryId, ...] = ()
    said_before: tuple[Line, ...] = ()
    when_said: tuple[Line, ...] = ()


class Intent(Label):
    """What a customer may want. `words` speak for it, each with a weight of 1 or that of `weights`.

    `examples`, and the asks of `articles` that are filed under another intent, teach how customers say it.
    """

    words: tuple[Line, ...] = ()
    weights: Mapping[Line, Annotated[float, Field(ge=0, le=10)]] = {}
    examples: tuple[Line, ...] = ()
    articles: tuple[EntryId, ...] = ()

    @model_validator(mode="after")
    def weigh_own_words(self) -> Self:
        if strange := sorted(set(self.weights) - set(self.words)):
            raise ValueError(f"weights of {self.id} for what is none of its words: {', '.join(strange)}")
        return self


class Topics(Value):
    """The taxonomy: what a turn can be about. Nothing is learned from the asks of the `unlearned` articles."""

    categories: tuple[Category, ...]
    intents: tuple[Intent, ...]
    unlearned: tuple[EntryId, ...] = ()

    @model_validator(mode="after")
    def replace_known_categories(self) -> Self:
        known = {category.id for category in self.categories}
        for category in self.categories:
            if strange := sorted(set(category.instead_of) - known):
                raise ValueError(f"instead_of of {category.id} names no category: {', '.join(strange)}")
        return self


class SmallTalk(Value):
    """Phrases that open no question: greetings, thanks, closings, fragments. Particles are stripped first."""

    phrases: tuple[Line, ...]
    particles: tuple[Line, ...]
    fillers: tuple[Line, ...] = ()
    """Words that ask nothing by themselves, though they open a question: 那个, 我想问下, 订单号."""


class SafetyRule(Value):
    """When one of `words` is said, only articles of `intents` may be suggested, `article` first unless
    another is likely right."""

    id: EntryId
    words: Annotated[tuple[Line, ...], Field(min_length=1)]
    intents: Annotated[tuple[EntryId, ...], Field(min_length=1)]
    article: EntryId | None = None
    rather_than_silence: bool = False
    """`article` comes only where nothing else would."""


class Safety(Value):
    """What must not be talked about when harm is spoken of."""

    rules: tuple[SafetyRule, ...] = ()


class Synonyms(Value):
    """Words customers use for one thing; the first of each row stands for all."""

    rows: tuple[tuple[Line, ...], ...]
    not_goods: tuple[Line, ...] = ()
    """What is none of the shop's goods, though it may hold a product's name: 西瓜视频."""


class EnglishUnit(Value):
    """How an amount of `zh` is said in English: `one` for a plain 1, `many` for all others; `{}` is the number."""

    zh: Line
    one: Annotated[Line, Field(pattern=r"\{\}")]
    many: Annotated[Line, Field(pattern=r"\{\}")]


class English(Value):
    """What answers in English need beside their texts: the units of figures, and names that sources are known by."""

    units: tuple[EnglishUnit, ...] = ()
    names: Mapping[Line, Line] = {}


class AnswerWeights(Value):
    """What each kind of evidence adds to an article's strength.

    All are 0 to 1, by rarity where something is shared, or a cosine; labels are log-probabilities.

    The defaults are an unfitted finder's: everything counts the same.
    """

    nearest_ask: float = 1.0
    """Characters, words and names shared with the nearest ask, over those of both."""
    covered: float = 1.0
    """The share of the question that an ask holds."""
    filled: float = 1.0
    """The share of an ask that the question holds."""
    pairs: float = 1.0
    """As `nearest_ask`, of words and of characters side by side: what is said in the same order."""
    centre: float = 1.0
    """The cosine with the middle of all asks."""
    same_ask: float = 1.0
    """The customer says what an ask says already."""
    wording: float = 1.0
    """Edit likeness with the nearest ask."""
    sound: float = 1.0
    """The same by sound: homophones are equal."""
    part: float = 1.0
    """Edit likeness of the shorter with a part of the longer."""
    meaning: float = 1.0
    """Closeness in meaning to the nearest ask."""
    meaning_centre: float = 1.0
    """Closeness in meaning to the middle of all asks."""
    answer_words: float = 1.0
    """The share of the question's words that the answer holds."""
    answer_meaning: float = 1.0
    """Closeness in meaning to the answer."""
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
    other_product: float = -4.0
    """The article is about another product than the one spoken of before; the question itself names none."""
    dismissed: float = -8.0
    """Its answer was dismissed as wrong for nearly this question."""
    sentence: float = 0.0
    """Closeness to the nearest ask in a sentence model's eyes, 0 without one."""
    sentence_answer: float = 0.0
    """The same to the answer."""


class AnswerConfidence(Value):
    """How sure the first answer is: the logistic of `bias` plus each weight times what its name says of it.

    A later answer is less sure by `exp(following * the strength it lacks)`.
    """

    bias: float = 0.0
    strength: float = 1.0
    lead: float = 0.0
    """How much stronger it is than the second, at most 10."""
    close: float = 0.0
    """How near the second is: exp(-lead)."""
    nearest_ask: float = 0.0
    covered: float = 0.0
    filled: float = 0.0
    meaning: float = 0.0
    meaning_centre: float = 0.0
    wording: float = 0.0
    known: float = 0.0
    """The share of the question, by rarity, that any ask holds."""
    length: float = 0.0
    """The logarithm of 1 and the question's terms."""
    sentence_bias: float = 0.0
    """Added to `bias` where a sentence model is used: it makes every strength larger."""
    following: Annotated[float, Field(ge=0)] = 1.0


class AnswerPolicy(Value):
    """When an answer is worth a card. Scores are the finder's, 0 to 1."""

    min_score: Annotated[float, Field(ge=0, le=1)]
    likely_score: Annotated[float, Field(ge=0, le=1)] = 0.5
    """From here on the sidebar says that an answer is likely right, from `sure_score` on that it surely is."""
    sure_score: Annotated[float, Field(ge=0, le=1)] = 0.8
    off_topic_score: Annotated[float, Field(ge=0, le=1)] = 1.0
    """A turn whose topic is `other`, as sure as this, gets no card unless it is surely answered."""
    unclear_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    """A turn whose topic is less clear than this gets a card only for a likely answer."""
    auto_score: Annotated[float, Field(ge=0, le=1)] = 1.0
    """From here on an answer may be given without an agent, where everything else allows it."""
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


class LearningPolicy(Value):
    """What makes a customer's question a phrasing of the article whose answer was used for it.

    An adoption adds its kind's weight, once a conversation; a dismissal as wrong counts one. Confidence is a lower
    bound of the adopted share, 0 to 1.
    """

    window_days: Annotated[int, Field(ge=1)] = 365
    """How far back the log is read."""
    min_characters: Annotated[int, Field(ge=1)] = 4
    """Shorter questions are fragments."""
    max_characters: Annotated[int, Field(ge=1, le=200)] = 60
    clicked: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Weight of an adoption whose card was clicked."""
    matched: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Weight of one whose card was there, but only the text sent says so."""
    unseen: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Weight of one whose card nobody can have seen: the agent wrote the same without it."""
    edited: Annotated[float, Field(ge=0, le=1)] = 0.5
    """What is left of the weight when the answer was changed before it was sent."""
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.15
    """Below it nothing is proposed."""
    min_share: Annotated[float, Field(gt=0.5, le=1)] = 0.8
    """Where answers of several articles were used for one question, the share that one of them needs."""
    min_wrong: Annotated[int, Field(ge=1)] = 2
    """So many dismissals as wrong, and no adoption, speak against an article."""
    min_corrected: Annotated[int, Field(ge=1)] = 2
    """So many turns of one wording, corrected to one topic, make it an example to propose."""
    automatic_confidence: Annotated[float, Field(ge=0, le=1)] = 0.9
    automatic_conversations: Annotated[int, Field(ge=1)] = 40
    automatic_agents: Annotated[int, Field(ge=1)] = 2
    pointing: tuple[Line, ...] = ()
    """Openings that point at something said before: such a question says too little alone."""


class Phrasing(Value):
    """A customer's wording of a question, learned from what agents did with an article's answer to it.

    `right`: the answer was used for it; otherwise it was dismissed as wrong, and the text speaks against the article.
    `times` is in how many conversations. A rejected one counts for nothing; it is kept so that it is not proposed
    again on the same evidence. `despite` is how many conversations said otherwise when a person let it stand.
    """

    id: EntryId
    article_id: EntryId
    text: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\r\n]+$")]
    right: bool = True
    times: Annotated[int, Field(ge=1)] = 1
    rejected: bool = False
    despite: Annotated[int, Field(ge=0)] = 0


class TopicExample(Value):
    """A customer's wording of an intent, learned from what agents corrected; `times` is in how many turns.

    A rejected one teaches nothing; it is kept so that it is not proposed again on the same evidence.
    """

    id: EntryId
    intent: EntryId
    text: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\r\n]+$")]
    times: Annotated[int, Field(ge=1)] = 1
    rejected: bool = False


class LearnedTopics(Value):
    """The examples that were learned, and those that a person turned down."""

    examples: tuple[TopicExample, ...] = ()


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
    safety: Safety = Safety()
    learning: LearningPolicy = LearningPolicy()
    english: English = English()
    phrasings: tuple[Phrasing, ...] = ()
    """Learned ways to ask, right and wrong ones, of articles that are there."""
    rejected: tuple[Phrasing, ...] = ()
    """Phrasings that a person turned down."""
    learned_topics: LearnedTopics = LearnedTopics()


class Entry(Value):
    """One immutable row of published content: what kind, which one, and its canonical JSON."""

    kind: Literal["article", "product", "lexicon", "policy", "phrasing"]
    entry_id: EntryId
    body: str
