"""What may be done with a card through the API: thumbs, and nothing at all with what is for agents only."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.store.queries import events, suggestions
from tests.shop import SHOP, RunningShop

from .conftest import opened_chat

pytestmark = pytest.mark.anyio


async def _card(shop: RunningShop, chat: str) -> tuple[str, str]:
    """Return the conversation's id and that of its first card."""
    conversation = await opened_chat(shop, chat, "活虾怎么保存")
    path = f"/api/v1/conversations/{conversation['id']}/suggestions"
    answer = await shop.client.get(path, headers=shop.bearer("小林"))
    return conversation["id"], answer.json()["suggestions"][0]["id"]


async def _step(shop: RunningShop, conversation_id: str, **body: Any) -> Any:
    path = f"/api/v1/conversations/{conversation_id}/steps"
    return await shop.client.post(path, json=body, headers=shop.bearer("小林"))


def _make_internal(shop: RunningShop, suggestion_id: str) -> None:
    def keep(session: Session) -> None:
        row = suggestions.one(session, SHOP, suggestion_id)
        assert row is not None
        internal = row.suggestion.model_copy(update={"internal": True})
        suggestions.save(session, [replace(row, suggestion=internal)])

    shop.process.writer.submit(keep).result()


async def test_a_thumb_is_kept_once_with_its_reason_and_the_card_stays(shop: RunningShop, chat: str) -> None:
    conversation_id, card_id = await _card(shop, chat)
    thumb = {"step_id": f"rate-{chat}", "suggestion_id": card_id, "kind": "rated", "verdict": "down", "reason": "tone"}

    first = await _step(shop, conversation_id, **thumb)
    again = await _step(shop, conversation_id, **thumb)

    assert (first.json(), again.json()) == ({"new": True}, {"new": False})
    with shop.process.database.reader() as session:
        turn_id = suggestions.one(session, SHOP, card_id)
        assert turn_id is not None
        kept = events.steps_of_turns(session, [turn_id.turn_id], [EventKind.suggestion_rated])
        assert [(one.payload["verdict"], one.payload["reason"]) for one in kept] == [("down", "tone")]
        assert turn_id.state == "live"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"kind": "rated"}, id="a thumb without a direction"),
        pytest.param({"kind": "inserted", "verdict": "up"}, id="a direction without a thumb"),
        pytest.param({"kind": "rated", "verdict": "sideways"}, id="no such direction"),
        pytest.param({"kind": "rated", "verdict": "down", "reason": "because"}, id="no such reason"),
    ],
)
async def test_a_thumb_that_says_nothing_is_refused(shop: RunningShop, chat: str, body: dict[str, str]) -> None:
    conversation_id, card_id = await _card(shop, chat)

    refused = await _step(shop, conversation_id, step_id=f"rate-{chat}", suggestion_id=card_id, **body)

    assert refused.status_code == 422


@pytest.mark.parametrize("kind", ["inserted", "copied", "sent", "edited"])
async def test_what_is_for_agents_only_cannot_be_handed_on(shop: RunningShop, chat: str, kind: str) -> None:
    conversation_id, card_id = await _card(shop, chat)
    _make_internal(shop, card_id)

    refused = await _step(shop, conversation_id, step_id=f"hand-{chat}", suggestion_id=card_id, kind=kind)

    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "internal_only"
    shown = await _step(shop, conversation_id, step_id=f"show-{chat}", suggestion_id=card_id, kind="shown")
    assert shown.json() == {"new": True}


async def test_no_reply_comes_from_a_card_for_agents(shop: RunningShop, chat: str) -> None:
    conversation_id, card_id = await _card(shop, chat)
    _make_internal(shop, card_id)
    body = {"text": "库房电话", "client_key": f"reply-{chat}", "suggestion_id": card_id}

    refused = await shop.client.post(
        f"/api/v1/conversations/{conversation_id}/messages", json=body, headers=shop.bearer("小林")
    )

    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "internal_only"
