"""A claim, and what is decided about it: a remedy, one question, or that a person must take over."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from .complaint import Amount, Ground, Severity, Share, Want
from .figures import EntryId, Line
from .people import AgentRole
from .remedy_policy import Fen, RemedyKind
from .value import Value


class ClaimLine(Value):
    """The order line a claim is about. `pieces` are all pieces in it, `net_g` its stated weight, where known."""

    line_ref: str
    title: str
    category: EntryId | None = None
    product: EntryId | None = None
    quantity: Annotated[int, Field(ge=1)] = 1
    pieces: Annotated[int, Field(ge=1)] | None = None
    packs: Annotated[int, Field(ge=1)] | None = None
    """Packs inside of what is bought as one, where the title says so: 6盒 of a case of milk."""
    net_g: Annotated[int, Field(ge=1)] | None = None
    paid_fen: Fen
    refunded_fen: Fen = 0
    """What has been refunded or is reserved for it already."""


class Claimant(Value):
    """A customer's past as counts, never a score; this claim is not among them."""

    claims: Annotated[int, Field(ge=0)] = 0
    refunded_fen: Fen = 0
    refunded_today_fen: Fen = 0
    photo_seen_before: bool = False
    """A photo of this claim was in another one."""


class Slot(StrEnum):
    """What must be known before anything is proposed, in the order of asking."""

    order = "order"
    goods = "goods"
    share = "share"
    thaw = "thaw"
    weight = "weight"
    price = "price"


class Claim(Value):
    """Everything a decision about one line is told; money is fen, times are aware. No text: words never make money."""

    complaint_id: str = ""
    grounds: tuple[Ground, ...]
    severity: Severity
    share: Share | None = None
    bad: Amount | None = None
    expected: Amount | None = None
    found: Amount | None = None
    wants: tuple[Want, ...] = ()
    after_storage: bool = False
    doubtful_total: bool = False
    line: ClaimLine | None = None
    lines: tuple[ClaimLine, ...] = ()
    """All lines of the order: what to choose from when it is not known which is meant."""
    order_ref: str | None = None
    order_is_theirs: bool = True
    """False: the order named belongs to another customer; nothing of it is in this claim."""
    order_paid_fen: Fen = 0
    order_refunded_fen: Fen = 0
    delivered_at: AwareDatetime | None = None
    complained_at: AwareDatetime
    now: AwareDatetime
    images: Annotated[int, Field(ge=0)] = 0
    videos: Annotated[int, Field(ge=0)] = 0
    asked: tuple[Slot, ...] = ()
    """Questions the customer was asked already in this episode."""
    claimant: Claimant = Claimant()
    pay_first_left_fen: Fen | None = None
    budget_left_fen: Fen | None = None
    uncollected_hours: Annotated[int, Field(ge=0)] | None = None
    """How long the parcel lay after the first attempt to deliver it."""
    seed: int = 0


class Trace(Value):
    """One rule that was considered: the facts it looked at, whether it held, and what followed from it."""

    rule: str
    held: bool
    facts: dict[str, str | int | bool | None] = {}
    leads_to: str = ""


class EvidenceState(Value):
    """One item of the checklist: how many are needed, how many there are."""

    item: EntryId
    needed: int
    there: int

    @property
    def met(self) -> bool:
        return self.there >= self.needed


class Option(Value):
    """One choice an agent has: its payout, its amount, and who may give it. `up_to_fen` is room left to the agent."""

    kind: RemedyKind
    amount_fen: Fen
    up_to_fen: Fen | None = None
    needs: AgentRole = AgentRole.agent
    automatic: bool = False
    """The program may carry it out once it is granted."""


class ClaimClock(Value):
    """Until when the shop's own promise runs, and where the claim stands in it."""

    state: Literal["open", "lead", "late", "unknown"]
    contact_until: AwareDatetime | None = None
    until: AwareDatetime | None = None
    lead_until: AwareDatetime | None = None


