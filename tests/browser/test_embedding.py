"""The sidebar on pages of others, as docs/embedding.md tells them to; and the doors of our own."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Demo, Opener, Window, run_demo
from .host_page import Host, hosting, list_origin

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

pytestmark = pytest.mark.browser

QUESTION = "如何保存活虾"
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.effectiveDirective} ${event.blockedURI} at ${location.pathname}`));
"""


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Host]]:
    """A demo, and a host's desk on another origin that the demo's shop lists."""
    folder = tmp_path_factory.mktemp("embedded")
    with run_demo(folder) as demo, hosting(demo) as host:
        list_origin(demo, folder / "data", host.url)
        yield demo, host


@pytest.fixture
def opened(window: Opener) -> Iterator[Window]:
    """A browser of its own. No page in it may report an error or a violated policy."""
    with window() as one:
        one.context.add_init_script(VIOLATIONS)
        yield one
        assert one.take_errors() == []


def expect(locator: "Locator") -> Any:
    from playwright import sync_api

    return sync_api.expect(locator)


def framed(page: "Page") -> "FrameLocator":
    return page.frame_locator("#assist")


def first_card(inside: "FrameLocator | Page") -> "Locator":
    return inside.locator(".card[data-rank='1']")


def open_framed(demo: Demo, host: Host, page: "Page", path: str = "/framed") -> str:
    """Let a customer ask, frame the sidebar and show it their conversation; return its ref."""
    ref = demo.say(QUESTION)
    page.goto(f"{host.url}{path}")
    # Its script is a module: it runs after the page is parsed, and before this event.
    page.wait_for_load_state("domcontentloaded")
    page.evaluate("ref => myDesk.onConversation({account: 'demo', ref})", ref)
    first_card(framed(page)).locator(".text").wait_for()
    return ref


def test_a_framed_sidebar_puts_text_at_the_hosts_caret(embedded: tuple[Demo, Host], opened: Window) -> None:
    page = opened.page()
    open_framed(*embedded, page)
    reply = page.locator("#reply")
    reply.press_sequentially("您好，祝好")
    for _ in range(2):
        reply.press("ArrowLeft")
    page.evaluate("document.querySelector('#reply').addEventListener('input', () => { window.noticed = true })")

    card = first_card(framed(page))
    card.get_by_role("button", name="填入").first.click()

    text = card.locator(".text").inner_text()
    expect(reply).to_have_value(f"您好，{text}祝好")
    assert page.evaluate("window.noticed"), "frameworks see it as typing"
    assert page.evaluate("document.activeElement.id") == "reply"
    page.keyboard.press("Control+z")
    assert reply.input_value() == "您好，祝好"


def test_an_editable_element_takes_text_at_its_caret_as_text(embedded: tuple[Demo, Host], opened: Window) -> None:
    page = opened.page()
    open_framed(*embedded, page, "/rich")
    reply = page.locator("#reply")
    reply.press_sequentially("<b>您好</b>，祝好")
    for _ in range(2):
        reply.press("ArrowLeft")

    card = first_card(framed(page))
    card.get_by_role("button", name="填入").first.click()

    text = card.locator(".text").inner_text()
    expect(reply).to_have_text(f"<b>您好</b>，{text}祝好")
    page.keyboard.press("Control+z")
    assert reply.inner_text() == "<b>您好</b>，祝好"


def test_keys_pressed_in_the_hosts_composer_reach_the_cards(embedded: tuple[Demo, Host], opened: Window) -> None:
    page = opened.page()
    open_framed(*embedded, page)
    reply = page.locator("#reply")
    reply.focus()

    reply.press("Alt+Digit1")

    expect(reply).to_have_value(first_card(framed(page)).locator(".text").inner_text())


def test_the_guard_reads_the_hosts_draft_and_mends_it(embedded: tuple[Demo, Host], opened: Window) -> None:
    page = opened.page()
    open_framed(*embedded, page)
    reply = page.locator("#reply")

    reply.press_sequentially("我们是全网最低价")

    fix = framed(page).locator("#guard-fix")
    fix.wait_for()
    fix.click()
    expect(reply).not_to_have_value(re.compile("最低价"))
    assert reply.input_value()


def test_an_origin_nobody_lists_frames_nothing(embedded: tuple[Demo, Host], window: Opener) -> None:
    demo, host = embedded
    with window() as opened:
        page = opened.page()
        page.goto(f"{host.foreign}/framed")
        page.wait_for_load_state("networkidle")

        assert framed(page).locator("#alone").count() == 0
        assert all(not frame.url.startswith(demo.url) for frame in page.frames)
        assert any("frame-ancestors" in error for error in opened.take_errors())


def test_messages_of_other_windows_are_ignored(embedded: tuple[Demo, Host], opened: Window) -> None:
    _, host = embedded
    page = opened.page()
    open_framed(*embedded, page, "/attacked")
    reply = page.locator("#reply")
    reply.fill("我自己写的")
    before = framed(page).locator("#assist").get_attribute("capabilities")

    page.evaluate("url => { document.querySelector('#evil').src = url }", f"{host.foreign}/evil")
    page.frame_locator("#evil").locator("html[data-done]").wait_for(state="attached")

    # What was forged came before this key: it is handled in order.
    reply.press("End")
    reply.press("Alt+Digit1")
    expect(reply).to_have_value(f"我自己写的{first_card(framed(page)).locator('.text').inner_text()}")
    assert framed(page).locator("#assist").get_attribute("capabilities") == before


