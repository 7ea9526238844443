"""Who is calling our pages and our API, and may they?

Own pages hold a cookie, embedded sidebars and scripts a Bearer token. A token in a query string is never read, and
a cookie counts only where the request comes from our own pages.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from assist.desk.sign_in import held_by, still_signed_in
from assist.domain.people import AgentRole, Caller, Held, TokenKind

from .front import front_of

COOKIE = "assist_session"
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class NotSignedIn(Exception):
    """No valid token came with the request."""


class NotAllowed(Exception):
    """The caller is known and may not do this."""


@dataclass(frozen=True)
class Presented:
    """A living token, as it came with the request."""

    token: str
    held: Held


async def own_pages_only(request: Request) -> None:
    """Let a cookie change things only from our own pages, on every route there is. Raises NotAllowed."""
    if request.method in _UNSAFE and _token(request)[1] is TokenKind.cookie and COOKIE in request.cookies:
        require_own_origin(request)


def require_own_origin(request: HTTPConnection) -> None:
    """A browser says where an unsafe request comes from; ours come from ourselves. Raises NotAllowed."""
    if not _is_own(request, request.headers.get("origin")):
        raise NotAllowed("this request did not come from our own pages")


def foreign_origin(connection: HTTPConnection) -> str | None:
    """Return the origin of the page that asks, where it is not ours; programs and our own pages have none."""
    origin = connection.headers.get("origin")
    return None if origin is None or _is_own(connection, origin) else origin


def optional_presented(request: Request) -> Presented | None:
    """Return the token that came and who holds it, or None. Raises NotAllowed on a page of another shop."""
    front = front_of(request)
    token, kind = _token(request)
    foreign = foreign_origin(request)
    if token is None or (kind is TokenKind.cookie and foreign is not None):
        return None
    with front.database.reader() as session:
        held = held_by(session, token, kind, front.clock())
    if held is None:
        return None
    shops = front.embeds.shops_of(foreign) if foreign is not None else frozenset[str]()
    if shops and held.caller.shop_id not in shops:
        raise NotAllowed("this page belongs to another shop than the token; see embed_origins in its set-up file")
    return Presented(token, held)


def optional_caller(request: Request) -> Caller | None:
    """Return who calls, or None."""
    presented = optional_presented(request)
    return presented.held.caller if presented else None


def goes_on(request: Request) -> bool:
    """May a stream that was opened with this request go on? A token renewed since then ended, its session did not."""
    front = front_of(request)
    token, kind = _token(request)
    with front.database.reader() as session:
        return token is not None and still_signed_in(session, token, kind, front.clock())


def require_presented(presented: Annotated[Presented | None, Depends(optional_presented)]) -> Presented:
    if presented is None:
        raise NotSignedIn("sign in with a ticket link, or send Authorization: Bearer …")
    return presented


def require_own_page(presented: Annotated[Presented, Depends(require_presented)]) -> Presented:
    if presented.held.kind is not TokenKind.cookie:
        raise NotAllowed("this is done on our own pages, signed in there")
    return presented


def require_caller(presented: Annotated[Presented, Depends(require_presented)]) -> Caller:
    return presented.held.caller


def require_manager(caller: Annotated[Caller, Depends(require_caller)]) -> Caller:
    if not caller.may_manage():
        raise NotAllowed(f"this is not for the role {caller.role.value!r}; ask a lead or manager")
    return caller


SignedIn = Annotated[Caller, Depends(require_caller)]
Manager = Annotated[Caller, Depends(require_manager)]
Anyone = Annotated[Caller | None, Depends(optional_caller)]
Holder = Annotated[Presented, Depends(require_presented)]
OwnPage = Annotated[Presented, Depends(require_own_page)]

ROLES_THAT_MANAGE = (AgentRole.lead, AgentRole.manager, AgentRole.admin)


def _token(connection: HTTPConnection) -> tuple[str | None, TokenKind]:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), TokenKind.bearer
    return connection.cookies.get(COOKIE), TokenKind.cookie


def _is_own(connection: HTTPConnection, origin: str | None) -> bool:
    """Ours is the address that was asked, and the public one: behind a proxy they differ."""
    if origin is None:
        return False
    public = urlsplit(front_of(connection).public_url)
    own = f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    return origin in (own, f"{public.scheme}://{public.netloc}" if public.netloc else own)