class Remedy(Value):
    """What is proposed. `options[0]` is proposed first; without `ready` evidence is still asked for."""

    outcome: Literal["remedy"] = "remedy"
    rule: EntryId
    rung: EntryId
    line_ref: str
    options: Annotated[tuple[Option, ...], Field(min_length=1)]
    ready: bool
    evidence: tuple[EvidenceState, ...] = ()
    clock: ClaimClock
    refund_only: bool = False
    pay_first: bool = False
    follow_up_hours: int | None = None
    why_approval: tuple[str, ...] = ()
    """Which limits make somebody else approve: rule ids."""
    trace: tuple[Trace, ...]


class Question(Value):
    """The one thing to ask now, with options to choose from (ids of a slot's choices, or titles of goods)."""

    outcome: Literal["question"] = "question"
    slot: Slot
    choices: tuple[str, ...] = ()
    evidence: tuple[EvidenceState, ...] = ()
    trace: tuple[Trace, ...]


class RefusalWhy(StrEnum):
    """Why no offer is made by the machine."""

    alarm = "alarm"
    late = "late"
    not_their_order = "not_their_order"
    change_of_mind = "change_of_mind"
    within_tolerance = "within_tolerance"
    nothing_left = "nothing_left"
    no_rule = "no_rule"
    no_complaint = "no_complaint"
    uncollected = "uncollected"
    unclear = "unclear"


class Refusal(Value):
    """The machine offers nothing. `to_person`: somebody decides, at once where it is an alarm; else it is explained."""

    outcome: Literal["refusal"] = "refusal"
    why: RefusalWhy
    to_person: bool
    facts: dict[str, str | int | None] = {}
    trace: tuple[Trace, ...]


Decision = Annotated[Remedy | Question | Refusal, Field(discriminator="outcome")]


class RemedyState(StrEnum):
    """How far a remedy has come. The last four are ends, but for `unknown`, which is asked about until it is known."""

    suggested = "suggested"
    pending_approval = "pending_approval"
    reserved = "reserved"
    executing = "executing"
    unknown = "unknown"
    executed = "executed"
    failed = "failed"
    rejected = "rejected"
    expired = "expired"
    withdrawn = "withdrawn"


ACTIVE = frozenset(
    {
        RemedyState.pending_approval,
        RemedyState.reserved,
        RemedyState.executing,
        RemedyState.unknown,
        RemedyState.executed,
    }
)
"""States of which one complaint and order line has at most one remedy, by a unique index."""


class StepName(StrEnum):
    """The four steps of what is said to somebody who complains, in order."""

    empathy = "empathy"
    explanation = "explanation"
    solution = "solution"
    prevention = "prevention"


class ScriptStep(Value):
    step: StepName
    text: str
    line: EntryId
    """Which wording it is."""
    facts: tuple[str, ...] = ()
    """Ids of the goods' facts that the text tells."""


class ScriptLine(Value):
    """One wording of a step. It fits where every list that is not empty holds the case; variants rotate.

    `needs` names facts without which the line would claim what nobody knows (`cold_chain`), `mood` how the customer is.
    """

    id: EntryId
    step: StepName
    text: Annotated[str, Field(min_length=1, max_length=400)]
    text_en: Annotated[str, Field(min_length=1, max_length=800)]
    categories: tuple[EntryId, ...] = ()
    grounds: tuple[Ground, ...] = ()
    severities: tuple[Severity, ...] = ()
    kinds: tuple[RemedyKind, ...] = ()
    refusals: tuple[RefusalWhy, ...] = ()
    slots: tuple[Slot, ...] = ()
    mood: tuple[Literal["neutral", "upset", "angry"], ...] = ()
    needs: tuple[EntryId, ...] = ()


class ChoiceWords(Value):
    """How one choice of a question is said to a customer."""

    id: EntryId
    slot: Slot
    zh: Line
    en: Line


class Script(Value):
    """The wordings of one file of `templates_kb/scripts`; the one of `solution` also says the choices of questions."""

    lines: tuple[ScriptLine, ...]
    choices: tuple[ChoiceWords, ...] = ()
