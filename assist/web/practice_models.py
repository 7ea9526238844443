"""What practice mode says through the JSON API."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from assist.domain.mood import MoodName

from .api_models import In, MessageOut, OrderOut, Out, Seen, SuggestionOut, TopicOut
from .card_models import WaitOut
from .care import CareOut
from .guard_models import CheckedOut


class PracticeConversationOut(Out):
    """A stored conversation to practise with; names and texts are masked. `goes_on`: its customer waits right now."""

    id: str
    adapter: str
    customer_name: str | None
    last_at: datetime
    goes_on: bool
    turns: int
    asked: str
    """The customer's first words."""
    alerts: int
    complains: bool
    mood: MoodName | None
    """The darkest of its turns."""


class PracticeConversationsOut(Out):
    """The hardest first. `more` fit and are not listed: ask with `offset`."""

    conversations: list[PracticeConversationOut]
    more: int


class PracticeTurnOut(Out):
    """One turn as it stood before it was answered, and what today's library suggests for it. Texts are masked.

    `conversation_id` is that of the practice, which no live call knows.
    """

    conversation_id: str
    turn: int
    turns: int
    customer_name: str | None
    adapter: str
    episode: int
    started_at: datetime
    last_at: datetime
    before: list[MessageOut]
    """What was said before, by anybody, as it really was: the last 50 messages."""
    said: list[MessageOut]
    order: OrderOut | None
    strip_html: str
    wait: WaitOut
    complains: bool
    topic: TopicOut | None
    suggestions: list[SuggestionOut]
    html: str
    care: CareOut
    care_html: str


class PracticeDraftIn(In):
    text: Annotated[str, Field(max_length=5000)]


class PracticeAnswerIn(In):
    """What somebody who practises would have sent, and how many seconds after the customer's last word."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), Seen]
    seconds: Annotated[float, Field(ge=0, le=86_400)]


class UsedOut(Out):
    """A card that a text came from. `similarity` 0 to 1."""

    suggestion_id: str
    kind: str
    title: str
    use: Literal["as_is", "edited"]
    similarity: float
    numbers_changed: bool


class StepSaidOut(Out):
    """One of the four steps: is it in the answer, and was it in the one of then? None: nobody answered then."""

    step: Literal["empathy", "explanation", "solution", "prevention"]
    said: bool
    said_then: bool | None


class ReviewOut(Out):
    """How an answer compares with the cards and with what was really answered. Nothing of it is kept."""

    turn: int
    seconds: float
    then_seconds: float | None
    then: list[MessageOut]
    used: UsedOut | None
    used_then: UsedOut | None
    cards: int
    checked: CheckedOut
    steps: list[StepSaidOut]
    """Empty where nothing is complained of."""
    html: str
