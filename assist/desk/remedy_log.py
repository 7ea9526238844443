"""What goes into the event log about a remedy: ids, kinds and fen, never what anybody wrote."""

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.people import Caller
from assist.store.queries import events
from assist.store.queries.remedies import RemedyRow
from assist.store.writer import tell

from .announce import announce

MONEY = "money"
"""The notice that there may be something to carry out."""


def turn_of(shop_id: str) -> tuple[str, ...]:
    """Return the sort key of a change that moves money: within a batch, shops take their turns in one order."""
    return (MONEY, shop_id)


def log_remedy(
    session: Session,
    row: RemedyRow,
    kind: EventKind,
    now: datetime,
    caller: Caller | None = None,
    *,
    again: str = "",
    **payload: JsonValue,
) -> None:
    """Append what happened to a remedy, once for each kind, and tell whoever waits for such news.

    `caller` is None for what the program did by itself; `again` tells kinds apart that happen more than once.
    """
    event = Event(
        key=":".join([kind.value, row.id, *([again] if again else [])]),
        shop_id=row.shop_id,
        kind=kind,
        at=now,
        conversation_id=row.conversation_id,
        turn_id=row.turn_id,
        suggestion_id=row.suggestion_id,
        agent_id=caller.agent_id if caller else None,
        level=caller.level.value if caller and caller.level else None,
        team=caller.team if caller else None,
        platform=row.adapter,
        category=row.category or None,
        subject_key=row.customer_key,
        payload={
            "remedy_id": row.id,
            "complaint_id": row.complaint_id,
            "kind": row.kind.value,
            "amount_fen": row.amount_fen,
            "state": row.state.value,
            "needs": row.needs.value,
            "rule": row.rule,
            "rung": row.rung,
            "library_number": row.library_number,
            **({"role": caller.role.value} if caller else {}),
            **payload,
        },
    )
    if events.append_once(session, event):
        announce(session, row.shop_id, [event], now)
    tell_of(session, row)


def tell_of(session: Session, row: RemedyRow) -> None:
    """Tell open sidebars that a remedy changed, and the executor that there may be something to do."""
    tell(session, "chat", row.shop_id, row.conversation_id)
    tell(session, MONEY)
