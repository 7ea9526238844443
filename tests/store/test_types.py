"""Do times come back as they were kept, from both databases?"""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from assist.store.database import Database
from assist.store.queries import people
from assist.store.queries.people import ShopRow
from assist.store.sql import database_now
from assist.store.types import UtcTime
from assist.store.writer import Writer
from tests.conftest import NOW

DIALECT = sqlite.dialect()
offsets = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
aware = st.datetimes(timezones=offsets, min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001


@given(aware)
@settings(deadline=None, max_examples=50)
def test_every_time_comes_back_to_the_microsecond(moment: datetime) -> None:
    kept = UtcTime().process_bind_param(moment, DIALECT)

    back = UtcTime().process_result_value(kept, DIALECT)

    assert back is not None
    assert back == moment
    assert back.tzinfo is UTC


@given(aware, aware)
@settings(deadline=None, max_examples=50)
def test_times_sort_as_kept(one: datetime, other: datetime) -> None:
    kept = [UtcTime().process_bind_param(moment, DIALECT) for moment in (one, other)]

    assert isinstance(kept[0], int)
    assert isinstance(kept[1], int)
    assert (kept[0] < kept[1]) == (one < other)


def test_no_time_stays_no_time() -> None:
    assert UtcTime().process_bind_param(None, DIALECT) is None
    assert UtcTime().process_result_value(None, DIALECT) is None


def test_a_time_survives_the_database(writer: Writer, database: Database) -> None:
    in_shanghai = datetime(2026, 11, 21, 17, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=8)))
    engine = create_engine(database.url)
    writer.submit(lambda session: people.save_shop(session, ShopRow("s1", "店", "UTC", "x"), in_shanghai)).result()

    with engine.connect() as connection:
        (raw,) = connection.exec_driver_sql("SELECT created_at FROM shop").scalars()
    engine.dispose()

    assert UtcTime().process_result_value(raw, DIALECT) == in_shanghai


def test_a_naive_time_is_refused(writer: Writer) -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(StatementError, match="naive time"):
        writer.submit(lambda session: people.save_shop(session, ShopRow("s1", "店", "UTC", "x"), naive)).result()


def test_the_database_clock_is_aware_and_close_to_ours(database: Database) -> None:
    with database.reader() as session:
        now = database_now(session)

    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
