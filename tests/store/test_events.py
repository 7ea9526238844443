"""Is the log append-only, whoever asks?"""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from assist.domain.event import Event, EventKind
from assist.store import tables
from assist.store.database import Database
from assist.store.queries import events
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP, count, only_postgresql

SHOWN = Event(
    key="step:1",
    shop_id=SHOP,
    kind=EventKind.shown,
    at=NOW,
    conversation_id="c1",
    subject_key="customer-hash",
    payload={"article_id": "storage-shrimp"},
)


@pytest.fixture(autouse=True)
def one_event(writer: Writer) -> None:
    writer.submit(lambda session: events.append(session, [SHOWN])).result()


def _run(writer: Writer, statement: str) -> None:
    writer.submit(lambda session: session.execute(text(statement)) and None).result()


def _kept(database: Database) -> list[Event]:
    with database.reader() as session:
        return list(events.of_conversations(session, SHOP, [EventKind.shown], ["c1"]))


def test_an_event_comes_back_as_it_was_appended(database: Database) -> None:
    assert _kept(database) == [SHOWN]


def test_the_same_fact_is_stored_once(writer: Writer, database: Database) -> None:
    again = SHOWN.model_copy(update={"n": 7})

    writer.submit(lambda session: events.append(session, [again])).result()

    assert _kept(database) == [SHOWN]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("DELETE FROM event", id="删除"),
        pytest.param("UPDATE event SET n = 2", id="改数"),
        pytest.param("UPDATE event SET payload = '{}'", id="改内容"),
        pytest.param("UPDATE event SET agent_id = 'a1'", id="补人"),
        pytest.param("UPDATE event SET conversation_id = NULL", id="抹会话"),
        pytest.param("UPDATE event SET subject_key = 'somebody else'", id="换顾客"),
        pytest.param("UPDATE event SET subject_key = NULL, n = 2", id="抹顾客时顺手改数"),
    ],
)
def test_a_kept_event_cannot_be_removed_or_changed(writer: Writer, database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        _run(writer, statement)

    assert _kept(database) == [SHOWN]


def test_forgetting_a_customer_is_the_one_change_allowed(writer: Writer, database: Database) -> None:
    _run(writer, "UPDATE event SET subject_key = NULL")

    assert _kept(database) == [SHOWN.model_copy(update={"subject_key": None})]


@only_postgresql
def test_emptying_the_whole_table_is_refused(writer: Writer, database: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        _run(writer, "TRUNCATE event")

    assert count(database, tables.Event) == 1
