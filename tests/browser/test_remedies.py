"""Remedies in a real browser: chosen by keyboard, asked for once, approved by a lead, and never in the way."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assist.domain.remedy import ClaimClock
from tests.web.remedy_cases import GOODS, a_question, a_remedy, steps

from .conftest import Window
from .remedy_shop import Shop, agent, card_of, lead, opened, shop, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["agent", "lead", "shop", "signed_in"]


def said(card: "Locator") -> list[str]:
    return card.locator(".steps:not([hidden]) li p").all_inner_texts()


def test_arrow_keys_change_the_choice_the_words_and_the_amount_without_the_server(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    assert "8.90元" in said(card)[2]

    card.get_by_role("radio", checked=True).focus()
    page.keyboard.press("ArrowRight")

    assert card.locator(".amount").inner_text() == "¥89.00"
    assert "89.00元" in said(card)[2]
    assert card.locator("[data-money=open]").inner_text() == "提交审批"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert "13.35元" in said(card)[2]
    assert card.locator("[data-money=open]").inner_text() == "登记赔付"
    # The chat beside it is read when the stream begins, and that a card was seen is told: neither is the choice's.
    others = ("/steps", f"/conversations/{conversation}")
    assert [url for url in asked if not url.endswith(others)] == []


def test_all_four_steps_go_in_by_one_key_and_each_goes_in_alone(shop: Shop, agent: Window) -> None:
    page = opened(shop, agent, shop.complain())
    card = card_of(page)
    draft = page.locator("#draft")

    page.keyboard.press("Alt+Digit1")
    assert draft.input_value() == "\n".join(said(card))

    draft.fill("")
    card.get_by_role("button", name="只用“共情”这一句").click()
    assert draft.input_value() == said(card)[0]

    draft.fill("")
    card.get_by_role("radio", checked=True).press("Enter")
    assert draft.input_value() == "\n".join(said(card))


def test_an_amount_within_its_room_is_what_is_said_and_asked_for(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    amount = card.get_by_label("金额")

    for wrong in ("8.89", "12.01", "９", "1e1", "10.123", "-9", ""):
        amount.fill(wrong)
        assert amount.get_attribute("aria-invalid") == "true", wrong
        assert card.locator("[data-money=open]").is_disabled(), wrong
    amount.fill("10.5")

    assert card.locator(".amount").inner_text() == "¥10.50"
    assert "10.50元" in said(card)[2]
    assert "8.90元" not in said(card)[2]
    card.locator("[data-money=open]").click()
    card.get_by_role("button", name="确认登记").click()
    card.locator(".progress.reserved").wait_for()
    assert [(one["amount_fen"], one["kind"]) for one in shop.remedies(conversation)] == [(1050, "partial_refund")]


def test_the_clock_counts_down_in_words(shop: Shop, agent: Window) -> None:
    now = datetime.now(UTC)
    soon = ClaimClock(state="open", until=now + timedelta(hours=2, minutes=13, seconds=30))
    page = opened(shop, agent, shop.complain(a_remedy(now, clock=soon)))
    clock = card_of(page).locator("p.clock")
    page.get_by_text("还剩 2 小时 13 分").wait_for()
    assert clock.get_attribute("data-now") == "open"
    # Tabs share one stream, and of what a test writes past the program no stream tells.
    page.close()

    late = ClaimClock(state="open", until=now - timedelta(minutes=1), lead_until=now - timedelta(seconds=1))
    page = opened(shop, agent, shop.complain(a_remedy(now, clock=late)))
    page.get_by_text("过了本店时限，请主管看").wait_for()


def test_a_remedy_is_asked_for_once_done_by_hand_and_settled(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "remedies" in request.url else None)

    card.locator("[data-money=open]").focus()
    page.keyboard.press("Enter")
    assert card.locator(".asking .sum").inner_text() == f"部分退款 ¥8.90，给“{GOODS}”"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    card.locator(".progress.reserved", has_text="请在平台退款后点“已处理”").wait_for()
    assert len(sent) == 1
    card.locator(".progress:focus").wait_for()
    assert card.locator("[data-money=open]").count() == 0
    card.get_by_role("button", name="已处理").click()
    card.locator(".progress.executed", has_text="已完成").wait_for()
    assert [one["state"] for one in shop.remedies(conversation)] == ["executed"]


def test_when_no_answer_comes_the_same_press_asks_for_the_same_remedy(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    keys: list[str] = []

    def lose_the_first_answer(route: Any) -> None:
        keys.append(json.loads(route.request.post_data)["step_id"])
        if len(keys) > 1:
            return route.continue_()
        # It arrived, and only the answer was lost.
        body = json.loads(route.request.post_data)
        assert shop.post("remedies", body).status_code == 200
        return route.abort()

    page.route("**/api/v1/remedies", lose_the_first_answer)
    # The page must not hear of it by the stream before it tries again.
    card.locator("[data-money=open]").click()
    card.get_by_role("button", name="确认登记").click()
    card.locator(".trouble", has_text="同一笔不会登记两次").wait_for()
    card.get_by_role("button", name="确认登记").click()

    card.locator(".progress.reserved").wait_for()
    assert keys[0] == keys[1]
    assert len(shop.remedies(conversation)) == 1
    assert agent.take_errors("net::ERR_FAILED") == []


def test_above_the_limit_a_lead_approves_and_the_agents_card_says_so(shop: Shop, agent: Window, lead: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    card.locator(".tier", has_text="全额退款").click()
    card.locator("[data-money=open]").click()
    reason = card.get_by_label("理由")
    reason.fill("整盒都发霉了，照片齐")
    card.get_by_role("button", name="确认提交").click()
    card.locator(".progress.pending_approval", has_text="主管可以批").wait_for()

    claims = lead.page()
    claims.goto(f"{shop.demo.url}/manager")
    claims.get_by_role("link", name="售后赔付").click()
    waiting = claims.locator(".claim", has_text="整盒都发霉了，照片齐")
    assert waiting.locator(".amount").inner_text() == "¥89.00"
    waiting.get_by_role("button", name="批准 ¥89.00").click()

    claims.locator("#told", has_text="已批准").wait_for()
    waiting.wait_for(state="detached")
    claims.get_by_role("link", name="看板").click()
    claims.wait_for_url("**/manager*")
    claims.close()
    card.locator(".progress.reserved", has_text="请在平台退款后点“已处理”").wait_for()
    assert lead.take_errors() == []


def test_turning_down_takes_a_reason_that_the_agent_reads(shop: Shop, agent: Window, lead: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    card.locator(".tier", has_text="全额退款").click()
    card.locator("[data-money=open]").click()
    card.get_by_label("理由").fill(f"全退 {conversation[:6]}")
    card.get_by_role("button", name="确认提交").click()
    card.locator(".progress.pending_approval").wait_for()

    claims = lead.page()
    claims.goto(f"{shop.demo.url}/claims")
    waiting = claims.locator(".claim", has_text=f"全退 {conversation[:6]}")
    waiting.get_by_role("button", name="驳回").click()
    waiting.locator(".trouble", has_text="请写一句理由").wait_for()
    waiting.get_by_role("textbox").fill("先补一张带面单的照片")
    waiting.get_by_role("button", name="驳回").click()
    claims.locator("#told", has_text="已驳回").wait_for()
    claims.close()

    card.locator(".progress.rejected", has_text="先补一张带面单的照片").wait_for()
    assert card.locator("[data-money=open]").is_visible()
    assert lead.take_errors() == []


def test_an_agent_does_not_see_the_page_of_claims(shop: Shop, agent: Window) -> None:
    page = agent.page()
    page.goto(f"{shop.demo.url}/claims")

    page.get_by_text("这个页面只给主管和经理看").wait_for()
    assert agent.take_errors("403") == []


def test_a_reason_being_written_outlives_more_words_of_the_customer(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    card.locator(".tier", has_text="全额退款").click()
    card.locator("[data-money=open]").click()
    reason = card.get_by_label("理由")
    reason.fill("写到一半")

    found = shop.get(f"conversations/{conversation}")
    shop.demo.say("榴莲还没开口，要放多久才熟", name=found["customer_name"], ref=found["conversation_ref"])

    page.locator(".message.customer", has_text="要放多久才熟").wait_for()
    page.locator(".mark", has_text="顾客又发了消息").wait_for()
    assert reason.input_value() == "写到一半"
    assert reason.evaluate("area => area.getRootNode().activeElement === area")
    assert card.locator(".amount").inner_text() == "¥89.00"


def test_escape_closes_the_asking_and_leaves_the_focus_on_its_button(shop: Shop, agent: Window) -> None:
    page = opened(shop, agent, shop.complain())
    card = card_of(page)
    card.locator("[data-money=open]").press("Enter")
    card.locator(".asking").wait_for()

    page.keyboard.press("Escape")

    assert card.locator(".asking").is_hidden()
    assert page.evaluate("document.querySelector('fresh-assist').shadowRoot.activeElement.dataset.money") == "open"


def test_a_choice_outlives_the_card_being_drawn_anew(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    card.locator(".tier", has_text="优惠券").click()
    page.locator("#draft").focus()

    body = {"suggestion_id": card.get_attribute("data-id"), "kind": "full_refund", "amount_fen": 8900}
    asked = shop.post("remedies", {**body, "reason": "全退", "step_id": uuid.uuid4().hex}).json()
    card.locator(".progress.pending_approval").wait_for()
    shop.post(f"remedies/{asked['id']}/withdraw", {})
    card.locator(".progress.withdrawn").wait_for()

    assert card.get_by_role("radio", checked=True).get_attribute("data-kind") == "coupon"
    assert card.locator(".amount").inner_text() == "¥13.35"


def test_a_card_that_was_drawn_anew_is_left_alone_by_the_next_look(shop: Shop, agent: Window) -> None:
    """Its markup was forgotten with its predecessor: every look drew it once more, under the agent's pointer."""
    page = opened(shop, agent, shop.complain())
    card = card_of(page)
    body = {"suggestion_id": card.get_attribute("data-id"), "kind": "coupon", "step_id": uuid.uuid4().hex}
    shop.post("remedies", body)
    card.locator(".progress.reserved").wait_for()
    card.evaluate("card => { card.title = 'the same'; }")

    card.get_by_role("button", name="为什么").focus()
    page.locator("#draft").focus()
    page.wait_for_timeout(300)

    assert card.get_attribute("title") == "the same"


