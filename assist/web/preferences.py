"""What an agent set up for themselves: which key does what."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from assist.desk.preferences import keep_preferences, preferences_of
from assist.domain.key_map import DEFAULT_KEYS, KeyAction, Preferences, whole

from .api_models import In, Out
from .auth import SignedIn
from .front import front_of

router = APIRouter(prefix="/api/v1/me", tags=["me"])


class PreferencesIn(In):
    """`keys` by action; an action that is left out has the key it comes with."""

    keys: dict[KeyAction, Annotated[str, Field(min_length=1, max_length=24)]] = {}


class PreferencesOut(Out):
    """The key of every action, and the one it comes with."""

    keys: dict[KeyAction, str]
    defaults: dict[KeyAction, str]


@router.get("/preferences")
def preferences(request: Request, caller: SignedIn) -> PreferencesOut:
    """The caller's own keys."""
    with front_of(request).database.reader() as session:
        return _out(preferences_of(session, caller))


@router.put("/preferences")
def save_preferences(request: Request, caller: SignedIn, body: PreferencesIn) -> PreferencesOut:
    """Keep the caller's keys, all of them; `{}` puts them back to what they come as.

    422 `key_refused` with `action`, `problem` and, where another action has the key, `other`.
    """
    front = front_of(request)
    return _out(front.writer.submit(keep_preferences(caller, Preferences(keys=body.keys))).result())


def _out(found: Preferences) -> PreferencesOut:
    return PreferencesOut(keys=whole(found), defaults=dict(DEFAULT_KEYS))
