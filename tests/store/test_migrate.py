"""Is the schema the one the code means, on both databases, however often it is brought there?"""

import re
from collections.abc import Generator

import pytest

from assist.store.database import Database, StoreError, open_database
from assist.store.migrate import current_revision, differences, newest_revision, require_current, upgrade


@pytest.fixture
def empty_database(database_url: str) -> Generator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


def test_upgrading_gives_exactly_the_tables_of_the_code_and_twice_is_harmless(empty_database: Database) -> None:
    for _ in range(2):
        reached = upgrade(empty_database)

        assert reached == newest_revision() == current_revision(empty_database)
        assert differences(empty_database) == []
        require_current(empty_database)


def test_a_database_that_was_never_upgraded_is_refused_with_the_cure(empty_database: Database) -> None:
    with pytest.raises(StoreError, match=re.escape("run: assist db upgrade")):
        require_current(empty_database)


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
