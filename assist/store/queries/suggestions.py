"""Suggestions: what was decided for a turn, and what is still live."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.domain.offer import OfferDetail
from assist.domain.remedy import Question, Slot
from assist.domain.suggestion import Arm, CardDetail, Reason, Suggestion, SuggestionKind
from assist.store import tables
from assist.store.sql import upsert
from assist.store.tables import table_of

_suggestion = table_of(tables.Suggestion)
_turn = table_of(tables.Turn)
_event = table_of(tables.Event)

_USED = tuple(kind.value for kind in (EventKind.inserted, EventKind.copied, EventKind.sent, EventKind.sent_match))


@dataclass(frozen=True)
class SuggestionRow:
    """A kept suggestion. `state` is live, dismissed, or stale when its turn or its article moved on."""

    id: str
    shop_id: str
    conversation_id: str
    turn_id: str
    arm: Arm
    state: str
    rank: int
    category: str
    created_at: datetime
    suggestion: Suggestion


def for_turns(session: Session, turn_ids: Iterable[str]) -> list[SuggestionRow]:
    """Return every suggestion of some turns, live or stale, by rank."""
    query = select(_suggestion).where(_suggestion.c.turn_id.in_(list(turn_ids)))
    return [_read(row) for row in session.execute(query.order_by(_suggestion.c.turn_id, _suggestion.c.rank))]


def live(session: Session, shop_id: str, conversation_id: str, turn_id: str) -> list[SuggestionRow]:
    query = select(_suggestion).where(
        _suggestion.c.shop_id == shop_id,
        _suggestion.c.conversation_id == conversation_id,
        _suggestion.c.turn_id == turn_id,
        _suggestion.c.state == "live",
    )
    return [_read(row) for row in session.execute(query.order_by(_suggestion.c.rank))]


def standing_offers(session: Session, conversation_id: str) -> list[SuggestionRow]:
    """Return a conversation's live offers, of whatever turn: one may be made after its question was answered."""
    query = select(_suggestion).where(
        _suggestion.c.conversation_id == conversation_id,
        _suggestion.c.kind == SuggestionKind.offer.value,
        _suggestion.c.state == "live",
    )
    return [_read(row) for row in session.execute(query.order_by(_suggestion.c.created_at, _suggestion.c.id))]


def one(session: Session, shop_id: str, suggestion_id: str) -> SuggestionRow | None:
    query = select(_suggestion).where(_suggestion.c.id == suggestion_id, _suggestion.c.shop_id == shop_id)
    row = session.execute(query).one_or_none()
    return _read(row) if row else None


def slots_asked(session: Session, conversation_id: str, episode: int, before: datetime) -> dict[Slot, datetime]:
    """Return what a customer was asked in an episode before a time, with when the turn ended that it was asked for.

    Questions count whose card an agent used.
    """
    used = select(_event.c.suggestion_id).where(
        _event.c.conversation_id == conversation_id, _event.c.kind.in_(_USED), _event.c.suggestion_id.is_not(None)
    )
    query = (
        select(_suggestion.c.detail, _turn.c.last_at)
        .join(_turn, _turn.c.id == _suggestion.c.turn_id)
        .where(
            _suggestion.c.conversation_id == conversation_id,
            _suggestion.c.kind == SuggestionKind.question.value,
            _suggestion.c.id.in_(used),
            _turn.c.episode == episode,
            _turn.c.started_at < before,
        )
    )
    asked: dict[Slot, datetime] = {}
    for row in session.execute(query.order_by(_turn.c.last_at)):
        decision = CardDetail.model_validate_json(row.detail).decision if row.detail else None
        if isinstance(decision, Question):
            asked.setdefault(decision.slot, row.last_at)
    return asked


def save(session: Session, rows: Sequence[SuggestionRow]) -> None:
    """Keep what was decided; a card that is still right keeps its row and its time."""
    upsert(session, _suggestion, [_values(row) for row in rows], fixed=("created_at",))


def make_stale(session: Session, ids: Iterable[str]) -> None:
    stale = list(ids)
    if stale:
        session.execute(update(_suggestion).where(_suggestion.c.id.in_(stale)).values(state="stale"))


def dismiss(session: Session, suggestion_id: str) -> None:
    """Put a card away for good: it does not come back while its turn is open."""
    session.execute(update(_suggestion).where(_suggestion.c.id == suggestion_id).values(state="dismissed"))


def make_stale_for_articles(session: Session, shop_id: str, article_ids: Iterable[str]) -> list[str]:
    """Make the live cards of changed articles stale; return the conversations they stand in."""
    articles = list(article_ids)
    if not articles:
        return []
    where = (
        _suggestion.c.shop_id == shop_id,
        _suggestion.c.article_id.in_(articles),
        _suggestion.c.state == "live",
    )
    touched = session.execute(select(_suggestion.c.conversation_id).where(*where).distinct()).scalars().all()
    session.execute(update(_suggestion).where(*where).values(state="stale"))
    return [str(conversation_id) for conversation_id in touched]


def _read(row: Any) -> SuggestionRow:
    offers = row.kind == SuggestionKind.offer.value
    return SuggestionRow(
        id=row.id,
        shop_id=row.shop_id,
        conversation_id=row.conversation_id,
        turn_id=row.turn_id,
        arm=Arm(row.arm),
        state=row.state,
        rank=row.rank,
        category=row.category,
        created_at=row.created_at,
        suggestion=Suggestion(
            kind=SuggestionKind(row.kind),
            article_id=row.article_id,
            library_number=row.library_number,
            title=row.title,
            text=row.text,
            missing=tuple(json.loads(row.missing)),
            score=row.score,
            matched=row.matched,
            reasons=tuple(Reason(**reason) for reason in json.loads(row.reasons)),
            source=row.source,
            internal=row.internal,
            detail=CardDetail.model_validate_json(row.detail) if row.detail and not offers else None,
            offer=OfferDetail.model_validate_json(row.detail) if row.detail and offers else None,
        ),
    )


def _values(row: SuggestionRow) -> dict[str, Any]:
    suggestion = row.suggestion
    detail = suggestion.offer or suggestion.detail
    return {
        "id": row.id,
        "shop_id": row.shop_id,
        "conversation_id": row.conversation_id,
        "turn_id": row.turn_id,
        "kind": suggestion.kind.value,
        "arm": row.arm.value,
        "state": row.state,
        "rank": row.rank,
        "article_id": suggestion.article_id,
        "library_number": suggestion.library_number,
        "title": suggestion.title,
        "text": suggestion.text,
        "missing": json.dumps(suggestion.missing),
        "internal": suggestion.internal,
        "score": suggestion.score,
        "matched": suggestion.matched,
        "reasons": json.dumps([reason.model_dump() for reason in suggestion.reasons]),
        "source": suggestion.source,
        "category": row.category,
        "detail": detail.model_dump_json() if detail else None,
        "created_at": row.created_at,
    }


def make_stale_for_shop(session: Session, shop_id: str) -> list[str]:
    """Make every live card of a shop stale; return the conversations they stand in."""
    where = (_suggestion.c.shop_id == shop_id, _suggestion.c.state == "live")
    touched = session.execute(select(_suggestion.c.conversation_id).where(*where).distinct()).scalars().all()
    session.execute(update(_suggestion).where(*where).values(state="stale"))
    return [str(conversation_id) for conversation_id in touched]
