"""What goes into the event log about a promise: its kind and times, never its words."""

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.people import Caller
from assist.domain.promise import PromiseState
from assist.store.queries import events, people
from assist.store.queries.promises import PromiseRow
from assist.store.writer import tell

from .announce import announce

_KINDS = {
    PromiseState.open: EventKind.promise_opened,
    PromiseState.kept: EventKind.promise_kept,
    PromiseState.missed: EventKind.promise_missed,
    PromiseState.dismissed: EventKind.promise_dismissed,
}


def log_promise(
    session: Session,
    row: PromiseRow,
    at: datetime,
    now: datetime,
    *,
    caller: Caller | None = None,
    again: str = "",
    **payload: JsonValue,
) -> None:
    """Append what a promise has come to, and tell open sidebars and the shop's other systems.

    The agent is who promised; `caller` is who said what became of it, None for the program. The first fact of a kind
    about a promise has a key of its own, later ones are told apart by `again`.
    """
    kind = _KINDS[row.state]
    agent = people.agent(session, row.agent_id) if row.agent_id else None
    event = Event(
        key=":".join([kind.value, row.id, *([again] if again else [])]),
        shop_id=row.shop_id,
        kind=kind,
        at=at,
        conversation_id=row.conversation_id,
        episode=row.episode,
        message_id=row.message_id,
        agent_id=row.agent_id,
        level=agent.level.value if agent and agent.level else None,
        team=agent.team if agent else None,
        platform=row.platform,
        payload={
            "promise_id": row.id,
            "kind": row.kind.value,
            "due_at": row.due_at.isoformat(),
            "late": row.late,
            "by": caller.agent_id if caller else None,
            **payload,
        },
    )
    if events.append_once(session, event):
        announce(session, row.shop_id, [event], now)
    tell(session, "chat", row.shop_id, row.conversation_id)
