"""Who is calling? Tickets are exchanged once for a token; tokens name a person of one shop."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.people import Caller, Token, TokenKind
from assist.domain.value import Value
from assist.store.queries import people
from assist.store.writer import Change

from .secrets import new_token, token_hash

TICKET_LIFE = timedelta(seconds=30)
SESSION_LIFE = timedelta(hours=12)
BEARER_LIFE = timedelta(days=365)


class TicketSpent(Exception):
    """The ticket is unknown, used or too old."""


class HandedOut(Value):
    """A new secret, told once."""

    token: str
    expires_at: datetime


def hand_out(
    shop_id: str, agent_id: str, kind: TokenKind, now: datetime, *, life: timedelta | None = None
) -> Change[HandedOut]:
    """Return the change that makes a token for a person."""
    lives = {TokenKind.ticket: TICKET_LIFE, TokenKind.cookie: SESSION_LIFE, TokenKind.bearer: BEARER_LIFE}
    expires_at = now + (life or lives[kind])
    token = new_token()

    def keep(session: Session) -> HandedOut:
        row = Token(kind=kind, shop_id=shop_id, agent_id=agent_id, expires_at=expires_at)
        people.keep_token(session, token_hash(token), row)
        return HandedOut(token=token, expires_at=expires_at)

    return keep


def exchange(ticket: str, kind: TokenKind, now: datetime) -> Change[HandedOut]:
    """Return the change that spends a ticket for a cookie or a bearer token of 12 hours. Raises TicketSpent."""

    def keep(session: Session) -> HandedOut:
        spent = people.spend_ticket(session, token_hash(ticket), now)
        if spent is None:
            raise TicketSpent("this link was used or is too old; open a new one")
        return hand_out(spent.shop_id, spent.agent_id, kind, now, life=SESSION_LIFE)(session)

    return keep


def revoke(token: str, now: datetime) -> Change[None]:
    """Return the change after which this token counts no more."""

    def keep(session: Session) -> None:
        people.revoke_token(session, token_hash(token), now)

    return keep


def caller_of(session: Session, token: str, kind: TokenKind, now: datetime) -> Caller | None:
    """Return who holds this token, or None."""
    return people.caller_of_token(session, token_hash(token), kind, now)
