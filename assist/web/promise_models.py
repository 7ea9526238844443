"""What the API says of promises: which, to whom, until when, and what became of them."""

from datetime import datetime
from enum import StrEnum

from .api_models import Out


class Listed(StrEnum):
    """Which promises are asked for: to be kept still, or to be made good."""

    open = "open"
    missed = "missed"


class Ending(StrEnum):
    """What a person says became of a promise."""

    kept = "kept"
    missed = "missed"
    dismissed = "dismissed"


class PromiseOut(Out):
    """`words` are the message's own, "" when it was recalled, changed or erased. `late`: kept after it was due."""

    id: str
    conversation_id: str
    customer_name: str | None
    kind: str
    words: str
    promised_at: datetime
    due_at: datetime
    state: str
    late: bool
    agent_id: str | None


class PromisesOut(Out):
    promises: list[PromiseOut]
