"""An offer on a real desk: made after the answer, taken, paid, counted; gone with its goods; held back in trouble."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Demo, Opener, Window, run_demo
from .test_pages import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

QUESTION = "三文鱼今晚不吃完能放几天？"


@pytest.fixture(scope="module")
def selling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo whose numbers begin at nothing."""
    with run_demo(tmp_path_factory.mktemp("selling")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(window: Opener, selling: Demo) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(selling.told["desk"])
        page.locator("#rows").wait_for(state="attached")
        page.close()
        yield opened


def chat(selling: Demo, desk: Window, text: str, name: str) -> tuple[str, "Page"]:
    """Let a customer ask, and open the chat; return the conversation's ref and the page."""
    ref = selling.say(text, name=name)
    page = desk.page()
    page.goto(f"{selling.url}/desk")
    page.locator(".row", has_text=name).click()
    page.locator("fresh-assist[live]").wait_for()
    return ref, page


def offer_of(page: "Page") -> "Locator":
    return page.locator("#cards .card.offer")


def send(page: "Page", card: "Locator") -> None:
    """Put a card at the cursor and send it, as the agent would."""
    card.locator("[data-action=use]:visible").first.click()
    page.locator("#draft").press("Enter")


def sku_of(selling: Demo, title: str) -> tuple[str, int]:
    """Return the SKU and the price of what a card offers, as the shop's own list has them."""
    found = get(selling, f"/api/v1/goods?q={title}")["goods"][0]
    return found["sku"], found["price_fen"]


def get(selling: Demo, path: str) -> Any:
    import httpx

    headers = {"Authorization": f"Bearer {selling.told['manager_token']}"}
    with httpx.Client(base_url=selling.url, headers=headers, trust_env=False, timeout=10) as client:
        return client.get(path).raise_for_status().json()


def counted(selling: Demo, kpi: str, **wanted: int) -> dict[str, Any]:
    """Return a KPI once it says so."""
    eventually(lambda: all(selling.kpi(kpi)[name] == value for name, value in wanted.items()))
    return selling.kpi(kpi)


def test_an_offer_is_taken_and_paid_and_the_numbers_move(selling: Demo, desk: Window, window: Opener) -> None:
    ref, page = chat(selling, desk, QUESTION, "阿May")
    card = offer_of(page)
    card.wait_for()
    title = card.locator("h3 .goods").inner_text()
    sku, price_fen = sku_of(selling, title)
    before = selling.kpi("K18")["num"]

    send(page, page.locator("#cards .card:not(.offer)").first)
    # The answer is given: its cards go, what may follow it stays.
    page.locator("#cards .card:not(.offer)").first.wait_for(state="detached")
    card.wait_for()
    send(page, card)
    card.wait_for(state="detached")
    sent = counted(selling, "K18", num=before + 1)

    selling.say("好呀，给我来一份", name="阿May", ref=ref)
    order = {"order_ref": "N-1", "customer_ref": ref, "paid_fen": price_fen}
    line = {"line_ref": "1", "sku": sku, "title": title, "paid_fen": price_fen}
    paid_at = datetime.now(UTC).isoformat()
    selling.post("order.updated", {**order, "status": "paid", "paid_at": paid_at, "lines": [line]})
    selling.post("order.paid", order)
    accepted = counted(selling, "K18b", num=1)
    revenue = counted(selling, "K20", num=price_fen)

    assert sent["num"] == before + 1
    assert (accepted["num"], accepted["den"]) == (1, 1)
    assert revenue["num"] == price_fen
    with window() as manager:
        seen = manager.page()
        seen.goto(selling.told["manager"])
        seen.locator(".tile#K4").wait_for()
        seen.goto(f"{selling.url}/manager/offers")
        seen.get_by_text(f"{price_fen / 100:.2f}").first.wait_for()


def test_a_card_goes_from_the_screen_when_its_goods_run_out(
    selling: Demo, desk: Window, capsys: pytest.CaptureFixture[str]
) -> None:
    _, page = chat(selling, desk, "大闸蟹怎么保存", "江边人家")
    card = offer_of(page)
    card.wait_for()
    title = card.locator("h3 .goods").inner_text()
    sku, _ = sku_of(selling, title)

    told = time.monotonic()
    selling.post("fact.updated", {"fact": "stock", "subject": sku, "value": 0})
    page.locator(".card.offer", has_text=title).wait_for(state="detached")
    answers = page.locator("#cards .card:not(.offer)").count()
    with capsys.disabled():
        print(f"\nstock = 0 told to card gone: {(time.monotonic() - told) * 1000:.0f} ms", end="")

    assert page.locator(".card", has_text=title).count() == 0
    assert answers > 0, "the answer stays"


def test_a_card_in_hand_whose_goods_ran_out_cannot_be_used_and_says_so(selling: Demo, desk: Window) -> None:
    _, page = chat(selling, desk, "三文鱼今晚不吃完能放几天？", "小码头")
    card = offer_of(page)
    card.wait_for()
    sku, _ = sku_of(selling, card.locator("h3 .goods").inner_text())
    id_ = card.get_attribute("data-id")
    held = page.locator(f".card[data-id='{id_}']")
    held.locator("[data-action=edit]").click()
    held.locator(".editor textarea").fill("要不要再带一份？")

    selling.post("fact.updated", {"fact": "stock", "subject": sku, "value": 0})
    held.get_by_text("货、价或话题变了，这条不能用了").wait_for()
    held.locator(".editor textarea").press("Control+Enter")

    assert held.locator("[data-action=use]").first.is_disabled()
    assert held.locator(".editor [type=submit]").first.is_disabled()
    assert held.locator(".editor textarea").input_value() == "要不要再带一份？"
    assert page.locator("#draft").input_value() == ""


def test_in_trouble_the_sidebar_says_that_we_do_not_sell(selling: Demo, desk: Window) -> None:
    _, page = chat(selling, desk, "三文鱼少了一半，你们怎么回事", "急脾气")

    page.locator("#cards .card.held", has_text="顾客正在投诉").wait_for()
    assert offer_of(page).count() == 0
