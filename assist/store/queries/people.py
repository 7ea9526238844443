"""Shops, their connected accounts, the people in them and the tokens they hold."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assist.domain.people import AgentRole, Caller, Held, Level, Token, TokenKind
from assist.store import tables
from assist.store.sql import insert_new, upsert
from assist.store.tables import table_of

_shop = table_of(tables.Shop)
_account = table_of(tables.Account)
_agent = table_of(tables.Agent)
_standing = table_of(tables.AgentStanding)
_ref = table_of(tables.AgentRef)
_token = table_of(tables.Token)


@dataclass(frozen=True)
class ShopRow:
    id: str
    name: str
    timezone: str
    subject_salt: str
    embed_origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountRow:
    """A connected account; `secrets` are references or sealed values, never plain."""

    adapter: str
    account: str
    shop_id: str
    config: dict[str, Any]
    secrets: dict[str, list[str]]


@dataclass(frozen=True)
class AgentRow:
    id: str
    shop_id: str
    name: str
    role: AgentRole
    level: Level | None
    team: str
    linked: bool
    active: bool


def shops(session: Session) -> list[ShopRow]:
    rows = session.execute(select(_shop).order_by(_shop.c.id))
    return [_read_shop(row) for row in rows]


def shop(session: Session, shop_id: str) -> ShopRow:
    """Return a shop that is there. Raises sqlalchemy's NoResultFound otherwise."""
    row = session.execute(select(_shop).where(_shop.c.id == shop_id)).one()
    return _read_shop(row)


def save_shop(session: Session, shop: ShopRow, now: datetime) -> None:
    values = {**shop.__dict__, "embed_origins": json.dumps(shop.embed_origins), "created_at": now}
    upsert(session, _shop, [values], fixed=("subject_salt", "created_at"))


def accounts(session: Session) -> list[AccountRow]:
    rows = session.execute(select(_account).where(_account.c.enabled).order_by(_account.c.adapter, _account.c.account))
    return [
        AccountRow(row.adapter, row.account, row.shop_id, json.loads(row.config), json.loads(row.secrets))
        for row in rows
    ]


def save_account(session: Session, account: AccountRow) -> None:
    values = {
        **account.__dict__,
        "config": json.dumps(account.config, sort_keys=True),
        "secrets": json.dumps(account.secrets, sort_keys=True),
        "enabled": True,
    }
    upsert(session, _account, [values], fixed=("shop_id",))


def owner_of_account(session: Session, adapter: str, account: str) -> str | None:
    query = select(_account.c.shop_id).where(_account.c.adapter == adapter, _account.c.account == account)
    return session.execute(query).scalar_one_or_none()


def agent(session: Session, agent_id: str) -> AgentRow | None:
    row = session.execute(select(_agent).where(_agent.c.id == agent_id)).one_or_none()
    return _read_agent(row) if row else None


def agents(session: Session, shop_id: str) -> list[AgentRow]:
    rows = session.execute(select(_agent).where(_agent.c.shop_id == shop_id).order_by(_agent.c.name, _agent.c.id))
    return [_read_agent(row) for row in rows]


def save_agent(session: Session, row: AgentRow, since: datetime) -> None:
    """Keep an agent; a changed level or team is dated from `since`, and the past keeps its own."""
    known = agent(session, row.id)
    values = {
        "id": row.id,
        "shop_id": row.shop_id,
        "name": row.name,
        "role": row.role.value,
        "level": row.level.value if row.level else None,
        "team": row.team,
        "linked": row.linked,
        "active": row.active,
        "since": since,
    }
    upsert(session, _agent, [values], fixed=("shop_id", "since"))
    if known is None or (known.level, known.team) != (row.level, row.team):
        standing = {"agent_id": row.id, "level": values["level"], "team": row.team, "since": since}
        insert_new(session, _standing, [standing])


