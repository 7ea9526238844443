"""What the JSON API says; the same words as the domain."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assist.domain.characters import is_blank, without_hidden
from assist.domain.event import DismissReason, Verdict
from assist.domain.figures import EntryId
from assist.domain.suggestion import Reason

from .body_limits import MOST_COUNT, require_keepable
from .card_models import FilledOut, ImageOut, OfferCardOut
from .remedy_models import RemedyCardOut

Count = Annotated[int, Field(ge=0, le=MOST_COUNT)]
"""A version's number, a revision, a row's id: what a database keeps as an integer."""


class In(BaseModel):
    """A request body: unknown fields are refused, and so is what cannot be kept or said again as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _keepable(cls, data: object) -> object:
        require_keepable(data)
        return data


class Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class ConversationOut(Out):
    id: str
    adapter: str
    account: str
    conversation_ref: str
    customer_name: str | None
    state: str
    last_at: datetime
    last_text: str
    waiting_since: datetime | None
    open_turn_id: str | None


class ConversationsOut(Out):
    conversations: list[ConversationOut]


class MessageOut(Out):
    id: str
    role: str
    text: str
    occurred_at: datetime
    recalled: bool
    edited: bool
    private: bool
    attachments: list[str]
    """What kinds of attachments came with it, such as image."""


class OrderOut(Out):
    order_ref: str
    status: str
    paid_fen: int
    titles: list[str]
    signed_at: datetime | None
    as_of: datetime
    """When it stood like this: nothing is known of what happened since."""


class DeliveryOut(Out):
    """A text of ours that the platform has not shown back yet, or could not be sent."""

    key: str
    text: str
    state: Literal["queued", "claimed", "sent", "failed", "unknown", "expired", "cancelled"]
    created_at: datetime


class LabelOut(Out):
    id: str
    name: str


class TopicsOut(Out):
    """What a turn can be about."""

    categories: list[LabelOut]
    intents: list[LabelOut]


class TopicWordOut(Out):
    """Some of the customer's words: where they stand in which message."""

    message_id: str
    start: int
    end: int
    text: str


class TopicOut(Out):
    """What a turn is about. Not `sure`: more likely wrong than right. `corrected_by` is who said so, by name."""

    turn_id: str
    category: str
    category_name: str
    intent: str
    intent_name: str
    score: float
    sure: bool
    words: list[TopicWordOut]
    corrected_by: str | None


class TopicIn(In):
    step_id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
    turn_id: Annotated[str, Field(min_length=1, max_length=64)]
    category: EntryId
    intent: EntryId


class ConversationDetailOut(ConversationOut):
    """`topic` is that of the newest turn, None for small talk."""

    messages: list[MessageOut]
    deliveries: list[DeliveryOut]
    order: OrderOut | None
    topic: TopicOut | None


class SuggestionOut(Out):
    """One card. `level` says in three steps how well it matches."""

    id: str
    kind: str
    rank: int
    title: str
    text: str
    missing: list[str]
    score: float
    level: Literal["high", "medium", "low"]
    matched: str
    reasons: list[Reason]
    source: str
    article_id: str
    library_number: int
    internal: bool
    created_at: datetime
    filled: list[FilledOut] = []
    reviewed: date | None = None
    """When somebody last looked whether it is still right; None for what no article says."""
    age_days: int | None = None
    images: list[ImageOut] = []
    remedy: RemedyCardOut | None = None
    """Of a card about a complaint."""
    offer: OfferCardOut | None = None
    """Of a card that offers something beside an answer."""


class StepIn(In):
    step_id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
    suggestion_id: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Literal["shown", "inserted", "copied", "sent", "edited", "dismissed", "rated"]
    reason: DismissReason = DismissReason.none
    verdict: Verdict | None = None
    """Of `rated`: up or down, with a reason or without."""
    visible_ms: Annotated[int | None, Field(ge=0, le=86_400_000)] = None
    distance: Annotated[float | None, Field(ge=0, le=1)] = None

    @model_validator(mode="after")
    def rate_with_a_verdict(self) -> Self:
        if (self.kind == "rated") is not (self.verdict is not None):
            raise ValueError("a verdict, up or down, comes with kind rated and with no other")
        return self


class StepOut(Out):
    new: bool


def _seen(text: str) -> str:
    plain = without_hidden(text).strip()
    if is_blank(plain):
        raise ValueError("nothing of this text can be seen; write something")
    return plain


Seen = AfterValidator(_seen)
"""A text for people: without control characters, and something is left of it."""


class ReplyIn(In):
    """`client_key` is made by the client: sending the same key twice sends one message."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), Seen]
    client_key: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
    suggestion_id: str | None = None
    override_reason: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), Seen] | None
    ) = None
    """Why it is sent although a guard warned of it (409 `guarded`)."""


class ReplyOut(Out):
    key: str
    new: bool


class FoundOut(Out):
    article_id: str
    title: str
    text: str
    score: float
    matched: str
    category: str
    intent: str
    internal: bool
    images: list[ImageOut] = []


class SearchOut(Out):
    query: str
    found: list[FoundOut]


class KpiOut(Out):
    id: str
    zh: str
    en: str
    value: float | None
    num: int
    den: int
    n_excluded: int
    reason_counts: dict[str, int]
    parts: dict[str, int]
    target: float | None
    target_rule: Literal["at_least", "at_most"] | None
    met: bool | None
    """None without a target or a value."""
    subject: str
    """What is counted: turn, episode, alert, message, promise, offer or customer."""
    unit: str
    """What `value` is: share, per_100, per_1000, the mean score, an amount in fen, or a change by so much of 1."""
    spread: dict[str, float]
    """Of a mean: p10, median, p90."""
    interval: tuple[float, float] | None
    """Where `value` lies with 95 % confidence."""
    label: str | None
    """What `value` proves: correlational, holdout or not_enough_data."""


class KpisOut(Out):
    start: datetime
    end: datetime
    kpis: list[KpiOut]
    groups: dict[str, list[KpiOut]]


class TurnOut(Out):
    """One counted turn behind a number."""

    turn_id: str
    conversation_id: str
    at: datetime
    excluded: str | None
    counted: bool


class RecordOut(Out):
    """One counted thing behind a number. `counted` is how much of the numerator it is; `score` its own, of a mean."""

    id: str
    subject: str
    conversation_id: str
    at: datetime
    excluded: str | None
    counted: int
    score: float | None


Schema = dict[str, Any]
