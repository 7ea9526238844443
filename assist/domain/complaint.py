"""What a customer complains of: which issues, how bad, how much of the goods, and the words that say so."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .figures import EntryId, Line
from .topic import Span
from .value import Value


class Issue(StrEnum):
    """The kinds of complaint that are counted."""

    spoilage = "spoilage"
    bruised_crushed = "bruised_crushed"
    packaging_or_spill = "packaging_or_spill"
    late = "late"
    not_received = "not_received"
    missing_or_short_weight = "missing_or_short_weight"
    wrong_item = "wrong_item"
    not_as_described = "not_as_described"
    quality_taste_size = "quality_taste_size"
    hygiene_foreign_safety = "hygiene_foreign_safety"
    price = "price"
    service_or_refund_handling = "service_or_refund_handling"


class Severity(StrEnum):
    """How bad a complaint is for the goods. `none` is no complaint, `no_damage` one whose goods are sound."""

    none = "none"
    no_damage = "no_damage"
    packaging = "packaging"
    physical_damage = "physical_damage"
    partial_spoil = "partial_spoil"
    total_spoil = "total_spoil"
    unspecified_spoil = "unspecified_spoil"


WORST_FIRST = (
    Severity.total_spoil,
    Severity.partial_spoil,
    Severity.unspecified_spoil,
    Severity.physical_damage,
    Severity.packaging,
    Severity.no_damage,
    Severity.none,
)
"""Of two readings the one that comes first here is the severity of both."""


class Ground(StrEnum):
    """What exactly is wrong: finer than an issue, because the shop's policy is."""

    rotten = "rotten"
    inner_rot = "inner_rot"
    dead = "dead"
    bad_smell = "bad_smell"
    crushed = "crushed"
    broken = "broken"
    leg_missing = "leg_missing"
    thawed = "thawed"
    thawed_warm = "thawed_warm"
    leaking = "leaking"
    packaging = "packaging"
    skin_mark = "skin_mark"
    wilted = "wilted"
    taste = "taste"
    unripe = "unripe"
    undersized = "undersized"
    not_as_described = "not_as_described"
    short_weight = "short_weight"
    missing_item = "missing_item"
    wrong_item = "wrong_item"
    late = "late"
    not_received = "not_received"
    price_error = "price_error"
    price = "price"
    service = "service"
    change_of_mind = "change_of_mind"
    foreign_body = "foreign_body"
    illness = "illness"
    damages_demanded = "damages_demanded"
    """Threefold or tenfold damages."""
    authority = "authority"
    """12315, a regulator, a court."""
    media = "media"


ALARMS = frozenset({Ground.foreign_body, Ground.illness, Ground.damages_demanded, Ground.authority, Ground.media})
"""What goes to a person at once, without an offer and without an admission (food safety law, art. 148)."""

SPOILT = frozenset({Ground.rotten, Ground.inner_rot, Ground.dead, Ground.bad_smell, Ground.crushed, Ground.broken})
"""Only these are counted in a damaged share that may reach a refund."""

OWED = frozenset(
    {
        *SPOILT,
        *(Ground.thawed_warm, Ground.short_weight, Ground.missing_item, Ground.wrong_item, Ground.not_received),
    }
)
"""Where money is owed by law (consumer protection law, art. 24 and 52): a coupon is never all that is offered."""


class Want(StrEnum):
    """What the customer asks for."""

    money = "money"
    full_refund = "full_refund"
    return_refund = "return_refund"
    reship = "reship"
    coupon = "coupon"
    nothing = "nothing"


class Share(Value):
    """How much is affected: `bad` of `total`, in one unit (pieces, boxes, grams); exact, never a float.

    `per` says what `total` is: everything that was bought, or one box of it.
    """

    bad: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=1)]
    per: Literal["order", "box"] = "order"
    words: Span | None = None

    @model_validator(mode="after")
    def stay_within_the_whole(self) -> Self:
        if self.bad > self.total:
            raise ValueError(f"{self.bad} of {self.total}: more cannot be bad than there is")
        return self

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.bad, self.total)


class Amount(Value):
    """A number of something the customer named: 3 个, 500 g. `unit` as normalised: a measure word, or g."""

    number: Annotated[Fraction, Field(ge=0)]
    unit: str
    words: Span | None = None


class Damage(Value):
    """What is wrong with one kind of goods. `products` are the ids the words name, () where they name none."""

    products: tuple[EntryId, ...] = ()
    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    severity: Severity
    share: Share | None = None
    bad: Amount | None = None
    """How many are bad where no total is said: the order may know it."""
    expected: Amount | None = None
    """What it should weigh or how many there should be, for short weight and missing pieces."""
    found: Amount | None = None
    """What it weighs, or how many there are."""
    words: tuple[Span, ...] = ()


class Complaint(Value):
    """Everything complained of in a customer's texts, in order of being said.

    `severity` is the worst of all, `share` that of the whole where it is clear what it counts. Spans are of the texts
    joined by line feeds.
    """

    issues: tuple[Issue, ...] = ()
    severity: Severity = Severity.none
    share: Share | None = None
    damages: tuple[Damage, ...] = ()
    wants: tuple[Want, ...] = ()
    after_storage: bool = False
    """The goods were kept for a while before they turned bad."""
    doubtful_total: bool = False
    """Everything may be spoilt, but the words leave doubt: ask before believing it."""
    still_cold: bool = False
    """What has thawed is said to be cold still: nobody needs to ask."""

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return tuple(dict.fromkeys(ground for damage in self.damages for ground in damage.grounds))

    @property
    def alarms(self) -> tuple[Ground, ...]:
        return tuple(ground for ground in self.grounds if ground in ALARMS)


class GroundWords(Value):
    """The words that say one ground. `issue` and `severity` are what the ground counts as."""

    ground: Ground
    issue: Issue
    severity: Severity
    zh: Line
    en: Line
    words: tuple[Line, ...] = ()


class SenseBars(Value):
    """From how likely on (0 to 1) something counts as complained of that no word of the lexicon says."""

    anything: Annotated[float, Field(ge=0, le=1)] = 0.5
    """That a text complains at all."""
    issue: Annotated[float, Field(ge=0, le=1)] = 0.4
    """An issue of a text that does."""
    likeliest: Annotated[float, Field(ge=0, le=1)] = 0.3
    """The likeliest issue of such a text, where none reaches `issue`; below it nothing is said."""
    beside: Annotated[float, Field(ge=0, le=1)] = 0.55
    """An issue beside those that words say."""
    nothing: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Below it words that harm no goods are no complaint."""


class ComplaintLexicon(Value):
    """How customers say what is wrong, how much of it, and what they want."""

    grounds: tuple[GroundWords, ...] = ()
    lists: dict[EntryId, tuple[Line, ...]] = {}
    """Word lists with names of their own: negations, idioms, measures, all, half, home storage, wants."""
    sense: SenseBars = SenseBars()
