"""Remedies by API: what is refused before anything is looked up, who may do what, and whose it is."""

import itertools
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from assist.app.publish_files import publish_files
from assist.desk.publish import publish
from assist.desk.setup import Setup
from assist.domain.remedy import Remedy
from assist.domain.remedy_policy import Budget, RemedyKind
from tests.conftest import NOW, StillClock
from tests.desk.shop import policy
from tests.money import COUPON, SHOP, Till, a_policy, a_remedy, an_order, option
from tests.shop import RunningShop, running_shop
from tests.web.conftest import SECRET, add_shop, other_setup, outsider

pytestmark = pytest.mark.anyio

REMEDIES = "/api/v1/remedies"
PEOPLE = {"小林": "agent", "小王": "agent", "组长": "lead", "经理": "manager", "老板": "admin"}
LARGE = a_remedy(option(amount_fen=6_000))
RICH = a_policy(budget=Budget(daily_fen=10_000_000, basis="own"))
"""The tests share one shop's day."""

_numbers = itertools.count(1)


@dataclass
class Counter:
    """The shop's API as its people call it, and a till to lay cards on."""

    shop: RunningShop
    till: Till
    headers: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def card(self, decision: Remedy | None = None, *, paid_fen: int = 10_000, **more: Any) -> str:
        """Lay down a card of a customer, an order and a chat of its own."""
        number = next(_numbers)
        told = {"customer_ref": f"u{number}", "order": an_order(f"o{number}", paid_fen, customer_ref=f"u{number}")}
        return self.till.card(f"c{number}", decision, **(told | more))

    def signed_in(self, name: str) -> dict[str, str]:
        if name not in self.headers:
            self.headers[name] = self.shop.bearer(name)
        return self.headers[name]

    async def post(self, path: str, body: Any, by: str = "小林") -> httpx.Response:
        return await self.shop.client.post(path, json=body, headers=self.signed_in(by))

    async def get(self, path: str, by: str = "小林") -> httpx.Response:
        return await self.shop.client.get(path, headers=self.signed_in(by))

    async def ask(self, card: str, by: str = "小林", **changed: Any) -> httpx.Response:
        return await self.post(REMEDIES, wish(card, **changed), by)

    async def asked(self, card: str, by: str = "小林", **changed: Any) -> dict[str, Any]:
        answer = await self.ask(card, by, **changed)
        assert answer.status_code == 200, answer.text
        return answer.json()


def wish(card: str, **changed: Any) -> dict[str, Any]:
    return {"step_id": f"step-{card}", "suggestion_id": card, "kind": "partial_refund", **changed}


@pytest.fixture(scope="module")
async def counter(shop_url: str, content: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Counter]:
    """A shop with a remedy policy and all roles, and a second shop beside it."""
    folder = tmp_path_factory.mktemp("keys")
    async with running_shop(shop_url, folder, SECRET, StillClock(), content=content) as running:
        add_shop(running.process, other_setup())
        publish_files(running.process, content)
        agents = [{"name": name, "role": role} for name, role in PEOPLE.items()]
        everybody = {"shops": [{"id": SHOP, "name": "店", "agents": agents}]}
        add_shop(running.process, Setup.model_validate_json(json.dumps(everybody)))
        entry = policy("remedy", RICH.model_dump(mode="json"))
        change = publish(SHOP, [entry], author="老板", reason="test", now=NOW, whole=False)
        running.process.writer.submit(change).result()
        running.process.reload()
        yield Counter(running, Till(running.process.database, running.process.writer))


async def test_an_agent_asks_and_says_that_it_was_done(counter: Counter) -> None:
    card = counter.card()

    asked = await counter.asked(card)
    done = (await counter.post(f"{REMEDIES}/{asked['id']}/done", {"platform_ref": "TB-1"})).json()
    read = (await counter.get(f"{REMEDIES}/{asked['id']}")).json()

    assert (asked["state"], asked["amount_fen"], asked["new"]) == ("reserved", 4_000, True)
    assert (asked["requested_by"], asked["line_title"]) == ("小林", "草莓1")
    assert (done["state"], done["outcome_ref"]) == ("executed", "TB-1")
    assert read == done


