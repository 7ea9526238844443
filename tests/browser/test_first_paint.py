"""What is seen first: cards before any script, cards with the first module alone, and the frame fetched by a host."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from .conftest import Demo, Opener, Window
from .test_pages import QUESTION, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

_HOST = """<!doctype html><meta charset="utf-8"><title>host</title>
<script type="module" src="{url}/static/fresh-assist.js"></script><body></body>"""


@pytest.fixture
def asked(demo: Demo) -> str:
    """The id of a new conversation whose card is there."""
    ref = demo.say(QUESTION, name=f"顾客{uuid.uuid4().hex[:6]}")
    found: list[str] = []

    def advised() -> bool:
        headers = {"Authorization": f"Bearer {demo.told['agent_token']}"}
        with httpx.Client(base_url=f"{demo.url}/api/v1/", headers=headers, trust_env=False) as client:
            path = f"conversations?adapter=generic&account={demo.told['account']}&ref={ref}"
            found[:] = [one["id"] for one in client.get(path).json()["conversations"]]
            return bool(found and client.get(f"conversations/{found[0]}/suggestions").json()["suggestions"])

    assert eventually(advised)
    return found[0]


@pytest.fixture
def page(agent: Window) -> "Iterator[Page]":
    opened = agent.page()
    yield opened
    opened.unroute_all(behavior="ignoreErrors")


def test_cards_are_there_without_any_script(demo: Demo, agent: Window, window: Opener, asked: str) -> None:
    cookies = agent.context.cookies()
    with window(java_script_enabled=False) as opened:
        opened.context.add_cookies(cast(Any, cookies))
        page = opened.page()
        page.goto(f"{demo.url}/desk?conversation={asked}")

        page.locator("#cards .card[data-rank='1'] .text", has_text="活虾").wait_for()
        assert page.locator("#who").inner_text().startswith("顾客")
        assert not page.locator("#skeleton").is_visible()


def test_the_first_module_alone_puts_the_first_card_in(demo: Demo, page: "Page", agent: Window, asked: str) -> None:
    """A host's page has no cards of ours in it: frame and cards are fetched, and nothing else is needed."""
    blocked: list[str] = []

    def only_the_first(route: "Route") -> None:
        if route.request.url.endswith("/fresh-assist.js"):
            route.continue_()
        else:
            blocked.append(route.request.url)
            route.abort()

    page.route("**/static/*.js", only_the_first)
    page.route(f"{demo.url}/host", lambda route: route.fulfill(body=_HOST.format(url=""), content_type="text/html"))
    page.goto(f"{demo.url}/host")
    put_in(page, conversation=asked, mode="cookie", lang="zh", capabilities="insert")

    page.locator("fresh-assist #cards .card[data-rank='1'] .text", has_text="活虾").wait_for()
    page.locator("fresh-assist[offline] #banner").wait_for()
    assert any(url.endswith("/assist.js") for url in blocked)

    page.unroute("**/static/*.js")
    page.get_by_role("button", name="立即重试").click()
    page.locator("fresh-assist[live]:not([offline])").wait_for()
    assert not page.locator("#banner").is_visible()
    assert agent.take_errors("ERR_FAILED") == []


def test_cards_of_the_page_stay_as_they_are_when_the_rest_comes(demo: Demo, page: "Page", asked: str) -> None:
    page.goto(f"{demo.url}/desk?conversation={asked}")
    page.locator("#cards .card[data-rank='1']").evaluate("card => (card.stillHere = true)")

    page.locator("fresh-assist[live]").wait_for()

    assert page.locator("#cards .card[data-rank='1']").evaluate("card => card.stillHere") is True
    assert page.locator("fresh-assist").get_attribute("conversation") == asked


def test_the_desk_begins_with_the_conversation_its_list_begins_with(demo: Demo, page: "Page", asked: str) -> None:
    page.goto(f"{demo.url}/desk")
    first = page.locator("fresh-assist").get_attribute("conversation")

    page.locator("fresh-assist[live]").wait_for()

    assert first
    assert page.locator("fresh-assist").get_attribute("conversation") == first


def test_an_element_that_is_moved_stays_live_and_inserts_once(demo: Demo, page: "Page", asked: str) -> None:
    page.goto(f"{demo.url}/desk?conversation={asked}")
    page.locator("fresh-assist[live] .card[data-rank='1']").wait_for()

    page.evaluate("document.body.append(document.querySelector('fresh-assist'))")
    page.locator("fresh-assist:not([offline]) .card[data-rank='1']").wait_for()
    page.keyboard.press("Alt+Digit1")

    text = page.locator(".card[data-rank='1'] .text").inner_text()
    assert page.locator("#draft").input_value() == text


def test_what_the_host_told_before_the_rest_was_there_is_kept(demo: Demo, page: "Page", asked: str) -> None:
    held: list[Route] = []
    page.route("**/static/assist.js", lambda route: held.append(route))  # noqa: PLW0108 - playwright looks inside
    page.route(f"{demo.url}/host", lambda route: route.fulfill(body=_HOST.format(url=""), content_type="text/html"))
    page.goto(f"{demo.url}/host")
    put_in(page, mode="cookie", lang="zh", capabilities="insert")
    page.evaluate("id => document.querySelector('fresh-assist').selectConversation(id)", asked)
    page.locator("fresh-assist #cards .card[data-rank='1']").wait_for()
    page.evaluate("document.querySelector('fresh-assist').setDraft('全网最低价，假一赔万')")

    with page.expect_request("**/drafts/check**") as checked:
        held[0].continue_()

    assert "假一赔万" in (checked.value.post_data or "")


def put_in(page: "Page", **attributes: str) -> None:
    page.evaluate(
        """attributes => {
          const element = document.createElement("fresh-assist");
          for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
          document.body.append(element);
        }""",
        attributes,
    )


def test_a_theme_that_the_host_names_wins_over_the_systems(demo: Demo, page: "Page", asked: str) -> None:
    page.goto(f"{demo.url}/desk?conversation={asked}")
    page.locator("#cards .card").first.wait_for()
    ground = "host => getComputedStyle(host.shadowRoot.querySelector('.card')).backgroundColor"
    element = page.locator("fresh-assist")

    for system in ("light", "dark"):
        page.emulate_media(color_scheme=cast(Any, system))
        element.evaluate("host => host.removeAttribute('theme')")
        by_system = element.evaluate(ground)
        element.evaluate("host => host.setAttribute('theme', 'light')")
        light = element.evaluate(ground)
        element.evaluate("host => host.setAttribute('theme', 'dark')")
        dark = element.evaluate(ground)

        assert (light, dark) == ("rgb(255, 255, 255)", "rgb(29, 35, 43)")
        assert by_system == (light if system == "light" else dark)
