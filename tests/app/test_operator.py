"""Commands while the server holds the database: sealed with the key file, or refused."""

import json
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from assist.desk.operate import AddAgent, ApplySetup, Command, Done, MakeToken
from assist.desk.secrets import SecretBox
from assist.desk.setup import AgentSetup, Setup
from assist.domain.people import TokenKind
from tests.conftest import StillClock
from tests.shop import RunningShop, running_shop
from tests.trees import small_tree

pytestmark = pytest.mark.anyio


async def _operate(shop: RunningShop, box: SecretBox, command: Command):
    return await shop.client.post("/api/v1/operator", content=box.seal(command.model_dump_json()))


async def test_a_command_sealed_with_the_key_file_is_done_and_answered_sealed(
    tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    async with running_shop(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path, webhook_secret, clock) as shop:
        box = SecretBox(tmp_path / "assist.key")

        added = await _operate(shop, box, AddAgent(agent=AgentSetup(name="阿珍")))
        made = await _operate(shop, box, MakeToken(name="阿珍", kind=TokenKind.bearer))

        assert added.status_code == made.status_code == 200
        token = Done.model_validate_json(box.open_fresh(made.text, 60)).token
        mine = {"authorization": f"Bearer {token}"}
        assert (await shop.client.get("/api/v1/conversations", headers=mine)).status_code == 200
        assert token is not None
        assert token not in made.text


async def test_a_command_that_cannot_be_done_says_why(tmp_path: Path, webhook_secret: str, clock: StillClock) -> None:
    async with running_shop(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path, webhook_secret, clock) as shop:
        box = SecretBox(tmp_path / "assist.key")

        reply = await _operate(shop, box, MakeToken(name="无人", kind=TokenKind.ticket))

        assert box.open_fresh(reply.text, 60) == "!nobody is called '无人'; add them with: assist user add 无人"


async def test_another_key_or_an_old_command_is_refused(tmp_path: Path, webhook_secret: str, clock: StillClock) -> None:
    async with running_shop(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path, webhook_secret, clock) as shop:
        command = MakeToken(name="小林", kind=TokenKind.bearer)
        key = Fernet((tmp_path / "assist.key").read_bytes())
        old = key.encrypt_at_time(command.model_dump_json().encode(), int(time.time()) - 31).decode()

        foreign = await _operate(shop, SecretBox(tmp_path / "other.key"), command)
        late = await shop.client.post("/api/v1/operator", content=f"sealed:{old}")
        garbage = await shop.client.post("/api/v1/operator", content="给我令牌".encode())

        assert [foreign.status_code, late.status_code, garbage.status_code] == [403, 403, 403]


async def test_a_shop_that_is_added_to_a_running_server_has_its_articles_at_once(
    tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    content = small_tree(tmp_path / "kb")
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    async with running_shop(url, tmp_path, webhook_secret, clock, content=content) as shop:
        setup = Setup.model_validate_json(json.dumps({"shops": [{"id": "s9", "name": "新店"}]}))

        done = await _operate(shop, SecretBox(tmp_path / "assist.key"), ApplySetup(setup=setup))

        assert done.status_code == 200
        known = [one.id for one in shop.process.libraries.current("s1").library.articles]
        assert known
        assert [one.id for one in shop.process.libraries.current("s9").library.articles] == known
