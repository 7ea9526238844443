"""Who is this agent, how did they stand then, and whom does a token name?"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from assist.domain.people import AgentRole, Caller, Level, Token, TokenKind
from assist.store import tables
from assist.store.database import Database
from assist.store.queries import people
from assist.store.queries.people import AgentRow
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.store.rows import SHOP, agent_row, save_shop

LATER = NOW + timedelta(days=30)
IN_AN_HOUR = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def shop(writer: Writer) -> None:
    writer.submit(save_shop).result()


def _save(writer: Writer, row: AgentRow, since: datetime = NOW) -> None:
    writer.submit(lambda session: people.save_agent(session, row, since)).result()


def _standings(database: Database) -> list[tuple[str | None, str, datetime]]:
    rows = table_of(tables.AgentStanding)
    with database.reader() as session:
        found = session.execute(select(rows.c.level, rows.c.team, rows.c.since).order_by(rows.c.since))
        return [(row.level, row.team, row.since) for row in found]


def _agent(database: Database, agent_id: str = "a1") -> AgentRow | None:
    with database.reader() as session:
        return people.agent(session, agent_id)


def test_a_saved_shop_keeps_the_salt_its_customers_are_counted_under(writer: Writer, database: Database) -> None:
    renamed = people.ShopRow(SHOP, "新店名", "Asia/Urumqi", "another salt")

    writer.submit(lambda session: people.save_shop(session, renamed, LATER)).result()

    with database.reader() as session:
        assert people.shops(session) == [people.ShopRow(SHOP, "新店名", "Asia/Urumqi", "salt")]


def test_changes_of_level_and_team_are_dated_and_the_past_keeps_its_own(writer: Writer, database: Database) -> None:
    _save(writer, agent_row(level=Level.junior, team="一组"))
    _save(writer, agent_row(level=Level.senior, team="一组"), LATER)

    assert _agent(database) == agent_row(level=Level.senior, team="一组")
    assert _standings(database) == [("junior", "一组", NOW), ("senior", "一组", LATER)]


def test_saving_the_same_person_again_dates_nothing(writer: Writer, database: Database) -> None:
    _save(writer, agent_row(level=Level.junior))
    _save(writer, agent_row(level=Level.junior), LATER)

    assert _standings(database) == [("junior", "", NOW)]


def test_a_platform_ref_names_one_agent_whoever_it_was_before(writer: Writer, database: Database) -> None:
    for agent_id in ("unlinked", "a1"):
        _save(writer, agent_row(agent_id))
        writer.submit(
            lambda session, a=agent_id: people.link_agent(session, SHOP, "generic", "main", "kf-7", a)
        ).result()

    with database.reader() as session:
        found = people.agent_of_ref(session, "generic", "main", "kf-7")
        elsewhere = people.agent_of_ref(session, "generic", "other", "kf-7")
        refs = people.refs_of_agent(session, "generic", "main", "a1")

    assert found is not None
    assert found.id == "a1"
    assert elsewhere is None
    assert refs == ["kf-7"]


def _hand_out(writer: Writer, name: str, kind: TokenKind = TokenKind.bearer, expires_at: datetime = IN_AN_HOUR) -> None:
    token = Token(kind=kind, shop_id=SHOP, agent_id="a1", expires_at=expires_at)
    writer.submit(lambda session: people.keep_token(session, name, token)).result()


def _caller(database: Database, name: str, kind: TokenKind = TokenKind.bearer, now: datetime = NOW) -> Caller | None:
    with database.reader() as session:
        return people.caller_of_token(session, name, kind, now)


def _spend(writer: Writer, name: str, now: datetime = NOW) -> Token | None:
    return writer.submit(lambda session: people.spend_ticket(session, name, now)).result()


def test_a_token_names_the_person_who_holds_it(writer: Writer, database: Database) -> None:
    _save(writer, agent_row(level=Level.senior, team="一组"))
    _hand_out(writer, "t1")

    assert _caller(database, "t1") == Caller(
        shop_id=SHOP, agent_id="a1", name="小林", role=AgentRole.agent, level=Level.senior, team="一组"
    )
    assert _caller(database, "somebody else's") is None


def test_a_token_is_good_until_just_before_it_expires(writer: Writer, database: Database) -> None:
    _save(writer, agent_row())
    _hand_out(writer, "t1", expires_at=IN_AN_HOUR)

    assert _caller(database, "t1", now=IN_AN_HOUR - timedelta(microseconds=1)) is not None
    assert _caller(database, "t1", now=IN_AN_HOUR) is None


def test_a_token_of_one_kind_is_none_of_another(writer: Writer, database: Database) -> None:
    _save(writer, agent_row())
    _hand_out(writer, "t1", TokenKind.ticket)

    assert _caller(database, "t1", TokenKind.bearer) is None
    assert _caller(database, "t1", TokenKind.cookie) is None


def test_revoking_takes_everything_a_person_holds(writer: Writer, database: Database) -> None:
    _save(writer, agent_row())
    _hand_out(writer, "t1")
    _hand_out(writer, "t2", TokenKind.cookie)
    _hand_out(writer, "t3", TokenKind.ticket)

    revoked = writer.submit(lambda session: people.revoke_tokens(session, "a1", NOW)).result()

    assert revoked == 3
    assert _caller(database, "t1") is None
    assert _caller(database, "t2", TokenKind.cookie) is None
    assert _spend(writer, "t3") is None


def test_an_inactive_agent_is_nobody(writer: Writer, database: Database) -> None:
    _save(writer, agent_row())
    _hand_out(writer, "t1")

    _save(writer, agent_row(active=False))

    assert _caller(database, "t1") is None


def test_a_ticket_is_spent_by_its_first_use(writer: Writer) -> None:
    _save(writer, agent_row())
    _hand_out(writer, "t1", TokenKind.ticket)

    first, second = _spend(writer, "t1"), _spend(writer, "t1")

    assert first is not None
    assert first.agent_id == "a1"
    assert second is None


@pytest.mark.parametrize(
    ("kind", "expires_at"),
    [
        pytest.param(TokenKind.ticket, NOW, id="过期的票"),
        pytest.param(TokenKind.bearer, IN_AN_HOUR, id="不是票"),
    ],
)
def test_only_a_ticket_in_time_can_be_spent(writer: Writer, kind: TokenKind, expires_at: datetime) -> None:
    _save(writer, agent_row())
    _hand_out(writer, "t1", kind, expires_at)

    assert _spend(writer, "t1") is None
