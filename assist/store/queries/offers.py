"""Offers that were made: what was decided, what became of each, and the sums that are learned from."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.domain.tally import Tally
from assist.store import selling_tables, tables
from assist.store.sql import insert_new, upsert
from assist.store.tables import table_of

_made = table_of(selling_tables.OfferMade)
_tally = table_of(selling_tables.OfferTally)
_suggestion = table_of(tables.Suggestion)
_message = table_of(tables.Message)
_outbox = table_of(tables.Outbox)
_turn = table_of(tables.Turn)
_event = table_of(tables.Event)

EVERYWHERE = ""
"""The context that sums up all contexts."""


@dataclass(frozen=True)
class MadeRow:
    """One offer. `skus`: the leading goods first, empty for a script that offers by name; `arm` is the first or "".

    `state`: computed, sent, accepted, declined, lapsed, reversed. `by`: text, order; repeat for one sent after another
    of its episode that offered the same, which counts for both. `fen` is what the order brought of the offered goods,
    `taken_back_fen` what went back of it. `learned`: "", yes or no, as the sums hold it.
    """

    suggestion_id: str
    shop_id: str
    conversation_id: str
    turn_id: str
    episode: int
    adapter: str
    offer_id: str
    context: str
    chance: float
    propensity: float
    explored: bool
    made_at: datetime
    customer_ref: str = ""
    subject_key: str | None = None
    arm: str = ""
    skus: tuple[str, ...] = ()
    holdout: bool = False
    state: str = "computed"
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    by: str | None = None
    order_ref: str | None = None
    fen: int = 0
    taken_back_fen: int = 0
    learned: str = ""


_NAMES = tuple(field.name for field in fields(MadeRow))
_OUTCOME = ("state", "sent_at", "answered_at", "by", "order_ref", "fen", "taken_back_fen", "learned")
_DECISION = tuple(name for name in _NAMES if name not in (*_OUTCOME, "suggestion_id", "made_at"))


def save(session: Session, rows: Sequence[MadeRow]) -> None:
    """Keep offers as they are decided. What became of one stays; so does the decision, once it was sent."""
    fixed = ("made_at", *(name for name in _OUTCOME if name != "sent_at"))
    upsert(session, _made, [_values(row) for row in rows], fixed=fixed, settled=("sent_at", *_DECISION))


def of_conversation(session: Session, conversation_id: str) -> list[MadeRow]:
    """Return every offer of a conversation, those that were never sent too, in the order they were made."""
    query = select(_made).where(_made.c.conversation_id == conversation_id)
    return [_read(row) for row in session.execute(query.order_by(_made.c.made_at, _made.c.suggestion_id))]


def of_customer(session: Session, shop_id: str, customer_ref: str, since: datetime) -> list[MadeRow]:
    """Return what a customer was offered since then, in whatever conversation, in the order it was sent."""
    if not customer_ref:
        return []
    query = select(_made).where(
        _made.c.shop_id == shop_id, _made.c.customer_ref == customer_ref, _made.c.sent_at >= since
    )
    return [_read(row) for row in session.execute(query.order_by(_made.c.sent_at, _made.c.suggestion_id))]


def one(session: Session, shop_id: str, suggestion_id: str) -> MadeRow | None:
    query = select(_made).where(_made.c.suggestion_id == suggestion_id, _made.c.shop_id == shop_id)
    row = session.execute(query).one_or_none()
    return _read(row) if row else None


def naming(session: Session, shop_id: str, skus: Collection[str], since: datetime) -> list[MadeRow]:
    """Return the offers made since then that name one of some SKUs and may still be used: their card is live."""
    rows = session.execute(_usable(select(_made), shop_id, since).order_by(_made.c.made_at, _made.c.suggestion_id))
    wanted = frozenset(skus)
    return [row for row in map(_read, rows) if not wanted.isdisjoint(row.skus)]


def conversations_with_offers(session: Session, shop_id: str, since: datetime) -> frozenset[str]:
    """Return the conversations in which an offer made since then may still be used."""
    query = _usable(select(_made.c.conversation_id), shop_id, since)
    return frozenset(str(id_) for id_ in session.execute(query.distinct()).scalars())


def _usable(query: Select[Any], shop_id: str, since: datetime) -> Select[Any]:
    """Narrow a query of offers to those that were not sent, not held out, and whose card is live."""
    return query.join(_suggestion, _suggestion.c.id == _made.c.suggestion_id).where(
        _made.c.shop_id == shop_id,
        _made.c.made_at >= since,
        _made.c.state == "computed",
        _made.c.holdout.is_(False),
        _suggestion.c.state == "live",
    )


def lock(session: Session, suggestion_ids: Iterable[str]) -> list[MadeRow]:
    """Return offers as they stand now, and keep others from changing them until this change is kept."""
    query = select(_made).where(_made.c.suggestion_id.in_(sorted(suggestion_ids)))
    return [_read(row) for row in session.execute(query.order_by(_made.c.suggestion_id).with_for_update())]


def keep_outcome(session: Session, row: MadeRow) -> None:
    """Keep what became of an offer."""
    values = {name: getattr(row, name) for name in _OUTCOME}
    session.execute(update(_made).where(_made.c.suggestion_id == row.suggestion_id).values(values))


def sent_from(session: Session, conversation_id: str, suggestion_ids: Sequence[str]) -> dict[str, str]:
    """Return which message was sent from which of these cards through us: card id -> message id, the first of each."""
    ours = or_(_message.c.echo_of == _outbox.c.idempotency_key, _message.c.message_ref == _outbox.c.message_ref)
    query = (
        select(_outbox.c.suggestion_id, _message.c.id)
        .join(_message, and_(_message.c.conversation_id == _outbox.c.conversation_id, ours))
        .where(_outbox.c.conversation_id == conversation_id, _outbox.c.suggestion_id.in_(list(suggestion_ids)))
    )
    found: dict[str, str] = {}
    for row in session.execute(query.order_by(_message.c.occurred_at, _message.c.message_ref)):
        found.setdefault(row.suggestion_id, row.id)
    return found


def payments_by(
    session: Session, shop_id: str, subject_key: str, start: datetime, end: datetime
) -> list[tuple[str, datetime]]:
    """Return the orders that the log says a customer paid, start <= at <= end, each with when."""
    query = select(_event.c.payload, _event.c.at).where(
        *_told_between(shop_id, EventKind.order_paid, start, end), _event.c.subject_key == subject_key
    )
    return [(str(json.loads(row.payload)["order_ref"]), row.at) for row in session.execute(query.order_by(_event.c.id))]


def told_of_order(
    session: Session, shop_id: str, kind: EventKind, order_ref: str, start: datetime, end: datetime
) -> list[tuple[datetime, int]]:
    """Return what the log says was paid or refunded of an order, start <= at <= end: when, and how many fen."""
    named = _event.c.payload.contains(json.dumps(order_ref, ensure_ascii=False), autoescape=True)
    query = select(_event.c.payload, _event.c.at, _event.c.n).where(*_told_between(shop_id, kind, start, end), named)
    rows = session.execute(query.order_by(_event.c.at, _event.c.id))
    return [(row.at, row.n) for row in rows if json.loads(row.payload).get("order_ref") == order_ref]


def _told_between(shop_id: str, kind: EventKind, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return _event.c.shop_id == shop_id, _event.c.kind == kind.value, _event.c.at >= start, _event.c.at <= end


def tallies(
    session: Session, shop_id: str, context: str, offer_ids: Iterable[str] | None = None
) -> dict[tuple[str, str], Tally]:
    """Return what came of every arm in a context, by (offer id, arm); in all of them for `EVERYWHERE`.

    With `offer_ids` only what came of those offers.
    """
    query = select(_tally).where(_tally.c.shop_id == shop_id, _tally.c.context == context)
    if offer_ids is not None:
        query = query.where(_tally.c.offer_id.in_(sorted(offer_ids)))
    return {(row.offer_id, row.arm): Tally(row.made, row.accepted) for row in session.execute(query)}


def tally_to_change(session: Session, shop_id: str, context: str, offer_id: str, arm: str, at: datetime) -> Tally:
    """Return one arm's sums, and keep others from changing them until this change is kept."""
    key = {"shop_id": shop_id, "context": context, "offer_id": offer_id, "arm": arm}
    # A row that is not there cannot be locked.
    insert_new(session, _tally, [{**key, "made": 0.0, "accepted": 0.0, "updated_at": at}])
    where = [_tally.c[name] == value for name, value in key.items()]
    row = session.execute(select(_tally.c.made, _tally.c.accepted).where(*where).with_for_update()).one()
    return Tally(row.made, row.accepted)


def save_tally(
    session: Session, shop_id: str, context: str, offer_id: str, arm: str, tally: Tally, at: datetime
) -> None:
    values = {"made": tally.made, "accepted": tally.accepted, "updated_at": at}
    key = {"shop_id": shop_id, "context": context, "offer_id": offer_id, "arm": arm}
    upsert(session, _tally, [key | values])


def _values(row: MadeRow) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in _NAMES}
    values["skus"] = json.dumps(row.skus)
    return values


def _read(row: Any) -> MadeRow:
    values: dict[str, Any] = {name: getattr(row, name) for name in _NAMES}
    values["skus"] = tuple(json.loads(row.skus))
    return MadeRow(**values)


def hold_offer(session: Session, turn_id: str, why: str | None) -> None:
    """Keep why an offer is held back in a turn, or that none is."""
    session.execute(update(_turn).where(_turn.c.id == turn_id).values(offer_held=why))


def offer_held(session: Session, turn_id: str) -> str | None:
    """Return why an offer is held back in a turn; None where none is."""
    return session.execute(select(_turn.c.offer_held).where(_turn.c.id == turn_id)).scalar_one_or_none()
