"""Which conversation is worked on next, by whom, and what happens to the message nobody can handle?"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from assist.store import tables
from assist.store.database import Database
from assist.store.queries import inbox
from assist.store.queries.inbox import ClaimedLane, Kept
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.store.rows import SHOP, count, inbox_row, receive, run_out


def _claim(writer: Writer, owner: str = "p1", limit: int = 16) -> list[ClaimedLane]:
    return writer.submit(lambda session: inbox.claim_lanes(session, owner, limit)).result()


def _finish(writer: Writer, lane: ClaimedLane) -> None:
    writer.submit(lambda session: inbox.finish(session, lane)).result()


def _fail(writer: Writer, lane: ClaimedLane, error: str = "ValueError") -> None:
    writer.submit(lambda session: inbox.give_back(session, lane, error)).result()


def _refs(database: Database, lane: ClaimedLane) -> list[str]:
    """Return the event refs of a claimed lane's rows, in the order they were given."""
    rows = table_of(tables.Inbox)
    with database.reader() as session:
        refs = {row.id: row.event_ref for row in session.execute(select(rows.c.id, rows.c.event_ref))}
    return [refs[row.id] for row in lane.rows]


def _states(database: Database) -> dict[str, str]:
    rows = table_of(tables.Inbox)
    with database.reader() as session:
        return {row.event_ref: row.state for row in session.execute(select(rows.c.event_ref, rows.c.state))}


def _work_until_idle(writer: Writer, database: Database, poison: str, most: int = 50) -> list[list[str]]:
    """Handle lanes as a process does: a lane with the poisonous event fails, the others are done."""
    worked: list[list[str]] = []
    for _ in range(most):
        lanes = _claim(writer)
        if not lanes:
            return worked
        for lane in lanes:
            refs = _refs(database, lane)
            worked.append(refs)
            if poison in refs:
                _fail(writer, lane)
            else:
                _finish(writer, lane)
    pytest.fail(f"still busy after {most} rounds: {worked}")


def test_an_event_is_kept_once_and_its_first_body_wins(writer: Writer, database: Database) -> None:
    first = receive(writer, inbox_row("e1", body='{"text":"第一次"}', raw_digest="d1"))
    same = receive(writer, inbox_row("e1", body='{"text":"第一次"}', raw_digest="d1"))
    other = receive(writer, inbox_row("e1", body='{"text":"第二次"}', raw_digest="d2"))

    assert (first, same, other) == (Kept(1, 0, 0), Kept(0, 1, 0), Kept(0, 1, 1))
    (lane,) = _claim(writer)
    assert [row.body for row in lane.rows] == ['{"text":"第一次"}']
    with database.reader() as session:
        assert session.execute(select(table_of(tables.Inbox).c.conflicts)).scalars().all() == [1]


def test_requests_kept_together_are_each_told_what_became_of_theirs(writer: Writer, database: Database) -> None:
    requests = [
        [inbox_row("e1", raw_digest="d1"), inbox_row("e2", raw_digest="d1")],
        [inbox_row("e1", raw_digest="d1")],
        [inbox_row("e2", raw_digest="d9"), inbox_row("e3", raw_digest="d9")],
    ]

    kept = writer.submit(lambda session: inbox.keep(session, requests)).result()

    assert kept == [Kept(2, 0, 0), Kept(0, 1, 0), Kept(1, 1, 1)]
    assert count(database, tables.Inbox) == 3


def test_the_same_event_ref_of_another_account_is_another_event(writer: Writer, database: Database) -> None:
    ours = inbox_row("e1")
    theirs = replace(ours, shop_id="s2", account="other")

    assert receive(writer, ours).new == receive(writer, theirs).new == 1
    assert count(database, tables.Inbox) == 2


def test_a_lane_gives_all_its_rows_in_order_of_arrival(writer: Writer, database: Database) -> None:
    for ref in ("e3", "e1", "e2"):
        receive(writer, inbox_row(ref))

    (lane,) = _claim(writer)

    assert lane.lane_id == "l1"
    assert _refs(database, lane) == ["e3", "e1", "e2"]


def test_the_lanes_that_wait_longest_are_worked_on_first(writer: Writer) -> None:
    for number, lane_id in enumerate(["z", "a", "m", "b"]):
        receive(writer, inbox_row(f"e{number}", lane_id=lane_id))

    first, second = _claim(writer, limit=2), _claim(writer, limit=2)

    assert {lane.lane_id for lane in first} == {"z", "a"}
    assert {lane.lane_id for lane in second} == {"m", "b"}


def test_a_held_lane_is_not_given_to_another_and_nothing_new_in_it_is(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("e1"))
    assert _claim(writer, "p1")
    receive(writer, inbox_row("e2"))

    assert _claim(writer, "p2") == []
    assert not writer.submit(lambda session: inbox.claim_lane(session, "p2", SHOP, "l1")).result()


