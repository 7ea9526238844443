"""What did agents and bots write that they should not have? Found in what was sent, wherever it was written."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from assist.domain.chat import Message, Role
from assist.domain.event import Event
from assist.domain.guard import Action, Finding, GuardedAt
from assist.domain.people import AgentRole
from assist.store.queries import overrides
from assist.store.queries.people import AgentRow

from .given import given_in
from .guard_log import flag_of, guard_event, was_overridden
from .guard_text import guard_text
from .libraries import Shelf
from .place import Place
from .thread import Thread

_REASON_COUNTS_FOR = timedelta(minutes=10)
"""So long after a reason was given, the words are taken to be sent for that reason."""

_OURS = (Role.agent, Role.bot)


def watch_sent(session: Session, thread: Thread, shelf: Shelf, place: Place, timezone: str) -> list[Event]:
    """Return a fact for each new message of ours that a guard warns of; one fact a message, whatever it holds."""
    found: list[Event] = []
    changed = [thread.messages[id_] for id_ in sorted(thread.changed) if id_ in thread.messages]
    for message in (*(new.message for new in thread.added), *changed):
        if message.role not in _OURS or message.private or message.recalled:
            continue
        agent = thread.agents.get(message.agent_id or "")
        acted_on = _acted_on(session, thread, message, agent, shelf, timezone)
        if not acted_on:
            continue
        flag = flag_of(acted_on)
        action = "overridden" if _overridden(session, message, flag.rules, place) else "slipped"
        edited = message.edited_at.isoformat() if message.edited_at else ""
        event = guard_event(place, GuardedAt.sent, action, flag, key=f"guard:{message.id}:{edited}")
        found.append(_of_message(event, message, agent))
    return found


def _acted_on(
    session: Session, thread: Thread, message: Message, agent: AgentRow | None, shelf: Shelf, timezone: str
) -> list[Finding]:
    """Return what is worse than worth a remark."""
    role = agent.role if agent else AgentRole.agent
    at = message.occurred_at
    checked = guard_text(
        message.text,
        shelf,
        at,
        timezone,
        lambda: given_in(session, shelf, thread.conversation, role, at, timezone),
    )
    return [one for one in (*checked.findings, *checked.covered) if one.action in (Action.warn, Action.block)]


def _overridden(session: Session, message: Message, rules: Sequence[str], place: Place) -> bool:
    since = message.occurred_at - _REASON_COUNTS_FOR
    kept = overrides.between(session, place.conversation_id, since, message.received_at)
    return was_overridden(kept, message.agent_id, rules)


def _of_message(event: Event, message: Message, agent: AgentRow | None) -> Event:
    return event.model_copy(
        update={
            "at": message.occurred_at,
            "message_id": message.id,
            "agent_id": message.agent_id,
            "level": agent.level.value if agent and agent.level else None,
            "team": agent.team if agent else None,
        }
    )
