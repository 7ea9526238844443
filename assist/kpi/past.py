"""What does the log tell of the conversations that customers' turns of a window are in?"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.store.queries import events
from assist.store.queries.events import Logged

_KINDS = (
    EventKind.turn,
    EventKind.suggestion_computed,
    EventKind.shown,
    EventKind.sent_match,
    EventKind.topic_corrected,
    EventKind.complaint_opened,
    EventKind.alert_raised,
    EventKind.alert_judged,
    EventKind.guard_flag,
    EventKind.offer_sent,
    EventKind.offer_answered,
    EventKind.offer_reversed,
)


class Past:
    """All that happened at any time in the conversations in which a turn began in the window, read once."""

    def __init__(self, session: Session, shop_id: str, start: datetime, end: datetime) -> None:
        self._session = session
        self._shop_id = shop_id
        conversations = events.conversations_with(session, shop_id, EventKind.turn, start, end)
        self._conversations = frozenset(conversations)
        self._lines = list(events.logged_of(session, shop_id, _KINDS, conversations))

    def of(self, kinds: Collection[EventKind], also: Iterable[str] = ()) -> Iterator[Logged]:
        """Yield what is of some kinds; `also` names more conversations. In each conversation as it was appended."""
        for line in self._lines:
            if line.kind in kinds:
                yield line
        yield from events.logged_of(self._session, self._shop_id, kinds, sorted({*also} - self._conversations))
