"""Which entries did a version have, whatever came after it?"""

from collections.abc import Sequence

import pytest

from assist.domain.library import Entry
from assist.store.database import Database
from assist.store.queries import libraries
from assist.store.queries.libraries import Key, Version
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP, save_shop


@pytest.fixture(autouse=True)
def shops(writer: Writer) -> None:
    writer.submit(save_shop).result()
    writer.submit(lambda session: save_shop(session, "s2")).result()


def _entry(entry_id: str, body: str) -> Entry:
    return Entry(kind="article", entry_id=entry_id, body=body)


def _publish(
    writer: Writer, number: int, *changed: Entry, author: str = "files", ended: Sequence[Key] = (), shop_id: str = SHOP
) -> None:
    version = Version(shop_id, number, author, "why", f"digest {number}", NOW)
    writer.submit(lambda session: libraries.add_version(session, version, changed, ended, {})).result()


def _bodies(database: Database, number: int, shop_id: str = SHOP) -> dict[str, tuple[str, str]]:
    with database.reader() as session:
        found = libraries.entries(session, shop_id, number)
    return {entry_id: (authored.entry.body, authored.author) for (_, entry_id), authored in found.items()}


@pytest.fixture
def three_versions(writer: Writer) -> None:
    _publish(writer, 1, _entry("milk", "one"), _entry("shrimp", "one"))
    _publish(writer, 2, _entry("shrimp", "two"), author="小林")
    _publish(writer, 3, _entry("crab", "three"), ended=[("article", "milk")])


@pytest.mark.usefixtures("three_versions")
@pytest.mark.parametrize(
    ("number", "bodies"),
    [
        pytest.param(0, {}, id="发布之前"),
        pytest.param(1, {"milk": ("one", "files"), "shrimp": ("one", "files")}, id="第一版"),
        pytest.param(2, {"milk": ("one", "files"), "shrimp": ("two", "小林")}, id="改了一条"),
        pytest.param(3, {"crab": ("three", "files"), "shrimp": ("two", "小林")}, id="下架一条"),
    ],
)
def test_a_version_has_the_entries_it_had(database: Database, number: int, bodies: dict[str, tuple[str, str]]) -> None:
    assert _bodies(database, number) == bodies


@pytest.mark.usefixtures("three_versions")
def test_an_ended_entry_can_come_back(writer: Writer, database: Database) -> None:
    _publish(writer, 4, _entry("milk", "four"))

    assert _bodies(database, 4)["milk"] == ("four", "files")
    assert "milk" not in _bodies(database, 3)


@pytest.mark.usefixtures("three_versions")
def test_each_shop_has_its_own_numbers_and_entries(writer: Writer, database: Database) -> None:
    _publish(writer, 1, _entry("shrimp", "another shop's"), shop_id="s2")

    assert _bodies(database, 1, "s2") == {"shrimp": ("another shop's", "files")}
    assert _bodies(database, 3)["shrimp"] == ("two", "小林")
    with database.reader() as session:
        assert libraries.newest_numbers(session) == {SHOP: 3, "s2": 1}
        newest = libraries.newest(session, SHOP)
    assert newest == Version(SHOP, 3, "files", "why", "digest 3", NOW)


def test_a_shop_that_never_published_has_no_version(database: Database) -> None:
    with database.reader() as session:
        assert libraries.newest(session, SHOP) is None
        assert libraries.version(session, SHOP, 1) is None
