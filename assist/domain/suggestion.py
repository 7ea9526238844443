"""What the sidebar proposes and why."""

from enum import StrEnum

from .chat import Order
from .offer import OfferDetail
from .remedy import Decision, ScriptStep
from .value import Value


class SuggestionKind(StrEnum):
    answer = "answer"
    remedy = "remedy"
    offer = "offer"
    question = "question"


class Arm(StrEnum):
    """Could an agent have seen it? `shadow` suggestions are decided and counted, never displayed."""

    shown = "shown"
    shadow = "shadow"


class Reason(Value):
    """One readable piece of why: a rule's id and how much it weighed."""

    rule: str
    score: float


class Situation(Value):
    """Everything a decision is told. Replaying it with its library number gives the same bytes."""

    turn_id: str
    text: str
    earlier: tuple[str, ...] = ()
    """What the customer said before in this episode, oldest first."""
    order: Order | None = None
    customer_name: str | None = None
    agent_name: str | None = None
    library_number: int


class CardDetail(Value):
    """What a card about a complaint carries beside its text."""

    complaint_id: str
    line_key: str
    line_title: str = ""
    decision: Decision
    steps: tuple[ScriptStep, ...] = ()
    option_steps: tuple[tuple[ScriptStep, ...], ...] = ()
    """The steps for each of a remedy's options, in their order; `steps` are those of the first."""
    past_claims: int = 0
    past_refunded_fen: int = 0
    comparable: tuple[tuple[str, int, int], ...] = ()
    """What comparable cases of the last 90 days got: (kind, how many, median fen)."""
    photo_seen_before: bool = False
    budget_left_fen: int | None = None


class Suggestion(Value):
    """One proposal for one turn. `score` is 0 to 1; `matched` is the phrasing that was found."""

    kind: SuggestionKind
    article_id: str
    library_number: int
    title: str
    text: str
    missing: tuple[str, ...] = ()
    score: float
    matched: str
    reasons: tuple[Reason, ...] = ()
    source: str = ""
    internal: bool = False
    detail: CardDetail | None = None
    offer: OfferDetail | None = None
    """What an offer's card carries; None for every other kind."""
