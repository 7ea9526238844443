"""A demo whose conversations have the cards that a test names, and the agent's browser that looks at them."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assist.domain.chat import Order, OrderLine
from assist.domain.ids import id_of
from assist.domain.suggestion import Arm, Suggestion, SuggestionKind
from assist.store.database import open_database
from assist.store.queries import chats, suggestions, world
from assist.store.queries.suggestions import SuggestionRow
from assist.store.writer import Writer

from .conftest import Demo, Opener, Window, run_demo
from .test_pages import QUESTION, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SHOP = "demo"
SLOTTED = "{{ customer_name }}您好，{{ tracking_no }}今天到，{{ tracking_no }}请留意。"


def an_answer(text: str = "活虾当天吃最好。", **more: Any) -> Suggestion:
    given: dict[str, Any] = {
        "kind": SuggestionKind.answer,
        "article_id": "a-made-up-one",
        "library_number": 1,
        "title": "标题",
        "text": text,
        "score": 0.9,
        "matched": "怎么放",
        "source": "来源（某处，2026）",
    }
    return Suggestion(**(given | more))


@dataclass
class CardShop:
    """A running demo whose database the test writes cards into, as the program would."""

    demo: Demo
    url: str

    def suggest(self, *cards: Suggestion, name: str = "", order: Order | None = None, question: str = QUESTION) -> str:
        """Give a new conversation these cards and no others; return its id."""
        ref = self.demo.say(question, name=name or f"顾客{uuid.uuid4().hex[:6]}")
        assert eventually(lambda: self.conversation(ref)["open_turn_id"] is not None)
        assert eventually(lambda: bool(self.cards(self.conversation(ref)["id"])))
        conversation = self.conversation(ref)
        self._keep(conversation, cards, order and order.model_copy(update={"customer_ref": ref}))
        return conversation["id"]

    def cards(self, conversation_id: str) -> list[dict[str, Any]]:
        return self.get(f"conversations/{conversation_id}/suggestions")["suggestions"]

    def messages(self, conversation_id: str) -> list[str]:
        """What agents said, sent or on its way."""
        detail = self.get(f"conversations/{conversation_id}")
        said = [one["text"] for one in detail["messages"] if one["role"] == "agent"]
        return said + [one["text"] for one in detail["deliveries"]]

    def get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.demo.told['agent_token']}"}
        with httpx.Client(trust_env=False, timeout=10) as client:
            return client.get(f"{self.demo.url}/api/v1/{path}", headers=headers).raise_for_status().json()

    def put(self, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.demo.told['agent_token']}"}
        with httpx.Client(trust_env=False, timeout=10) as client:
            return client.put(f"{self.demo.url}/api/v1/{path}", json=body, headers=headers)

    def conversation(self, ref: str) -> dict[str, Any]:
        listed = self.get(f"conversations?adapter=generic&account={self.demo.told['account']}&ref={ref}")
        return (listed["conversations"] or [{"open_turn_id": None}])[0]

    def _keep(self, conversation: dict[str, Any], cards: Sequence[Suggestion], order: Order | None) -> None:
        turn_id = conversation["open_turn_id"]
        rows = [
            SuggestionRow(
                id=id_of("card", turn_id, str(rank)),
                shop_id=SHOP,
                conversation_id=conversation["id"],
                turn_id=turn_id,
                arm=Arm.shown,
                state="live",
                rank=rank,
                category="berries",
                created_at=datetime.now(UTC),
                suggestion=card,
            )
            for rank, card in enumerate(cards)
        ]

        def keep(session: Any) -> None:
            suggestions.make_stale(session, [one.id for one in suggestions.for_turns(session, [turn_id])])
            suggestions.save(session, rows)
            row = chats.conversation(session, SHOP, conversation["id"])
            assert row is not None
            if order:
                world.save_order(session, SHOP, order)
                chats.save_conversation(session, replace(row, order_ref=order.order_ref))

        database = open_database(self.url)
        writer = Writer(database).start()
        writer.submit(keep).result()
        writer.close()
        database.close()


def an_order(*titles: str, **more: Any) -> Order:
    given: dict[str, Any] = {
        "order_ref": f"o-{uuid.uuid4().hex[:6]}",
        "status": "signed",
        "paid_fen": 8900,
        "lines": tuple(OrderLine(line_ref=f"l{at}", title=title) for at, title in enumerate(titles)),
        "as_of": datetime.now(UTC),
    }
    return Order(**(given | more))


def opened(shop: CardShop, agent: Window, conversation_id: str, language: str = "zh") -> "Page":
    """The desk with this conversation's cards there."""
    page = agent.page()
    page.goto(f"{shop.demo.url}/desk?lang={language}&conversation={conversation_id}")
    page.locator("#cards .card").first.wait_for()
    # The first cards are there before anything listens; the strip comes with the live ones.
    page.locator("fresh-assist:not([offline]) #strip details").wait_for()
    return page


def as_host(page: "Page", capabilities: str) -> None:
    """From here on the desk's sidebar is told that its host can do this."""
    page.locator("fresh-assist").evaluate("(host, can) => host.setAttribute('capabilities', can)", capabilities)


def card(page: "Page", rank: int = 1) -> "Locator":
    return page.locator(f"#cards .card[data-rank='{rank}']")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardShop]:
    folder = tmp_path_factory.mktemp("cards")
    with run_demo(folder) as running:
        yield CardShop(running, f"sqlite:///{folder / 'data' / 'assist.sqlite3'}")


@pytest.fixture(scope="module")
def signed_in(window: Opener, shop: CardShop) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(shop.demo.told["desk"])
        page.locator("#rows").wait_for(state="attached")
        page.close()
        yield opened


@pytest.fixture
def agent(signed_in: Window) -> Iterator[Window]:
    signed_in.errors.clear()
    yield signed_in
    assert signed_in.take_errors() == []
    for page in signed_in.context.pages[1:]:
        page.close()
