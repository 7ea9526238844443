"""What does a text commit the shop to?"""

from datetime import datetime

from assist.domain.promise import Commitment


def read_commitments(text: str, now: datetime, timezone: str) -> tuple[Commitment, ...]:
    """Return the commitments in order of place; `now` tells how far off a named day is.

    Negations, questions, conditions and quotations of the customer are none.
    """
    return ()
