"""The editors' API: what a role may do, what is refused and with what, and what publishing changes at once."""

import json
import re
from typing import Any

import httpx
import pytest

from assist.desk.setup import Setup
from tests.shop import RunningShop
from tests.web.conftest import add_shop, eventually, opened_chat, outsider

pytestmark = pytest.mark.anyio

BODY: dict[str, Any] = {
    "title": "桑葚怎么放",
    "category": "berries",
    "intent": "storage",
    "asks": ["桑葚怎么保存", "桑葚要洗了再放吗", "桑葚吃不完怎么办", "桑葚能放冰箱吗"],
    "reviewed": "2026-11-21",
    "text": "桑葚到家摊开晾干，装盒放进冰箱冷藏，吃之前再冲洗，压破的挑出来。",
}
LEAD = "林组长"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module", autouse=True)
def lead(shop: RunningShop) -> None:
    """A lead beside the agent and the manager."""
    agents = [{"name": "小林"}, {"name": "经理", "role": "manager"}, {"name": LEAD, "role": "lead"}]
    account = {"adapter": "generic", "account": "main", "secrets": {"webhook": [shop.secret]}}
    setup = {"shops": [{"id": "s1", "name": "店", "accounts": [account], "agents": agents}]}
    add_shop(shop.process, Setup.model_validate_json(json.dumps(setup)))


async def post(shop: RunningShop, who: str, path: str, **body: Any) -> httpx.Response:
    return await shop.client.post(f"/api/v1/kb/{path}", json=body, headers=shop.bearer(who))


async def saved(shop: RunningShop, who: str, entry_id: str, body: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    newest = shop.process.libraries.current("s1").library.number
    known = {"kind": "article", "entry_id": entry_id, "body": body, "base_number": newest, **more}
    answer = await post(shop, who, "drafts", **known)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_draft_is_written_checked_handed_in_and_published_and_then_found(shop: RunningShop) -> None:
    draft = await saved(shop, "小林", "storage-mulberry", BODY, note="常有人问桑葚")
    checked = await post(shop, "小林", "check", kind="article", entry_id="storage-mulberry", body=BODY)
    handed = await post(shop, "小林", f"drafts/{draft['id']}/hand-in", revision=1)

    done = await post(shop, LEAD, f"drafts/{draft['id']}/publish", revision=2)

    assert [one["level"] for one in checked.json()["findings"] if one["level"] == "error"] == []
    assert (handed.json()["state"], handed.json()["author"]) == ("review", "小林")
    assert done.status_code == 200
    assert done.json()["changed"] == ["article/storage-mulberry"]
    found = await shop.client.get("/api/v1/search?q=桑葚怎么保存", headers=shop.bearer("小林"))
    assert found.json()["found"][0]["article_id"] == "storage-mulberry"
    listed = await shop.client.get("/api/v1/kb/versions", headers=shop.bearer("小林"))
    assert (listed.json()["versions"][0]["author"], listed.json()["versions"][0]["reason"]) == (LEAD, "常有人问桑葚")


async def test_an_agent_is_refused_publishing_and_sees_no_button_for_it(shop: RunningShop) -> None:
    draft = await saved(shop, "小林", "storage-fig", BODY | {"title": "无花果怎么放"})

    refused = await post(shop, "小林", f"drafts/{draft['id']}/publish", revision=1)
    page = await shop.client.get("/kb/article/storage-fig", headers=shop.bearer("小林"))
    leads = await shop.client.get("/kb/article/storage-fig", headers=shop.bearer(LEAD))

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_your_part")
    assert 'id="publish"' not in page.text
    assert 'id="publish"' in leads.text


async def test_two_who_save_at_once_get_both_wordings(shop: RunningShop) -> None:
    await saved(shop, LEAD, "storage-kiwi", BODY | {"title": "组长写的"})

    refused = await post(
        shop, "小林", "drafts", kind="article", entry_id="storage-kiwi", body={"title": "我写的"}, base_number=1
    )

    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "edited_meanwhile")
    assert (error["theirs"]["author"], error["theirs"]["body"]["title"]) == (LEAD, "组长写的")
    assert error["mine"]["title"] == "我写的"


