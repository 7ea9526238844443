"""Who knocked how often, who is signed in where, and what a person's password was kept as."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update
from sqlalchemy.orm import Session

from assist.domain.people import TokenKind
from assist.store import tables
from assist.store.door_tables import SignInTry
from assist.store.sql import upsert
from assist.store.tables import table_of

_agent = table_of(tables.Agent)
_token = table_of(tables.Token)
_try = table_of(SignInTry)

_SESSIONS = (TokenKind.cookie.value, TokenKind.bearer.value)


@dataclass(frozen=True)
class Tries:
    """How often signing in failed for a subject since it last succeeded, and when it was tried last."""

    failures: int
    last_at: datetime


@dataclass(frozen=True)
class LivingToken:
    """A token that counts. `hash` is no secret: it opens nothing."""

    hash: str
    kind: TokenKind
    family: str | None
    expires_at: datetime


def tries(session: Session, subjects: tuple[str, ...]) -> dict[str, Tries]:
    """Return what is known of these subjects; their rows are locked until the change ends where a database can."""
    query = select(_try).where(_try.c.subject.in_(subjects)).order_by(_try.c.subject).with_for_update()
    return {row.subject: Tries(row.failures, row.last_at) for row in session.execute(query)}


def keep_tries(session: Session, kept: dict[str, Tries]) -> None:
    rows = [
        {"subject": subject, "failures": one.failures, "last_at": one.last_at} for subject, one in sorted(kept.items())
    ]
    upsert(session, _try, rows)


def forget_tries(session: Session, subjects: tuple[str, ...]) -> None:
    session.execute(delete(_try).where(_try.c.subject.in_(subjects)))


def forget_tries_before(session: Session, then: datetime) -> None:
    session.execute(delete(_try).where(_try.c.last_at < then))


def password_hash(session: Session, agent_id: str) -> str | None:
    """Return what an active person's password was kept as; None for nobody, and where there is none."""
    query = select(_agent.c.password_hash).where(_agent.c.id == agent_id, _agent.c.active)
    return session.execute(query).scalar_one_or_none()


def keep_password(session: Session, agent_id: str, kept: str) -> None:
    session.execute(update(_agent).where(_agent.c.id == agent_id).values(password_hash=kept))


def family_lives(session: Session, token_hash: str, kind: TokenKind, now: datetime) -> bool:
    """Does this token count, or one that came of the same signing in?"""
    own = select(_token.c.family).where(_token.c.hash == token_hash, _token.c.kind == kind.value).scalar_subquery()
    query = (
        select(func.count())
        .select_from(_token.join(_agent, _agent.c.id == _token.c.agent_id))
        .where(
            or_(_token.c.hash == token_hash, _token.c.family == own),
            _token.c.kind == kind.value,
            _living(now),
            _agent.c.active,
        )
    )
    return bool(session.execute(query).scalar_one())


def living_tokens(session: Session, agent_id: str, now: datetime) -> list[LivingToken]:
    """Return a person's cookies and Bearer tokens that count."""
    query = (
        select(_token)
        .where(_token.c.agent_id == agent_id, _token.c.kind.in_(_SESSIONS), _living(now))
        .order_by(_token.c.expires_at, _token.c.hash)
    )
    return [LivingToken(row.hash, TokenKind(row.kind), row.family, row.expires_at) for row in session.execute(query)]


def count_living_tickets(session: Session, agent_id: str, now: datetime) -> int:
    query = select(func.count()).where(
        _token.c.agent_id == agent_id, _token.c.kind == TokenKind.ticket.value, _living(now)
    )
    return int(session.execute(query).scalar_one())


def shorten_token(session: Session, token_hash: str, until: datetime) -> None:
    """Let a token end by then at the latest."""
    session.execute(
        update(_token).where(_token.c.hash == token_hash, _token.c.expires_at > until).values(expires_at=until)
    )


def revoke_token(session: Session, token_hash: str, now: datetime) -> None:
    _revoke(session, _token.c.hash == token_hash, now)


def revoke_family(session: Session, family: str, now: datetime) -> None:
    _revoke(session, _token.c.family == family, now)


def revoke_sign_ins(session: Session, agent_id: str, now: datetime, *, but: str | None = None) -> None:
    """Revoke a person's tickets and all that came of signing in, except one family. API tokens stand alone and stay."""
    alone = and_(_token.c.kind == TokenKind.bearer.value, _token.c.family.is_(None))
    kept = or_(alone, func.coalesce(_token.c.family, "") == but) if but else alone
    _revoke(session, and_(_token.c.agent_id == agent_id, not_(kept)), now)


def _revoke(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(_token).where(which, _token.c.revoked_at.is_(None)).values(revoked_at=now))


def _living(now: datetime) -> ColumnElement[bool]:
    return and_(_token.c.expires_at > now, _token.c.spent_at.is_(None), _token.c.revoked_at.is_(None))
