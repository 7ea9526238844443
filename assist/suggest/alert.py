"""Does this conversation need a supervisor, and why?"""

from collections.abc import Sequence

from assist.domain.mood import AlertPolicy, AlertReason, Mood


class AlertReader:
    """One library's complaint words and red flags, prepared."""

    def __init__(self, policy: AlertPolicy) -> None:
        self._policy = policy

    def read(self, texts: Sequence[str], moods: Sequence[Mood]) -> tuple[AlertReason, ...]:
        """Return the reasons found in the customer's last messages, oldest first; `moods` are of the same messages.

        A red flag counts in the newest message only: what was said before has had its alert.
        """
        return ()


def build_alerts(policy: AlertPolicy) -> AlertReader:
    return AlertReader(policy)
