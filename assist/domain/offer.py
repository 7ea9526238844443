"""What may be offered beside an answer, in the four parts of FABE: feature, advantage, benefit, evidence."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from .figures import EntryId, Fact, Line, SlotName, read_day
from .value import Value

Sentence = Annotated[str, Field(min_length=1, max_length=500)]


class EvidenceKind(StrEnum):
    """What an offer's evidence is; each kind may claim only what `domain.md` section 8 lets it."""

    rating = "rating"
    certificate = "certificate"
    inspection = "inspection"
    origin = "origin"
    sales = "sales"


class Evidence(Value):
    """The fact that proves an offer. `fact` is owned here, with its source and the day it ends."""

    kind: EvidenceKind
    text: Sentence
    """What is said of it, with a `{{ proof }}` where the fact's value goes."""
    fact: Fact


class Offer(Value):
    """A script that offers `product` to who asked about one of `products`, `categories` or `intents`.

    `say` is the sentence for the customer; it may use `{{ proof }}` and live slots.
    """

    id: EntryId
    title: Line
    title_en: Line | None = None
    product: Line
    """The name of what is offered, as the shop sells it."""
    products: tuple[EntryId, ...] = ()
    categories: tuple[EntryId, ...] = ()
    intents: tuple[EntryId, ...] = ()
    feature: Sentence
    advantage: Sentence
    benefit: Sentence
    evidence: Evidence
    say: Sentence
    say_en: Sentence | None = None
    facts: dict[SlotName, Fact] = {}
    valid_from: date | None = None
    valid_until: date | None = None
    """First and last day it is offered, in the shop's zone."""
    active: bool = True
    reviewed: date

    @field_validator("valid_from", "valid_until", "reviewed", mode="before")
    @classmethod
    def read_iso_date(cls, value: object) -> object:
        return read_day(value)
