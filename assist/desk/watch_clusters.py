"""Watch for bursts of complaints about one thing, and tell purchasing and logistics of each once."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.domain.clock import Clock
from assist.domain.complaint import Issue
from assist.domain.event import Event, EventKind
from assist.domain.people import Caller
from assist.domain.remedy_policy import ClusterPolicy
from assist.store.database import Database
from assist.store.queries import clusters, complaints, events, people, tasks
from assist.store.queries.clusters import ClusterRow, GoodsRow
from assist.store.queries.tasks import DueTask, NewTask
from assist.store.writer import Change, Writer
from assist.suggest.clusters import Complained, FoundCluster, find_clusters

from .announce import announce
from .libraries import Libraries

CLUSTERS = "clusters"

_TOLD_AT_MOST = 50
"""How many complaints a webhook names; a page shows them all."""
_OF_THE_WAY = frozenset({Issue.late, Issue.not_received})
"""Says something about a warehouse and its couriers, nothing about the goods."""
_OF_NEITHER = frozenset({Issue.price, Issue.service_or_refund_handling})


def plan_cluster_watch(session: Session, shop_id: str, now: datetime) -> None:
    """Have a shop's complaints looked through: to be called when one is kept."""
    tasks.plan(session, NewTask(shop_id, CLUSTERS, shop_id, now))


def watch_clusters(database: Database, writer: Writer, libraries: Libraries, clock: Clock) -> Callable[[DueTask], None]:
    """Return the task handler. Yesterday is looked through too: a complaint at midnight is handled after it."""

    def run(task: DueTask) -> None:
        remedy = libraries.current(task.shop_id).library.remedy
        if remedy is None:
            return
        now = clock()
        with database.reader() as session:
            rows = _found(session, task.shop_id, remedy.clusters, now)
        if rows:
            writer.submit(keep_clusters(rows, timedelta(hours=remedy.clusters.quiet_hours), now)).result()

    return run


def keep_clusters(rows: Sequence[ClusterRow], quiet: timedelta, now: datetime) -> Change[int]:
    """Return the change that keeps clusters and tells of the new ones; it returns how many it told of.

    A subject told of within `quiet` is kept for the page without being told of again.
    """

    def keep(session: Session) -> int:
        told = 0
        for row in rows:
            if not clusters.keep_cluster(session, row) or clusters.found_of(session, row, now - quiet):
                continue
            event = _event(session, row)
            if events.append_once(session, event):
                announce(session, row.shop_id, [event], now)
                told += 1
        return told

    return keep


def see(caller: Caller, cluster_id: int, now: datetime) -> Change[bool]:
    """Return the change that marks a cluster as seen; it returns whether the caller's shop has such a cluster."""
    return lambda session: clusters.see_cluster(session, caller.shop_id, cluster_id, caller.agent_id, now)


def _found(session: Session, shop_id: str, policy: ClusterPolicy, now: datetime) -> list[ClusterRow]:
    zone = ZoneInfo(next(shop.timezone for shop in people.shops(session) if shop.id == shop_id))
    today = now.astimezone(zone).date()
    since = datetime.combine(today - timedelta(days=policy.base_days + 1), time(), zone)
    rows = clusters.goods_complained_of(session, shop_id, since, now + timedelta(days=1))
    complained = [_complained(row, zone) for row in rows if row.issue not in _OF_NEITHER]
    first = clusters.first_complaint_at(session, shop_id)
    known_since = first.astimezone(zone).date() if first else None
    return [
        _row(shop_id, cluster, now)
        for day in (today - timedelta(days=1), today)
        for cluster in find_clusters(complained, day, known_since, policy)
    ]


def _complained(row: GoodsRow, zone: ZoneInfo) -> Complained:
    of_goods = row.issue not in _OF_THE_WAY
    return Complained(
        complaint_id=row.complaint_id,
        order=row.order_ref or row.complaint_id,
        day=row.opened_at.astimezone(zone).date(),
        product=row.product if of_goods else "",
        batch=row.batch if of_goods else "",
        warehouse=row.warehouse,
    )


def _row(shop_id: str, cluster: FoundCluster, now: datetime) -> ClusterRow:
    return ClusterRow(
        shop_id=shop_id,
        subject_kind=cluster.subject.kind.value,
        subject=cluster.subject.name,
        day=cluster.day.isoformat(),
        orders=cluster.orders,
        expected_millionths=cluster.expected_millionths,
        tail_millionths=cluster.tail_millionths,
        complaint_ids=cluster.complaint_ids,
        found_at=now,
    )


def _event(session: Session, row: ClusterRow) -> Event:
    """Return what is told: which goods and how many, the evidence by id, and where to read it; never any words."""
    named = row.complaint_ids[:_TOLD_AT_MOST]
    conversations = complaints.conversations_of(session, row.shop_id, named)
    return Event(
        key=f"cluster:{row.shop_id}:{row.subject_kind}:{row.subject}:{row.day}",
        shop_id=row.shop_id,
        kind=EventKind.cluster_found,
        at=row.found_at,
        n=row.orders,
        payload={
            "subject_kind": row.subject_kind,
            "subject": row.subject,
            "day": row.day,
            "orders": row.orders,
            "expected": round(row.expected_millionths / 1_000_000, 3),
            "tail_millionths": row.tail_millionths,
            "page": f"/clusters?day={row.day}",
            "complaints": [_evidence(id_, conversations.get(id_)) for id_ in named],
            **{key: dict(counts) for key, counts in counted_goods(session, row).items()},
        },
    )


def _evidence(complaint_id: str, conversation_id: str | None) -> JsonValue:
    page = f"/desk?conversation={conversation_id}" if conversation_id else None
    return {"complaint_id": complaint_id, "conversation_id": conversation_id, "page": page}


def counted_goods(session: Session, row: ClusterRow) -> dict[str, dict[str, int]]:
    """Return which products, batches and warehouses the complaints about it name, by how many of them each."""
    goods = clusters.goods_of(session, row.shop_id, row.complaint_ids)
    about = [one for one in goods if getattr(one, row.subject_kind) == row.subject]
    return {
        key: _counted((one.complaint_id, str(getattr(one, kind))) for one in about)
        for key, kind in (("products", "product"), ("batches", "batch"), ("warehouses", "warehouse"))
    }


def _counted(named: Iterable[tuple[str, str]]) -> dict[str, int]:
    return dict(Counter(name for _, name in set(named) if name).most_common(_TOLD_AT_MOST))
