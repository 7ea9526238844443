"""Exchange a one-use ticket for a cookie (own pages) or a token (embedded sidebar), and sign out."""

from fastapi import APIRouter, Request, Response

from assist.desk.sign_in import SESSION_LIFE, exchange, revoke
from assist.domain.people import TokenKind

from .api_models import TicketIn, TokenOut
from .auth import COOKIE
from .front import front_of

router = APIRouter(prefix="/api/v1", tags=["session"])


@router.post("/session", status_code=204)
def sign_in(request: Request, body: TicketIn) -> Response:
    """Spend a ticket and set the session cookie."""
    front = front_of(request)
    handed = front.writer.submit(exchange(body.ticket, TokenKind.cookie, front.clock())).result()
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE,
        handed.token,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        secure=front.cookies_secure,
        samesite="strict",
    )
    return response


@router.delete("/session", status_code=204)
def sign_out(request: Request) -> Response:
    """End the session: the cookie goes, and its token counts no more."""
    front = front_of(request)
    if token := request.cookies.get(COOKIE):
        front.writer.submit(revoke(token, front.clock())).result()
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


@router.post("/token")
def token(request: Request, body: TicketIn) -> TokenOut:
    """Spend a ticket for a Bearer token that an embedded page holds in memory."""
    front = front_of(request)
    handed = front.writer.submit(exchange(body.ticket, TokenKind.bearer, front.clock())).result()
    return TokenOut(token=handed.token, expires_at=handed.expires_at)
