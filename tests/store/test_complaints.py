"""Are complaints kept as they were read, and is a customer's past counted right?"""

from collections.abc import Callable, Generator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from assist.domain.complaint import Issue, Severity, Want
from assist.domain.remedy import Slot
from assist.domain.remedy_policy import RemedyKind
from assist.store.database import Database
from assist.store.queries import clusters, complaints
from assist.store.queries.clusters import ClusterRow
from assist.store.queries.complaints import Comparable, PastClaims
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.claims import SHOP, complaint_row, keep_conversation, keep_remedy, line_row
from tests.store.rows import save_shop

EARLIER = NOW - timedelta(days=10)
MONTH_AGO = NOW - timedelta(days=30)

Keep = Callable[[Callable[[Session], object]], object]


@pytest.fixture
def keep(database: Database) -> Generator[Keep]:
    """Write in one change after another; a shop with four conversations is there."""
    writer = Writer(database).start()

    def run(change: Callable[[Session], object]) -> object:
        return writer.submit(change).result()

    def shop(session: Session) -> None:
        save_shop(session)
        save_shop(session, "s2")
        for ref in ("c1", "c2", "c3"):
            keep_conversation(session, ref)
        keep_conversation(session, "c9", "s2")

    run(shop)
    yield run
    writer.close()


def test_a_complaint_is_read_back_as_it_was_kept(database: Database, keep: Keep) -> None:
    row = complaint_row("c1", asked=(Slot.share,))
    lines = [line_row(row, "a"), line_row(row, "b", batch="B7", warehouse="W1")]

    keep(lambda session: complaints.save_complaint(session, row, lines))

    with database.reader() as session:
        assert complaints.complaint_of(session, "c1", 1) == (row, lines)
        assert complaints.complaint_of(session, "c1", 2) is None
        assert complaints.complaint(session, "s2", row.id) is None
        assert complaints.conversations_of(session, SHOP, [row.id, "x"]) == {row.id: "c1"}


def test_a_new_reading_replaces_lines_and_when_it_was_opened(database: Database, keep: Keep) -> None:
    row = complaint_row("c1")
    keep(lambda session: complaints.save_complaint(session, row, [line_row(row, "a"), line_row(row, "b")]))
    earlier = NOW - timedelta(hours=1)
    again = complaint_row(
        "c1", at=earlier, severity=Severity.total_spoil, issues=(Issue.spoilage, Issue.late), first_wants=(Want.reship,)
    )

    keep(lambda session: complaints.save_complaint(session, again, [line_row(again, "b", batch="B2")]))

    with database.reader() as session:
        found = complaints.complaint_of(session, "c1", 1)
    assert found is not None
    kept, lines = found
    assert (kept.opened_at, kept.updated_at, kept.first_wants) == (earlier, earlier, (Want.money,))
    assert (kept.severity, kept.issues) == (Severity.total_spoil, (Issue.spoilage, Issue.late))
    assert [(line.line_key, line.batch, line.opened_at) for line in lines] == [("b", "B2", earlier)]


def test_a_customers_past_counts_refunds_promised_and_leaves_this_complaint_out(database: Database, keep: Keep) -> None:
    old, new, other = complaint_row("c1", at=EARLIER), complaint_row("c2"), complaint_row("c3", customer_key="k2")

    def change(session: Session) -> None:
        for row in (old, new, other):
            complaints.save_complaint(session, row, [line_row(row)])
        keep_remedy(session, "r1", old, amount_fen=500)
        keep_remedy(session, "r2", old, amount_fen=70, state="reserved", kind="full_refund")
        keep_remedy(session, "r3", old, amount_fen=9000, state="rejected")
        keep_remedy(session, "r4", old, amount_fen=9000, kind="coupon")
        keep_remedy(session, "r5", new, amount_fen=9000)
        keep_remedy(session, "r6", other, amount_fen=9000)

    keep(change)

    with database.reader() as session:
        until = NOW + timedelta(seconds=1)
        assert complaints.past_claims(session, SHOP, "k1", MONTH_AGO, until, but=new.id) == PastClaims(1, 570)
        assert complaints.past_claims(session, SHOP, "k1", MONTH_AGO, NOW) == PastClaims(1, 570)
        assert complaints.past_claims(session, SHOP, "k1", NOW, until) == PastClaims(1, 9000)
        assert complaints.past_claims(session, SHOP, None, MONTH_AGO, until) == PastClaims(0, 0)


