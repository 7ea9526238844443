"""Where and when a decision is made: what every fact of the log about it says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Place:
    """One conversation at one moment. `cause` names what is being handled, so that handling it twice logs it once."""

    shop_id: str
    conversation_id: str
    platform: str
    now: datetime
    cause: str
