"""One running shop for a module, on each kind of database; a second shop beside it."""

import itertools
import json
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from httpx import ASGITransport

from assist.app import create_app
from assist.app.process import Process
from assist.app.publish_files import publish_files
from assist.desk.setup import Setup, agent_id_of, apply_setup
from assist.desk.sign_in import hand_out
from assist.domain.people import TokenKind
from assist.settings import Settings
from assist.store.database import open_database
from assist.store.migrate import upgrade
from tests.conftest import StillClock
from tests.databases import fresh_url
from tests.shop import RunningShop, running_shop, setup_of
from tests.trees import small_tree

SECRET = "whsec_" + "QUFB" * 11
OTHER_SECRET = "whsec_" + "QkJC" * 11
OTHER_SHOP = "s2"
OTHER_ACCOUNT = "other"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_tree(tmp_path_factory.mktemp("kb") / "kb")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def shop_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with fresh_url(request, tmp_path_factory.mktemp("web")) as url:
        yield url


@pytest.fixture(scope="module")
async def shop(shop_url: str, content: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RunningShop]:
    """Shop s1 with its second shop beside it, both with the small library."""
    folder = tmp_path_factory.mktemp("keys")
    async with running_shop(shop_url, folder, SECRET, StillClock(), content=content) as running:
        add_shop(running.process, other_setup())
        publish_files(running.process, content)
        yield running


@pytest.fixture
def chat() -> str:
    """A conversation's ref that no other test uses."""
    return f"chat-{next(_numbers)}"


_numbers = itertools.count(1)


def other_setup() -> Setup:
    account = {"adapter": "generic", "account": OTHER_ACCOUNT, "secrets": {"webhook": [OTHER_SECRET]}}
    agents = [{"name": "外人", "role": "agent"}, {"name": "外经理", "role": "manager"}]
    shop = {"id": OTHER_SHOP, "name": "别家", "accounts": [account], "agents": agents}
    return Setup.model_validate_json(json.dumps({"shops": [shop]}))


def add_shop(process: Process, setup: Setup) -> None:
    process.writer.submit(apply_setup(setup, process.box, process.clock())).result()
    process.reload()


def handed(shop: RunningShop, name: str, kind: TokenKind, *, shop_id: str = "s1", seconds_ago: float = 0) -> str:
    """Return a fresh token of any kind, handed out a while ago."""
    clock = StillClock(shop.clock())
    clock.move(seconds=-seconds_ago)
    change = hand_out(shop_id, agent_id_of(shop_id, name), kind, clock())
    return shop.process.writer.submit(change).result().token


def outsider(shop: RunningShop, name: str = "外人") -> dict[str, str]:
    """Headers of a person of the other shop."""
    return {"authorization": f"Bearer {handed(shop, name, TokenKind.bearer, shop_id=OTHER_SHOP)}"}


async def eventually(
    shop: RunningShop, path: str, headers: dict[str, str], ready: Callable[[Any], Any]
) -> dict[str, Any]:
    """Ask until the loops have done it."""
    with anyio.fail_after(10):
        while True:
            answer = (await shop.client.get(path, headers=headers)).json()
            if ready(answer):
                return answer
            await anyio.sleep(0.02)


async def opened_chat(shop: RunningShop, chat: str, text: str = "如何保存活虾", **more: Any) -> dict[str, Any]:
    """Let a customer ask, and return the conversation once its cards are there."""
    assert (await shop.say(text, "m1", conversation=chat, **more)).status_code == 202
    agent = shop.bearer("小林")
    path = f"/api/v1/conversations?adapter=generic&account=main&ref={chat}"
    listed = await eventually(shop, path, agent, lambda answer: answer["conversations"])
    conversation = listed["conversations"][0]
    cards = f"/api/v1/conversations/{conversation['id']}/suggestions"
    found = await eventually(shop, cards, agent, lambda answer: answer["suggestions"])
    return {**conversation, "cards": found["suggestions"], "html": found["html"]}


@asynccontextmanager
async def running_app(
    folder: Path, content: Path, **settings: Any
) -> AsyncGenerator[tuple[FastAPI, httpx.AsyncClient]]:
    """Run an application with settings of its own."""
    url = f"sqlite:///{folder / 'own.sqlite3'}"
    database = open_database(url)
    upgrade(database)
    database.close()
    chosen = Settings(database=url, key_file=folder / "own.key", watch_content=content, **settings)

    def prepare(process: Process) -> None:
        process.writer.submit(apply_setup(setup_of(SECRET), process.box, process.clock())).result()
        process.reload()

    app = create_app(chosen, clock=StillClock(), prepare=prepare)
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield app, client
