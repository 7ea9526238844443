"""What the sidebar and the demo desk read: conversations, cards, search; and the replies sent through us."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from assist.desk.check_draft import check_draft
from assist.desk.guard_cards import Moment
from assist.desk.reply import UnknownConversation, reply
from assist.desk.search import search as search_articles
from assist.store.queries import chats, outbox, people, world
from assist.store.queries.chats import ConversationRow

from .api_models import (
    ConversationDetailOut,
    ConversationsOut,
    DeliveryOut,
    FoundOut,
    ReplyIn,
    ReplyOut,
    SearchOut,
)
from .auth import SignedIn
from .card_views import images_out
from .front import front_of
from .order_strip import order_out
from .suggestions_model import SuggestionsOut
from .topics import topic_out
from .views import conversation_out, message_out, recent, suggestions_out
from .words import language_of

router = APIRouter(prefix="/api/v1", tags=["sidebar"])

_MESSAGES = 200
_DELIVERIES_SHOWN = timedelta(hours=1)


@router.get("/conversations")
def conversations(
    request: Request,
    caller: SignedIn,
    adapter: str | None = None,
    account: str | None = None,
    ref: str | None = None,
) -> ConversationsOut:
    """The shop's conversations, newest first; or the one a platform calls `ref`."""
    with front_of(request).database.reader() as session:
        if adapter and account and ref:
            found = chats.find_conversation(session, caller.shop_id, adapter, account, ref)
            return ConversationsOut(conversations=[conversation_out(found)] if found else [])
        return ConversationsOut(conversations=recent(session, caller.shop_id))


@router.get("/conversations/{conversation_id}")
def conversation(request: Request, caller: SignedIn, conversation_id: str) -> ConversationDetailOut:
    """One conversation with its last 200 messages, its order, what of ours is on its way, and its topic."""
    front = front_of(request)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        row = _found(chats.conversation(session, caller.shop_id, conversation_id), conversation_id)
        messages = chats.last_messages(session, row.id, _MESSAGES)
        order = (
            world.order_of_customer(session, caller.shop_id, row.order_ref, row.customer_ref) if row.order_ref else None
        )
        return ConversationDetailOut(
            **conversation_out(row).model_dump(),
            messages=[message_out(message) for message in messages],
            deliveries=[
                DeliveryOut.model_validate(one, from_attributes=True)
                for one in outbox.not_shown_back(session, row.id, front.clock() - _DELIVERIES_SHOWN)
            ],
            order=order_out(order),
            topic=topic_out(session, row.shop_id, chats.newest_turn(session, row.id), library, language_of(request)),
        )


@router.get("/conversations/{conversation_id}/suggestions")
def suggestions(request: Request, caller: SignedIn, conversation_id: str) -> SuggestionsOut:
    """The live cards for what the customer asked last."""
    front = front_of(request)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        row = _found(chats.conversation(session, caller.shop_id, conversation_id), conversation_id)
        return suggestions_out(session, row, library, language_of(request), caller, front.clock())


@router.post("/conversations/{conversation_id}/messages", status_code=202)
def send(request: Request, caller: SignedIn, conversation_id: str, body: ReplyIn) -> ReplyOut:
    """Send a text into the conversation, once per `client_key`.

    409 `guarded` with the findings, where a guard blocks it, or warns of it and no `override_reason` came with it.
    """
    front = front_of(request)
    now = front.clock()
    with front.database.reader() as session:
        shelf = front.libraries.current(caller.shop_id)
        checked = check_draft(session, caller, conversation_id, body.text, shelf, now)
    change = reply(
        caller,
        conversation_id,
        body.text,
        client_key=body.client_key,
        suggestion_id=body.suggestion_id,
        checked=checked,
        override_reason=body.override_reason,
        now=now,
    )
    queued = front.writer.submit(change).result()
    return ReplyOut(key=queued.key, new=queued.new)


@router.get("/search")
def search(
    request: Request,
    caller: SignedIn,
    q: Annotated[str, Query(max_length=200)] = "",
    top: Annotated[int, Query(ge=1, le=20)] = 8,
) -> SearchOut:
    """The agent's own search over the articles."""
    front = front_of(request)
    shelf = front.libraries.current(caller.shop_id)
    with front.database.reader() as session:
        moment = Moment(front.clock(), people.shop(session, caller.shop_id).timezone, None)
    found = [
        FoundOut(
            article_id=hit.article.id,
            title=hit.title,
            text=hit.text,
            score=hit.score,
            matched=hit.matched,
            category=hit.article.category,
            intent=hit.article.intent,
            internal=hit.article.internal,
            images=images_out(hit.article),
        )
        for hit in search_articles(shelf, q, top, moment)
    ]
    return SearchOut(query=q, found=found)


def _found(row: ConversationRow | None, conversation_id: str) -> ConversationRow:
    if row is None:
        raise UnknownConversation(f"no conversation {conversation_id!r}")
    return row
