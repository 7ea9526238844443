"""Bring a database to the newest schema, on SQLite and PostgreSQL alike."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from .database import Database, StoreError
from .schema import METADATA

_SCRIPTS = Path(__file__).parent / "alembic"
# Any fixed number: two processes that start at once must not both migrate.
_POSTGRES_LOCK = 4_701_230_017


def upgrade(database: Database) -> str:
    """Run every missing migration in one transaction; return the revision the database is at."""
    config = _config()
    with database.write.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest_revision()


def newest_revision() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current_revision(database: Database) -> str | None:
    with database.read.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(database: Database) -> None:
    """Raise StoreError naming the cure unless the schema is the newest."""
    found = current_revision(database)
    if found != newest_revision():
        raise StoreError(
            f"the database is at revision {found or 'none'}, not {newest_revision()}; run: assist db upgrade"
        )


def differences(database: Database) -> list[object]:
    """Return what the tables in code have that the migrated database has not; empty when they agree."""
    with database.read.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
