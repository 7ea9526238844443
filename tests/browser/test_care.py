"""Beside the cards, in a real browser: how the customer sounds, who was called, and promises until they are kept."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from assist.store import care_tables
from assist.store.database import open_database
from assist.store.tables import table_of
from assist.store.writer import Writer

from .conftest import Window
from .remedy_shop import Shop, agent, shop, signed_in
from .test_guard_looks import SIDE
from .test_pages import QUESTION, eventually
from .test_remedy_looks import CONTRAST, NAMELESS, SMALL

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

pytestmark = pytest.mark.browser

# Fixtures, used by name.
__all__ = ["agent", "shop", "signed_in"]

ANGRY = "吃了你们的虾全家拉肚子，太差劲了，我要打12315投诉你们！"
PROMISE = "两小时内回复"
OTHERS = ("稍后给您回电", "明天给您补发")
"""Of other kinds: the same promise again is the same."""


def conversation_of(shop: Shop, text: str = QUESTION) -> dict[str, Any]:
    ref = shop.demo.say(text, name=f"顾客{uuid.uuid4().hex[:6]}")
    assert eventually(lambda: shop.conversation(ref)["open_turn_id"] is not None)
    return shop.conversation(ref)


def opened(shop: Shop, agent: Window, conversation: dict[str, Any], language: str = "zh") -> "Page":
    page = agent.page()
    page.goto(f"{shop.demo.url}/desk?lang={language}&conversation={conversation['id']}")
    page.locator("fresh-assist:not([offline]) #skeleton").wait_for(state="hidden")
    return page


def promise(shop: Shop, conversation: dict[str, Any], words: str = PROMISE) -> str:
    """Let an agent promise something; return the promise's id."""
    before = promised(shop, conversation)
    shop.demo.reply(conversation["id"], f"亲，{words}")
    assert eventually(lambda: len(promised(shop, conversation)) > len(before))
    (made,) = promised(shop, conversation) - before
    return made


def due_in(shop: Shop, promise_id: str, minutes: float, *, missed: bool = False) -> None:
    """As if it was promised for another time; the next message in the chat reads it anew."""
    now = datetime.now(UTC)
    ended = {"state": "missed", "ended_at": now} if missed else {}
    rows = table_of(care_tables.Promise)
    change = update(rows).where(rows.c.id == promise_id).values(due_at=now + timedelta(minutes=minutes), **ended)
    database = open_database(shop.url)
    writer = Writer(database).start()
    writer.submit(lambda session: session.execute(change) and None).result()
    writer.close()
    database.close()


def promised(shop: Shop, conversation: dict[str, Any]) -> set[str]:
    listed = [one for state in ("open", "missed") for one in shop.get(f"promises?state={state}")["promises"]]
    return {one["id"] for one in listed if one["conversation_id"] == conversation["id"]}


def rows(page: "Page") -> "Locator":
    return page.locator("#care .promise")


def test_a_promise_that_is_sent_counts_down_and_one_key_says_it_was_kept(shop: Shop, agent: Window) -> None:
    conversation = conversation_of(shop)
    page = opened(shop, agent, conversation)
    page.locator("#draft").fill(f"好的，{PROMISE}")
    page.locator("#draft").press("Enter")
    rows(page).wait_for()
    assert PROMISE in rows(page).locator(".promised").inner_text()
    assert rows(page).locator(".due").inner_text() == "还剩 1小时"
    page.locator("#draft").fill("还在写")

    with page.expect_response(lambda answer: answer.url.endswith("/kept")) as ended:
        page.keyboard.press("Alt+KeyK")

    page.locator("#notice", has_text="已记为做到").wait_for()
    rows(page).wait_for(state="detached")
    assert (ended.value.json()["state"], ended.value.json()["late"]) == ("kept", False)
    assert page.locator("#draft").input_value() == "还在写"
    assert page.evaluate("document.activeElement.id") == "draft"


