"""What does the log say of promises that were due?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.domain.promise import LONGEST_FOLLOW_UP
from assist.store.queries import events
from assist.store.queries.events import Logged

from .records import PromiseRecord

_STATES = {
    EventKind.promise_opened: "open",
    EventKind.promise_kept: "kept",
    EventKind.promise_missed: "missed",
    EventKind.promise_dismissed: "dismissed",
}


def read_promises(session: Session, shop_id: str, start: datetime, end: datetime) -> list[PromiseRecord]:
    """Return the promises due in the window, in order, each with what became of it at any time.

    One whose words another promise has, moved or repeated, is not there. When it is due is as told last.
    """
    earliest = start - LONGEST_FOLLOW_UP
    conversations = events.conversations_with(session, shop_id, EventKind.promise_opened, earliest, end)
    history: dict[str, list[Logged]] = defaultdict(list)
    for event in events.logged_of(session, shop_id, tuple(_STATES), conversations):
        history[str(event.payload.get("promise_id"))].append(event)
    found = [record for promise_id, told in history.items() if (record := _record(promise_id, told)) is not None]
    return sorted(
        (record for record in found if start <= record.at < end), key=lambda record: (record.at, record.promise_id)
    )


def _record(promise_id: str, told: Sequence[Logged]) -> PromiseRecord | None:
    opened = next((event for event in reversed(told) if event.kind is EventKind.promise_opened), None)
    last = told[-1]
    why = last.payload.get("why")
    if opened is None or why == "repeated":
        return None
    return PromiseRecord(
        promise_id=promise_id,
        conversation_id=opened.conversation_id or "",
        at=datetime.fromisoformat(str(opened.payload.get("due_at"))),
        agent_id=opened.agent_id,
        level=opened.level,
        team=opened.team,
        platform=opened.platform,
        category=opened.category,
        state="taken_back" if why == "taken_back" else _STATES[last.kind],
        late=last.payload.get("late") is True,
    )
