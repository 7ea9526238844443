"""A remedy card and a remedy's way, as the API says them: figures, ids, and names in the language asked for."""

from datetime import datetime
from typing import Literal

from assist.domain.remedy import Trace
from assist.domain.value import Value


class RemedyStepOut(Value):
    """One of the four steps, and its text."""

    step: str
    text: str


class RemedyOptionOut(Value):
    """One choice. `asks`: for this caller it goes to somebody else for approval. `place` is its place in the decision.

    `up_to_fen` is how far the caller may go from `amount_fen`, None where there is no room.
    """

    place: int
    kind: str
    amount_fen: int
    up_to_fen: int | None
    needs: str
    asks: bool
    automatic: bool
    steps: list[RemedyStepOut]


class EvidenceOut(Value):
    """How much of one thing is needed and how much came: counted, never judged."""

    item: str
    name: str
    needed: int
    there: int
    met: bool


class ClockOut(Value):
    """Where the claim stood in the shop's own promise when it was decided, and until when each part of it runs."""

    state: Literal["open", "lead", "late", "unknown"]
    contact_until: datetime | None
    until: datetime | None
    lead_until: datetime | None


class ComparableOut(Value):
    """What cases alike got: a kind of remedy, how often, and the middle amount."""

    kind: str
    count: int
    median_fen: int


class RemedyStateOut(Value):
    """How far a remedy that was asked for has come, and what this caller may do about it."""

    id: str
    state: str
    kind: str
    title: str
    amount_fen: int
    needs: str
    automatic: bool
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    reason: str
    error: str | None
    not_before: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    may_settle: bool
    """To say that it was done on the platform by hand."""
    may_withdraw: bool


class RemedyCardOut(Value):
    """What a remedy card holds beside its text; which fields are set follows from `outcome`."""

    outcome: Literal["remedy", "question", "refusal"]
    complaint_id: str
    line_key: str
    line_title: str
    steps: list[RemedyStepOut]
    """Of a question or refusal; a remedy's steps stand with its options."""
    options: list[RemedyOptionOut] = []
    rule: str = ""
    rung: str = ""
    ready: bool = True
    evidence: list[EvidenceOut] = []
    clock: ClockOut | None = None
    refund_only: bool = False
    pay_first: bool = False
    follow_up_hours: int | None = None
    why_approval: list[str] = []
    slot: str = ""
    choices: list[str] = []
    why: str = ""
    to_person: bool = False
    past_claims: int = 0
    past_refunded_fen: int = 0
    past_days: int = 30
    comparable: list[ComparableOut] = []
    photo_seen_before: bool = False
    budget_left_fen: int | None = None
    trace: list[Trace] = []
    state: RemedyStateOut | None = None
    may_ask: bool = True
    """Not in practice: there a remedy is read, never asked for."""
