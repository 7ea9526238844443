"""The article editor in a browser: write, see, try, publish, and two people at once."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.browser.conftest import Demo, Opener, Window, run_demo

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ARTICLE = "storage-strawberry"
ASK = "草莓到家怎么放"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this module's own: its articles are changed."""
    with run_demo(tmp_path_factory.mktemp("kb")) as running:
        yield running


@pytest.fixture(scope="module")
def _manager(window: Opener, kb: Demo) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(kb.told["manager"])
        page.locator(".top .who").wait_for()
        page.close()
        yield opened


@pytest.fixture
def manager(_manager: Window) -> Iterator[Window]:
    _manager.errors.clear()
    yield _manager
    assert _manager.take_errors("409", "422") == []
    for page in _manager.context.pages[1:]:
        page.close()


@pytest.fixture(scope="module")
def _agent(window: Opener, kb: Demo) -> Iterator[Window]:
    with window() as opened:
        page = opened.page()
        page.goto(kb.told["desk"])
        page.locator("#rows").wait_for(state="attached")
        page.close()
        yield opened


@pytest.fixture
def agent(_agent: Window) -> Iterator[Window]:
    _agent.errors.clear()
    yield _agent
    assert _agent.take_errors() == []
    for page in _agent.context.pages[1:]:
        page.close()


def opened(window: Window, kb: Demo, path: str) -> "Page":
    page = window.page()
    page.goto(f"{kb.url}{path}")
    return page


def saved_by(kb: Demo, token: str, entry_id: str, body: dict[str, object], revision: int) -> None:
    """Save a draft as somebody else would."""
    with httpx.Client(trust_env=False, timeout=10) as client:
        headers = {"authorization": f"Bearer {kb.told[token]}"}
        newest = client.get(f"{kb.url}/api/v1/kb/versions", headers=headers).json()["versions"][0]["number"]
        sent = {"kind": "article", "entry_id": entry_id, "body": body, "base_number": newest, "revision": revision}
        client.post(f"{kb.url}/api/v1/kb/drafts", json=sent, headers=headers).raise_for_status()


def test_a_published_wording_reaches_the_card_that_an_agent_has_open(kb: Demo, manager: Window, agent: Window) -> None:
    desk = opened(agent, kb, "/desk")
    kb.say(ASK, name="草莓客人")
    desk.locator(".row", has_text="草莓客人").first.click()
    card = desk.locator("fresh-assist .card", has_text="草莓").first
    card.wait_for()
    page = opened(manager, kb, f"/kb/article/{ARTICLE}")

    page.locator("#text").fill("草莓收到先摊开透气，冷藏建议{{ fridge }}内吃完，冷冻一般能放{{ frozen }}。")
    page.locator("#text_en").fill("Spread strawberries out, usually {{ fridge }} in the fridge, {{ frozen }} frozen.")
    page.locator("#note").fill("更短")
    page.locator("#preview").get_by_text("草莓收到先摊开透气").wait_for()
    page.locator("#question").fill(ASK)
    page.locator("#tried-draft li.own").first.wait_for()
    page.locator("#findings .good").wait_for()
    page.locator("#publish").click()
    page.locator("#standing", has_text="陈经理").wait_for()

    changed = desk.locator("fresh-assist .card", has_text="草莓收到先摊开透气").first
    changed.wait_for()
    page.locator(".history li", has_text="更短").wait_for()
    assert "冷冻一般能放" in changed.locator(".text").inner_text()
    assert "{{" not in changed.locator(".text").inner_text()


def test_two_editors_at_once_see_both_wordings_and_choose(kb: Demo, manager: Window) -> None:
    page = opened(manager, kb, "/kb/article/storage-lemon")
    page.locator("#title").fill("我的标题")
    page.locator("#status", has_text="草稿已存").wait_for()
    theirs = json.loads(page.locator("#state").text_content() or "{}")["body"] | {"title": "对方的标题"}
    saved_by(kb, "agent_token", "storage-lemon", theirs, 1)

    page.locator("#title").fill("我的新标题")

    conflict = page.locator("#conflict")
    conflict.locator("del", has_text="对方").wait_for()
    assert "小林" in conflict.inner_text()
    assert page.locator("#title").input_value() == "我的新标题"
    conflict.get_by_role("button", name="用我的").click()
    page.locator("#status", has_text="陈经理").wait_for()
    page.reload()
    assert page.locator("#title").input_value() == "我的新标题"


