"""Everything but articles is edited by forms: checked as typed, tried before it is live, live once published."""

import json
from typing import Any

import pytest

from tests.shop import RunningShop
from tests.web.conftest import outsider

pytestmark = pytest.mark.anyio

OFFER = {
    "id": "offer-orange",
    "title": "买虾搭柠檬",
    "product": "柠檬",
    "products": ["shrimp"],
    "feature": "皮薄多汁",
    "advantage": "比本店的青柠汁多",
    "benefit": "蒸虾去腥",
    "say": "要不要带个柠檬？{{ proof }}",
    "evidence": {
        "kind": "sales",
        "text": "{{ proof }}",
        "fact": {"value": "2026年10月售出300份", "source": {"title": "订单统计", "issuer": "本店", "year": 2026}},
    },
    "reviewed": "2026-11-22",
}


async def body_of(shop: RunningShop, kind: str, entry_id: str) -> dict[str, Any]:
    answer = await shop.client.get(f"/api/v1/kb/entries/{kind}/{entry_id}", headers=shop.bearer("经理"))
    return answer.json()["published"]["body"]


async def formed(shop: RunningShop, kind: str, entry_id: str, body: dict[str, Any], who: str = "经理") -> Any:
    path = f"/api/v1/kb/forms/{kind}/{entry_id}?lang=zh"
    return (await shop.client.post(path, json={"body": body}, headers=shop.bearer(who))).json()


async def published(shop: RunningShop, kind: str, entry_id: str, body: dict[str, Any]) -> dict[str, Any]:
    manager = shop.bearer("经理")
    seen = (await shop.client.get(f"/api/v1/kb/entries/{kind}/{entry_id}", headers=manager)).json()
    draft = {"kind": kind, "entry_id": entry_id, "body": body, "base_number": seen["number"]}
    saved = (await shop.client.post("/api/v1/kb/drafts", json=draft, headers=manager)).json()
    wanted = {"revision": saved["revision"], "despite_warnings": True}
    answer = await shop.client.post(f"/api/v1/kb/drafts/{saved['id']}/publish", json=wanted, headers=manager)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tried(shop: RunningShop, kind: str, entry_id: str, what: str, **body: Any) -> Any:
    path = f"/api/v1/kb/effects/{kind}/{entry_id}/{what}?lang=zh"
    answer = await shop.client.post(path, json=body, headers=shop.bearer("经理"))
    assert answer.status_code in (200, 202), answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("kind", "entry_id"),
    [("policy", "hours"), ("policy", "remedy"), ("lexicon", "topics"), ("script", "solution"), ("product", "shrimp")],
)
async def test_what_is_published_is_whole_and_changes_nothing(shop: RunningShop, kind: str, entry_id: str) -> None:
    told = await formed(shop, kind, entry_id, await body_of(shop, kind, entry_id))

    assert (told["problems"], told["changes"]) == ([], [])


async def test_a_problem_leads_to_its_field_and_a_change_is_told_by_label(shop: RunningShop) -> None:
    body = await body_of(shop, "policy", "remedy")
    wrong = {**body, "budget": {**body["budget"], "daily_fen": -1}}
    other = {**body, "coupon_valid_days": 45}

    problems = (await formed(shop, "policy", "remedy", wrong))["problems"]
    changes = (await formed(shop, "policy", "remedy", other))["changes"]

    assert problems == [{"path": ["budget", "daily_fen"], "message": "不能小于 0"}]
    assert changes[0] == {"where": ["补偿券至少有效"], "before": "30 天", "after": "45 天"}


async def test_a_new_offer_is_previewed_linted_and_published(shop: RunningShop) -> None:
    told = await formed(shop, "offer", "offer-orange", OFFER)
    spoilt = await formed(shop, "offer", "offer-orange", {**OFFER, "feature": "全网最好，3斤装"})

    assert "要不要带个柠檬" in told["preview"]
    assert told["findings"] == []
    assert {one["level"] for one in spoilt["findings"]} == {"error"}

    done = await published(shop, "offer", "offer-orange", OFFER)
    assert done["changed"] == ["offer/offer-orange"]
    library = shop.process.libraries.current("s1").library
    assert [one.id for one in library.offers] == ["offer-orange"]


