"""One database for a whole module, where each test keeps to a shop or a chat of its own."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


@contextmanager
def fresh_url(request: pytest.FixtureRequest, folder: Path) -> Generator[str]:
    """Yield the URL of an empty database of the kind that `request.param` names."""
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'assist.sqlite3'}"
        return
    name = f"t_{secrets.token_hex(6)}"
    admin = create_engine(request.getfixturevalue("postgres_url"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
