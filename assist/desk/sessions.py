"""Where is a person signed in? One line for each signing in, and for each API token."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.people import Held, TokenKind
from assist.domain.value import Value
from assist.store.queries import door
from assist.store.queries.door import LivingToken
from assist.store.writer import Change

from .sign_in import SESSION_LIFE, family_began

_API_ID_LENGTH = 16


class UnknownSession(Exception):
    """This person has no such session, or it is over."""


class SignedInAt(Value):
    """One signing in, or one API token: then `began_at` is not known."""

    id: str
    kind: TokenKind
    api: bool
    began_at: datetime | None
    expires_at: datetime
    here: bool


def sessions_of(session: Session, held: Held, now: datetime) -> list[SignedInAt]:
    """Return where the holder is signed in, the newest first, API tokens last."""
    latest: dict[str, LivingToken] = {}
    for token in door.living_tokens(session, held.caller.agent_id, now):
        latest[_id(token)] = token
    found = [
        SignedInAt(
            id=session_id,
            kind=token.kind,
            api=token.family is None,
            began_at=family_began(token.family) if token.family else None,
            expires_at=_ends_at(token),
            here=token.family is not None and token.family == held.family,
        )
        for session_id, token in latest.items()
    ]
    return sorted(found, key=lambda one: one.began_at.timestamp() if one.began_at else 0.0, reverse=True)


def end_session(agent_id: str, session_id: str, now: datetime) -> Change[None]:
    """Return the change that ends one of a person's own. Raises UnknownSession."""

    def keep(session: Session) -> None:
        tokens = [one for one in door.living_tokens(session, agent_id, now) if _id(one) == session_id]
        if not tokens:
            raise UnknownSession("there is no such session; it may have ended already")
        for token in tokens:
            door.revoke_token(session, token.hash, now)

    return keep


def _ends_at(token: LivingToken) -> datetime:
    """A short token is renewed: its session ends later than itself."""
    return family_began(token.family) + SESSION_LIFE if token.family else token.expires_at


def _id(token: LivingToken) -> str:
    return token.family or f"api-{token.hash[:_API_ID_LENGTH]}"
