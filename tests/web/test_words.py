"""Do all languages say the same, and is every word asked for there, and every word there asked for?"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.requests import Request

import assist
from assist.web.words import LANGUAGES, in_language, language_of, rest_of_query, words

_BLANK = re.compile(r"{(\w+?)(?:_en)?}")
"""English words take the English one of a pair: `{reason_en}` where the others say `{reason}`."""
_CODE = Path(assist.__file__).parent
_WEB = _CODE / "web"
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TEMPLATE_KEY = re.compile(r"""\bt\.([a-z]\w+)\b|\bt\["([a-z]\w+)"\]""")
_PYTHON_KEY = re.compile(r"""\b(?:words\([^()]*\)|told|t)\["([a-z]\w+)"\]""")
_SCRIPT_KEY = re.compile(r"\bwords\.([a-z]\w+)\b(?!\()")
_PREFIX = re.compile(r"""["'`]([a-z]\w*_)(?=["'{$])""")

CHINESE_ON_PURPOSE = {
    "remedy_views.py": "brackets and commas of a text to a customer, in the customer's language",
}
"""Files that may hold Chinese of their own, and why."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_blanks(language: str) -> None:
    assert _blanks(words(language)) == _blanks(words("zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_left_empty(language: str) -> None:
    assert [key for key, said in words(language).items() if not said] == []


def test_taiwan_reads_no_simplified_characters() -> None:
    """Converting what is traditional already changes nothing; what is simplified it would."""
    simplified = {
        key: said
        for key, said in words("zh-TW").items()
        if key not in ("language_zh", "language_short_zh") and _only_simplified(said)
    }

    assert simplified == {}


def test_every_word_that_pages_and_scripts_ask_for_is_there() -> None:
    known = words("zh")
    asked = {(path.name, key) for path in _sources() for key in _keys(path)}

    assert [(name, key) for name, key in sorted(asked) if key not in known] == []


def test_every_word_there_is_asked_for_somewhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in _sources()]
    tokens = {token for text in texts for token in re.findall(r"[a-z]\w*", text)}
    prefixes = tuple({prefix for text in texts for prefix in _PREFIX.findall(text)})

    assert [key for key in words("zh") if key not in tokens and not key.startswith(prefixes)] == []


def test_no_page_and_no_script_has_words_of_its_own() -> None:
    """Everything people read is in the catalogues; the allow-list says why a file may differ."""
    found = {
        f"{path.name}:{number}"
        for path in _sources()
        if path.is_relative_to(_WEB) and path.name not in CHINESE_ON_PURPOSE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _CHINESE.search(line)
    }

    assert found == set()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        pytest.param("", "zh", id="nothing said"),
        pytest.param("zh-CN,zh;q=0.9", "zh", id="mainland"),
        pytest.param("zh-TW,zh;q=0.9,en;q=0.8", "zh-TW", id="Taiwan"),
        pytest.param("zh-HK", "zh-TW", id="Hong Kong"),
        pytest.param("zh-Hant-TW", "zh-TW", id="by script"),
        pytest.param("zh-Hans-HK", "zh", id="Hong Kong in simplified characters"),
        pytest.param("fr-FR,fr;q=0.9,en;q=0.8,zh;q=0.5", "en", id="the first that we speak"),
        pytest.param("en;q=0.4,zh-TW;q=0.9", "zh-TW", id="by weight, not by place"),
        pytest.param("*", "zh", id="anything"),
        pytest.param("en;q=abc;;,,;", "en", id="nonsense"),
    ],
)
def test_the_browsers_language_is_the_dearest_that_we_speak(accepted: str, language: str) -> None:
    assert language_of(_request(accept=accepted)) == language


@pytest.mark.parametrize(("asked", "language"), [("zh-TW", "zh-TW"), ("zh", "zh"), ("en", "en"), ("de", "zh")])
def test_the_address_wins_over_the_browser(asked: str, language: str) -> None:
    assert language_of(_request(f"lang={asked}", accept="zh-CN")) == language


def test_the_language_menu_keeps_what_else_the_address_asks_for() -> None:
    assert rest_of_query(_request("lang=en&by=agent&q=a%26b")) == "&by=agent&q=a%26b"
    assert rest_of_query(_request("lang=en")) == ""


@pytest.mark.parametrize(("language", "name"), [("zh", "质量与网络"), ("zh-TW", "質量與網路"), ("en", "Quality")])
def test_content_is_named_in_the_pages_language(language: str, name: str) -> None:
    assert in_language("质量与网络", "Quality", language) == name


def _request(query: str = "", accept: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())] if accept else []
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


def _blanks(catalogue: Mapping[str, str]) -> dict[str, set[str]]:
    return {key: set(_BLANK.findall(said)) for key, said in catalogue.items()}


def _only_simplified(said: str) -> bool:
    """Characters that exist in simplified writing alone: converting to traditional and back shows them."""
    return any(in_language(char, "", "zh-TW") != char and char not in _BOTH for char in _CHINESE.findall(said))


_BOTH = frozenset("台里准")
"""Written both ways, in different words."""


def _sources() -> Iterator[Path]:
    """Yield pages, scripts and modules that may use a word: the web's, and the command line's that print policies."""
    yield from sorted(_WEB.glob("pages/*.html"))
    yield from sorted(_WEB.glob("static/*.js"))
    yield from sorted(_WEB.glob("*.py"))
    yield from sorted((_CODE / "cli").glob("*.py"))


def _keys(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    pattern = {".html": _TEMPLATE_KEY, ".js": _SCRIPT_KEY, ".py": _PYTHON_KEY}[path.suffix]
    found = {key for groups in pattern.findall(text) for key in ([groups] if isinstance(groups, str) else groups)}
    return found - {"", "get", "items", "js"}
