"""How often something was offered, and how often it was taken."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """Outcomes of one arm: `made` all of them, `accepted` those that were taken; older ones count less."""

    made: float = 0.0
    accepted: float = 0.0
