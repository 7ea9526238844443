"""Practice mode through the API and as pages: what is shown, what is masked, and that nothing is ever kept."""

from typing import Any

import pytest

from tests.every_row import every_row
from tests.shop import RunningShop

from .conftest import eventually, opened_chat, outsider

pytestmark = pytest.mark.anyio

API = "/api/v1/practice/conversations"
HOSTILE = "<img src=x onerror=alert(1)>"


async def practised(shop: RunningShop, chat: str, text: str = "如何保存活虾", **more: Any) -> dict[str, Any]:
    """Return a stored conversation: asked, and answered."""
    conversation = await opened_chat(shop, chat, text, **more)
    await shop.say("沥干冷藏就行", "m2", conversation=chat, role="agent")
    detail = f"/api/v1/conversations/{conversation['id']}"
    await eventually(shop, detail, shop.bearer("小林"), lambda one: len(one["messages"]) == 2)
    return conversation


def turn_of(conversation: dict[str, Any], number: int = 1) -> str:
    return f"{API}/{conversation['id']}/turns/{number}"


async def test_a_turn_comes_with_cards_of_its_own(shop: RunningShop, chat: str) -> None:
    conversation = await practised(shop, chat)

    turn = (await shop.client.get(turn_of(conversation), headers=shop.bearer("小林"))).json()

    live = [card["id"] for card in conversation["cards"]]
    assert [one["text"] for one in turn["said"]] == ["如何保存活虾"]
    assert [card["id"] for card in turn["suggestions"]] == [f"practice-{id_}" for id_ in live]
    assert f'data-id="practice-{live[0]}"' in turn["html"]
    assert turn["conversation_id"] != conversation["id"]
    assert (turn["turn"], turn["turns"]) == (1, 1)


async def test_an_answer_is_compared_with_the_cards_and_with_what_was_answered(shop: RunningShop, chat: str) -> None:
    conversation = await practised(shop, chat)
    agent = shop.bearer("小林")
    card = conversation["cards"][0]

    body = {"text": card["text"], "seconds": 12.5}
    review = (await shop.client.post(f"{turn_of(conversation)}/answer", json=body, headers=agent)).json()

    assert review["used"]["suggestion_id"] == f"practice-{card['id']}"
    assert review["used"]["use"] == "as_is"
    assert review["seconds"] == 12.5
    assert [one["text"] for one in review["then"]] == ["沥干冷藏就行"]
    assert review["checked"]["findings"] == []
    assert review["steps"] == []
    assert card["title"] in review["html"]


async def test_a_whole_practice_leaves_every_table_as_it_was(shop: RunningShop, chat: str) -> None:
    conversation = await practised(shop, chat)
    agent = shop.bearer("小林")
    await shop.client.get(API, headers=agent)
    before = every_row(shop.process.database)

    answers: list[int] = []
    for path in (API, f"/practice?lang=en&q={chat}", f"/practice/{conversation['id']}", turn_of(conversation)):
        answers.append((await shop.client.get(path, headers=agent)).status_code)
    draft = {"text": "我们的虾是全国第一"}
    answers.append((await shop.client.post(f"{turn_of(conversation)}/check", json=draft, headers=agent)).status_code)
    body = draft | {"seconds": 3}
    answers.append((await shop.client.post(f"{turn_of(conversation)}/answer", json=body, headers=agent)).status_code)

    assert answers == [200] * 6
    assert every_row(shop.process.database) == before


@pytest.mark.parametrize("kind", ["shown", "inserted", "copied", "sent", "edited", "dismissed", "rated"])
async def test_no_step_with_a_card_of_practice_is_taken(shop: RunningShop, chat: str, kind: str) -> None:
    conversation = await practised(shop, chat)
    agent = shop.bearer("小林")
    card = f"practice-{conversation['cards'][0]['id']}"
    before = every_row(shop.process.database)

    verdict = {"verdict": "up"} if kind == "rated" else {}
    body = {"step_id": f"practice-{kind}", "suggestion_id": card, "kind": kind, **verdict}
    answer = await shop.client.post(f"/api/v1/conversations/{conversation['id']}/steps", json=body, headers=agent)

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "practice_card"
    assert every_row(shop.process.database) == before