def test_comparable_cases_are_executed_ones_of_the_same_kind(database: Database, keep: Keep) -> None:
    row = complaint_row("c1")

    def change(session: Session) -> None:
        complaints.save_complaint(session, row, [line_row(row)])
        for place, amount in enumerate((100, 200, 300, 400)):
            keep_remedy(session, f"p{place}", row, amount_fen=amount)
        keep_remedy(session, "f", row, kind="full_refund", amount_fen=3990)
        keep_remedy(session, "s", row, kind="full_refund", amount_fen=1, state="failed")
        keep_remedy(session, "o", row, kind="coupon", amount_fen=1, severity="total_spoil")
        keep_remedy(session, "e", row, kind="coupon", amount_fen=1, requested_at=MONTH_AGO - timedelta(days=90))

    keep(change)

    with database.reader() as session:
        found = complaints.comparable(session, SHOP, "berry", Issue.spoilage, Severity.partial_spoil, MONTH_AGO)
    assert found == [
        Comparable(RemedyKind.partial_refund, 4, 200),
        Comparable(RemedyKind.full_refund, 1, 3990),
    ]


def test_a_photo_of_another_claim_of_the_same_shop_is_known_again(database: Database, keep: Keep) -> None:
    first, second = complaint_row("c1"), complaint_row("c2")

    def change(session: Session) -> None:
        for row in (first, second):
            complaints.save_complaint(session, row, [])
        complaints.save_photos(session, SHOP, first.id, ["h1", "h2", "h1"], NOW)
        complaints.save_photos(session, SHOP, first.id, ["h1"], NOW)

    keep(change)

    with database.reader() as session:
        assert complaints.photo_seen(session, SHOP, ["h2"], second.id)
        assert not complaints.photo_seen(session, SHOP, ["h1", "h2"], first.id)
        assert not complaints.photo_seen(session, "s2", ["h2"], second.id)
        assert not complaints.photo_seen(session, SHOP, [], second.id)


def test_stored_claims_come_oldest_first_with_their_conversation(database: Database, keep: Keep) -> None:
    rows = [complaint_row("c1"), complaint_row("c2", at=EARLIER), complaint_row("c3", at=MONTH_AGO)]

    def change(session: Session) -> None:
        for row in rows:
            complaints.save_complaint(session, row, [line_row(row)])

    keep(change)

    with database.reader() as session:
        found = list(complaints.stored_claims(session, SHOP, EARLIER, NOW + timedelta(seconds=1)))
        assert complaints.count_stored(session, SHOP, EARLIER, NOW) == 1
        goods = list(clusters.goods_complained_of(session, SHOP, MONTH_AGO, NOW))
        assert clusters.first_complaint_at(session, SHOP) == MONTH_AGO
    assert [one.conversation_id for one in found] == ["c2", "c1"]
    assert [(row.order_ref, row.product) for row in goods] == [("order-c3", "strawberry"), ("order-c2", "strawberry")]


def test_a_cluster_is_kept_once_a_day_and_grows(database: Database, keep: Keep) -> None:
    row = ClusterRow(SHOP, "product", "strawberry", "2026-11-21", 3, 70_000, 54, ("a", "b", "c"), NOW)
    grown = ClusterRow(SHOP, "product", "strawberry", "2026-11-21", 4, 70_000, 1, ("a", "b", "c", "d"), NOW)

    assert keep(lambda session: clusters.keep_cluster(session, row)) is True
    assert keep(lambda session: clusters.keep_cluster(session, grown)) is False

    with database.reader() as session:
        (found,) = clusters.clusters_since(session, SHOP, MONTH_AGO)
    assert (found.orders, found.complaint_ids, found.found_at) == (4, ("a", "b", "c", "d"), NOW)

    assert keep(lambda session: clusters.see_cluster(session, SHOP, found.id, "a1", NOW)) is True
    assert keep(lambda session: clusters.see_cluster(session, SHOP, found.id, "a2", NOW)) is True
    assert keep(lambda session: clusters.see_cluster(session, "s2", found.id, "a2", NOW)) is False

    with database.reader() as session:
        seen = clusters.cluster(session, SHOP, found.id)
    assert seen is not None
    assert (seen.seen_by, seen.seen_at) == ("a1", NOW)
