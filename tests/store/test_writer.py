"""What may a change rely on once its future has resolved, and what happens to its neighbours when it fails?"""

import asyncio
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assist.store.database import Database, open_database
from assist.store.queries import inbox
from assist.store.tables import Inbox
from assist.store.writer import Notice, Writer, WriterBusy, WriterClosed, tell
from tests.store.rows import count, inbox_row, only_postgresql, receive, save_shop, shop_ids

LONG = 10.0
"""Seconds after which a test that waits is lost."""


class Gate:
    """A change that holds the writer, so that what is submitted meanwhile becomes one batch."""

    def __init__(self, writer: Writer) -> None:
        self._entered = threading.Event()
        self._opened = threading.Event()
        self._future = writer.submit(self._hold)
        assert self._entered.wait(LONG)

    def _hold(self, session: Session) -> None:
        self._entered.set()
        assert self._opened.wait(LONG)

    def open(self) -> None:
        self._opened.set()
        self._future.result(LONG)


def _saves(shop_id: str) -> Callable[[Session], None]:
    return lambda session: save_shop(session, shop_id)


def _saves_then_fails(shop_id: str) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        save_shop(session, shop_id)
        raise ValueError("this change is wrong")

    return change


def test_a_result_is_what_the_change_returned(writer: Writer) -> None:
    assert writer.submit(lambda _: 42).result(LONG) == 42


def test_a_change_that_fails_leaves_no_row_and_its_batch_neighbours_stay(writer: Writer, database: Database) -> None:
    gate = Gate(writer)
    before, failing, after = (
        writer.submit(_saves("before")),
        writer.submit(_saves_then_fails("failing")),
        writer.submit(_saves("after")),
    )

    gate.open()

    with pytest.raises(ValueError, match="this change is wrong"):
        failing.result(LONG)
    before.result(LONG)
    after.result(LONG)
    assert shop_ids(database) == {"before", "after"}


def test_a_change_that_breaks_a_constraint_fails_alone(writer: Writer, database: Database) -> None:
    unknown_shop = text("INSERT INTO agent_ref VALUES ('generic', 'main', 'r', 'nobody', 'nobody')")
    gate = Gate(writer)
    before, failing, after = (
        writer.submit(_saves("before")),
        writer.submit(lambda session: session.execute(unknown_shop) and None),
        writer.submit(_saves("after")),
    )

    gate.open()

    with pytest.raises(IntegrityError):
        failing.result(LONG)
    assert before.result(LONG) is after.result(LONG) is None
    assert shop_ids(database) == {"before", "after"}


def test_a_batch_whose_commit_fails_leaves_no_row_and_fails_every_future(writer: Writer, database: Database) -> None:
    # A constraint that is looked at on COMMIT only: every savepoint of the batch succeeds before it.
    vow = text("CREATE TABLE vow (shop_id VARCHAR REFERENCES shop (id) DEFERRABLE INITIALLY DEFERRED)")
    broken = text("INSERT INTO vow VALUES ('nobody')")
    writer.submit(lambda session: session.execute(vow) and None).result(LONG)
    gate = Gate(writer)
    batch: list[Future[None]] = [
        writer.submit(_saves("first")),
        writer.submit(lambda session: session.execute(broken) and None),
        writer.submit(_saves("last")),
    ]

    gate.open()

    assert all(isinstance(future.exception(LONG), IntegrityError) for future in batch)
    assert shop_ids(database) == set()
    writer.submit(_saves("later")).result(LONG)
    assert shop_ids(database) == {"later"}
    writer.submit(lambda session: session.execute(text("DROP TABLE vow")) and None).result(LONG)


def test_a_result_is_there_only_when_another_connection_sees_it(writer: Writer, database: Database) -> None:
    seen: list[set[str]] = []
    gate = Gate(writer)
    first = writer.submit(_saves("first"))
    first.add_done_callback(lambda _: seen.append(shop_ids(database)))
    peeked: list[tuple[bool, set[str]]] = []
    peek = writer.submit(lambda _: peeked.append((first.done(), shop_ids(database))))

    gate.open()
    wait([first, peek], LONG)

    assert peeked == [(False, set())]
    assert seen == [{"first"}]


