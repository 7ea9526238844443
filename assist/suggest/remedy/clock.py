"""Where does a claim stand in the shop's own time limit?"""

from datetime import datetime, timedelta
from typing import Literal

from assist.domain.complaint import Ground
from assist.domain.remedy import Claim, ClaimClock
from assist.domain.remedy_policy import ClaimWindow

from .thoughts import Thoughts

_NOT_ARRIVED = frozenset({Ground.late, Ground.not_received})
"""What has not arrived has no time limit that could have run out."""

_State = Literal["open", "lead", "late", "unknown"]


def clock_of(claim: Claim, window: ClaimWindow, ground: Ground, thoughts: Thoughts) -> ClaimClock:
    """Return the clock by when the customer spoke up; an edge still counts.

    With `contact_hours`, to speak up later is the lead's to grant. No delivery time: unknown, never late.
    """
    start = claim.delivered_at
    clock = _clock(_state(claim, window, ground), window, start)
    minutes = None if start is None else int((claim.complained_at - start).total_seconds() // 60)
    thoughts.note(
        "window",
        clock.state == "open",
        clock.state,
        window=window.id,
        hours=window.hours or "-",
        lead_hours=window.lead_hours or "-",
        contact_hours=window.contact_hours or "-",
        minutes=minutes,
    )
    return clock


def overdue(clock: ClaimClock, claim: Claim, window: ClaimWindow, *, evidence_there: bool) -> ClaimClock:
    """Return the clock once evidence is looked at: where it had to be there by `hours` and is not, the lead decides."""
    if clock.state != "open" or evidence_there or window.contact_hours is None or clock.until is None:
        return clock
    return clock if claim.now <= clock.until else clock.model_copy(update={"state": "lead"})


def _state(claim: Claim, window: ClaimWindow, ground: Ground) -> _State:
    if window.hours is None:
        return "open"
    if claim.delivered_at is None:
        return "open" if ground in _NOT_ARRIVED else "unknown"
    after = claim.complained_at - claim.delivered_at
    if after <= timedelta(hours=window.contact_hours or window.hours):
        return "open"
    return "lead" if after <= timedelta(hours=max(window.hours, window.lead_hours or 0)) else "late"


def _clock(state: _State, window: ClaimWindow, start: datetime | None) -> ClaimClock:
    def after(hours: int | None) -> datetime | None:
        return None if hours is None or start is None else start + timedelta(hours=hours)

    return ClaimClock(
        state=state,
        contact_until=after(window.contact_hours),
        until=after(window.hours),
        lead_until=after(window.lead_hours),
    )
