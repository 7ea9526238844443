"""What the sidebar proposes and why."""

from enum import StrEnum

from .chat import Order
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
