"""A shop owner changes rules and brings answers without code: by form, seen before it is live, live once published."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.browser.conftest import Demo, Opener, Window, run_demo

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

PUBLISHED = "已发布，版本"
SLOW_MS = 20_000
FORMS = (
    *("policy/remedy", "policy/promises", "policy/service", "policy/guards"),
    *("lexicon/topics", "lexicon/synonyms", "script/solution", "product/shrimp"),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with run_demo(tmp_path_factory.mktemp("forms")) as running:
        yield running


@pytest.fixture(scope="module")
def _manager(window: Opener, shop: Demo) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(shop.told["manager"])
        page.locator("main .tiles").wait_for()
        page.close()
        yield opened


@pytest.fixture
def manager(_manager: Window) -> Iterator[Window]:
    _manager.errors.clear()
    yield _manager
    assert _manager.take_errors() == []
    for page in _manager.context.pages[1:]:
        page.close()


def opened(manager: Window, shop: Demo, path: str) -> "Page":
    page = manager.page()
    page.goto(f"{shop.url}{path}?lang=zh")
    return page


def publish(page: "Page") -> None:
    """Publish, past warnings if there are any."""
    page.locator("#publish").click()
    done = page.locator("#status").filter(has_text=PUBLISHED)
    anyway = page.get_by_role("button", name="看过提醒，仍要发布")
    done.or_(anyway).first.wait_for(timeout=SLOW_MS)
    if anyway.is_visible():
        anyway.click()
    expect(done).to_be_visible(timeout=SLOW_MS)


def test_a_target_is_changed_and_the_dashboard_has_it(manager: Window, shop: Demo) -> None:
    page = opened(manager, shop, "/kb/policy/targets")
    row = page.locator(".item").filter(has_text="K1 知识库调用率").first
    row.locator("summary").click()
    row.get_by_label("目标值").fill("0.85")

    expect(page.locator("#changes")).to_contain_text("0.85")
    publish(page)

    assert shop.kpi("K1")["target"] == 0.85


def test_an_hour_is_changed_and_says_at_once_whether_somebody_is_there(manager: Window, shop: Demo) -> None:
    page = opened(manager, shop, "/kb/policy/hours")
    for day in ("周一", "周二", "周三", "周四", "周五", "周六"):
        page.get_by_label(day).uncheck()
    page.get_by_label("开始").fill("03:00")
    page.get_by_label("结束").fill("03:01")

    expect(page.locator("#hours-now")).to_contain_text("现在没人")
    expect(page.locator("#changes")).to_contain_text("周一、周二")
    page.locator("#save").click()
    expect(page.locator("#status")).to_contain_text("草稿已保存")
    page.reload()
    expect(page.get_by_label("开始")).to_have_value("03:00")


def test_a_forbidden_word_is_tried_under_the_draft_then_published_and_stops_an_agent(
    manager: Window, shop: Demo
) -> None:
    page = opened(manager, shop, "/kb/lexicon/forbidden")
    group = page.locator(".item").filter(has_text="辱骂").first
    group.locator("summary").first.click()
    terms = group.get_by_label("违禁词", exact=True)
    terms.fill(f"{terms.input_value()}\n嘟嘟囔囔")
    page.locator("#sentence").fill("别嘟嘟囔囔的")
    page.locator("#try button").click()

    expect(page.locator("#tried .verdict").first).to_have_text("拦住不发", timeout=SLOW_MS)
    expect(page.locator("#tried .verdict").last).to_have_text("可以发")
    publish(page)

    expect(page.locator("#changes")).to_contain_text("没有改动")


def test_money_is_written_in_yuan_and_an_error_stands_at_its_field(manager: Window, shop: Demo) -> None:
    page = opened(manager, shop, "/kb/policy/remedy")
    daily = page.get_by_label("退款最少")
    daily.fill("abc")
    expect(page.locator(".wrong").filter(has_text="要写整数")).to_be_visible()
    daily.fill("2.5")

    expect(page.locator(".wrong:visible")).to_have_count(0)
    expect(page.locator("#changes")).to_contain_text("2.5 元")
    page.locator("#simulate").click()
    page.wait_for_url("**/simulator?job=*")


def test_an_offer_is_written_previewed_and_published(manager: Window, shop: Demo) -> None:
    page = opened(manager, shop, "/kb/parts")
    page.locator('[data-new="offer"] input').fill("offer-lemon")
    page.locator('[data-new="offer"] button').click()
    page.wait_for_url("**/kb/offer/offer-lemon*")
    # A script without goods of the catalogue brings its own proof.
    page.locator('fieldset[data-name="fact"] [data-there]').check()
    for name, value in (
        ("标题", "买虾搭柠檬"),
        ("推荐的商品（店里的叫法）", "柠檬"),
        ("特点：是什么样的", "皮薄多汁 <img src=x onerror=alert()>"),
        ("优势：比本店另一款好在哪", "比本店的青柠汁多"),
        ("好处：顾客得到什么", "蒸虾去腥"),
        ("发给顾客的话", "要不要带个柠檬？{{ proof }}"),
        ("证据怎么说（用 {{ proof }} 写数字）", "{{ proof }}"),
        ("数值（带单位）", "2026年10月售出300份"),
        ("谁发布的", "本店"),
    ):
        page.locator("#form").get_by_label(name, exact=True).first.fill(value)
    page.get_by_label("先用哪种证据").select_option("sales")
    evidence = page.locator('fieldset[data-name="fact"]')
    evidence.get_by_label("标题", exact=True).fill("订单统计")
    evidence.locator("[data-which]").select_option(label="写年份")
    evidence.locator('[data-name="year"] input:visible').fill("2026")
    page.get_by_role("button", name="选择… 问到这些商品时推荐").click()
    page.get_by_label("虾", exact=True).check()

    expect(page.locator("#preview")).to_contain_text("要不要带个柠檬", timeout=SLOW_MS)
    publish(page)


def test_offers_are_found_by_what_they_go_with(manager: Window, shop: Demo) -> None:
    page = opened(manager, shop, "/kb/parts")
    section = page.locator("section", has=page.locator("#h-offer"))
    box = section.get_by_label("筛选推荐")
    box.fill("三文鱼")

    expect(section.get_by_role("link", name="三文鱼配刺身酱油芥末")).to_be_visible()
    expect(section.get_by_role("link", name="鲫鱼汤配豆腐")).to_be_hidden()
    box.fill("没有这样的推荐")
    expect(section.get_by_role("status")).to_have_text("没有符合的，换个词试试。")
    box.fill("")
    expect(section.locator("details[open]")).to_have_count(0)


def test_a_shipped_script_is_previewed_with_the_shops_own_goods(manager: Window, shop: Demo) -> None:
    page = opened(manager, shop, "/kb/offer/salmon-sashimi-soy")

    expect(page.locator("#preview .goods").first).to_have_text("山葵刺身酱油 2瓶装", timeout=SLOW_MS)
    expect(page.locator("#preview .sayable")).to_contain_text("山葵刺身酱油 2瓶装")
    expect(page.locator("#preview .slot")).to_have_count(0)
    expect(page.locator('[data-name="say_to"] .said').first).to_contain_text("新顾客 · ")


def test_a_script_of_any_goods_is_previewed_with_named_blanks(manager: Window, shop: Demo) -> None:
    page = opened(manager, shop, "/kb/offer/pair-often-together")

    expect(page.locator("#preview .fabe .slot").first).to_have_text("商品特点", timeout=SLOW_MS)
    expect(page.locator("#preview")).not_to_contain_text("{{")


def test_a_table_is_brought_in_and_the_same_again_is_nothing_new(manager: Window, shop: Demo, tmp_path: Path) -> None:
    table = tmp_path / "答案.csv"
    table.write_text("问,答\n蟹绳要剪掉嗎,蒸之前剪掉\n草莓怎么保存,别洗\n", encoding="gb18030")
    page = opened(manager, shop, "/kb/import")

    page.locator("#file").set_input_files(table)
    expect(page.locator("#counts")).to_contain_text("新增 1", timeout=SLOW_MS)
    expect(page.locator("#rows")).to_contain_text("蟹绳要剪掉吗")
    page.get_by_label("“答”这一列是").select_option("")
    expect(page.locator("#problem")).to_be_visible()
    page.get_by_label("“答”这一列是").select_option("text")
    expect(page.locator("#counts")).to_contain_text("新增 1")
    page.locator("#keep").click()
    expect(page.locator("#status")).to_contain_text("1 条待审核")

    page.reload()
    page.locator("#file").set_input_files(table)
    expect(page.locator("#counts")).to_contain_text("没变化 1", timeout=SLOW_MS)


def test_every_form_sends_back_what_is_published(manager: Window, shop: Demo) -> None:
    """What `static/model-gather.js` reads from a page is what `web/model_form.py` put there."""
    page = manager.page()
    headers = {"Authorization": f"Bearer {shop.told['manager_token']}"}
    paths = (
        "policy/remedy",
        "policy/promises",
        "policy/service",
        "lexicon/topics",
        "lexicon/synonyms",
        "script/solution",
    )
    for path in paths:
        page.goto(f"{shop.url}/kb/{path}?lang=en")
        gathered = page.evaluate(
            "() => import('/static/model-gather.js').then((m) => m.gather(document.querySelector('#form [data-kind]')))"
        )
        with httpx.Client(trust_env=False, timeout=30, headers=headers) as client:
            told = client.post(f"{shop.url}/api/v1/kb/forms/{path}", json={"body": gathered, "lint": False}).json()
        assert (told["problems"], told["changes"]) == ([], []), path
