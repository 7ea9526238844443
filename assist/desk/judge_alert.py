"""Say whether a supervisor was rightly called."""

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from assist.domain.event import Event, EventKind
from assist.domain.mood import AlertState
from assist.domain.people import Caller
from assist.store.queries import alerts, events
from assist.store.queries.alerts import AlertRow
from assist.store.writer import Change, tell

from .announce import announce

Verdict = Literal[AlertState.right, AlertState.wrong]


class UnknownAlert(Exception):
    """No such alert in this shop."""


class JudgedOtherwise(Exception):
    """Somebody has given the other verdict already."""


def judge_alert(caller: Caller, alert_id: str, verdict: Verdict, now: datetime) -> Change[AlertRow]:
    """Return the change that keeps a verdict; the same one again changes nothing.

    Raises UnknownAlert or JudgedOtherwise. Whether the caller may judge is asked before.
    """

    def keep(session: Session) -> AlertRow:
        if alerts.alert(session, caller.shop_id, alert_id) is None:
            raise UnknownAlert(f"no alert {alert_id!r}")
        is_first = alerts.judge_open(session, alert_id, verdict, caller.agent_id, now)
        row = alerts.alert(session, caller.shop_id, alert_id)
        assert row is not None
        if row.state is not verdict:
            raise JudgedOtherwise(f"judged {row.state.value!r} by somebody else; the first verdict stays")
        if is_first:
            event = _event(row, caller, now)
            events.append(session, [event])
            announce(session, caller.shop_id, [event], now)
            tell(session, "chat", caller.shop_id, row.conversation_id)
        return row

    return keep


def _event(row: AlertRow, caller: Caller, now: datetime) -> Event:
    return Event(
        key=f"alert_judged:{row.id}",
        shop_id=row.shop_id,
        kind=EventKind.alert_judged,
        at=now,
        conversation_id=row.conversation_id,
        episode=row.episode,
        turn_id=row.turn_id,
        agent_id=caller.agent_id,
        level=caller.level.value if caller.level else None,
        team=caller.team,
        platform=row.platform,
        payload={
            "alert_id": row.id,
            "verdict": row.state.value,
            "raised_at": row.raised_at.isoformat(),
            "reasons": [{"why": one.why.value, "rule": one.rule} for one in row.reasons],
        },
    )
