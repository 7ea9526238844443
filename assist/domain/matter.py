"""What figures and promises of the content are about, so that two places that speak of one thing can be compared."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from .complaint import Ground
from .figures import EntryId, Line, SlotName
from .promise import PromiseKind
from .value import Value


class Measure(StrEnum):
    """What kind of amount a figure is; only figures of one measure are compared."""

    duration = "duration"
    clock = "clock"
    money = "money"
    percent = "percent"
    temperature = "temperature"
    weight = "weight"
    pieces = "pieces"


class Reach(StrEnum):
    """Between whom a matter must be the same: everywhere, for goods of one category, or for one product."""

    shop = "shop"
    category = "category"
    product = "product"


class Owned(StrEnum):
    """Which part of the remedy policy decides a matter."""

    claim_window = "claim_window"
    coupon_life = "coupon_life"
    minimum_refund = "minimum_refund"
    refund_share = "refund_share"
    tolerance = "tolerance"
    refund_only = "refund_only"


class Matter(Value):
    """One thing that figures are about. A figure is about the matter whose word stands nearest in its sentence.

    A word with `…` behind it stands right before the figure, one with `…` before it right behind: 满…, …到账.
    """

    id: EntryId
    zh: Line
    en: Line
    measure: Measure
    reach: Reach = Reach.shop
    words: tuple[Line, ...] = ()
    beside: tuple[Line, ...] = ()
    """One of these must stand in the same sentence too; () for none."""
    unless: tuple[Line, ...] = ()
    """With one of these near it a figure is about something else."""
    slots: tuple[SlotName, ...] = ()
    """Names of slots that say what they hold."""
    intents: tuple[EntryId, ...] = ()
    """Only articles of these; () for all."""
    facts: tuple[SlotName, ...] = ()
    """Figures of the service policy that decide it."""
    product_fact: SlotName | None = None
    """The product's figure that decides it."""
    remedy: Owned | None = None
    promise: PromiseKind | None = None
    """The kind of promise whose rules must agree."""
    instead: Mapping[Line, Line] = {}
    """Words that say a figure without one: 当天 = 1天. They count only together with a word of the matter."""


class Stand(Value):
    """One thing the shop does or does not do. `yes` and `no` speak for it in the clause that names it in `about`."""

    id: EntryId
    zh: Line
    en: Line
    about: Annotated[tuple[Line, ...], Field(min_length=1)]
    yes: Annotated[tuple[Line, ...], Field(min_length=1)]
    no: Annotated[tuple[Line, ...], Field(min_length=1)]
    unless: tuple[Line, ...] = ()
    """Sentences with these speak of other goods or other cases."""
    intents: tuple[EntryId, ...] = ()
    remedy: Owned | None = None
    promise: PromiseKind | None = None
    """A rule of this kind that is never allowed says no."""


class GroundWords(Value):
    """Which grounds of a claim a clause with one of `words` speaks of, or a whole article of one of `intents`."""

    words: Annotated[tuple[Line, ...], Field(min_length=1)]
    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    intents: tuple[EntryId, ...] = ()


class GoodsWords(Value):
    """Which categories of goods a word stands for: 果蔬, 冻品."""

    words: Annotated[tuple[Line, ...], Field(min_length=1)]
    categories: Annotated[tuple[EntryId, ...], Field(min_length=1)]


class Matters(Value):
    """All of it. `states` are words of goods that are no longer as they came: a figure for them is another one."""

    matters: tuple[Matter, ...] = ()
    stands: tuple[Stand, ...] = ()
    states: tuple[Line, ...] = ()
    common: tuple[Line, ...] = ()
    """Words around figures that say nothing of what they are about."""
    questions: tuple[Line, ...] = ()
    """A clause with one of these asks, or repeats what somebody asked."""
    grounds: tuple[GroundWords, ...] = ()
    spoilt: tuple[Ground, ...] = ()
    """The grounds of a claim where no word says which."""
    goods: tuple[GoodsWords, ...] = ()
