"""Is a due task run once, and set aside when it cannot be?"""

from datetime import datetime, timedelta

from sqlalchemy import select

from assist.store import tables
from assist.store.database import Database
from assist.store.queries import tasks
from assist.store.queries.tasks import DueTask, NewTask
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP, count, run_out

SOON = NOW + timedelta(minutes=5)


def _plan(writer: Writer, subject: str = "c1", due_at: datetime = NOW, payload: str = "{}") -> None:
    writer.submit(lambda session: tasks.plan(session, NewTask(SHOP, "readvise", subject, due_at, payload))).result()


def _claim(writer: Writer, owner: str = "p1", now: datetime = NOW, limit: int = 20) -> list[DueTask]:
    return writer.submit(lambda session: tasks.claim_due(session, owner, now, limit)).result()


def _finish(writer: Writer, task: DueTask) -> None:
    writer.submit(lambda session: tasks.finish(session, task.id)).result()


def _fail(writer: Writer, task: DueTask) -> None:
    writer.submit(lambda session: tasks.give_back(session, task.id, "ValueError")).result()


def _states(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.execute(select(table_of(tables.Task).c.state)).scalars())


def test_a_due_task_is_claimed_once_and_then_done(writer: Writer, database: Database) -> None:
    _plan(writer, payload='{"why": "新内容"}')

    (task,) = _claim(writer, "p1")
    assert (task.kind, task.subject_id, task.payload, task.attempts) == ("readvise", "c1", {"why": "新内容"}, 1)
    assert _claim(writer, "p2") == []

    _finish(writer, task)
    run_out(writer, "task")
    assert _claim(writer, "p2") == []
    assert _states(database) == ["done"]


def test_a_task_waits_for_its_time(writer: Writer) -> None:
    _plan(writer, due_at=SOON)

    assert _claim(writer, now=SOON - timedelta(microseconds=1)) == []
    assert len(_claim(writer, now=SOON)) == 1


def test_the_task_due_longest_is_first(writer: Writer) -> None:
    for minutes, subject in ((3, "late"), (1, "early"), (2, "middle")):
        _plan(writer, subject, NOW + timedelta(minutes=minutes))

    first, second = _claim(writer, now=SOON, limit=2), _claim(writer, now=SOON)

    assert [task.subject_id for task in first] == ["early", "middle"]
    assert [task.subject_id for task in second] == ["late"]


def test_planning_the_same_again_moves_it_to_the_new_time(writer: Writer, database: Database) -> None:
    _plan(writer, due_at=NOW, payload='{"n": 1}')
    _plan(writer, due_at=SOON, payload='{"n": 2}')

    assert count(database, tables.Task) == 1
    assert _claim(writer, now=NOW) == []
    assert [task.payload for task in _claim(writer, now=SOON)] == [{"n": 2}]


def test_a_done_task_can_be_planned_again(writer: Writer) -> None:
    _plan(writer)
    _finish(writer, _claim(writer)[0])

    _plan(writer)

    assert [task.attempts for task in _claim(writer)] == [1]


def test_a_task_planned_again_while_it_runs_runs_again(writer: Writer) -> None:
    _plan(writer)
    (running,) = _claim(writer)

    # What it was planned for the second time is news the running one may have missed.
    _plan(writer)
    assert _claim(writer, "p2") == []
    _finish(writer, running)

    assert [task.subject_id for task in _claim(writer)] == ["c1"]


def test_a_task_that_fails_is_tried_three_times_and_set_aside(writer: Writer, database: Database) -> None:
    _plan(writer)

    attempts: list[int] = []
    for _ in range(6):
        for task in _claim(writer):
            attempts.append(task.attempts)
            _fail(writer, task)

    assert attempts == [1, 2, 3]
    assert _states(database) == ["dead"]


def test_a_task_whose_process_stops_each_time_is_set_aside_too(writer: Writer, database: Database) -> None:
    _plan(writer)

    claims = 0
    for _ in range(6):
        claims += len(_claim(writer))
        run_out(writer, "task")

    assert claims == 3
    assert _states(database) == ["dead"]


def test_a_task_whose_lease_ran_out_is_taken_over(writer: Writer) -> None:
    _plan(writer)
    _claim(writer, "p1")

    run_out(writer, "task")

    assert [task.attempts for task in _claim(writer, "p2")] == [2]


def test_after_a_restart_of_the_only_process_nothing_waits_for_a_lease(writer: Writer) -> None:
    _plan(writer)
    _claim(writer, "p1")

    writer.submit(tasks.free_leases).result()

    assert len(_claim(writer, "p1 after its restart")) == 1


def test_a_cancelled_task_does_not_run(writer: Writer, database: Database) -> None:
    _plan(writer)

    writer.submit(lambda session: tasks.cancel(session, SHOP, "readvise", "c1")).result()

    assert _claim(writer) == []
    assert _states(database) == ["cancelled"]
