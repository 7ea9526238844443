"""The pages of practice mode: what there is to practise with, and the desk it is practised at."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assist.desk.practice import replay
from assist.desk.reply import UnknownConversation
from assist.domain.library import Library
from assist.domain.mood import MoodName
from assist.store.queries import people
from assist.store.queries.practice import Wanted

from .api_models import Count
from .auth import Anyone
from .front import front_of
from .practice import PAGE, found
from .views import pages
from .words import in_language, language_of, rest_of_query, words

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class _Choice:
    """A topic to choose: its id and its name."""

    id: str
    name: str


@router.get("/practice", response_class=HTMLResponse)
def practice_list(
    request: Request,
    caller: Anyone,
    q: Annotated[str, Query(max_length=200)] = "",
    topic: Annotated[str, Query(max_length=80)] = "",
    mood: str = "",
    complaints: bool = False,
    offset: Count = 0,
) -> HTMLResponse:
    """Stored conversations, the hardest first; a form finds others."""
    if caller is None:
        return _page(request, "login.html", to="/practice")
    front = front_of(request)
    felt = next((one for one in MoodName if one.value == mood), None)
    wanted = Wanted(words=q, topic=topic, mood=felt, complaints=complaints)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        zone = ZoneInfo(people.shop(session, caller.shop_id).timezone)
    kept = {"q": q, "topic": topic, "mood": felt.value if felt else "", "complaints": "1" if complaints else ""}
    return _page(
        request,
        "practice.html",
        caller=caller,
        found=found(front, caller, wanted, offset),
        wanted=wanted,
        offset=offset,
        step=PAGE,
        rest=urlencode({name: value for name, value in kept.items() if value}),
        topics=_topics(library, language_of(request)),
        moods=[one.value for one in reversed(MoodName)],
        zone=zone,
        more=rest_of_query(request),
    )


@router.get("/practice/{conversation_id}", response_class=HTMLResponse)
def practice_desk(request: Request, caller: Anyone, conversation_id: str) -> HTMLResponse:
    """One stored conversation at a desk that sends nothing."""
    if caller is None:
        return _page(request, "login.html", to="/practice")
    front = front_of(request)
    with front.database.reader() as session:
        told = replay(session, caller.shop_id, conversation_id)
    if not told.turns:
        raise UnknownConversation(f"nobody asked anything in conversation {conversation_id!r}; choose another")
    return _page(request, "practice_desk.html", caller=caller, told=told, more=rest_of_query(request))


def _topics(library: Library, language: str) -> dict[str, list[_Choice]]:
    return {
        kind: [_Choice(one.id, in_language(one.zh, one.en, language)) for one in labels]
        for kind, labels in (("category", library.topics.categories), ("intent", library.topics.intents))
    }


def _page(request: Request, template: str, **values: object) -> HTMLResponse:
    language = language_of(request)
    return HTMLResponse(pages().get_template(template).render(t=words(language), lang=language, **values))
