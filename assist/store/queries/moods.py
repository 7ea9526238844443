"""How did customers sound in their turns?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assist.domain.mood import MoodName
from assist.store import care_tables
from assist.store.sql import upsert
from assist.store.tables import table_of

_mood = table_of(care_tables.TurnMood)

Place = tuple[str, int, int]
"""A stretch of a message: its id, where it begins and ends."""


@dataclass(frozen=True)
class MoodRow:
    """One turn's mood, as the newest reading of its messages has it. `words` show it."""

    turn_id: str
    shop_id: str
    conversation_id: str
    episode: int
    at: datetime
    score: float
    name: MoodName
    words: tuple[Place, ...] = ()


def save_moods(session: Session, rows: Sequence[MoodRow], void: Sequence[str]) -> None:
    """Keep moods, newer readings in place of older ones, and forget those of turns that are no more."""
    if void:
        session.execute(delete(_mood).where(_mood.c.turn_id.in_(list(void))))
    upsert(session, _mood, [_values(row) for row in rows], fixed=("shop_id", "conversation_id"))


def moods_of(session: Session, shop_id: str, conversation_ids: Sequence[str]) -> dict[str, list[MoodRow]]:
    """Return the moods of some conversations, oldest first; at most 500 ids."""
    query = select(_mood).where(_mood.c.shop_id == shop_id, _mood.c.conversation_id.in_(list(conversation_ids)))
    found: dict[str, list[MoodRow]] = {}
    for row in session.execute(query.order_by(_mood.c.at, _mood.c.turn_id)):
        found.setdefault(row.conversation_id, []).append(_read(row))
    return found


def _read(row: Any) -> MoodRow:
    return MoodRow(
        turn_id=row.turn_id,
        shop_id=row.shop_id,
        conversation_id=row.conversation_id,
        episode=row.episode,
        at=row.at,
        score=row.score,
        name=MoodName(row.name),
        words=tuple((id_, start, end) for id_, start, end in json.loads(row.words)),
    )


def _values(row: MoodRow) -> dict[str, Any]:
    return {**row.__dict__, "name": row.name.value, "words": json.dumps(row.words)}
