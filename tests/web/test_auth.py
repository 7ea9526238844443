"""Who may call: tickets once, cookies from our own pages, Bearer tokens, roles; never a token in a query."""

from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from assist.desk.setup import agent_id_of
from assist.desk.sign_in import hand_out
from assist.domain.people import TokenKind
from assist.store.queries import people
from tests.conftest import StillClock
from tests.shop import SHOP, RunningShop

from .conftest import handed, running_app

pytestmark = pytest.mark.anyio

CONVERSATIONS = "/api/v1/conversations"
OWN = {"origin": "http://test"}
STEP = {"step_id": "step-0001", "suggestion_id": "s", "kind": "shown"}


async def sign_in(shop: RunningShop, name: str = "小林") -> dict[str, str]:
    """Spend a ticket and return the cookie header that a browser would send."""
    answer = await shop.client.post("/api/v1/session", json={"ticket": shop.ticket(name)}, headers=OWN)
    shop.client.cookies.clear()
    assert answer.status_code == 204
    return {"cookie": f"assist_session={cookie_of(answer).value}"}


def cookie_of(answer: httpx.Response) -> "Morsel[str]":
    jar: SimpleCookie = SimpleCookie()
    jar.load(answer.headers["set-cookie"])
    return jar["assist_session"]


async def test_a_ticket_signs_in_once(shop: RunningShop) -> None:
    ticket = shop.ticket("小林")

    first = await shop.client.post("/api/v1/session", json={"ticket": ticket}, headers=OWN)
    second = await shop.client.post("/api/v1/session", json={"ticket": ticket}, headers=OWN)
    shop.client.cookies.clear()
    third = await shop.client.post("/api/v1/token", json={"ticket": ticket})

    assert [answer.status_code for answer in (first, second, third)] == [204, 401, 401]
    assert "set-cookie" not in second.headers


async def test_a_ticket_lives_for_thirty_seconds(shop: RunningShop) -> None:
    young = handed(shop, "小林", TokenKind.ticket, seconds_ago=29)
    old = handed(shop, "小林", TokenKind.ticket, seconds_ago=30)

    answers = [await shop.client.post("/api/v1/token", json={"ticket": ticket}) for ticket in (young, old)]

    assert [answer.status_code for answer in answers] == [200, 401]


async def test_an_invented_ticket_is_refused_like_a_spent_one(shop: RunningShop) -> None:
    spent = shop.ticket("小林")
    await shop.client.post("/api/v1/token", json={"ticket": spent})

    answers = [await shop.client.post("/api/v1/token", json={"ticket": ticket}) for ticket in (spent, "x" * 43)]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(shop: RunningShop) -> None:
    answer = await shop.client.post("/api/v1/session", json={"ticket": shop.ticket("小林")}, headers=OWN)
    shop.client.cookies.clear()

    cookie = cookie_of(answer)
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "strict"
    assert not cookie["secure"], "on loopback there is no TLS"
    assert not cookie["domain"]


async def test_away_from_loopback_the_cookie_needs_tls(tmp_path: Path, content: Path) -> None:
    async with running_app(tmp_path, content, host="0.0.0.0") as (app, client):
        process: Any = app.state.process
        change = hand_out(SHOP, agent_id_of(SHOP, "小林"), TokenKind.ticket, process.clock())
        ticket = process.writer.submit(change).result().token

        answer = await client.post("/api/v1/session", json={"ticket": ticket}, headers=OWN)

    assert cookie_of(answer)["secure"]


async def test_the_cookie_reads_and_a_token_reads(shop: RunningShop) -> None:
    cookie = await sign_in(shop)
    token = (await shop.client.post("/api/v1/token", json={"ticket": shop.ticket("小林")})).json()["token"]

    by_cookie = await shop.client.get(CONVERSATIONS, headers=cookie)
    by_token = await shop.client.get(CONVERSATIONS, headers={"authorization": f"Bearer {token}"})

    assert (by_cookie.status_code, by_token.status_code) == (200, 200)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param({}, 403, id="no origin"),
        pytest.param({"origin": "https://evil.example"}, 403, id="a foreign origin"),
        pytest.param({"origin": "http://test.evil.example"}, 403, id="an origin that begins alike"),
        pytest.param({"origin": "https://test"}, 403, id="another scheme"),
        pytest.param({"origin": "http://test:81"}, 403, id="another port"),
        pytest.param({"origin": "null"}, 403, id="a sandboxed frame"),
        pytest.param(OWN, 404, id="our own page, which asks about nothing"),
    ],
)
async def test_a_cookie_changes_things_only_from_our_own_pages(
    shop: RunningShop, origin: dict[str, str], status: int
) -> None:
    cookie = await sign_in(shop)

    answer = await shop.client.post(f"{CONVERSATIONS}/c/steps", json=STEP, headers={**cookie, **origin})

    assert answer.status_code == status


async def test_a_bearer_token_needs_no_origin(shop: RunningShop) -> None:
    foreign = {**shop.bearer("小林"), "origin": "https://chat.example"}

    answer = await shop.client.post(f"{CONVERSATIONS}/c/steps", json=STEP, headers=foreign)

    assert answer.status_code == 404


