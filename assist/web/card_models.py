"""What cards carry beside their text: variables, pictures, an offer; and what stands beside the cards."""

from datetime import date
from typing import Literal

from assist.domain.goods import EvidenceKind
from assist.domain.offer import HoldWhy
from assist.domain.value import Value


class FilledOut(Value):
    """A variable of the chat that was filled in: where its value stands in the text, in code points."""

    slot: str
    start: int
    end: int


class ImageOut(Value):
    """A picture that goes with an answer: https, or `/media/…` of ours."""

    url: str
    alt: str


class ProofOut(Value):
    """What proves an offer, and until when it does."""

    kind: EvidenceKind
    text: str
    source: str
    until: date | None
    fact_id: str = ""
    """The fact that proves it: `GET /api/v1/facts/{fact_id}`; `offer:ID` is the script's own."""
    sku: str = ""
    """The goods whose fact it is, as the catalogue has them at /kb/goods/sku/{sku}; "" for a script's own."""


class BecauseOut(Value):
    """One reason why just this is offered. `season` is its name."""

    why: Literal["script", "pair", "instead", "season"]
    both: int = 0
    lift_low: float = 0.0
    season: str = ""


class OfferCardOut(Value):
    """An offer in the four parts of FABE. `price_fen` and `stock` are None where nobody told us.

    `chance` is how likely the customer is expected to take it, None before anything is decided; `explored`: another
    one is expected to bring more, and this one is tried so that we know.
    """

    product: str
    feature: str
    advantage: str
    benefit: str
    evidence: ProofOut
    until: date | None
    """The last day it is offered."""
    price_fen: int | None = None
    stock: int | None = None
    goods: tuple[str, ...] = ()
    """What it consists of, where it is more than one."""
    because: tuple[BecauseOut, ...] = ()
    chance: float | None = None
    explored: bool = False
    answer_first: bool = False
    """The question is not answered yet: an offer comes after the answer."""


class HeldOut(Value):
    """An offer that is held back, and why: it is shown as one line, so that nobody wonders."""

    why: HoldWhy


class WaitOut(Value):
    """From how many seconds of waiting on the clock warns, and from how many it alarms."""

    warn_seconds: int
    alarm_seconds: int