async def test_what_moved_on_meanwhile_names_both_versions(shop: RunningShop) -> None:
    entry = (await shop.client.get("/api/v1/kb/entries/article/storage-strawberry", headers=shop.bearer(LEAD))).json()
    base, body = entry["number"], entry["published"]["body"]
    old = await saved(shop, LEAD, "storage-strawberry", {**body, "text": "旧稿" + body["text"]}, base_number=base)
    other = {**body, "text": body["text"] + "别压着。"}
    again = await saved(shop, LEAD, "storage-strawberry", other, base_number=base, revision=1)
    done = await post(shop, LEAD, f"drafts/{old['id']}/publish", revision=again["revision"])
    late = await saved(shop, LEAD, "storage-strawberry", {**body, "text": "又一稿" + body["text"]}, base_number=base)

    refused = await post(shop, LEAD, f"drafts/{late['id']}/publish", revision=1)

    error = refused.json()["error"]
    assert done.status_code == 200
    assert (refused.status_code, error["code"]) == (409, "changed_meanwhile")
    assert (error["base_number"], error["now"]["number"], error["now"]["author"]) == (base, done.json()["number"], LEAD)
    assert error["now"]["body"]["text"] == other["text"]


async def test_what_is_not_fit_is_refused_with_every_finding_in_the_readers_language(shop: RunningShop) -> None:
    bad = BODY | {"text": "本店全网最低价，{{ nobody }}，放心吃。", "asks": ["山竹怎么放"]}
    draft = await saved(shop, LEAD, "storage-mangosteen", bad)

    refused = await post(shop, LEAD, f"drafts/{draft['id']}/publish?lang=zh", revision=1, despite_warnings=True)

    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (422, "unfit_entry")
    found = {(one["field"], one["rule"]) for one in error["findings"] if one["level"] == "error"}
    assert {("asks", "few_asks"), ("text", "slots"), ("text", "guard_promise_rewrite")} <= found
    few = next(one for one in error["findings"] if one["rule"] == "few_asks")
    assert (few["message"], few["cure"]) == ("只有 1 种问法", "至少写 4 种")


async def test_warnings_are_shown_and_let_pass_with_a_tick(shop: RunningShop) -> None:
    proud = BODY | {"title": "脐橙怎么放", "asks": ["脐橙放哪", "脐橙怎么收", "脐橙放阳台行吗", "脐橙要不要进冰箱"]}
    proud |= {"text": "绿色食品脐橙，阴凉通风处摊开放就好，别堆太高，坏果挑出来。"}
    draft = await saved(shop, LEAD, "storage-navel", proud)

    first = await post(shop, LEAD, f"drafts/{draft['id']}/publish", revision=1)
    second = await post(shop, LEAD, f"drafts/{draft['id']}/publish", revision=1, despite_warnings=True)

    assert first.status_code == 422
    assert {one["level"] for one in first.json()["error"]["findings"]} <= {"warning", "hint"}
    assert second.status_code == 200


async def test_half_an_article_says_what_it_lacks_and_what_it_says_wrongly(shop: RunningShop) -> None:
    answer = await post(shop, "小林", "check?lang=en", kind="article", body={"title": "a", "text": "全网最低价"})

    found = answer.json()["findings"]
    assert {"category", "intent", "asks", "reviewed"} <= {one["field"] for one in found}
    assert any(one["field"] == "text" and one["rule"].startswith("guard_") for one in found)


async def test_the_test_box_ranks_with_the_draft_beside_what_is_published(shop: RunningShop) -> None:
    body = BODY | {"title": "杨桃怎么放", "asks": ["杨桃怎么保存"], "text": "杨桃常温放软了再吃。"}

    answer = await post(
        shop, "小林", "try", kind="article", entry_id="storage-carambola", body=body, question="杨桃怎么保存"
    )

    told = answer.json()
    assert (told["draft"][0]["article_id"], told["draft"][0]["draft"]) == ("storage-carambola", True)
    assert "storage-carambola" not in {one["article_id"] for one in told["published"]}
    assert "杨桃常温放软了再吃" in told["html"]


async def test_the_regression_compares_known_questions_before_and_after(shop: RunningShop) -> None:
    begun = await post(shop, LEAD, "regression", kind="article", entry_id="storage-shrimp", body=None)
    assert begun.status_code == 202
    job = begun.json()
    for _ in range(500):
        if job["state"] != "running":
            break
        path = f"/api/v1/kb/regression/{job['id']}"
        job = (await shop.client.get(path, headers=shop.bearer(LEAD))).json()

    assert job["state"] == "done"
    assert job["result"]["worse"]
    assert {one["article_id"] for one in job["result"]["worse"]} == {"storage-shrimp"}


