"""May what an agent has typed be sent? Asked as they type, and once more before it goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.guard import Checked, GuardedAt
from assist.domain.people import Caller
from assist.domain.value import Value
from assist.store.queries import chats, events, overrides, people
from assist.store.writer import Change

from .given import given_in
from .guard_log import by, flag_of_rules, guard_event, keep_override
from .guard_text import guard_text
from .libraries import Shelf
from .place import Place
from .reply import KeyReused, UnknownConversation


class UnknownRules(Exception):
    """None of the rules is this shop's."""


class DraftStep(Value):
    """What an agent did about findings: took the rewrite, or will send the text all the same and says why."""

    step_id: str
    rules: tuple[str, ...]
    reason: str | None = None


def check_draft(
    session: Session, caller: Caller, conversation_id: str, text: str, shelf: Shelf, now: datetime
) -> Checked:
    """Return what is wrong with a text that this caller would send. Raises UnknownConversation."""
    conversation = chats.conversation(session, caller.shop_id, conversation_id)
    if conversation is None:
        raise UnknownConversation(f"no conversation {conversation_id!r}")
    timezone = people.shop(session, caller.shop_id).timezone
    return guard_text(
        text, shelf, now, timezone, lambda: given_in(session, shelf, conversation, caller.role, now, timezone)
    )


def record_draft_step(
    caller: Caller, conversation_id: str, step: DraftStep, shelf: Shelf, now: datetime
) -> Change[bool]:
    """Return the change that logs a step once per `step_id`; a reason is kept for whoever asks later.

    Raises UnknownRules, UnknownConversation, or KeyReused where the `step_id` stands for something else.
    """
    flag = flag_of_rules(step.rules, shelf)

    def keep(session: Session) -> bool:
        conversation = chats.conversation(session, caller.shop_id, conversation_id)
        if conversation is None:
            raise UnknownConversation(f"no conversation {conversation_id!r}")
        if not flag.rules:
            raise UnknownRules("no such rules; name those of the findings")
        place = Place(caller.shop_id, conversation_id, conversation.adapter, now, step.step_id)
        key = f"guard:{caller.agent_id}:{step.step_id}"
        event = guard_event(place, GuardedAt.draft, "overridden" if step.reason else "fixed", flag, key=key)
        before = events.by_key(session, caller.shop_id, key)
        if before is not None:
            same = (before.conversation_id, before.payload) == (event.conversation_id, event.payload)
            if not same or overrides.reason_of(session, key) != step.reason:
                raise KeyReused("this step_id was used for something else; make a new one")
            return False
        if step.reason is not None:
            return keep_override(session, caller, place, flag, step.reason)
        return events.append_once(session, by(event, caller))

    return keep
