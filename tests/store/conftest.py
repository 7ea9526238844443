"""The store's tests all need a database: they share migrated ones."""

from tests.migrated import database, migrated_postgres, migrated_sqlite, sqlite_database

__all__ = ["database", "migrated_postgres", "migrated_sqlite", "sqlite_database"]
