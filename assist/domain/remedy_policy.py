"""What a shop gives for which complaint: its remedy policy, as a value. Money is integer fen, shares whole percent."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .complaint import Ground
from .figures import EntryId, Line, SlotName, Source
from .people import AgentRole
from .value import Value

Percent = Annotated[int, Field(ge=0, le=100)]
Fen = Annotated[int, Field(ge=0, le=10**10)]
Hours = Annotated[int, Field(ge=1, le=24 * 365)]

Basis = Literal["own"] | Source
"""Where a row's figures come from: a source, or the shop's own choice."""


class RemedyKind(StrEnum):
    """What a customer can be given, in order of cost to the shop."""

    explanation = "explanation"
    coupon = "coupon"
    partial_refund = "partial_refund"
    full_refund = "full_refund"
    reship = "reship"


class Payout(Value):
    """One way to make good. The amount is a part of what was paid for the line, rounded up to the fen.

    `by`: `share` the damaged or missing share of it, `percent` a fixed part, `all` what is left of it, `none` nothing.
    `percent_to` is how far an agent may go from `percent` where the policy leaves room. `times_percent` scales a
    `share`: a coupon may be worth more than the money it stands for.
    """

    kind: RemedyKind
    by: Literal["share", "percent", "all", "none"]
    percent: Percent = 0
    percent_to: Percent | None = None
    times_percent: Annotated[int, Field(ge=1, le=300)] = 100
    at_least_fen: Fen = 0
    at_most_fen: Fen | None = None


class Rung(Value):
    """What a damaged share above `above_percent` (0 with `from_zero`: any, also unknown) up to `to_percent` leads to.

    The first payout is proposed, the others are choices beside it.
    """

    id: EntryId
    zh: Line
    en: Line
    above_percent: Percent = 0
    to_percent: Percent = 100
    includes_lower_edge: bool = False
    payouts: Annotated[tuple[Payout, ...], Field(min_length=1)]
    buyer_chooses: bool = False
    basis: Basis


class Ladder(Value):
    """Rungs from least to most. With `needs_share` a damaged share must be known before any rung is chosen."""

    id: EntryId
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    needs_share: bool = True


class ClaimWindow(Value):
    """How long after delivery the shop's own promise runs. It limits that promise, never what the law gives.

    After `hours` a lead may still grant it, up to `lead_hours`; later claims are a person's to judge. None: no window.
    `contact_hours` is when to have spoken up, `hours` then is when the evidence must be there.
    """

    id: EntryId
    hours: Hours | None = None
    lead_hours: Hours | None = None
    contact_hours: Hours | None = None
    told_as: SlotName | None = None
    """The figure of `policy/service.toml` that tells customers `hours`, so that the two stay the same."""
    contact_told_as: SlotName | None = None
    basis: Basis


class Evidence(Value):
    """One thing the customer is asked to show. `counts` says what can be counted: nobody judges a picture here."""

    id: EntryId
    zh: Line
    en: Line
    counts: Literal["image", "video", "share", "weight", "statement"]
    number: Annotated[int, Field(ge=1, le=9)] = 1
    basis: Basis


class RemedyRule(Value):
    """What holds for some grounds of some categories of goods. The first rule that fits a damage is its rule."""

    id: EntryId
    zh: Line
    en: Line
    categories: tuple[EntryId, ...] = ()
    """() is every category."""
    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    ladder: EntryId
    window: EntryId
    evidence: tuple[EntryId, ...] = ()
    refund_only: bool = False
    """Nothing is sent back: perishable, or not worth the way."""
    article: EntryId | None = None
    """An article of the knowledge base whose words explain it."""
    basis: Basis


class RoleLimit(Value):
    """How far one role may go alone: both limits hold. None is no limit."""

    role: AgentRole
    percent_of_order: Percent
    at_most_fen: Fen | None = None
    basis: Basis


class CustomerLimits(Value):
    """When a customer's claims need a lead, within `days`. Never a reason to refuse."""

    days: Annotated[int, Field(ge=1, le=365)] = 30
    claims: Annotated[int, Field(ge=1)]
    """From this many claims on, this one included, a lead approves."""
    refunded_fen: Fen
    """Above this much in all, this one included, a lead approves."""
    daily_fen: Fen
    """Above this much for one customer on one day, a lead approves."""
    high_risk_claims: Annotated[int, Field(ge=2)]
    """From this many claims on a customer is high risk: never paid first."""
    basis: Basis


class Budget(Value):
    """What the shop pays in remedies on one of its days; above it nothing is executed until a manager raises it."""

    daily_fen: Fen
    basis: Basis