async def test_what_is_above_the_agents_limit_goes_to_a_lead_and_back(counter: Counter) -> None:
    asked = await counter.asked(counter.card(LARGE, paid_fen=20_000))
    path = f"{REMEDIES}/{asked['id']}"

    by_themselves = await counter.post(f"{path}/approve", {"seen_amount_fen": 6_000})
    unseen = await counter.post(f"{path}/approve", {"seen_amount_fen": 5_000}, "组长")
    approved = await counter.post(f"{path}/approve", {"seen_amount_fen": 6_000}, "组长")
    again = await counter.post(f"{path}/approve", {"seen_amount_fen": 6_000}, "经理")

    assert asked["state"] == "pending_approval"
    assert [one.status_code for one in (by_themselves, unseen, approved, again)] == [403, 409, 200, 200]
    assert approved.json() == again.json()
    assert (approved.json()["state"], approved.json()["approved_by"]) == ("reserved", "组长")


async def test_m01_fifty_clicks_by_api_are_one_remedy(counter: Counter) -> None:
    card = counter.card()
    counter.signed_in("小林")
    answers: list[httpx.Response] = []

    async def click(number: int) -> None:
        answers.append(await counter.ask(card, step_id=f"click-{number % 2}-{card}"))

    async with anyio.create_task_group() as clicks:
        for number in range(50):
            clicks.start_soon(click, number)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum(answer.json()["new"] for answer in answers) == 1


async def test_m02_somebody_else_is_shown_the_one_there_is(counter: Counter) -> None:
    card = counter.card()
    asked = await counter.asked(card)

    refused = await counter.ask(card, "小王", step_id="another-step")

    assert refused.status_code == 409
    error = refused.json()["error"]
    assert (error["code"], error["remedy_id"]) == ("already_asked", asked["id"])
    assert error["link"] == f"{REMEDIES}/{asked['id']}"
    assert (await counter.get(error["link"], "小王")).json()["id"] == asked["id"]


@pytest.mark.parametrize(
    "amount",
    [
        pytest.param("-1", id="negative"),
        pytest.param("0", id="nothing"),
        pytest.param("0.001", id="a-part-of-a-fen"),
        pytest.param("4000.0", id="a-whole-float"),
        pytest.param("10000000001", id="1e10-and-1"),
        pytest.param("99999999999999999999999", id="23-digits"),
        pytest.param("1e3", id="exponent"),
        pytest.param("1e400", id="infinite"),
        pytest.param("NaN", id="NaN"),
        pytest.param("-Infinity", id="minus-infinity"),
        pytest.param("true", id="true"),
        pytest.param('"４０.００"', id="full-width"),
        pytest.param('"１２.５"', id="full-width-with-a-point"),
        pytest.param('"1e3"', id="text-exponent"),
        pytest.param('"4000"', id="text-digits"),
        pytest.param("[4000]", id="list"),
        pytest.param("10001", id="more-than-was-paid"),
    ],
)
async def test_m04_an_amount_that_is_none_is_refused_and_moves_nothing(counter: Counter, amount: str) -> None:
    card = counter.card()
    body = json.dumps(wish(card, reason="x"))[:-1] + f', "amount_fen": {amount}}}'

    answer = await counter.shop.client.post(
        REMEDIES, content=body, headers={**counter.signed_in("老板"), "content-type": "application/json"}
    )

    assert answer.status_code == 422, answer.text
    assert (await counter.asked(card))["new"]


async def test_what_is_sent_again_may_cost_nothing(counter: Counter) -> None:
    card = counter.card(a_remedy(option(RemedyKind.reship, 0)))

    asked = await counter.asked(card, kind="reship", amount_fen=0)

    assert (asked["state"], asked["amount_fen"]) == ("reserved", 0)


@pytest.mark.parametrize("amount", ["-1", "0.5", "10000000001", "NaN", '"6000"', "null"])
async def test_m04_so_is_an_amount_that_was_looked_at(counter: Counter, amount: str) -> None:
    asked = await counter.asked(counter.card(LARGE, paid_fen=20_000))

    answer = await counter.shop.client.post(
        f"{REMEDIES}/{asked['id']}/approve",
        content=f'{{"seen_amount_fen": {amount}}}',
        headers={**counter.signed_in("组长"), "content-type": "application/json"},
    )

    assert answer.status_code == 422
    assert (await counter.get(f"{REMEDIES}/{asked['id']}")).json()["state"] == "pending_approval"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"state": "executed"}, id="A03-unknown-field"),
        pytest.param({"kind": "cash"}, id="unknown-kind"),
        pytest.param({"kind": "explanation"}, id="nothing-to-give"),
        pytest.param({"kind": "full_refund"}, id="not-offered"),
        pytest.param({"step_id": "short"}, id="key-too-short"),
        pytest.param({"reason": "x" * 501}, id="reason-too-long"),
        pytest.param({"reason": "a\u0000b"}, id="NUL"),
        pytest.param({"amount_fen": 3_999}, id="another-amount-without-a-reason"),
    ],
)
async def test_what_cannot_be_asked_for_is_422(counter: Counter, changed: dict[str, Any]) -> None:
    assert (await counter.ask(counter.card(), **changed)).status_code == 422


