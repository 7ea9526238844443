"""What a shop sells: its goods, and what was stated of each."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from assist.domain.goods import EvidenceKind, FactName, Goods, GoodsFact, Stocked
from assist.store import selling_tables, tables
from assist.store.sql import json_text, upsert_all_newest
from assist.store.tables import table_of

from .world import FactRow

_goods = table_of(selling_tables.Goods)
_fact = table_of(tables.Fact)

_FACT = (_fact.c.fact, _fact.c.subject, _fact.c.value, _fact.c.stated_at, _fact.c.valid_from, _fact.c.valid_until)
_SLICE = 500


@dataclass(frozen=True)
class GoodsPage:
    """Some of the goods that were searched for, best sold first, and how many there are."""

    goods: list[Stocked]
    total: int


def save_goods(session: Session, shop_id: str, goods: Sequence[Goods], stated_at: datetime) -> None:
    """Keep goods as they are stated; the newest statement wins, and what was counted of them stays."""
    rows = [
        {
            "shop_id": shop_id,
            "sku": one.sku,
            "kind": one.kind,
            "body": one.model_dump_json(exclude_none=True),
            "stated_at": stated_at,
        }
        for one in goods
    ]
    upsert_all_newest(session, _goods, rows, age="stated_at")


def of_kinds(
    session: Session, shop_id: str, kinds: Iterable[str], *, per_kind: int = 20, sold_out: bool = True
) -> list[Stocked]:
    """Return the goods of these kinds, at most so many of each, the best sold first; `sold_out` ones too, or not."""
    wanted = sorted(set(kinds))
    if not wanted:
        return []
    proof = select(_fact.c.subject).where(
        _fact.c.shop_id == shop_id,
        _fact.c.subject == _goods.c.sku,
        _fact.c.fact.in_([one.value for one in EvidenceKind]),
    )
    # Best sold first, and among those sold as often whatever something can be said of.
    best_first = (_goods.c.sold.desc(), case((proof.exists(), 0), else_=1), _goods.c.sku)
    place = func.row_number().over(partition_by=_goods.c.kind, order_by=best_first)
    ranked = select(_goods.c.body, _goods.c.sku, _goods.c.sold, place.label("place"))
    where = [_goods.c.shop_id == shop_id, _goods.c.kind.in_(wanted)]
    if not sold_out:
        gone = select(_fact.c.subject).where(
            _fact.c.shop_id == shop_id,
            _fact.c.fact == FactName.stock.value,
            _fact.c.subject == _goods.c.sku,
            _fact.c.value == "0",
        )
        where.append(~gone.exists())
    ranked = ranked.where(*where).subquery()
    best = select(ranked).where(ranked.c.place <= per_kind).order_by(ranked.c.sold.desc(), ranked.c.sku)
    return _stocked(session, shop_id, session.execute(best).all())


def of_skus(session: Session, shop_id: str, skus: Iterable[str]) -> list[Stocked]:
    """Return the goods of these SKUs in the order they are named; those without a row are left out."""
    wanted = list(dict.fromkeys(skus))
    if not wanted:
        return []
    query = select(_goods.c.body, _goods.c.sku, _goods.c.sold).where(_goods.c.shop_id == shop_id)
    rows = [
        row
        for start in range(0, len(wanted), _SLICE)
        for row in session.execute(query.where(_goods.c.sku.in_(wanted[start : start + _SLICE])))
    ]
    place = {sku: at for at, sku in enumerate(wanted)}
    return _stocked(session, shop_id, sorted(rows, key=lambda row: place[row.sku]))


def page(session: Session, shop_id: str, text: str = "", offset: int = 0, limit: int = 50) -> GoodsPage:
    """Return the goods whose SKU, kind or title holds a text, the best sold first."""
    where = [_goods.c.shop_id == shop_id, *_holding(session, text)]
    total = session.execute(select(func.count()).select_from(_goods).where(*where)).scalar_one()
    query = select(_goods.c.body, _goods.c.sku, _goods.c.sold).where(*where)
    query = query.order_by(_goods.c.sold.desc(), _goods.c.sku).offset(offset).limit(limit)
    return GoodsPage(_stocked(session, shop_id, session.execute(query).all()), int(total))


def _holding(session: Session, text: str) -> list[ColumnElement[bool]]:
    wanted = text.strip().lower()
    if not wanted:
        return []
    places = (
        _goods.c.sku,
        _goods.c.kind,
        json_text(session, _goods.c.body, "title"),
        json_text(session, _goods.c.body, "title_en"),
    )
    return [or_(*(func.lower(place).contains(wanted, autoescape=True) for place in places))]


def facts_of(session: Session, shop_id: str, subject: str) -> list[GoodsFact]:
    """Return every fact of one subject, by name."""
    found = _facts(session, shop_id, [subject]).get(subject, {})
    return [found[name] for name in sorted(found)]


def facts_by_subject(session: Session, shop_id: str, subjects: Iterable[str]) -> dict[str, dict[str, GoodsFact]]:
    """Return the facts of subjects: subject -> name -> fact."""
    return _facts(session, shop_id, sorted(set(subjects)))


def save_facts(session: Session, facts: Sequence[FactRow]) -> None:
    """Keep facts as they are stated; of each the newest statement wins, whatever the order here."""
    rows = [{**fact.__dict__, "value": json.dumps(fact.value)} for fact in facts]
    upsert_all_newest(session, _fact, rows, age="stated_at")


def fact_by_id(session: Session, shop_id: str, fact_id: str) -> GoodsFact | None:
    """Return the fact of this id, which is its name and its subject with a colon between, or None."""
    # Either may hold a colon itself: whichever fact there is, is meant.
    parts = fact_id.split(":")
    splits = [(":".join(parts[:at]), ":".join(parts[at:])) for at in range(1, min(len(parts), 10))]
    if not splits:
        return None
    named = or_(*(and_(_fact.c.fact == name, _fact.c.subject == subject) for name, subject in splits))
    query = select(*_FACT).where(_fact.c.shop_id == shop_id, named).order_by(_fact.c.fact)
    row = session.execute(query).first()
    return _fact_of(row) if row else None


def _stocked(session: Session, shop_id: str, rows: Sequence[Any]) -> list[Stocked]:
    facts = _facts(session, shop_id, [row.sku for row in rows])
    return [
        # The facts were put together here; only the body has to be read.
        Stocked.model_construct(
            goods=Goods.model_validate_json(row.body), facts=facts.get(row.sku, {}), sold=int(row.sold)
        )
        for row in rows
    ]


def _facts(session: Session, shop_id: str, subjects: Sequence[str]) -> dict[str, dict[str, GoodsFact]]:
    """Return the facts of subjects: subject -> name -> fact."""
    found: dict[str, dict[str, GoodsFact]] = {}
    for start in range(0, len(subjects), _SLICE):
        some = subjects[start : start + _SLICE]
        query = select(*_FACT).where(_fact.c.shop_id == shop_id, _fact.c.subject.in_(some))
        for row in session.execute(query).all():
            fact = _fact_of(row)
            found.setdefault(row.subject, {})[fact.name] = fact
    return found


def _fact_of(row: Any) -> GoodsFact:
    name, subject, value, stated_at, valid_from, valid_until = row
    return GoodsFact(f"{name}:{subject}", name, from_json(value), stated_at, valid_from, valid_until)
