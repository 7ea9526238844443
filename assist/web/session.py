"""Sign in with a ticket or a password, hand tickets and short tokens out, and sign out: here, there, everywhere."""

from fastapi import APIRouter, Request, Response

from assist.desk.sessions import end_session, sessions_of
from assist.desk.sign_in import SESSION_LIFE, HandedOut, exchange, renew, sign_out
from assist.desk.sign_in_password import change_password, sign_in
from assist.desk.tickets import make_ticket
from assist.domain.people import TokenKind

from .auth import COOKIE, Holder, OwnPage, foreign_origin, optional_presented, require_own_origin
from .door_models import PasswordIn, SessionOut, SessionsOut, SignInIn, TicketForIn, TicketIn, TicketOut, TokenOut
from .front import Front, front_of

router = APIRouter(prefix="/api/v1", tags=["session"])


@router.post("/session", status_code=204)
def begin(request: Request, body: SignInIn) -> Response:
    """Spend a ticket, or prove a password, and set the session cookie; only from our own pages.

    401 whatever was wrong with name, shop or password; 422 `shop_missing` where one has to be named; 429 with
    Retry-After after too many wrong tries.
    """
    # Another site could sign somebody in as its own person, and read what they then type.
    require_own_origin(request)
    front = front_of(request)
    before = optional_presented(request)
    handed = _handed(front, body, request.client.host if request.client else None)
    if before is not None and before.held.kind is TokenKind.cookie:
        # The browser forgets the old cookie: nobody could end it from there.
        front.writer.submit(sign_out(before.token, before.held, front.clock())).result()
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
def end(request: Request, everywhere: bool = False) -> Response:
    """End this signing in with all its tokens; `everywhere` ends all that the person holds, API tokens too."""
    front = front_of(request)
    if presented := optional_presented(request):
        change = sign_out(presented.token, presented.held, front.clock(), everywhere=everywhere)
        front.writer.submit(change).result()
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, httponly=True, secure=front.cookies_secure, samesite="strict")
    return response


@router.post("/token")
def token(request: Request, body: TicketIn) -> TokenOut:
    """Spend a ticket for a Bearer token of 15 minutes that an embedded page holds in memory."""
    front = front_of(request)
    foreign = foreign_origin(request)
    shops = None if body.shop is None else frozenset((body.shop,))
    if foreign is not None:
        listed = front.embeds.shops_of(foreign)
        shops = listed if shops is None else listed & shops
    handed = front.writer.submit(exchange(body.ticket, TokenKind.bearer, front.clock(), shops=shops)).result()
    return TokenOut.model_validate(handed, from_attributes=True)


@router.post("/token/renew")
def renewed(request: Request, presented: Holder) -> TokenOut:
    """Return the next token; the one that asked counts for a minute more. At most 12 hours after signing in."""
    front = front_of(request)
    handed = front.writer.submit(renew(presented.token, front.clock())).result()
    return TokenOut.model_validate(handed, from_attributes=True)


@router.post("/tickets", status_code=201)
def ticket(request: Request, presented: Holder, body: TicketForIn) -> TicketOut:
    """Make a one-use ticket of 30 seconds: for others with a manager's API token, for oneself."""
    front = front_of(request)
    held = presented.held
    handed = front.writer.submit(make_ticket(held, body.agent, front.clock())).result()
    base = front.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    url = f"{base}/sidebar?shop={held.caller.shop_id}#ticket={handed.token}"
    return TicketOut(ticket=handed.token, url=url, expires_at=handed.expires_at)


@router.get("/sessions")
def sessions(request: Request, presented: Holder) -> SessionsOut:
    """Where the caller is signed in, and their API tokens."""
    front = front_of(request)
    with front.database.reader() as session:
        found = sessions_of(session, presented.held, front.clock())
    return SessionsOut(sessions=[SessionOut.model_validate(one, from_attributes=True) for one in found])


@router.delete("/sessions/{session_id}", status_code=204)
def end_one(request: Request, presented: OwnPage, session_id: str) -> Response:
    """End one of the caller's own sessions or API tokens; its streams end within seconds."""
    front = front_of(request)
    front.writer.submit(end_session(presented.held.caller.agent_id, session_id, front.clock())).result()
    return Response(status_code=204)


@router.post("/account/password", status_code=204)
def password(request: Request, presented: OwnPage, body: PasswordIn) -> Response:
    """Set a new password; every other session of the person ends. 401 where the current one is wrong."""
    front = front_of(request)
    address = request.client.host if request.client else None
    current, new = body.current.get_secret_value(), body.new.get_secret_value()
    change_password(front.database, front.writer, presented.held, current, new, address, front.clock())
    return Response(status_code=204)


def _handed(front: Front, body: SignInIn, address: str | None) -> HandedOut:
    now = front.clock()
    if body.ticket is not None:
        return front.writer.submit(exchange(body.ticket, TokenKind.cookie, now)).result()
    assert body.name is not None
    assert body.password is not None
    secret = body.password.get_secret_value()
    return sign_in(front.database, front.writer, body.name, secret, body.shop, address, now)
