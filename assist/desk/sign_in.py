"""Who is calling? Tickets are exchanged once for a token; tokens name a person of one shop.

What one signing in handed out is a family: it is renewed, listed and ended together.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.people import Caller, Held, Token, TokenKind
from assist.domain.value import Value
from assist.store.queries import door, people
from assist.store.writer import Change

from .secrets import new_token, token_hash

TICKET_LIFE = timedelta(seconds=30)
SESSION_LIFE = timedelta(hours=12)
SHORT_LIFE = timedelta(minutes=15)
"""Of a Bearer token that a ticket was exchanged for; it is renewed until the session's life is over."""
GRACE = timedelta(seconds=60)
"""How long a renewed token still counts, for what is under way with it."""
BEARER_LIFE = timedelta(days=365)


class TicketSpent(Exception):
    """The ticket is unknown, used or too old."""


class ForeignPage(Exception):
    """The page may not sign people of this ticket's shop in."""


class SessionOver(Exception):
    """What was to be renewed counts no more."""


class NothingToRenew(Exception):
    """A long-lived token is not renewed."""


class HandedOut(Value):
    """A new secret, told once."""

    token: str
    expires_at: datetime
    agent_id: str


def hand_out(
    shop_id: str,
    agent_id: str,
    kind: TokenKind,
    now: datetime,
    *,
    life: timedelta | None = None,
    family: str | None = None,
) -> Change[HandedOut]:
    """Return the change that makes a token for a person. A cookie without a family begins one."""
    lives = {TokenKind.ticket: TICKET_LIFE, TokenKind.cookie: SESSION_LIFE, TokenKind.bearer: BEARER_LIFE}
    expires_at = now + (life or lives[kind])
    token = new_token()
    family = family or (new_family(now) if kind is TokenKind.cookie else None)

    def keep(session: Session) -> HandedOut:
        row = Token(kind=kind, shop_id=shop_id, agent_id=agent_id, expires_at=expires_at, family=family)
        people.keep_token(session, token_hash(token), row)
        return HandedOut(token=token, expires_at=expires_at, agent_id=agent_id)

    return keep


def exchange(ticket: str, kind: TokenKind, now: datetime, *, shops: frozenset[str] | None = None) -> Change[HandedOut]:
    """Return the change that spends a ticket for a cookie of 12 hours, or a Bearer token of 15 minutes to renew.

    `shops` are those whose people the page that asks may sign in; None is all. Raises TicketSpent, or ForeignPage,
    which leaves the ticket unspent.
    """
    life = SESSION_LIFE if kind is TokenKind.cookie else SHORT_LIFE

    def keep(session: Session) -> HandedOut:
        spent = people.spend_ticket(session, token_hash(ticket), now)
        if spent is None:
            raise TicketSpent("this link was used or is too old; open a new one")
        if shops is not None and spent.shop_id not in shops:
            raise ForeignPage("this page is not of the ticket's shop; see embed_origins in its set-up file")
        family = new_family(now)
        return hand_out(spent.shop_id, spent.agent_id, kind, now, life=life, family=family)(session)

    return keep


def renew(token: str, now: datetime) -> Change[HandedOut]:
    """Return the change that hands out the next token of a family; this one counts for a minute more.

    The last one ends 12 hours after the family began. Raises SessionOver, NothingToRenew.
    """

    def keep(session: Session) -> HandedOut:
        held = people.held_token(session, token_hash(token), TokenKind.bearer, now)
        if held is None:
            raise SessionOver("this session is over; sign in again")
        if held.family is None:
            raise NothingToRenew(f"this token is good until {held.expires_at.isoformat(timespec='seconds')}")
        life = min(SHORT_LIFE, family_began(held.family) + SESSION_LIFE - now)
        door.shorten_token(session, token_hash(token), now + GRACE)
        who = held.caller
        return hand_out(who.shop_id, who.agent_id, TokenKind.bearer, now, life=life, family=held.family)(session)

    return keep


def sign_out(token: str, held: Held, now: datetime, *, everywhere: bool = False) -> Change[None]:
    """Return the change that ends this signing in, or everything its person holds, API tokens and tickets too."""

    def keep(session: Session) -> None:
        if everywhere:
            people.revoke_tokens(session, held.caller.agent_id, now)
        elif held.family is not None:
            door.revoke_family(session, held.family, now)
        else:
            door.revoke_token(session, token_hash(token), now)

    return keep


def new_family(now: datetime) -> str:
    """Return the name of a signing in that begins now; the name says when."""
    return f"{int(now.timestamp() * 1000):012x}-{new_token()[:16]}"


def family_began(family: str) -> datetime:
    return datetime.fromtimestamp(int(family.partition("-")[0], 16) / 1000, UTC)


def caller_of(session: Session, token: str, kind: TokenKind, now: datetime) -> Caller | None:
    """Return who holds this token, or None."""
    return people.caller_of_token(session, token_hash(token), kind, now)


def held_by(session: Session, token: str, kind: TokenKind, now: datetime) -> Held | None:
    """Return a living token with who holds it, or None."""
    return people.held_token(session, token_hash(token), kind, now)


def still_signed_in(session: Session, token: str, kind: TokenKind, now: datetime) -> bool:
    """May what began with this token go on? A renewed one may have ended since, its session may not."""
    return door.family_lives(session, token_hash(token), kind, now)
