"""A card in hand under pushes, and which card counts as seen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Demo, Opener, Window
from .test_pages import QUESTION, ask, eventually, open_desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

_HOST = """<!doctype html><meta charset="utf-8"><title>cards</title>
<link rel="stylesheet" href="/static/frame.css">
<div class="scroll" id="scroll"><button class="more" id="more" hidden></button><div id="cards"></div></div>
<textarea id="draft"></textarea>"""
# A list with cards of the test's own making; the module is the real one.
_LIST = """async () => {
  const { CardList } = await import("/static/cards.js");
  document.getElementById("scroll").style.height = "400px";
  window.seen = [];
  window.marked = [];
  const [list, pill] = [document.getElementById("cards"), document.getElementById("more")];
  window.list = new CardList(list, pill, {more_above: "{n} 条新建议"}, {
    seen: (id) => window.seen.push(id),
    held: (card) => window.marked.push(card.dataset.id),
  });
}"""


@pytest.fixture
def page(demo: Demo, agent: Window) -> "Page":
    return _listed(agent.page(), demo)


@pytest.fixture
def still(demo: Demo, window: Opener) -> "Iterator[Page]":
    """A page of a browser whose clock the test turns: a clock is a whole browser's, and stays stopped."""
    with window() as opened:
        page = _listed(opened.page(), demo)
        page.clock.install()
        page.clock.pause_at("2100-01-01")
        yield page


def _listed(opened: "Page", demo: Demo) -> "Page":
    opened.route("**/cards-alone", lambda route: route.fulfill(body=_HOST, content_type="text/html"))
    opened.goto(f"{demo.url}/cards-alone")
    opened.evaluate(_LIST)
    return opened


def card(id_: str, rank: int = 1, more: str = "", kind: str = "") -> str:
    use = '<button data-action="use">填入</button>'
    editor = '<form class="editor" hidden><textarea></textarea><button type="submit">好</button></form>'
    return f'<article class="card {kind}" data-id="{id_}" data-rank="{rank}">{more}<p>{id_}</p>{use}{editor}</article>'


def show(page: "Page", *cards: str, release: bool = False) -> None:
    page.evaluate("([html, release]) => window.list.show(html, release)", ["".join(cards), release])


def shown(page: "Page") -> list[str]:
    return page.locator("#cards .card").evaluate_all("cards => cards.map(one => one.dataset.id)")


def top(page: "Page", id_: str) -> float:
    return page.locator(f"[data-id='{id_}']").evaluate("card => card.getBoundingClientRect().top")


def test_a_focused_card_stays_where_it_is_and_a_pill_tells_of_a_new_one_above(page: "Page") -> None:
    show(page, card("a"), card("b", 2))
    page.locator("[data-id='b'] button").first.focus()
    before = top(page, "b")

    show(page, card("new"), card("a", 2), card("b", 3), card("c", 4))

    assert shown(page) == ["a", "b", "c"]
    assert top(page, "b") == before
    assert page.locator("#more").inner_text() == "1 条新建议"
    assert page.evaluate("document.activeElement.textContent") == "填入"


def test_letting_go_puts_everything_in_its_place(page: "Page") -> None:
    show(page, card("a"), card("b", 2))
    page.locator("[data-id='b'] button").first.focus()
    show(page, card("new"), card("a", 2, "变了"))
    page.locator("#draft").focus()

    page.locator("[data-id='new']").wait_for()
    assert shown(page) == ["new", "a"]
    assert "变了" in page.locator("[data-id='a']").inner_text()
    assert not page.locator("#more").is_visible()


def test_the_pill_shows_them_at_once_and_an_open_editor_keeps_its_text(page: "Page") -> None:
    show(page, card("a"))
    page.locator("[data-id='a'] .editor").evaluate("form => (form.hidden = false)")
    page.locator("[data-id='a'] textarea").fill("写到一半")
    show(page, card("new"))

    page.locator("#more").click()

    assert shown(page) == ["new", "a"]
    assert page.locator("[data-id='a'] textarea").input_value() == "写到一半"
    assert page.evaluate("document.activeElement.closest('.card').dataset.id") == "new"