@pytest.mark.parametrize("kind", [TokenKind.ticket, TokenKind.cookie])
async def test_a_token_of_another_kind_is_no_bearer_token(shop: RunningShop, kind: TokenKind) -> None:
    token = handed(shop, "小林", kind)

    answer = await shop.client.get(CONVERSATIONS, headers={"authorization": f"Bearer {token}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("kind", [TokenKind.ticket, TokenKind.bearer])
async def test_a_token_of_another_kind_is_no_cookie(shop: RunningShop, kind: TokenKind) -> None:
    token = handed(shop, "小林", kind)

    answer = await shop.client.get(CONVERSATIONS, headers={"cookie": f"assist_session={token}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("name", ["token", "access_token", "ticket", "authorization", "assist_session"])
async def test_a_token_in_the_query_is_never_read(shop: RunningShop, name: str) -> None:
    answer = await shop.client.get(CONVERSATIONS, params={name: shop.token("小林")})

    assert answer.status_code == 401


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic x", "bearer nonsense", "Bearer \xe9", "Token x"])
async def test_nonsense_for_a_token_is_nobody(shop: RunningShop, value: str) -> None:
    answer = await shop.client.get(CONVERSATIONS, headers=[(b"authorization", value.encode("latin-1"))])

    assert answer.status_code == 401


async def test_an_expired_token_is_nobody(shop: RunningShop) -> None:
    year = 365 * 86_400
    for seconds, status in ((year - 1, 200), (year, 401)):
        token = handed(shop, "小林", TokenKind.bearer, seconds_ago=seconds)

        answer = await shop.client.get(CONVERSATIONS, headers={"authorization": f"Bearer {token}"})

        assert answer.status_code == status


async def test_a_revoked_token_is_nobody(shop: RunningShop) -> None:
    token = shop.bearer("经理")
    clock = StillClock(shop.clock())
    manager = agent_id_of(SHOP, "经理")
    shop.process.writer.submit(lambda session: people.revoke_tokens(session, manager, clock())).result()

    assert (await shop.client.get(CONVERSATIONS, headers=token)).status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/kpis", "/api/v1/kpis/K4/turns"])
async def test_numbers_are_for_those_who_manage(shop: RunningShop, path: str) -> None:
    agent = await shop.client.get(path, headers=shop.bearer("小林"))
    manager = await shop.client.get(path, headers=shop.bearer("经理"))

    assert (agent.status_code, manager.status_code) == (403, 200)


async def test_the_managers_page_shows_an_agent_no_numbers(shop: RunningShop) -> None:
    agent = await shop.client.get("/manager", headers=shop.bearer("小林"))
    manager = await shop.client.get("/manager", headers=shop.bearer("经理"))

    assert "知识库调用率" in manager.text
    assert "知识库调用率" not in agent.text
    assert "login.js" in agent.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", CONVERSATIONS),
        ("GET", f"{CONVERSATIONS}/c"),
        ("GET", f"{CONVERSATIONS}/c/suggestions"),
        ("POST", f"{CONVERSATIONS}/c/messages"),
        ("POST", f"{CONVERSATIONS}/c/steps"),
        ("GET", "/api/v1/search"),
        ("GET", "/api/v1/kpis"),
        ("GET", "/api/v1/kpis/K1/turns"),
        ("GET", "/api/v1/stream"),
    ],
)
async def test_nobody_reads_or_changes_anything_without_signing_in(shop: RunningShop, method: str, path: str) -> None:
    body = STEP if path.endswith("steps") else {"text": "x", "client_key": "key-0001"}

    answer = await shop.client.request(method, path, json=body if method == "POST" else None)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_signed_in"


@pytest.mark.parametrize("path", ["/desk", "/manager"])
async def test_a_page_of_ours_without_a_cookie_is_the_way_to_sign_in(shop: RunningShop, path: str) -> None:
    answer = await shop.client.get(path)

    assert answer.status_code == 200
    assert "login.js" in answer.text
    assert "小林" not in answer.text


@pytest.mark.parametrize("body", [b"", b"garbage", b"\xff\x00", b"gAAAAA" + b"A" * 100, b"{}"])
async def test_nobody_operates_the_installation_without_its_key_file(shop: RunningShop, body: bytes) -> None:
    answer = await shop.client.post("/api/v1/operator", content=body, headers=shop.bearer("经理"))

    assert answer.status_code == 403


async def test_signing_out_takes_the_cookie_away(shop: RunningShop) -> None:
    cookie = await sign_in(shop)

    answer = await shop.client.delete("/api/v1/session", headers={**cookie, **OWN})

    assert answer.status_code == 204
    assert cookie_of(answer).value == ""
    assert cookie_of(answer)["max-age"] == "0"
    kept = await shop.client.get("/api/v1/conversations", headers=cookie)
    assert kept.status_code == 401, "a copy of the cookie counts no more either"
