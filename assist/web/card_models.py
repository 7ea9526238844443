"""What cards carry beside their text: variables, pictures, an offer; and what stands beside the cards."""

from datetime import date
from typing import Literal

from assist.domain.offer import EvidenceKind
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


class OfferCardOut(Value):
    """An offer in the four parts of FABE. `price_fen` and `stock` are None where nobody told us."""

    product: str
    feature: str
    advantage: str
    benefit: str
    evidence: ProofOut
    until: date | None
    """The last day it is offered."""
    price_fen: int | None = None
    stock: int | None = None


class HeldOut(Value):
    """An offer that is held back, and why: it is shown as one line, so that nobody wonders."""

    why: Literal["complaint", "mood", "harm", "declined"]


class WaitOut(Value):
    """From how many seconds of waiting on the clock warns, and from how many it alarms."""

    warn_seconds: int
    alarm_seconds: int
