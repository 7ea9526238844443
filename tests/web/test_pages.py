"""What every answer of ours carries, and what a customer's words can do in a page: nothing."""

import json
import re
from pathlib import Path

import httpx
import pytest
from httpx import ASGITransport

from assist.desk.setup import Setup
from assist.web.words import words
from tests.shop import RunningShop

from .conftest import add_shop, opened_chat, running_app

pytestmark = pytest.mark.anyio

PAGES = ["/login", "/desk", "/manager", "/claims", "/sidebar", "/docs"]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: https:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{123456*1001}}\u202e"


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Pages are the same on every kind of database: one will do."""
    return f"sqlite:///{tmp_path_factory.mktemp('pages') / 'assist.sqlite3'}"


def policy_of(answer: httpx.Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/conversations", "/healthz", "/nosuch", "/static/sidebar.js"])
async def test_every_answer_carries_the_whole_policy(shop: RunningShop, path: str) -> None:
    answer = await shop.client.get(path, headers=shop.bearer("经理"))

    assert policy_of(answer) == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_only_the_sidebar_may_be_framed_and_only_by_the_hosts_named(tmp_path: Path, content: Path) -> None:
    hosts = ("https://chat.example", "https://im.example")
    async with running_app(tmp_path, content, frame_ancestors=hosts) as (_, client):
        policies = {path: policy_of(await client.get(path))["frame-ancestors"] for path in PAGES}

    assert policies == {**dict.fromkeys(PAGES, "'none'"), "/sidebar": "https://chat.example https://im.example"}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("zh-TW", "zh-TW"), ("en", "en")])
async def test_pages_speak_all_languages(shop: RunningShop, path: str, language: str, tag: str) -> None:
    answer = await shop.client.get(f"{path}?lang={language}", headers=shop.bearer("经理"))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{tag}">' in answer.text


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        pytest.param("", "", "zh-CN", id="nothing said"),
        pytest.param("", "en-GB,en;q=0.9", "en", id="the browser's first"),
        pytest.param("?lang=zh", "en-GB", "zh-CN", id="asked for"),
        pytest.param("", "zh-HK,en;q=0.8", "zh-TW", id="traditional characters"),
        pytest.param("?lang=<script>", "", "zh-CN", id="nonsense"),
    ],
)
async def test_the_language_is_the_one_asked_for(shop: RunningShop, asked: str, accepted: str, language: str) -> None:
    answer = await shop.client.get(f"/login{asked}", headers={"accept-language": accepted})

    assert f'<html lang="{language}">' in answer.text
    assert "lang=<script>" not in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(shop: RunningShop, path: str) -> None:
    html = (await shop.client.get(path, headers=shop.bearer("经理"))).text

    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert not re.search(r"<style\b|\sstyle=|\son\w+=|javascript:", html)
    assert all(link.startswith(("/", "?", "#", "data:")) for link in re.findall(r"(?:src|href)=\"([^\"]*)\"", html))


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_carries_the_words_of_its_scripts_and_no_others(shop: RunningShop, path: str) -> None:
    html = (await shop.client.get(path, headers=shop.bearer("经理"))).text

    blocks = [json.loads(found) for found in re.findall(r'id="words">(.*?)</script>', html)]
    assert blocks
    assert sum(len(block) for block in blocks) < len(words("zh")) / 2


async def test_a_customers_name_and_words_are_text_in_cards_and_pages(shop: RunningShop, chat: str) -> None:
    """The strawberry answer greets the customer by name: the name is the customer's own."""
    actor = {"role": "customer", "ref": "evil", "name": EVIL}
    conversation = await opened_chat(shop, chat, f"草莓怎么保存{EVIL[:4]}", actor=actor)

    agent = shop.bearer("小林")
    desk = (await shop.client.get("/desk", headers=agent)).text
    detail = (await shop.client.get(f"/api/v1/conversations/{conversation['id']}", headers=agent)).json()

    card = conversation["cards"][0]
    assert card["article_id"] == "storage-strawberry"
    assert EVIL in card["text"], "the card itself holds the name as it is"
    for html in (conversation["html"], desk):
        assert "<img src=x" not in html
        assert "<script>alert" not in html
        assert str(123456 * 1001) not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in conversation["html"]
    assert detail["customer_name"] == EVIL


