"""Record what an agent did with a suggestion."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import DismissReason, Event, EventKind
from assist.domain.people import Caller
from assist.domain.value import Value
from assist.store.queries import events, suggestions
from assist.store.writer import Change, tell

from .announce import announce

_NEEDS_LIVE = frozenset({EventKind.inserted, EventKind.copied, EventKind.edited})


class UnknownSuggestion(Exception):
    """No such suggestion in this shop."""


class StaleSuggestion(Exception):
    """The card's turn was answered, or its article changed: it can no longer be used."""


class Step(Value):
    """One step as the sidebar reports it. `step_id` is made by the client; repeating it is no second step."""

    step_id: str
    suggestion_id: str
    kind: EventKind
    reason: DismissReason = DismissReason.none
    visible_ms: int | None = None
    distance: float | None = None


class Recorded(Value):
    """Whether this call made the event; False when it was there already."""

    new: bool


def record(caller: Caller, conversation_id: str, step: Step, now: datetime) -> Change[Recorded]:
    """Return the change that appends the step.

    Raises UnknownSuggestion, or StaleSuggestion for inserting, copying or editing a stale card.
    """

    def keep(session: Session) -> Recorded:
        row = suggestions.one(session, caller.shop_id, step.suggestion_id)
        if row is None or row.conversation_id != conversation_id:
            raise UnknownSuggestion(f"no suggestion {step.suggestion_id!r} in this conversation")
        if row.state != "live" and step.kind in _NEEDS_LIVE:
            raise StaleSuggestion("the customer was answered or the article changed; use the newest card")
        event = Event(
            key=f"step:{caller.agent_id}:{step.step_id}",
            shop_id=caller.shop_id,
            kind=step.kind,
            at=now,
            conversation_id=conversation_id,
            turn_id=row.turn_id,
            suggestion_id=row.id,
            agent_id=caller.agent_id,
            level=caller.level.value if caller.level else None,
            team=caller.team,
            category=row.category,
            payload={
                "article_id": row.suggestion.article_id,
                "library_number": row.suggestion.library_number,
                **({"reason": step.reason.value} if step.kind is EventKind.dismissed else {}),
                **({"visible_ms": step.visible_ms} if step.visible_ms is not None else {}),
                **({"distance": step.distance} if step.distance is not None else {}),
            },
        )
        new = events.append_once(session, event)
        if new:
            announce(session, caller.shop_id, [event], now)
        if new and step.kind is EventKind.dismissed:
            suggestions.dismiss(session, row.id)
            tell(session, "chat", caller.shop_id, conversation_id)
        return Recorded(new=new)

    return keep
