"""A log of each kind of database, and a shop of its own for every test."""

import secrets
from collections.abc import Generator

import pytest

from assist.store.database import open_database
from assist.store.migrate import upgrade
from assist.store.writer import Writer
from tests.databases import fresh_url

from .timeline import Book


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Book]:
    with fresh_url(request, tmp_path_factory.mktemp("kpi")) as url:
        database = open_database(url)
        upgrade(database)
        writer = Writer(database).start()
        yield Book(database, writer, "")
        writer.close()
        database.close()


@pytest.fixture
def book(shelf: Book) -> Book:
    return Book(shelf.database, shelf.writer, f"s{secrets.token_hex(4)}")
