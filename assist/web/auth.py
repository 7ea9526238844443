"""Who is calling our pages and our API, and may they?

Own pages hold a cookie, embedded sidebars and scripts a Bearer token. A token in a query string is never read.
"""

from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from assist.desk.sign_in import caller_of
from assist.domain.people import AgentRole, Caller, TokenKind

from .front import front_of

COOKIE = "assist_session"
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class NotSignedIn(Exception):
    """No valid token came with the request."""


class NotAllowed(Exception):
    """The caller is known and may not do this."""


def optional_caller(request: Request) -> Caller | None:
    """Return who calls, or None. Raises NotAllowed for a cookie used from another origin."""
    front = front_of(request)
    token, kind = _token(request)
    if token is None:
        return None
    with front.database.reader() as session:
        caller = caller_of(session, token, kind, front.clock())
    if caller is not None and kind is TokenKind.cookie and request.method in _UNSAFE:
        _require_own_origin(request)
    return caller


def require_caller(caller: Annotated[Caller | None, Depends(optional_caller)]) -> Caller:
    if caller is None:
        raise NotSignedIn("sign in with a ticket link, or send Authorization: Bearer …")
    return caller


def require_manager(caller: Annotated[Caller, Depends(require_caller)]) -> Caller:
    if not caller.may_manage():
        raise NotAllowed(f"this is not for the role {caller.role.value!r}; ask a lead or manager")
    return caller


SignedIn = Annotated[Caller, Depends(require_caller)]
Manager = Annotated[Caller, Depends(require_manager)]
Anyone = Annotated[Caller | None, Depends(optional_caller)]

ROLES_THAT_MANAGE = (AgentRole.lead, AgentRole.manager, AgentRole.admin)


def _token(connection: HTTPConnection) -> tuple[str | None, TokenKind]:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), TokenKind.bearer
    return connection.cookies.get(COOKIE), TokenKind.cookie


def _require_own_origin(request: Request) -> None:
    """A browser says where an unsafe request comes from; ours come from ourselves."""
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if origin != own:
        raise NotAllowed("this request did not come from our own pages")
