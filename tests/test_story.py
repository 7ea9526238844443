"""One message, from signed bytes to a KPI row: the straight line, walked once."""

from pathlib import Path

import anyio
import pytest

from tests.conftest import StillClock
from tests.shop import SHOP, RunningShop, running_shop

pytestmark = pytest.mark.anyio


async def _until(shop: RunningShop, path: str, headers: dict[str, str], ready) -> dict:
    """Ask until the loops have done it; ten seconds are far more than they need."""
    with anyio.fail_after(10):
        while True:
            answer = (await shop.client.get(path, headers=headers)).json()
            if ready(answer):
                return answer
            await anyio.sleep(0.02)


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
async def test_one_message_walks_from_signed_bytes_to_a_kpi_row(
    database_url: str, tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    async with running_shop(database_url, tmp_path, webhook_secret, clock) as shop:
        agent, manager = shop.bearer("小林"), shop.bearer("经理")

        # 1-3: a platform posts; it is proven, translated and kept before the answer.
        assert (await shop.say("如何保存活虾", "m1")).status_code == 202

        # 4-8: the loop decides, and the sidebar finds the right card.
        listed = await _until(shop, "/api/v1/conversations", agent, lambda a: a["conversations"])
        conversation = listed["conversations"][0]["id"]
        path = f"/api/v1/conversations/{conversation}"
        cards = await _until(shop, f"{path}/suggestions", agent, lambda a: a["suggestions"])
        card = cards["suggestions"][0]
        assert card["article_id"] == "storage-shrimp-live"
        assert "1-3天" in card["text"]
        assert card["matched"] == "如何保存活虾"

        # 9: the agent sees it, inserts it, and sends it with a word of their own.
        for kind in ("shown", "inserted"):
            step = {"step_id": f"step-{kind}", "suggestion_id": card["id"], "kind": kind}
            assert (await shop.client.post(f"{path}/steps", json=step, headers=agent)).json() == {"new": True}
            assert (await shop.client.post(f"{path}/steps", json=step, headers=agent)).json() == {"new": False}
        clock.move(seconds=12)
        assert (await shop.say(card["text"] + "～", "m2", role="agent")).status_code == 202

        # 12: the number moves, and the turn behind it can be opened.
        kpis = await _until(shop, "/api/v1/kpis", manager, lambda a: a["kpis"][2]["num"] == 1)
        values = {kpi["id"]: (kpi["num"], kpi["den"], kpi["value"]) for kpi in kpis["kpis"]}
        assert values == {
            "K1": (1, 1, 1.0),
            "K2": (1, 1, 1.0),
            "K4": (1, 1, 1.0),
            # One episode of no complaint and one message of an agent, nothing wrong with either.
            "K14": (0, 1, 0.0),
            "K14b": (0, 0, None),
            "K15": (0, 0, None),
            # One episode with an occasion to offer something; nothing was sent, so nothing was accepted or paid for.
            "K18": (0, 1, 0.0),
            "K18b": (0, 0, None),
            # Nobody told us of any order: whether an inquiry was paid for cannot be said, nor what orders are worth.
            "K19": (0, 0, None),
            "K20": (0, 0, None),
            "K20b": (0, 0, None),
            # No offer was decided, shown or held out.
            "K20c": (0, 0, None),
            "K23": (0, 1, 0.0),
            "K23b": (0, 1, 0.0),
            "K28": (0, 0, None),
            # One reply, and nothing in it is this customer's own.
            "T25": (0, 1, 0.0),
        }
        assert kpis["kpis"][0]["parts"] == {"explicit": 1, "implicit": 0}
        turns = (await shop.client.get("/api/v1/kpis/K4/turns", headers=manager)).json()
        assert [(turn["conversation_id"], turn["counted"]) for turn in turns] == [(conversation, True)]

        # And the card of an answered turn is stale: it can no longer be inserted.
        late = {"step_id": "step-late", "suggestion_id": card["id"], "kind": "inserted"}
        assert (await shop.client.post(f"{path}/steps", json=late, headers=agent)).status_code == 409
        assert shop.process.libraries.has(SHOP)
