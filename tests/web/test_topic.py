"""The topic in the API: what is told in which language, and how a correction is answered."""

from typing import Any

import pytest

from assist.domain.chat import Message, Role, Turn
from assist.domain.event import EventKind
from assist.domain.topic import Span, Topic
from assist.store.queries import events
from assist.web.topics import topic_words
from tests.conftest import NOW
from tests.shop import RunningShop

from .conftest import eventually, opened_chat

pytestmark = pytest.mark.anyio


async def _topic(shop: RunningShop, chat_id: str, language: str = "zh") -> dict[str, Any]:
    path = f"/api/v1/conversations/{chat_id}/suggestions?lang={language}"
    return (await shop.client.get(path, headers=shop.bearer("小林"))).json()["topic"]


def _body(turn_id: str, **more: str) -> dict[str, str]:
    return {"step_id": "topic-0001", "turn_id": turn_id, "category": "eggs", "intent": "coupon", **more}


@pytest.mark.parametrize(
    ("language", "category", "intent"),
    [("zh", "鲜活水产", "储存保鲜"), ("en", "Live seafood", "Storage")],
)
async def test_the_topic_is_told_with_the_customers_words_and_in_words(
    shop: RunningShop, chat: str, language: str, category: str, intent: str
) -> None:
    conversation = await opened_chat(shop, chat, "活虾怎么保存")

    topic = await _topic(shop, conversation["id"], language)

    turn_id = conversation["open_turn_id"]
    assert (topic["turn_id"], topic["category"], topic["intent"]) == (turn_id, "live_seafood", "storage")
    assert (topic["category_name"], topic["intent_name"]) == (category, intent)
    assert topic["sure"] is True
    assert topic["corrected_by"] is None
    assert topic["words"] == [
        {"message_id": turn_id, "start": 0, "end": 2, "text": "活虾"},
        {"message_id": turn_id, "start": 4, "end": 6, "text": "保存"},
    ]


async def test_a_conversation_tells_the_topic_of_its_newest_turn(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    path = f"/api/v1/conversations/{conversation['id']}"
    agent = shop.bearer("小林")

    await shop.say("稍等", "m2", conversation=chat, role="agent")
    answered = await eventually(shop, path, agent, lambda one: one["waiting_since"] is None)
    await shop.say("谢谢", "m3", conversation=chat)
    thanked = await eventually(shop, path, agent, lambda one: one["last_text"] == "谢谢")

    assert answered["topic"]["category"] == "live_seafood"
    assert thanked["topic"] is None


async def test_the_labels_to_choose_from_are_named_in_the_language_asked_for(shop: RunningShop) -> None:
    agent = shop.bearer("小林")

    zh = (await shop.client.get("/api/v1/topics?lang=zh", headers=agent)).json()
    en = (await shop.client.get("/api/v1/topics?lang=en", headers=agent)).json()

    assert {"id": "live_seafood", "name": "鲜活水产"} in zh["categories"]
    assert {"id": "storage", "name": "Storage"} in en["intents"]
    assert [one["id"] for one in zh["intents"]] == [one["id"] for one in en["intents"]]


async def test_a_correction_is_kept_once_and_told_with_the_agents_name(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    path = f"/api/v1/conversations/{conversation['id']}/topic"
    body = _body(conversation["open_turn_id"], step_id=f"topic-{chat}")

    answers = [await shop.client.post(path, json=body, headers=shop.bearer("小林")) for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"new": True}, {"new": False}]
    topic = await _topic(shop, conversation["id"])
    assert (topic["category"], topic["intent"], topic["corrected_by"]) == ("eggs", "coupon", "小林")
    with shop.process.database.reader() as session:
        log = list(events.of_conversations(session, "s1", [EventKind.topic_corrected], [conversation["id"]]))
    assert [event.payload["role"] for event in log] == ["agent"]


@pytest.mark.parametrize(
    ("change", "status", "code", "cure"),
    [
        pytest.param({"category": "nosuch"}, 422, "unknown_label", "there are: general, ", id="品类"),
        pytest.param({"intent": "nosuch"}, 422, "unknown_label", "there are: delivery_time, ", id="意图"),
        pytest.param({"intent": "A B"}, 422, "invalid", "body.intent", id="不是标签"),
        pytest.param({"turn_id": "nosuch"}, 404, "unknown_turn", "no turn 'nosuch'", id="没有这一轮"),
        pytest.param({"extra": "x"}, 422, "invalid", "body.extra", id="多余的字段"),
    ],
)
async def test_a_correction_that_cannot_be_kept_names_the_cure(
    shop: RunningShop, chat: str, change: dict[str, str], status: int, code: str, cure: str
) -> None:
    conversation = await opened_chat(shop, chat)
    path = f"/api/v1/conversations/{conversation['id']}/topic"
    body = _body(conversation["open_turn_id"], step_id=f"topic-{chat}") | change

    answer = await shop.client.post(path, json=body, headers=shop.bearer("小林"))

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert cure in answer.json()["error"]["message"]


async def test_a_question_that_was_joined_with_another_is_a_conflict(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    earlier = {"sent_at": "2026-11-21T08:59:00+00:00"}
    await shop.say("你们", "m0", conversation=chat, **earlier)
    path = f"/api/v1/conversations/{conversation['id']}"
    before = conversation["open_turn_id"]
    await eventually(shop, path, shop.bearer("小林"), lambda one: one["open_turn_id"] != before)

    answer = await shop.client.post(f"{path}/topic", json=_body(before), headers=shop.bearer("小林"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "moved_turn")
    assert "correct the newest one" in answer.json()["error"]["message"]


async def test_nobody_corrects_without_signing_in(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    path = f"/api/v1/conversations/{conversation['id']}/topic"

    assert (await shop.client.post(path, json=_body(conversation["open_turn_id"]))).status_code == 401
    assert (await shop.client.get("/api/v1/topics")).status_code == 401


def _message(id_: str, text: str, *, small_talk: bool = False, recalled: bool = False) -> Message:
    return Message(
        id=id_,
        ref=id_,
        role=Role.customer,
        text=text,
        occurred_at=NOW,
        received_at=NOW,
        small_talk=small_talk,
        recalled=recalled,
    )


def test_a_burst_tells_in_which_message_each_word_stands() -> None:
    """The whole text is 活虾 and 怎么保存 on two lines: the greeting between them is left out."""
    turn = Turn(id="a", episode=1, message_ids=("a", "b", "c"), started_at=NOW, last_at=NOW)
    said = [_message("c", "怎么保存"), _message("b", "你好", small_talk=True), _message("a", "活虾")]
    topic = Topic(
        category="live_seafood", intent="storage", score=0.9, words=(Span(start=0, end=2), Span(start=5, end=7))
    )

    found = topic_words(turn, topic, said)

    assert [(word.message_id, word.start, word.end, word.text) for word in found] == [
        ("a", 0, 2, "活虾"),
        ("c", 2, 4, "保存"),
    ]


def test_the_words_of_a_recalled_message_are_not_told() -> None:
    turn = Turn(id="a", episode=1, message_ids=("a",), started_at=NOW, last_at=NOW)
    topic = Topic(category="live_seafood", intent="storage", score=0.9, words=(Span(start=0, end=2),))

    assert topic_words(turn, topic, [_message("a", "活虾", recalled=True)]) == []
