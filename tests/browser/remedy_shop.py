"""A demo with complaints in it, as the program would keep them, and the browsers that look at their cards."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assist.domain.chat import Order, OrderLine
from assist.domain.complaint import Issue, Severity
from assist.domain.ids import id_of
from assist.domain.remedy import Decision
from assist.domain.suggestion import Arm
from assist.store.database import open_database
from assist.store.queries import chats, complaints, suggestions, world
from assist.store.queries.complaints import ComplaintRow, LineRow
from assist.store.queries.suggestions import SuggestionRow
from assist.store.writer import Writer
from tests.store.claims import a_claim
from tests.web.remedy_cases import GOODS, a_detail, a_remedy, a_suggestion

from .conftest import Demo, Opener, Window, run_demo
from .test_pages import QUESTION, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SHOP = "demo"
LINE = OrderLine(line_ref="l1", title=GOODS, paid_fen=8900)


@dataclass
class Shop:
    """A running demo whose database the test writes complaints into, as the program would."""

    demo: Demo
    url: str

    def complain(self, decision: Decision | None = None, **detail: Any) -> str:
        """Give a new conversation one card about a complaint; return its id."""
        name = f"顾客{uuid.uuid4().hex[:6]}"
        ref = self.demo.say(QUESTION, name=name)
        assert eventually(lambda: self.conversation(ref)["open_turn_id"] is not None)
        assert eventually(lambda: bool(self.cards(self.conversation(ref)["id"])))
        conversation = self.conversation(ref)
        decision = decision or a_remedy(datetime.now(UTC))
        self._keep(conversation, ref, decision, detail)
        return conversation["id"]

    def conversation(self, ref: str) -> dict[str, Any]:
        listed = self.get(f"conversations?adapter=generic&account={self.demo.told['account']}&ref={ref}")
        return (listed["conversations"] or [{"open_turn_id": None}])[0]

    def cards(self, conversation_id: str) -> list[dict[str, Any]]:
        return self.get(f"conversations/{conversation_id}/suggestions")["suggestions"]

    def get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.demo.told['agent_token']}"}
        with httpx.Client(trust_env=False, timeout=10) as client:
            return client.get(f"{self.demo.url}/api/v1/{path}", headers=headers).raise_for_status().json()

    def remedies(self, conversation_id: str) -> list[dict[str, Any]]:
        return self.get(f"remedies?conversation_id={conversation_id}")["remedies"]

    def post(self, path: str, body: dict[str, Any], token: str = "agent_token") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.demo.told[token]}"}
        with httpx.Client(trust_env=False, timeout=10) as client:
            return client.post(f"{self.demo.url}/api/v1/{path}", json=body, headers=headers)

    def _keep(self, conversation: dict[str, Any], ref: str, decision: Decision, detail: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        turn_id = conversation["open_turn_id"]
        complaint = ComplaintRow(
            id=complaints.complaint_id_of(conversation["id"], 1),
            shop_id=SHOP,
            conversation_id=conversation["id"],
            episode=1,
            platform="generic",
            turn_id=turn_id,
            issues=(Issue.spoilage,),
            severity=Severity.partial_spoil,
            opened_at=now,
            updated_at=now,
            order_ref=f"o-{ref}",
        )
        claim = a_claim(now)
        line = LineRow(
            complaint_id=complaint.id,
            line_key="l1",
            shop_id=SHOP,
            issue=Issue.spoilage,
            severity=Severity.partial_spoil,
            claim=claim.model_copy(update={"line": claim.line and claim.line.model_copy(update={"title": GOODS})}),
            decision=decision,
            library_number=1,
            opened_at=now,
            line_ref="l1",
            category="berries",
        )
        order = Order(
            order_ref=f"o-{ref}",
            status="signed",
            customer_ref=ref,
            paid_fen=8900,
            lines=(LINE,),
            signed_at=now,
            as_of=now,
        )
        card = SuggestionRow(
            id=id_of("card", ref),
            shop_id=SHOP,
            conversation_id=conversation["id"],
            turn_id=turn_id,
            arm=Arm.shown,
            state="live",
            rank=0,
            category="berries",
            created_at=now,
            suggestion=a_suggestion(a_detail(decision, complaint.id, **detail)),
        )

        def keep(session: Any) -> None:
            suggestions.make_stale(session, [one.id for one in suggestions.for_turns(session, [turn_id])])
            row = chats.conversation(session, SHOP, conversation["id"])
            assert row is not None
            chats.save_conversation(session, replace(row, order_ref=order.order_ref))
            world.save_order(session, SHOP, order)
            complaints.save_complaint(session, complaint, [line])
            suggestions.save(session, [card])

        database = open_database(self.url)
        writer = Writer(database).start()
        writer.submit(keep).result()
        writer.close()
        database.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("remedies")
    with run_demo(folder) as running:
        yield Shop(running, f"sqlite:///{folder / 'data' / 'assist.sqlite3'}")


@pytest.fixture(scope="module")
def signed_in(window: Opener, shop: Shop) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(shop.demo.told["desk"])
        page.locator("#rows").wait_for(state="attached")
        page.close()
        yield opened


@pytest.fixture(scope="module")
def lead(window: Opener, shop: Shop) -> Iterator[Window]:
    """The manager's browser."""
    with window() as opened:
        page = opened.page()
        page.goto(shop.demo.told["manager"])
        page.locator(".tile#K4").wait_for()
        page.close()
        yield opened


@pytest.fixture
def agent(signed_in: Window) -> Iterator[Window]:
    signed_in.errors.clear()
    yield signed_in
    assert signed_in.take_errors() == []
    for page in signed_in.context.pages[1:]:
        page.close()


def opened(shop: Shop, agent: Window, conversation_id: str, language: str = "zh") -> "Page":
    page = agent.page()
    page.goto(f"{shop.demo.url}/desk?lang={language}&conversation={conversation_id}")
    card_of(page).wait_for()
    # The cards come with the page: what makes them live comes after, and winds the clocks last.
    page.locator("fresh-assist[live]").wait_for()
    page.locator("#cards p.clock:not([data-now])").wait_for(state="detached")
    return page


def card_of(page: "Page") -> "Locator":
    return page.locator("#cards .card.remedy").first
