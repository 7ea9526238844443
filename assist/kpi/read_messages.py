"""What does the log say of agents' messages, and of what the guards found in them?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.domain.guard import GuardKind
from assist.store.queries import events
from assist.store.queries.events import Logged

from .past import Past
from .records import Flagged, MessageRecord

_BEFORE_SENDING = frozenset({"draft", "reply"})
_STOPPED = frozenset({"fixed", "blocked", "block", "warn"})
_NOTHING_FOUND = Flagged()


def read_replies(session: Session, shop_id: str, start: datetime, end: datetime) -> list[Logged]:
    """Return what agents wrote to customers in the window, in the order it was appended."""
    return [one for one in events.logged(session, shop_id, [EventKind.message_out], start, end) if _by_agent(one)]


def read_messages(session: Session, shop_id: str, replies: Iterable[Logged], past: Past) -> list[MessageRecord]:
    """Return agents' public messages, in order, each with what its guards found.

    A finding in a draft belongs to the next message of an agent in that conversation, once: it was caught there if that
    message went out without one. Of several findings in what was sent, as after an edit, the newest is the true one.
    """
    sent = [one for one in replies if one.message_id is not None]
    conversations = {event.conversation_id for event in sent if event.conversation_id}
    drafts: dict[str, list[Logged]] = defaultdict(list)
    flags: dict[str, list[Logged]] = defaultdict(list)
    for event in past.of([EventKind.guard_flag], conversations):
        if event.message_id and event.payload.get("at") == "sent":
            flags[event.message_id].append(event)
        elif event.payload.get("at") in _BEFORE_SENDING and event.payload.get("action") in _STOPPED:
            drafts[event.conversation_id or ""].append(event)
    messages: dict[str, list[Logged]] = defaultdict(list)
    for event in events.logged_of(session, shop_id, [EventKind.message_out], sorted(drafts)):
        messages[event.conversation_id or ""] += [event] if _by_agent(event) and event.message_id is not None else []
    stopped: dict[str, list[Logged]] = defaultdict(list)
    for conversation_id, found in drafts.items():
        for message_id, draft in _next_messages(messages[conversation_id], found):
            stopped[message_id].append(draft)
    records = [_message(event, flags, stopped) for event in sent]
    return sorted(records, key=lambda record: (record.at, record.message_id))


def _by_agent(event: Logged) -> bool:
    return event.payload.get("role") == "agent"


def _next_messages(messages: Sequence[Logged], drafts: Sequence[Logged]) -> list[tuple[str, Logged]]:
    """Return each draft with the message that came of it; none for one that was never sent."""
    in_order = sorted(messages, key=lambda event: (event.at, event.message_id or ""))
    found: list[tuple[str, Logged]] = []
    for draft in drafts:
        # Many platforms tell whole seconds: what was sent in the draft's own second came after it.
        since = draft.at.replace(microsecond=0)
        after = next((message for message in in_order if message.at >= since), None)
        if after is not None and after.message_id is not None:
            found.append((after.message_id, draft))
    return found


def _message(
    event: Logged, flags: Mapping[str, Sequence[Logged]], stopped: Mapping[str, Sequence[Logged]]
) -> MessageRecord:
    message_id = event.message_id or ""
    told, caught = flags.get(message_id, ()), stopped.get(message_id, ())
    personal = event.payload.get("personal")
    return MessageRecord(
        message_id=message_id,
        conversation_id=event.conversation_id or "",
        at=event.at,
        agent_id=event.agent_id,
        level=event.level,
        team=event.team,
        platform=event.platform,
        category=event.category,
        words=_flagged(GuardKind.forbidden, told, caught),
        promises=_flagged(GuardKind.promise, told, caught),
        personal=personal if isinstance(personal, int) else None,
    )


def _flagged(guard: GuardKind, sent: Sequence[Logged], stopped: Sequence[Logged]) -> Flagged:
    if not sent and not stopped:
        return _NOTHING_FOUND
    newest = next((event for event in reversed(sent) if _of(event, guard)), None)
    if newest is None:
        return Flagged(caught=any(_of(event, guard) for event in stopped))
    overridden = newest.payload.get("action") == "overridden"
    return Flagged(overridden=overridden, slipped=not overridden)


def _of(event: Logged, guard: GuardKind) -> bool:
    guards = event.payload.get("guards")
    return isinstance(guards, list) and guard.value in guards
