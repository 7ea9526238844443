"""What a text commits the shop to, what the shop allows, and what was promised to whom until when."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from .figures import EntryId, Line
from .guard import Level, no_twice
from .topic import Span
from .value import Value

LONGEST_FOLLOW_UP = timedelta(days=90)
"""What is promised for later than this after it is said is nobody's to follow up."""


class PromiseKind(StrEnum):
    """What is promised."""

    reply = "reply"
    """To come back to the customer: 2小时内回复您."""
    call = "call"
    ship_time = "ship_time"
    """When it leaves: 今天发货."""
    delivery_time = "delivery_time"
    """When it arrives: 明天上午十点到."""
    reship = "reship"
    full_refund = "full_refund"
    partial_refund = "partial_refund"
    compensation = "compensation"
    """Coupons and multiples beyond what was paid: 赔您20元券, 假一赔十."""
    refund_time = "refund_time"
    """When money arrives: 今天到账."""
    return_window = "return_window"
    """How long goods may be returned or claimed for: 7天无理由退货."""
    freight = "freight"
    """Who pays for carriage: 包邮, 运费我们出."""
    freshness = "freshness"
    """How good it will be: 保证新鲜, 包活."""
    taste = "taste"
    shelf_life = "shelf_life"
    """How long it keeps: 能放10天."""
    safety = "safety"
    """That nothing can happen: 孕妇放心吃, 零农残."""
    gift = "gift"
    price = "price"
    """保价, 最低价, 不会涨价."""
    always = "always"
    """Without condition or end: 无条件, 终身, 永久."""


class Due(Value):
    """By when, as it was said: `within` from now, or by the end of the day so many days on, at `at_minute` of it.

    Several may be missing: 尽快 is no time at all. `exact`: one moment, no range and no "by".
    """

    within: timedelta | None = None
    days_on: Annotated[int, Field(ge=0)] | None = None
    at_minute: Annotated[int, Field(ge=0, le=1440)] | None = None
    """Minutes after midnight of that day."""
    from_minute: Annotated[int, Field(ge=0, le=1440)] | None = None
    """Where a range begins."""
    working_days: bool = False
    closing: bool = False
    """By the close of business; when that is, the policy says."""
    exact: bool = False


class Commitment(Value):
    """One commitment of a text, as its words say it. Amounts are integer fen, shares percent."""

    kind: PromiseKind
    words: Span
    due: Due | None = None
    amount_fen: Annotated[int, Field(ge=0)] | None = None
    percent: Annotated[int, Field(ge=0)] | None = None
    """Of the price: 赔您30%; 1000 for tenfold."""
    days: Annotated[float, Field(ge=0)] | None = None
    """A window or a shelf life."""
    certain: bool = False
    """一定, 保证, 绝对, 肯定."""


REWRITE_SLOTS = frozenset({"when", "range", "limit", "amount"})
"""What a rewrite may leave open: the time as it was said, a range around it, the rule's limit, what may be given."""


class PromiseRule(Value):
    """What the shop allows of one kind. What each field means depends on the kind; a kind without rules is free.

    `zh` and `en` say why, `rewrite` and `rewrite_en` are wordings with slots: a whole phrase that stands instead.
    """

    id: EntryId
    kind: PromiseKind
    level: Level = Level.policy_check
    zh: Line
    en: Line
    basis: Line = "own"
    basis_en: Line = ""
    never: bool = False
    """Nothing of this kind may be promised."""
    never_certain: bool = False
    """It may be said, but not with 一定 or 保证."""
    never_exact: bool = False
    """A moment must be a range: carriage of live and fresh goods."""
    around_minutes: Annotated[int, Field(ge=1, le=720)] = 60
    """The range offered instead begins and ends so long before and after the moment."""
    at_most_days: Annotated[float, Field(ge=0)] | None = None
    at_least_hours: Annotated[float, Field(ge=0)] | None = None
    """Nothing sooner than this may be promised."""
    at_most_hours: Annotated[float, Field(ge=0)] | None = None
    within_agent_limit: bool = False
    """An amount may not exceed what the agent may give, or what was granted for this conversation."""
    at_most_percent: Annotated[int, Field(ge=0)] | None = None
    """Of the price: 100 is once what was paid."""
    same_day_before_minute: Annotated[int, Field(ge=0, le=1440)] | None = None
    """Minutes after midnight from which the same day may not be promised any more, nor a clock time before it."""
    within_shelf_life: bool = False
    """No more days than the goods are known to keep."""
    categories: tuple[EntryId, ...] = ()
    """Only for these goods; () for all."""
    when_said: tuple[Line, ...] = ()
    """Only where the sentence says one of these words; () for any."""
    allowed: tuple[Line, ...] = ()
    """Wordings the shop stands by, word for word."""
    whole_clause: bool = False
    """The rewrite stands for the whole clause, not only for the promise in it; in English it always does."""
    rewrite: Annotated[str, Field(max_length=400)] | None = None
    rewrite_en: Annotated[str, Field(max_length=400)] | None = None

    @model_validator(mode="after")
    def fill_known_slots(self) -> Self:
        said = f"{self.rewrite or ''} {self.rewrite_en or ''}"
        if strange := sorted(set(re.findall(r"\{([^{}]*)\}", said)) - REWRITE_SLOTS):
            raise ValueError(f"{self.id}: unknown slots {strange} in its rewrite; known: {sorted(REWRITE_SLOTS)}")
        return self


class PromisePolicy(Value):
    """All rules. `follow_up` are the kinds that agents themselves must keep, and how long an untimed one may take."""

    rules: tuple[PromiseRule, ...] = ()
    follow_up: dict[PromiseKind, Annotated[float, Field(gt=0, le=2160)]] = {}
    """Kind to hours."""
    closing_minute: Annotated[int, Field(ge=0, le=1440)] = 1080
    """When 下班前 ends: minutes after midnight."""
    remind_before_minutes: Annotated[int, Field(ge=0, le=1440)] = 10

    @model_validator(mode="after")
    def name_each_once(self) -> Self:
        no_twice("rules", (rule.id for rule in self.rules))
        return self


class Given(Value):
    """What a draft is compared with beside the policy. None: not known. Times are aware UTC."""

    now: datetime
    timezone: str
    agent_limit_fen: int | None = None
    """What this agent may give alone; None: no limit is known, and amounts are not compared."""
    granted_fen: int | None = None
    """What was approved or is proposed for this conversation: promising it is right."""
    full_refund_granted: bool = False
    paid_fen: int | None = None
    categories: tuple[EntryId, ...] = ()
    """Of the goods the conversation is about."""
    products: tuple[EntryId, ...] = ()
    shelf_life_days: Mapping[EntryId, float] = {}
    """Of the products: the most days each keeps at home, not frozen."""


class Violation(Value):
    """A commitment that the policy does not allow. `rewrite` replaces `words`, which may be wider than its own."""

    rule: EntryId
    commitment: Commitment
    words: Span
    rewrite: str | None = None


class PromiseState(StrEnum):
    open = "open"
    kept = "kept"
    missed = "missed"
    dismissed = "dismissed"
    """It was no promise, or fell away; counted apart."""