class PayFirst(Value):
    """Expensive perishables: pay first, look into it afterwards."""

    categories: tuple[EntryId, ...]
    grounds: tuple[Ground, ...]
    line_from_fen: Fen
    at_most_fen: Fen
    daily_fen: Fen
    follow_up_hours: Hours
    basis: Basis


class Badge(Value):
    """A service promise shown on the product page. A policy narrower than a badge that is shown is refused."""

    id: EntryId
    zh: Line
    en: Line
    shown: bool
    categories: tuple[EntryId, ...] = ()
    grounds: tuple[Ground, ...]
    hours: Hours
    contact_hours: Hours | None = None
    """By when to have spoken up, where the promise itself asks for that; None: `hours`."""
    pays_percent: Percent = 100
    """How much of the damaged share it promises to pay."""
    basis: Basis


class PriceError(Value):
    """A wrongly set price: ask the platform to undo the order, or a small compensation."""

    compensation_percent: Percent
    at_most_fen: Fen
    basis: Basis


class Uncollected(Value):
    """A parcel that lay for longer than this after the first attempt to deliver it is a person's to judge."""

    after_hours: Hours = 24
    goodwill_percent: Percent = 30
    """How much that person is advised to give at most."""
    basis: Basis = "own"


class ToleranceStep(Value):
    """Up to `up_to_g` of stated weight (None: any), a shortage of this much is within tolerance."""

    up_to_g: Annotated[int, Field(ge=1)] | None = None
    allowed_mg: Annotated[int, Field(ge=0)] | None = None
    allowed_permille: Annotated[int, Field(ge=0, le=1000)] | None = None

    @model_validator(mode="after")
    def allow_one_way(self) -> Self:
        if (self.allowed_mg is None) == (self.allowed_permille is None):
            raise ValueError("allow a fixed weight or a part, one of the two")
        return self


class Tolerance(Value):
    """How much lighter a stated weight may be by the rules of measure; `basis` names them.

    The first table that fits a category is its table, `()` fits every one; goods heavier than all steps have none.
    """

    id: EntryId
    categories: tuple[EntryId, ...] = ()
    steps: Annotated[tuple[ToleranceStep, ...], Field(min_length=1)]
    basis: Basis


class ApprovalMode(StrEnum):
    second_person = "second_person"
    self_confirm = "self_confirm"


class Approval(Value):
    """Who approves what is above an agent's limit. `self_confirm` is for a sole owner: admin, reason, a delay."""

    mode: ApprovalMode = ApprovalMode.second_person
    delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 10
    expires_hours: Hours = 24
    basis: Basis


class Execution(Value):
    """What the program may carry out itself through the shop's commerce port. All off: it only recommends."""

    coupon: bool = False
    partial_refund: bool = False
    full_refund: bool = False
    reship: bool = False

    def allows(self, kind: RemedyKind) -> bool:
        return kind is not RemedyKind.explanation and bool(getattr(self, kind.value))


class ClusterPolicy(Value):
    """When complaints about one thing are more than chance: from `least` orders on, at a Poisson tail below `tail`."""

    least: Annotated[int, Field(ge=2)] = 3
    tail_millionths: Annotated[int, Field(ge=1, le=100_000)] = 500
    base_days: Annotated[int, Field(ge=1, le=365)] = 28
    prior_complaints_per_day_millionths: Annotated[int, Field(ge=1)] = 20_000
    """What is expected of a thing without history."""
    quiet_hours: Hours = 24
    basis: Basis


class RemedyPolicy(Value):
    """All of it. `coupon_valid_days` is how long a coupon given as a remedy lasts at least."""

    ladders: Annotated[tuple[Ladder, ...], Field(min_length=1)]
    rules: Annotated[tuple[RemedyRule, ...], Field(min_length=1)]
    windows: Annotated[tuple[ClaimWindow, ...], Field(min_length=1)]
    evidence: tuple[Evidence, ...]
    limits: Annotated[tuple[RoleLimit, ...], Field(min_length=1)]
    customers: CustomerLimits
    budget: Budget
    pay_first: PayFirst | None = None
    badges: tuple[Badge, ...] = ()
    price_error: PriceError
    uncollected: Uncollected = Uncollected()
    tolerances: tuple[Tolerance, ...] = ()
    approval: Approval
    execution: Execution = Execution()
    clusters: ClusterPolicy
    minimum_refund_fen: Fen
    """A refund is at least this, as far as that much was paid."""
    coupon_valid_days: Annotated[int, Field(ge=1)]
    basis: Basis
    """Of the minimum and the coupon's life."""
