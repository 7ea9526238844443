"""Texts that were sent although a guard warned, and why."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assist.store import care_tables
from assist.store.sql import insert_once
from assist.store.tables import table_of

_override = table_of(care_tables.GuardOverride)


@dataclass(frozen=True)
class OverrideRow:
    """One warning overridden. `id` names the step or the text that it was for."""

    id: str
    shop_id: str
    conversation_id: str
    agent_id: str
    rules: tuple[str, ...]
    reason: str
    at: datetime


def save(session: Session, row: OverrideRow) -> bool:
    """Keep an override; False when its id is there already."""
    return insert_once(session, _override, {**row.__dict__, "rules": json.dumps(row.rules)})


def reason_of(session: Session, override_id: str) -> str | None:
    return session.execute(select(_override.c.reason).where(_override.c.id == override_id)).scalar_one_or_none()


def between(session: Session, conversation_id: str, start: datetime, end: datetime) -> list[OverrideRow]:
    """Return a conversation's overrides with start <= at <= end, oldest first."""
    query = select(_override).where(
        _override.c.conversation_id == conversation_id, _override.c.at >= start, _override.c.at <= end
    )
    return [_read(row) for row in session.execute(query.order_by(_override.c.at, _override.c.id))]


def _read(row: Any) -> OverrideRow:
    values: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(OverrideRow)}
    values["rules"] = tuple(json.loads(row.rules))
    return OverrideRow(**values)
