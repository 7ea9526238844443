"""Until when is a promise to be kept?"""

from datetime import datetime

from assist.domain.promise import Commitment, PromisePolicy


def due_at(commitment: Commitment, policy: PromisePolicy, said_at: datetime, timezone: str) -> datetime | None:
    """Return the moment (aware UTC), or None where the kind is nobody's to follow up."""
    return None
