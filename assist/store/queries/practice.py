"""Which stored conversations are there to practise with, and how hard was each?"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from assist.domain.chat import Role
from assist.domain.complaint import Issue, Severity
from assist.domain.mood import MoodName
from assist.store import care_tables, remedy_tables, tables
from assist.store.tables import table_of

_conversation = table_of(tables.Conversation)
_message = table_of(tables.Message)
_turn = table_of(tables.Turn)
_complaint = table_of(remedy_tables.Complaint)
_alert = table_of(care_tables.Alert)
_mood = table_of(care_tables.TurnMood)

MOST_LOOKED_AT = 1000
"""Of more that fit, those with the newest messages are looked at."""
_MOST_IDS = 500


@dataclass(frozen=True)
class Wanted:
    """What to practise: every word in one message, a category or an intent, a mood, complaints only."""

    words: str = ""
    topic: str = ""
    mood: MoodName | None = None
    complaints: bool = False


@dataclass(frozen=True)
class PracticeRow:
    """A stored conversation. `mood` is the darkest of its turns, `severity` that of a complaint, if there is one."""

    id: str
    adapter: str
    customer_name: str | None
    last_at: datetime
    goes_on: bool
    turns: int
    alerts: int
    severity: Severity | None
    issues: tuple[Issue, ...]
    mood: MoodName | None
    mood_score: float


def practisable(session: Session, shop_id: str, wanted: Wanted) -> list[PracticeRow]:
    """Return at most MOST_LOOKED_AT conversations that have a turn and are as wanted, newest message first."""
    has_turn = select(_turn.c.id).where(_turn.c.conversation_id == _conversation.c.id).exists()
    query = select(
        _conversation.c.id,
        _conversation.c.adapter,
        _conversation.c.customer_name,
        _conversation.c.last_at,
        _conversation.c.open_turn_id,
    ).where(_conversation.c.shop_id == shop_id, has_turn, *_as_wanted(wanted))
    newest = query.order_by(_conversation.c.last_at.desc(), _conversation.c.id).limit(MOST_LOOKED_AT)
    rows = session.execute(newest).all()
    known = _look(session, [row.id for row in rows])
    return [
        PracticeRow(
            id=row.id,
            adapter=row.adapter,
            customer_name=row.customer_name,
            last_at=row.last_at,
            goes_on=row.open_turn_id is not None,
            **known[row.id],
        )
        for row in rows
    ]


def first_words(session: Session, conversation_ids: Sequence[str]) -> dict[str, str]:
    """Return what the customer said first in some conversations, by their ids; at most 500."""
    query = select(_message.c.conversation_id, _message.c.text).where(
        _message.c.conversation_id.in_(list(conversation_ids)),
        _message.c.role == Role.customer.value,
        ~_message.c.small_talk,
        ~_message.c.recalled,
        ~_message.c.private,
        _message.c.text != "",
    )
    found: dict[str, str] = {}
    for row in session.execute(query.order_by(_message.c.occurred_at, _message.c.message_ref)):
        found.setdefault(row.conversation_id, row.text)
    return found


def _as_wanted(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.words.split():
        here = select(_message.c.id).where(
            _message.c.conversation_id == _conversation.c.id, ~_message.c.recalled, ~_message.c.private
        )
        for word in wanted.words.split():
            here = here.where(func.lower(_message.c.text).contains(word.lower(), autoescape=True))
        yield here.exists()
    if wanted.topic:
        about = or_(_turn.c.category == wanted.topic, _turn.c.intent == wanted.topic)
        yield select(_turn.c.id).where(_turn.c.conversation_id == _conversation.c.id, about).exists()
    if wanted.mood is not None:
        yield (
            select(_mood.c.turn_id)
            .where(_mood.c.conversation_id == _conversation.c.id, _mood.c.name == wanted.mood.value)
            .exists()
        )
    if wanted.complaints:
        yield (
            select(_complaint.c.id)
            .where(_complaint.c.conversation_id == _conversation.c.id, _complaint.c.severity != Severity.none.value)
            .exists()
        )


def _look(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is known of each conversation, in as many questions for one as for five hundred."""
    known: dict[str, dict[str, Any]] = {id_: _nothing() for id_ in ids}
    for start in range(0, len(ids), _MOST_IDS):
        some = list(ids[start : start + _MOST_IDS])
        for name, table in (("turns", _turn), ("alerts", _alert)):
            for id_, count in session.execute(
                select(table.c.conversation_id, func.count())
                .where(table.c.conversation_id.in_(some))
                .group_by(table.c.conversation_id)
            ):
                known[id_][name] = int(count)
        complained = select(_complaint).where(
            _complaint.c.conversation_id.in_(some), _complaint.c.severity != Severity.none.value
        )
        for row in session.execute(complained.order_by(_complaint.c.episode)):
            known[row.conversation_id]["severity"] = Severity(row.severity)
            known[row.conversation_id]["issues"] = tuple(Issue(one) for one in json.loads(row.issues))
        felt = select(_mood.c.conversation_id, _mood.c.score, _mood.c.name).where(_mood.c.conversation_id.in_(some))
        for row in session.execute(felt.order_by(_mood.c.score.desc(), _mood.c.at)):
            known[row.conversation_id] |= {"mood": MoodName(row.name), "mood_score": float(row.score)}
    return known


def _nothing() -> dict[str, Any]:
    return {"turns": 0, "alerts": 0, "severity": None, "issues": (), "mood": None, "mood_score": 0.0}
