"""Which supervisors were called to which conversations, why, and what they found."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assist.domain.mood import AlertState, AlertWhy
from assist.store import care_tables
from assist.store.sql import insert_once
from assist.store.tables import table_of

from .moods import Place

_alert = table_of(care_tables.Alert)
_MOST = 200


@dataclass(frozen=True)
class ReasonRow:
    """One reason; the words that say it are places in messages, and gone once their message was taken back."""

    why: AlertWhy
    rule: str
    share: float | None = None
    score: float | None = None
    words: tuple[Place, ...] = ()


@dataclass(frozen=True)
class AlertRow:
    """A supervisor called. `raised_at` is when the message that did it was said."""

    id: str
    shop_id: str
    conversation_id: str
    turn_id: str
    episode: int
    platform: str
    reasons: tuple[ReasonRow, ...]
    raised_at: datetime
    state: AlertState = AlertState.open
    judged_by: str | None = None
    judged_at: datetime | None = None

    @property
    def red_flag(self) -> bool:
        return any(reason.why is AlertWhy.red_flag for reason in self.reasons)


def raise_alert(session: Session, row: AlertRow) -> bool:
    """Keep an alert; False when it is there already."""
    return insert_once(session, _alert, _values(row))


def change_reasons(session: Session, row: AlertRow) -> None:
    """Keep what an open alert's message says now."""
    still_open = (_alert.c.id == row.id, _alert.c.state == AlertState.open.value)
    session.execute(update(_alert).where(*still_open).values(reasons=_reasons(row.reasons)))


def alerts_between(session: Session, conversation_id: str, start: datetime, end: datetime) -> list[AlertRow]:
    """Return a conversation's alerts with start <= raised_at <= end, oldest first."""
    query = select(_alert).where(
        _alert.c.conversation_id == conversation_id, _alert.c.raised_at >= start, _alert.c.raised_at <= end
    )
    return [_read(row) for row in session.execute(query.order_by(_alert.c.raised_at, _alert.c.id))]


def alert(session: Session, shop_id: str, alert_id: str) -> AlertRow | None:
    row = session.execute(select(_alert).where(_alert.c.shop_id == shop_id, _alert.c.id == alert_id)).one_or_none()
    return _read(row) if row else None


def alerts_in(session: Session, shop_id: str, state: AlertState | None = None) -> list[AlertRow]:
    """Return a shop's last 200 alerts, newest first: all, or those in one state."""
    query = select(_alert).where(_alert.c.shop_id == shop_id)
    if state is not None:
        query = query.where(_alert.c.state == state.value)
    newest = query.order_by(_alert.c.raised_at.desc(), _alert.c.id).limit(_MOST)
    return [_read(row) for row in session.execute(newest)]


def alerts_of(session: Session, shop_id: str, conversation_ids: Sequence[str]) -> dict[str, list[AlertRow]]:
    """Return the alerts of some conversations, newest first; at most 500 ids."""
    query = select(_alert).where(_alert.c.shop_id == shop_id, _alert.c.conversation_id.in_(list(conversation_ids)))
    found: dict[str, list[AlertRow]] = {}
    for row in session.execute(query.order_by(_alert.c.raised_at.desc(), _alert.c.id)):
        found.setdefault(row.conversation_id, []).append(_read(row))
    return found


def judge_open(session: Session, alert_id: str, verdict: AlertState, agent_id: str, now: datetime) -> bool:
    """Keep a verdict; False when somebody gave one already."""
    judged = (
        update(_alert)
        .where(_alert.c.id == alert_id, _alert.c.state == AlertState.open.value)
        .values(state=verdict.value, judged_by=agent_id, judged_at=now)
        .returning(_alert.c.id)
    )
    return session.execute(judged).first() is not None


def _reasons(reasons: Iterable[ReasonRow]) -> str:
    return json.dumps([{**reason.__dict__, "why": reason.why.value} for reason in reasons])


def _read(row: Any) -> AlertRow:
    return AlertRow(
        id=row.id,
        shop_id=row.shop_id,
        conversation_id=row.conversation_id,
        turn_id=row.turn_id,
        episode=row.episode,
        platform=row.platform,
        reasons=tuple(_read_reason(one) for one in json.loads(row.reasons)),
        raised_at=row.raised_at,
        state=AlertState(row.state),
        judged_by=row.judged_by,
        judged_at=row.judged_at,
    )


def _read_reason(one: dict[str, Any]) -> ReasonRow:
    words = tuple((str(id_), int(start), int(end)) for id_, start, end in one["words"])
    return ReasonRow(AlertWhy(one["why"]), one["rule"], one["share"], one["score"], words)


def _values(row: AlertRow) -> dict[str, Any]:
    return {**row.__dict__, "reasons": _reasons(row.reasons), "state": row.state.value}