async def test_a_sentence_is_judged_by_the_draft_before_it_is_live(shop: RunningShop) -> None:
    body = await body_of(shop, "lexicon", "forbidden")
    group = {"id": "own-words", "category": "abuse", "level": "block", "zh": "本店不说", "en": "not ours"}
    body["groups"].append({**group, "basis": "own", "terms": ["嘟嘟囔囔"]})

    told = await tried(shop, "lexicon", "forbidden", "sentence", body=body, text="别嘟嘟囔囔的")

    assert told["draft"]["checked"]["action"] == "block"
    assert told["now"]["checked"]["action"] == "let"


async def test_an_alert_is_tried_before_it_is_live(shop: RunningShop) -> None:
    body = await body_of(shop, "policy", "alerts")
    flag = {"id": "own-flag", "zh": "找居委会", "en": "the neighbourhood office", "words": ["居委会"]}
    body["red_flags"].append(flag)

    told = await tried(shop, "policy", "alerts", "sentence", body=body, text="我去找居委会")

    assert told["draft"]["alerts"] == ["找居委会"]
    assert told["now"]["alerts"] == []


async def test_answers_are_measured_on_known_questions(shop: RunningShop) -> None:
    body = await body_of(shop, "policy", "answers")

    told = await tried(shop, "policy", "answers", "regression", body=body)

    assert told["n"] == 2
    assert told["before"] == told["after"]


async def test_hours_say_whether_somebody_is_there_now(shop: RunningShop) -> None:
    shut = {"shifts": [{"days": [1], "start": "03:00", "until": "03:01"}]}

    told = await tried(shop, "policy", "hours", "now", body=shut)
    always = await tried(shop, "policy", "hours", "now", body={})

    assert told["open"] is False
    assert told["changes_at"].endswith("03:00")
    assert (always["open"], always["changes_at"]) == (True, None)


async def test_a_changed_remedy_policy_is_simulated(shop: RunningShop) -> None:
    body = await body_of(shop, "policy", "remedy")

    told = await tried(shop, "policy", "remedy", "cost", body={**body, "minimum_refund_fen": 300})

    assert told["job"]


async def test_a_published_target_is_the_dashboards_at_once(shop: RunningShop) -> None:
    body = {"targets": [{"kpi": "K1", "value": 0.5, "source": "自己定"}, {"kpi": "K14", "rule": "at_most", "value": 3}]}
    body["targets"][1]["source"] = "自己定"

    await published(shop, "policy", "targets", body)

    answer = (await shop.client.get("/api/v1/kpis", headers=shop.bearer("经理"))).json()
    by_id = {one["id"]: one for one in answer["kpis"]}
    assert (by_id["K1"]["target"], by_id["K1"]["target_rule"]) == (0.5, "at_least")
    assert (by_id["K14"]["target"], by_id["K14"]["target_rule"]) == (3, "at_most")
    assert by_id["K2"]["target"] is None


async def test_pages_stand_in_every_language_and_shut_others_out(shop: RunningShop) -> None:
    for language in ("zh", "zh-TW", "en"):
        for path in ("/kb/parts", "/kb/policy/hours", "/kb/offer/new-one", "/kb/import"):
            page = await shop.client.get(f"{path}?lang={language}", headers=shop.bearer("经理"))
            assert page.status_code == 200
            assert "style=" not in page.text
    assert (await shop.client.get("/kb/policy/nothing", headers=shop.bearer("经理"))).status_code == 404
    assert (await shop.client.get("/kb/lexicon/learned_topics", headers=shop.bearer("经理"))).status_code == 404
    other = await shop.client.get("/api/v1/kb/entries/offer/offer-orange", headers=outsider(shop, "外经理"))
    assert other.json()["published"] is None


async def test_hostile_texts_stay_texts(shop: RunningShop) -> None:
    body = {**OFFER, "id": "offer-x", "title": "<img src=x onerror=alert(1)>"}

    told = await formed(shop, "offer", "offer-x", body)

    assert "<img src=x" not in told["preview"]
    saved = {"kind": "offer", "entry_id": "offer-x", "body": body, "base_number": 1}
    manager = shop.bearer("经理")
    assert (await shop.client.post("/api/v1/kb/drafts", json=saved, headers=manager)).status_code == 200
    page = (await shop.client.get("/kb/offer/offer-x", headers=manager)).text
    assert "<img src=x" not in page
    assert json.dumps("&lt;img src=x")[1:-1] in page
