"""The crisis view and the alerts' API: for leads and above, worst first, with words, moods and a verdict."""

import re
from datetime import timedelta
from typing import Any

import pytest

from assist.domain.ids import conversation_id_of
from assist.domain.mood import MoodName
from assist.web.alerts import MoodOut
from assist.web.risks_page import mood_line
from tests.conftest import NOW
from tests.shop import SHOP, RunningShop

from .conftest import eventually, outsider

pytestmark = pytest.mark.anyio

ILL = "孩子吃完食物中毒进了医院<b>"
CALM = "活虾怎么保存比较好"


async def called(shop: RunningShop, chat: str, text: str = ILL) -> dict[str, Any]:
    """Let a customer say it, and return the alert that is raised."""
    assert (await shop.say(text, "m1", conversation=chat)).status_code == 202
    conversation = conversation_id_of(SHOP, "generic", "main", chat)

    def ours(answer: Any) -> list[dict[str, Any]]:
        return [one for one in answer["alerts"] if one["conversation_id"] == conversation]

    found = await eventually(shop, "/api/v1/alerts?state=open", shop.bearer("经理"), ours)
    (alert,) = ours(found)
    return alert


async def judge(shop: RunningShop, alert: dict[str, Any], verdict: str, by: str = "经理") -> Any:
    path = f"/api/v1/alerts/{alert['id']}/judge"
    return await shop.client.post(path, json={"verdict": verdict}, headers=shop.bearer(by))


async def page(shop: RunningShop, language: str = "zh") -> str:
    answer = await shop.client.get(f"/risks?lang={language}", headers=shop.bearer("经理"))
    assert answer.status_code == 200
    return answer.text


def shown(html: str, conversation: str) -> str:
    """Return what the page says of a conversation to look at now."""
    found = re.search(rf'<article class="item risk[^>]*data-id="{conversation}".*?</article>', html, re.DOTALL)
    return found.group() if found else ""


async def test_the_page_and_the_api_are_for_leads_and_managers(shop: RunningShop) -> None:
    unknown = await shop.client.get("/risks")
    agent = await shop.client.get("/risks", headers=shop.bearer("小林"))

    assert 'data-to="/risks"' in unknown.text
    assert agent.status_code == 403
    assert "只给主管和经理看" in agent.text
    for path in ("/api/v1/alerts?state=open", "/api/v1/risks"):
        assert (await shop.client.get(path)).status_code == 401
        assert (await shop.client.get(path, headers=shop.bearer("小林"))).status_code == 403
    assert (await judge(shop, {"id": "any"}, "right", by="小林")).status_code == 403


async def test_an_alert_tells_its_reason_and_words_and_takes_one_verdict(shop: RunningShop, chat: str) -> None:
    alert = await called(shop, chat)

    assert alert["red_flag"]
    assert "illness" in [reason["rule"] for reason in alert["reasons"]]
    assert "食物中毒" in "".join(alert["words"])
    first = await judge(shop, alert, "right")
    again = await judge(shop, alert, "right")
    other = await judge(shop, alert, "wrong")
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["judged_by"]) == ("right", "经理")
    assert other.json()["error"]["code"] == "judged_otherwise"
    open_now = (await shop.client.get("/api/v1/alerts?state=open", headers=shop.bearer("经理"))).json()["alerts"]
    assert alert["id"] not in [one["id"] for one in open_now]


async def test_an_unknown_alert_is_404_and_another_verdict_422(shop: RunningShop, chat: str) -> None:
    alert = await called(shop, chat)

    assert (await judge(shop, {"id": "nothing"}, "right")).status_code == 404
    assert (await judge(shop, alert, "open")).status_code == 422


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_shows_reasons_words_mood_and_the_verdict(shop: RunningShop, chat: str, language: str) -> None:
    alert = await called(shop, chat)

    html = await page(shop, language)
    said = shown(html, alert["conversation_id"])

    assert ("踩到红线" if language == "zh" else "Red flag") in said
    assert re.search(r"<mark>[^<]*食物中毒[^<]*</mark>", said)
    assert re.findall(r'<button[^>]*value="(\w+)"', said) == ["right", "wrong"]
    assert re.search(r'<svg class="spark[^>]*role="img"\s+aria-label="[^"]+"', said)
    assert "&lt;b&gt;" in said
    assert f"conversation={alert['conversation_id']}" in said
    assert not re.search(r"\sstyle=|\son\w+=", html)
    assert 'href="/risks?lang=' in html
    assert 'aria-current="page"' in html


async def test_what_was_judged_wrong_is_off_the_page(shop: RunningShop, chat: str) -> None:
    alert = await called(shop, chat)

    await judge(shop, alert, "wrong")

    assert "<form" not in shown(await page(shop), alert["conversation_id"])


async def test_risks_are_listed_worst_first_with_their_sum(shop: RunningShop, chat: str) -> None:
    alert = await called(shop, chat)
    assert (await shop.say(CALM, "m1", conversation=f"{chat}-calm")).status_code == 202
    calm = conversation_id_of(SHOP, "generic", "main", f"{chat}-calm")

    def both(answer: Any) -> bool:
        return {calm, alert["conversation_id"]} <= {one["conversation"]["id"] for one in answer["risks"]}

    listed = (await eventually(shop, "/api/v1/risks", shop.bearer("经理"), both))["risks"]

    scores = [one["score"] for one in listed]
    assert scores == sorted(scores, reverse=True)
    by_id = {one["conversation"]["id"]: one for one in listed}
    assert by_id[calm]["score"] < by_id[alert["conversation_id"]]["score"]
    ours = by_id[alert["conversation_id"]]
    assert ours["score"] == min(100, sum(reason["score"] for reason in ours["reasons"]))
    assert ours["alerts"][0]["id"] == alert["id"]


async def test_another_shop_sees_none_of_it(shop: RunningShop, chat: str) -> None:
    alert = await called(shop, chat)
    others = outsider(shop, "外经理")

    assert alert["conversation_id"] not in (await shop.client.get("/risks", headers=others)).text
    assert (await shop.client.get("/api/v1/alerts", headers=others)).json() == {"alerts": []}
    assert (await shop.client.get("/api/v1/risks", headers=others)).json() == {"risks": []}
    path = f"/api/v1/alerts/{alert['id']}/judge"
    assert (await shop.client.post(path, json={"verdict": "right"}, headers=others)).status_code == 404


def moods_of(*scores: float) -> list[MoodOut]:
    return [
        MoodOut(turn_id=str(at), at=NOW + timedelta(minutes=at), score=score, name=MoodName.neutral)
        for at, score in enumerate(scores)
    ]


def test_a_mood_line_goes_down_as_moods_do() -> None:
    """96 by 24 with an edge of 3: from happy (3) over nothing (12) to angry (21), in steps of 45."""
    line = mood_line(moods_of(1.0, 0.0, -1.0))

    assert line is not None
    assert line.points == "3.0,3.0 48.0,12.0 93.0,21.0"
    assert line.last == (93.0, 21.0)
    assert line.zero == 12.0


def test_one_mood_is_a_level_line_and_none_is_no_line() -> None:
    line = mood_line(moods_of(-1.0))

    assert line is not None
    assert line.points == "3.0,21.0 93.0,21.0"
    assert mood_line([]) is None
