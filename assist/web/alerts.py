"""Supervisors who were called, and conversations at risk: by API, for leads and above."""

from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session

from assist.desk.judge_alert import judge_alert
from assist.desk.risks import Risky, risky, words_of
from assist.domain.mood import AlertState
from assist.domain.people import Caller
from assist.domain.suggestion import Reason
from assist.store.queries import alerts, people
from assist.store.queries.alerts import AlertRow

from .alert_models import AlertOut, MoodOut, alert_out, red_flag_names
from .api_models import ConversationOut, In, Out
from .auth import Manager
from .front import front_of
from .views import conversation_out
from .words import language_of

router = APIRouter(prefix="/api/v1", tags=["alerts"])


class AlertsOut(Out):
    alerts: list[AlertOut]


class RiskOut(Out):
    """An open conversation and what makes it likely to end in a bad review, the heaviest reason first.

    `high`: at or above the shop's bar for the crisis view. `moods` are of this episode's turns, oldest first.
    """

    conversation: ConversationOut
    score: int
    high: bool
    reasons: list[Reason]
    waiting_minutes: float
    moods: list[MoodOut]
    alerts: list[AlertOut]


class RisksOut(Out):
    risks: list[RiskOut]


class JudgeIn(In):
    verdict: Literal["right", "wrong"]


@router.get("/alerts")
def listed(request: Request, caller: Manager, state: AlertState | None = None) -> AlertsOut:
    """The shop's last 200 alerts, newest first: all, or those in one state."""
    with front_of(request).database.reader() as session:
        rows = alerts.alerts_in(session, caller.shop_id, state)
        return AlertsOut(alerts=_outs(request, session, caller, rows))


@router.post("/alerts/{alert_id}/judge")
def judged(request: Request, caller: Manager, alert_id: str, body: JudgeIn) -> AlertOut:
    """Say whether it was one. The same again is fine; 409 when somebody has said the other."""
    front = front_of(request)
    verdict = AlertState.right if body.verdict == "right" else AlertState.wrong
    row = front.writer.submit(judge_alert(caller, alert_id, verdict, front.clock())).result()
    with front.database.reader() as session:
        return _outs(request, session, caller, [row])[0]


@router.get("/risks")
def risks(request: Request, caller: Manager) -> RisksOut:
    """Every open conversation, the most at risk first, with the reasons."""
    front = front_of(request)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        found = risky(session, caller.shop_id, library.risks, front.clock())
    named = red_flag_names(library, language_of(request))
    return RisksOut(risks=[risk_out(one, library.risks.high, named) for one in found])


def _outs(request: Request, session: Session, caller: Caller, rows: list[AlertRow]) -> list[AlertOut]:
    library = front_of(request).libraries.current(caller.shop_id).library
    words = words_of(session, caller.shop_id, rows)
    agents = {agent.id: agent.name for agent in people.agents(session, caller.shop_id)}
    named = red_flag_names(library, language_of(request))
    return [alert_out(row, words[row.id], named, agents.get(row.judged_by or "")) for row in rows]


def risk_out(one: Risky, high: int, named: Mapping[str, str]) -> RiskOut:
    return RiskOut(
        conversation=conversation_out(one.conversation),
        score=one.risk.score,
        high=one.risk.score >= high,
        reasons=list(one.risk.reasons),
        waiting_minutes=round(one.waiting_minutes, 1),
        moods=[MoodOut(turn_id=row.turn_id, at=row.at, score=row.score, name=row.name) for row in one.moods],
        alerts=[alert_out(called.row, called.words, named, None) for called in one.called],
    )
