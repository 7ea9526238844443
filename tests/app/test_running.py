"""A process as a whole: it stops when told, and takes new content without a restart."""

import signal
import threading
import time
from pathlib import Path

import anyio
import httpx
import pytest

from assist.content.files import shipped_directory
from tests.conftest import StillClock
from tests.server import serving
from tests.shop import running_shop


@pytest.mark.slow
def test_it_stops_within_seconds_while_a_sidebar_streams(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        connected = threading.Event()

        def stream() -> None:
            headers = {"authorization": f"Bearer {server.told['agent_token']}"}
            with httpx.stream("GET", f"{server.url}/api/v1/stream", headers=headers, timeout=30) as reply:
                for _ in reply.iter_lines():
                    connected.set()

        reading = threading.Thread(target=stream, daemon=True)
        reading.start()
        assert connected.wait(10)

        begun = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        server.process.wait(20)

        assert time.monotonic() - begun < 4
        reading.join(5)
        assert not reading.is_alive()


@pytest.mark.anyio
async def test_a_changed_file_is_published_and_the_open_card_replaced(
    tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    content = _copy_of(shipped_directory(), tmp_path / "kb")
    article = next(content.glob("articles/storage/shrimp-live.md"))

    async with running_shop(
        f"sqlite:///{tmp_path / 'shop.sqlite3'}", tmp_path, webhook_secret, clock, content=content
    ) as shop:
        agent = shop.bearer("小林")
        assert (await shop.say("如何保存活虾")).status_code == 202
        before = await _first_card(shop.client, agent, lambda card: True)

        article.write_text(
            article.read_text(encoding="utf-8").replace("建议您当天吃", "建议您当天下锅"), encoding="utf-8"
        )
        after = await _first_card(shop.client, agent, lambda card: "当天下锅" in card["text"])

        step = {"step_id": "step-stale", "suggestion_id": before["id"], "kind": "inserted"}
        conversation = (await shop.client.get("/api/v1/conversations", headers=agent)).json()["conversations"][0]["id"]
        path = f"/api/v1/conversations/{conversation}/steps"
        assert (await shop.client.post(path, json=step, headers=agent)).status_code == 409
        assert after["library_number"] == before["library_number"] + 1


@pytest.mark.anyio
async def test_a_broken_file_leaves_the_published_library_in_place(
    tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    content = _copy_of(shipped_directory(), tmp_path / "kb")
    article = next(content.glob("articles/storage/shrimp-live.md"))

    async with running_shop(
        f"sqlite:///{tmp_path / 'shop.sqlite3'}", tmp_path, webhook_secret, clock, content=content
    ) as shop:
        article.write_text(article.read_text(encoding="utf-8") + "\n再放 3 天也行。\n", encoding="utf-8")
        await anyio.sleep(1.5)

        assert (await shop.client.get("/readyz")).status_code == 200
        assert (await shop.say("如何保存活虾")).status_code == 202
        card = await _first_card(shop.client, shop.bearer("小林"), lambda card: True)
        assert "再放" not in card["text"]


async def _first_card(client: httpx.AsyncClient, headers: dict[str, str], wanted) -> dict:
    with anyio.fail_after(15):
        while True:
            listed = (await client.get("/api/v1/conversations", headers=headers)).json()["conversations"]
            for row in listed:
                path = f"/api/v1/conversations/{row['id']}/suggestions"
                cards = (await client.get(path, headers=headers)).json()["suggestions"]
                if cards and wanted(cards[0]):
                    return cards[0]
            await anyio.sleep(0.05)


def _copy_of(root: Path, target: Path) -> Path:
    for path in root.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return target
