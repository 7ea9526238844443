"""A desk that is not ours, on an origin of its own: the pages of docs/embedding.md, word for word."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from assist.desk.operate import ApplySetup
from assist.desk.secrets import SecretBox
from assist.desk.setup import Setup

from .conftest import Demo

DOCS = Path(__file__).parents[2] / "docs" / "embedding.md"
_INLINE = re.compile(r'<script type="module">\n(.*?)</script>', re.DOTALL)
_MY_DESK = """
window.myDesk = {
  sent: [], inserted: [],
  send(text) { this.sent.push(text); },
  insert(text) { this.inserted.push(text); },
  conversationId: new URLSearchParams(location.search).get("conversation") ?? "",
};
"""
_EVIL = """
const forged = { freshAssist: 1, type: "hello", version: 1, capabilities: ["insert", "send"] };
parent.frames[0].postMessage(forged, "*");
parent.frames[0].postMessage({ freshAssist: 1, type: "draft", text: "forged" }, "*");
parent.postMessage({ freshAssist: 1, type: "insert", text: "forged", images: [], suggestionId: null }, "*");
parent.postMessage({ freshAssist: 1, type: "draft", text: "forged" }, "*");
document.documentElement.dataset.done = "yes";
"""


class Host:
    """`url` is listed by the shop; `foreign` is the same server under another name, which nobody lists."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.foreign = f"http://localhost:{port}"


def list_origin(demo: Demo, data: Path, *origins: str) -> None:
    """Apply a set-up file while the demo runs, as `assist setup` does."""
    shop = {"id": "demo", "name": "鲜到家示范店", "embed_origins": origins}
    box = SecretBox(data / "assist.key")
    command = ApplySetup(setup=Setup.model_validate({"shops": [shop]}, strict=False))
    answer = httpx.post(f"{demo.url}/api/v1/operator", content=box.seal(command.model_dump_json()), trust_env=False)
    assert not box.open_fresh(answer.raise_for_status().text, 60).startswith("!")


@contextmanager
def hosting(demo: Demo, agent: str = "小林") -> Iterator[Host]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(demo, agent))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Host(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(demo: Demo, agent: str) -> type[BaseHTTPRequestHandler]:
    framed, element = (
        block.replace("https://assist.example", demo.url).replace("shop=fresh", "shop=demo")
        for block in re.findall(r"^```html\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
    rich = framed.replace('<textarea id="reply"></textarea>', '<div id="reply" contenteditable="true"></div>')
    evil = framed + '<iframe id="evil"></iframe>'
    files = {
        "/framed": ("text/html", _page(framed, "framed")),
        "/rich": ("text/html", _page(rich, "framed")),
        "/attacked": ("text/html", _page(evil, "framed")),
        "/element": ("text/html", _page(element, "element")),
        "/evil": ("text/html", '<!doctype html><title>x</title><script src="/evil.js"></script>'),
        "/framed.js": ("text/javascript", _script(framed)),
        "/element.js": ("text/javascript", _script(element)),
        "/my-desk.js": ("text/javascript", _MY_DESK),
        "/evil.js": ("text/javascript", _EVIL),
    }
    policy = (
        f"default-src 'none'; script-src 'self' {demo.url}; style-src {demo.url}; connect-src 'self' {demo.url}; "
        f"img-src data: {demo.url}; frame-src {demo.url} http://localhost:*"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = files.get(self.path.partition("?")[0], ("text/plain", ""))
            self._answer(kind, text)

        def do_POST(self) -> None:
            """The host's own server: its token stays here."""
            asked = httpx.post(
                f"{demo.url}/api/v1/tickets",
                json={"agent": agent},
                headers={"Authorization": f"Bearer {demo.told['manager_token']}"},
                trust_env=False,
            )
            self._answer("text/plain", asked.raise_for_status().json()["ticket"])

        def _answer(self, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            pass

    return Handler


def _page(block: str, name: str) -> str:
    """The block with its script in a file: the page's policy allows nothing inline either."""
    outside = _INLINE.sub(f'<script type="module" src="/{name}.js"></script>', block)
    head = '<title>别家的工作台</title><link rel="icon" href="data:,"><script src="/my-desk.js"></script>'
    return f'<!doctype html><html lang="zh">{head}{outside}'


def _script(block: str) -> str:
    (script,) = _INLINE.findall(block)
    return script
