"""Offers in numbers: for leads and above, by the shop's days, each number with the conversations behind it."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assist.desk.setup import agent_id_of
from assist.domain.event import Event, EventKind
from assist.domain.suggestion import Arm, Suggestion, SuggestionKind
from assist.domain.tally import Tally
from assist.store.queries import events, offers, suggestions
from assist.store.queries.suggestions import SuggestionRow
from assist.web.offers_models import OfferBehindOut
from assist.web.offers_page import rows_of
from assist.web.offers_report import chance_now
from assist.web.words import words
from tests.kpi.offer_timeline import log_of
from tests.shop import SHOP, RunningShop

from .conftest import eventually, opened_chat, outsider

pytestmark = pytest.mark.anyio

DAYS = "from=2026-11-10&to=2026-11-12"
"""Days of the seeded log: no other test's."""
EVIL = '=cmd|"/c calc"!A1 <script>alert(1)</script>'

LOG = [
    {"at": "11-10 10:00:00", "did": "turn", "c": "oc1"},
    {"at": "11-10 10:01:00", "did": "sent", "c": "oc1", "id": "of1", "skus": ["SKU-A"], "offer": "sauce"},
    {"at": "11-10 11:00:00", "did": "bought", "c": "oc1", "id": "of1", "fen": 1990, "order": "order-7"},
    {"at": "11-10 12:00:00", "did": "turn", "c": "oc2"},
    {"at": "11-10 12:01:00", "did": "sent", "c": "oc2", "id": "of2", "skus": ["SKU-A"], "offer": "sauce"},
    {"at": "11-10 12:02:00", "did": "no", "c": "oc2", "id": "of2"},
    {"at": "11-11 00:00:30", "did": "turn", "c": "oc3"},
    {"at": "11-11 00:01:00", "did": "sent", "c": "oc3", "id": "of3", "skus": [], "offer": "tools", "team": "二组"},
    {"at": "11-11 00:02:00", "did": "yes", "c": "oc3", "id": "of3"},
    {"at": "11-12 09:00:00", "did": "turn", "c": "oc4"},
]
BACK = [
    {"at": "11-14 10:00:00", "did": "turn", "c": "oc9"},
    {"at": "11-14 10:01:00", "did": "sent", "c": "oc9", "id": "of9", "skus": ["SKU-A"], "offer": "sauce"},
    {"at": "11-14 11:00:00", "did": "bought", "c": "oc9", "id": "of9", "fen": 2590, "order": "order-9"},
    {"at": "11-15 11:00:00", "did": "back", "c": "oc9", "id": "of9", "fen": 2590, "order": "order-9", "whole": True},
]
"""Bought for 25.90 and taken back the next day, all of it."""
"""Three offers: bought, declined, said yes to; the last by another team, at a minute past midnight in the shop."""


@dataclass(frozen=True)
class Seeded:
    """The log in a running shop; `first` is the conversation of its first offer, whose card is kept."""

    shop: RunningShop
    first: str

    async def numbers(self, query: str = DAYS) -> dict[str, Any]:
        answer = await self.shop.client.get(f"/api/v1/offers?{query}", headers=self.shop.bearer("经理"))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def page(self, query: str = DAYS, language: str = "zh") -> str:
        path = f"/manager/offers?lang={language}&{query}"
        answer = await self.shop.client.get(path, headers=self.shop.bearer("经理"))
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture(scope="module")
async def seeded(shop: RunningShop) -> Seeded:
    agent = agent_id_of(SHOP, "小林")
    first = await opened_chat(shop, "offers-page")
    log = [
        event.model_copy(
            update={
                "shop_id": SHOP,
                "key": f"offers-page:{event.key}",
                "agent_id": agent,
                "team": event.team or "一组",
                "conversation_id": first["id"] if event.conversation_id == "oc1" else event.conversation_id,
            }
        )
        for event in log_of({"log": [*LOG, *BACK]})
    ]
    held = [_held(number, why) for number, why in enumerate(("complaint", "complaint", "offered"))]
    shop.process.writer.submit(lambda session: events.append(session, [*log, *held])).result()
    card = _card(log[1], first["open_turn_id"])
    shop.process.writer.submit(lambda session: suggestions.save(session, [card])).result()
    return Seeded(shop, first["id"])