async def test_rolling_back_is_a_managers_and_makes_a_new_version(shop: RunningShop) -> None:
    refused = await post(shop, LEAD, "versions/1/rollback")
    done = await post(shop, "经理", "versions/1/rollback")

    assert refused.status_code == 403
    assert done.status_code == 200
    page = await shop.client.get(f"/kb/versions/{done.json()['number']}", headers=shop.bearer("小林"))
    assert page.status_code == 200
    unknown = await post(shop, "经理", "versions/9999/rollback")
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/kb",
        "/kb?q=草莓&state=own&sort=title",
        "/kb?page=99",
        "/kb/article/new?ask=hi",
        "/kb/versions",
        "/kb/versions/1",
    ],
)
async def test_every_page_of_the_editor_opens_for_an_agent(shop: RunningShop, path: str) -> None:
    assert (await shop.client.get(path, headers=shop.bearer("小林"))).status_code == 200


async def test_hostile_texts_are_shown_nowhere_as_markup(shop: RunningShop) -> None:
    body: dict[str, Any] = dict.fromkeys(("title", "title_en", "category", "intent", "text", "text_en"), HOSTILE)
    body |= {"asks": [HOSTILE] * 4, "asks_en": [HOSTILE], "images": [{"url": HOSTILE, "alt": HOSTILE}]}
    body |= {"facts": {HOSTILE: {"value": HOSTILE, "source": {"title": HOSTILE, "issuer": HOSTILE, "year": 2026}}}}
    draft = await saved(shop, "小林", "hostile", body, note=HOSTILE)
    manager = shop.bearer("经理")

    pages = [
        await shop.client.get(path, headers=manager) for path in ("/kb", "/kb/article/hostile", f"/kb?q={HOSTILE}")
    ]
    tried = await post(shop, "经理", "try", kind="article", entry_id="hostile", body=body, question=HOSTILE)
    diff = await post(shop, "经理", "diff", before=None, after=body)

    for told in (*(page.text for page in pages), tried.json()["html"] or "", diff.text):
        assert HOSTILE not in told
    assert draft["body"]["title"] == HOSTILE


async def test_a_draft_of_another_shop_is_not_there(shop: RunningShop) -> None:
    draft = await saved(shop, "小林", "storage-lychee", BODY | {"title": "荔枝怎么放"})
    strangers = outsider(shop, "外经理")

    seen = await shop.client.get("/api/v1/kb/entries/article/storage-lychee", headers=strangers)
    published = await shop.client.post(
        f"/api/v1/kb/drafts/{draft['id']}/publish", json={"revision": 1}, headers=strangers
    )

    assert seen.json()["draft"] is None
    assert published.status_code == 404


async def test_the_editor_asks_to_sign_in(shop: RunningShop) -> None:
    page = await shop.client.get("/kb/article/new")
    assert "login" in page.text
    assert (await shop.client.post("/api/v1/kb/drafts", json={})).status_code == 401


async def test_a_reply_that_was_sent_begins_an_article(shop: RunningShop, chat: str) -> None:
    opened = await opened_chat(shop, chat, "如何保存活虾")
    await shop.say("活虾当天吃最好，吃不完沥干冷藏。", "m2", conversation=chat, role="agent")
    path, agent = f"/api/v1/conversations/{opened['id']}", shop.bearer("小林")
    told = await eventually(shop, path, agent, lambda answer: len(answer["messages"]) == 2)
    reply = told["messages"][1]["id"]

    page = await shop.client.get(f"/kb/article/new?from_message={reply}&conversation={opened['id']}", headers=agent)
    strangers = await shop.client.get(
        f"/kb/article/new?from_message={reply}&conversation={opened['id']}", headers=outsider(shop)
    )

    begun = state_of(page.text)["body"]
    assert (begun["text"], begun["asks"]) == ("活虾当天吃最好，吃不完沥干冷藏。", ["如何保存活虾"])
    assert "text" not in state_of(strangers.text)["body"]


def state_of(page: str) -> dict[str, Any]:
    """Return what a page tells its scripts."""
    found = re.search(r'<script type="application/json" id="state">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])
