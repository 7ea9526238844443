"""Take the pictures of docs/sidebar.md: each state at three widths in three languages, light and dark.

`python -m tests.browser.take_pictures docs/img [NAME …]`; whoever changes how the sidebar looks runs it and looks
at them.
"""

import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import sync_playwright

from .card_shop import SLOTTED, CardShop, an_answer, an_order
from .conftest import CHROMIUM, Demo, run_demo
from .remedy_shop import Shop
from .test_offers_page import seed
from .test_pages import eventually
from .test_stream import ALONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = (320, 360, 420)
LANGUAGES = ("zh", "zh-TW", "en")
HEIGHT = 760
UPSET = "你们的草莓全烂了！！太差劲了，退钱"
PROMISE = "非常抱歉，2小时内回复您处理结果"
LEFT_OVER = "三文鱼今晚不吃完能放几天？"
CROSS = "气死我了！三文鱼今晚不吃完能放几天？"
BROKEN = "亲，这是全网最低价，明天上午10点准时送到"

Act = Callable[["Page"], None]


def main(folder: Path, only: Sequence[str] = ()) -> None:
    """Write one picture a state and one a page into the folder; of those named `only`, if any are."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, run_demo(Path(data)) as demo, sync_playwright() as playwright:
        database = f"sqlite:///{data}/data/assist.sqlite3"
        seed(Path(data))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, (conversation, act) in _states(demo, database).items():
            if only and name not in only:
                continue
            _sheet(browser, demo, conversation, act, folder / f"{name}.jpg")
        for name, path in _pages().items():
            if only and name not in only:
                continue
            _pair(browser, demo, path, folder / f"{name}.jpg")
        browser.close()


def _states(demo: Demo, database: str) -> Mapping[str, tuple[str, Act]]:
    cards, remedies = CardShop(demo, database), Shop(demo, database)
    asked = _asked(cards, "如何保存活虾")
    upset = _asked(cards, UPSET)
    demo.reply(upset, PROMISE)
    demo.say("到现在都没人理我，我要投诉", ref=_ref(cards, upset))
    order = an_order("丹东99草莓 3斤装", signed_at=None)
    return {
        "answers": (asked, _nothing),
        "why": (asked, lambda page: page.locator("[data-action=why]").first.click()),
        "edit": (asked, lambda page: page.locator("[data-action=edit]").first.click()),
        "slots": (cards.suggest(an_answer(SLOTTED), order=order), _first),
        "offer": (
            _asked(cards, LEFT_OVER, "offer"),
            lambda page: page.locator("#cards .offer").scroll_into_view_if_needed(),
        ),
        "held": (_asked(cards, CROSS), lambda page: page.locator("#cards article.held").scroll_into_view_if_needed()),
        "remedy": (remedies.complain(), _nothing),
        "care": (upset, _nothing),
        "guard": (asked, _typed),
        "empty": (_asked(cards, "你们公司招人吗，会计岗"), _nothing),
        "search": (asked, lambda page: page.locator("#search").fill("xia")),
        "keys": (asked, _asked_for_keys),
        "offline": (asked, _offline),
    }


def _pages() -> Mapping[str, str]:
    return {
        "desk": "/desk",
        "kb": "/kb",
        "kb_article": "/kb/article/storage-shrimp-live",
        "kb_policy": "/kb/policy/hours",
        "kb_import": "/kb/import",
        "kb_versions": "/kb/versions",
        "kb_goods": "/kb/goods",
        "kb_pairs": "/kb/pairs",
        "manager_offers": "/manager/offers",
        "practice": "/practice",
        "login": "/login",
    }


def _nothing(page: "Page") -> None:
    """The state is there by itself."""


def _typed(page: "Page") -> None:
    page.locator("fresh-assist").evaluate("(host, text) => host.setDraft(text)", BROKEN)


def _asked_for_keys(page: "Page") -> None:
    page.keyboard.press("Alt+KeyJ")
    page.keyboard.press("?")


def _first(page: "Page") -> None:
    page.locator("#cards .card .actions .primary:visible").first.click()


def _offline(page: "Page") -> None:
    page.context.set_offline(offline=True)
    page.evaluate("dispatchEvent(new Event('offline'))")


def _asked(shop: CardShop, text: str, kind: str = "") -> str:
    """Ask as a new customer; return the conversation once it has cards, one of `kind` among them."""
    ref = shop.demo.say(text, name="虾兵蟹将")
    assert eventually(lambda: bool(shop.conversation(ref).get("id")))
    conversation = str(shop.conversation(ref)["id"])
    found = eventually(lambda: any(kind in ("", card["kind"]) for card in shop.cards(conversation)))
    assert found or not kind, f"no {kind} for {text}"
    return conversation


def _ref(shop: CardShop, conversation: str) -> str:
    return str(shop.get(f"conversations/{conversation}")["conversation_ref"])


def _ticket(demo: Demo, name: str) -> str:
    headers = {"Authorization": f"Bearer {demo.told['manager_token']}"}
    with httpx.Client(trust_env=False, timeout=10) as client:
        answer = client.post(f"{demo.url}/api/v1/tickets", json={"agent": name}, headers=headers).raise_for_status()
    return str(answer.json()["ticket"])


@contextmanager
def _page(browser: "Browser", width: int, height: int, scheme: str) -> "Iterator[Page]":
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # pyright: ignore
    try:
        yield context.new_page()
    finally:
        context.close()


def _side(browser: "Browser", demo: Demo, conversation: str, act: Act, look: tuple[int, str, str]) -> bytes:
    width, language, scheme = look
    with _page(browser, width, HEIGHT, scheme) as page:
        # A browser that is told to be offline cuts off its pages, not what its tabs share.
        page.add_init_script(ALONE)
        ticket = _ticket(demo, "小林")
        page.goto(f"{demo.url}/sidebar?lang={language}&conversation={conversation}#ticket={ticket}")
        page.locator("fresh-assist[live]").wait_for()
        page.wait_for_timeout(400)
        act(page)
        page.wait_for_timeout(900)
        return page.screenshot()


def _sheet(browser: "Browser", demo: Demo, conversation: str, act: Act, path: Path) -> None:
    rows = [
        [_side(browser, demo, conversation, act, (width, language, scheme)) for width in WIDTHS]
        for language, scheme in (*((one, "light") for one in LANGUAGES), ("zh", "dark"))
    ]
    _join(browser, rows, path)


def _pair(browser: "Browser", demo: Demo, path: str, target: Path) -> None:
    shots: list[bytes] = []
    for width, scheme, language in ((1280, "light", "zh"), (1280, "dark", "en"), (390, "light", "zh-TW")):
        with _page(browser, width, 860, scheme) as page:
            if path != "/login":
                page.goto(f"{demo.url}/login?to=/account&lang={language}#ticket={_ticket(demo, '陈经理')}")
                page.wait_for_url(lambda url: urlsplit(url).path == "/account")
            page.goto(f"{demo.url}{path}?lang={language}")
            page.wait_for_timeout(900)
            shots.append(page.screenshot())
    _join(browser, [shots], target)


def _join(browser: "Browser", rows: list[list[bytes]], path: Path) -> None:
    images = "<br>".join(
        "".join(f"<img src=data:image/png;base64,{b64encode(one).decode()}>" for one in row) for row in rows
    )
    with _page(browser, 2400, 900, "light") as page:
        page.set_content(
            f"<body style='margin:0;width:max-content;background:#8a94a3'><style>img{{margin:6px}}</style>{images}"
        )
        page.locator("body").screenshot(path=path, type="jpeg", quality=70)
        print(path, f"{path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
