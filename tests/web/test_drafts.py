"""Drafts by API: what is wrong with one, where, what may stand instead, and that nothing of it is kept."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from assist.domain.event import Event, EventKind
from assist.store.queries import events, overrides
from assist.store.queries.overrides import OverrideRow
from tests.conftest import NOW
from tests.shop import SHOP, RunningShop
from tests.trees import small_tree

from .conftest import opened_chat, outsider

pytestmark = pytest.mark.anyio

CHECK = "/api/v1/drafts/check"
LEXICON = """\
[[groups]]
id = "own-block"
category = "contact"
level = "block"
zh = "不说火星话"
en = "no Martian here"
basis = "own"
terms = ["火星话", "martian"]
rewrite = "地球话"
rewrite_en = "earthling"

[[groups]]
id = "own-warn"
category = "absolute"
level = "block_unless_exempt"
zh = "没有谁是宇宙无敌"
en = "nobody is the best in the universe"
basis = "广告法第九条"
basis_en = "Advertising Law art. 9"
terms = ["宇宙无敌", "universe champion"]
rewrite = ""

[[groups]]
id = "own-note"
category = "proof"
level = "needs_proof"
zh = "写明出处"
en = "say where from"
basis = "own"
terms = ["祖传秘方"]
"""
PROMISES = """\
[[rules]]
id = "own-taste"
kind = "taste"
zh = "口味因人而异"
en = "tastes differ"
never = true
rewrite = "口感以实物为准"
rewrite_en = "tastes differ"
"""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose guards know three words and one promise."""
    root = small_tree(tmp_path_factory.mktemp("guarded") / "kb")
    (root / "lexicon" / "forbidden.toml").write_text(LEXICON, encoding="utf-8")
    (root / "policy" / "promises.toml").write_text(PROMISES, encoding="utf-8")
    (root / "policy" / "guards.toml").write_text("", encoding="utf-8")
    return root


async def chat_id(shop: RunningShop, chat: str) -> str:
    return str((await opened_chat(shop, chat))["id"])


async def check(shop: RunningShop, conversation_id: str, text: str, **query: str) -> dict[str, Any]:
    body = {"conversation_id": conversation_id, "text": text}
    answer = await shop.client.post(CHECK, json=body, params=query, headers=shop.bearer("小林"))
    assert answer.status_code == 200
    return answer.json()


async def step(shop: RunningShop, conversation_id: str, **body: Any) -> Any:
    path = f"/api/v1/conversations/{conversation_id}/draft-steps"
    return await shop.client.post(path, json=body, headers=shop.bearer("小林"))


async def send(
    shop: RunningShop, conversation_id: str, text: str, key: str, lang: str | None = None, **more: Any
) -> Any:
    path = f"/api/v1/conversations/{conversation_id}/messages"
    body = {"text": text, "client_key": key, **more}
    params = {"lang": lang} if lang else {}
    return await shop.client.post(path, json=body, params=params, headers=shop.bearer("小林"))


def flags(shop: RunningShop, conversation_id: str) -> Sequence[Event]:
    with shop.process.database.reader() as session:
        return list(events.of_conversations(session, SHOP, [EventKind.guard_flag], [conversation_id]))


def kept(shop: RunningShop, conversation_id: str) -> list[OverrideRow]:
    with shop.process.database.reader() as session:
        return overrides.between(session, conversation_id, NOW - timedelta(days=1), NOW + timedelta(days=1))


async def test_a_finding_says_where_in_characters_why_and_what_may_stand_instead(shop: RunningShop, chat: str) -> None:
    # Two shrimps and a family of five code points: 7 characters, 11 in UTF-16.
    text = "🦐🦐👨‍👩‍👧，火星话"

    checked = await check(shop, await chat_id(shop, chat), text)

    (finding,) = checked["findings"]
    number = finding.pop("library_number")
    assert finding == {
        "guard": "forbidden",
        "rule": "own-block",
        "category": "contact",
        "action": "block",
        "start": 8,
        "end": 11,
        "term": "火星话",
        "reason": "不说火星话",
        "basis": "own",
        "rewrite": "地球话",
    }
    assert number >= 1
    assert (checked["action"], checked["rewritten"]) == ("block", "🦐🦐👨‍👩‍👧，地球话")


