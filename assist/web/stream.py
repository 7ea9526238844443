"""One live stream per agent: every conversation's news, with a heartbeat and a way to resume."""

from collections.abc import AsyncIterable
from time import monotonic

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from assist.domain.people import Caller
from assist.store.queries import chats, events

from .auth import SignedIn, optional_caller
from .front import Front, front_of
from .remedies_shown import conversations_with_remedies
from .views import conversation_out, recent, suggestions_out
from .words import language_of

router = APIRouter(prefix="/api/v1", tags=["stream"])

HEARTBEAT_SECONDS = 10.0
_RECHECK_SECONDS = 5.0


@router.get("/stream", response_class=EventSourceResponse)
async def stream(request: Request, caller: SignedIn) -> AsyncIterable[ServerSentEvent]:
    """`snapshot` first: the conversation list and every open card. Then `conversation` per news, `beat` every 10 s.

    `id` is a position in the event log; a reconnecting client gets a snapshot, which holds all it missed.
    """
    front = front_of(request)
    language = language_of(request)
    front.presence.opened(caller.shop_id)
    try:
        with front.hub.watch(caller.shop_id) as watcher:
            yield await run_in_threadpool(_snapshot, front, caller, language)
            quiet_seconds = 0.0
            checked_at = monotonic()
            while not (watcher.closed or await request.is_disconnected()):
                news = await watcher.news(_RECHECK_SECONDS)
                # A revoked token must not keep reading, however much there is to read.
                if not news or monotonic() - checked_at >= _RECHECK_SECONDS:
                    checked_at = monotonic()
                    if await run_in_threadpool(optional_caller, request) is None:
                        return
                for conversation_id in news:
                    if event := await run_in_threadpool(_news, front, caller, conversation_id, language):
                        yield event
                quiet_seconds = 0.0 if news else quiet_seconds + _RECHECK_SECONDS
                if quiet_seconds >= HEARTBEAT_SECONDS:
                    quiet_seconds = 0.0
                    yield ServerSentEvent(event="beat", data={"at": front.clock().isoformat()})
    finally:
        front.presence.closed(caller.shop_id)


def _snapshot(front: Front, caller: Caller, language: str) -> ServerSentEvent:
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        position = events.newest_id(session)
        rows = chats.recent_conversations(session, caller.shop_id)
        now = front.clock()
        standing = conversations_with_remedies(session, caller.shop_id, now)
        cards = [
            suggestions_out(session, row, library, language, caller, now)
            for row in rows
            if row.open_turn_id or row.id in standing
        ]
        data = {
            "conversations": [row.model_dump(mode="json") for row in recent(session, caller.shop_id)],
            "suggestions": [card.model_dump(mode="json") for card in cards],
        }
    return ServerSentEvent(event="snapshot", id=str(position), data=data)


def _news(front: Front, caller: Caller, conversation_id: str, language: str) -> ServerSentEvent | None:
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        position = events.newest_id(session)
        row = chats.conversation(session, caller.shop_id, conversation_id)
        if row is None:
            return None
        data = {
            "conversation": conversation_out(row).model_dump(mode="json"),
            "suggestions": suggestions_out(session, row, library, language, caller, front.clock()).model_dump(
                mode="json"
            ),
        }
    return ServerSentEvent(event="conversation", id=str(position), data=data)