async def test_a_lone_surrogate_in_a_reason_is_no_error_of_ours(counter: Counter) -> None:
    body = json.dumps(wish(counter.card()))[:-1] + ', "reason": "\\ud800"}'

    answer = await counter.shop.client.post(
        REMEDIES, content=body, headers={**counter.signed_in("小林"), "content-type": "application/json"}
    )

    assert answer.status_code == 422


async def test_m12_another_customers_order_is_refused_without_a_word_about_it(counter: Counter) -> None:
    card = counter.card(order=an_order("secret-order", 77_777, customer_ref="customer-a"))

    answer = await counter.ask(card, "老板")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_their_order")
    assert not any(word in answer.text for word in ("secret-order", "77777", "777.77", "customer-a"))


async def test_what_is_not_left_is_refused_with_what_is(counter: Counter) -> None:
    order = an_order("again", 4_000, refunded_fen=1, customer_ref="u-again")

    answer = await counter.ask(counter.card(order=order, customer_ref="u-again"), "经理")

    error = answer.json()["error"]
    assert answer.status_code == 409
    assert (error["code"], error["why"], error["left_fen"]) == ("money_refused", "order", 3_999)


async def test_remedies_are_listed_by_state_and_by_conversation(counter: Counter) -> None:
    one, two = await counter.asked(counter.card()), await counter.asked(counter.card(LARGE, paid_fen=20_000))

    waiting = (await counter.get(f"{REMEDIES}?state=pending_approval")).json()["remedies"]
    of_chat = (await counter.get(f"{REMEDIES}?conversation_id={one['conversation_id']}")).json()["remedies"]
    both = await counter.get(f"{REMEDIES}?conversation_id={one['conversation_id']}&state=executed")
    every = (await counter.get(REMEDIES)).json()["remedies"]
    nonsense = await counter.get(f"{REMEDIES}?state=paid")

    assert two["id"] in {row["id"] for row in waiting}
    assert one["id"] not in {row["id"] for row in waiting}
    assert [row["id"] for row in of_chat] == [one["id"]]
    assert both.json()["remedies"] == []
    assert {one["id"], two["id"]} <= {row["id"] for row in every}
    assert nonsense.status_code == 422


async def test_a_complaint_is_told_with_its_lines_decisions_and_remedies(counter: Counter) -> None:
    asked = await counter.asked(counter.card())

    told = (await counter.get(f"/api/v1/complaints/{asked['complaint_id']}")).json()

    assert told["id"] == asked["complaint_id"]
    [line] = told["lines"]
    assert (line["line_title"], line["decision"]["outcome"]) == ("草莓1", "remedy")
    assert [row["id"] for row in told["remedies"]] == [asked["id"]]
    assert (await counter.get("/api/v1/complaints/nosuch")).status_code == 404


async def test_rejected_withdrawn_and_taken_over_by_api(counter: Counter) -> None:
    turned_down = await counter.asked(counter.card(LARGE, paid_fen=20_000))
    taken_back = await counter.asked(counter.card(decision=a_remedy(option(COUPON, 500))), kind="coupon")

    unsaid = await counter.post(f"{REMEDIES}/{turned_down['id']}/reject", {"reason": "  "}, "组长")
    rejected = await counter.post(f"{REMEDIES}/{turned_down['id']}/reject", {"reason": "看不清"}, "组长")
    executed = await counter.post(f"{REMEDIES}/{taken_back['id']}/execute", {})
    withdrawn = await counter.post(f"{REMEDIES}/{taken_back['id']}/withdraw", {"step_id": "a-step-of-ours"})
    followed = await counter.post(f"{REMEDIES}/{taken_back['id']}/follow-up", {"finding": "没事"})

    assert [unsaid.status_code, rejected.status_code, withdrawn.status_code] == [422, 200, 200]
    assert (rejected.json()["state"], rejected.json()["reason"]) == ("rejected", "看不清")
    assert (executed.status_code, executed.json()["error"]["code"]) == (409, "not_executable")
    assert withdrawn.json()["state"] == "withdrawn"
    assert (followed.status_code, followed.json()["error"]["code"]) == (409, "remedy_moved")


