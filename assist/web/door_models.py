"""What signing in, tickets and sessions say over the JSON API."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from assist.domain.people import TokenKind

from .api_models import In, Out

_Name = Annotated[str, Field(min_length=1, max_length=60)]
_Ticket = Annotated[str, Field(min_length=16, max_length=128)]
_Password = Annotated[SecretStr, Field(max_length=1024)]


class SignInIn(In):
    """A ticket, or a name and password; `shop` (id or name) where there is more than one."""

    ticket: _Ticket | None = None
    name: _Name | None = None
    password: _Password | None = None
    shop: Annotated[str, Field(max_length=60)] | None = None

    @model_validator(mode="after")
    def one_way(self) -> Self:
        by_password = self.name is not None and self.password is not None
        if by_password == (self.ticket is not None) or (self.ticket and (self.name or self.password or self.shop)):
            raise ValueError("give a ticket, or a name and a password")
        return self


class TicketIn(In):
    """`shop` is the one the page is for: a ticket of another is refused, and stays unspent."""

    ticket: _Ticket
    shop: Annotated[str, Field(max_length=64)] | None = None


class TokenOut(Out):
    """`agent_id` is whose it is: the element's `agent` attribute."""

    token: str
    expires_at: datetime
    agent_id: str


class TicketForIn(In):
    """`agent` is a name, or `adapter:account:ref` as a platform names them."""

    agent: Annotated[str, Field(min_length=1, max_length=300)]


class TicketOut(Out):
    """`url` is the sidebar with the ticket in its fragment; the ticket is spent by its first use."""

    ticket: str
    url: str
    expires_at: datetime


class SessionOut(Out):
    """One signing in or, with `api`, a long-lived token. `here` is the one that asks."""

    id: str
    kind: TokenKind
    api: bool
    began_at: datetime | None
    expires_at: datetime
    here: bool


class SessionsOut(Out):
    sessions: list[SessionOut]


class PasswordIn(In):
    """`current` may be left out by who has no password yet."""

    current: _Password = SecretStr("")
    new: _Password
