"""What the sidebar shows of how the customer feels, who was called, and what was promised."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.desk.risks import words_of
from assist.domain.library import Library
from assist.domain.mood import AlertState, MoodName
from assist.domain.promise import PromiseState
from assist.store.queries import alerts, chats, moods, promises
from assist.store.queries.chats import ConversationRow
from assist.store.queries.moods import MoodRow

from .alert_models import AlertOut, MoodOut, alert_out, red_flag_names
from .api_models import Out
from .mood_line import mood_line
from .promise_models import PromiseOut
from .promises import promise_out

_MISSED_SHOWN = timedelta(hours=24)
"""How long a missed promise stays in sight: it can still be made good."""
_ENDS = 2
"""Turns at either end whose mean is compared (KPI K15)."""


class FeltOut(Out):
    """The customer's mood in the newest turn and over this episode, oldest first. `soothed` is how much better the
    last two turns sound than the first two, None for fewer than four."""

    score: float
    name: MoodName
    words: list[str]
    turns: list[MoodOut]
    soothed: float | None


class CareOut(Out):
    """Beside the cards: mood, the open alert, and promises that are to be kept or were missed within a day."""

    mood: FeltOut | None = None
    alert: AlertOut | None = None
    promises: list[PromiseOut] = []


def care_out(
    session: Session, conversation: ConversationRow, library: Library, language: str, now: datetime
) -> CareOut:
    """Gather it in a handful of queries: every change of a conversation asks."""
    shop_id, id_ = conversation.shop_id, conversation.id
    series = moods.moods_of(session, shop_id, [id_]).get(id_, [])
    called = [one for one in alerts.alerts_of(session, shop_id, [id_]).get(id_, ()) if one.state is AlertState.open]
    words = words_of(session, shop_id, called[-1:])
    given = [
        one
        for one in promises.listed_in(session, shop_id, id_)
        if one.row.state is PromiseState.open
        or (one.row.state is PromiseState.missed and now - one.row.due_at <= _MISSED_SHOWN)
    ]
    return CareOut(
        mood=_felt(session, shop_id, series),
        alert=alert_out(called[-1], words[called[-1].id], red_flag_names(library, language), None) if called else None,
        promises=[promise_out(one) for one in given],
    )


def _felt(session: Session, shop_id: str, series: Sequence[MoodRow]) -> FeltOut | None:
    if not series:
        return None
    last = series[-1]
    here = [one for one in series if one.episode == last.episode]
    scores = [one.score for one in here]
    soothed = None
    if len(scores) >= 2 * _ENDS:
        soothed = round((sum(scores[-_ENDS:]) - sum(scores[:_ENDS])) / _ENDS, 3)
    return FeltOut(
        score=last.score,
        name=last.name,
        words=_words(session, shop_id, last),
        turns=[MoodOut(turn_id=one.turn_id, at=one.at, score=one.score, name=one.name) for one in here],
        soothed=soothed,
    )


def _words(session: Session, shop_id: str, mood: MoodRow) -> list[str]:
    """Return the words that show a mood, as far as their messages still stand."""
    said = chats.messages(session, shop_id, [id_ for id_, _, _ in mood.words])
    return [said[id_].text[start:end] for id_, start, end in mood.words if id_ in said and not said[id_].recalled]


def care_slots(care: CareOut) -> Mapping[str, object]:
    """Return what the fragment is rendered with."""
    return {"care": care, "line": mood_line(care.mood.turns) if care.mood else None}