def _held(number: int, why: str) -> Event:
    at = log_of({"log": [{"at": "11-12 09:00:00", "did": "turn", "c": "oc4"}]})[0].at
    return Event(
        key=f"offers-page:held:{number}",
        shop_id=SHOP,
        kind=EventKind.offer_held,
        at=at + timedelta(minutes=number),
        conversation_id="oc4",
        turn_id=f"oc4-{number}",
        platform="generic",
        payload={"why": why, "offer_id": "sauce"},
    )


def _card(sent: Event, turn_id: str) -> SuggestionRow:
    assert sent.suggestion_id is not None
    assert sent.conversation_id is not None
    said = Suggestion(
        kind=SuggestionKind.offer,
        article_id="sauce",
        library_number=1,
        title="酱料",
        text=EVIL,
        score=0.1,
        matched="",
    )
    about = (sent.suggestion_id, SHOP, sent.conversation_id, turn_id)
    return SuggestionRow(*about, Arm.shown, "stale", 3, "seafood", sent.at, said)


def by_id(numbers: dict[str, Any]) -> dict[str, Any]:
    return {one["id"]: one for one in numbers["kpis"]}


async def test_the_page_and_the_api_are_for_leads_and_managers(seeded: Seeded) -> None:
    client, bearer = seeded.shop.client, seeded.shop.bearer
    unknown = await client.get("/manager/offers")
    agent = await client.get("/manager/offers", headers=bearer("小林"))

    assert 'data-to="/manager/offers"' in unknown.text
    assert agent.status_code == 403
    assert "只给主管和经理看" in agent.text
    for path in ("/api/v1/offers", "/api/v1/offers/of1/events", "/manager/offers.csv"):
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=bearer("小林"))).status_code == 403


async def test_numbers_are_those_of_the_log(seeded: Seeded) -> None:
    """3 offers in 4 episodes; bought and said yes to: 2 of 3; 19.90 yuan; Wilson 2/3: 0.2077 to 0.9385."""
    numbers = await seeded.numbers()

    kpis = by_id(numbers)
    assert (kpis["K18"]["num"], kpis["K18"]["den"]) == (3, 4)
    assert (kpis["K18b"]["num"], kpis["K18b"]["den"]) == (2, 3)
    assert kpis["K18b"]["interval"] == pytest.approx([0.2077, 0.9385], abs=1e-4)
    assert (kpis["K20"]["value"], kpis["K20"]["unit"], kpis["K20"]["label"]) == (1990, "fen", "correlational")
    assert kpis["K20c"]["label"] == "not_enough_data"
    assert numbers["held"] == {"complaint": 2, "offered": 1}


async def test_a_day_is_the_shops_own(seeded: Seeded) -> None:
    """One minute past midnight on the 11th in Shanghai is the 10th in Greenwich."""
    tenth = by_id(await seeded.numbers("from=2026-11-10&to=2026-11-10"))
    eleventh = by_id(await seeded.numbers("from=2026-11-11&to=2026-11-11"))

    assert (tenth["K18b"]["num"], tenth["K18b"]["den"]) == (1, 2)
    assert (eleventh["K18b"]["num"], eleventh["K18b"]["den"]) == (1, 1)


async def test_rows_tell_each_script_and_goods_with_what_is_expected_now(seeded: Seeded) -> None:
    at = seeded.shop.clock()
    tally = Tally(made=30.0, accepted=8.0)
    save = seeded.shop.process.writer.submit
    save(lambda session: offers.save_tally(session, SHOP, "", "sauce", "SKU-A", tally, at)).result()

    rows = {(row["offer_id"], row["sku"]): row for row in (await seeded.numbers())["scripts"]}

    sauce, tools = rows["sauce", "SKU-A"], rows["tools", ""]
    assert (sauce["sent"], sauce["by_order"], sauce["declined"], sauce["revenue_fen"]) == (2, 1, 1, 1990)
    assert (tools["sent"], tools["by_text"], tools["revenue_fen"]) == (1, 1, 0)
    # 2 of 20 before anything is known: (2 + 8) / (20 + 30) and 2 / 20.
    assert (sauce["chance"], tools["chance"]) == (pytest.approx(0.2), pytest.approx(0.1))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("show=sent", {"of1", "of2", "of3"}, id="sent"),
        pytest.param("show=accepted", {"of1", "of3"}, id="accepted"),
        pytest.param("show=by_order", {"of1"}, id="bought"),
        pytest.param("show=declined", {"of2"}, id="declined"),
        pytest.param("show=lapsed", set[str](), id="lapsed"),
        pytest.param("show=sent&offer=tools", {"of3"}, id="of one script"),
        pytest.param("show=sent&sku=SKU-A", {"of1", "of2"}, id="of one of the goods"),
        pytest.param("show=sent&sku=", {"of3"}, id="by name alone"),
        pytest.param("show=sent&team=二组", {"of3"}, id="of one team"),
        pytest.param("show=sent&agent=nobody", set[str](), id="of nobody"),
        pytest.param("show=sent&platform=generic", {"of1", "of2", "of3"}, id="of one platform"),
    ],
)
async def test_each_number_leads_to_what_is_behind_it(seeded: Seeded, query: str, expected: set[str]) -> None:
    numbers = await seeded.numbers(f"{DAYS}&{query}")

    assert {one["suggestion_id"] for one in numbers["offers"]} == expected
    assert numbers["total"] == len(expected)


