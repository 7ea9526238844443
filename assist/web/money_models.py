"""What the API says and is told about remedies: amounts are whole fen, never a text or a fraction."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator

from assist.domain.remedy import Decision
from assist.domain.remedy_policy import RemedyKind

from .api_models import In, Out

AmountFen = Annotated[int, Field(strict=True, ge=0, le=10**10)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")]
Told = Annotated[Said, StringConstraints(min_length=1)]


StepId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]


class RemedyIn(In):
    """What is asked for from a card. Without `amount_fen` it is the option's own; another one needs a `reason`.

    Only what is sent again may cost nothing.
    """

    step_id: StepId
    suggestion_id: Annotated[str, Field(min_length=1, max_length=64)]
    kind: RemedyKind
    amount_fen: AmountFen | None = None
    reason: Said = ""

    @model_validator(mode="after")
    def give_something(self) -> Self:
        if self.amount_fen == 0 and self.kind is not RemedyKind.reship:
            raise ValueError("amount_fen: at least 1")
        return self


class OnRemedyIn(In):
    """`step_id` may come along; what happens to a remedy happens once without it too."""

    step_id: StepId | None = None


class ApproveIn(OnRemedyIn):
    """`seen_amount_fen` is what the approver looked at: another one is refused."""

    seen_amount_fen: AmountFen
    reason: Said = ""


class RejectIn(OnRemedyIn):
    reason: Told


class DoneIn(OnRemedyIn):
    """`platform_ref` is the platform's own number of the refund or coupon, where there is one.

    `happened` is false where a lead looked after an unknown outcome, and nothing was given.
    """

    platform_ref: Annotated[Said, StringConstraints(max_length=100)] = ""
    happened: StrictBool = True


class ExecuteIn(OnRemedyIn):
    """`by_hand` takes it out of the program's hands, so that a person may do it; else the program tries it now."""

    by_hand: StrictBool = False


class FollowUpIn(OnRemedyIn):
    finding: Told


class RemedyOut(Out):
    """A remedy as it stands. People are named; `line_title` is what the order calls the goods."""

    id: str
    state: str
    kind: str
    amount_fen: int
    needs: str
    automatic: bool
    pay_first: bool
    complaint_id: str
    conversation_id: str
    suggestion_id: str | None
    order_ref: str
    line_ref: str
    line_title: str
    rule: str
    rung: str
    category: str
    issue: str
    severity: str
    library_number: int
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    reason: str
    expires_at: datetime | None
    not_before: datetime | None
    next_try_at: datetime | None
    attempts: int
    outcome_ref: str | None
    error: str | None
    ended_at: datetime | None
    confirmed_at: datetime | None
    follow_up_at: datetime | None
    followed_up_by: str | None
    followed_up_at: datetime | None
    finding: str


class AskedOut(RemedyOut):
    """The remedy that stands now; `new` is False when it was asked for before."""

    new: bool


class RemediesOut(Out):
    remedies: list[RemedyOut]


class ComplaintLineOut(Out):
    """One kind of goods that is complained of, and what was decided for it."""

    line_key: str
    line_ref: str
    line_title: str
    sku: str
    product: str
    category: str
    batch: str
    warehouse: str
    issue: str
    severity: str
    library_number: int
    decision: Decision


class ComplaintOut(Out):
    """A complaint with its lines and every remedy that was asked for."""

    id: str
    conversation_id: str
    episode: int
    order_ref: str | None
    issues: list[str]
    severity: str
    state: str
    opened_at: datetime
    updated_at: datetime
    lines: list[ComplaintLineOut]
    remedies: list[RemedyOut]
