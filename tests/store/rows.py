"""Small rows to write and count: what the store's tests do all the time."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assist.domain.people import AgentRole, Level
from assist.store import tables
from assist.store.database import Database
from assist.store.queries import inbox, people
from assist.store.queries.inbox import NewRow
from assist.store.queries.people import AgentRow, ShopRow
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.conftest import NOW

SHOP = "s1"

only_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""For what SQLite has not: a second writer, TRUNCATE."""

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what only SQLite would do: it knows nothing of how many rows a condition leaves."""


def save_shop(session: Session, shop_id: str = SHOP) -> None:
    people.save_shop(session, ShopRow(shop_id, "店", "Asia/Shanghai", "salt"), NOW)


def shop_ids(database: Database) -> set[str]:
    """Return the shops another connection can see."""
    with database.reader() as session:
        return {shop.id for shop in people.shops(session)}


def agent_row(agent_id: str = "a1", *, level: Level | None = None, team: str = "", active: bool = True) -> AgentRow:
    return AgentRow(agent_id, SHOP, "小林", AgentRole.agent, level, team, linked=True, active=active)


def inbox_row(event_ref: str, *, lane_id: str = "l1", body: str = "{}", raw_digest: str = "d") -> NewRow:
    return NewRow(
        shop_id=SHOP,
        adapter="generic",
        account="main",
        event_ref=event_ref,
        lane_id=lane_id,
        kind="message.received",
        body=body,
        raw=None,
        raw_digest=raw_digest,
        received_at=NOW,
    )


def receive(writer: Writer, *rows: NewRow) -> inbox.Kept:
    """Keep the rows of one request."""
    return writer.submit(lambda session: inbox.keep(session, [rows])[0]).result()


def count(database: Database, model: type[tables.Row]) -> int:
    with database.reader() as session:
        return int(session.execute(select(func.count()).select_from(table_of(model))).scalar_one())


def run_out(writer: Writer, table: str) -> None:
    """Let every lease of a table run out, without waiting for it."""
    past = round((NOW - timedelta(days=3650)).timestamp()) * 1_000_000
    statement = text(f'UPDATE "{table}" SET lease_until = :past WHERE lease_until IS NOT NULL')
    writer.submit(lambda session: session.execute(statement, {"past": past}) and None).result()