def test_changes_of_one_batch_run_by_sort_key_then_by_arrival(writer: Writer) -> None:
    ran: list[str] = []
    gate = Gate(writer)
    submitted = [("c", "1"), ("a", "2"), ("b", "3"), ("a", "4"), ("c", "5")]
    futures = [writer.submit(lambda _, n=name: ran.append(n), sort_key=(key,)) for key, name in submitted]

    gate.open()
    wait(futures, LONG)

    assert ran == ["2", "4", "3", "1", "5"]


def test_a_full_writer_says_so_and_takes_changes_again_later(sqlite_database: Database) -> None:
    writer = Writer(sqlite_database, capacity=1).start()
    gate = Gate(writer)
    waiting = writer.submit(_saves("waiting"))

    with pytest.raises(WriterBusy):
        writer.submit(_saves("refused"))
    gate.open()
    waiting.result(LONG)
    writer.submit(_saves("later")).result(LONG)

    writer.close()
    assert shop_ids(sqlite_database) == {"waiting", "later"}


def test_closing_finishes_what_was_submitted(sqlite_database: Database) -> None:
    writer = Writer(sqlite_database, batch=4).start()
    gate = Gate(writer)
    futures = [writer.submit(_saves(f"s{number:02}")) for number in range(20)]
    closing = threading.Thread(target=writer.close)

    closing.start()
    gate.open()
    closing.join(LONG)

    assert all(future.done() and future.exception() is None for future in futures)
    assert len(shop_ids(sqlite_database)) == 20


def test_a_closed_writer_takes_nothing(sqlite_database: Database) -> None:
    writer = Writer(sqlite_database).start()
    writer.close()

    with pytest.raises(WriterClosed):
        writer.submit(_saves("late"))
    writer.close()

    assert shop_ids(sqlite_database) == set()


def test_notices_are_told_after_the_commit_and_only_for_what_was_kept(writer: Writer, database: Database) -> None:
    told: list[tuple[frozenset[Notice], set[str]]] = []
    heard = threading.Event()

    def listen(notices: frozenset[Notice]) -> None:
        told.append((notices, shop_ids(database)))
        heard.set()

    def kept(session: Session) -> None:
        save_shop(session, "kept")
        tell(session, "chat", "kept", "c1")

    def failing(session: Session) -> None:
        tell(session, "chat", "failing", "c1")
        raise ValueError("not kept")

    writer.on_commit(listen)
    writer.submit(lambda _: None).result(LONG)
    gate = Gate(writer)
    futures = [writer.submit(kept), writer.submit(failing)]
    gate.open()
    wait(futures, LONG)

    assert heard.wait(LONG)
    assert told == [(frozenset({("chat", "kept", "c1")}), {"kept"})]


def test_a_listener_that_fails_changes_nothing_for_the_others(writer: Writer, database: Database) -> None:
    heard = threading.Event()

    def broken(notices: frozenset[Notice]) -> None:
        raise RuntimeError("a listener's own trouble")

    def change(session: Session) -> None:
        save_shop(session)
        tell(session, "inbox")

    writer.on_commit(broken)
    writer.on_commit(lambda _: heard.set())
    writer.submit(change).result(LONG)

    assert heard.wait(LONG)
    assert shop_ids(database) == {"s1"}


def test_one_event_delivered_by_many_threads_at_once_is_one_row(writer: Writer, database: Database) -> None:
    def deliver(_: int) -> inbox.Kept:
        return receive(writer, inbox_row("e1"))

    with ThreadPoolExecutor(16) as pool:
        kept = list(pool.map(deliver, range(64)))

    assert count(database, Inbox) == 1
    assert sum(one.new for one in kept) == 1
    assert sum(one.duplicates for one in kept) == 63


