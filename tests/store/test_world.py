"""Does the newest statement win, whenever it arrives?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy.orm import Session

from assist.domain.chat import Order
from assist.store.database import Database
from assist.store.queries import world
from assist.store.queries.world import CustomerRow, FactRow
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP

ORDERS_OF_ARRIVAL = list(permutations(("旧", "中", "新")))
STATED_AT = {word: NOW + timedelta(minutes=minutes) for minutes, word in enumerate(("旧", "中", "新"))}


def _save_order(word: str, at: datetime) -> Callable[[Session], None]:
    return lambda session: world.save_order(session, SHOP, Order(order_ref="o1", status=word, as_of=at))


def _save_fact(word: str, at: datetime) -> Callable[[Session], None]:
    return lambda session: world.save_fact(session, FactRow(SHOP, "stock", "shrimp", word, None, None, at))


def _save_customer(word: str, at: datetime) -> Callable[[Session], None]:
    return lambda session: world.save_customer(session, CustomerRow(SHOP, "generic", "main", "u1", word, {}, at))


def _order(session: Session) -> object:
    found = world.order(session, SHOP, "o1")
    return found and found.status


def _fact(session: Session) -> object:
    found = world.fact(session, SHOP, "stock", "shrimp")
    return found and found.value


def _customer(session: Session) -> object:
    return world.customer_name(session, SHOP, "generic", "main", "u1")


@pytest.mark.parametrize(
    ("save", "read"),
    [
        pytest.param(_save_order, _order, id="订单"),
        pytest.param(_save_fact, _fact, id="事实"),
        pytest.param(_save_customer, _customer, id="顾客"),
    ],
)
def test_the_newest_statement_wins_in_every_order_of_arrival(
    writer: Writer,
    database: Database,
    save: Callable[[str, datetime], Callable[[Session], None]],
    read: Callable[[Session], object],
) -> None:
    for order in ORDERS_OF_ARRIVAL:
        for word in order:
            writer.submit(save(word, STATED_AT[word])).result()

        with database.reader() as session:
            assert read(session) == "新"


def test_a_fact_comes_back_whole(writer: Writer, database: Database) -> None:
    row = FactRow(SHOP, "promotion", "shrimp", {"满": 59, "减": [8, None]}, NOW, NOW + timedelta(days=1), NOW)

    writer.submit(lambda session: world.save_fact(session, row)).result()

    with database.reader() as session:
        assert world.fact(session, SHOP, "promotion", "shrimp") == row
        assert world.fact(session, "s2", "promotion", "shrimp") is None


def test_what_nobody_stated_is_not_known(database: Database) -> None:
    with database.reader() as session:
        assert (_order(session), _fact(session), _customer(session)) == (None, None, None)
