"""What a shop sells, and the facts that change by the hour or prove something, each under its own id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, JsonValue, field_validator

from .figures import EntryId, Line, read_day
from .value import Value

Sku = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Fen = Annotated[int, Field(ge=0, le=10**9)]


class EvidenceKind(StrEnum):
    """What proves an offer; each kind may claim only what the law lets a shop claim by it (docs/offers.md)."""

    rating = "rating"
    certificate = "certificate"
    inspection = "inspection"
    origin = "origin"
    sales = "sales"


class FactName(StrEnum):
    """The facts of goods that offers know. Others are kept and mean nothing to them.

    `stock` is pieces, `price` and `margin` fen; `promotion` a Promotion, `batch` a Batch, `season` true or false for a
    season's id instead of a SKU, `listed` false for what is not sold at present; the rest a Proof.
    """

    stock = "stock"
    price = "price"
    margin = "margin"
    listed = "listed"
    promotion = "promotion"
    season = "season"
    batch = "batch"
    rating = "rating"
    certificate = "certificate"
    inspection = "inspection"
    origin = "origin"
    sales = "sales"


class Goods(Value):
    """One thing the shop sells under one SKU. `kind` is a product of the library, or a kind of the offers' policy.

    `feature`, `advantage` and `benefit` are the shop's own words for it, for scripts that serve many goods.
    """

    sku: Sku
    title: Line
    title_en: Line | None = None
    kind: EntryId | None = None
    category: EntryId | None = None
    feature: Sentence | None = None
    advantage: Sentence | None = None
    benefit: Sentence | None = None


class Promotion(Value):
    """A price for a time: the fact's own validity says from when until when. `members`: for members only."""

    price_fen: Fen
    title: Line | None = None
    members: bool = False


class Batch(Value):
    """The lot that is sold now. Times of day are words: what a shop can show, not what we compute with."""

    batch: Annotated[str, Field(min_length=1, max_length=64)]
    origin: Line | None = None
    harvested: date | None = None
    cold_chain: Line | None = None
    """What the records of this lot show of its way: 全程0-4度，每车有温度记录."""

    @field_validator("harvested", mode="before")
    @classmethod
    def read_iso_date(cls, value: object) -> object:
        return read_day(value)


class Proof(Value):
    """What one fact proves. `text` is what may be said of it, with its date; `on` is the day of the paper or the count.

    `since` and `count` are for ratings and sales; `batch` and `items` (what was tested) for inspections; `number` is a
    certificate's or a standard's.
    """

    text: Sentence
    text_en: Sentence | None = None
    title: Line
    issuer: Line
    on: date
    since: date | None = None
    count: Annotated[int, Field(ge=0)] | None = None
    batch: Annotated[str, Field(max_length=64)] | None = None
    items: tuple[Line, ...] = ()
    number: Annotated[str, Field(max_length=80)] | None = None
    internal: bool = False
    """For the shop's own eyes: records of incoming goods prove, and are not pasted."""

    @field_validator("on", "since", mode="before")
    @classmethod
    def read_iso_date(cls, value: object) -> object:
        return read_day(value)


@dataclass(frozen=True, slots=True)
class GoodsFact:
    """A fact as it was stated last. It holds in [`valid_from`, `valid_until`); None is without an end.

    No model: a turn reads hundreds of them from our own rows, and `value` is looked at where it is used.
    """

    id: str
    name: str
    value: JsonValue
    stated_at: datetime
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_until is None or at < self.valid_until
        )


class Stocked(Value):
    """Goods with every fact that was stated of them, by name, and how often they were bought of late."""

    goods: Goods
    facts: Mapping[str, GoodsFact] = {}
    sold: int = 0


class PairState(StrEnum):
    """What a person decided about a pair; `mined` where nobody has."""

    mined = "mined"
    allowed = "allowed"
    refused = "refused"


class Pair(Value):
    """Who buys `sku` also buys `with_sku`, as counted in orders.

    `orders` is how many hold either or neither, `of_sku` and `of_other` how many hold each, `both` how many hold both.
    `lift` is both x orders / (of_sku x of_other); `lift_low` its lower confidence bound. All 0 for a pair by hand.
    """

    sku: Sku
    with_sku: Sku
    orders: int = 0
    of_sku: int = 0
    of_other: int = 0
    both: int = 0
    lift: float = 0.0
    lift_low: float = 0.0
    state: PairState = PairState.mined
