"""Record what an agent did with a suggestion."""

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.domain.event import DismissReason, Event, EventKind, Verdict
from assist.domain.ids import is_practice_id
from assist.domain.people import Caller
from assist.domain.suggestion import Suggestion
from assist.domain.value import Value
from assist.store.queries import events, suggestions
from assist.store.writer import Change, tell

from .announce import announce
from .still_sold import still_sold

_NEEDS_LIVE = frozenset({EventKind.inserted, EventKind.copied, EventKind.edited})
_TO_CUSTOMER = _NEEDS_LIVE | {EventKind.sent}
_REASONED = frozenset({EventKind.dismissed, EventKind.suggestion_rated})


class UnknownSuggestion(Exception):
    """No such suggestion in this shop."""


class StaleSuggestion(Exception):
    """The card's turn was answered, or its article changed: it can no longer be used."""


class PracticeCard(Exception):
    """The card is one of practice mode: nothing done with it counts."""


class InternalOnly(Exception):
    """The card is for agents: nothing of it goes to a customer."""


class Step(Value):
    """One step as the sidebar reports it. `step_id` is made by the client; repeating it is no second step."""

    step_id: str
    suggestion_id: str
    kind: EventKind
    reason: DismissReason = DismissReason.none
    verdict: Verdict | None = None
    visible_ms: int | None = None
    distance: float | None = None


class Recorded(Value):
    """Whether this call made the event; False when it was there already."""

    new: bool


def record(caller: Caller, conversation_id: str, step: Step, now: datetime) -> Change[Recorded]:
    """Return the change that appends the step.

    Raises UnknownSuggestion, PracticeCard, InternalOnly for handing on what is for agents, or StaleSuggestion for
    inserting, copying or editing a stale card.
    """

    def keep(session: Session) -> Recorded:
        if is_practice_id(step.suggestion_id):
            raise PracticeCard("this card is for practice; nothing done with it is counted")
        row = suggestions.one(session, caller.shop_id, step.suggestion_id)
        if row is None or row.conversation_id != conversation_id:
            raise UnknownSuggestion(f"no suggestion {step.suggestion_id!r} in this conversation")
        if row.suggestion.internal and step.kind in _TO_CUSTOMER:
            raise InternalOnly("this card is for agents only; answer the customer in your own words")
        ended = row.suggestion.offer is not None and not still_sold(session, row, now)
        if (row.state != "live" or ended) and step.kind in _NEEDS_LIVE:
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
            payload=_payload(step, row.suggestion),
        )
        new = events.append_once(session, event)
        if new:
            announce(session, caller.shop_id, [event], now)
        if new and step.kind is EventKind.dismissed:
            suggestions.dismiss(session, row.id)
            tell(session, "chat", caller.shop_id, conversation_id)
        return Recorded(new=new)

    return keep


def _payload(step: Step, suggestion: Suggestion) -> dict[str, JsonValue]:
    told: dict[str, JsonValue] = {
        "reason": step.reason.value if step.kind in _REASONED else None,
        "verdict": step.verdict.value if step.verdict else None,
        "visible_ms": step.visible_ms,
        "distance": step.distance,
    }
    known: dict[str, JsonValue] = {
        "article_id": suggestion.article_id,
        "library_number": suggestion.library_number,
    }
    return known | {name: value for name, value in told.items() if value is not None}