def test_a_sidebar_in_a_window_of_its_own_listens_to_nobody(embedded: tuple[Demo, Host], opened: Window) -> None:
    demo, _ = embedded
    page = opened.page()
    demo.say(QUESTION)
    page.goto(demo.told["sidebar"])
    first_card(page).wait_for()

    page.evaluate("postMessage({freshAssist: 1, type: 'hello', capabilities: ['insert']}, '*')")
    first_card(page).get_by_role("button", name="复制").click()

    assert page.locator("#assist").get_attribute("capabilities") == "copy"


def test_the_element_lives_in_a_hosts_own_page(embedded: tuple[Demo, Host], opened: Window) -> None:
    demo, host = embedded
    ref = demo.say(QUESTION)
    page = opened.page()
    page.goto(f"{host.url}/element")
    page.locator("#assist[agent]").wait_for()
    page.evaluate(
        """ref => document.querySelector('#assist').addEventListener('assist-news', ({detail}) => {
          const mine = detail.conversations.find((one) => one.conversation_ref === ref);
          if (mine) document.querySelector('#assist').selectConversation(mine.id);
        })""",
        ref,
    )
    demo.say("还有草莓呢", ref=ref)
    card = first_card(page)
    card.locator(".text").wait_for()
    card.get_by_role("button", name="填入").first.click()

    assert page.evaluate("myDesk.inserted") == [card.locator(".text").inner_text()]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie].slice(2)") == [""]


@pytest.mark.parametrize(
    ("lang", "name", "password", "enter", "wrong"),
    [
        ("zh", "姓名", "密码", "登录", "姓名或密码不对。"),
        ("zh-TW", "姓名", "密碼", "登入", "姓名或密碼不對。"),
        ("en", "Name", "Password", "Sign in", "Name or password is wrong."),
    ],
)
def test_a_password_signs_in_and_leads_to_where_one_wanted_to_go(
    embedded: tuple[Demo, Host], window: Opener, lang: str, name: str, password: str, enter: str, wrong: str
) -> None:
    demo, _ = embedded
    with window() as opened:
        opened.context.add_init_script(VIOLATIONS)
        page = opened.page()
        page.goto(f"{demo.url}/manager?lang={lang}&by=agent")
        page.get_by_label(name, exact=True).fill("陈经理")
        page.get_by_label(password, exact=True).fill("这不是密码这不是密码")
        page.get_by_role("button", name=enter, exact=True).click()
        page.get_by_text(wrong).wait_for()
        page.get_by_label(password, exact=True).fill(demo.told["password"])
        page.keyboard.press("Enter")

        page.locator(".tile#K4").wait_for()
        assert page.url == f"{demo.url}/manager?lang={lang}&by=agent"
        assert opened.take_errors("401") == []


def test_a_person_sets_a_new_password_and_signs_out_everywhere(embedded: tuple[Demo, Host], window: Opener) -> None:
    demo, _ = embedded
    with window() as opened, window() as elsewhere:
        for one in (opened, elsewhere):
            page = one.page()
            page.goto(f"{demo.url}/account")
            page.get_by_label("姓名", exact=True).fill("阿珍")
            page.get_by_label("密码", exact=True).fill(demo.told["password"])
            page.keyboard.press("Enter")
            page.get_by_role("heading", name="阿珍").wait_for()
        page = opened.context.pages[-1]
        page.reload()
        assert page.locator("#sessions li").count() == 2
        page.get_by_label("现在的密码").fill(demo.told["password"])
        page.get_by_label("新密码", exact=False).first.fill("一个全新的长密码")
        page.get_by_label("再输一次新密码").fill("一个全新的长密码啊")
        page.get_by_role("button", name="保存密码").click()
        page.get_by_text("两次输入的新密码不一样").wait_for()
        page.get_by_label("新密码", exact=False).first.fill("一个全新的长密码啊啊")
        page.get_by_label("再输一次新密码").fill("一个全新的长密码啊啊")
        page.get_by_role("button", name="保存密码").click()
        page.get_by_text("密码已保存").wait_for()
        assert page.locator("#sessions li").count() == 1, "the other place is signed out"

        agent = page.locator("main").get_attribute("data-agent")
        page.evaluate("agent => localStorage.setItem(`assist-drafts:${agent}`, '[]')", agent)
        page.get_by_role("button", name="全部退出").click()
        page.get_by_role("button", name="确定全部退出").click()

        page.wait_for_url(f"{demo.url}/login")
        assert page.evaluate("localStorage.length") == 0, "replies begun do not stay for the next person here"
        there = elsewhere.context.pages[-1]
        there.reload()
        there.get_by_label("密码", exact=True).wait_for()
        assert opened.take_errors() == []