async def test_several_findings_come_in_order_of_place_and_the_strictest_says_what_happens(
    shop: RunningShop, chat: str
) -> None:
    text = "祖传秘方，绝对包甜，宇宙无敌🦐"

    checked = await check(shop, await chat_id(shop, chat), text)

    told = [(one["guard"], one["rule"], one["action"], one["rewrite"]) for one in checked["findings"]]
    assert told == [
        ("forbidden", "own-note", "note", None),
        ("promise", "own-taste", "warn", "口感以实物为准"),
        ("forbidden", "own-warn", "warn", ""),
    ]
    assert checked["action"] == "warn"
    assert checked["rewritten"] == "祖传秘方，口感以实物为准，🦐"
    assert [text[one["start"] : one["end"]] for one in checked["findings"]] == ["祖传秘方", "绝对包甜", "宇宙无敌"]


@pytest.mark.parametrize(
    ("lang", "text", "told"),
    [
        pytest.param(
            "en",
            "宇宙无敌，火星话，绝对包甜",
            [
                ("nobody is the best in the universe", "Advertising Law art. 9", ""),
                ("no Martian here", "own", "地球话"),
                ("tastes differ", "own", "口感以实物为准"),
            ],
            id="an English page, a Chinese draft",
        ),
        pytest.param(
            "zh",
            "The universe champion, guaranteed delicious, martian",
            [
                ("没有谁是宇宙无敌", "广告法第九条", None),
                ("口味因人而异", "own", "tastes differ"),
                ("不说火星话", "own", "earthling"),
            ],
            id="a Chinese page, an English draft",
        ),
    ],
)
async def test_why_is_told_in_the_pages_language_and_what_may_stand_instead_in_the_drafts(
    shop: RunningShop, chat: str, lang: str, text: str, told: list[tuple[str, str, str | None]]
) -> None:
    conversation_id = await chat_id(shop, chat)

    checked = await check(shop, conversation_id, text, lang=lang)
    refused = await send(shop, conversation_id, text, f"key-{chat}", lang=lang)

    assert [(one["reason"], one["basis"], one["rewrite"]) for one in checked["findings"]] == told
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "guarded")
    assert refused.json()["error"]["findings"] == checked["findings"]


async def test_nothing_wrong_is_let_and_left_as_it_is(shop: RunningShop, chat: str) -> None:
    conversation_id = await chat_id(shop, chat)

    for text in ("", "  ", "您好，请稍等", "🦐" * 5000):
        assert await check(shop, conversation_id, text) == {"action": "let", "findings": [], "rewritten": text}


async def test_another_shops_conversation_and_an_unknown_one_are_not_found(shop: RunningShop, chat: str) -> None:
    conversation_id = await chat_id(shop, chat)
    body = {"conversation_id": conversation_id, "text": "火星话"}
    steps = {"step_id": f"step-{chat}", "rules": ["own-block"], "action": "fixed"}
    path = f"/api/v1/conversations/{conversation_id}/draft-steps"

    answers = [
        await shop.client.post(CHECK, json=body, headers=outsider(shop)),
        await shop.client.post(CHECK, json={**body, "conversation_id": "nosuch"}, headers=shop.bearer("小林")),
        await shop.client.post(path, json=steps, headers=outsider(shop)),
        await step(shop, "nosuch", **steps),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert {answer.json()["error"]["code"] for answer in answers} == {"unknown_conversation"}
    assert flags(shop, conversation_id) == []


async def test_nobody_checks_without_a_name(shop: RunningShop, chat: str) -> None:
    body = {"conversation_id": await chat_id(shop, chat), "text": "火星话"}

    assert (await shop.client.post(CHECK, json=body)).status_code == 401


async def test_the_same_step_again_is_no_second_and_unknown_rules_are_left_out(shop: RunningShop, chat: str) -> None:
    conversation_id = await chat_id(shop, chat)
    taken = {"step_id": f"step-{chat}", "rules": ["own-block", "own-taste", "nosuch"], "action": "fixed"}

    answers = [(await step(shop, conversation_id, **taken)).json() for _ in range(2)]

    assert answers == [{"new": True}, {"new": False}]
    (flag,) = flags(shop, conversation_id)
    assert flag.payload == {
        "at": "draft",
        "action": "fixed",
        "rules": ["own-block", "own-taste"],
        "categories": ["contact", "taste"],
        "guards": ["forbidden", "promise"],
    }


async def test_a_reason_is_kept_once_and_the_log_holds_none_of_it(shop: RunningShop, chat: str) -> None:
    conversation_id = await chat_id(shop, chat)
    over = {"step_id": f"step-{chat}", "rules": ["own-warn"], "action": "overridden", "reason": " 顾客引用的话 "}

    answers = [(await step(shop, conversation_id, **over)).json() for _ in range(2)]

    assert answers == [{"new": True}, {"new": False}]
    assert [(row.rules, row.reason) for row in kept(shop, conversation_id)] == [(("own-warn",), "顾客引用的话")]
    (flag,) = flags(shop, conversation_id)
    assert flag.payload["action"] == "overridden"
    assert "顾客引用" not in str(flag)


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        pytest.param({"action": "overridden"}, "say why", id="no reason"),
        pytest.param({"action": "overridden", "reason": "  "}, "reason", id="a blank reason"),
        pytest.param({"action": "overridden", "reason": "长" * 501}, "500", id="a long reason"),
        pytest.param({"action": "ignored"}, "'fixed' or 'overridden'", id="no such action"),
        pytest.param({"rules": []}, "rules", id="no rule"),
        pytest.param({"step_id": "short"}, "step_id", id="a short step id"),
        pytest.param({"text": "火星话"}, "text", id="the draft itself"),
    ],
)
async def test_what_makes_no_step_is_refused_with_the_cure(
    shop: RunningShop, change: dict[str, Any], cure: str
) -> None:
    taken = {"step_id": "step-refused", "rules": ["own-warn"], "action": "fixed"}

    answer = await step(shop, "nosuch", **{**taken, **change})

    assert answer.status_code == 422
    assert cure in answer.json()["error"]["message"]


