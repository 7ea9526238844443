"""A desk at work: databases, a shop with a small library, and what a platform says to it."""

from collections.abc import Generator
from pathlib import Path

import pytest

from assist.store.database import Database
from assist.store.writer import Writer
from tests.conftest import StillClock
from tests.desk.shop import Desk, open_desk
from tests.migrated import database, migrated_postgres, migrated_sqlite, sqlite_database
from tests.money import Till

__all__ = ["database", "migrated_postgres", "migrated_sqlite", "sqlite_database"]


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path, clock: StillClock) -> Generator[Desk]:
    """A desk on SQLite, for what does not depend on the kind."""
    yield from open_desk(sqlite_database, tmp_path, clock)


@pytest.fixture
def either_desk(database: Database, tmp_path: Path, clock: StillClock) -> Generator[Desk]:
    """A desk on each kind of database."""
    yield from open_desk(database, tmp_path, clock)


@pytest.fixture
def till(database: Database) -> Generator[Till]:
    """A shop to ask for remedies in, on each kind of database: no loops, and policies as each test says."""
    writer = Writer(database).start()
    yield Till(database, writer).open()
    writer.close()
