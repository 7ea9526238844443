"""Everything the sidebar shows of one conversation, in one answer."""

from datetime import datetime

from .api_models import OrderOut, Out, SuggestionOut, TopicOut
from .card_models import HeldOut, WaitOut
from .care import CareOut
from .remedy_models import RemedyStateOut


class SuggestionsOut(Out):
    """The live cards of the open turn, remedies on their way that no card shows, and both as the sidebar's HTML.

    Beside them what the sidebar shows of mood, alert and promises, and of the order, also as its HTML.
    """

    conversation_id: str
    turn_id: str | None
    waiting_since: datetime | None
    topic: TopicOut | None
    suggestions: list[SuggestionOut]
    remedies: list[RemedyStateOut] = []
    html: str
    care: CareOut
    care_html: str
    held: HeldOut | None = None
    wait: WaitOut
    order: OrderOut | None
    strip_html: str
