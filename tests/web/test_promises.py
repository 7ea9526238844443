"""The ledger by API: what is open or missed, due first, and what one key says became of it."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from assist.desk.setup import agent_id_of
from assist.domain.ids import conversation_id_of, message_id_of
from assist.domain.promise import PromiseKind, PromiseState
from assist.store.queries import promises
from assist.store.queries.promises import PromiseRow
from tests.conftest import NOW
from tests.shop import SHOP, RunningShop

from .conftest import eventually, outsider

pytestmark = pytest.mark.anyio

PROMISES = "/api/v1/promises"
WORDS = "活虾当天吃完"
TEXT = f"亲，{WORDS}"
"""No promise as it is read: what is in the ledger is what a test puts there."""
_numbers = itertools.count(1)


async def given(shop: RunningShop, chat: str, *, minutes: float = 60, by: str = "小林", **more: Any) -> PromiseRow:
    """Let an agent write, and put a promise of theirs into the ledger."""
    ref = f"a{next(_numbers)}"
    assert (await shop.say(TEXT, ref, conversation=chat, role="agent")).status_code == 202
    conversation_id = conversation_id_of(SHOP, "generic", "main", chat)
    detail = f"/api/v1/conversations/{conversation_id}"
    message_id = message_id_of(conversation_id, ref)
    await eventually(
        shop, detail, shop.bearer("小林"), lambda a: message_id in {one["id"] for one in a.get("messages", ())}
    )
    row = PromiseRow(
        id=f"promise-{ref}",
        shop_id=SHOP,
        conversation_id=conversation_id,
        message_id=message_id,
        episode=1,
        platform="generic",
        agent_id=agent_id_of(SHOP, by),
        kind=PromiseKind.reply,
        word_start=2,
        word_end=2 + len(WORDS),
        promised_at=NOW,
        due_at=NOW + timedelta(minutes=minutes),
    )
    row = replace(row, **more)
    shop.process.writer.submit(lambda session: promises.insert(session, row)).result()
    return row


async def ask(shop: RunningShop, query: str = "", name: str = "小林") -> list[dict[str, Any]]:
    answer = await shop.client.get(f"{PROMISES}{query}", headers=shop.bearer(name))
    assert answer.status_code == 200
    return answer.json()["promises"]


async def end(shop: RunningShop, row: PromiseRow, ending: str, name: str = "小林") -> Any:
    return await shop.client.post(f"{PROMISES}/{row.id}/{ending}", headers=shop.bearer(name))


async def test_open_promises_are_listed_due_first_with_their_words(shop: RunningShop, chat: str) -> None:
    later = await given(shop, chat, minutes=90)
    sooner = await given(shop, chat, minutes=30)
    missed = await given(shop, chat, minutes=-5, state=PromiseState.missed, ended_at=NOW)

    listed = [one for one in await ask(shop) if one["conversation_id"] == later.conversation_id]
    behind = [one for one in await ask(shop, "?state=missed") if one["conversation_id"] == later.conversation_id]

    assert [one["id"] for one in listed] == [sooner.id, later.id]
    assert [one["id"] for one in behind] == [missed.id]
    assert listed[0] == {
        "id": sooner.id,
        "conversation_id": sooner.conversation_id,
        "customer_name": None,
        "kind": "reply",
        "words": WORDS,
        "promised_at": "2026-11-21T09:00:00Z",
        "due_at": "2026-11-21T09:30:00Z",
        "state": "open",
        "late": False,
        "agent_id": agent_id_of(SHOP, "小林"),
    }


async def test_mine_are_those_i_gave(shop: RunningShop, chat: str) -> None:
    mine = await given(shop, chat)
    theirs = await given(shop, chat, by="经理")

    everybodys = {one["id"] for one in await ask(shop)}
    own = {one["id"] for one in await ask(shop, "?mine=true")}
    managers = {one["id"] for one in await ask(shop, "?mine=true", "经理")}

    assert {mine.id, theirs.id} <= everybodys
    assert (mine.id in own, theirs.id in own) == (True, False)
    assert (mine.id in managers, theirs.id in managers) == (False, True)


async def test_the_words_of_a_recalled_message_are_gone(shop: RunningShop, chat: str) -> None:
    row = await given(shop, chat)
    recall = text("UPDATE message SET recalled = :yes WHERE id = :id")
    told = {"yes": True, "id": row.message_id}
    shop.process.writer.submit(lambda session: session.execute(recall, told) and None).result()

    (listed,) = [one for one in await ask(shop) if one["id"] == row.id]

    assert listed["words"] == ""


@pytest.mark.parametrize(
    ("ending", "minutes", "late"),
    [
        pytest.param("kept", 60, False, id="kept in time"),
        pytest.param("kept", -60, True, id="kept late"),
        pytest.param("missed", 60, False, id="given up"),
        pytest.param("dismissed", 60, False, id="it was none"),
    ],
)
async def test_one_key_ends_a_promise_and_again_changes_nothing(
    shop: RunningShop, chat: str, ending: str, minutes: float, late: bool
) -> None:
    row = await given(shop, chat, minutes=minutes)

    first, second = await end(shop, row, ending), await end(shop, row, ending, "经理")

    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json()["state"], first.json()["late"]) == (ending, late)
    assert second.json() == first.json()
    assert row.id not in {one["id"] for one in await ask(shop)}


async def test_another_word_on_an_ended_promise_is_a_conflict(shop: RunningShop, chat: str) -> None:
    row = await given(shop, chat)
    await end(shop, row, "kept")

    answer = await end(shop, row, "missed")

    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "code": "promise_ended",
        "message": "it was marked 'kept' already; nothing was changed",
    }


async def test_a_missed_one_can_be_made_good(shop: RunningShop, chat: str) -> None:
    row = await given(shop, chat, minutes=-5, state=PromiseState.missed, ended_at=NOW)

    answer = await end(shop, row, "kept")

    assert (answer.status_code, answer.json()["state"], answer.json()["late"]) == (200, "kept", True)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        pytest.param("POST", "/nosuch/kept", 404, "unknown_promise", id="no such promise"),
        pytest.param("POST", "/nosuch/opened", 422, "invalid", id="no such ending"),
        pytest.param("GET", "?state=kept", 422, "invalid", id="no such list"),
        pytest.param("GET", "?mine=perhaps", 422, "invalid", id="neither mine nor not"),
    ],
)
async def test_what_cannot_be_asked_is_said(shop: RunningShop, method: str, path: str, status: int, code: str) -> None:
    answer = await shop.client.request(method, f"{PROMISES}{path}", headers=shop.bearer("小林"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_nobody_asks_without_a_name(shop: RunningShop, chat: str) -> None:
    row = await given(shop, chat)

    listed = await shop.client.get(PROMISES)
    ended = [await shop.client.post(f"{PROMISES}/{row.id}/{one}") for one in ("kept", "missed", "dismissed")]

    assert {answer.status_code for answer in (listed, *ended)} == {401}


async def test_an_outsider_finds_no_promise_of_ours_on_any_route(shop: RunningShop, chat: str) -> None:
    """Generated from the routes, so that none is forgotten."""
    row = await given(shop, chat)
    theirs = outsider(shop, "外经理")
    swept = [
        (method, path.replace("{promise_id}", row.id).replace("{ending}", ending))
        for method, path in _routes(shop.app.routes)
        for ending in ("kept", "missed", "dismissed")
    ]

    answers = {
        (method, url): (await shop.client.request(method, url, headers=theirs)).status_code for method, url in swept
    }
    listed = [await shop.client.get(f"{PROMISES}?state={state}", headers=theirs) for state in ("open", "missed")]

    assert len(swept) == 3
    assert set(answers.values()) == {404}, answers
    assert [answer.json() for answer in listed] == [{"promises": []}] * 2
    with shop.process.database.reader() as session:
        assert promises.one(session, SHOP, row.id) == row


def _routes(routes: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for route in routes:
        if isinstance(route, APIRoute):
            found += [(method, route.path) for method in route.methods or () if "promise_id" in route.param_convertors]
        else:
            found += _routes(getattr(getattr(route, "original_router", None), "routes", ()))
    return found


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh", ["主管预警率", "预警属实率", "情绪安抚幅度", "违禁词触发率", "违规承诺率", "承诺按时兑现率"]),
        ("en", ["Supervisor alerts", "Confirmed alerts", "Soothing delta", "Promises kept in time"]),
    ],
)
async def test_managers_see_the_numbers_in_both_languages(shop: RunningShop, language: str, names: list[str]) -> None:
    page = (await shop.client.get(f"/manager?lang={language}", headers=shop.bearer("经理"))).text

    assert [name for name in names if name not in page] == []


async def test_what_is_behind_a_number_can_be_opened(shop: RunningShop, chat: str) -> None:
    row = await given(shop, chat)
    manager = shop.bearer("经理")

    messages = (await shop.client.get("/api/v1/kpis/K23/records", headers=manager)).json()
    turns = await shop.client.get("/api/v1/kpis/K23/turns", headers=manager)
    agents = await shop.client.get("/api/v1/kpis/K23/records", headers=shop.bearer("小林"))
    unknown = await shop.client.get("/api/v1/kpis/K99/records", headers=manager)
    theirs = (await shop.client.get("/api/v1/kpis/K23/records", headers=outsider(shop, "外经理"))).json()

    (message,) = [one for one in messages if one["id"] == row.message_id]
    assert (message["subject"], message["excluded"], message["counted"]) == ("message", None, 0)
    assert (turns.status_code, agents.status_code, unknown.status_code) == (404, 403, 404)
    assert "/api/v1/kpis/K23/records" in turns.json()["error"]["message"]
    assert theirs == []


async def test_what_an_agent_promises_is_listed_for_everybody(shop: RunningShop, chat: str) -> None:
    """From the platform's post to the list, by the shipped policy."""
    await shop.say("我的虾呢", "m1", conversation=chat)
    await shop.say("亲，2小时内回复您", "a1", conversation=chat, role="agent")
    conversation_id = conversation_id_of(SHOP, "generic", "main", chat)

    def ours(answer: Any) -> list[Any]:
        return [one for one in answer["promises"] if one["conversation_id"] == conversation_id]

    (listed,) = ours(await eventually(shop, PROMISES, shop.bearer("经理"), ours))

    assert (listed["kind"], listed["due_at"], listed["state"]) == ("reply", "2026-11-21T11:00:00Z", "open")
    assert "2小时内回复" in listed["words"]
