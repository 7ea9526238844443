"""Who may write to a SQLite file now, and may others still read it?"""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from assist.store.database import Database, open_database
from assist.store.lock import WriterLocked, writer_lock
from assist.store.migrate import upgrade
from assist.store.queries import people
from assist.store.writer import Writer
from tests.store.rows import save_shop, shop_ids

_HOLD = """
import sys
from assist.store.lock import writer_lock
with writer_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process_writing(url: str) -> Generator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-c", _HOLD, url]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'assist.sqlite3'}"


def test_a_second_process_is_refused_with_the_pid_of_the_first(url: str) -> None:
    with (
        another_process_writing(url) as first,
        pytest.raises(WriterLocked, match=rf"\b{first.pid}\b"),
        writer_lock(url),
    ):
        pytest.fail("two processes hold the writer's lock")


def test_the_lock_is_free_after_the_holder_was_killed(url: str) -> None:
    with another_process_writing(url) as first:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()

        with writer_lock(url):
            pass


def test_the_lock_is_free_after_the_block_and_can_be_taken_again(url: str) -> None:
    with writer_lock(url):
        pass

    with another_process_writing(url):
        pass


def test_each_file_has_a_lock_of_its_own(tmp_path: Path) -> None:
    with writer_lock(f"sqlite:///{tmp_path / 'a.sqlite3'}"), writer_lock(f"sqlite:///{tmp_path / 'b.sqlite3'}"):
        pass


def test_postgresql_needs_no_lock() -> None:
    elsewhere = "postgresql+psycopg://somebody@db.example/shop"

    with writer_lock(elsewhere), writer_lock(elsewhere):
        pass


@pytest.fixture(params=["assist.sqlite3", "店 铺/100% #1 & 2.sqlite3"], ids=["普通路径", "怪路径"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """A database another part of the product writes to while we read."""
    path = tmp_path / request.param
    path.parent.mkdir(exist_ok=True)
    opened = open_database(f"sqlite:///{path}")
    upgrade(opened)
    yield opened
    opened.close()


def test_reading_beside_the_writer_sees_what_was_committed_and_cannot_write(written: Database) -> None:
    writer = Writer(written).start()
    beside = open_database(written.url, read_only=True)

    writer.submit(save_shop).result()

    assert shop_ids(beside) == {"s1"}
    with beside.reader() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("DELETE FROM shop"))
    assert shop_ids(written) == {"s1"}
    writer.close()
    beside.close()


def test_a_reader_cannot_write_even_where_the_file_is_open_for_writing(sqlite_database: Database) -> None:
    with sqlite_database.reader() as session, pytest.raises(OperationalError, match="readonly"):
        save_shop(session)

    with sqlite_database.reader() as session:
        assert people.shops(session) == []
