"""Practice mode in a real browser: a whole chat by keyboard alone, after which every table is as it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from assist.store.database import Database, open_database
from tests.every_row import every_row

from .conftest import Demo, Opener, Window, run_demo
from .test_pages import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ROT = "草莓打开一看，三分之一都长毛了"
STORAGE = "如何保存活虾"
FORBIDDEN = "我们是全网最好的"
NAME = "小鹿爱吃草莓"


@dataclass(frozen=True)
class Practised:
    """A demo with one chat to practise: two turns, the first of them answered."""

    demo: Demo
    database: Database


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practised]:
    folder = tmp_path_factory.mktemp("practice")
    with run_demo(folder) as demo:
        database = open_database(f"sqlite:///{folder / 'data' / 'assist.sqlite3'}", read_only=True)
        ref = demo.say(ROT, name=NAME)
        assert eventually(lambda: count(database, "suggestion") > 0)
        demo.reply(conversation_id(database), "亲，您拍个照片给我看看")
        assert eventually(lambda: count(database, "message") == 2)
        demo.say(STORAGE, name=NAME, ref=ref)
        assert eventually(lambda: count(database, "turn") == 2)
        yield Practised(demo, database)
        database.close()


@pytest.fixture(scope="module")
def trainee(window: Opener, practised: Practised) -> Iterator[Window]:
    """Somebody signed in, who has not opened the desk since."""
    with window() as opened:
        page = opened.page()
        page.goto(practised.demo.told["desk"])
        page.locator("#rows").wait_for(state="attached")
        page.close()
        yield opened


def count(database: Database, table: str) -> int:
    return len(every_row(database)[table])


def conversation_id(database: Database) -> str:
    with database.read.connect() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM conversation").scalar_one())


def begun(trainee: Window, practised: Practised, language: str = "zh") -> "Page":
    page = trainee.page()
    page.goto(f"{practised.demo.url}/practice/{conversation_id(practised.database)}?lang={language}")
    page.locator("#composer").wait_for()
    page.locator("fresh-assist #cards .card").first.wait_for()
    return page


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_a_whole_chat_is_practised_by_keyboard_and_nothing_is_kept(trainee: Window, practised: Practised) -> None:
    page = trainee.page()
    page.goto(f"{practised.demo.url}/practice?lang=zh")
    before = every_row(practised.database)
    unsafe: list[str] = []
    page.on("request", lambda asked: unsafe.append(asked.url) if asked.method != "GET" else None)

    page.locator(".to-practise a").focus()
    page.keyboard.press("Enter")
    page.locator("fresh-assist #cards .card").first.wait_for()
    assert focused(page) == "draft"
    page.keyboard.press("Alt+1")
    page.keyboard.type(FORBIDDEN)
    page.locator("fresh-assist #guard:not([hidden])").wait_for()
    page.keyboard.press("Alt+R")
    page.locator("fresh-assist #guard").wait_for(state="hidden")
    page.keyboard.press("Enter")
    page.locator("#review h3").wait_for()
    assert focused(page) == "review"
    review = page.locator("#review").inner_text()
    page.keyboard.press("Alt+N")
    page.locator("#composer").wait_for()
    page.keyboard.type("稍等，我帮您看一下")
    page.keyboard.press("Enter")
    page.locator("#review h3").wait_for()
    page.keyboard.press("Alt+N")
    page.locator("#summary h3").wait_for()

    assert "亲，您拍个照片给我看看" in review
    assert "四步话术" in review
    assert page.locator('#summary [data-of="turns"]').inner_text() == "2 / 2"
    assert page.locator('#summary [data-of="cards"]').inner_text().startswith("1 / ")
    assert page.locator(".message.practised").count() == 2
    assert unsafe
    assert [url for url in unsafe if "/api/v1/practice/" not in url] == []
    assert every_row(practised.database) == before
    assert trainee.take_errors() == []
    page.close()


def test_cards_that_are_seen_copied_rated_and_put_away_count_nowhere(trainee: Window, practised: Practised) -> None:
    page = begun(trainee, practised)
    before = every_row(practised.database)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/steps" in one.url else None)

    card = page.locator("fresh-assist #cards .card").last
    card.scroll_into_view_if_needed()
    page.evaluate("assist.addEventListener('assist-shown', () => (document.body.dataset.seen = 'yes'))")
    page.locator("body[data-seen]").wait_for()
    for action in ("up", "down", "copy"):
        button = card.locator(f'[data-action="{action}"], [data-verdict="{action}"]')
        if button.count():
            button.first.click()
    card.locator('[data-action="up"]').click()
    page.locator("fresh-assist #notice", has_text="练习里不计数").wait_for()
    put_away = card.locator('[data-action="dismiss"]')
    put_away.first.click()
    card.locator('[data-action="reason"], [data-reason]').first.click()

    assert asked == []
    assert every_row(practised.database) == before
    page.close()


def test_a_remedy_has_no_button_that_asks_for_money(trainee: Window, practised: Practised) -> None:
    page = begun(trainee, practised)

    assert page.locator("fresh-assist .card.remedy").count() > 0
    assert page.locator("fresh-assist [data-money], fresh-assist .asking").count() == 0
    page.close()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "练习模式：不发送，不计数"),
        ("zh-TW", "練習模式：不傳送，不計入統計"),
        ("en", "Practice: nothing is sent, nothing is counted"),
    ],
)
@pytest.mark.parametrize("width", [390, 1440])
def test_nobody_takes_it_for_the_desk(
    trainee: Window, practised: Practised, language: str, told: str, width: int
) -> None:
    page = begun(trainee, practised, language)
    page.set_viewport_size({"width": width, "height": 800})

    assert page.locator(".practice-band strong").inner_text() == told
    assert page.locator(".practice-band").is_visible()
    assert page.title().startswith(("【", "["))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert NAME not in page.content()
    page.close()


def test_a_turn_is_skipped_and_answered_again(trainee: Window, practised: Practised) -> None:
    page = begun(trainee, practised)

    page.locator("#pass").click()
    page.locator("#turns button[aria-current]").filter(has_text="2").wait_for()
    assert page.locator(".message.agent .said").inner_text() == "亲，您拍个照片给我看看"
    page.locator("#turns button").first.click()
    page.locator("#turns button[aria-current]").filter(has_text="1").wait_for()

    assert page.locator(".message").count() == 1
    assert page.locator("#composer").is_visible()
    page.close()
