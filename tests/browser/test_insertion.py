"""A text on its way to the customer: at the caret and stackable, sent once and only when confirmed, or copied."""

from typing import TYPE_CHECKING

import pytest

from .card_shop import SLOTTED, CardShop, agent, an_answer, as_host, card, opened, shop, signed_in
from .conftest import Window
from .test_pages import eventually, sent_by

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["agent", "shop", "signed_in"]


def primary(page: "Page", rank: int = 1) -> "Locator":
    return card(page, rank).locator("[data-action=use]:visible")


def test_two_cards_stand_one_behind_the_other_and_undo_takes_the_last_out(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer("第一句。"), an_answer("第二句。")))
    draft = page.locator("#draft")
    draft.press_sequentially("您好，祝好")
    draft.press("ArrowLeft")
    draft.press("ArrowLeft")

    page.keyboard.press("Alt+Digit1")
    page.keyboard.press("Alt+Digit2")

    assert draft.input_value() == "您好，第一句。第二句。祝好"
    page.keyboard.press("Control+z")
    assert draft.input_value() == "您好，第一句。祝好"


@pytest.mark.parametrize(
    ("can", "word"),
    [
        pytest.param("insert send copy", "填入", id="ours"),
        pytest.param("send copy", "发送", id="a host that only sends"),
        pytest.param("copy", "复制", id="a host that takes nothing"),
    ],
)
def test_there_is_one_green_button_and_it_is_what_the_host_can_do(
    shop: CardShop, agent: Window, can: str, word: str
) -> None:
    page = opened(shop, agent, shop.suggest(an_answer()))

    as_host(page, can)

    assert card(page).locator(".primary:visible").all_inner_texts() == [word]


def test_sending_is_confirmed_in_the_card_and_goes_out_once(shop: CardShop, agent: Window) -> None:
    conversation = shop.suggest(an_answer("活虾当天吃。"))
    page = opened(shop, agent, conversation)
    as_host(page, "send")

    primary(page).press("Enter")

    editor = card(page).locator(".editor textarea")
    assert editor.evaluate("one => one === one.getRootNode().activeElement")
    assert shop.messages(conversation) == []
    editor.press("End")
    editor.press_sequentially("放冰箱。")
    with page.expect_response("**/messages*") as answered:
        editor.evaluate(
            "one => { for (let i = 0; i < 3; i += 1) one.dispatchEvent(new KeyboardEvent('keydown',"
            " {key: 'Enter', bubbles: true, composed: true, cancelable: true})); }"
        )
    page.locator("#notice", has_text="已发送").wait_for()
    assert answered.value.status == 202
    assert sent_by(answered.value.request)["text"] == "活虾当天吃。放冰箱。"
    assert eventually(lambda: shop.messages(conversation) == ["活虾当天吃。放冰箱。"])
    assert editor.is_hidden()


def test_what_was_not_sent_stays_and_says_so_and_goes_under_the_same_key(shop: CardShop, agent: Window) -> None:
    conversation = shop.suggest(an_answer("活虾当天吃。"))
    page = opened(shop, agent, conversation)
    as_host(page, "send")
    keys: list[str] = []

    page.route("**/messages*", lambda route: (keys.append(sent_by(route.request)["client_key"]), route.abort())[1])
    primary(page).click()
    card(page).get_by_role("button", name="确认发送").click()

    card(page).locator(".editor .trouble:not([hidden])", has_text="没有发出去").wait_for()
    page.unroute("**/messages*")
    with page.expect_request("**/messages*") as again:
        card(page).get_by_role("button", name="确认发送").click()
    assert [sent_by(again.value)["client_key"]] == keys
    assert eventually(lambda: len(shop.messages(conversation)) == 1)
    agent.take_errors("ERR_FAILED")


def test_a_host_that_sends_by_itself_keeps_the_text(shop: CardShop, agent: Window) -> None:
    conversation = shop.suggest(an_answer("活虾当天吃。"))
    page = opened(shop, agent, conversation)
    as_host(page, "send")
    page.evaluate(
        "document.addEventListener('assist-send', (event) => { event.preventDefault(); window.sent = event.detail; })"
    )

    primary(page).click()
    with page.expect_request(lambda one: '"sent"' in (one.post_data or "")):
        card(page).get_by_role("button", name="确认发送").click()

    assert page.evaluate("window.sent.text") == "活虾当天吃。"
    assert shop.messages(conversation) == []


def test_escape_lets_go_of_what_was_to_be_sent(shop: CardShop, agent: Window) -> None:
    conversation = shop.suggest(an_answer())
    page = opened(shop, agent, conversation)
    as_host(page, "send")

    primary(page).click()
    page.keyboard.press("Escape")

    assert card(page).locator(".editor").is_hidden()
    assert shop.messages(conversation) == []


def test_blanks_are_asked_for_each_once_and_none_reaches_the_draft(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer(SLOTTED, missing=("customer_name", "tracking_no"))))
    draft = page.locator("#draft")

    primary(page).click()

    fields = card(page).locator(".slots input")
    assert fields.count() == len({"customer_name", "tracking_no"})
    assert draft.input_value() == ""
    fields.nth(0).fill("林女士")
    fields.nth(1).press_sequentially("SF123")
    fields.nth(1).press("Enter")
    assert draft.input_value() == "林女士您好，SF123今天到，SF123请留意。"
    assert card(page).locator(".slots").count() == 0


