"""Decide an open turn again because the world changed: new content, or an order that was looked up."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from assist.domain.clock import Clock
from assist.domain.suggestion import Situation
from assist.store.database import Database
from assist.store.queries import chats, events, inbox, suggestions, tasks, world
from assist.store.queries.tasks import DueTask
from assist.store.writer import Change, Writer, tell
from assist.suggest.turns import turn_text

from .advise import Advice, advise
from .heard import heard_before
from .libraries import Libraries
from .place import Place

READVISE = "readvise"
BUSY_WAIT = timedelta(seconds=1)
"""How long to leave a conversation alone in which new messages are being handled."""


def readvise(
    database: Database, writer: Writer, libraries: Libraries, clock: Clock, owner: str
) -> Callable[[DueTask], None]:
    """Return the task handler. It holds the conversation's lane while it decides."""

    def run(task: DueTask) -> None:
        if not writer.submit(lambda s: inbox.claim_lane(s, owner, task.shop_id, task.subject_id)).result():
            again = tasks.NewTask(task.shop_id, task.kind, task.subject_id, clock() + BUSY_WAIT)
            writer.submit(lambda s: tasks.plan(s, again)).result()
            return
        try:
            with database.reader() as session:
                libraries.refresh(session)
                change = _decide(session, libraries, clock, task)
            if change is not None:
                writer.submit(change).result()
        finally:
            writer.submit(lambda s: inbox.free_lane(s, task.subject_id)).result()

    return run


def _decide(session: Session, libraries: Libraries, clock: Clock, task: DueTask) -> Change[None] | None:
    conversation = chats.conversation(session, task.shop_id, task.subject_id)
    if conversation is None or conversation.open_turn_id is None:
        return None
    row = chats.turn(session, task.shop_id, conversation.open_turn_id)
    if row is None:
        return None
    shelf = libraries.current(task.shop_id)
    messages = chats.messages_from(session, conversation.id, row.turn.started_at)
    order_ref = conversation.order_ref
    situation = Situation(
        turn_id=row.turn.id,
        text=turn_text(row.turn, messages),
        earlier=heard_before(session, conversation.id, row.turn, {message.id: message for message in messages}),
        order=world.order(session, task.shop_id, order_ref) if order_ref else None,
        customer_name=conversation.customer_name,
        library_number=shelf.library.number,
    )
    advice = advise(
        row.turn,
        situation,
        shelf,
        suggestions.for_turns(session, [row.turn.id]),
        Place(task.shop_id, conversation.id, conversation.adapter, clock(), f"readvise:{task.id}"),
    )
    return _keep(advice, task.shop_id, conversation.id)


def _keep(advice: Advice, shop_id: str, conversation_id: str) -> Change[None]:
    def keep(session: Session) -> None:
        suggestions.save(session, advice.rows)
        suggestions.make_stale(session, advice.stale)
        events.append(session, advice.events)
        tell(session, "chat", shop_id, conversation_id)

    return keep
