"""The two places where SQLite and PostgreSQL speak differently."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SQLITE_NOW = text("SELECT CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)")
_POSTGRES_NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")


def insert_into(session: Session, table: Table) -> Any:
    """Return the dialect's INSERT, which knows ON CONFLICT; both dialects share its methods."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def insert_once(session: Session, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless a unique key has it already; return whether it is new.

    RETURNING says so on both databases: the drivers' row counts differ.
    """
    statement = insert_into(session, table).on_conflict_do_nothing().returning(table.primary_key.columns.values()[0])
    return session.connection().execute(statement, values).first() is not None


def database_now(session: Session) -> datetime:
    """Return the database's own clock, aware UTC: leases are compared between machines by it alone."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    micros = session.execute(_SQLITE_NOW if is_sqlite else _POSTGRES_NOW).scalar_one()
    return _EPOCH + timedelta(microseconds=int(micros))
