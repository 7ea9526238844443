"""One shop never reads or changes another: every route about a conversation, asked by an outsider."""

from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from tests.shop import RunningShop

from .conftest import opened_chat, outsider

pytestmark = pytest.mark.anyio

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/v1/conversations/{conversation_id}/messages"): {"text": "x", "client_key": "outsider-1"},
    ("POST", "/api/v1/conversations/{conversation_id}/steps"): {"step_id": "outsider-1", "kind": "shown"},
    ("POST", "/api/v1/conversations/{conversation_id}/draft-steps"): {
        "step_id": "outsider-1",
        "rules": ["promise"],
        "action": "fixed",
    },
    ("POST", "/api/v1/conversations/{conversation_id}/topic"): {
        "step_id": "outsider-1",
        "category": "eggs",
        "intent": "storage",
    },
    ("POST", "/api/v1/practice/conversations/{conversation_id}/turns/{n}/check"): {"text": "x"},
    ("POST", "/api/v1/practice/conversations/{conversation_id}/turns/{n}/answer"): {"text": "x", "seconds": 1},
}
"""What each unsafe route needs; a route that is missing here fails the sweep, so that none is forgotten."""


def counts(shop: RunningShop) -> dict[str, int]:
    tables = ("event", "outbox", "message", "suggestion", "conversation")
    with shop.process.database.read.connect() as connection:
        return {name: int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()) for name in tables}


def conversation_routes(shop: RunningShop) -> list[tuple[str, str]]:
    routes = [route for route in _api_routes(shop.app.routes) if "{conversation_id}" in route.path]
    return sorted((method, route.path) for route in routes for method in route.methods or ())


def _api_routes(routes: Any) -> list[APIRoute]:
    """Return every route, those of included routers too."""
    found: list[APIRoute] = []
    for route in routes:
        if isinstance(route, APIRoute):
            found.append(route)
        else:
            found += _api_routes(getattr(getattr(route, "original_router", None), "routes", ()))
    return found


async def test_an_outsider_finds_no_conversation_of_ours_on_any_route(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    card = conversation["cards"][0]["id"]
    theirs = outsider(shop)
    before = counts(shop)
    swept = conversation_routes(shop)
    named = {
        "messages": {"suggestion_id": card},
        "steps": {"suggestion_id": card},
        "topic": {"turn_id": conversation["open_turn_id"]},
    }

    answers: dict[tuple[str, str], int] = {}
    for method, path in swept:
        body = BODIES[(method, path)] | named.get(path.rpartition("/")[2], {}) if method != "GET" else None
        url = path.replace("{conversation_id}", conversation["id"]).replace("{n}", "1")
        answers[(method, path)] = (await shop.client.request(method, url, json=body, headers=theirs)).status_code

    assert len(swept) >= 4
    assert answers == dict.fromkeys(swept, 404)
    assert counts(shop) == before


async def test_an_outsider_cannot_check_a_draft_in_our_conversation(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    draft = {"conversation_id": conversation["id"], "text": "您好"}

    answer = await shop.client.post("/api/v1/drafts/check", json=draft, headers=outsider(shop))

    assert answer.status_code == 404


async def test_an_unknown_conversation_and_another_shops_are_answered_alike(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    theirs = outsider(shop)

    ours = (await shop.client.get(f"/api/v1/conversations/{conversation['id']}", headers=theirs)).json()
    nobodys = (await shop.client.get("/api/v1/conversations/nosuch", headers=theirs)).json()

    assert str(ours).replace(conversation["id"], "nosuch") == str(nobodys)


async def test_an_outsiders_lists_hold_nothing_of_ours(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    theirs, chief = outsider(shop), outsider(shop, "外经理")

    listed = (await shop.client.get("/api/v1/conversations", headers=theirs)).json()
    by_ref = await shop.client.get(f"/api/v1/conversations?adapter=generic&account=main&ref={chat}", headers=theirs)
    turns = (await shop.client.get("/api/v1/kpis/K1/turns", headers=chief)).json()
    kpis = (await shop.client.get("/api/v1/kpis", headers=chief)).json()

    assert conversation["id"] not in str(listed)
    assert by_ref.json() == {"conversations": []}
    assert conversation["id"] not in str(turns)
    assert all(kpi["den"] + kpi["n_excluded"] == 0 for kpi in kpis["kpis"])


async def test_another_conversations_card_is_not_found_in_this_one(shop: RunningShop, chat: str) -> None:
    """Also within a shop: a card belongs to its conversation."""
    one, two = await opened_chat(shop, chat), await opened_chat(shop, f"{chat}-b")
    agent = shop.bearer("小林")
    card = one["cards"][0]["id"]
    step = {"step_id": f"step-{chat}", "suggestion_id": card, "kind": "inserted"}
    reply = {"text": "x", "client_key": f"key-{chat}", "suggestion_id": card}
    before = counts(shop)

    stepped = await shop.client.post(f"/api/v1/conversations/{two['id']}/steps", json=step, headers=agent)
    sent = await shop.client.post(f"/api/v1/conversations/{two['id']}/messages", json=reply, headers=agent)

    assert (stepped.status_code, sent.status_code) == (404, 404)
    assert counts(shop) == before