async def test_held_episodes_and_inquiries_lead_to_their_conversations(seeded: Seeded) -> None:
    held = await seeded.numbers(f"{DAYS}&show=held&why=offered")
    episodes = await seeded.numbers(f"{DAYS}&show=episodes")

    assert [(one["conversation_id"], one["outcome"]) for one in held["offers"]] == [("oc4", "held_offered")]
    outcomes = {one["conversation_id"]: one["outcome"] for one in episodes["offers"]}
    assert outcomes == {seeded.first: "offered", "oc2": "offered", "oc3": "offered", "oc4": "not_offered"}


async def test_an_offer_tells_its_events_in_order(seeded: Seeded) -> None:
    path = "/api/v1/offers/{}/events"
    answer = await seeded.shop.client.get(path.format("of1"), headers=seeded.shop.bearer("经理"))
    nothing = await seeded.shop.client.get(path.format("nothing"), headers=seeded.shop.bearer("经理"))

    assert [one["kind"] for one in answer.json()["events"]] == ["offer_sent", "offer_answered"]
    assert answer.json()["events"][1]["n"] == 1990
    assert nothing.status_code == 404
    assert nothing.json()["error"]["code"] == "unknown_suggestion"


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-11-12&to=2026-11-10", "from=1999-01-01&to=1999-01-02", "show=everything"]
)
async def test_a_question_that_makes_no_sense_is_refused(seeded: Seeded, query: str) -> None:
    answer = await seeded.shop.client.get(f"/api/v1/offers?{query}", headers=seeded.shop.bearer("经理"))

    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(("language", "label"), [("zh", "仅相关"), ("zh-TW", "僅相關"), ("en", "Correlational")])
async def test_the_page_tells_it_in_words(seeded: Seeded, language: str, label: str) -> None:
    html = await seeded.page(language=language)

    assert label in html
    assert "¥19.90" in html
    assert "order-7" in html
    assert f"conversation={seeded.first}" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not re.search(r"\sstyle=|\son\w+=|<script>", html)
    assert re.search(r'href="/manager/offers\?lang=[\w-]+" aria-current="page"', html)


async def test_what_was_taken_back_tells_what_was_paid_and_what_went_back(seeded: Seeded) -> None:
    html = await seeded.page("from=2026-11-14&to=2026-11-14&show=reversed")

    assert re.search(r"order-9 成交 ¥25\.90 <span>退回 ¥25\.90</span> <span[^>]*>已退回</span>", html)


async def test_every_number_of_the_table_is_a_link_that_keeps_days_and_filters(seeded: Seeded) -> None:
    html = await seeded.page(f"{DAYS}&team=一组")

    links = [link for link in re.findall(r'href="(/manager/offers\?[^"]*show=[^"]*)"', html) if "offer=sauce" in link]
    assert len(links) == 4, "sent, bought, declined, revenue"
    assert all("from=2026-11-10" in link and "to=2026-11-12" in link and "team=%E4%B8%80" in link for link in links)


async def test_without_offers_the_page_says_what_to_do(seeded: Seeded) -> None:
    html = await seeded.page("from=2026-01-01&to=2026-01-02")

    assert "这段时间没有发出推荐" in html
    assert 'href="/kb/goods?lang=zh"' in html
    assert "—" in html


async def test_the_csv_holds_what_is_listed_and_no_formula(seeded: Seeded) -> None:
    path = f"/manager/offers.csv?{DAYS}&show=by_order"
    answer = await seeded.shop.client.get(path, headers=seeded.shop.bearer("经理"))

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="offers-by_order-2026-11-10-2026-11-12.csv"' in answer.headers["content-disposition"]
    header, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert header[0] == "时间"
    told = dict(zip(header, row, strict=True))
    assert told["时间"] == "2026-11-10 10:01:00"
    assert told["客服"] == "小林"
    assert told["推荐内容"] == f"'{EVIL}"
    assert (told["结果"], told["订单"], told["成交额"]) == ("下单接受", "order-7", "19.90")


