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
    """A secret handed out once; the store keeps only its hash.

    `family` names one signing in: all that came of it ends together. None for what stands alone (API tokens, tickets).
    """

    kind: TokenKind
    shop_id: str
    agent_id: str
    expires_at: datetime
    family: str | None = None


class Held(Value):
    """A living token as it was presented, and who holds it."""

    caller: Caller
    kind: TokenKind
    expires_at: datetime
    family: str | None

    def stands_alone(self) -> bool:
        """Is it a long-lived API token, which no signing in began?"""
        return self.kind is TokenKind.bearer and self.family is None
