"""What may still be spent today, and what may still go back of an order? Kept by the database, not by whoever asks.

Every amount is taken by one conditional UPDATE whose row count says whether it was there; CHECKs say the same again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, case, select, update
from sqlalchemy.orm import Session

from assist.domain.remedy_policy import RemedyKind
from assist.store import remedy_tables, tables
from assist.store.sql import insert_new
from assist.store.tables import table_of

from .remedies import RemedyRow

SHOP = "shop"
PAY_FIRST = "pay_first"

REFUNDS = frozenset({RemedyKind.partial_refund, RemedyKind.full_refund})
"""Kinds that send money of an order back; the others cost the shop without being part of what was paid."""

_shop = table_of(tables.Shop)
_budget = table_of(remedy_tables.Budget)
_ledger = table_of(remedy_tables.OrderLedger)


@dataclass(frozen=True)
class Scope:
    """One budget of one of the shop's own days, with what today's policy allows."""

    scope: str
    day: str
    cap_fen: int


@dataclass(frozen=True)
class Reserve:
    """Money to set aside. `line_ref` is empty where the order has no lines to tell apart.

    `order_back_fen` and `line_back_fen` are what has gone back already or is promised, as far as anybody told; where
    the ledger knows of more, it is right. `back_fen` counts against order and line, `spend_fen` against every scope.
    """

    shop_id: str
    order_ref: str
    line_ref: str
    order_paid_fen: int
    order_back_fen: int
    line_paid_fen: int
    line_back_fen: int
    back_fen: int
    spend_fen: int
    scopes: tuple[Scope, ...]


@dataclass(frozen=True)
class Refused:
    """There is not enough left: of what, and how much is."""

    why: Literal["budget", "pay_first_budget", "order", "line"]
    left_fen: int


def day_of(now: datetime, timezone: str) -> str:
    """Return the day it is where the shop is. Raises ValueError for a naive time."""
    if now.tzinfo is None:
        raise ValueError("a naive time has no day; make it aware where it was read")
    return now.astimezone(ZoneInfo(timezone)).date().isoformat()


def take_turn(session: Session, shop_id: str) -> None:
    """Wait until no other transaction moves this shop's money, and keep it so until ours ends.

    Changes of one batch share a transaction, so no order of rows within one change keeps two processes from
    deadlock; a turn per shop does. SQLite has one writing transaction anyway.
    """
    session.execute(select(_shop.c.id).where(_shop.c.id == shop_id).with_for_update(key_share=True))


def reserve(session: Session, ask: Reserve) -> Refused | None:
    """Set the money aside everywhere it counts, or nowhere; None when it is set aside."""
    take_turn(session, ask.shop_id)
    savepoint = session.begin_nested()
    refused = _spend(session, ask) or _send_back(session, ask)
    if refused is None:
        savepoint.commit()
    else:
        savepoint.rollback()
    return refused


def release(session: Session, remedy: RemedyRow) -> None:
    """Give back what a remedy had set aside, to the day it was taken from. Once: a state is left only once."""
    if not remedy.amount_fen:
        return
    take_turn(session, remedy.shop_id)
    for scope in _in_order((SHOP, PAY_FIRST) if remedy.pay_first else (SHOP,)):
        where = _where(_budget, shop_id=remedy.shop_id, scope=scope, day=remedy.budget_day)
        session.execute(update(_budget).where(*where).values(used_fen=_budget.c.used_fen - remedy.amount_fen))
    if remedy.kind not in REFUNDS:
        return
    for line_ref in ("", remedy.line_ref) if remedy.line_ref else ("",):
        where = _where(_ledger, shop_id=remedy.shop_id, order_ref=remedy.order_ref, line_ref=line_ref)
        session.execute(update(_ledger).where(*where).values(back_fen=_ledger.c.back_fen - remedy.amount_fen))


def note_refund(
    session: Session, shop_id: str, order_ref: str, *, paid_fen: int, told_fen: int, refunded_fen: int
) -> None:
    """Count a refund that no remedy led to, made since `told_fen` of the order was said to have gone back."""
    take_turn(session, shop_id)
    key = {"shop_id": shop_id, "order_ref": order_ref, "line_ref": ""}
    insert_new(session, _ledger, [{**key, "paid_fen": paid_fen, "back_fen": min(told_fen, paid_fen)}])
    back = _ledger.c.back_fen + refunded_fen
    capped = case((back > _ledger.c.paid_fen, _ledger.c.paid_fen), else_=back)
    session.execute(update(_ledger).where(*_where(_ledger, **key)).values(back_fen=capped))


def used(session: Session, shop_id: str, scope: str, day: str) -> int:
    """Return what is spent or set aside of one day's budget."""
    query = select(_budget.c.used_fen).where(*_where(_budget, shop_id=shop_id, scope=scope, day=day))
    return int(session.execute(query).scalar_one_or_none() or 0)