def test_a_blank_left_empty_is_not_put_in_and_escape_takes_the_questions_away(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer(SLOTTED)))

    primary(page).click()
    card(page).locator(".slots input").first.press("Enter")

    assert page.locator("#draft").input_value() == ""
    card(page).locator(".slots input").first.press("Escape")
    assert card(page).locator(".slots").count() == 0
    assert primary(page).evaluate("one => one === one.getRootNode().activeElement")


def test_blanks_of_what_was_found_by_searching_are_asked_for_too(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer()))
    found = {"article_id": "a", "title": "单号", "text": "{{ order_ref }}今天到。", "score": 1, "matched": "单号"}
    more = {"category": "general", "intent": "storage", "internal": False}
    pictures = [{"url": "/media/" + "0" * 64, "alt": "样子<b>"}]
    page.route(
        "**/api/v1/search?*",
        lambda route: route.fulfill(json={"query": "单号", "found": [{**found, **more, "images": pictures}]}),
    )
    page.route("**/media/*", lambda route: route.fulfill(body="", content_type="image/png"))

    page.locator("#search").fill("单号")
    hit = page.locator("#hits .card")
    hit.locator("[data-action=use]:visible").click()
    hit.locator(".slots input").fill("1234")
    hit.locator(".slots input").press("Enter")

    assert page.locator("#draft").input_value() == "1234今天到。"
    assert hit.locator(".picture img").get_attribute("alt") == "样子<b>"
    hit.locator(".picture").click()
    page.locator("#notice", has_text="图片链接已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{shop.demo.url}/media/{'0' * 64}"


def test_what_is_for_agents_has_no_way_to_the_customer(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer("库房电话", internal=True)))

    page.keyboard.press("Alt+Digit1")

    assert card(page).locator(":is([data-action=use], [data-action=edit], .editor)").count() == 0
    assert page.locator("#draft").input_value() == ""


def test_a_thumb_down_asks_why_and_the_card_stays(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer()))

    with page.expect_request("**/steps") as judged:
        card(page).get_by_role("button", name="没用").click()
    with page.expect_request("**/steps") as reasoned:
        card(page).locator(".verdict").get_by_role("button", name="内容过时").click()

    assert (sent_by(judged.value)["kind"], sent_by(judged.value)["verdict"]) == ("rated", "down")
    assert (sent_by(reasoned.value)["reason"], sent_by(reasoned.value)["verdict"]) == ("outdated", "down")
    assert card(page).get_by_role("button", name="没用").get_attribute("aria-pressed") == "true"
    assert card(page).locator(".verdict").is_hidden()
    assert card(page).is_visible()


def test_a_reply_begun_is_there_after_a_reload_and_gone_once_sent(shop: CardShop, agent: Window) -> None:
    conversation = shop.suggest(an_answer())
    page = opened(shop, agent, conversation)
    page.locator("#draft").fill("您好，我先查一下")

    page.reload()

    draft = page.locator("#draft")
    assert eventually(lambda: draft.input_value() == "您好，我先查一下")
    draft.press("Enter")
    assert eventually(lambda: draft.input_value() == "")
    page.reload()
    page.locator("#composer").wait_for()
    assert eventually(lambda: page.locator("#draft").input_value() == "")


def test_what_is_written_in_a_card_waits_there_until_it_is_used_or_given_up(shop: CardShop, agent: Window) -> None:
    shop.suggest(an_answer("另一位。"), name="另一位")
    page = opened(shop, agent, shop.suggest(an_answer("活虾当天吃。"), name="这一位"))
    edit = card(page).locator("[data-action=edit]")
    area = card(page).locator(".editor textarea")
    edit.click()
    area.fill("活虾当天吃，别过夜。")

    area.press("Escape")
    edit.click()
    assert eventually(lambda: area.input_value() == "活虾当天吃，别过夜。")
    page.locator(".row", has_text="另一位").click()
    page.locator("#cards .card", has_text="另一位。").wait_for()
    page.locator(".row", has_text="这一位").click()
    page.locator("#cards .card", has_text="活虾").wait_for()
    edit.click()

    assert eventually(lambda: area.input_value() == "活虾当天吃，别过夜。")
    card(page).locator("[data-action=cancel]").click()
    edit.click()
    assert eventually(lambda: area.input_value() == "活虾当天吃。")


def test_hits_have_numbers_and_keys_of_their_own(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer("卡片的话。")))
    page.locator("#search").fill("草莓")
    hit = page.locator("#hits .card:not(:has(.internal:not([hidden]))) .rank").first
    hit.wait_for()
    rank = hit.inner_text()

    page.keyboard.press(f"Alt+Digit{rank}")

    # Put in at once, or its blanks are asked for first.
    taken = page.locator(f"#hits .card:nth-child({rank})")
    assert page.locator("#draft").input_value() or taken.locator(".slots").is_visible()
    assert "卡片的话" not in page.locator("#draft").input_value()


def test_on_a_phone_the_first_card_is_seen_below_a_short_chat(shop: CardShop, agent: Window) -> None:
    page = opened(shop, agent, shop.suggest(an_answer()))
    page.set_viewport_size({"width": 390, "height": 800})

    box = card(page).bounding_box()

    assert box is not None
    assert box["y"] + 100 < 800