def test_a_card_in_hand_that_went_stays_insertable_unless_an_amount_is_on_it(page: "Page") -> None:
    show(page, card("answer"), card("money", 2, kind="remedy"), card("goods", 3, kind="offer"))
    for id_ in ("answer", "money", "goods"):
        page.locator(f"[data-id='{id_}'] .editor").evaluate("form => (form.hidden = false)")

    show(page)

    assert shown(page) == ["answer", "money", "goods"]
    assert page.locator("[data-id='answer'] [data-action='use']").is_enabled()
    for id_ in ("money", "goods"):
        assert page.locator(f"[data-id='{id_}'] [data-action='use']").is_disabled()
        assert page.locator(f"[data-id='{id_}'] [type='submit']").is_disabled()
    assert page.evaluate("window.marked") == ["answer", "money", "goods"]


def test_an_offer_that_is_current_again_can_be_used_again(page: "Page") -> None:
    goods = card("goods", kind="offer")
    show(page, goods)
    page.locator("[data-id='goods'] .editor").evaluate("form => (form.hidden = false)")

    show(page)
    show(page, goods)

    assert page.locator("[data-id='goods'] [data-action='use']").is_enabled()


def test_going_to_another_conversation_lets_go_of_everything(page: "Page") -> None:
    show(page, card("a"))
    page.locator("[data-id='a'] button").first.focus()

    show(page, card("other"), release=True)

    assert shown(page) == ["other"]


def test_unchanged_cards_are_the_same_elements_after_a_push(page: "Page") -> None:
    show(page, card("a"), card("b", 2))
    page.locator("[data-id='b']").evaluate("card => (card.stillHere = true)")

    show(page, card("new"), card("b", 2))

    assert shown(page) == ["new", "b"]
    assert page.locator("[data-id='b']").evaluate("card => card.stillHere") is True


def test_a_card_is_seen_when_half_of_it_was_in_view_for_a_second(still: "Page") -> None:
    show(still, card("here"), card("room", 2, more='<svg width="10" height="600"></svg>'), card("far", 3))
    _observed(still)
    still.clock.run_for(900)
    before = still.evaluate("window.seen")
    still.clock.run_for(200)

    assert before == []
    assert "here" in still.evaluate("window.seen")
    assert "far" not in still.evaluate("window.seen")


def test_a_second_look_away_begins_the_second_anew(still: "Page") -> None:
    show(still, card("here"), card("room", 2, more='<svg width="10" height="2000"></svg>'))
    _observed(still)
    still.clock.run_for(900)
    still.locator("#scroll").evaluate("scroll => (scroll.scrollTop = 1000)")
    _observed(still)
    still.clock.run_for(200)

    assert "here" not in still.evaluate("window.seen")


def test_of_a_card_taller_than_the_window_half_a_window_is_enough(still: "Page") -> None:
    show(still, card("tall", 1, more='<svg width="10" height="5000"></svg>'))
    _observed(still)
    still.clock.run_for(1100)

    assert still.evaluate("window.seen") == ["tall"]


def test_an_element_tells_its_host_what_was_shown(demo: Demo, agent: Window) -> None:
    page = open_desk(demo, agent)
    page.evaluate("""
        window.told = [];
        document.addEventListener("assist-shown", event => window.told.push(event.detail));
    """)
    page.locator(".row", has_text=ask(demo, QUESTION)).click()
    page.locator("#cards .card[data-rank='1']").wait_for()
    first = page.locator(".card[data-rank='1']").get_attribute("data-id")

    def of_first() -> list[dict[str, Any]]:
        return [one for one in page.evaluate("window.told") if one["suggestionId"] == first]

    assert eventually(lambda: bool(of_first()))
    assert all(one["visibleMs"] >= 1000 for one in of_first())


def _observed(page: "Page") -> None:
    """Wait until the browser has told what is in view: this observer is told after the list's."""
    page.evaluate("() => new Promise(told => new IntersectionObserver(told).observe(document.querySelector('.card')))")
