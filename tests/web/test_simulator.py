"""Can a manager try a draft on kept complaints, and see who complains of what too often, and nobody else?"""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from assist.content.files import shipped_directory
from assist.store.queries import clusters, complaints
from assist.store.queries.clusters import ClusterRow
from tests.shop import SHOP, RunningShop
from tests.store.claims import complaint_row, keep_conversation, line_row

from .conftest import eventually, outsider

pytestmark = pytest.mark.anyio

DRAFT_CHANGE = ("minimum_refund_fen = 200", "minimum_refund_fen = 2000")


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Nothing here depends on the kind of database: one will do."""
    return f"sqlite:///{tmp_path_factory.mktemp('simulator') / 'assist.sqlite3'}"


@pytest.fixture(scope="module")
async def kept(shop: RunningShop) -> RunningShop:
    """A shop with the shipped remedy policy and three claims about a third of a box for 39.90, one of them old."""

    def keep(session: Session) -> None:
        for ref, days in (("k1", 0), ("k2", 5), ("k3", 60)):
            at = shop.clock() - timedelta(days=days)
            keep_conversation(session, ref)
            row = complaint_row(ref, at=at)
            complaints.save_complaint(session, row, [line_row(row, batch="B&7", warehouse="W1")])

    shop.process.writer.submit(keep).result()
    return shop


async def draft_of(shop: RunningShop) -> str:
    """Return the text the page offers: the published policy as a file."""
    page = (await shop.client.get("/simulator", headers=shop.bearer("经理"))).text
    found = re.search(r'<textarea id="published"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1].replace("&#34;", '"').replace("&amp;", "&")


async def simulated(shop: RunningShop, draft: str, days: int) -> dict[str, Any]:
    manager = shop.bearer("经理")
    begun = await shop.client.post("/api/v1/simulations", json={"draft": draft, "days": days}, headers=manager)
    assert begun.status_code == 202, begun.text
    path = f"/api/v1/simulations/{begun.json()['id']}"
    return await eventually(shop, path, manager, lambda answer: answer["state"] != "running")


async def test_a_draft_is_tried_on_kept_complaints_against_the_published_policy(kept: RunningShop) -> None:
    """A third of 39.90 is 13.30; under the draft no refund is below 20 yuan. Two claims lie within 28 days."""
    text = await draft_of(kept)
    draft = text.replace(*DRAFT_CHANGE)
    assert draft != text

    told = await simulated(kept, draft, 28)

    assert (told["state"], told["done"], told["of"], told["passed_over"]) == ("done", 2, 2, 0)
    result = told["result"]
    assert (result["policy"]["cost_fen"], result["against"]["cost_fen"]) == (4000, 2660)
    assert (result["comparison"]["better"], result["comparison"]["better_fen"]) == (2, 1340)


@pytest.mark.parametrize(("days", "cases"), [(7, 2), (28, 2), (90, 3)])
async def test_days_are_chosen(kept: RunningShop, days: int, cases: int) -> None:
    assert (await simulated(kept, await draft_of(kept), days))["result"]["cases"] == cases


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("zh", ("草稿共 ¥40.00，现行共 ¥26.60，多花 ¥13.40", "无从知道", "看对话", "查看数据表"), id="zh"),
        pytest.param("en", ("The draft comes to ¥40.00", "¥13.40 more", "is unknown", "Show the table"), id="en"),
    ],
)
async def test_the_result_is_a_page_with_charts_tables_and_chats(
    kept: RunningShop, language: str, words: tuple[str, ...]
) -> None:
    told = await simulated(kept, (await draft_of(kept)).replace(*DRAFT_CHANGE), 28)

    page = await kept.client.get(f"/simulator?job={told['id']}&lang={language}", headers=kept.bearer("经理"))

    assert page.status_code == 200
    for said in words:
        assert said in page.text
    assert page.text.count('<svg class="days"') == page.text.count('<svg class="tiers"') == 1
    assert page.text.count('role="img" aria-label=') == 2
    assert 'href="/desk?lang=' in page.text
    assert "conversation=k1" in page.text
    assert 'class="budget"' in page.text
    assert "style=" not in page.text


async def test_an_unfit_draft_names_every_line(kept: RunningShop) -> None:
    text = await draft_of(kept)
    line = next(number for number, one in enumerate(text.splitlines(), 1) if one == 'ladder = "spoilage"')
    draft = text.replace('ladder = "spoilage"', 'ladder = "nowhere"')

    answer = await kept.client.post(
        "/api/v1/simulations", json={"draft": draft, "days": 7}, headers=kept.bearer("经理")
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unfit_draft")
    (finding, *_) = [one for one in answer.json()["findings"] if "nowhere" in one["message"]]
    assert finding["line"] == line


async def test_a_draft_that_is_no_toml_names_its_line(kept: RunningShop) -> None:
    answer = await kept.client.post(
        "/api/v1/simulations", json={"draft": "a = 1\nb = \n", "days": 7}, headers=kept.bearer("经理")
    )

    assert (answer.status_code, [one["line"] for one in answer.json()["findings"]]) == (422, [2])


async def test_a_simulation_is_for_its_own_shops_leads_and_managers(kept: RunningShop) -> None:
    told = await simulated(kept, await draft_of(kept), 7)
    path, body = f"/api/v1/simulations/{told['id']}", {"draft": "", "days": 7}

    assert (await kept.client.get(path)).status_code == 401
    assert (await kept.client.get(path, headers=kept.bearer("小林"))).status_code == 403
    assert (await kept.client.get(path, headers=outsider(kept, "外经理"))).status_code == 404
    assert (await kept.client.post("/api/v1/simulations", json=body, headers=kept.bearer("小林"))).status_code == 403
    assert (await kept.client.get("/simulator", headers=kept.bearer("小林"))).status_code == 403


async def test_a_simulation_that_is_forgotten_says_so(kept: RunningShop) -> None:
    page = await kept.client.get("/simulator?job=gone&lang=zh", headers=kept.bearer("经理"))

    assert "这次试算已经不在了" in page.text


async def test_nothing_is_saved_or_published(kept: RunningShop) -> None:
    from assist.store.queries import libraries

    with kept.process.database.reader() as session:
        before = libraries.newest(session, SHOP)

    await simulated(kept, (await draft_of(kept)).replace(*DRAFT_CHANGE), 28)

    with kept.process.database.reader() as session:
        assert libraries.newest(session, SHOP) == before


async def test_the_shipped_policy_is_fit_to_try_on_the_shipped_library(kept: RunningShop) -> None:
    """What `kb check` accepts with the whole base is accepted here as far as this library knows its goods."""
    text = (shipped_directory() / "policy" / "remedy.toml").read_text(encoding="utf-8")

    answer = await kept.client.post("/api/v1/simulations", json={"draft": text, "days": 7}, headers=kept.bearer("经理"))

    messages = [one["message"] for one in answer.json().get("findings", [])]
    assert all("article" in one or "categories" in one or "service.toml" in one for one in messages)


def _cluster(shop: RunningShop, subject: str = "strawberry", day: str = "2026-11-21") -> int:
    ids = tuple(complaints.complaint_id_of(ref, 1) for ref in ("k1", "k2"))
    row = ClusterRow(SHOP, "product", subject, day, 3, 150_000, 12, ids, shop.clock())
    shop.process.writer.submit(lambda session: clusters.keep_cluster(session, row)).result()
    with shop.process.database.reader() as session:
        found = clusters.clusters_since(session, SHOP, shop.clock())
        return next(one.id for one in found if (one.subject, one.day) == (subject, day))


async def test_clusters_are_listed_with_what_is_behind_them_and_marked_as_seen(kept: RunningShop) -> None:
    cluster_id, manager = _cluster(kept), kept.bearer("经理")

    listed = (await kept.client.get("/api/v1/clusters", headers=manager)).json()["clusters"]
    seen = (await kept.client.post(f"/api/v1/clusters/{cluster_id}/seen", json={}, headers=manager)).json()

    (one,) = [cluster for cluster in listed if cluster["id"] == cluster_id]
    assert (one["orders"], one["expected"], one["seen_by"]) == (3, 0.15, None)
    assert [behind["conversation_id"] for behind in one["complaints"]] == ["k1", "k2"]
    assert (one["batches"], one["warehouses"]) == ({"B&7": 2}, {"W1": 2})
    assert seen["seen_by"] == "经理"


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("投诉扎堆", "商品", "百万分之 12", "标为看过")), ("en", ("12 in a million", "Mark as seen"))],
)
async def test_clusters_are_a_page(kept: RunningShop, language: str, words: tuple[str, ...]) -> None:
    day = {"zh": "2026-11-19", "en": "2026-11-20"}[language]
    _cluster(kept, day=day)
    _cluster(kept, "other-goods")

    page = await kept.client.get(f"/clusters?lang={language}&day={day}", headers=kept.bearer("经理"))

    for said in (*words, day, "conversation=k1", "B&amp;7 × 2"):
        assert said in page.text
    assert "other-goods" not in page.text
    assert "style=" not in page.text


async def test_clusters_are_for_their_own_shops_leads_and_managers(kept: RunningShop) -> None:
    path = f"/api/v1/clusters/{_cluster(kept)}/seen"

    assert (await kept.client.get("/api/v1/clusters")).status_code == 401
    assert (await kept.client.get("/api/v1/clusters", headers=kept.bearer("小林"))).status_code == 403
    assert (await kept.client.get("/clusters", headers=kept.bearer("小林"))).status_code == 403
    other = outsider(kept, "外经理")
    assert (await kept.client.get("/api/v1/clusters", headers=other)).json() == {"clusters": []}
    assert (await kept.client.post(path, content=json.dumps({}), headers=other)).status_code == 404
