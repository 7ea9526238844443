"""A draft tried before it is published: its card, which questions bring it, and what it does to known questions."""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from pydantic import Field, StringConstraints

from assist.desk.edit_rights import Verb, area_of, require
from assist.desk.regress_draft import Comparison
from assist.desk.with_draft import Tried, Wanted, half_written, library_with, try_question
from assist.domain.library import Article
from assist.domain.people import Caller
from assist.store.queries import people
from assist.suggest.regression import Regression

from .api_models import Out
from .auth import SignedIn
from .card_views import level_of
from .front import Front, front_of
from .kb_api import body_of, published_entries, refresh
from .kb_models import CheckIn
from .preview import answer_preview
from .why import pieces
from .words import language_of, words

router = APIRouter(prefix="/api/v1/kb", tags=["knowledge base"])


class TryIn(CheckIn):
    """A question to try an article's draft with; "" for none: then only the card is shown."""

    question: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class TriedOut(Out):
    """A card that would come. `why` is its evidence in words, strongest first."""

    article_id: str
    title: str
    score: float
    level: Literal["high", "medium", "low"]
    matched: str
    shown: bool
    draft: bool
    why: list[str]


class TriedBothOut(Out):
    """What a question brings with the draft and without it; `html` is the draft's card, null while it has no title
    or text.
    """

    html: str | None
    draft: Annotated[list[TriedOut], Field(max_length=5)]
    published: Annotated[list[TriedOut], Field(max_length=5)]


class ComparisonOut(Out):
    """How far a comparison is; `result` is there once it is `done`. `titles` are those of the articles it names."""

    id: str
    state: Literal["running", "done", "failed"]
    result: Regression | None
    titles: dict[str, str]


@router.post("/try")
def tried(request: Request, caller: SignedIn, body: TryIn) -> TriedBothOut:
    """The card an article's draft would be, and what a question would bring with it and without it."""
    front, language = front_of(request), language_of(request)
    shelf = front.libraries.current(caller.shop_id)
    entry_id = body.entry_id or "new-article"
    article = half_written(body.body, entry_id, shelf.library) if body.body is not None else None
    ended = entry_id if body.body is None else None

    def rows(changed: Article | None, gone: str | None) -> list[TriedOut]:
        found = try_question(shelf, body.question, changed, gone) if body.question else []
        return [_out(one, level_of(one.score, shelf.library.answers), language) for one in found]

    return TriedBothOut(
        html=answer_preview(article, shelf.library, language, today=_today(front, caller)) if article else None,
        draft=rows(article, ended),
        published=rows(None, None),
    )


@router.post("/regression", status_code=202)
def compare(request: Request, caller: SignedIn, body: CheckIn) -> ComparisonOut:
    """Begin to ask the known questions with the draft and without it. 409 while one is running."""
    front = front_of(request)
    entry_id = body.entry_id or "new-article"
    require(caller.role, Verb.write, area_of(body.kind, entry_id))
    refresh(front)
    library = front.libraries.current(caller.shop_id).library
    text = body_of(body.kind, entry_id, body.body)
    wanted = Wanted(body.kind, entry_id, text, lambda: published_entries(front, caller.shop_id, library.number))
    return _comparison(front, caller, front.regressions.start(library, library_with(library, wanted)))


@router.get("/regression/{job_id}")
def compared(request: Request, caller: SignedIn, job_id: str) -> ComparisonOut:
    """How far it is, and what it came to."""
    front = front_of(request)
    job = front.regressions.job(caller.shop_id, job_id)
    if job is None:
        raise HTTPException(404, "no such comparison; they are forgotten after a while, so run it again")
    return _comparison(front, caller, job)


def _comparison(front: Front, caller: Caller, job: Comparison) -> ComparisonOut:
    articles = front.libraries.current(caller.shop_id).articles
    turned = (*job.result.worse, *job.result.better) if job.result else ()
    named = {name for one in turned for name in (one.article_id, one.before, one.after) if name}
    titles = {name: articles[name].title if name in articles else name for name in sorted(named)}
    return ComparisonOut(id=job.id, state=job.state.value, result=job.result, titles=titles)


def _out(tried: Tried, level: Literal["high", "medium", "low"], language: str) -> TriedOut:
    told = words(language)
    return TriedOut(
        article_id=tried.article_id,
        title=tried.title,
        score=tried.score,
        level=level,
        matched=tried.matched,
        shown=tried.shown,
        draft=tried.draft,
        why=[
            told.get(f"{'against' if piece.weight == 'against' else 'because'}_{piece.kind}", piece.kind)
            for piece in pieces(list(tried.reasons))
        ],
    )


def _today(front: Front, caller: Caller) -> date:
    with front.database.reader() as session:
        zone = ZoneInfo(people.shop(session, caller.shop_id).timezone)
    return front.clock().astimezone(zone).date()