ROLES: dict[str, dict[str, int]] = {
    "approve": {"小林": 403, "小王": 403, "组长": 200, "经理": 200, "老板": 200},
    "reject": {"小林": 403, "小王": 403, "组长": 200, "经理": 200, "老板": 200},
    "withdraw": {"小林": 200, "小王": 403, "组长": 200, "经理": 200, "老板": 200},
}
"""Who may do what with something 小林 asked for and that takes a lead."""

BODIES: dict[str, dict[str, Any]] = {
    "approve": {"seen_amount_fen": 6_000},
    "reject": {"reason": "不"},
    "withdraw": {},
    "execute": {"by_hand": True},
    "done": {},
    "follow-up": {"finding": "没事"},
}


@pytest.mark.parametrize("act", list(ROLES))
async def test_a02_each_role_may_do_its_own(counter: Counter, act: str) -> None:
    answers: dict[str, int] = {}
    for name in PEOPLE:
        asked = await counter.asked(counter.card(LARGE, paid_fen=20_000))
        answers[name] = (await counter.post(f"{REMEDIES}/{asked['id']}/{act}", BODIES[act], name)).status_code

    assert answers == ROLES[act]


async def test_a01_an_outsider_finds_nothing_of_ours_on_any_route(counter: Counter) -> None:
    """Generated from the routes: one without a body here fails, so that none is forgotten."""
    card = counter.card(LARGE, paid_fen=20_000)
    asked = await counter.asked(card)
    theirs = outsider(counter.shop, "外经理")
    before = _rows(counter)
    swept = sorted(_routes(counter))

    answers: dict[str, int] = {}
    for method, path in swept:
        url = path.format(remedy_id=asked["id"], complaint_id=asked["complaint_id"])
        body = BODIES[path.rpartition("/")[2]] if method == "POST" else None
        answers[f"{method} {path}"] = (
            await counter.shop.client.request(method, url, json=body, headers=theirs)
        ).status_code
    asking = await counter.shop.client.post(REMEDIES, json=wish(card), headers=theirs)
    listed = await counter.shop.client.get(f"{REMEDIES}?conversation_id={asked['conversation_id']}", headers=theirs)
    every = await counter.shop.client.get(REMEDIES, headers=theirs)

    assert len(swept) == 8
    assert set(answers.values()) == {404}, answers
    assert asking.status_code == 404
    assert listed.json() == every.json() == {"remedies": []}
    assert _rows(counter) == before


async def test_nobody_without_a_name_asks_or_looks(counter: Counter) -> None:
    asked = await counter.asked(counter.card())
    client = counter.shop.client

    answers = [
        await client.post(REMEDIES, json=wish("x")),
        await client.get(REMEDIES),
        await client.get(f"{REMEDIES}/{asked['id']}"),
        await client.post(f"{REMEDIES}/{asked['id']}/done", json={}),
        await client.get(f"/api/v1/complaints/{asked['complaint_id']}"),
    ]

    assert {answer.status_code for answer in answers} == {401}


async def test_a_remedy_that_is_not_there_is_404(counter: Counter) -> None:
    for method, path in _routes(counter):
        body = BODIES[path.rpartition("/")[2]] if method == "POST" else None
        url = path.format(remedy_id="nosuch", complaint_id="nosuch")
        answer = await counter.shop.client.request(method, url, json=body, headers=counter.signed_in("老板"))
        assert answer.status_code == 404, path


def _routes(counter: Counter) -> list[tuple[str, str]]:
    found: list[APIRoute] = []

    def walk(routes: Any) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                found.append(route)
            else:
                walk(getattr(getattr(route, "original_router", None), "routes", ()))

    walk(counter.shop.app.routes)
    named = {"remedy_id", "complaint_id"}
    ours = [route for route in found if route.path.startswith("/api") and named & set(route.param_convertors)]
    return [(method, route.path) for route in ours for method in route.methods or ()]


def _rows(counter: Counter) -> list[Any]:
    with counter.shop.process.database.read.connect() as connection:
        return [
            tuple(row)
            for name in ("remedy", "budget", "order_ledger", "event", "complaint")
            for row in connection.execute(text(f"SELECT * FROM {name}"))
        ]
