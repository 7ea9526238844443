"""Is the log append-only, whoever asks?"""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import JsonValue
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from assist.domain.event import Event, EventKind
from assist.store import tables
from assist.store.database import Database
from assist.store.queries import events
from assist.store.queries.events import Logged
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP, count, only_postgresql, only_sqlite

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


A_LATER_DAY = NOW + timedelta(days=7)
FULL = Event(
    key="full",
    shop_id=SHOP,
    kind=EventKind.offer_answered,
    at=A_LATER_DAY + timedelta(microseconds=1),
    conversation_id="c2",
    episode=3,
    turn_id="t1",
    message_id="m1",
    suggestion_id="x1",
    agent_id="a1",
    level="senior",
    team="鲜",
    platform="generic",
    category="live_seafood",
    subject_key="k1",
    n=-1990,
    payload={"answer": "accepted", "skus": ["虾", "蟹"], "share": 0.5, "why": None, "held": {"deep": [True, 1]}},
)
BARE = Event(key="bare", shop_id=SHOP, kind=EventKind.order_paid, at=A_LATER_DAY)


def _append(writer: Writer, *log: Event) -> None:
    writer.submit(lambda session: events.append(session, log)).result()


def _as_counted(one: Event) -> Logged:
    return Logged(**{name: getattr(one, name) for name in Logged._fields})


def test_what_is_counted_says_all_that_its_event_says(writer: Writer, database: Database) -> None:
    assert {*Logged._fields, "shop_id"} == {*Event.model_fields}
    _append(writer, FULL, BARE)

    with database.reader() as session:
        counted = list(events.logged(session, SHOP, EventKind, A_LATER_DAY, A_LATER_DAY + timedelta(days=1)))
        checked = events.in_window(session, SHOP, EventKind, A_LATER_DAY, A_LATER_DAY + timedelta(days=1))
        of_one = list(events.logged_of(session, SHOP, EventKind, ["c2"]))

    assert counted == [_as_counted(FULL), _as_counted(BARE)]
    assert checked == [FULL, BARE]
    assert of_one == [_as_counted(FULL)]
    assert counted[0].at.tzinfo is FULL.at.tzinfo
    assert all(one.kind is event.kind for one, event in zip(counted, checked, strict=True))


def test_a_window_holds_its_start_and_not_its_end(writer: Writer, database: Database) -> None:
    _append(writer, FULL, BARE)

    with database.reader() as session:
        held = [one.key for one in events.logged(session, SHOP, EventKind, BARE.at, FULL.at)]

    assert held == ["bare"]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        pytest.param({"kind": "offer"}, True, id="就是它"),
        pytest.param({"arm": "shown", "kind": "offer", "skus": ["虾"]}, True, id="夹在中间"),
        pytest.param({"kind": "Offer"}, False, id="大小写不同"),
        pytest.param({"card": {"kind": "offer"}}, False, id="在里层"),
        pytest.param({"note": '"kind": "offer"'}, False, id="只是字面"),
        pytest.param({"kind": "offers"}, False, id="更长"),
        pytest.param({}, False, id="什么都没说"),
    ],
)
def test_what_says_something_else_is_left_out(
    writer: Writer, database: Database, payload: dict[str, JsonValue], *, said: bool
) -> None:
    _append(writer, BARE.model_copy(update={"payload": payload}))
    end = A_LATER_DAY + timedelta(days=1)

    with database.reader() as session:
        found = list(events.logged(session, SHOP, EventKind, A_LATER_DAY, end, saying={"kind": "offer"}))

    assert bool(found) is said


def test_conversations_are_named_once_and_none_is_no_conversation(writer: Writer, database: Database) -> None:
    twice = [
        SHOWN.model_copy(update={"key": f"again:{number}", "conversation_id": f"c{number % 2}"}) for number in (3, 2)
    ]
    _append(writer, *twice, SHOWN.model_copy(update={"key": "nowhere", "conversation_id": None}))

    with database.reader() as session:
        found = events.conversations_with(session, SHOP, EventKind.shown, NOW, NOW + timedelta(seconds=1))
        other = events.conversations_with(session, SHOP, EventKind.sent, NOW, NOW + timedelta(seconds=1))

    assert (found, other) == (["c0", "c1"], [])


@only_sqlite
def test_conversations_are_looked_up_one_by_one_however_long_the_log(database: Database) -> None:
    """SQLite took the index of kinds: each slice of conversations went through the whole history of the shop."""
    asked: list[tuple[str, Any]] = []
    event.listen(database.read, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    with database.reader() as session:
        list(events.logged_of(session, SHOP, [EventKind.turn, EventKind.shown], ["c1", "c2"]))
        statement, values = asked[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()

    assert "ix_event_conversation (conversation_id=?)" in str(plan)
