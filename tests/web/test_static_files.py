"""Are scripts and styles served small, by their content, and to every client?"""

import gzip
import re
from pathlib import Path

import pytest

from assist.web.joined import JOINED, NotJoinable, joined_script
from assist.web.script_words import STATIC
from assist.web.static_files import served_files
from tests.shop import RunningShop

pytestmark = pytest.mark.anyio

BUDGET_BYTES = 30 * 1024
LONGEST_LINES = 400
PAGES = STATIC.parent / "pages"
ELEMENT = "fresh-assist.js"
IMPORTED = re.compile(r"""(?:\bfrom|\bimport|\bnew URL)\(?"\./([\w-]+\.js)\"""")


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Files are the same on every kind of database: one will do."""
    return f"sqlite:///{tmp_path_factory.mktemp('static') / 'assist.sqlite3'}"


def element_files() -> list[str]:
    """All that the element can load: its modules by what the served ones import, its styles by the frame's links."""
    files, found, waiting = served_files(STATIC), [], [ELEMENT]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += IMPORTED.findall(files[name].plain.body.decode())
    inside = (PAGES / "assist_inside.html").read_text(encoding="utf-8")
    return [*found, *re.findall(r'href="/static/([\w-]+\.css)"', inside)]


def test_all_that_the_element_can_load_is_at_most_30_kilobytes() -> None:
    files = served_files(STATIC)
    sizes = {name: len(files[name].packed.body) for name in element_files()}

    print("\n".join(f"{size:6} {name}" for name, size in sizes.items()), sum(sizes.values()), sep="\n")  # for -s
    assert sum(sizes.values()) <= BUDGET_BYTES


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_module_is_longer_than_a_screen_or_ten(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST_LINES


def test_the_element_is_found_with_its_modules_and_styles() -> None:
    files = element_files()

    assert set(files) == {ELEMENT, "assist.js", "stream-home.js", "stream-worker.js", "frame.css"}


@pytest.mark.parametrize("name", sorted(JOINED))
def test_a_joined_module_holds_each_of_its_modules_once_and_exports_what_it_did(name: str) -> None:
    joined = joined_script(STATIC / name)
    source = (STATIC / name).read_text(encoding="utf-8")

    parts = re.findall(r'^"([\w-]+\.js)": \(\) =>', joined, re.MULTILINE)
    assert len(parts) == len(set(parts)) > 1
    assert name in parts
    assert re.findall(r"^export const {([^}]*)}", joined, re.MULTILINE) == [
        f" {', '.join(re.findall(r'^export (?:class|const|function|async function) (.*?)[ (]', source, re.MULTILINE))} "
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('import * as all from "./other.js";', "cannot join", id="all names"),
        pytest.param('import { one } from "./own.js";', "imports itself", id="a circle"),
        pytest.param("export default 1;", "cannot join", id="no name"),
    ],
)
def test_a_module_that_cannot_be_joined_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.js").write_text(text, encoding="utf-8")

    with pytest.raises(NotJoinable, match=said):
        joined_script(tmp_path / "own.js")


def test_modules_run_once_in_the_order_of_their_imports_and_later_ones_when_asked_for(tmp_path: Path) -> None:
    sources = {
        "own.js": 'import { first } from "./first.js";\n\nexport function own() {\n  return import("./later.js");\n}',
        "first.js": 'import { Alone } from "./fresh-assist.js";\nexport const first = new Alone();',
        "later.js": 'import { first as again } from "./first.js";\nexport const later = again;',
    }
    for name, text in sources.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    joined = joined_script(tmp_path / "own.js")

    assert 'import { Alone } from "./fresh-assist.js";' in joined
    assert 'const { first: again } = $of("first.js");' in joined
    assert 'return Promise.resolve().then(() => $of("later.js"));' in joined
    assert joined.rstrip().endswith('export const { own } = $of("own.js");')


def test_private_names_are_short_and_selectors_stay(tmp_path: Path) -> None:
    (tmp_path / "own.js").write_text(
        'export class Own {\n  #root;\n  async #read() {\n    return this.#root.querySelector("#root");\n  }\n}',
        encoding="utf-8",
    )

    joined = joined_script(tmp_path / "own.js")

    assert '  #a;\n  async #b() {\n    return this.#a.querySelector("#root");' in joined


def test_a_style_sheet_of_imports_is_served_with_what_it_imports() -> None:
    served = served_files(STATIC)["frame.css"].plain.body.decode()

    assert "@import" not in served
    assert "--primary" in served
    assert ".card" in served


async def test_a_client_that_takes_gzip_gets_it_and_others_the_same_text_plain(shop: RunningShop) -> None:
    packed = await shop.client.get("/static/words.js", headers={"accept-encoding": "br, gzip;q=0.8"})
    plain = await shop.client.get("/static/words.js", headers={"accept-encoding": "gzip;q=0, br"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert packed.headers["etag"] != plain.headers["etag"]
    assert all(answer.headers["vary"].startswith("Accept-Encoding") for answer in (packed, plain))
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert packed.headers["cache-control"] == "no-cache"


async def test_what_a_browser_has_already_is_not_sent_again(shop: RunningShop) -> None:
    first = await shop.client.get("/static/tokens.css")
    etag = first.headers["etag"]
    asked = {name: {"if-none-match": name} for name in (etag, f"W/{etag}", f'"other", {etag}', "*", '"other"')}
    again = {name: await shop.client.get("/static/tokens.css", headers=sent) for name, sent in asked.items()}

    assert not etag.startswith("W/")
    assert [answer.status_code for answer in again.values()] == [304, 304, 304, 304, 200]
    assert again[etag].content == b""
    assert again[etag].headers["etag"] == etag


async def test_comments_and_blank_space_stay_at_home(shop: RunningShop) -> None:
    script = (await shop.client.get("/static/words.js")).text
    style = (await shop.client.get("/static/tokens.css")).text

    assert "@ts-check" in (STATIC / "words.js").read_text(encoding="utf-8")
    assert "@ts-check" not in script
    assert "/*" not in style
    assert "export function wordsOf" in script


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/static/nosuch.js", 404),
        ("GET", "/static/", 404),
        ("GET", "/static/../words.py", 404),
        ("GET", "/static/..%2fwords.py", 404),
        ("POST", "/static/words.js", 405),
    ],
)
async def test_nothing_else_is_served(shop: RunningShop, method: str, path: str, status: int) -> None:
    answer = await shop.client.request(method, path)

    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_head_request_tells_size_and_tag_without_the_body(shop: RunningShop) -> None:
    whole = await shop.client.get("/static/words.js")
    head = await shop.client.head("/static/words.js")

    assert head.content == b""
    assert head.headers["etag"] == whole.headers["etag"]
    assert int(head.headers["content-length"]) == int(whole.headers["content-length"])


def test_the_same_file_is_packed_into_the_same_bytes() -> None:
    """An ETag names bytes: two processes beside each other must agree."""
    served_files.cache_clear()
    first = served_files(STATIC)["words.js"]
    served_files.cache_clear()
    second = served_files(STATIC)["words.js"]

    assert first.packed.body == second.packed.body
    assert gzip.decompress(first.packed.body) == first.plain.body
