"""What may be offered beside an answer, in the four parts of FABE: feature, advantage, benefit, evidence."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .figures import EntryId, Fact, Line, SlotName, read_day
from .goods import EvidenceKind, Sentence, Sku
from .value import Value

GOODS_SLOTS = frozenset({"price", "promotion_price", "goods_feature", "goods_advantage", "goods_benefit"})
"""Slots that the goods of the catalogue fill: a script that offers by name alone has none of them."""
OFFER_SLOTS = GOODS_SLOTS | {"proof", "goods", "asked"}
"""Slots of an offer's texts beside its own facts and those of the live chat."""


class OfferRole(StrEnum):
    """How an offer stands to what was asked about: beside it, instead of what is out of stock, or as a set."""

    beside = "beside"
    instead = "instead"
    bundle = "bundle"


class Segment(StrEnum):
    """Who is spoken to, as facts tell: what nobody told is not assumed. The first that fits chooses the tone."""

    member = "member"
    weekly_vegetables = "weekly_vegetables"
    returning = "returning"
    new = "new"


class HoldWhy(StrEnum):
    """Why nothing is offered, the weightiest first."""

    harm = "harm"
    complaint = "complaint"
    mood = "mood"
    careful = "careful"
    """Somebody's body or diet is spoken of: what may be eaten is not for a script to say."""
    topic = "topic"
    """What is asked about is no time to sell: refunds, invoices."""
    unanswered = "unanswered"
    """Nothing sure answers the question yet."""
    declined = "declined"
    offered = "offered"
    """Offered already: in this episode, or too often lately."""


class Evidence(Value):
    """What proves an offer: its own `fact`, with source and last day, or one of the goods' facts in the catalogue.

    Without a `fact` the goods' fact of `kind` is taken, then those of `or_kinds`; without any there is no card.
    """

    kind: EvidenceKind
    or_kinds: tuple[EvidenceKind, ...] = ()
    text: Sentence = "{{ proof }}"
    """What is said of it, with a `{{ proof }}` where the fact's value goes."""
    fact: Fact | None = None


class Offer(Value):
    """A script that offers goods of `kind`, or the very `skus`, to who asks about what it goes with.

    It fits where a product of `products` or a category of `categories` is spoken of (anything, where both are empty)
    and the question is one of `intents` (any, where empty). `pairs`: also wherever orders show that the goods go with
    what is spoken of. A script without `kind` and `skus` offers `product` by name, with a fact of its own.
    `say` is the sentence for the customer. Slots: `proof`, the script's `facts`, `goods`, `asked`, `price`,
    `promotion_price`, `goods_feature`, `goods_advantage`, `goods_benefit`, and live ones.
    """

    id: EntryId
    title: Line
    title_en: Line | None = None
    role: OfferRole = OfferRole.beside
    product: Line
    """The name of what is offered, where the catalogue does not name it better."""
    kind: EntryId | None = None
    skus: tuple[Sku, ...] = ()
    bundle: Annotated[tuple[EntryId, ...], Field(max_length=6)] = ()
    """The further kinds of goods that come with it: all must be there."""
    products: tuple[EntryId, ...] = ()
    categories: tuple[EntryId, ...] = ()
    intents: tuple[EntryId, ...] = ()
    pairs: bool = False
    season: EntryId | None = None
    members_only: bool = False
    feature: Sentence
    advantage: Sentence
    benefit: Sentence
    evidence: Evidence
    say: Sentence
    say_en: Sentence | None = None
    say_to: Mapping[Segment, Sentence] = {}
    """The same in another tone, for some segments."""
    facts: Mapping[SlotName, Fact] = {}
    valid_from: date | None = None
    valid_until: date | None = None
    """First and last day it is offered, in the shop's zone."""
    active: bool = True
    reviewed: date

    @field_validator("valid_from", "valid_until", "reviewed", mode="before")
    @classmethod
    def read_iso_date(cls, value: object) -> object:
        return read_day(value)


class OfferedGoods(Value):
    """One of the goods on a card, as it stood when the card was made; None is what nobody told."""

    sku: Sku
    title: Line
    price_fen: int | None = None
    stock: int | None = None


