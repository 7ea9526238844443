"""What the shop sells: read by anybody of it, changed by those who decide on offers, and never another shop's."""

from datetime import timedelta
from typing import Any

import pytest

from tests.shop import RunningShop
from tests.web.conftest import eventually, outsider

pytestmark = pytest.mark.anyio

TABLE = "\n".join(
    (
        "商品编码,商品名,价格(元),库存,评分,评价数,评价起,评价止,活动价,活动名,活动结束",
        'SAUCE/1 大,刺身酱油 150ml,12.90,20,4.9,"1,203",2026-05-01,2026-10-31,9.9,周末价,2026-11-30',
        "KNIFE-1,三文鱼刀,59,0,,,,,,,",
        "BAD-1,坏的一行,12.345,3,,,,,,,",
    )
)
SAUCE = "SAUCE%2F1%20%E5%A4%A7"


async def brought(shop: RunningShop, text: str = TABLE, who: str = "经理", **fields: str) -> Any:
    files = {"file": ("商品.csv", text.encode())}
    headers = shop.bearer(who)
    return await shop.client.post("/api/v1/goods-import?lang=zh", files=files, data=fields, headers=headers)


async def kept(shop: RunningShop, text: str = TABLE) -> None:
    assert (await brought(shop, text, dry_run="false")).status_code == 200


async def asked(shop: RunningShop, path: str, who: str = "小林") -> Any:
    return await shop.client.get(path, headers=shop.bearer(who))


async def put(shop: RunningShop, fact_id: str, who: str = "经理", **body: Any) -> Any:
    return await shop.client.put(f"/api/v1/facts/{fact_id}", json=body, headers=shop.bearer(who))


async def test_a_table_is_seen_before_it_is_kept(shop: RunningShop) -> None:
    seen = (await brought(shop)).json()
    again = (await brought(shop)).json()

    assert (seen["counts"]["skipped"], again["counts"]) == (1, seen["counts"])
    wrong = seen["rows"][0]
    assert (wrong["line"], wrong["state"]) == (4, "skipped")
    assert wrong["findings"] == ["“价格(元)”里的“12.345”小数超过两位，写到分为止，如 12.35"]
    assert seen["kept"] is None


async def test_what_was_looked_at_is_kept_once(shop: RunningShop) -> None:
    text = "SKU,商品名,价格\nONCE-1,只导一次,9.9"
    seen = (await brought(shop, text)).json()

    told = (await brought(shop, text, dry_run="false", digest=seen["digest"])).json()
    again = await brought(shop, text, dry_run="false", digest=seen["digest"])

    assert told["kept"] == {"goods": 1, "facts": 1}
    assert again.status_code == 409
    assert (await brought(shop, text)).json()["counts"]["same"] == 1


async def test_goods_are_listed_with_what_can_be_said_of_them(shop: RunningShop) -> None:
    await kept(shop)

    told = (await asked(shop, "/api/v1/goods?q=sauce")).json()

    assert told["total"] == 1
    (sauce,) = told["goods"]
    assert (sauce["price_fen"], sauce["promotion_fen"], sauce["stock"]) == (1290, 990, 20)
    assert sauce["evidence"] == ["rating"]


async def test_one_sku_is_found_whatever_characters_it_has(shop: RunningShop) -> None:
    await kept(shop)

    told = (await asked(shop, f"/api/v1/goods/{SAUCE}")).json()
    page = await asked(shop, f"/kb/goods/sku/{SAUCE}?lang=zh")

    assert told["sku"] == "SAUCE/1 大"
    assert page.status_code == 200
    assert "rating:SAUCE/1 大" in page.text
    assert "1203条评价" in page.text


async def test_a_facts_id_leads_to_it(shop: RunningShop) -> None:
    await kept(shop)

    told = (await asked(shop, f"/api/v1/facts/rating:{SAUCE}")).json()

    assert (told["id"], told["sku"], told["proof"], told["unfit"]) == ("rating:SAUCE/1 大", "SAUCE/1 大", True, [])
    assert told["value"]["count"] == 1203
    for missing in ("rating:NOTHING", "nonsense", "offer:nothing"):
        assert (await asked(shop, f"/api/v1/facts/{missing}")).status_code == 404