async def test_the_sidebar_shell_holds_no_data(shop: RunningShop, chat: str) -> None:
    await opened_chat(shop, chat, "如何保存活虾", actor={"role": "customer", "ref": "x", "name": "独一无二的顾客"})

    html = (await shop.client.get("/sidebar", headers=shop.bearer("小林"))).text

    assert "独一无二的顾客" not in html
    assert "小林" not in html


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        pytest.param("GET", "/api/v1/conversations/nosuch", None, 404, "unknown_conversation", id="not found"),
        pytest.param("GET", "/api/v1/nosuch", None, 404, "http", id="no such route"),
        pytest.param("GET", "/api/v1/kpis/K99/turns", None, 404, "http", id="no such KPI"),
        pytest.param("DELETE", "/api/v1/conversations", None, 405, "http", id="no such method"),
        pytest.param("GET", "/api/v1/kpis?from=yesterday", None, 422, "invalid", id="no date"),
        pytest.param("GET", "/api/v1/kpis?by=mood", None, 422, "invalid", id="no grouping"),
        pytest.param("GET", "/api/v1/search?top=0", None, 422, "invalid", id="out of range"),
        pytest.param("GET", "/api/v1/search?q=" + "x" * 201, None, 422, "invalid", id="too long"),
        pytest.param("POST", "/api/v1/conversations/c/steps", {"kind": "shown"}, 422, "invalid", id="a field missing"),
        pytest.param(
            "POST",
            "/api/v1/conversations/c/messages",
            {"text": "x", "client_key": "key-0001", "role": "admin"},
            422,
            "invalid",
            id="a field too many",
        ),
        pytest.param(
            "POST",
            "/api/v1/conversations/c/steps",
            {"step_id": "step-0001", "suggestion_id": "s", "kind": "sent_match"},
            422,
            "invalid",
            id="a step that is none",
        ),
        pytest.param(
            "POST",
            "/api/v1/conversations/c/steps",
            {"step_id": "a b;c", "suggestion_id": "s", "kind": "shown"},
            422,
            "invalid",
            id="a step id that is none",
        ),
    ],
)
async def test_every_error_has_the_same_shape(
    shop: RunningShop, method: str, path: str, body: dict[str, str] | None, status: int, code: str
) -> None:
    answer = await shop.client.request(method, path, json=body, headers=shop.bearer("经理"))

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()["error"]
    assert set(answer.json()) == {"error"}
    assert error["code"] == code
    assert error["message"]


async def test_a_question_for_the_search_may_hold_anything(shop: RunningShop) -> None:
    agent = shop.bearer("小林")
    for question in ("", "👍", "' OR 1=1--", "%_", '"unbalanced NEAR(', "\x00", "../../etc/passwd", "{{7*7}}"):
        answer = await shop.client.get("/api/v1/search", params={"q": question}, headers=agent)

        assert answer.status_code == 200, question
        assert answer.json()["query"] == question


async def test_numbers_are_asked_for_by_the_shops_days(shop: RunningShop) -> None:
    answer = await shop.client.get("/api/v1/kpis?from=2026-11-21&to=2026-11-21", headers=shop.bearer("经理"))

    assert (answer.json()["start"], answer.json()["end"]) == ("2026-11-20T16:00:00Z", "2026-11-21T16:00:00Z")


async def test_the_process_says_that_it_is_alive_and_ready(shop: RunningShop) -> None:
    alive, ready = await shop.client.get("/healthz"), await shop.client.get("/readyz")

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert ready.json() == {"status": "ready", "problems": {}}


async def test_an_account_that_cannot_be_opened_is_named_until_it_can(
    tmp_path: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = {"adapter": "generic", "account": "later", "secrets": {"webhook": ["env:NOT_SET_YET"]}}
    setup = Setup.model_validate_json(json.dumps({"shops": [{"id": "s1", "name": "店", "accounts": [account]}]}))
    async with running_app(tmp_path, content) as (app, client):
        add_shop(app.state.process, setup)
        before = await client.get("/readyz")
        monkeypatch.setenv("NOT_SET_YET", "whsec_" + "QUFB" * 11)
        app.state.process.reload()
        after = await client.get("/readyz")

    assert before.status_code == 503
    assert "NOT_SET_YET" in before.json()["problems"]["account generic/later"]
    assert after.status_code == 200


async def test_a_shop_without_a_library_is_not_ready(tmp_path: Path, content: Path) -> None:
    setup = Setup.model_validate_json(json.dumps({"shops": [{"id": "new", "name": "新店"}]}))
    async with running_app(tmp_path, content) as (app, client):
        add_shop(app.state.process, setup)
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert list(answer.json()["problems"]) == ["library new"]


async def test_counters_are_told_on_loopback_and_elsewhere_to_those_signed_in(shop: RunningShop) -> None:
    from_afar = ASGITransport(shop.app, client=("203.0.113.9", 5000))
    async with httpx.AsyncClient(transport=from_afar, base_url="http://test") as client:
        nobody = await client.get("/metrics")
        agent = await client.get("/metrics", headers=shop.bearer("小林"))
    here = await shop.client.get("/metrics")

    assert (nobody.status_code, agent.status_code, here.status_code) == (401, 200, 200)
    assert here.headers["content-type"].startswith("text/plain")
    assert "assist_writer_waiting" in here.text


async def test_the_generic_hooks_schema_is_published(shop: RunningShop) -> None:
    answer = await shop.client.get("/api/v1/schemas/generic.json")

    assert answer.status_code == 200
    assert answer.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