class ShownProof(Value):
    """The evidence on a card. `fact_id` names the catalogue's fact or the script's own (`offer:ID`)."""

    fact_id: str
    kind: EvidenceKind
    text: Sentence
    source: Line
    on: date | None = None
    stated_at: datetime | None = None
    until: date | None = None


class Because(Value):
    """One reason why these goods: a script for what is asked, order history, something sold out, a season."""

    why: Literal["script", "pair", "instead", "season"]
    both: int = 0
    """In so many orders both were bought."""
    lift_low: float = 0.0
    season: EntryId | None = None


class OfferDetail(Value):
    """What an offer card carries beside its text: all of it as decided, so that it can be shown and replayed.

    `context` is what acceptance is learned by; `chance` the expected acceptance, `gain_fen` what is expected to come of
    it, `propensity` how likely this one was chosen, `explored` whether another had the higher expected gain.
    """

    role: OfferRole
    goods: tuple[OfferedGoods, ...]
    """Empty for a script that offers by name; for a bundle the leading goods stand first."""
    product: Line
    feature: Sentence
    advantage: Sentence
    benefit: Sentence
    proof: ShownProof
    until: date | None = None
    ends_at: datetime | None = None
    """When the first of what it says ends: a promotion, a proof. From then on it is not to be used."""
    segment: Segment | None = None
    personal: tuple[str, ...] = ()
    """Which facts of the person it speaks of: cart, browsing, history, name, member."""
    context: str
    chance: float
    gain_fen: float
    propensity: float
    explored: bool
    seed: int
    because: tuple[Because, ...] = ()

    @property
    def arm(self) -> str:
        """Name what is learned about, together with the context."""
        return self.goods[0].sku if self.goods else ""


class OfferKind(Value):
    """A kind of goods that is no fresh product: sauces, tools, soup bases."""

    id: EntryId
    zh: Line
    en: Line


class Season(Value):
    """A time of the year, by month and day, both included; it may run over the new year.

    A fact `season` of this id, true or false, opens or closes it before its time.
    """

    id: EntryId
    zh: Line
    en: Line
    first: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
    last: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]

    def covers(self, day: date) -> bool:
        here = f"{day:%m-%d}"
        return self.first <= here <= self.last if self.first <= self.last else here >= self.first or here <= self.last


class SeenLine(Value):
    """How what a customer looked at, has in the cart or bought before is spoken of; `{{ seen }}` is its title."""

    how: Literal["cart", "browsing", "history"]
    zh: Sentence
    en: Sentence


class MiningPolicy(Value):
    """When goods count as going together. `z` is how many standard errors the bound lies below."""

    window_days: Annotated[int, Field(ge=1, le=3650)] = 180
    least_both: Annotated[int, Field(ge=1)] = 20
    least_lift_low: Annotated[float, Field(ge=1)] = 1.2
    z: Annotated[float, Field(ge=0, le=6)] = 3.0
    most_per_goods: Annotated[int, Field(ge=1, le=50)] = 8


class RankingPolicy(Value):
    """How offers are chosen. Before anything is known, `prior_accepted` of `prior_offers` are accepted."""

    gain: Literal["price", "margin"] = "price"
    prior_accepted: Annotated[float, Field(gt=0)] = 2.0
    prior_offers: Annotated[float, Field(ge=1, le=10_000)] = 20.0
    elsewhere_offers: Annotated[float, Field(ge=0, le=10_000)] = 3.0
    """What the same goods did in other contexts counts as at most so many offers in this one."""
    most_explored: Annotated[float, Field(ge=0, le=0.9)] = 0.3
    """At most this share of offers is anything but the best known."""
    curiosity: Annotated[float, Field(ge=0.001, le=1)] = 0.4
    """How much of what is not known yet leads to trying it: at 1 as Thompson sampling does, less tries less."""
    halved_after: Annotated[float, Field(ge=1, le=1_000_000)] = 60.0
    """An outcome counts half once so many more offers of the same arm and context were made."""

    @model_validator(mode="after")
    def accept_less_than_offered(self) -> Self:
        if self.prior_accepted >= self.prior_offers:
            raise ValueError("prior_accepted must be less than prior_offers: 2 of 20 means a tenth is accepted")
        return self


