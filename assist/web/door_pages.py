"""The pages at the door: sign in, one's own account, and the sidebar that others frame."""

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from assist.desk.passwords import LONGEST, SHORTEST
from assist.desk.sessions import sessions_of
from assist.store.queries import door, people

from .auth import Anyone, Presented, optional_presented
from .front import front_of
from .headers import shop_asked
from .views import pages
from .words import language_of, rest_of_query, words

router = APIRouter(include_in_schema=False)

_START = "/desk"
# A path of ours: never //host, /\host or a scheme, which lead elsewhere.
_OWN_PATH = re.compile(r"/([\w.~%-][\w.~%/-]*)?(\?[\w.~%&=+-]*)?", re.ASCII)


@router.get("/login", response_class=HTMLResponse)
def login(request: Request, caller: Anyone, to: str = _START) -> HTMLResponse:
    """Sign in with a password or a link, then go on to where one wanted to go: a page of ours."""
    return _page(request, "login.html", to=own_path(to), here=caller.name if caller else "")


@router.get("/account", response_class=HTMLResponse)
def account(request: Request, presented: Annotated[Presented | None, Depends(optional_presented)]) -> HTMLResponse:
    """Who one is here, one's password, and where one is signed in."""
    if presented is None:
        return _page(request, "login.html", to="/account")
    front = front_of(request)
    held = presented.held
    with front.database.reader() as session:
        shop = people.shop(session, held.caller.shop_id)
        signed_in = sessions_of(session, held, front.clock())
        has_password = door.password_hash(session, held.caller.agent_id) is not None
    return _page(
        request,
        "account.html",
        caller=held.caller,
        shop=shop,
        zone=ZoneInfo(shop.timezone),
        sessions=signed_in,
        has_password=has_password,
        shortest=SHORTEST,
        longest=LONGEST,
    )


@router.get("/sidebar", response_class=HTMLResponse)
def sidebar(request: Request) -> HTMLResponse:
    """A shell: it exchanges a ticket for a token and reads everything with it. `shop` says who may frame it."""
    shop = shop_asked(request.scope["query_string"])
    parents = front_of(request).embeds.parents(shop)
    return _page(request, "sidebar.html", parents=parents, shop=shop or "")


def own_path(asked: str) -> str:
    """Return a path of ours to go to after signing in; the desk for anything else."""
    return asked if _OWN_PATH.fullmatch(asked) else _START


def _page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    language = language_of(request)
    more = rest_of_query(request)
    html = pages().get_template(template).render(t=words(language), lang=language, more=more, **values)
    return HTMLResponse(html, status)
