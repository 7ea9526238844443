"""The inside of the sidebar's element: for hosts that fetch it, and with the first cards in it for our own pages."""

import hashlib
from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from assist.domain.people import Caller
from assist.store.queries import chats

from .api_models import ConversationOut
from .front import Front
from .views import conversation_out, pages, suggestions_out
from .words import language_of, words

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class First:
    """One conversation as the sidebar first shows it; the HTML is our own, rendered where the stream's is."""

    conversation: ConversationOut
    cards: Markup
    care: Markup
    strip: Markup


@dataclass(frozen=True)
class _Frame:
    html: str
    etag: str


@router.get("/embed/frame")
def frame(request: Request) -> Response:
    """The frame in `?lang=`, as HTML without any data: for every host, without signing in, kept by its ETag."""
    made = _frame(language_of(request))
    headers = {
        "ETag": made.etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language",
        "Access-Control-Allow-Origin": "*",
    }
    if made.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(made.html, headers=headers)


def first_shown(front: Front, caller: Caller, conversation_id: str | None, language: str) -> First | None:
    """Return the conversation asked for, else the one that waits longest, else the newest; None when there is none.

    The desk's list begins with the same one, so that what is seen first stays.
    """
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        row = chats.conversation(session, caller.shop_id, conversation_id) if conversation_id else None
        if row is None:
            listed = chats.recent_conversations(session, caller.shop_id)
            waiting = [(one.waiting_since, one) for one in listed if one.waiting_since is not None]
            row = min(waiting, key=lambda one: one[0])[1] if waiting else next(iter(listed), None)
        if row is None:
            return None
        shown = suggestions_out(session, row, library, language, caller, front.clock())
    return First(conversation_out(row), Markup(shown.html), Markup(shown.care_html), Markup(shown.strip_html))  # noqa: S704 - rendered with autoescape


@cache
def _frame(language: str) -> _Frame:
    html = pages().get_template("assist_inside.html").render(t=words(language), lang=language)
    return _Frame(html, f'"{hashlib.sha256(html.encode()).hexdigest()[:20]}"')
