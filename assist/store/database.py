"""Open a database: SQLite in its durable mode, or PostgreSQL, behind one face."""

import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool


class StoreError(Exception):
    """The database cannot be used as asked; the message names the cure."""


@dataclass(frozen=True)
class Database:
    """Two engines on one database: `write` is for the writer alone, `read` for everybody."""

    url: str
    write: Engine
    read: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.write.dialect.name == "sqlite"

    def reader(self) -> Session:
        """Return a short session for reading; close it when the question is answered."""
        return Session(self.read, autoflush=False)

    def close(self) -> None:
        self.read.dispose()
        self.write.dispose()


def open_database(url: str, *, read_only: bool = False) -> Database:
    """Return engines for `sqlite:///PATH` or `postgresql+psycopg://…`. Opens no connection yet.

    Raises StoreError for any other kind of URL.
    """
    kind = parsed_url(url).get_backend_name()
    if kind == "sqlite":
        return _open_sqlite(url, read_only=read_only)
    if kind == "postgresql":
        return _open_postgresql(url)
    raise StoreError(f"database {kind!r} is not supported; use sqlite:///FILE or postgresql+psycopg://…")


def parsed_url(url: str) -> URL:
    """Return a database URL's parts. Raises StoreError for what is none."""
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError("not a database URL; use sqlite:///FILE or postgresql+psycopg://…") from error


def _open_sqlite(url: str, *, read_only: bool) -> Database:
    path = parsed_url(url).database
    if not path or path == ":memory:":
        raise StoreError("an in-memory database keeps nothing; use sqlite:///FILE")
    write = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0)
    event.listen(write, "connect", _sqlite_writes)
    # pysqlite emits no BEGIN before a SAVEPOINT: rows of a batch would survive its rollback.
    event.listen(write, "begin", _begin_immediate)
    read_only_url = URL.create("sqlite", database=f"file:{quote(path)}", query={"mode": "ro", "uri": "true"})
    read_url = read_only_url if read_only else parsed_url(url)
    read = create_engine(read_url, poolclass=QueuePool, pool_size=8, max_overflow=32)
    event.listen(read, "connect", _sqlite_reads)
    event.listen(read, "begin", _begin_deferred)
    return Database(url=url, write=write, read=read)


def _sqlite_writes(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "cache_size=-32000",
        "journal_size_limit=67108864",
        # The checkpointer's work; this only bounds the log should it ever stand still.
        "wal_autocheckpoint=20000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_reads(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA mmap_size=268435456")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _open_postgresql(url: str) -> Database:
    try:
        write = create_engine(url, pool_size=3, max_overflow=1, pool_pre_ping=True)
        read = create_engine(url, pool_size=8, max_overflow=16, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'fresh-assist[postgres]'") from error
    return Database(url=url, write=write, read=read)
