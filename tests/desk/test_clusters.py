"""Do purchasing and logistics hear of a burst of complaints: once, signed, and without a customer's words?"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assist.desk.tasks import Tasks
from assist.desk.watch_clusters import CLUSTERS, plan_cluster_watch, watch_clusters
from assist.domain.complaint import Issue
from assist.domain.event import EventKind
from assist.store import tables
from assist.store.queries import clusters, complaints, events, outbox
from assist.store.queries.clusters import ClusterRow
from assist.store.queries.complaints import complaint_id_of
from assist.store.queries.outbox import Webhook
from assist.store.tables import table_of
from tests.conftest import NOW
from tests.desk.shop import SHOP, Desk, small_library
from tests.shipped import shipped_entries
from tests.store.claims import complaint_row, keep_conversation, line_row

LONG_AGO = NOW - timedelta(days=60)


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """A desk with a remedy policy, a history of two months, and somebody who wants to hear of clusters."""
    return _watched(desk)


@pytest.fixture
def either_watched(either_desk: Desk) -> Desk:
    return _watched(either_desk)


def _watched(desk: Desk) -> Desk:
    desk.publish(
        [*small_library(), *(one for one in shipped_entries() if (one.kind, one.entry_id) == ("policy", "remedy"))]
    )
    with desk.database.reader() as session:
        desk.libraries.refresh(session)
    _write(desk, lambda session: outbox.save_webhook(session, Webhook("w", SHOP, "https://x", "s", ("cluster_found",))))
    complain(desk, ["old"], at=LONG_AGO, product="apple")
    return desk


def _write(desk: Desk, change: Callable[[Session], object]) -> None:
    desk.writer.submit(change).result()


def complain(desk: Desk, refs: Iterable[str], *, at: datetime = NOW, **line: Any) -> None:
    """Keep complaints, one conversation and one order each, and have them looked through."""

    def keep(session: Session) -> None:
        for ref in refs:
            keep_conversation(session, ref)
            row = complaint_row(ref, at=at)
            complaints.save_complaint(session, row, [line_row(row, **line)])
        plan_cluster_watch(session, SHOP, desk.clock())

    _write(desk, keep)
    watch(desk)


def watch(desk: Desk) -> None:
    handler = watch_clusters(desk.database, desk.writer, desk.libraries, desk.clock)
    Tasks(desk.writer, desk.clock, "p1", {CLUSTERS: handler}).work()


def found(desk: Desk) -> list[ClusterRow]:
    with desk.database.reader() as session:
        return clusters.clusters_since(session, SHOP, NOW - timedelta(days=90))


def told(desk: Desk) -> list[dict[str, Any]]:
    """Return what was queued for the shop's systems."""
    rows = table_of(tables.Outbox)
    with desk.database.reader() as session:
        return [json.loads(payload)["body"] for payload in session.execute(select(rows.c.payload)).scalars()]


def test_the_third_order_about_one_product_is_told_of(either_watched: Desk) -> None:
    desk = either_watched
    complain(desk, ["c1", "c2"], product="strawberry", batch="B7", warehouse="W1")
    assert (found(desk), told(desk)) == ([], [])

    complain(desk, ["c3"], product="strawberry", batch="B7", warehouse="W1")

    (row,) = found(desk)
    assert (row.subject_kind, row.subject, row.day, row.orders) == ("product", "strawberry", "2026-11-21", 3)
    assert row.complaint_ids == tuple(complaint_id_of(ref, 1) for ref in ("c1", "c2", "c3")) or set(
        row.complaint_ids
    ) == {complaint_id_of(ref, 1) for ref in ("c1", "c2", "c3")}
    (body,) = told(desk)
    assert body["type"] == "assist.cluster_found"
    payload = body["data"]["payload"]
    assert (payload["orders"], payload["expected"], payload["page"]) == (3, 0.02, "/clusters?day=2026-11-21")
    assert (payload["batches"], payload["warehouses"]) == ({"B7": 3}, {"W1": 3})
    assert {one["page"] for one in payload["complaints"]} == {f"/desk?conversation=c{at}" for at in (1, 2, 3)}


def test_a_growing_burst_is_told_of_once(watched: Desk) -> None:
    complain(watched, ["c1", "c2", "c3"], product="strawberry")
    complain(watched, ["c4"], product="strawberry")
    watch(watched)

    assert [row.orders for row in found(watched)] == [4]
    assert len(told(watched)) == 1
    with watched.database.reader() as session:
        assert events.count(session, SHOP, EventKind.cluster_found) == 1


def test_the_same_burst_on_the_next_morning_is_kept_and_not_told_of_again(watched: Desk) -> None:
    complain(watched, ["c1", "c2", "c3"], product="strawberry")
    watched.clock.move(hours=20)
    complain(watched, [f"d{at}" for at in range(8)], at=watched.clock(), product="strawberry")

    assert [row.day for row in found(watched)] == ["2026-11-22", "2026-11-21"]
    assert len(told(watched)) == 1


def test_complaints_of_one_order_are_no_burst(watched: Desk) -> None:
    def keep(session: Session) -> None:
        for ref in ("c1", "c2", "c3"):
            keep_conversation(session, ref)
            row = complaint_row(ref, order_ref="one-order")
            complaints.save_complaint(session, row, [line_row(row, product="strawberry")])
        plan_cluster_watch(session, SHOP, NOW)

    _write(watched, keep)
    watch(watched)

    assert found(watched) == []


def test_late_parcels_speak_of_the_warehouse_and_not_of_the_goods(watched: Desk) -> None:
    complain(watched, ["c1", "c2", "c3"], product="strawberry", issue=Issue.late)

    assert found(watched) == []


def test_prices_and_service_are_not_counted(watched: Desk) -> None:
    for ref, issue in (("c1", Issue.price), ("c2", Issue.service_or_refund_handling), ("c3", Issue.price)):
        complain(watched, [ref], product="strawberry", issue=issue)

    assert found(watched) == []


def test_the_day_is_the_shops_and_midnight_loses_nothing(watched: Desk) -> None:
    """15:59 UTC is a minute before midnight in Shanghai; the third complaint is handled after it."""
    watched.clock.now = datetime(2026, 11, 21, 16, 0, 1, tzinfo=UTC)
    complain(watched, ["c1", "c2", "c3"], at=datetime(2026, 11, 21, 15, 59, tzinfo=UTC), product="strawberry")

    assert [(row.day, row.orders) for row in found(watched)] == [("2026-11-21", 3)]


def test_another_shops_complaints_are_not_counted(watched: Desk) -> None:
    from tests.store.rows import save_shop

    def keep(session: Session) -> None:
        save_shop(session, "s2")
        for ref in ("x1", "x2"):
            keep_conversation(session, ref, "s2")
            row = complaint_row(ref, shop_id="s2")
            complaints.save_complaint(session, row, [line_row(row, product="strawberry")])

    _write(watched, keep)
    complain(watched, ["c1"], product="strawberry")

    assert found(watched) == []


def test_a_shop_without_a_remedy_policy_watches_nothing(desk: Desk) -> None:
    complain(desk, ["c1", "c2", "c3"], product="strawberry")

    assert found(desk) == []
