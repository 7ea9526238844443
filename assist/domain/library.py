"""The knowledge base as a value: articles, products, lexicon and policy under one number."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .complaint import ComplaintLexicon
from .figures import EntryId, Fact, FactUse, Line, SlotName, read_day
from .guard import ForbiddenLexicon, GuardPolicy
from .matter import Matters
from .mood import AlertPolicy, MoodPolicy, RiskPolicy
from .offer import Offer, OfferPolicy
from .policy import AdoptionPolicy, AnswerPolicy, LearningPolicy, ReviewPolicy, ServicePolicy
from .promise import PromisePolicy
from .remedy import ChoiceWords, ScriptLine
from .remedy_policy import RemedyPolicy
from .targets import HoursPolicy, TargetPolicy
from .value import Value

RUNTIME_SLOTS = frozenset({"customer_name", "order_ref", "agent_name"})
"""Slots that only a live chat can fill; an unfilled one is asked for before inserting."""


class Product(Value):
    """A kind of fresh product, the names customers call it, and its home-storage figures."""

    id: EntryId
    name: Line
    aliases: tuple[Line, ...] = ()
    name_en: Line
    category: EntryId
    facts: Mapping[SlotName, Fact] = {}


class Image(Value):
    """A picture that goes with an answer: one kept by us (`/media/<digest>`) or one on the web, and what it shows."""

    url: Annotated[str, Field(max_length=500, pattern=r"^(https://\S+|/media/[0-9a-f]{64})$")]
    alt: Line
    alt_en: Line | None = None


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
    images: Annotated[tuple[Image, ...], Field(max_length=4)] = ()
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
        return read_day(value)


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
    complaints: ComplaintLexicon = ComplaintLexicon()
    remedy: RemedyPolicy | None = None
    """None: this shop has no remedy policy, and nothing is ever proposed."""
    scripts: tuple[ScriptLine, ...] = ()
    """What is said to somebody who complains, by step and then id."""
    choices: tuple[ChoiceWords, ...] = ()
    forbidden: ForbiddenLexicon = ForbiddenLexicon()
    guards: GuardPolicy = GuardPolicy()
    promises: PromisePolicy = PromisePolicy()
    moods: MoodPolicy = MoodPolicy()
    alerts: AlertPolicy = AlertPolicy()
    risks: RiskPolicy = RiskPolicy()
    matters: Matters = Matters()
    reviews: ReviewPolicy = ReviewPolicy()
    offers: tuple[Offer, ...] = ()
    selling: OfferPolicy = OfferPolicy()
    targets: TargetPolicy = TargetPolicy()
    hours: HoursPolicy = HoursPolicy()


EntryKind = Literal["article", "product", "lexicon", "policy", "phrasing", "script", "offer"]


class Entry(Value):
    """One immutable row of published content: what kind, which one, and its canonical JSON."""

    kind: EntryKind
    entry_id: EntryId
    body: str
