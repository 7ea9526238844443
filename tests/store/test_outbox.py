"""What is sent now, what never again, and who sent what?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assist.store import tables
from assist.store.database import Database
from assist.store.queries import outbox
from assist.store.queries.outbox import Delivery, NewDelivery
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.store.rows import SHOP, count, run_out


def _delivery(key: str, **changed: Any) -> NewDelivery:
    # Due times are compared with the database's own clock.
    now = datetime.now(UTC)
    fixed = {
        "shop_id": SHOP,
        "kind": "reply",
        "idempotency_key": key,
        "not_before": now - timedelta(seconds=1),
        "expires_at": now + timedelta(minutes=10),
        "created_at": now,
        "text": "您好",
        "agent_id": "a1",
    }
    return NewDelivery(**{**fixed, **changed})


def _queue(writer: Writer, key: str, **changed: Any) -> bool:
    return writer.submit(lambda session: outbox.queue(session, _delivery(key, **changed))).result()


def _claim(writer: Writer, owner: str = "p1", limit: int = 16) -> list[Delivery]:
    return writer.submit(lambda session: outbox.claim(session, owner, limit)).result()


def _rows(database: Database) -> dict[str, Any]:
    rows = table_of(tables.Outbox)
    with database.reader() as session:
        return {row.idempotency_key: row for row in session.execute(select(rows))}


def test_a_key_is_queued_once(writer: Writer, database: Database) -> None:
    assert _queue(writer, "k1")
    assert not _queue(writer, "k1", text="另一句")

    assert count(database, tables.Outbox) == 1
    assert [delivery.text for delivery in _claim(writer)] == ["您好"]


def test_the_same_key_of_another_shop_is_another_delivery(writer: Writer, database: Database) -> None:
    assert _queue(writer, "k1")
    assert _queue(writer, "k1", shop_id="s2")


def test_what_is_due_is_claimed_in_order_and_once(writer: Writer) -> None:
    for key in ("k2", "k1", "k3"):
        _queue(writer, key)

    first, second, third = _claim(writer, limit=2), _claim(writer, "p2"), _claim(writer, "p3")

    assert [delivery.idempotency_key for delivery in first] == ["k2", "k1"]
    assert [delivery.idempotency_key for delivery in second] == ["k3"]
    assert third == []
    assert {delivery.attempts for delivery in first + second} == {1}


def test_what_is_not_due_yet_waits(writer: Writer, database: Database) -> None:
    later = datetime.now(UTC) + timedelta(minutes=5)
    _queue(writer, "k1", not_before=later)

    assert _claim(writer) == []
    with database.reader() as session:
        due = outbox.next_due(session)
    assert due == later


def test_what_was_not_sent_in_time_is_never_sent(writer: Writer, database: Database) -> None:
    _queue(writer, "k1", expires_at=datetime.now(UTC) - timedelta(seconds=1))

    assert _claim(writer) == []
    assert _rows(database)["k1"].state == "expired"


def test_a_send_whose_process_stopped_is_unknown_and_never_due_again(writer: Writer, database: Database) -> None:
    _queue(writer, "k1")
    _claim(writer, "p1")

    run_out(writer, "outbox")

    assert _claim(writer, "p2") == []
    assert _rows(database)["k1"].state == "unknown"
    assert "before the outcome was known" in _rows(database)["k1"].error


def test_a_send_that_is_held_stays_with_its_holder(writer: Writer, database: Database) -> None:
    _queue(writer, "k1")
    _claim(writer, "p1")

    assert _claim(writer, "p2") == []
    assert _rows(database)["k1"].state == "claimed"


@pytest.mark.parametrize("state", ["sent", "failed", "unknown", "cancelled"])
def test_a_settled_send_is_over(writer: Writer, database: Database, state: str) -> None:
    _queue(writer, "k1")
    (delivery,) = _claim(writer)

    writer.submit(lambda session: outbox.settle(session, delivery.id, state, message_ref="m9", error=None)).result()
    run_out(writer, "outbox")

    assert _claim(writer) == []
    row = _rows(database)["k1"]
    assert (row.state, row.message_ref, row.lease_owner) == (state, "m9", None)


def test_a_send_to_try_again_is_due_at_its_time_with_its_attempts_counted(writer: Writer, database: Database) -> None:
    _queue(writer, "k1")
    (delivery,) = _claim(writer)
    past = datetime.now(UTC) - timedelta(seconds=1)

    writer.submit(lambda session: outbox.retry_at(session, delivery.id, past, "503")).result()

    (again,) = _claim(writer)
    assert (again.idempotency_key, again.attempts) == ("k1", 2)
    assert _rows(database)["k1"].error == "503"


def test_what_came_back_from_the_platform_is_known_as_ours_by_key_or_by_message_ref(
    writer: Writer, database: Database
) -> None:
    _queue(writer, "k1", agent_id="a1")
    _queue(writer, "k2", agent_id="a2")
    for delivery in _claim(writer):
        ref = f"ref of {delivery.idempotency_key}"
        writer.submit(
            lambda session, d=delivery, r=ref: outbox.settle(session, d.id, "sent", message_ref=r, error=None)
        ).result()

    with database.reader() as session:
        known = outbox.was_sent_by_us(session, SHOP, ["k1", "ref of k2", "somebody else's"])
        elsewhere = outbox.was_sent_by_us(session, "s2", ["k1"])

    assert known["k1"] == "a1"
    assert known["ref of k2"] == "a2"
    assert "somebody else's" not in known
    assert elsewhere == {}
