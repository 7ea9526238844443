"""Everything a database holds, to tell whether anything was kept."""

from sqlalchemy import inspect, text

from assist.store.database import Database


def every_row(database: Database) -> dict[str, list[str]]:
    """Return table -> its rows as texts, sorted: two of these are equal only where nothing was written between."""
    with database.read.connect() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"')))
            for name in inspect(connection).get_table_names()
        }