async def test_a_card_of_practice_is_sent_to_nobody(shop: RunningShop, chat: str) -> None:
    conversation = await practised(shop, chat)
    agent = shop.bearer("小林")
    before = every_row(shop.process.database)

    card = f"practice-{conversation['cards'][0]['id']}"
    body = {"text": "您好", "client_key": "practice-1", "suggestion_id": card}
    sent = await shop.client.post(f"/api/v1/conversations/{conversation['id']}/messages", json=body, headers=agent)
    wish = {"suggestion_id": card, "kind": "coupon", "amount_fen": 100, "reason": "", "step_id": "practice-1"}
    asked = await shop.client.post("/api/v1/remedies", json=wish, headers=agent)

    assert (sent.status_code, asked.status_code) == (404, 404)
    assert every_row(shop.process.database) == before


async def test_a_remedy_is_shown_and_cannot_be_asked_for(shop: RunningShop, chat: str) -> None:
    await practised(shop, chat, "草莓打开一看，三分之一都长毛了")
    agent = shop.bearer("小林")
    listed = (await shop.client.get(f"{API}?q=三分之一都长毛了&complaints=1", headers=agent)).json()
    conversation = listed["conversations"][0]

    turn = (await shop.client.get(turn_of(conversation), headers=agent)).json()

    remedy = next(card["remedy"] for card in turn["suggestions"] if card["remedy"])
    assert remedy["may_ask"] is False
    assert "data-money" not in turn["html"]


async def test_what_a_customer_is_called_and_where_they_live_is_masked(shop: RunningShop, chat: str) -> None:
    said = f"我是{HOSTILE}，电话13812345678，如何保存活虾"
    conversation = await practised(shop, chat, said)
    agent = shop.bearer("小林")

    listed = (await shop.client.get(f"{API}?q=13812345678", headers=agent)).text
    turn = await shop.client.get(turn_of(conversation), headers=agent)
    page = (await shop.client.get("/practice?q=13812345678", headers=agent)).text
    body = {"text": HOSTILE, "seconds": 1}
    review = (await shop.client.post(f"{turn_of(conversation)}/answer", json=body, headers=agent)).json()

    assert "［手机］" in listed
    for text in (listed, turn.text, page.replace('value="13812345678"', "").replace("q=13812345678", "")):
        assert "13812345678" not in text
    assert HOSTILE not in page
    assert "&lt;img" in page
    assert "<img" not in review["html"]


@pytest.mark.parametrize("number", [0, 2, 99])
async def test_a_turn_that_is_not_there_is_told(shop: RunningShop, chat: str, number: int) -> None:
    conversation = await practised(shop, chat)

    answer = await shop.client.get(turn_of(conversation, number), headers=shop.bearer("小林"))

    assert answer.status_code == (422 if number == 0 else 404)


async def test_nobody_practises_with_another_shops_conversations(shop: RunningShop, chat: str) -> None:
    conversation = await practised(shop, chat)
    theirs = outsider(shop)

    listed = (await shop.client.get(API, headers=theirs)).json()
    page = await shop.client.get(f"/practice/{conversation['id']}", headers=theirs)

    assert conversation["id"] not in [one["id"] for one in listed["conversations"]]
    assert page.status_code == 404
    assert (await shop.client.get(API)).status_code == 401
    assert conversation["id"] not in (await shop.client.get(f"/practice/{conversation['id']}")).text


@pytest.mark.parametrize("language", ["zh", "zh-TW", "en"])
async def test_both_pages_say_that_nothing_is_sent(shop: RunningShop, chat: str, language: str) -> None:
    conversation = await practised(shop, chat)
    agent = shop.bearer("小林")
    told = {"zh": "不发送，不计数", "zh-TW": "不傳送，不計入統計", "en": "nothing is sent, nothing is counted"}

    for path in ("/practice", f"/practice/{conversation['id']}"):
        page = (await shop.client.get(f"{path}?lang={language}", headers=agent)).text
        assert told[language] in page
