"""Which complaints are about which goods, and where did more of them come than chance explains?"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from assist.domain.complaint import Issue
from assist.store import remedy_tables
from assist.store.sql import insert_once
from assist.store.tables import table_of

_complaint = table_of(remedy_tables.Complaint)
_line = table_of(remedy_tables.ComplaintLine)
_cluster = table_of(remedy_tables.Cluster)

_SLICE = 1_000
_IDS = 500


@dataclass(frozen=True)
class GoodsRow:
    """One complaint line as far as it says which goods: "" where a part is not known."""

    complaint_id: str
    order_ref: str | None
    product: str
    batch: str
    warehouse: str
    issue: Issue
    opened_at: datetime


@dataclass(frozen=True)
class ClusterRow:
    """More complaints about one subject on one day than chance explains. `day` is the shop's own, as YYYY-MM-DD."""

    shop_id: str
    subject_kind: str
    subject: str
    day: str
    orders: int
    expected_millionths: int
    tail_millionths: int
    complaint_ids: tuple[str, ...]
    found_at: datetime
    id: int = 0
    seen_by: str | None = None
    seen_at: datetime | None = None


def goods_complained_of(session: Session, shop_id: str, since: datetime, until: datetime) -> Iterator[GoodsRow]:
    """Yield complaint lines opened in [since, until), oldest first."""
    query = _goods(shop_id).where(_line.c.opened_at >= since, _line.c.opened_at < until)
    for row in session.execute(query, execution_options={"yield_per": _SLICE}):
        yield _read_goods(row)


def goods_of(session: Session, shop_id: str, complaint_ids: Sequence[str]) -> list[GoodsRow]:
    """Return the lines of some complaints, oldest first."""
    found: list[GoodsRow] = []
    for start in range(0, len(complaint_ids), _IDS):
        query = _goods(shop_id).where(_line.c.complaint_id.in_(complaint_ids[start : start + _IDS]))
        found += [_read_goods(row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (one.opened_at, one.complaint_id))


def first_complaint_at(session: Session, shop_id: str) -> datetime | None:
    """Return when a shop's first complaint was opened: how far its history reaches."""
    return session.execute(select(func.min(_line.c.opened_at)).where(_line.c.shop_id == shop_id)).scalar_one()


def keep_cluster(session: Session, row: ClusterRow) -> bool:
    """Keep a cluster, or what it has grown to; return whether it is new. When it was found, and by whom seen, stays."""
    values = {**row.__dict__, "complaint_ids": json.dumps(row.complaint_ids)}
    if insert_once(session, _cluster, {name: value for name, value in values.items() if name != "id"}):
        return True
    grown = {name: values[name] for name in ("orders", "expected_millionths", "tail_millionths", "complaint_ids")}
    session.execute(
        update(_cluster)
        .where(
            _cluster.c.shop_id == row.shop_id,
            _cluster.c.subject_kind == row.subject_kind,
            _cluster.c.subject == row.subject,
            _cluster.c.day == row.day,
        )
        .values(grown)
    )
    return False


def found_of(session: Session, row: ClusterRow, since: datetime) -> bool:
    """Return whether another day's cluster of the same subject was found since then."""
    query = select(_cluster.c.id).where(
        _cluster.c.shop_id == row.shop_id,
        _cluster.c.subject_kind == row.subject_kind,
        _cluster.c.subject == row.subject,
        _cluster.c.day != row.day,
        _cluster.c.found_at > since,
    )
    return session.execute(query.limit(1)).first() is not None


def clusters_since(session: Session, shop_id: str, since: datetime, limit: int = 200) -> list[ClusterRow]:
    """Return clusters found since then, newest first."""
    query = select(_cluster).where(_cluster.c.shop_id == shop_id, _cluster.c.found_at >= since)
    newest = query.order_by(_cluster.c.found_at.desc(), _cluster.c.id.desc()).limit(limit)
    return [_read(row) for row in session.execute(newest)]


def cluster(session: Session, shop_id: str, cluster_id: int) -> ClusterRow | None:
    query = select(_cluster).where(_cluster.c.shop_id == shop_id, _cluster.c.id == cluster_id)
    row = session.execute(query).one_or_none()
    return _read(row) if row else None


def see_cluster(session: Session, shop_id: str, cluster_id: int, agent_id: str, now: datetime) -> bool:
    """Mark a cluster as seen; who saw it first stays. Return whether there is such a cluster."""
    if cluster(session, shop_id, cluster_id) is None:
        return False
    session.execute(
        update(_cluster)
        .where(_cluster.c.shop_id == shop_id, _cluster.c.id == cluster_id, _cluster.c.seen_at.is_(None))
        .values(seen_by=agent_id, seen_at=now)
    )
    return True


def _goods(shop_id: str) -> Select[*tuple[Any, ...]]:
    columns = (
        _line.c.complaint_id,
        _complaint.c.order_ref,
        _line.c.product,
        _line.c.batch,
        _line.c.warehouse,
        _line.c.issue,
        _line.c.opened_at,
    )
    joined = select(*columns).join(_complaint, _complaint.c.id == _line.c.complaint_id)
    return joined.where(_line.c.shop_id == shop_id).order_by(_line.c.opened_at, _line.c.complaint_id, _line.c.line_key)


def _read_goods(row: Any) -> GoodsRow:
    return GoodsRow(
        complaint_id=row.complaint_id,
        order_ref=row.order_ref,
        product=row.product,
        batch=row.batch,
        warehouse=row.warehouse,
        issue=Issue(row.issue),
        opened_at=row.opened_at,
    )


def _read(row: Any) -> ClusterRow:
    ids: Sequence[str] = json.loads(row.complaint_ids)
    return ClusterRow(
        shop_id=row.shop_id,
        subject_kind=row.subject_kind,
        subject=row.subject,
        day=row.day,
        orders=row.orders,
        expected_millionths=row.expected_millionths,
        tail_millionths=row.tail_millionths,
        complaint_ids=tuple(ids),
        found_at=row.found_at,
        id=row.id,
        seen_by=row.seen_by,
        seen_at=row.seen_at,
    )
