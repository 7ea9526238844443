"""Do the rows say what the set-up file says, however often it is applied?"""

import json
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from assist.contract.discovery import UnknownAdapter
from assist.desk.secrets import SecretBox
from assist.desk.setup import Applied, Setup, SetupError, agent_id_of, apply_setup
from assist.domain.people import AgentRole, Level
from assist.store import tables
from assist.store.database import Database
from assist.store.queries import people
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.conftest import NOW

ACCOUNT = {"adapter": "generic", "account": "main", "secrets": {"webhook": ["whsec_plain", "env:OLD_SECRET"]}}
AGENT = {"name": "小林", "level": "junior", "team": "一组", "refs": ["generic:main:kf-1"]}
HOOK = {"id": "erp", "url": "https://erp.example/hook", "secret": "whsec_out", "kinds": ["turn"]}
SHOP = {"id": "s1", "name": "鲜生店", "accounts": [ACCOUNT], "agents": [AGENT], "webhooks": [HOOK]}

Apply = Callable[..., Applied]


@pytest.fixture
def box(tmp_path: Path) -> SecretBox:
    return SecretBox(tmp_path / "assist.key")


@pytest.fixture
def apply(database: Database, box: SecretBox) -> Generator[Apply]:
    writer = Writer(database).start()

    def applied(*shops: dict[str, Any], days: int = 0) -> Applied:
        setup = Setup.model_validate_json(json.dumps({"shops": shops}))
        return writer.submit(apply_setup(setup, box, NOW + timedelta(days=days))).result()

    yield applied
    writer.close()


def _rows(database: Database, box: SecretBox) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the set-up, its secrets opened: sealing one twice gives two texts."""
    models = (tables.Shop, tables.Account, tables.Agent, tables.AgentRef, tables.AgentStanding, tables.Webhook)
    with database.reader() as session:
        found = {
            model.__name__: [dict(row) for row in session.execute(select(table_of(model))).mappings()]
            for model in models
        }
    for row in found["Account"]:
        opened = json.loads(row["secrets"])["webhook"]
        row["secrets"] = [one if one.startswith("env:") else box.open(one) for one in opened]
    for row in found["Webhook"]:
        row["secret"] = box.open(row["secret"])
    return found


def test_a_file_makes_its_shop_accounts_people_and_webhooks(apply: Apply, database: Database, box: SecretBox) -> None:
    applied = apply(SHOP)

    assert (applied.shops, applied.accounts, applied.agents) == (1, 1, 1)
    with database.reader() as session:
        (account,) = people.accounts(session)
        found = people.agent_of_ref(session, "generic", "main", "kf-1")
    assert found is not None
    assert (found.id, found.role, found.level, found.team) == (
        agent_id_of("s1", "小林"),
        AgentRole.agent,
        Level.junior,
        "一组",
    )
    newest, old = account.secrets["webhook"]
    assert box.open(newest) == "whsec_plain"
    assert old == "env:OLD_SECRET"


def test_no_secret_is_kept_plain(apply: Apply, database: Database) -> None:
    apply(SHOP)

    with database.reader() as session:
        kept = [*session.execute(select(table_of(tables.Account).c.secrets)).scalars()]
        kept += session.execute(select(table_of(tables.Webhook).c.secret)).scalars()
    assert len(kept) == 2
    assert not any("whsec_" in one for one in kept)


def test_applying_a_file_twice_changes_nothing(apply: Apply, database: Database, box: SecretBox) -> None:
    first = apply(SHOP)
    before = _rows(database, box)

    second = apply(SHOP, days=30)

    assert first == second
    assert _rows(database, box) == before


def test_a_changed_file_changes_its_rows_and_dates_a_new_level(
    apply: Apply, database: Database, box: SecretBox
) -> None:
    apply(SHOP)
    promoted = {**AGENT, "level": "senior"}

    apply({**SHOP, "name": "新店名", "agents": [promoted]}, days=30)

    rows = _rows(database, box)
    assert [row["name"] for row in rows["Shop"]] == ["新店名"]
    assert [(row["level"], row["since"]) for row in rows["AgentStanding"]] == [
        ("junior", NOW),
        ("senior", NOW + timedelta(days=30)),
    ]


def test_the_same_name_in_two_shops_is_two_people(apply: Apply, database: Database) -> None:
    other = {"id": "s2", "name": "另一家", "agents": [{"name": "小林"}]}

    apply(SHOP, other)

    with database.reader() as session:
        assert len(people.agents(session, "s1")) == len(people.agents(session, "s2")) == 1
    assert agent_id_of("s1", "小林") != agent_id_of("s2", "小林")


def test_an_account_of_another_shop_is_refused_and_nothing_is_kept(
    apply: Apply, database: Database, box: SecretBox
) -> None:
    apply(SHOP)
    before = _rows(database, box)

    with pytest.raises(SetupError, match="'s1'"):
        apply({"id": "s2", "name": "另一家", "accounts": [ACCOUNT]})

    assert _rows(database, box) == before


@pytest.mark.parametrize("ref", ["kf-1", "generic:kf-1", "generic::kf-1", "generic:main:"])
def test_a_malformed_ref_is_refused_by_name_and_nothing_is_kept(
    apply: Apply, database: Database, box: SecretBox, ref: str
) -> None:
    with pytest.raises(SetupError, match=f"ref '{ref}' of 小林"):
        apply({**SHOP, "agents": [{**AGENT, "refs": [ref]}]})

    assert _rows(database, box)["Shop"] == []


def test_a_ref_may_hold_colons_itself(apply: Apply, database: Database) -> None:
    apply({**SHOP, "agents": [{**AGENT, "refs": ["generic:main:@kf:matrix.example"]}]})

    with database.reader() as session:
        assert people.agent_of_ref(session, "generic", "main", "@kf:matrix.example") is not None


def test_an_adapter_that_is_not_installed_is_refused(apply: Apply) -> None:
    with pytest.raises(UnknownAdapter, match="'pigeon'"):
        apply({**SHOP, "accounts": [{**ACCOUNT, "adapter": "pigeon"}]})


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"timezone": "Asia/Beijing"}, id="没有的时区"),
        pytest.param({"id": "大写 Shop"}, id="不合格的编号"),
        pytest.param({"surprise": 1}, id="不认识的项"),
        pytest.param({"agents": [{"name": ""}]}, id="没名字的人"),
    ],
)
def test_a_file_that_says_something_impossible_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Setup.model_validate_json(json.dumps({"shops": [{**SHOP, **wrong}]}))
