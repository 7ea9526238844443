"""Send an agent's text into a conversation, through the outbox: guarded, and with a reason where it was warned of."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.contract import clean_text
from assist.domain.guard import Action, Checked
from assist.domain.ids import id_of
from assist.domain.people import Caller
from assist.domain.value import Value
from assist.store.queries import chats, outbox, suggestions
from assist.store.writer import Change, tell

from .guard_log import flag_of, keep_override
from .place import Place
from .step import InternalOnly, StaleSuggestion, UnknownSuggestion

EXPIRES_AFTER = timedelta(minutes=10)


class UnknownConversation(Exception):
    """No such conversation in this shop."""


class KeyReused(Exception):
    """The client's key stands for another text already."""


class Guarded(Exception):
    """The text is not sent as it stands: it needs other words, or a reason."""

    def __init__(self, checked: Checked) -> None:
        blocked = checked.action is Action.block
        super().__init__(
            "this text must not be sent; change the marked words"
            if blocked
            else "a guard warns of the marked words; change them, or send again with override_reason"
        )
        self.checked = checked


class Queued(Value):
    """The key under which the text goes out; `new` is False when it was queued before."""

    key: str
    new: bool


def reply(
    caller: Caller,
    conversation_id: str,
    text: str,
    *,
    client_key: str,
    suggestion_id: str | None,
    checked: Checked,
    override_reason: str | None = None,
    now: datetime,
) -> Change[Queued]:
    """Return the change that queues the text once per `client_key`, and logs a warning that was overridden.

    Raises UnknownConversation, UnknownSuggestion, InternalOnly for what is for agents, StaleSuggestion when the card it
    came from went stale, or Guarded.
    """
    key = id_of("reply", caller.agent_id, client_key)
    warned = [one for one in checked.findings if one.action is Action.warn]

    def keep(session: Session) -> Queued:
        conversation = chats.conversation(session, caller.shop_id, conversation_id)
        if conversation is None:
            raise UnknownConversation(f"no conversation {conversation_id!r}")
        number = _checked_number(session, caller.shop_id, conversation_id, suggestion_id)
        delivery = outbox.NewDelivery(
            shop_id=caller.shop_id,
            kind="reply",
            adapter=conversation.adapter,
            account=conversation.account,
            conversation_id=conversation.id,
            conversation_ref=conversation.conversation_ref,
            idempotency_key=key,
            text=clean_text(text),
            agent_id=caller.agent_id,
            suggestion_id=suggestion_id,
            library_number=number,
            not_before=now,
            expires_at=now + EXPIRES_AFTER,
            created_at=now,
        )
        there = outbox.text_of(session, caller.shop_id, key)
        if there is None and (checked.action is Action.block or (warned and not override_reason)):
            raise Guarded(checked)
        tell(session, "outbox")
        new = outbox.queue(session, delivery)
        if not new and there != delivery.text:
            raise KeyReused("this client_key was used for another text; make a new one for a new text")
        if new and warned:
            place = Place(caller.shop_id, conversation_id, conversation.adapter, now, key)
            keep_override(session, caller, place, flag_of(warned), override_reason or "")
        return Queued(key=key, new=new)

    return keep


def _checked_number(session: Session, shop_id: str, conversation_id: str, suggestion_id: str | None) -> int | None:
    if suggestion_id is None:
        return None
    row = suggestions.one(session, shop_id, suggestion_id)
    if row is None or row.conversation_id != conversation_id:
        raise UnknownSuggestion(f"no suggestion {suggestion_id!r} in this conversation")
    if row.suggestion.internal:
        raise InternalOnly("this card is for agents only; answer the customer in your own words")
    if row.state != "live":
        raise StaleSuggestion("the customer was answered or the article changed; use the newest card")
    return row.suggestion.library_number
