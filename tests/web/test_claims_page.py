"""The page about claims, and remedies in the sidebar's API: each person sees what they may do, and no more."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest

from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import Approval, ApprovalMode, RemedyKind
from assist.store.queries import remedies, suggestions
from assist.store.queries.remedies import RemedyRow
from assist.web.claims_page import BudgetShown, approving
from tests.money import FULL, SHOP, Till, a_policy, a_remedy, an_order, option
from tests.shop import RunningShop

from .conftest import outsider

pytestmark = pytest.mark.anyio

_refs = itertools.count(1)


def complained(shop: RunningShop, **decided: Any) -> tuple[str, str]:
    """Keep a complaint with its live card: 40 of 100 yuan, or all of it with a lead; return card and conversation."""
    till = Till(shop.process.database, shop.process.writer, shop.clock())
    decision = a_remedy(option(), option(FULL, 10_000, needs=AgentRole.lead), **decided)
    ref = f"claims-{next(_refs)}"
    card = till.card(ref, decision, an_order(f"o-{ref}", customer_ref=ref), customer_ref=ref)
    with shop.process.database.reader() as session:
        row = suggestions.one(session, SHOP, card)
    assert row is not None
    return card, row.conversation_id


async def asked(
    shop: RunningShop, card: str, kind: RemedyKind = FULL, *, by: str = "小林", reason: str = ""
) -> dict[str, Any]:
    body = {"suggestion_id": card, "kind": kind.value, "reason": reason, "step_id": f"step-{card[:16]}"}
    answer = await shop.client.post("/api/v1/remedies", json=body, headers=shop.bearer(by))
    assert answer.status_code == 200, answer.text
    return answer.json()


def move(shop: RunningShop, remedy_id: str, to_state: RemedyState, **values: Any) -> None:
    shop.process.writer.submit(
        lambda session: remedies.move(session, remedy_id, tuple(RemedyState), to_state, **values)
    ).result()


async def page(shop: RunningShop, by: str = "经理", language: str = "zh") -> str:
    answer = await shop.client.get(f"/claims?lang={language}", headers=shop.bearer(by))
    assert answer.status_code == 200
    return answer.text


def claim_of(html: str, remedy_id: str) -> str:
    """Return what the page says of one remedy above the table."""
    found = re.search(rf'<article class="item claim[^>]*data-id="{remedy_id}".*?</article>', html, re.DOTALL)
    return found.group() if found else ""


async def test_the_page_is_for_leads_and_managers(shop: RunningShop) -> None:
    unknown = await shop.client.get("/claims")
    agent = await shop.client.get("/claims", headers=shop.bearer("小林"))

    assert 'data-to="/claims"' in unknown.text
    assert agent.status_code == 403
    assert "只给主管和经理看" in agent.text


async def test_what_an_agent_asked_for_waits_with_amount_reason_and_who(shop: RunningShop) -> None:
    card, _ = complained(shop, why_approval=("over_amount",))
    remedy = await asked(shop, card, reason="整盒都坏了<b>")

    said = claim_of(await page(shop), remedy["id"])

    assert remedy["state"] == "pending_approval"
    assert "批准 ¥100.00" in said
    assert 'data-seen="10000"' in said
    assert "小林 提交" in said
    assert "整盒都坏了&lt;b&gt;" in said
    assert "超过客服可批的金额" in said


async def test_nobody_is_offered_to_approve_what_they_asked_for(shop: RunningShop) -> None:
    card, _ = complained(shop)
    remedy = await asked(shop, card, by="经理")
    move(shop, remedy["id"], RemedyState.pending_approval, expires_at=shop.clock() + timedelta(hours=1))

    said = claim_of(await page(shop), remedy["id"])

    assert "自己提交的，要别人来批" in said
    assert re.findall(r'<button[^>]*value="(\w+)"', said) == ["reject"]


async def test_an_unknown_outcome_has_no_button(shop: RunningShop) -> None:
    card, _ = complained(shop)
    remedy = await asked(shop, card, by="经理")
    move(shop, remedy["id"], RemedyState.unknown, attempts=2)

    said = claim_of(await page(shop), remedy["id"])

    assert "结果未知" in said
    assert "问过 2 次" in said
    assert "<button" not in said


async def test_a_follow_up_that_is_due_asks_for_what_was_found(shop: RunningShop) -> None:
    card, _ = complained(shop)
    remedy = await asked(shop, card, by="经理")
    move(shop, remedy["id"], RemedyState.executed, follow_up_at=shop.clock() - timedelta(hours=1))

    assert 'value="follow-up"' in claim_of(await page(shop), remedy["id"])
    body = {"finding": "批次问题，已报采购"}
    path = f"/api/v1/remedies/{remedy['id']}/follow-up"
    assert (await shop.client.post(path, json=body, headers=shop.bearer("经理"))).status_code == 200
    assert claim_of(await page(shop), remedy["id"]) == ""


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_todays_budget_is_told_in_words_and_as_a_bar(shop: RunningShop, language: str) -> None:
    html = await page(shop, language=language)

    assert re.search(r'role="img" aria-label="[^"]*\d+%', html)
    assert not re.search(r"\sstyle=|\son\w+=", html)


async def test_another_shop_sees_none_of_it(shop: RunningShop) -> None:
    card, _ = complained(shop)
    remedy = await asked(shop, card, reason="只在本店看得到")

    answer = await shop.client.get("/claims", headers=outsider(shop, "外经理"))

    assert answer.status_code == 200
    assert remedy["id"] not in answer.text
    assert "只在本店看得到" not in answer.text


async def test_the_api_says_for_whom_a_choice_needs_approval(shop: RunningShop) -> None:
    _, conversation = complained(shop)
    path = f"/api/v1/conversations/{conversation}/suggestions"

    seen = {
        name: (await shop.client.get(path, headers=shop.bearer(name))).json()["suggestions"][0]["remedy"]
        for name in ("小林", "经理")
    }

    assert [(one["kind"], one["asks"]) for one in seen["小林"]["options"]] == [
        ("partial_refund", False),
        ("full_refund", True),
    ]
    assert [one["asks"] for one in seen["经理"]["options"]] == [False, False]


async def test_a_remedy_is_told_beside_its_card_and_alone_when_the_card_is_gone(shop: RunningShop) -> None:
    card, conversation = complained(shop)
    remedy = await asked(shop, card)
    path = f"/api/v1/conversations/{conversation}/suggestions"

    before = (await shop.client.get(path, headers=shop.bearer("小林"))).json()
    shop.process.writer.submit(lambda session: suggestions.make_stale(session, [card])).result()
    after = (await shop.client.get(path, headers=shop.bearer("小林"))).json()

    assert before["suggestions"][0]["remedy"]["state"]["id"] == remedy["id"]
    assert before["remedies"] == []
    assert after["suggestions"] == []
    assert [(one["id"], one["state"]) for one in after["remedies"]] == [(remedy["id"], "pending_approval")]
    assert f'data-id="remedy-{remedy["id"]}"' in after["html"]


def a_row(**changes: Any) -> RemedyRow:
    told: dict[str, Any] = dict.fromkeys(
        ("id", "complaint_id", "line_ref", "order_ref", "conversation_id", "turn_id", "adapter", "account"), "x"
    )
    told |= {"shop_id": SHOP, "suggestion_id": None, "customer_ref": "x", "customer_key": None, "rule": "r"}
    told |= {"kind": FULL, "rung": "r", "amount_fen": 10_000, "needs": AgentRole.lead, "library_number": 1}
    told |= {"state": RemedyState.pending_approval, "decision": "{}", "requested_by": "asker", "requested_at": None}
    return RemedyRow(**{**told, **changes})


@pytest.mark.parametrize(
    ("role", "own", "mode", "barred", "must_say_why"),
    [
        pytest.param(AgentRole.agent, False, ApprovalMode.second_person, "role", False, id="too low a role"),
        pytest.param(AgentRole.lead, False, ApprovalMode.second_person, "", False, id="a lead"),
        pytest.param(AgentRole.lead, True, ApprovalMode.second_person, "own", False, id="a lead's own"),
        pytest.param(AgentRole.admin, True, ApprovalMode.second_person, "own", False, id="an owner's own, two people"),
        pytest.param(AgentRole.admin, True, ApprovalMode.self_confirm, "", True, id="a sole owner's own"),
        pytest.param(AgentRole.manager, True, ApprovalMode.self_confirm, "own", False, id="a manager is no sole owner"),
    ],
)
def test_who_may_approve(role: AgentRole, own: bool, mode: ApprovalMode, barred: str, must_say_why: bool) -> None:
    caller = Caller(shop_id=SHOP, agent_id="asker" if own else "other", name="x", role=role)

    assert approving(a_row(), caller, a_policy(approval=Approval(mode=mode, basis="own"))) == (barred, must_say_why)


@pytest.mark.parametrize(("cap", "used", "percent"), [(0, 0, 100), (100, 0, 0), (3, 2, 66), (100, 100, 100)])
def test_a_budget_of_nothing_is_used_up(cap: int, used: int, percent: int) -> None:
    assert BudgetShown("shop", cap, used).percent == percent