def test_theirs_can_be_taken(kb: Demo, manager: Window) -> None:
    page = opened(manager, kb, "/kb/article/storage-banana")
    body = json.loads(page.locator("#state").text_content() or "{}")["body"]
    saved_by(kb, "agent_token", "storage-banana", body | {"title": "对方先写的"}, 0)

    page.locator("#title").fill("我后写的")
    page.locator("#conflict").get_by_role("button", name="用对方的").click()

    page.locator("#status", has_text="小林").wait_for()
    assert page.locator("#title").input_value() == "对方先写的"


def test_an_agent_writes_and_hands_in_and_a_manager_sends_back(kb: Demo, manager: Window, agent: Window) -> None:
    written = opened(agent, kb, "/kb/article/storage-blueberry")
    assert written.locator("#publish").count() == 0
    written.locator("#title").fill("蓝莓放哪里好")
    written.locator("#hand-in").click()
    written.locator("#status", has_text="等人审").wait_for()
    queue = opened(manager, kb, "/kb")
    queue.locator(".waiting a", has_text="蓝莓放哪里好").click()
    queue.once("dialog", lambda asked: asked.accept("说清楚冷藏"))
    queue.locator("#send-back").click()
    queue.locator(".back", has_text="说清楚冷藏").wait_for()

    written.reload()

    assert "说清楚冷藏" in written.locator(".back").inner_text()


def test_a_gap_opens_a_new_article_that_keeps_itself(kb: Demo, agent: Window) -> None:
    page = opened(agent, kb, "/kb/article/new?ask=榴莲没熟怎么办&intent=storage")

    page.locator("#status", has_text="草稿已存").wait_for()

    assert page.locator("#asks").input_value() == "榴莲没熟怎么办"
    assert page.locator("#intent").input_value() == "storage"
    assert not page.url.split("?")[0].endswith("/new")


def test_a_new_article_names_what_is_missing_only_when_it_is_to_be_done(kb: Demo, manager: Window) -> None:
    page = manager.page()
    with page.expect_response(lambda one: "kb/check" in one.url):
        page.goto(f"{kb.url}/kb/article/new")
    page.locator(".title", has_text="新条目").wait_for()
    assert page.locator("[aria-invalid], .at:not(:empty)").count() == 0
    assert page.locator("#preview").bounding_box() in (None, {"x": 0, "y": 0, "width": 0, "height": 0})

    page.locator("#publish").click()

    page.locator("#title[aria-invalid=true]").wait_for()
    page.locator("#at-text:not(:empty)").wait_for()


def test_a_refused_picture_says_so_and_how_to_mend_it(kb: Demo, manager: Window) -> None:
    page = opened(manager, kb, "/kb/article/new")
    with page.expect_response(lambda one: "kb/check" in one.url and one.request.method == "POST"):
        page.locator("#title").fill("有图的")

    with page.expect_response(lambda one: "kb/check" in one.url):
        page.locator("#upload").set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})

    page.locator("#upload-refused", has_text="请换成 PNG").wait_for()


def test_hostile_texts_run_nowhere(kb: Demo, agent: Window) -> None:
    page = opened(agent, kb, "/kb/article/new")
    for field in ("title", "asks", "text", "title_en", "asks_en", "text_en", "note"):
        if field == "title_en":
            page.locator("#english summary").click()
        page.locator(f"#{field}").fill(HOSTILE)
    page.locator("#add-fact").click()
    for field in ("name", "value", "title", "issuer"):
        page.locator(f"[data-fact={field}]").fill(HOSTILE)
    page.locator("#question").fill(HOSTILE)
    page.locator("#status", has_text="草稿已存").wait_for()
    page.locator("#preview").get_by_text("onerror").first.wait_for()

    page.reload()

    assert page.locator("#title").input_value() == HOSTILE
    assert page.locator("img[src=x]").count() == 0
    listed = opened(agent, kb, "/kb?state=draft")
    listed.get_by_text(HOSTILE).first.wait_for()
    assert listed.locator("img[src=x]").count() == 0


def test_going_back_to_a_version_asks_once_more(kb: Demo, manager: Window) -> None:
    page = opened(manager, kb, "/kb/versions/1")

    page.locator("#roll-back").click()
    page.locator("#sure").get_by_role("button", name="退回到这一版").click()
    page.wait_for_url(lambda url: not url.split("?")[0].endswith("/versions/1"))

    page.locator("h1 .mark", has_text="当前").wait_for()
    assert int(page.url.split("?")[0].rsplit("/", 1)[1]) > 1, "what was is published under a new number"
