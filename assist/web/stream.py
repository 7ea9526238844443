"""One live stream per agent: every conversation's news, with a heartbeat and a way to resume.

A browser's tabs share one stream (`static/stream-home.js`), so the shop counts as watched once per agent and browser.
It does so although no tab may be in front: cards wait there, and whether one was looked at is what `shown` is for.
"""

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from assist.desk.hub import News
from assist.domain.people import Caller
from assist.store.queries import chats, offers
from assist.store.queries.chats import ConversationRow

from .auth import SignedIn, optional_caller
from .front import Front, front_of
from .remedies_shown import conversations_with_remedies
from .views import conversation_out, suggestions_out
from .words import language_of

router = APIRouter(prefix="/api/v1", tags=["stream"])

HEARTBEAT_SECONDS = 10.0
_RECHECK_SECONDS = 5.0
_MOST_MISSED = 50
"""From so many conversations on, everything is no more than what was missed."""


@dataclass(frozen=True)
class _Listener:
    front: Front
    caller: Caller
    language: str


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, caller: SignedIn, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterable[ServerSentEvent]:
    """`snapshot` first: the conversation list and every open card. Then `conversation` per news, `beat` every 10 s.

    Each carries an `id` that means something only to the process that gave it. A client that comes back with one, in
    `Last-Event-ID`, gets a snapshot with `partial` true: the conversations with news since. That is complete, because
    the process remembers every notice it gave out, and those are all that a client who stayed would have been told.
    The event log would not do: cards go stale and promises run out without an event. Whenever the process cannot say
    (it was started anew, another one answers, too much happened meanwhile) the snapshot is whole.
    """
    front = front_of(request)
    listener = _Listener(front, caller, language_of(request))
    front.presence.opened(caller.shop_id)
    try:
        # Watching begins before reading: what happens in between is told twice, never missed.
        with front.hub.watch(caller.shop_id) as watcher:
            missed = front.hub.missed(caller.shop_id, last_event_id) if last_event_id else None
            yield await run_in_threadpool(_snapshot, listener, front.hub.mark(watcher.began_at), missed)
            quiet_seconds = 0.0
            checked_at = monotonic()
            while not (watcher.closed or await request.is_disconnected()):
                news = await watcher.news(_RECHECK_SECONDS)
                # A revoked token must not keep reading, however much there is to read.
                if not news or monotonic() - checked_at >= _RECHECK_SECONDS:
                    checked_at = monotonic()
                    if await run_in_threadpool(optional_caller, request) is None:
                        return
                for one in news:
                    if event := await run_in_threadpool(_news, listener, one):
                        yield event
                quiet_seconds = 0.0 if news else quiet_seconds + _RECHECK_SECONDS
                if quiet_seconds >= HEARTBEAT_SECONDS:
                    quiet_seconds = 0.0
                    yield ServerSentEvent(event="beat", data={"at": front.clock().isoformat()})
    finally:
        front.presence.closed(caller.shop_id)


def _snapshot(listener: _Listener, mark: str, missed: Sequence[str] | None) -> ServerSentEvent:
    front, shop_id = listener.front, listener.caller.shop_id
    partial = missed is not None and len(missed) < _MOST_MISSED
    with front.database.reader() as session:
        if missed is not None and partial:
            found = [chats.conversation(session, shop_id, id_) for id_ in missed]
            rows = [row for row in found if row is not None]
            shown = rows
        else:
            rows = chats.recent_conversations(session, shop_id)
            now = front.clock()
            stands = timedelta(minutes=front.libraries.current(shop_id).library.selling.stands_minutes)
            standing = conversations_with_remedies(session, shop_id, now)
            standing |= offers.conversations_with_offers(session, shop_id, now - stands)
            shown = [row for row in rows if row.open_turn_id or row.id in standing]
        data = {
            "agent_id": listener.caller.agent_id,
            "partial": partial,
            "conversations": [conversation_out(row).model_dump(mode="json") for row in rows],
            "suggestions": [_cards(session, listener, row) for row in shown],
        }
    return ServerSentEvent(event="snapshot", id=mark, data=data)


def _news(listener: _Listener, news: News) -> ServerSentEvent | None:
    """Tell of one conversation; `told_at` is when its change was announced here, in ms since 1970."""
    with listener.front.database.reader() as session:
        row = chats.conversation(session, listener.caller.shop_id, news.conversation_id)
        if row is None:
            return None
        data = {
            "told_at": round(news.told_at * 1000, 1),
            "conversation": conversation_out(row).model_dump(mode="json"),
            "suggestions": _cards(session, listener, row),
        }
    return ServerSentEvent(event="conversation", id=listener.front.hub.mark(news.position), data=data)


def _cards(session: Session, listener: _Listener, row: ConversationRow) -> dict[str, object]:
    front = listener.front
    library = front.libraries.current(row.shop_id).library
    return suggestions_out(session, row, library, listener.language, listener.caller, front.clock()).model_dump(
        mode="json"
    )
