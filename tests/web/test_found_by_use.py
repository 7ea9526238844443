"""What people met who used it: each once a fault."""

from typing import Any

import pytest

from tests.shop import RunningShop
from tests.web.test_auth import OWN, sign_in

pytestmark = pytest.mark.anyio


async def _conversation(shop: RunningShop, chat: str, **more: Any) -> str:
    assert (await shop.say("", f"m-{chat}", conversation=chat, **more)).status_code == 202
    shop.work()
    query = {"adapter": "generic", "account": "main", "ref": chat}
    for _ in range(100):
        found = await shop.client.get("/api/v1/conversations", params=query, headers=shop.bearer("小林"))
        if rows := found.json()["conversations"]:
            return str(rows[0]["id"])
    raise AssertionError("the conversation did not come")


async def test_a_photo_is_told_as_one(shop: RunningShop, chat: str) -> None:
    photo = {"kind": "image", "url": "https://example.com/1.jpg"}

    conversation = await _conversation(shop, chat, attachments=[photo])

    detail = await shop.client.get(f"/api/v1/conversations/{conversation}", headers=shop.bearer("小林"))
    assert [message["attachments"] for message in detail.json()["messages"]] == [["image"]]


async def test_a_blank_text_is_not_sent_and_a_key_stands_for_one_text(shop: RunningShop, chat: str) -> None:
    path = f"/api/v1/conversations/{await _conversation(shop, chat)}/messages"
    agent = shop.bearer("小林")

    async def send(text: str) -> int:
        body = {"text": text, "client_key": f"key-{chat}"}
        return (await shop.client.post(path, json=body, headers=agent)).status_code

    assert [await send(text) for text in ("  \n ", "您好", "您好 ", "别的话")] == [422, 202, 202, 409]


@pytest.mark.parametrize(
    "days",
    ["from=2026-11-22&to=2026-11-01", "from=0001-01-01&to=0001-01-02", "to=9999-12-31", "to=0001-01-03"],
)
@pytest.mark.parametrize("path", ["/api/v1/kpis", "/manager", "/api/v1/kpis/K1/turns"])
async def test_days_that_make_no_window_are_refused_in_words(shop: RunningShop, path: str, days: str) -> None:
    answer = await shop.client.get(f"{path}?{days}", headers=shop.bearer("经理"))

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "window_error"


async def test_an_agent_learns_that_the_managers_page_is_not_for_them(shop: RunningShop) -> None:
    cookie = await sign_in(shop)

    page = await shop.client.get("/manager?lang=en", headers={**cookie, **OWN})

    assert page.status_code == 403
    assert "for leads and managers" in page.text