def test_due_first_stands_first_soon_and_missed_are_marked_and_a_held_key_ends_only_one(
    shop: Shop, agent: Window
) -> None:
    conversation = conversation_of(shop)
    missed, soon, late = [promise(shop, conversation, words) for words in (PROMISE, *OTHERS)]
    due_in(shop, missed, -5, missed=True)
    due_in(shop, soon, 6.5)
    due_in(shop, late, 60 * 24 * 3 + 1)
    page = opened(shop, agent, conversation)
    rows(page).nth(2).wait_for()

    due = rows(page).locator(".due").all_inner_texts()
    assert due == ["已过时间", "还剩 6分", "还剩 3天"]
    assert rows(page).nth(0).get_by_role("button").all_inner_texts() == ["做到了 Alt K"]
    assert rows(page).nth(1).get_by_role("button").all_inner_texts() == ["做到了", "没做到", "不算"]
    page.locator("#draft").evaluate(
        "area => { for (const repeat of [false, true, true]) area.dispatchEvent(new KeyboardEvent('keydown',"
        " {code: 'KeyK', key: 'k', altKey: true, repeat, bubbles: true, composed: true, cancelable: true})); }"
    )

    page.locator("#notice", has_text="已记为做到").wait_for()
    page.wait_for_timeout(500)
    assert rows(page).locator(".due").all_inner_texts() == due[1:]


def test_the_focus_goes_on_to_the_next_promise_and_then_back_to_writing(shop: Shop, agent: Window) -> None:
    conversation = conversation_of(shop)
    promise(shop, conversation)
    promise(shop, conversation, OTHERS[0])
    page = opened(shop, agent, conversation)
    rows(page).nth(1).wait_for()
    # The stream tells of it before the page's own look at what is left is answered.
    page.route("**/suggestions?*", lambda _: None)

    page.get_by_role("button", name="不算").first.press("Enter")
    page.locator("#notice", has_text="不算承诺").wait_for()
    rows(page).nth(1).wait_for(state="detached")
    held = page.evaluate("document.querySelector('fresh-assist').shadowRoot.activeElement.dataset.ending")
    assert held is not None
    page.keyboard.press("Enter")

    rows(page).wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "draft"
    page.unroute_all(behavior="ignoreErrors")


def test_what_somebody_else_said_of_a_promise_first_is_told(shop: Shop, agent: Window) -> None:
    conversation = conversation_of(shop)
    made = promise(shop, conversation)
    page = opened(shop, agent, conversation)
    rows(page).wait_for()

    def be_second(route: "Route") -> None:
        shop.post(f"promises/{made}/kept", {}, "manager_token")
        route.continue_()

    page.route("**/dismissed", be_second)
    rows(page).get_by_role("button", name="不算").click()

    page.locator("#notice", has_text="别人已经记过了").wait_for()
    rows(page).wait_for(state="detached")
    assert agent.take_errors("409") == []


def test_an_angry_customer_is_shown_as_one_and_who_was_called(shop: Shop, agent: Window) -> None:
    page = opened(shop, agent, conversation_of(shop, ANGRY))

    page.locator("#care .called.red", has_text="已提醒主管").wait_for()
    assert page.locator("#care .mood").get_attribute("class") in ("mood upset", "mood angry")
    assert page.locator("#care .mood").inner_text().startswith("顾客的情绪：")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_of_it_fits_and_can_be_read_at_every_width_light_and_dark(shop: Shop, agent: Window, language: str) -> None:
    conversation = conversation_of(shop, ANGRY)
    missed, soon = [promise(shop, conversation, words) for words in (PROMISE, OTHERS[0])]
    due_in(shop, missed, -5, missed=True)
    due_in(shop, soon, 5)
    page = opened(shop, agent, conversation, language)
    rows(page).nth(1).wait_for()
    scripts = [script.replace(".card.remedy", ".care") for script in (CONTRAST, NAMELESS, SMALL)]

    for width in (300, 360, 420):
        page.evaluate(SIDE, width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
            for script in scripts:
                assert page.evaluate(script) == [], width
        assert page.locator("#care").evaluate("care => care.scrollWidth - care.clientWidth") <= 0
        assert page.locator("#care").evaluate("care => care.offsetHeight / care.parentElement.offsetHeight") <= 0.31
