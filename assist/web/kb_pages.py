"""The knowledge base's pages: all articles, one article with its draft, and the article that a chat is made into."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from assist.desk.edit_rights import Area, Verb, may
from assist.desk.libraries import Shelf
from assist.desk.publish import FILES
from assist.domain.figures import EntryId
from assist.domain.library import RUNTIME_SLOTS, Article, Library
from assist.domain.people import Caller
from assist.store.queries import chats, drafts, people, versions

from .api_models import Out
from .auth import Anyone, SignedIn
from .front import front_of
from .kb_api import entry_of, names_of, new_name
from .kb_list import PAGE, SORTS, STATES, Asked, Row, Sort, State, asked_for, counts, rows
from .kb_models import EntryOut, draft_out, edition_out
from .preview import STYLESHEETS
from .views import pages
from .words import in_language, language_of, words

router = APIRouter(tags=["knowledge base"])

_MOST_BESIDE = 12
_Text = Annotated[str, Query(max_length=200)]


class ArticleListedOut(Out):
    """An article as the editor's own list has it."""

    entry_id: str
    title: str
    category: str
    state: str


class ArticlesOut(Out):
    articles: list[ArticleListedOut]


@router.get("/kb", response_class=HTMLResponse, include_in_schema=False)
def listed(
    request: Request,
    caller: Anyone,
    q: _Text = "",
    category: _Text = "",
    intent: _Text = "",
    state: State = "",
    sort: Sort = "reviewed",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """All articles: searched, filtered, sorted, in pages; what waits for review above them."""
    if caller is None:
        return _login(request, "/kb")
    front, language = front_of(request), language_of(request)
    shelf = front.libraries.current(caller.shop_id)
    asked = Asked(q.strip(), category, intent, state, sort)
    with front.database.reader() as session:
        zone = _zone(session, caller)
        found = rows(session, shelf, front.clock().astimezone(zone).date())
        names = names_of(session, caller.shop_id)
        waiting = [draft_out(one, names) for one in drafts.listed(session, caller.shop_id)]
    fit = asked_for(found, asked, shelf)
    last = max(1, -(-len(fit) // PAGE))
    at = min(page, last)
    return _page(
        request,
        "kb.html",
        caller=caller,
        asked=asked,
        rows=fit[(at - 1) * PAGE : at * PAGE],
        fit=len(fit),
        counts=counts(found),
        states=STATES,
        sorts=SORTS,
        page=at,
        last=last,
        link=_linked(language, asked),
        review=[one for one in waiting if one.state == "review"],
        zone=zone,
        files=FILES,
        library=shelf.library,
        names=_label_names(shelf.library, language),
        may_write=may(caller.role, Verb.write, Area.articles),
        more=_query(asked, page=at),
    )


@router.get("/api/v1/kb/articles")
def found_articles(request: Request, caller: SignedIn, q: _Text = "", near: _Text = "") -> ArticlesOut:
    """A dozen articles for a query; without one, those filed beside the article `near`."""
    front, language = front_of(request), language_of(request)
    shelf = front.libraries.current(caller.shop_id)
    with front.database.reader() as session:
        found = rows(session, shelf, front.clock().astimezone(_zone(session, caller)).date())
    return ArticlesOut(articles=_beside(found, shelf, q.strip(), shelf.articles.get(near), language))


@router.get("/kb/article/new", response_class=HTMLResponse, include_in_schema=False)
def new(
    request: Request,
    caller: Anyone,
    ask: _Text = "",
    intent: _Text = "",
    from_message: Annotated[str, Query(max_length=64)] = "",
    conversation: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:
    """An article to begin: empty, from a question nobody could answer, or from a reply that was sent."""
    if caller is None:
        return _login(request, f"/kb/article/new?{urlencode({'ask': ask, 'intent': intent})}")
    front = front_of(request)
    begun: dict[str, Any] = {"intent": intent} if intent else {}
    if ask:
        begun |= {"asks": [ask], "title": ask[:40]}
    with front.database.reader() as session:
        if from_message:
            begun |= _said_in_chat(session, caller, conversation, from_message)
        entry = entry_of(session, caller, "article", new_name("article"))
    return _editor(request, caller, entry, begun)


@router.get("/kb/article/{entry_id}", response_class=HTMLResponse, include_in_schema=False)
def article(request: Request, caller: Anyone, entry_id: EntryId) -> HTMLResponse:
    """One article: its draft if one waits, else as published."""
    if caller is None:
        return _login(request, f"/kb/article/{quote(entry_id)}")
    with front_of(request).database.reader() as session:
        entry = entry_of(session, caller, "article", entry_id)
    if entry.published is None and entry.draft is None:
        raise HTTPException(404, f"no article {entry_id!r}; see /kb")
    return _editor(request, caller, entry, {})


def _editor(request: Request, caller: Caller, entry: EntryOut, begun: dict[str, Any]) -> HTMLResponse:
    front, language = front_of(request), language_of(request)
    shelf = front.libraries.current(caller.shop_id)
    published = entry.published.body if entry.published else None
    with front.database.reader() as session:
        zone = _zone(session, caller)
        history = versions.history(session, caller.shop_id, "article", entry.entry_id, limit=10)
        file = versions.last_by(session, caller.shop_id, "article", entry.entry_id, FILES)
        today = front.clock().astimezone(zone).date()
        found = rows(session, shelf, today)
    body = (entry.draft.body if entry.draft else None) or published or {"reviewed": today.isoformat(), **begun}
    own = file is not None and entry.published is not None and entry.published.author != FILES
    ends = entry.draft is not None and entry.draft.body is None
    return _page(
        request,
        "kb_article.html",
        caller=caller,
        entry=entry,
        ends=ends,
        history=history,
        file=edition_out(file) if file is not None and own and file.body is not None else None,
        files=FILES,
        zone=zone,
        library=shelf.library,
        slots=sorted(RUNTIME_SLOTS),
        product_facts=_product_facts(shelf.library, language),
        beside=_beside(found, shelf, "", shelf.articles.get(entry.entry_id), language),
        begun=bool(begun),
        stylesheets=STYLESHEETS,
        state={
            "entry_id": entry.entry_id,
            "number": entry.draft.base_number if entry.draft else entry.number,
            "revision": entry.draft.revision if entry.draft else 0,
            "draft": entry.draft.model_dump(mode="json") if entry.draft else None,
            "body": body,
            "ends": ends,
            "published": published,
            "today": today.isoformat(),
            "may_write": entry.may_write,
            "may_publish": entry.may_publish,
            "language": language,
            "begun": bool(begun),
        },
    )


def _said_in_chat(session: Session, caller: Caller, conversation_id: str, message_id: str) -> dict[str, Any]:
    """Return what an article begins with that says what an agent wrote: the customer's question, and the reply."""
    reply = chats.messages(session, caller.shop_id, [message_id]).get(message_id)
    if reply is None or reply.recalled or chats.conversation(session, caller.shop_id, conversation_id) is None:
        return {}
    answered = [
        row.turn for row in chats.turns_from(session, conversation_id, None) if message_id in row.turn.reply_ids
    ]
    asked = chats.messages(session, caller.shop_id, answered[0].message_ids) if answered else {}
    asks = [one.text.strip()[:200] for one in asked.values() if one.text.strip() and not one.recalled]
    return {"text": reply.text[:2000], "asks": asks, "title": (asks[0] if asks else reply.text)[:40]}


def _beside(found: list[Row], shelf: Shelf, query: str, near: Article | None, language: str) -> list[ArticleListedOut]:
    if query or near is None:
        fit = asked_for(found, Asked(query, sort="changed"), shelf)
    else:
        fit = asked_for(found, Asked(category=near.category, intent=near.intent), shelf)
        fit += [one for one in asked_for(found, Asked(category=near.category), shelf) if one not in fit]
    names = _label_names(shelf.library, language)
    return [
        ArticleListedOut(
            entry_id=one.entry_id,
            title=one.title or one.entry_id,
            category=names.get(one.category, ""),
            state=one.draft,
        )
        for one in fit[:_MOST_BESIDE]
    ]


def _label_names(library: Library, language: str) -> dict[str, str]:
    labels = (*library.topics.categories, *library.topics.intents)
    return {one.id: in_language(one.zh, one.en, language) for one in labels}


def _product_facts(library: Library, language: str) -> list[tuple[str, str]]:
    """Return every product's figures, as `shrimp.fridge` and in words."""
    return [
        (f"{product.id}.{name}", f"{in_language(product.name, product.name_en, language)} · {name}: {fact.value}")
        for product in library.products
        for name, fact in product.facts.items()
    ]


def _query(asked: Asked, **more: object) -> str:
    said = {"q": asked.query, "category": asked.category, "intent": asked.intent, "state": asked.state}
    given = {**said, "sort": asked.sort if asked.sort != "reviewed" else "", **more}
    return "".join(f"&{urlencode({name: value})}" for name, value in given.items() if value)


def _linked(language: str, asked: Asked) -> Callable[..., str]:
    def link(**changed: Any) -> str:
        fields = {name: changed.pop(name) for name in list(changed) if name in Asked.__dataclass_fields__}
        return f"/kb?lang={language}{_query(replace(asked, **fields), **changed)}"

    return link


def _zone(session: Session, caller: Caller) -> ZoneInfo:
    return ZoneInfo(people.shop(session, caller.shop_id).timezone)


def _page(request: Request, template: str, **values: object) -> HTMLResponse:
    language = language_of(request)
    return HTMLResponse(pages().get_template(template).render(t=words(language), lang=language, **values))


def _login(request: Request, to: str) -> HTMLResponse:
    return _page(request, "login.html", to=to)