def test_what_is_on_its_way_stays_in_sight_when_the_customer_was_answered(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    card.locator("[data-money=open]").click()
    card.get_by_role("button", name="确认登记").click()
    card.locator(".progress.reserved").wait_for()
    page.locator("#draft").focus()

    shop.demo.reply(conversation, "已经为您办理退款。")

    standing = page.locator("#cards .standing")
    standing.get_by_text(GOODS).wait_for()
    standing.get_by_role("button", name="撤回").click()
    standing.locator(".progress.withdrawn").wait_for()
    assert [one["state"] for one in shop.remedies(conversation)] == ["withdrawn"]


def test_a_question_is_put_with_its_choices(shop: Shop, agent: Window) -> None:
    page = opened(shop, agent, shop.complain(a_question(), steps=steps("请问大概坏了多少？")))
    card = card_of(page)

    card.get_by_role("button", name="填入").first.click()

    draft = page.locator("#draft").input_value()
    assert "请问大概坏了多少？" in draft
    assert all(choice in draft for choice in card.locator(".choices li").all_inner_texts())


def test_what_somebody_else_asked_for_first_is_said_in_words(shop: Shop, agent: Window) -> None:
    conversation = shop.complain()
    page = opened(shop, agent, conversation)
    card = card_of(page)
    card.locator("[data-money=open]").click()
    body = {"suggestion_id": card.get_attribute("data-id"), "kind": "coupon", "step_id": uuid.uuid4().hex}
    assert shop.post("remedies", body, "manager_token").status_code == 200

    card.get_by_role("button", name="确认登记").click()

    page.locator("#notice", has_text="这件商品已经有人登记过赔付").wait_for()
    assert len(shop.remedies(conversation)) == 1
    assert agent.take_errors("409") == []


def test_the_page_of_claims_fits_a_narrow_window_in_english(shop: Shop, lead: Window) -> None:
    page = lead.page()
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(f"{shop.demo.url}/claims?lang=en")
    page.get_by_role("heading", name="Waiting for approval").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert page.get_by_role("img", name="% used").count() >= 1
    page.close()
    assert lead.take_errors() == []