def _save_each(session: Session, shop_ids: Sequence[str]) -> list[str]:
    """A change kept together for many callers; it takes no shop named bad."""
    for shop_id in shop_ids:
        save_shop(session, shop_id)
    if "bad" in shop_ids:
        raise ValueError("this part is wrong")
    return [f"kept {shop_id}" for shop_id in shop_ids]


@pytest.mark.anyio
async def test_a_coroutine_gets_the_result_or_the_error_of_its_change(writer: Writer, database: Database) -> None:
    assert await writer.change(lambda _: 42) == 42
    with pytest.raises(ValueError, match="this change is wrong"):
        await writer.change(_saves_then_fails("failing"))

    assert shop_ids(database) == set()


@pytest.mark.anyio
async def test_parts_kept_together_each_get_their_own_result(writer: Writer, database: Database) -> None:
    gate = Gate(writer)
    names = [f"s{number}" for number in range(5)]
    waiting = [asyncio.ensure_future(writer.run(_save_each, name)) for name in names]
    await asyncio.sleep(0)

    gate.open()

    assert await asyncio.gather(*waiting) == [f"kept {name}" for name in names]
    assert shop_ids(database) == set(names)


@pytest.mark.anyio
async def test_one_bad_part_is_refused_alone(writer: Writer, database: Database) -> None:
    gate = Gate(writer)
    waiting = [asyncio.ensure_future(writer.run(_save_each, name)) for name in ("first", "bad", "last")]
    await asyncio.sleep(0)

    gate.open()
    first, bad, last = await asyncio.gather(*waiting, return_exceptions=True)

    assert (first, last) == ("kept first", "kept last")
    assert isinstance(bad, ValueError)
    assert shop_ids(database) == {"first", "last"}


def test_a_thread_that_gave_up_does_not_stop_the_writer(writer: Writer, database: Database) -> None:
    gate = Gate(writer)
    writer.submit(_saves("given-up")).cancel()

    gate.open()

    writer.submit(_saves("next")).result(LONG)
    assert "next" in shop_ids(database)


@pytest.mark.anyio
@pytest.mark.parametrize("way", [pytest.param("change", id="一个改动"), pytest.param("part", id="一份合写")])
async def test_a_coroutine_that_gave_up_does_not_stop_the_writer(writer: Writer, database: Database, way: str) -> None:
    gate = Gate(writer)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await (writer.change(_saves("left")) if way == "change" else writer.run(_save_each, "left"))

    gate.open()

    await asyncio.to_thread(writer.submit(_saves("next")).result, LONG)
    assert "next" in shop_ids(database)


def test_a_coroutine_whose_loop_is_gone_does_not_stop_the_writer(writer: Writer, database: Database) -> None:
    gate = Gate(writer)

    async def ask_and_leave() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await writer.run(_save_each, "left")

    asyncio.run(ask_and_leave())
    gate.open()

    writer.submit(_saves("next")).result(LONG)
    assert shop_ids(database) == {"left", "next"}


@pytest.fixture
def other_writer(database: Database) -> Generator[Writer]:
    """The writer of another process on the same database."""
    other = open_database(database.url)
    started = Writer(other).start()
    yield started
    started.close()
    other.close()


@only_postgresql
def test_two_writers_that_meet_the_same_rows_in_different_order_both_succeed(
    writer: Writer, other_writer: Writer, database: Database
) -> None:
    both_hold_one = threading.Barrier(2)

    def keeps(*refs: str) -> Callable[[Session], int]:
        first_time = iter((True,))

        def change(session: Session) -> int:
            (first,) = inbox.keep(session, [[inbox_row(refs[0])]])
            if next(first_time, False):
                both_hold_one.wait(LONG)
            (second,) = inbox.keep(session, [[inbox_row(refs[1])]])
            return first.new + second.new

        return change

    one = writer.submit(keeps("e1", "e2"))
    other = other_writer.submit(keeps("e2", "e1"))

    # PostgreSQL finds the deadlock and ends one of them; its whole batch runs again.
    assert one.result(LONG) + other.result(LONG) == 2
    assert count(database, Inbox) == 2
