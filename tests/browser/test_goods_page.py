"""Goods in a browser: brought from a table, looked at, set by hand; and what goes with what."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Demo, Opener, Window, run_demo

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
TABLE = "\n".join(
    (
        "商品编码,商品名,价格(元),库存,评分,评价数,评价起,评价止",
        f"B-1,{HOSTILE},12.90,20,4.9,1203,2026-05-01,2026-10-31",
        "B-2,浏览器里的虾滑,19.90,0,,,,",
        "B-3,写错的,12.345,3,,,,",
    )
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this module's own: its goods are changed."""
    with run_demo(tmp_path_factory.mktemp("goods")) as running:
        yield running


@pytest.fixture(scope="module")
def manager(window: Opener, kb: Demo) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(kb.told["manager"])
        page.locator(".top .who").wait_for()
        yield opened


def choose(page: "Page", text: str) -> None:
    page.locator("#file").set_input_files([{"name": "商品.csv", "mimeType": "text/csv", "buffer": text.encode()}])
    page.locator("#plan").wait_for()


def test_a_table_is_seen_then_kept_and_found_in_the_list(kb: Demo, manager: Window) -> None:
    page = manager.page()
    page.goto(f"{kb.url}/kb/goods/import?lang=zh")
    choose(page, TABLE)

    assert page.get_by_text("小数超过两位").is_visible()
    assert "新增 2" in page.locator("#counts").inner_text()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存：2 个商品").wait_for()

    page.goto(f"{kb.url}/kb/goods?lang=zh&q=B-1")
    page.get_by_role("link", name=HOSTILE).wait_for()
    assert page.get_by_text("12.90").is_visible()
    assert manager.take_errors() == []


def test_another_column_is_chosen_and_the_plan_follows(kb: Demo, manager: Window) -> None:
    page = manager.page()
    page.goto(f"{kb.url}/kb/goods/import?lang=zh")
    choose(page, "商品编码,商品名,多少钱\nB-9,列名不认识,9.9")
    assert "12.90" not in page.locator("#rows").inner_text()

    page.get_by_label("“多少钱”这一列是").select_option("price")

    page.locator("#rows").get_by_text("9.90").wait_for()
    assert manager.take_errors() == []


def test_stock_is_set_by_hand_with_the_keyboard(kb: Demo, manager: Window) -> None:
    page = manager.page()
    page.goto(f"{kb.url}/kb/goods/sku/B-1?lang=zh")
    stock = page.get_by_role("spinbutton", name="库存")

    stock.fill("0")
    stock.press("Enter")

    page.locator("#fact-stock .told").get_by_text("0", exact=True).wait_for()
    assert manager.take_errors() == []


def test_yuan_are_set_to_the_fen(kb: Demo, manager: Window) -> None:
    page = manager.page()
    page.goto(f"{kb.url}/kb/goods/sku/B-1?lang=zh")

    page.get_by_label("价格（元）").fill("4.35")
    page.get_by_role("button", name="保存价格").click()

    page.locator("#fact-price").get_by_text("4.35 元").wait_for()
    assert manager.take_errors() == []


def test_evidence_is_added_judged_and_ended(kb: Demo, manager: Window) -> None:
    page = manager.page()
    page.goto(f"{kb.url}/kb/goods/sku/B-2?lang=zh")
    page.get_by_text("补一条证据").click()
    form = page.locator("details[open] form")
    form.get_by_label("哪类证据").select_option("certificate")
    form.get_by_label("对顾客说的话").fill("有机产品，零农残")
    form.get_by_label("凭证名称").fill("有机证书")
    form.get_by_label("出具单位").fill("某中心")
    form.get_by_label("日期", exact=True).fill("2026-01-01")
    form.get_by_role("button", name="保存").click()

    fact = page.locator("#fact-certificate")
    fact.get_by_text("不能用").wait_for()
    assert fact.get_by_text("证书没写有效期到哪天").is_visible()
    end = fact.get_by_role("button", name="停用证书")
    end.click()
    page.get_by_text("再点一次确认").wait_for()
    end.click()

    fact.get_by_text("现在无效").wait_for()
    assert manager.take_errors() == []


def test_a_pair_is_added_refused_and_told_why_it_cannot_be(kb: Demo, manager: Window) -> None:
    page = manager.page()
    page.goto(f"{kb.url}/kb/pairs?lang=zh")
    page.get_by_label("买了（商品编码）").fill("B-1")
    page.get_by_label("也推荐（商品编码）").fill("NOBODY")
    page.get_by_role("button", name="加上").click()
    page.locator("#problem").get_by_text("NOBODY").wait_for()
    assert manager.take_errors("404") == []

    page.get_by_label("也推荐（商品编码）").fill("B-2")
    page.get_by_role("button", name="加上").click()
    row = page.get_by_role("row", name="浏览器里的虾滑")
    row.get_by_text("已允许").wait_for()
    row.get_by_role("button", name="拒绝").click()

    row.get_by_text("已拒绝").wait_for()
    assert manager.take_errors() == []


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", ["/kb/goods", "/kb/goods/import", "/kb/goods/sku/B-1", "/kb/pairs"])
def test_no_page_is_wider_than_the_window(kb: Demo, manager: Window, path: str, width: int) -> None:
    page = manager.page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{kb.url}{path}?lang=en")

    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(wider) is False