def link_agent(session: Session, shop_id: str, adapter: str, account: str, ref: str, agent_id: str) -> None:
    """Say that a platform's ref is this agent, whoever it was before."""
    values = {"adapter": adapter, "account": account, "ref": ref, "shop_id": shop_id, "agent_id": agent_id}
    upsert(session, _ref, [values], fixed=("shop_id",))


def agent_of_ref(session: Session, adapter: str, account: str, ref: str) -> AgentRow | None:
    query = (
        select(_agent)
        .join(_ref, _ref.c.agent_id == _agent.c.id)
        .where(_ref.c.adapter == adapter, _ref.c.account == account, _ref.c.ref == ref)
    )
    row = session.execute(query).one_or_none()
    return _read_agent(row) if row else None


def refs_of_agent(session: Session, adapter: str, account: str, agent_id: str) -> Sequence[str]:
    query = select(_ref.c.ref).where(_ref.c.adapter == adapter, _ref.c.account == account, _ref.c.agent_id == agent_id)
    return [str(ref) for ref in session.execute(query.order_by(_ref.c.ref)).scalars()]


def keep_token(session: Session, token_hash: str, token: Token) -> None:
    values = {
        "hash": token_hash,
        "kind": token.kind.value,
        "shop_id": token.shop_id,
        "agent_id": token.agent_id,
        "expires_at": token.expires_at,
        "family": token.family,
    }
    insert_new(session, _token, [values])


def caller_of_token(session: Session, token_hash: str, kind: TokenKind, now: datetime) -> Caller | None:
    """Return who holds a token that is of this kind, unexpired, unspent, unrevoked, of an active agent."""
    held = held_token(session, token_hash, kind, now)
    return held.caller if held else None


def held_token(session: Session, token_hash: str, kind: TokenKind, now: datetime) -> Held | None:
    """Return a living token of this kind with who holds it, or None."""
    query = (
        select(_agent, _token.c.expires_at, _token.c.family)
        .join(_token, _token.c.agent_id == _agent.c.id)
        .where(
            _token.c.hash == token_hash,
            _token.c.kind == kind.value,
            _token.c.expires_at > now,
            _token.c.spent_at.is_(None),
            _token.c.revoked_at.is_(None),
            _agent.c.active,
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    found = _read_agent(row)
    caller = Caller(
        shop_id=found.shop_id,
        agent_id=found.id,
        name=found.name,
        role=found.role,
        level=found.level,
        team=found.team,
    )
    return Held(caller=caller, kind=kind, expires_at=row.expires_at, family=row.family)


def spend_ticket(session: Session, token_hash: str, now: datetime) -> Token | None:
    """Spend a one-use ticket; None when it is unknown, expired or spent."""
    statement = (
        update(_token)
        .where(
            _token.c.hash == token_hash,
            _token.c.kind == TokenKind.ticket.value,
            _token.c.expires_at > now,
            _token.c.spent_at.is_(None),
            _token.c.revoked_at.is_(None),
        )
        .values(spent_at=now)
        .returning(_token)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    return Token(kind=TokenKind.ticket, shop_id=row.shop_id, agent_id=row.agent_id, expires_at=row.expires_at)


def revoke_tokens(session: Session, agent_id: str, now: datetime) -> int:
    """Revoke everything an agent holds; return how many tokens."""
    statement = (
        update(_token).where(_token.c.agent_id == agent_id, _token.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return int(getattr(session.execute(statement), "rowcount", 0))


def _read_shop(row: Any) -> ShopRow:
    return ShopRow(row.id, row.name, row.timezone, row.subject_salt, tuple(json.loads(row.embed_origins)))


def _read_agent(row: Any) -> AgentRow:
    return AgentRow(
        id=row.id,
        shop_id=row.shop_id,
        name=row.name,
        role=AgentRole(row.role),
        level=Level(row.level) if row.level else None,
        team=row.team,
        linked=row.linked,
        active=row.active,
    )
