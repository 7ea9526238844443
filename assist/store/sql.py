"""The places where SQLite and PostgreSQL speak differently, and the statements every subject shares."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Table, case, cast, text, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SQLITE_NOW = text("SELECT CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)")
_POSTGRES_NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")

Values = dict[str, Any]


def insert_into(session: Session, table: Table) -> Any:
    """Return the dialect's INSERT, which knows ON CONFLICT; both dialects share its methods."""
    return _insert(_dialect(session), table)


def insert_new(session: Session, table: Table, rows: Sequence[Values]) -> None:
    """Insert the rows that no unique key has already, all in one statement."""
    if rows:
        session.connection().execute(_insert_new(_dialect(session), table), list(rows))


def insert_once(session: Session, table: Table, values: Values) -> bool:
    """Insert one row unless a unique key has it already; return whether it is new.

    RETURNING says so on both databases: the drivers' row counts differ.
    """
    statement = _insert_once(_dialect(session), table)
    return session.connection().execute(statement, values).first() is not None


def upsert(
    session: Session,
    table: Table,
    rows: Sequence[Values],
    *,
    fixed: tuple[str, ...] = (),
    settled: tuple[str, ...] = (),
) -> None:
    """Insert rows, or make the ones that are there say the same.

    Columns in `fixed` keep their first value; those in `settled` keep theirs once the first of them is not NULL.
    """
    if rows:
        statement = _upsert(_dialect(session), table, tuple(rows[0]), fixed, settled=settled)
        session.connection().execute(statement, list(rows))


def upsert_newest(session: Session, table: Table, values: Values, *, age: str) -> None:
    """As `upsert` for one row, unless the row that is there has a later `age`."""
    session.connection().execute(_upsert(_dialect(session), table, tuple(values), (), age), values)


def upsert_all_newest(session: Session, table: Table, rows: Sequence[Values], *, age: str) -> None:
    """As `upsert_newest` for many rows with the same columns."""
    if rows:
        session.connection().execute(_upsert(_dialect(session), table, tuple(rows[0]), (), age), list(rows))


def json_text(session: Session, column: Any, name: str) -> Any:
    """Return the text that a column of JSON objects holds under a name, NULL where it holds none."""
    # SQLite has no type to cast to, PostgreSQL reads nothing from a text.
    read = type_coerce(column, JSON) if _dialect(session) == "sqlite" else cast(column, JSON)
    return read[name].as_string()


def not_looked_up(column: Column[str]) -> ColumnElement[str]:
    """Return a text column as no index has it: its condition then only filters what another condition finds.

    SQLite keeps no statistics for us, and takes two conditions on one index for fewer rows than one IN on a better.
    """
    return column.concat("")


def database_now(session: Session) -> datetime:
    """Return the database's own clock, aware UTC: leases are compared between machines by it alone."""
    clock = _SQLITE_NOW if _dialect(session) == "sqlite" else _POSTGRES_NOW
    return _EPOCH + timedelta(microseconds=int(session.execute(clock).scalar_one()))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _insert(dialect: str, table: Table) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _insert_once(dialect: str, table: Table) -> Any:
    return _insert_new(dialect, table).returning(table.primary_key.columns.values()[0])


@cache
def _upsert(
    dialect: str,
    table: Table,
    columns: tuple[str, ...],
    fixed: tuple[str, ...],
    age: str = "",
    settled: tuple[str, ...] = (),
) -> Any:
    keys = [column.name for column in table.primary_key.columns]
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in columns if name not in keys and name not in fixed}
    for name in settled:
        changed[name] = case((table.c[settled[0]].is_not(None), table.c[name]), else_=statement.excluded[name])
    older = table.c[age] <= statement.excluded[age] if age else None
    return statement.on_conflict_do_update(index_elements=[table.c[key] for key in keys], set_=changed, where=older)
