"""What agents set up for themselves, one JSON object each."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assist.store import tables
from assist.store.tables import table_of

_agent = table_of(tables.Agent)


def preferences_of(session: Session, agent_id: str) -> str:
    """Return the JSON object, an empty one where nothing was set."""
    found = session.execute(select(_agent.c.preferences).where(_agent.c.id == agent_id)).scalar_one_or_none()
    return found or "{}"


def save_preferences(session: Session, agent_id: str, body: str) -> None:
    session.execute(update(_agent).where(_agent.c.id == agent_id).values(preferences=body))
