"""Drafts of entries: the living one of an entry, those that wait, and saves that notice another's."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.orm import Session

from assist.domain.draft import Draft, DraftState
from assist.domain.library import EntryKind
from assist.store import editing_tables
from assist.store.sql import insert_new, insert_once
from assist.store.tables import table_of

_draft = table_of(editing_tables.Draft)
LIVING = (DraftState.draft, DraftState.review)
"""States of a draft that still waits for something."""


def draft(session: Session, shop_id: str, draft_id: str) -> Draft | None:
    query = select(_draft).where(_draft.c.shop_id == shop_id, _draft.c.id == draft_id)
    row = session.execute(query).mappings().one_or_none()
    return _read(row) if row else None


def living(session: Session, shop_id: str, kind: EntryKind, entry_id: str) -> Draft | None:
    """Return the one draft of an entry that waits, if any."""
    query = select(_draft).where(
        _draft.c.shop_id == shop_id,
        _draft.c.kind == kind,
        _draft.c.entry_id == entry_id,
        _draft.c.state.in_(LIVING),
    )
    row = session.execute(query).mappings().one_or_none()
    return _read(row) if row else None


def listed(
    session: Session, shop_id: str, states: Collection[DraftState] = LIVING, kind: EntryKind | None = None
) -> list[Draft]:
    """Return a shop's drafts in some states, last saved first."""
    query = select(_draft).where(_draft.c.shop_id == shop_id, _draft.c.state.in_(states))
    if kind is not None:
        query = query.where(_draft.c.kind == kind)
    return [_read(row) for row in session.execute(query.order_by(_draft.c.updated_at.desc(), _draft.c.id)).mappings()]


def begin(session: Session, new: Draft) -> bool:
    """Keep a new draft; return False when the entry has a living one already."""
    return insert_once(session, _draft, _values(new))


def begin_all(session: Session, new: Sequence[Draft]) -> None:
    """Keep new drafts; one whose entry has a living one already is left out."""
    insert_new(session, _draft, [_values(one) for one in new])


def save(session: Session, changed: Draft, *, seen: int) -> bool:
    """Keep a draft's next state where its kept one is living and of revision `seen`; return whether it was."""
    changing = (
        update(_draft)
        .where(
            _draft.c.shop_id == changed.shop_id,
            _draft.c.id == changed.id,
            _draft.c.revision == seen,
            _draft.c.state.in_(LIVING),
        )
        .values(_values(changed))
        .returning(_draft.c.id)
    )
    return session.connection().execute(changing).first() is not None


def _values(draft: Draft) -> dict[str, Any]:
    return {**dict(draft), "state": draft.state.value}


def _read(row: RowMapping) -> Draft:
    return Draft.model_validate({**row, "state": DraftState(row["state"])})
