"""What people met who used it: each once a fault."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assist.store.queries import libraries
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


@pytest.mark.parametrize("text", ["\u200b\u2060", "\u202e \u2069", "\u3164", "\x07"])
async def test_a_text_that_nobody_sees_is_not_sent(shop: RunningShop, chat: str, text: str) -> None:
    path = f"/api/v1/conversations/{await _conversation(shop, chat)}/messages"

    sent = await shop.client.post(path, json={"text": text, "client_key": f"key-{chat}"}, headers=shop.bearer("小林"))

    assert sent.status_code == 422
    assert "can be seen" in sent.json()["error"]["message"]


async def test_a_text_goes_out_without_what_turns_its_direction(shop: RunningShop, chat: str) -> None:
    conversation, agent = await _conversation(shop, chat), shop.bearer("小林")
    body = {"text": "您\u202e好\x1b 👨\u200d👩", "client_key": f"key-{chat}"}

    sent = await shop.client.post(f"/api/v1/conversations/{conversation}/messages", json=body, headers=agent)

    assert sent.status_code == 202
    detail = (await shop.client.get(f"/api/v1/conversations/{conversation}", headers=agent)).json()
    assert [one["text"] for one in detail["deliveries"]] == ["您好 👨\u200d👩"]


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


@pytest.mark.parametrize("number", [2**31, 10**30])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/kb/versions?before={}"),
        ("GET", "/kb/versions/{}"),
        ("GET", "/kb/versions/1?against={}"),
        ("GET", "/api/v1/kb/versions?before={}"),
        ("POST", "/api/v1/kb/versions/{}/rollback"),
        ("POST", "/api/v1/clusters/{}/seen"),
        ("GET", "/api/v1/practice/conversations?offset={}"),
    ],
)
async def test_a_number_larger_than_any_is_refused(shop: RunningShop, method: str, path: str, number: int) -> None:
    answer = await shop.client.request(method, path.format(number), headers=shop.bearer("经理"))

    assert answer.status_code in (404, 422)


async def _draft(shop: RunningShop, sent: str) -> tuple[int, str]:
    headers = {**shop.bearer("经理"), "content-type": "application/json"}
    answer = await shop.client.post("/api/v1/kb/drafts", content=sent, headers=headers)
    return answer.status_code, answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(r'{"title": "\ud83d"}', "half a character (U+D83D)", id="half a character"),
        pytest.param(r'{"\udc00": 1}', "half a character (U+DC00)", id="half a character in a name"),
        pytest.param(r'{"title": "a\u0000"}', "NUL", id="NUL"),
        pytest.param('{"title": NaN}', "no number of JSON", id="no number"),
        pytest.param('{"a": ' + "[" * 100 + "]" * 100 + "}", "nested more than 64 deep", id="deep"),
        pytest.param(f'{{"text": "{"虾" * 170_000}"}}', "an entry is at most 500 kB", id="large"),
    ],
)
async def test_a_draft_that_cannot_be_kept_is_refused_in_words(shop: RunningShop, body: str, said: str) -> None:
    status, message = await _draft(shop, f'{{"kind": "article", "body": {body}, "base_number": 1}}')

    assert status == 422
    assert said in message


async def test_more_json_than_any_call_needs_is_not_read(shop: RunningShop) -> None:
    status, message = await _draft(shop, f'{{"note": "{"x" * 2_000_001}"}}')

    assert (status, message) == (413, "at most 2000 kB of JSON a request; send less at once")


async def test_a_draft_is_begun_from_a_version_there_is(shop: RunningShop) -> None:
    newest = shop.process.libraries.current("s1").library.number

    status, message = await _draft(shop, f'{{"kind": "article", "body": {{}}, "base_number": {newest + 1}}}')

    assert status == 422
    assert f"no such version, the newest is {newest}" in message


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/kb/article/nope", "/kb"),
        ("/kb/article/NOT AN ID", "/kb"),
        ("/kb/versions/999", "/kb/versions"),
        ("/kb/versions/x", "/kb/versions"),
        ("/kb/policy/nope", "/kb"),
        ("/practice/nope", "/practice"),
    ],
)
async def test_a_page_that_is_not_there_says_so_with_a_way_back(shop: RunningShop, path: str, back: str) -> None:
    page = await shop.client.get(f"{path}?lang=en", headers=shop.bearer("经理"))

    assert page.status_code == 404
    assert "Nothing is here" in page.text
    assert f'href="{back}?lang=en"' in page.text


async def test_a_call_for_what_is_not_there_is_answered_in_json(shop: RunningShop) -> None:
    answer = await shop.client.post("/api/v1/kb/versions/999/rollback", headers=shop.bearer("经理"))
    nowhere = await shop.client.get("/api/v1/nope", headers={"accept": "text/html"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_version")
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (404, "http")


async def test_a_forms_history_tells_the_shops_own_time(shop: RunningShop) -> None:
    with shop.process.database.reader() as session:
        published = libraries.newest(session, "s1")
    assert published is not None
    here = published.published_at.astimezone(ZoneInfo("Asia/Shanghai"))

    page = await shop.client.get("/kb/policy/service?lang=en", headers=shop.bearer("经理"))

    assert f"{here:%Y-%m-%d %H:%M}" in page.text