def test_a_finished_lane_is_free_for_its_next_rows(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("e1"))
    (lane,) = _claim(writer, "p1")
    receive(writer, inbox_row("e2"))

    _finish(writer, lane)

    (again,) = _claim(writer, "p2")
    assert _refs(database, again) == ["e2"]
    assert _states(database) == {"e1": "done", "e2": "pending"}


def test_a_lane_whose_lease_ran_out_is_taken_over(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("e1"))
    _claim(writer, "p1")

    run_out(writer, "lane")

    (lane,) = _claim(writer, "p2")
    assert _refs(database, lane) == ["e1"]


def test_after_a_restart_of_the_only_process_nothing_waits_for_a_lease(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("e1"))
    _claim(writer, "p1")

    writer.submit(inbox.free_leases).result()

    assert len(_claim(writer, "p1 after its restart")) == 1


def test_the_attempt_is_counted_before_the_work(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("e1"))

    _claim(writer)

    # Whatever the work does to the process, this is committed.
    with database.reader() as session:
        assert session.execute(select(table_of(tables.Lane).c.attempts)).scalar_one() == 1


def test_after_a_failure_a_lane_gives_its_rows_one_by_one(writer: Writer, database: Database) -> None:
    for ref in ("e1", "e2"):
        receive(writer, inbox_row(ref))
    (together,) = _claim(writer)
    _fail(writer, together)

    (alone,) = _claim(writer)

    assert _refs(database, together) == ["e1", "e2"]
    assert _refs(database, alone) == ["e1"]


@pytest.mark.parametrize(
    ("poison", "tries_alone"),
    [
        # Three tries in all: the first with its lane, two alone.
        pytest.param("e0", 2, id="第一条有毒"),
        pytest.param("e2", 2, id="中间一条有毒"),
        # It is its lane's only row when that fails.
        pytest.param("e3", 3, id="最后一条有毒"),
    ],
)
def test_a_poisonous_row_is_set_aside_after_three_tries_and_the_others_are_done(
    writer: Writer, database: Database, poison: str, tries_alone: int
) -> None:
    for number in range(4):
        receive(writer, inbox_row(f"e{number}"))

    worked = _work_until_idle(writer, database, poison)

    assert _states(database) == {f"e{n}": "dead" if f"e{n}" == poison else "done" for n in range(4)}
    assert worked.count([poison]) == tries_alone


def test_a_poisonous_row_that_ends_the_process_is_set_aside_too(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("e1"))
    receive(writer, inbox_row("e2"))

    for _ in range(10):
        for lane in _claim(writer):
            if "e1" in _refs(database, lane):
                # The process is gone before it can say anything; its next life forgets the lease.
                writer.submit(inbox.free_leases).result()
            else:
                _finish(writer, lane)

    assert _states(database) == {"e1": "dead", "e2": "done"}


def test_a_poisonous_conversation_holds_up_no_other(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("poison", lane_id="bad"))
    for number in range(3):
        receive(writer, inbox_row(f"e{number}", lane_id=f"good{number}"))

    worked = _work_until_idle(writer, database, "poison")

    assert [refs for refs in worked if refs != ["poison"]] == [["e0"], ["e1"], ["e2"]]
    assert _states(database)["poison"] == "dead"


def test_what_went_wrong_is_kept_with_the_row(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("e1"))

    _work_until_idle(writer, database, "e1")

    with database.reader() as session:
        assert session.execute(select(table_of(tables.Inbox).c.error)).scalar_one() == "ValueError"


def test_a_conversation_whose_poison_was_set_aside_goes_on_at_once(writer: Writer, database: Database) -> None:
    receive(writer, inbox_row("poison"))
    _work_until_idle(writer, database, "poison")

    receive(writer, inbox_row("next"))

    (lane,) = _claim(writer)
    assert _refs(database, lane) == ["next"]


def test_a_lane_can_be_held_without_rows_and_given_back(writer: Writer) -> None:
    claimed = [writer.submit(lambda session: inbox.claim_lane(session, "p1", SHOP, "l1")).result() for _ in range(2)]
    writer.submit(lambda session: inbox.free_lane(session, "l1")).result()

    assert claimed == [True, False]
    assert writer.submit(lambda session: inbox.claim_lane(session, "p2", SHOP, "l1")).result()


def test_waiting_rows_are_counted(writer: Writer, database: Database) -> None:
    for number in range(3):
        receive(writer, inbox_row(f"e{number}", lane_id=f"l{number}"))
    _finish(writer, _claim(writer, limit=1)[0])

    with database.reader() as session:
        assert inbox.waiting(session) == 2
        assert inbox.count_by_state(session) == {"pending": 2, "done": 1}
