"""Could the sidecar have helped with a turn?"""

from .records import TurnRecord


def not_eligible(turn: TurnRecord) -> str | None:
    """Eligible: not small talk only, received while the sidecar was healthy, answered by a person."""
    if turn.small_talk:
        return "small_talk"
    if turn.sidecar != "ok":
        return f"sidecar_{turn.sidecar}"
    if not turn.human_reply:
        return "no_human_reply"
    return None
