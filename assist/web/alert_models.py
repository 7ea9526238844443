"""What the API and the pages say of moods and of supervisors called."""

from collections.abc import Mapping
from datetime import datetime

from assist.domain.library import Library
from assist.domain.mood import AlertState, AlertWhy, MoodName
from assist.store.queries.alerts import AlertRow

from .api_models import Out
from .words import in_language


class AlertReasonOut(Out):
    """One reason: the share of complaint words, the mean mood, or a red flag with what the shop calls it."""

    why: AlertWhy
    rule: str
    name: str
    share: float | None
    score: float | None


class AlertOut(Out):
    """A supervisor called. `words` are those that did it, as far as their messages still stand."""

    id: str
    conversation_id: str
    turn_id: str
    platform: str
    state: AlertState
    red_flag: bool
    reasons: list[AlertReasonOut]
    words: list[str]
    raised_at: datetime
    judged_by: str | None
    judged_at: datetime | None


class MoodOut(Out):
    turn_id: str
    at: datetime
    score: float
    name: MoodName


def red_flag_names(library: Library, language: str) -> Mapping[str, str]:
    """Return what each red flag is called: by the alert policy, else by the complaint lexicon."""
    rows = [
        *((row.ground.value, row.zh, row.en) for row in library.complaints.grounds),
        *((flag.id, flag.zh, flag.en) for flag in library.alerts.red_flags),
    ]
    return {id_: in_language(zh, en, language) for id_, zh, en in rows}


def alert_out(row: AlertRow, words: tuple[str, ...], named: Mapping[str, str], judge: str | None) -> AlertOut:
    return AlertOut(
        id=row.id,
        conversation_id=row.conversation_id,
        turn_id=row.turn_id,
        platform=row.platform,
        state=row.state,
        red_flag=row.red_flag,
        reasons=[
            AlertReasonOut(
                why=reason.why,
                rule=reason.rule,
                name=named.get(reason.rule, ""),
                share=reason.share,
                score=reason.score,
            )
            for reason in row.reasons
        ],
        words=list(words),
        raised_at=row.raised_at,
        judged_by=judge,
        judged_at=row.judged_at,
    )