async def test_a_fact_is_set_and_ended_by_hand(shop: RunningShop) -> None:
    await kept(shop)

    set_ = await put(shop, f"stock:{SAUCE}", value=0)
    ended = await shop.client.delete(f"/api/v1/facts/rating:{SAUCE}", headers=shop.bearer("经理"))

    assert (set_.status_code, set_.json()["stock"]) == (200, 0)
    assert (ended.status_code, ended.json()["holds"]) == (200, False)
    now = (await asked(shop, f"/api/v1/goods/{SAUCE}")).json()
    assert (now["evidence"], now["stock"]) == ([], 0)


@pytest.mark.parametrize(
    ("fact", "body", "status", "said"),
    [
        pytest.param("stock", {"value": -1}, 422, "value", id="负库存"),
        pytest.param("price", {"value": 12.9}, 422, "value", id="价格写了元"),
        pytest.param("listed", {"value": "是"}, 422, "value", id="上架不是真假"),
        pytest.param("weather", {"value": 1}, 422, "weather", id="不认识的事实"),
        pytest.param("certificate", {"value": {"text": "有机"}}, 422, "title", id="证据不全"),
        pytest.param("promotion", {"value": {"price_fen": 990}}, 422, "valid_until", id="活动没有结束"),
        pytest.param("stock", {"value": 1, "more": 1}, 422, "more", id="多余的字段"),
    ],
)
async def test_a_fact_of_the_wrong_shape_is_refused_with_its_field(
    shop: RunningShop, fact: str, body: dict[str, Any], status: int, said: str
) -> None:
    await kept(shop)

    answer = await put(shop, f"{fact}:{SAUCE}", **body)

    assert answer.status_code == status
    assert said in answer.text


async def test_facts_are_set_of_goods_that_are_there(shop: RunningShop) -> None:
    assert (await put(shop, "stock:NOBODY", value=1)).status_code == 404


async def test_an_agent_reads_and_does_not_change(shop: RunningShop) -> None:
    await kept(shop)

    assert (await brought(shop, who="小林")).status_code == 403
    assert (await put(shop, f"stock:{SAUCE}", who="小林", value=5)).status_code == 403
    ended = await shop.client.delete(f"/api/v1/facts/rating:{SAUCE}", headers=shop.bearer("小林"))
    assert ended.status_code == 403
    pair = {"sku": "KNIFE-1", "with_sku": "SAUCE/1 大", "state": "allowed"}
    assert (await shop.client.post("/api/v1/pairs", json=pair, headers=shop.bearer("小林"))).status_code == 403
    page = await asked(shop, f"/kb/goods/sku/{SAUCE}")
    assert page.status_code == 200
    assert "data-end" not in page.text


async def test_another_shops_goods_are_not_there(shop: RunningShop) -> None:
    await kept(shop)
    other = outsider(shop, "外经理")

    assert (await shop.client.get("/api/v1/goods", headers=other)).json()["total"] == 0
    assert (await shop.client.get(f"/api/v1/goods/{SAUCE}", headers=other)).status_code == 404
    assert (await shop.client.get(f"/api/v1/facts/stock:{SAUCE}", headers=other)).status_code == 404
    answer = await shop.client.put(f"/api/v1/facts/stock:{SAUCE}", json={"value": 1}, headers=other)
    assert answer.status_code == 404


async def test_a_pair_is_added_refused_and_left_to_the_figures(shop: RunningShop) -> None:
    await kept(shop)
    lead = shop.bearer("经理")
    pair = {"sku": "KNIFE-1", "with_sku": "SAUCE/1 大"}

    added = (await shop.client.post("/api/v1/pairs", json={**pair, "state": "allowed"}, headers=lead)).json()
    refused = (await shop.client.post("/api/v1/pairs", json={**pair, "state": "refused"}, headers=lead)).json()
    gone = (await shop.client.post("/api/v1/pairs", json={**pair, "state": "mined"}, headers=lead)).json()

    (one,) = added["pairs"]
    assert (one["state"], one["judged_by"], one["both"], one["with_title"]) == ("allowed", "经理", 0, "刺身酱油 150ml")
    assert [one["state"] for one in refused["pairs"]] == ["refused"]
    assert gone["pairs"] == []


