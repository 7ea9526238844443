"""Every page there is, found by the routes and the links on them, with something to show on each."""

import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from fastapi.responses import HTMLResponse
from starlette.routing import compile_path

from assist.app import create_app
from assist.settings import Settings
from tests.web.remedy_cases import a_remedy

from .conftest import Opener, Window
from .remedy_shop import Shop
from .test_pages import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page

ILL = "孩子吃完你家的虾食物中毒送急诊了"
UPSET = "你们的草莓全烂了！！太差劲了，退钱"


def page_routes() -> list[str]:
    """Return the paths of all pages, by what answers with HTML."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database=f"sqlite:///{folder}/none.sqlite3", key_file=Path(folder) / "key")
        routers: list[Any] = [getattr(one, "original_router", None) for one in create_app(settings).routes]
    return [route.path for router in routers if router is not None for route in router.routes if _is_page(route)]


def _is_page(route: Any) -> bool:
    answer = getattr(route, "response_class", None)
    return isinstance(answer, type) and issubclass(answer, HTMLResponse) and "GET" in route.methods


def fill(shop: Shop) -> list[str]:
    """Let customers ask, complain and fall ill, and an agent ask for a refund; return the conversations."""
    refs = [shop.demo.say(text, name=name) for text, name in ((ILL, "急诊的人"), (UPSET, "不满的人"))]
    waiting = a_remedy(datetime.now(UTC), ready=False, why_approval=("over_amount", "claims_in_window"))
    complained = [shop.complain(waiting, photo_seen_before=True), shop.complain()]
    card = shop.cards(complained[1])[0]
    option = max(card["remedy"]["options"], key=lambda one: one["amount_fen"])
    body = {"step_id": "step-every-page", "suggestion_id": card["id"], "reason": "照片都齐"}
    shop.post("remedies", {**body, "kind": option["kind"], "amount_fen": option["amount_fen"]}).raise_for_status()
    assert eventually(lambda: all(shop.conversation(ref).get("id") for ref in refs))
    asked = [shop.conversation(ref)["id"] for ref in refs]
    assert eventually(lambda: all(shop.cards(one) for one in asked))
    return [*asked, *complained]


def addresses(page: "Page", url: str, conversations: list[str]) -> dict[str, str]:
    """Return a name -> path for every page: those without parameters, and those that links on them lead to."""
    routes = page_routes()
    found = {path: path for path in routes if "{" not in path}
    found |= {f"/desk {number}": f"/desk?conversation={one}" for number, one in enumerate(conversations, 1)}
    patterns = {path: compile_path(path)[0] for path in routes if "{" in path}
    waiting = list(found.values())
    while waiting:
        for path in _links(page, f"{url}{waiting.pop(0)}"):
            for route, pattern in patterns.items():
                name = _named(route, path)
                if pattern.match(path) and path not in routes and name not in found:
                    found[name] = path
                    waiting.append(path)
    return found


def _links(page: "Page", address: str) -> list[str]:
    """Return the paths that a page leads to, as the signed-in browser is sent it."""
    text = page.context.request.get(address).text()
    return [urlsplit(unescape(link)).path for link in re.findall(r'<a[^>]* href="(/[^"]*)"', text)]


def _named(route: str, path: str) -> str:
    """One page of each route, and of each kind where a route serves kinds."""
    parts = dict(zip(route.split("/"), path.split("/"), strict=False))
    return re.sub(r"{kind}", parts.get("{kind}", "{kind}"), route)


@pytest.fixture(scope="module")
def lead(window: Opener, shop: Shop) -> Iterator[Window]:
    """The manager's browser: may open everything."""
    with window(reduced_motion="reduce") as opened:
        page = opened.page()
        page.goto(shop.demo.told["manager"])
        page.locator(".tile#K4").wait_for()
        page.close()
        yield opened


@pytest.fixture(scope="module")
def pages(shop: Shop, lead: Window) -> dict[str, str]:
    """Name -> path of every page, with content."""
    conversations = fill(shop)
    page = lead.page()
    found = addresses(page, shop.demo.url, conversations)
    page.close()
    return found
