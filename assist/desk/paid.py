"""What does a platform's answer mean for a remedy, and when is it looked at again?"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from assist.contract import KEY_REUSED, Outcome
from assist.domain.remedy import RemedyState
from assist.store.queries.remedies import RemedyRow

MOST_TRIES = 8
"""Of reaching a platform that was never asked for anything; then people give it."""
GIVEN_UP_AFTER = timedelta(days=3)
"""So long an unknown outcome is asked about; then people look into it. Nothing is released."""

_LONGEST_WAIT_SECONDS = 3_600.0
_LONGEST_ASKED_SECONDS = 86_400.0


@dataclass(frozen=True)
class Ended:
    """How one claim of a remedy ends. `at` is when it is looked at again, `by_hand` that people carry it out."""

    state: RemedyState
    error: str | None = None
    outcome_ref: str | None = None
    at: datetime | None = None
    by_hand: bool = False

    @property
    def given_up(self) -> bool:
        """Nobody knows what became of it, and nobody will ask again."""
        return self.state is RemedyState.unknown and self.at is None


def after_call(row: RemedyRow, outcome: Outcome, now: datetime) -> Ended:
    """Return how a call ended: done and refused are certain, everything else is asked about."""
    match outcome.status:
        case "done":
            return Ended(RemedyState.executed, outcome_ref=outcome.ref)
        case "refused" if outcome.error_code == KEY_REUSED:
            # Something else was asked for under this key: what became of that, only a person can find out.
            return Ended(RemedyState.unknown, error=KEY_REUSED)
        case "refused":
            return Ended(RemedyState.failed, error=outcome.error_code or "refused", outcome_ref=outcome.ref)
        case _:
            return _unknown(row, outcome, now)


def after_question(row: RemedyRow, outcome: Outcome, now: datetime, settles_after_s: float) -> Ended | None:
    """Return what a question told, or None: nothing happened under the key, and it may be tried again."""
    if outcome.status != "not_found":
        return after_call(row, outcome, now)
    sure_at = (row.called_at or now) + timedelta(seconds=settles_after_s)
    return None if sure_at <= now else Ended(RemedyState.unknown, error="no_answer", at=sure_at)


def not_called(row: RemedyRow, error: str, now: datetime, *, by_hand: bool = False) -> Ended:
    """Return that nothing was asked for this time, and nothing happened before: it waits, in the end for people."""
    by_hand = by_hand or row.attempts >= MOST_TRIES
    return Ended(RemedyState.reserved, error=error, at=now + _pause(row), by_hand=by_hand)


def _unknown(row: RemedyRow, outcome: Outcome, now: datetime) -> Ended:
    error = outcome.error_code or outcome.status
    if row.unknown_since is not None and now - row.unknown_since >= GIVEN_UP_AFTER:
        return Ended(RemedyState.unknown, error=error, outcome_ref=outcome.ref)
    at = now + _pause(row, outcome.retry_after_s)
    return Ended(RemedyState.unknown, error=error, outcome_ref=outcome.ref, at=at)


def _pause(row: RemedyRow, asked_seconds: float | None = None) -> timedelta:
    """Return a pause that doubles with every try, at least what the platform asked for."""
    grown = min(_LONGEST_WAIT_SECONDS, 2.0 ** min(row.attempts, 20))
    asked = min(asked_seconds or 0.0, _LONGEST_ASKED_SECONDS)
    # Jitter: the questions of many remedies must not come back as one wave.
    return timedelta(seconds=max(asked, random.uniform(0.5, 1.0) * grown))  # noqa: S311
