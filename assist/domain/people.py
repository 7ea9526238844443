"""Shops and the people who call: who may do what."""

from datetime import datetime
from enum import StrEnum

from .value import Value


class AgentRole(StrEnum):
    agent = "agent"
    lead = "lead"
    manager = "manager"
    admin = "admin"


class Level(StrEnum):
    junior = "junior"
    senior = "senior"


class Caller(Value):
    """Who is behind a request: one person of one shop."""

    shop_id: str
    agent_id: str
    name: str
    role: AgentRole
    level: Level | None = None
    team: str = ""

    def may_manage(self) -> bool:
        return self.role in (AgentRole.lead, AgentRole.manager, AgentRole.admin)


class TokenKind(StrEnum):
    bearer = "bearer"
    ticket = "ticket"
    cookie = "cookie"


class Token(Value):
    """A secret handed out once; the store keeps only its hash."""

    kind: TokenKind
    shop_id: str
    agent_id: str
    expires_at: datetime