def _behind(**more: Any) -> OfferBehindOut:
    told: dict[str, Any] = {
        "at": datetime(2026, 11, 10, tzinfo=UTC),
        "conversation_id": "c",
        "agent_id": None,
        "agent": "",
        "suggestion_id": "s",
        "offer_id": "sauce",
        "title": "",
        "skus": [],
        "text": "",
        "outcome": "by_order",
        "order_refs": ["order-7"],
        "gross_fen": 1990,
        "net_fen": 1990,
    }
    return OfferBehindOut(**told | more)


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        pytest.param(_behind(), ("19.90", "0.00", "19.90"), id="nothing went back"),
        pytest.param(_behind(net_fen=1490), ("19.90", "5.00", "14.90"), id="a part went back"),
        pytest.param(_behind(net_fen=0, outcome="reversed"), ("19.90", "19.90", "0.00"), id="all went back"),
        pytest.param(_behind(gross_fen=0, net_fen=0), ("", "", ""), id="no amount is known"),
        pytest.param(_behind(order_refs=[], gross_fen=0, net_fen=0), ("", "", ""), id="no order"),
    ],
)
def test_a_row_tells_what_was_paid_what_went_back_and_what_is_left(
    behind: OfferBehindOut, told: tuple[str, str, str]
) -> None:
    header, row = rows_of([behind], ZoneInfo("Asia/Shanghai"), words("zh"))

    said = dict(zip(header, row, strict=True))
    assert (said["付款"], said["退回"], said["成交额"]) == told


async def test_an_empty_list_is_a_header() -> None:
    assert len(rows_of([], ZoneInfo("Asia/Shanghai"), words("en"))) == 1


async def test_another_shop_sees_none_of_it(seeded: Seeded) -> None:
    others = outsider(seeded.shop, "外经理")

    numbers = (await seeded.shop.client.get(f"/api/v1/offers?{DAYS}", headers=others)).json()
    gone = await seeded.shop.client.get("/api/v1/offers/of1/events", headers=others)

    assert (numbers["offers"], numbers["held"], numbers["scripts"]) == ([], {}, [])
    assert gone.status_code == 404


async def test_the_dashboard_tells_the_same_numbers_and_leads_here(seeded: Seeded) -> None:
    answer = await seeded.shop.client.get(f"/manager?lang=zh&{DAYS}", headers=seeded.shop.bearer("经理"))

    assert 'href="/manager/offers?lang=zh"' in answer.text
    for kpi in ("K18", "K18b", "K19", "K20", "K20b", "K20c", "T25"):
        assert f'id="{kpi}"' in answer.text
    assert "¥19.90" in answer.text


async def test_a_reply_that_names_the_customer_and_the_order_is_personal(shop: RunningShop, chat: str) -> None:
    """Of two replies one tells two facts: 1 of 2. The log holds how many, not which or what was said."""
    actor = {"role": "customer", "ref": chat, "name": "虾兵蟹将"}
    order = "20261121-8842"
    await opened_chat(shop, chat, "如何保存活虾", actor=actor, order_refs=[order])
    before = await personal(shop)
    await shop.say(f"虾兵蟹将您好，订单 {order} 里的活虾放冷藏", "m2", conversation=chat, role="agent")
    await shop.say("您好，放冷藏就可以", "m3", conversation=chat, role="agent")

    path = "/api/v1/kpis?from=2026-11-21&to=2026-11-21"
    await eventually(shop, path, shop.bearer("经理"), lambda told: by_id(told)["T25"]["den"] == before["den"] + 2)

    after = await personal(shop)
    assert (after["num"] - before["num"], after["den"] - before["den"]) == (1, 2)


async def personal(shop: RunningShop) -> dict[str, Any]:
    path = "/api/v1/kpis?from=2026-11-21&to=2026-11-21"
    return by_id((await shop.client.get(path, headers=shop.bearer("经理"))).json())["T25"]


async def test_nothing_learned_is_the_rules_own_chance(shop: RunningShop) -> None:
    policy = shop.process.libraries.current(SHOP).library.selling.ranking

    assert chance_now(Tally(), policy) == policy.prior_accepted / policy.prior_offers