def back(session: Session, shop_id: str, order_ref: str) -> dict[str, int]:
    """Return what has gone back of an order or is set aside to, by line; "" is the whole order."""
    query = select(_ledger.c.line_ref, _ledger.c.back_fen)
    rows = session.execute(query.where(_ledger.c.shop_id == shop_id, _ledger.c.order_ref == order_ref))
    return {str(row.line_ref): int(row.back_fen) for row in rows}


def _spend(session: Session, ask: Reserve) -> Refused | None:
    if not ask.spend_fen:
        return None
    caps = {scope.scope: scope for scope in ask.scopes}
    for name in _in_order(caps):
        scope = caps[name]
        key = {"shop_id": ask.shop_id, "scope": scope.scope, "day": scope.day}
        insert_new(session, _budget, [{**key, "cap_fen": scope.cap_fen, "used_fen": 0}])
        total = _budget.c.used_fen + ask.spend_fen
        # Today's policy is the cap: it may have been raised, or lowered below what is spent already.
        values = {"used_fen": total, "cap_fen": scope.cap_fen}
        if not _taken(session, _budget, key, total <= scope.cap_fen, values):
            left = scope.cap_fen - used(session, ask.shop_id, scope.scope, scope.day)
            return Refused("budget" if name == SHOP else "pay_first_budget", max(0, left))
    return None


def _send_back(session: Session, ask: Reserve) -> Refused | None:
    if not ask.back_fen:
        return None
    if not _back_of(session, ask, "", ask.order_paid_fen, ask.order_back_fen):
        return Refused("order", _left(session, ask, "", ask.order_paid_fen, ask.order_back_fen))
    if ask.line_ref and not _back_of(session, ask, ask.line_ref, ask.line_paid_fen, ask.line_back_fen):
        return Refused("line", _left(session, ask, ask.line_ref, ask.line_paid_fen, ask.line_back_fen))
    return None


def _back_of(session: Session, ask: Reserve, line_ref: str, paid_fen: int, told_fen: int) -> bool:
    key = {"shop_id": ask.shop_id, "order_ref": ask.order_ref, "line_ref": line_ref}
    insert_new(session, _ledger, [{**key, "paid_fen": paid_fen, "back_fen": min(told_fen, paid_fen)}])
    known = case((_ledger.c.back_fen < told_fen, told_fen), else_=_ledger.c.back_fen)
    total = known + ask.back_fen
    return _taken(session, _ledger, key, total <= paid_fen, {"back_fen": total, "paid_fen": paid_fen})


def _left(session: Session, ask: Reserve, line_ref: str, paid_fen: int, told_fen: int) -> int:
    known = back(session, ask.shop_id, ask.order_ref).get(line_ref, 0)
    return max(0, paid_fen - max(known, told_fen))


def _taken(
    session: Session, table: Table, key: dict[str, str], enough: ColumnElement[bool], values: dict[str, Any]
) -> bool:
    """Change one row where there is enough; whether it was changed. Drivers count rows differently, RETURNING not."""
    statement = update(table).where(*_where(table, **key), enough).values(values)
    return session.execute(statement.returning(table.c.shop_id)).first() is not None


def _where(table: Table, **key: str) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


def _in_order(scopes: Iterable[str]) -> list[str]:
    """Every change takes the shop's budget first."""
    return sorted(scopes, key=lambda scope: (scope != SHOP, scope))
