"""Migrated databases, made once a session and emptied between tests: one is there in milliseconds."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlmodel import SQLModel

from assist.store.database import Database, open_database
from assist.store.migrate import upgrade


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "assist.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Generator[str]:
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    # Of its own for each of several test processes: they may share one server.
    name = f"migrated_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    _migrate(url)
    yield url
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def sqlite_database(migrated_sqlite: Path, tmp_path: Path) -> Generator[Database]:
    """A migrated SQLite database, for what does not depend on the kind."""
    copy = shutil.copy(migrated_sqlite, tmp_path / "assist.sqlite3")
    opened = open_database(f"sqlite:///{copy}")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest) -> Generator[Database]:
    """A migrated database of each kind, without a row."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    opened = open_database(request.getfixturevalue("migrated_postgres"))
    _empty(opened)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    opened = open_database(url)
    upgrade(opened)
    opened.close()


def _empty(opened: Database) -> None:
    with opened.write.begin() as connection:
        # Neither foreign keys nor the log's own trigger are looked at in this role.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in SQLModel.metadata.tables:
            connection.execute(text(f'DELETE FROM "{name}"'))
