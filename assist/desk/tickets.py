"""A one-use ticket for somebody who works in a host's own desk, asked for by the host's server."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.people import AgentRole, Held, TokenKind
from assist.store.queries import door, people
from assist.store.queries.people import AgentRow
from assist.store.writer import Change

from .setup import agent_id_of
from .sign_in import TICKET_LIFE, HandedOut, hand_out

MOST_WAITING = 10
"""So many unspent tickets of one person are a loop in the host's code."""
_RANK = {role: rank for rank, role in enumerate((AgentRole.agent, AgentRole.lead, AgentRole.manager, AgentRole.admin))}


class UnknownPerson(Exception):
    """Nobody of this shop is called so; the message says how people are named."""


class TicketRefused(Exception):
    """The caller may not make a ticket for this person; the message says who may."""


class TooManyTickets(Exception):
    """One person's unspent tickets pile up; `seconds` says when the next may be asked for."""

    seconds = int(TICKET_LIFE.total_seconds())


def make_ticket(held: Held, agent: str, now: datetime) -> Change[HandedOut]:
    """Return the change that makes a ticket for `agent`, a name or `adapter:account:ref`.

    For others: a manager's or admin's API token, and nobody above them. For oneself: an API token or our own page;
    never a token that a ticket was exchanged for, which would have no end. Raises UnknownPerson, TicketRefused,
    TooManyTickets.
    """

    def keep(session: Session) -> HandedOut:
        person = _named(session, held.caller.shop_id, agent)
        _require_may(held, person)
        if door.count_living_tickets(session, person.id, now) >= MOST_WAITING:
            raise TooManyTickets(f"{MOST_WAITING} tickets of this person wait to be used; each lives for 30 s")
        return hand_out(person.shop_id, person.id, TokenKind.ticket, now)(session)

    return keep


def _named(session: Session, shop_id: str, agent: str) -> AgentRow:
    found = people.agent(session, agent_id_of(shop_id, agent))
    parts = agent.split(":", 2)
    if found is None and len(parts) == 3:
        found = people.agent_of_ref(session, parts[0], parts[1], parts[2])
    if found is None or found.shop_id != shop_id or not found.active or not found.linked:
        raise UnknownPerson(f"nobody here is {agent!r}; give a name, or adapter:account:ref as assist user add took it")
    return found


def _require_may(held: Held, person: AgentRow) -> None:
    caller = held.caller
    if caller.agent_id == person.id:
        if held.kind is TokenKind.bearer and not held.stands_alone():
            raise TicketRefused("a token that came from a ticket makes none; ask your own server for one")
        return
    if not held.stands_alone() or _RANK[caller.role] < _RANK[AgentRole.manager]:
        raise TicketRefused("tickets for others need an API token (assist token make) of a manager or admin")
    if _RANK[person.role] > _RANK[caller.role]:
        raise TicketRefused(f"a {caller.role.value} makes no ticket for a {person.role.value}")
