"""Decide an open turn again because the world changed: new content, or an order that was looked up."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from assist.domain.clock import Clock
from assist.store.database import Database
from assist.store.queries import chats, events, inbox, people, suggestions, tasks
from assist.store.queries.tasks import DueTask
from assist.store.writer import Change, Writer, tell

from .advise import Advice, advise
from .libraries import Libraries
from .look_around import Shop, look_around
from .look_at_offers import look_at_offers
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
    shop = people.shop(session, task.shop_id)
    messages = chats.messages_from(session, conversation.id, row.turn.started_at)
    known = {message.id: message for message in messages}
    around = Shop(shop.timezone, shop.subject_salt)
    looked = look_around(session, conversation, row.turn, (row.turn,), known, shelf, around)
    place = Place(task.shop_id, conversation.id, conversation.adapter, clock(), f"readvise:{task.id}")
    advice = advise(
        row.turn,
        looked.situation,
        shelf,
        suggestions.for_turns(session, [row.turn.id]),
        place,
        shop.timezone,
        looked.complained,
        look_at_offers(session, conversation, row.turn, looked.situation, shelf, around, place),
    )
    return _keep(advice, task.shop_id, conversation.id)


def _keep(advice: Advice, shop_id: str, conversation_id: str) -> Change[None]:
    def keep(session: Session) -> None:
        advice.keep(session)
        events.append(session, advice.events)
        tell(session, "chat", shop_id, conversation_id)

    return keep
