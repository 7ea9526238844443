"""A manager reads what offers came to, narrow and wide, and opens what is behind a number."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assist.desk.setup import agent_id_of
from assist.domain.event import Event
from assist.store.database import open_database
from assist.store.queries import events, people
from assist.store.writer import Writer
from tests.kpi.offer_timeline import log_of

from .conftest import Demo, Opener, Window, run_demo

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LOG = [
    {"at": "11-10 10:00:00", "did": "turn", "c": "c1"},
    {"at": "11-10 10:01:00", "did": "sent", "c": "c1", "id": "s1", "skus": ["SKU-SAUCE"], "offer": "salmon-sauce"},
    {"at": "11-10 11:00:00", "did": "bought", "c": "c1", "id": "s1", "fen": 1990, "order": "20261110-0042"},
    {"at": "11-10 12:00:00", "did": "turn", "c": "c2"},
    {"at": "11-10 12:01:00", "did": "sent", "c": "c2", "id": "s2", "skus": ["SKU-SAUCE"], "offer": "salmon-sauce"},
    {"at": "11-10 12:02:00", "did": "no", "c": "c2", "id": "s2"},
    {"at": "11-11 10:00:00", "did": "turn", "c": "c3"},
    {"at": "11-11 10:01:00", "did": "sent", "c": "c3", "id": "s3", "skus": ["SKU-KNIFE"], "offer": "knife"},
    {"at": "11-11 10:02:00", "did": "yes", "c": "c3", "id": "s3"},
    {"at": "11-11 11:00:00", "did": "turn", "c": "c4"},
    {"at": "11-11 11:00:01", "did": "held", "c": "c4", "why": "complaint"},
    {"at": "11-11 12:00:01", "did": "held", "c": "c4", "why": "mood"},
]


def days_ago(log: list[Event], shop_id: str, agent_id: str) -> list[Event]:
    """Return the log as of the day before yesterday: the page shows the last seven days."""
    last = max(event.at for event in log)
    by = datetime.now(UTC) - timedelta(days=2) - last
    changed = {"shop_id": shop_id, "agent_id": agent_id, "team": "一组"}
    return [event.model_copy(update={"at": event.at + by, "key": f"seed:{event.key}", **changed}) for event in log]


def seed(folder: Path) -> None:
    database = open_database(f"sqlite:///{folder / 'data' / 'assist.sqlite3'}")
    writer = Writer(database).start()
    with database.reader() as session:
        shop = people.shops(session)[0]
        agent = next(one for one in people.agents(session, shop.id) if one.role.value == "agent")
    assert agent.id == agent_id_of(shop.id, agent.name)
    writer.submit(lambda session: events.append(session, days_ago(log_of({"log": LOG}), shop.id, agent.id))).result()
    writer.close()
    database.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("offers")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    with run_demo(folder) as running:
        yield running


@pytest.fixture(scope="module")
def manager(demo: Demo, folder: Path, window: Opener) -> Iterator[Window]:
    with window(reduced_motion="reduce") as opened:
        page = opened.page()
        page.goto(demo.told["manager"])
        page.locator(".tiles").wait_for()
        page.goto(f"{demo.url}/manager/offers?lang=zh")
        page.locator("section.empty").wait_for()
        page.close()
        seed(folder)
        opened.errors.clear()
        yield opened
        assert opened.take_errors() == []


def opened_page(demo: Demo, manager: Window, query: str = "lang=zh") -> "Page":
    page = manager.page()
    page.goto(f"{demo.url}/manager/offers?{query}")
    page.locator(".tile#K18b").wait_for()
    return page


def test_a_number_opens_what_is_behind_it_with_the_keyboard(demo: Demo, manager: Window) -> None:
    page = opened_page(demo, manager)

    page.locator(".tile#K20 a").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**show=by_order**")
    rows = page.locator("table.listed tbody tr")
    assert rows.count() == 1
    assert "20261110-0042" in rows.inner_text()
    assert "¥19.90" in rows.inner_text()


def test_reasons_open_what_was_held_back(demo: Demo, manager: Window) -> None:
    page = opened_page(demo, manager, "lang=en")

    page.get_by_role("link", name="Open complaint 1").click()

    page.wait_for_url("**show=held**")
    assert page.locator("table.listed tbody tr").count() == 1


def test_filters_stay_in_the_address(demo: Demo, manager: Window) -> None:
    page = opened_page(demo, manager)

    page.get_by_label("班组").select_option("一组")
    page.get_by_role("button", name="查看").click()

    page.wait_for_url("**team=**")
    assert "agent=" not in page.url
    assert "platform=" not in page.url
    assert page.get_by_label("班组").input_value() == "一组"


@pytest.mark.parametrize("language", ["zh", "zh-TW", "en"])
def test_the_page_fits_wide_and_narrow(demo: Demo, manager: Window, language: str) -> None:
    page = opened_page(demo, manager, f"lang={language}")
    for width in (360, 760, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_table_is_saved_as_a_file(demo: Demo, manager: Window) -> None:
    page = opened_page(demo, manager)

    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()

    assert saved.value.suggested_filename.startswith("offers-sent-")
