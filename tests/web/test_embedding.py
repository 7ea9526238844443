"""Who may frame us, whose pages may call us, and that a cookie is good for neither."""

import json
import re
import tomllib
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from assist.desk.embedding import OriginError, checked_origin
from assist.desk.setup import Setup
from assist.store.queries import people
from tests.shop import SHOP, RunningShop, setup_of

from .conftest import SECRET, add_shop, other_setup, outsider, running_app
from .test_auth import CONVERSATIONS, sign_in
from .test_pages import policy_of

pytestmark = pytest.mark.anyio

OURS = "https://desk.example"
OURS_TOO = "http://localhost:5173"
THEIRS = "https://other.example"
NOBODYS = "https://evil.example"
DOCS = Path(__file__).parents[2] / "docs" / "embedding.md"


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Headers are the same on every kind of database: one will do."""
    return f"sqlite:///{tmp_path_factory.mktemp('embedding') / 'assist.sqlite3'}"


@pytest.fixture(autouse=True)
def lists_of_origins(shop: RunningShop) -> Generator[None]:
    """Each shop lists its own origins."""
    add_shop(shop.process, with_origins(setup_of(SECRET), OURS, OURS_TOO))
    add_shop(shop.process, with_origins(other_setup(), THEIRS))
    yield
    shop.client.cookies.clear()


def with_origins(setup: Setup, *origins: str) -> Setup:
    table = json.loads(setup.model_dump_json())
    table["shops"][0]["embed_origins"] = origins
    return Setup.model_validate_json(json.dumps(table))


async def framed_by(client: httpx.AsyncClient, path: str) -> str:
    return policy_of(await client.get(path))["frame-ancestors"]


async def preflight(shop: RunningShop, path: str, origin: str, method: str = "POST") -> httpx.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type",
    }
    return await shop.client.options(path, headers=headers)


def opened(answer: httpx.Response) -> str | None:
    return answer.headers.get("access-control-allow-origin")


@pytest.mark.parametrize(
    ("path", "ancestors"),
    [
        pytest.param("/sidebar?shop=s1", f"{OURS} {OURS_TOO}", id="a shop's own"),
        pytest.param("/sidebar?shop=s2", THEIRS, id="another's"),
        pytest.param("/sidebar", "'none'", id="no shop named where there are two"),
        pytest.param("/sidebar?shop=", "'none'", id="an empty name"),
        pytest.param("/sidebar?shop=nosuch", "'none'", id="an unknown shop looks like one that lists nobody"),
        pytest.param("/sidebar?shop=s1&shop=s2", f"{OURS} {OURS_TOO}", id="the first one counts"),
        pytest.param("/sidebar?shop=s1%3B%20script-src%20*", "'none'", id="more policy"),
        pytest.param("/sidebar?SHOP=s1&shop=%FF", "'none'", id="no text at all"),
        pytest.param("/desk?shop=s1", "'none'", id="no other page"),
        pytest.param("/login?shop=s1", "'none'", id="not the way in"),
        pytest.param("/account?shop=s1", "'none'", id="not the account"),
        pytest.param("/embed/frame?shop=s1", "'none'", id="not the frame"),
    ],
)
async def test_a_sidebar_is_framed_by_its_shops_own_hosts(shop: RunningShop, path: str, ancestors: str) -> None:
    assert await framed_by(shop.client, path) == ancestors


async def test_the_settings_own_ancestors_come_on_top(tmp_path: Path, content: Path) -> None:
    async with running_app(tmp_path, content, frame_ancestors=("https://all.example",)) as (app, client):
        add_shop(app.state.process, with_origins(setup_of(SECRET), OURS))

        assert await framed_by(client, "/sidebar?shop=s1") == f"{OURS} https://all.example"
        assert await framed_by(client, "/sidebar") == f"{OURS} https://all.example", "the only shop's"
        assert await framed_by(client, "/sidebar?shop=nosuch") == "https://all.example"


@pytest.mark.parametrize(("path", "origins"), [("/sidebar?shop=s1", [OURS, OURS_TOO]), ("/sidebar?shop=x", [])])
async def test_the_page_knows_whose_messages_to_take(shop: RunningShop, path: str, origins: list[str]) -> None:
    page = (await shop.client.get(path)).text

    (parents,) = re.findall(r'data-parents="([^"]*)"', page)
    assert parents.split() == origins


async def test_a_changed_set_up_counts_at_once_and_applying_it_twice_changes_nothing(shop: RunningShop) -> None:
    for _ in range(2):
        add_shop(shop.process, with_origins(setup_of(SECRET), "https://new.example"))
        with shop.process.database.reader() as session:
            assert people.shop(session, SHOP).embed_origins == ("https://new.example",)
        assert await framed_by(shop.client, "/sidebar?shop=s1") == "https://new.example"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://desk.example", "https://desk.example"),
        ("HTTPS://Desk.Example", "https://desk.example"),
        ("https://desk.example:443", "https://desk.example"),
        ("https://desk.example:8443", "https://desk.example:8443"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:5173", "http://[::1]:5173"),
        ("https://客服.example", "https://xn--ubtq9x.example"),
    ],
)
async def test_an_origin_is_kept_as_browsers_send_it(written: str, kept: str) -> None:
    assert checked_origin(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "*",
        "'self'",
        "desk.example",
        "//desk.example",
        "https://",
        "https://*.example",
        "https://desk.example/",
        "https://desk.example/app",
        "https://desk.example?x",
        "https://a@desk.example",
        "https://desk.example; script-src *",
        "https://desk.example https://b.example",
        "https://desk.example,b",
        "https://desk.example:99999",
        "https://desk.example:x",
        "http://desk.example",
        "http://localhost.evil.example",
        "ftp://desk.example",
        "null",
        "https://\x00",
    ],
)
async def test_what_is_no_origin_is_refused_with_the_cure(written: str) -> None:
    with pytest.raises(OriginError, match=r"https://"):
        checked_origin(written)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (CONVERSATIONS, "GET"),
        (f"{CONVERSATIONS}/c/steps", "POST"),
        ("/api/v1/session", "DELETE"),
        ("/api/v1/token", "POST"),
        ("/api/v1/stream", "GET"),
        ("/embed/frame", "GET"),
        ("/static/fresh-assist.js", "GET"),
        ("/static/cards.css", "GET"),
    ],
)
async def test_a_listed_origin_may_ask(shop: RunningShop, path: str, method: str) -> None:
    allowed = await preflight(shop, path, OURS, method)

    assert allowed.status_code == 204
    assert opened(allowed) == OURS
    assert method in allowed.headers["access-control-allow-methods"]
    assert {"authorization", "content-type", "last-event-id"} <= {
        name.strip().lower() for name in allowed.headers["access-control-allow-headers"].split(",")
    }
    assert "access-control-allow-credentials" not in allowed.headers
    assert "origin" in allowed.headers["vary"].lower()


@pytest.mark.parametrize("origin", [NOBODYS, "null", f"{OURS}.evil.example", "https://desk.example:444", "http://test"])
@pytest.mark.parametrize("path", [CONVERSATIONS, "/static/fresh-assist.js", "/api/v1/token"])
async def test_an_origin_nobody_lists_may_not_ask(shop: RunningShop, origin: str, path: str) -> None:
    allowed = await preflight(shop, path, origin)
    answer = await shop.client.get(path, headers={"origin": origin})

    assert opened(allowed) is None
    assert opened(answer) is None


@pytest.mark.parametrize("path", ["/desk", "/login", "/account", "/sidebar?shop=s1", "/healthz", "/metrics", "/docs"])
async def test_pages_are_opened_to_nobody(shop: RunningShop, path: str) -> None:
    assert opened(await preflight(shop, path, OURS, "GET")) is None
    assert opened(await shop.client.get(path, headers={"origin": OURS})) is None


async def test_a_listed_origin_reads_the_answer_and_the_servers_clock(shop: RunningShop) -> None:
    headers = {**shop.bearer("小林"), "origin": OURS}

    for path in (CONVERSATIONS, f"{CONVERSATIONS}/nosuch"):
        answer = await shop.client.get(path, headers=headers)

        assert opened(answer) == OURS, "an error is read too"
        assert "Date" in answer.headers["access-control-expose-headers"]
        assert "origin" in answer.headers["vary"].lower()


async def test_a_shared_file_says_that_it_differs_by_origin(shop: RunningShop) -> None:
    for origin, allowed in ((OURS, OURS), (NOBODYS, None)):
        answer = await shop.client.get("/static/fresh-assist.js", headers={"origin": origin})

        assert opened(answer) == allowed
        assert "origin" in answer.headers["vary"].lower()


async def test_a_token_is_refused_on_the_page_of_another_shop(shop: RunningShop) -> None:
    ours, theirs = shop.bearer("小林"), outsider(shop)

    answers = {
        (name, origin): (await shop.client.get(CONVERSATIONS, headers={**token, "origin": origin})).status_code
        for name, token in (("ours", ours), ("theirs", theirs))
        for origin in (OURS, THEIRS)
    }

    assert answers == {("ours", OURS): 200, ("ours", THEIRS): 403, ("theirs", OURS): 403, ("theirs", THEIRS): 200}


async def test_a_ticket_is_exchanged_only_on_its_own_shops_pages(shop: RunningShop) -> None:
    ticket = shop.ticket("小林")

    answers = [
        await shop.client.post("/api/v1/token", json={"ticket": ticket}, headers={"origin": origin})
        for origin in (NOBODYS, THEIRS, OURS, OURS)
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 200, 401], "and a refusal leaves it unspent"


@pytest.mark.parametrize("origin", [OURS, THEIRS, NOBODYS, "null"])
async def test_a_cookie_reads_nothing_on_the_page_of_a_host(shop: RunningShop, origin: str) -> None:
    answer = await shop.client.get(CONVERSATIONS, headers={**await sign_in(shop), "origin": origin})

    assert answer.status_code == 401


def unsafe_routes(routes: Any) -> list[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for route in routes:
        if isinstance(route, APIRoute):
            methods = (route.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
            found |= {(method, re.sub(r"\{[^}]+\}", "1", route.path)) for method in methods}
        else:
            found.update(unsafe_routes(getattr(getattr(route, "original_router", None), "routes", ())))
    return sorted(found)


KINDS: dict[str, dict[str, Any]] = {
    "json": {"json": {}},
    "form": {"data": {"a": "b"}},
    "multipart": {"files": {"file": ("a.csv", b"a,b\n1,2\n", "text/csv")}},
    "plain": {"content": b"{}", "headers": {"content-type": "text/plain"}},
    "nothing": {},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "origin",
    [{}, {"origin": NOBODYS}, {"origin": OURS}, {"origin": "null"}],
    ids=["no origin", "a foreign one", "a host's", "a sandboxed frame's"],
)
async def test_a_cookie_changes_nothing_from_elsewhere_on_any_route_there_is(
    shop: RunningShop, origin: dict[str, str], kind: str
) -> None:
    cookie = await sign_in(shop, "经理")
    routes = unsafe_routes(shop.app.routes)
    assert len(routes) > 15

    sent = {**KINDS[kind]}
    headers = {**cookie, **origin, **sent.pop("headers", {})}
    refused = {
        (method, path): (await shop.client.request(method, path, headers=headers, **sent)).status_code
        for method, path in routes
    }

    assert {route: status for route, status in refused.items() if status != 403} == {}
    assert (await shop.client.get(CONVERSATIONS, headers=cookie)).status_code == 200, "the session is as it was"


async def test_our_own_pages_origin_is_the_public_one_too(tmp_path: Path, content: Path) -> None:
    """Behind a proxy the address that was asked is not the one the browser knows."""
    async with running_app(tmp_path, content, public_url="https://assist.example/") as (_, client):
        wrong = {"ticket": "x" * 43}
        answers = [
            (await client.post("/api/v1/session", json=wrong, headers={"origin": origin})).status_code
            for origin in ("https://assist.example", "http://test", "http://assist.example", NOBODYS)
        ]

    assert answers == [401, 401, 403, 403]


async def test_a_wrong_origin_in_a_set_up_file_is_named() -> None:
    table: dict[str, Any] = {"shops": [{"id": "s1", "name": "店", "embed_origins": ["http://desk.example"]}]}

    with pytest.raises(ValueError, match=r"https://desk\.example"):
        Setup.model_validate_json(json.dumps(table))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


async def test_the_documented_set_up_is_one() -> None:
    for block in blocks("toml"):
        assert Setup.model_validate_json(json.dumps(tomllib.loads(block))).shops[0].embed_origins


async def test_the_documented_server_gets_a_ticket(shop: RunningShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's Python runs as it stands there, against this server."""
    token = shop.token("经理")
    monkeypatch.setenv("ASSIST_TOKEN", token)
    asked: list[httpx.Request] = []
    (block,) = blocks("python")
    names: dict[str, Any] = {}

    def post(url: str, **sent: Any) -> httpx.Response:
        sent.pop("timeout")
        asked.append(httpx.Request("POST", url, **sent))
        return httpx.Response(201, json={"ticket": "t" * 43}, request=asked[-1])

    monkeypatch.setattr(httpx, "post", post)
    exec(compile(block, str(DOCS), "exec"), names)
    assert names["ticket_for"]("小林") == "t" * 43

    (request,) = asked
    answer = await shop.client.post(request.url.path, content=request.content, headers=dict(request.headers))
    assert answer.status_code == 201
    assert answer.json()["ticket"]
