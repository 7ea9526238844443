"""Is the schema the one the code means, on both databases, however often it is brought there?"""

import re

import pytest
from sqlalchemy import inspect

from assist.store.database import Database, StoreError, open_database
from assist.store.migrate import current_revision, differences, newest_revision, require_current, upgrade


@pytest.fixture
def empty_database(database_url: str):
    opened = open_database(database_url)
    yield opened
    opened.close()


def test_upgrading_gives_exactly_the_tables_of_the_code(database: Database) -> None:
    assert differences(database) == []
    assert current_revision(database) == newest_revision()


def test_upgrading_twice_is_harmless(database: Database) -> None:
    before = sorted(inspect(database.read).get_table_names())

    again = upgrade(database)

    assert again == newest_revision()
    assert sorted(inspect(database.read).get_table_names()) == before
    assert differences(database) == []


def test_a_database_that_was_never_upgraded_is_refused_with_the_cure(empty_database: Database) -> None:
    with pytest.raises(StoreError, match=re.escape("run: assist db upgrade")):
        require_current(empty_database)


def test_an_upgraded_database_is_current(database: Database) -> None:
    require_current(database)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("mysql://somewhere/shop", id="另一种数据库"),
        pytest.param("sqlite://", id="没有文件"),
        pytest.param("sqlite:///:memory:", id="只在内存"),
    ],
)
def test_a_database_that_keeps_nothing_or_is_not_known_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="use sqlite:///FILE"):
        open_database(url)
