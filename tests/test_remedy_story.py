"""Six complaints, each from the customer's first words to settled: posted, read, decided, granted, done, counted."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.conftest import StillClock
from tests.shop import RunningShop, running_shop

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Told:
    """What a customer says and shows, about which goods, and what the shop's rules make of it."""

    title: str
    paid_fen: int
    signed_hours_ago: int
    says: tuple[str, ...]
    images: int
    videos: int
    kind: str
    amount_fen: int
    needs: str
    pay_first: bool = False


STORIES = {
    # 1/3 is above 30 and up to 50 percent: 8900 / 3 = 2966.67, up to the fen.
    "strawberry": Told(
        "丹东草莓 3斤礼盒", 8900, 3, ("草莓打开一看，三分之一都长毛了",), 3, 0, "partial_refund", 2967, "agent"
    ),
    # Half dead is all of it; above half of the order, so a lead agrees.
    "dead shrimp": Told("鲜活基围虾 500克", 5980, 1, ("活虾到手死了一半",), 1, 1, "full_refund", 5980, "lead"),
    # 2 of 6 boxes: 6600 / 3.
    "leaking milk": Told(
        "低温鲜牛奶 6盒", 6600, 2, ("6盒牛奶里有2盒破了漏了，箱子都湿了",), 3, 0, "partial_refund", 2200, "agent"
    ),
    # 3 of the 30 in the order's title: 3990 / 10.
    "crushed egg": Told("散养鲜鸡蛋 30枚", 3990, 2, ("鸡蛋碎了三个",), 2, 0, "partial_refund", 399, "agent"),
    # Late, goods sound: a coupon of 5 percent, 199.5 up to the fen.
    "late delivery": Told(
        "红富士苹果 5斤", 3990, 1, ("说好昨天到，今天才送来，也太慢了", "东西倒是没坏"), 1, 0, "coupon", 200, "agent"
    ),
    # Not fit to eat is all of it; dear and perishable is paid before the photos come, and a lead agrees.
    "imported steak": Told(
        "进口谷饲眼肉牛排 4片",
        26800,
        2,
        ("进口牛排收到摸着都不冰了，闻着有异味",),
        0,
        0,
        "full_refund",
        26800,
        "lead",
        True,
    ),
}


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_a_complaint_walks_from_first_words_to_settled(
    story: Told, database_url: str, tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    async with running_shop(database_url, tmp_path, webhook_secret, clock) as shop:
        agent, manager = shop.bearer("小林"), shop.bearer("经理")
        await _complain(shop, story, clock)
        cards = await _cards(shop, agent)
        card = next(one for one in cards if one["kind"] == "remedy")
        assert cards[0] == card, "what is owed stands first"

        asked = await shop.client.post(
            "/api/v1/remedies",
            json={"step_id": "ask-story-1", "suggestion_id": card["id"], "kind": story.kind},
            headers=agent,
        )
        assert asked.status_code == 200, asked.text
        remedy = asked.json()
        assert (remedy["kind"], remedy["amount_fen"], remedy["needs"]) == (story.kind, story.amount_fen, story.needs)
        assert remedy["pay_first"] is story.pay_first
        if story.needs == "agent":
            assert remedy["state"] == "reserved"
        else:
            assert remedy["state"] == "pending_approval"
            seen = {"seen_amount_fen": story.amount_fen}
            granted = await shop.client.post(f"/api/v1/remedies/{remedy['id']}/approve", json=seen, headers=manager)
            assert granted.json()["state"] == "reserved", granted.text

        done = await shop.client.post(f"/api/v1/remedies/{remedy['id']}/done", json={}, headers=agent)

        assert done.json()["state"] == "executed", done.text
        complaint = (await shop.client.get(f"/api/v1/complaints/{remedy['complaint_id']}", headers=agent)).json()
        assert complaint["state"] == "settled"
        assert [one["state"] for one in complaint["remedies"]] == ["executed"]


async def _complain(shop: RunningShop, story: Told, clock: StillClock) -> None:
    """Post the order and what the customer says and sends, in one turn."""
    signed_at = clock() - timedelta(hours=story.signed_hours_ago)
    order = {
        "order_ref": "D1",
        "customer_ref": "customer-1",
        "status": "signed",
        "paid_fen": story.paid_fen,
        "lines": [{"line_ref": "1", "title": story.title, "paid_fen": story.paid_fen}],
        "signed_at": signed_at.isoformat(),
    }
    assert (await shop.post("order.updated", order, "wh-order")).status_code == 202
    shown: list[dict[str, Any]] = [{"kind": "image"}] * story.images + [{"kind": "video"}] * story.videos
    for at, text in enumerate(story.says, 1):
        last = at == len(story.says)
        said = await shop.say(text, f"m{at}", order_refs=["D1"], attachments=shown if last else [])
        assert said.status_code == 202


async def _cards(shop: RunningShop, agent: dict[str, str]) -> list[dict[str, Any]]:
    """Return the cards once a remedy is among them; ten seconds are far more than the loops need."""
    with anyio.fail_after(10):
        while True:
            listed = (await shop.client.get("/api/v1/conversations", headers=agent)).json()["conversations"]
            if listed:
                path = f"/api/v1/conversations/{listed[0]['id']}/suggestions"
                cards = (await shop.client.get(path, headers=agent)).json()["suggestions"]
                if any(card["kind"] == "remedy" for card in cards):
                    return cards
            await anyio.sleep(0.02)