class OfferWeights(Value):
    """How much better than the prior a script is expected to do, by why it fits.

    A pair weighs the lower bound of its lift, up to `pair`.
    """

    product: Annotated[float, Field(gt=0, le=10)] = 1.5
    category: Annotated[float, Field(gt=0, le=10)] = 1.0
    intent: Annotated[float, Field(gt=0, le=10)] = 0.7
    """Nothing but the question says that it fits."""
    pair: Annotated[float, Field(gt=0, le=10)] = 3.0
    instead: Annotated[float, Field(gt=0, le=10)] = 3.0
    season: Annotated[float, Field(gt=0, le=10)] = 1.3
    """In its season, on top of the others."""


class EvidencePolicy(Value):
    """How old evidence may be, in days after its own day. What law asks is in `suggest/offers/evidence_rules.py`.

    Inspections of the very batch that is sold may be older.
    """

    rating_days: Annotated[int, Field(ge=1, le=3650)] = 180
    sales_days: Annotated[int, Field(ge=1, le=3650)] = 90
    inspection_days: Annotated[int, Field(ge=1, le=3650)] = 90
    protected_origins: tuple[Line, ...] = ()
    """Place names that only the holder of a licence may use, such as 阳澄湖: evidence that says one needs its paper."""


class OfferPolicy(Value):
    """When a shop offers, to whom, how often, and how it learns. Without it nothing is offered."""

    quiet_intents: tuple[EntryId, ...] = ()
    """Questions beside which nothing is sold."""
    complaint_days: Annotated[int, Field(ge=0, le=365)] = 7
    """An open complaint of the customer keeps us from selling for so many days, also in another conversation."""
    careful: tuple[Line, ...] = ()
    """Words after which nothing is offered in the episode: of pregnancy, small children, allergies, diets, illness."""
    asks_stock: tuple[Line, ...] = ()
    """Words of asking whether something is to be had: only then something else is offered instead.

    `…` stands for a few characters of one clause: 还有…吗.
    """
    most_per_episode: Annotated[int, Field(ge=0, le=10)] = 1
    most_per_day: Annotated[int, Field(ge=0, le=20)] = 2
    again_after_days: Annotated[int, Field(ge=0, le=365)] = 7
    """The same goods are offered to the same customer again after so many days."""
    declined_again_after_days: Annotated[int, Field(ge=0, le=365)] = 30
    stands_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    """How long a card may still be used after the question was answered, while the customer says nothing new."""
    accept_hours: Annotated[int, Field(ge=1, le=168)] = 24
    return_days: Annotated[int, Field(ge=0, le=60)] = 7
    holdout_percent: Annotated[float, Field(ge=0, le=50)] = 0.0
    """So many of a hundred customers are offered nothing, so that uplift can be measured."""
    kinds: tuple[OfferKind, ...] = ()
    seasons: tuple[Season, ...] = ()
    seen: tuple[SeenLine, ...] = ()
    weekly_categories: tuple[EntryId, ...] = ()
    weekly_weeks: Annotated[int, Field(ge=2, le=12)] = 4
    """Bought of `weekly_categories` in all of the last so many weeks but one: a weekly vegetable buyer."""
    member_fact: Annotated[str, Field(min_length=1, max_length=64)] = "member"
    """The customer's fact that makes a member, when it is true or a text that is not empty."""
    yes: tuple[Line, ...] = ()
    no: tuple[Line, ...] = ()
    """What customers say to an offer they take, and to one they do not; the last word counts where both are said."""
    weights: OfferWeights = OfferWeights()
    mining: MiningPolicy = MiningPolicy()
    ranking: RankingPolicy = RankingPolicy()
    evidence: EvidencePolicy = EvidencePolicy()

    @model_validator(mode="after")
    def name_each_once(self) -> Self:
        for what, ids in (("kinds", [one.id for one in self.kinds]), ("seasons", [one.id for one in self.seasons])):
            if twice := sorted({one for one in ids if ids.count(one) > 1}):
                raise ValueError(f"{what} named twice: {', '.join(twice)}; give each its own id")
        return self