async def test_a_draft_that_is_too_long_is_refused_with_how_long_it_may_be(shop: RunningShop) -> None:
    body = {"conversation_id": "nosuch", "text": "长" * 5001}

    answer = await shop.client.post(CHECK, json=body, headers=shop.bearer("小林"))

    assert answer.status_code == 422
    assert "5000" in answer.json()["error"]["message"]


async def test_a_warned_text_goes_out_with_a_reason_and_it_is_kept_once(shop: RunningShop, chat: str) -> None:
    conversation_id = await chat_id(shop, chat)
    text, key = "🦐宇宙无敌", f"key-{chat}"

    refused = await send(shop, conversation_id, text, key)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["action"]) == (409, "guarded", "warn")
    assert "override_reason" in error["message"]
    assert error["findings"] == (await check(shop, conversation_id, text))["findings"]
    assert kept(shop, conversation_id) == []
    sent = [await send(shop, conversation_id, text, key, override_reason="他自己这样说") for _ in range(2)]

    assert [(answer.status_code, answer.json()["new"]) for answer in sent] == [(202, True), (202, False)]
    assert [(row.rules, row.reason) for row in kept(shop, conversation_id)] == [(("own-warn",), "他自己这样说")]
    assert [one.payload["action"] for one in flags(shop, conversation_id)] == ["overridden"]


async def test_a_blocked_text_is_not_sent_for_any_reason_and_a_note_needs_none(shop: RunningShop, chat: str) -> None:
    conversation_id = await chat_id(shop, chat)

    blocked = await send(shop, conversation_id, "火星话", f"key-{chat}-1", override_reason="就要")
    noted = await send(shop, conversation_id, "祖传秘方", f"key-{chat}-2")

    assert (blocked.status_code, blocked.json()["error"]["action"]) == (409, "block")
    assert "change the marked words" in blocked.json()["error"]["message"]
    assert noted.status_code == 202
    assert kept(shop, conversation_id) == []


async def test_nothing_of_a_draft_is_kept_in_any_table_or_log(
    shop: RunningShop, chat: str, caplog: pytest.LogCaptureFixture
) -> None:
    conversation_id = await chat_id(shop, chat)
    caplog.set_level(logging.DEBUG)
    secret = f"独角兽{chat}"

    await check(shop, conversation_id, f"{secret}说宇宙无敌，绝对包甜")
    await send(shop, conversation_id, f"{secret}说火星话", f"key-{chat}")
    await step(shop, conversation_id, step_id=f"step-{chat}", rules=["own-block"], action="fixed")

    assert secret not in caplog.text
    assert "独角兽" not in str(everything(shop))


def everything(shop: RunningShop) -> dict[str, list[Any]]:
    """Return every row of every table."""
    tables = MetaData()
    with shop.process.database.read.connect() as connection:
        tables.reflect(connection)
        rows = {name: list(connection.execute(select(table))) for name, table in tables.tables.items()}
    assert len(rows["message"]) > 0
    return rows
