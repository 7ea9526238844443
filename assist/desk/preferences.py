"""Read and keep what an agent set up for themselves."""

import json

from sqlalchemy.orm import Session

from assist.domain.key_map import DEFAULT_KEYS, KeyAction, KeyRefused, Preferences, checked
from assist.domain.people import Caller
from assist.store.queries import preferences as kept
from assist.store.writer import Change


def preferences_of(session: Session, caller: Caller) -> Preferences:
    """Return an agent's preferences; keys that this version refuses or does not know are as they come."""
    said = json.loads(kept.preferences_of(session, caller.agent_id)).get("keys", {})
    known = Preferences(keys={KeyAction(name): str(key)[:24] for name, key in said.items() if name in DEFAULT_KEYS})
    try:
        return checked(known)
    except KeyRefused:
        return Preferences()


def keep_preferences(caller: Caller, wanted: Preferences) -> Change[Preferences]:
    """Return the change that keeps them whole, instead of what was there. Raises KeyRefused at once."""
    fit = checked(wanted)

    def keep(session: Session) -> Preferences:
        kept.save_preferences(session, caller.agent_id, fit.model_dump_json())
        return fit

    return keep