@pytest.mark.parametrize(
    ("with_sku", "status"), [pytest.param("KNIFE-1", 422, id="同一个"), pytest.param("NOBODY", 404, id="没有的商品")]
)
async def test_a_pair_names_two_goods_that_are_there(shop: RunningShop, with_sku: str, status: int) -> None:
    await kept(shop)
    body = {"sku": "KNIFE-1", "with_sku": with_sku, "state": "allowed"}

    answer = await shop.client.post("/api/v1/pairs", json=body, headers=shop.bearer("经理"))

    assert answer.status_code == status


@pytest.mark.parametrize("language", ["zh", "zh-TW", "en"])
@pytest.mark.parametrize(
    "path", ["/kb/goods", "/kb/goods?q=nothing", "/kb/goods/import", "/kb/pairs", f"/kb/goods/sku/{SAUCE}"]
)
async def test_every_page_is_there_in_every_language(shop: RunningShop, path: str, language: str) -> None:
    await kept(shop)
    mark = "&" if "?" in path else "?"

    for who in ("小林", "经理"):
        assert (await asked(shop, f"{path}{mark}lang={language}", who)).status_code == 200
    signed_out = await shop.client.get(f"{path}{mark}lang={language}")
    assert signed_out.status_code == 200
    assert "刺身酱油" not in signed_out.text


async def test_a_file_that_cannot_be_read_says_why(shop: RunningShop) -> None:
    assert (await brought(shop, "")).status_code == 422
    told = (await brought(shop, "名称,价格\n虾滑,9.9")).json()
    assert told["problem"] == "请指定哪一列是 SKU（商品编码）"
    assert (await brought(shop, "")).json()["error"]["message"] == "文件是空的；第一行写列名，下面一行一个商品"
    twice = (await brought(shop, "码,名\n1,虾滑", columns='{"码": "sku", "名": "sku"}')).json()
    assert twice["problem"] == "有两列都选了“商品编码”，请只留一列"
    assert (await brought(shop, columns="{", dry_run="false")).status_code == 422


@pytest.mark.parametrize(
    ("fact", "value"),
    [("stock", "很多"), ("stock", True), ("price", 10**15), ("price", -1), ("listed", "yes"), ("promotion", None)],
)
async def test_a_told_value_that_cannot_be_read_is_kept_shown_so_and_taken_for_untold(
    shop: RunningShop, fact: str, value: Any
) -> None:
    await kept(shop, "SKU,商品名\nODD-1,说不清的货")
    answer = await shop.post(
        "fact.updated", {"fact": fact, "subject": "ODD-1", "value": value}, f"odd-{fact}-{len(str(value))}"
    )

    def is_there(one: Any) -> bool:
        return any(known["name"] == fact and known["value"] == value for known in one["facts"])

    told = await eventually(shop, "/api/v1/goods/ODD-1", shop.bearer("小林"), is_there)
    page = (await asked(shop, "/kb/goods/sku/ODD-1?lang=zh")).text
    listed = (await asked(shop, "/kb/goods?lang=zh")).text

    (shown,) = [one for one in told["facts"] if one["name"] == fact]
    assert (shown["value"], shown["unfit"]) == (value, ["unreadable"])
    assert answer.status_code == 202
    assert told[{"price": "price_fen", "promotion": "promotion_fen"}.get(fact, fact)] is None
    assert "这个值看不懂，按没说处理" in page
    assert "这个值看不懂，按没说处理" in listed
    assert ">None<" not in page


async def test_a_promotion_over_is_none(shop: RunningShop) -> None:
    await kept(shop)
    soon = (shop.clock() + timedelta(seconds=30)).isoformat()

    await put(shop, "promotion:KNIFE-1", value={"price_fen": 4900}, valid_until=soon)
    before = (await asked(shop, "/api/v1/goods/KNIFE-1")).json()
    await put(shop, "promotion:KNIFE-1", value={"price_fen": 4900}, valid_until=shop.clock().isoformat())
    after = (await asked(shop, "/api/v1/goods/KNIFE-1")).json()

    assert (before["promotion_fen"], after["promotion_fen"], after["price_fen"]) == (4900, None, 5900)
