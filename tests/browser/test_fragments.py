"""Cards and words without a browser: what a shop or customer writes is never markup, no word is missing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assist.domain.suggestion import Reason
from assist.web import words as words_module
from assist.web.api_models import SuggestionOut
from assist.web.views import cards_html
from assist.web.words import LANGUAGES, words

WEB = Path(words_module.__file__).parent


def card(text: str, *, internal: bool = False) -> SuggestionOut:
    return SuggestionOut(
        id="s1",
        kind="answer",
        rank=0,
        title="<b>标题</b>",
        text=text,
        missing=[],
        score=0.8,
        level="high",
        matched="<i>问法</i>",
        reasons=[Reason(rule="coverage", score=0.5), Reason(rule="<u>new</u>", score=1.0)],
        source="<script>来源</script>",
        article_id="a",
        library_number=3,
        internal=internal,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_an_article_stays_text(language: str) -> None:
    html = cards_html([card("<img src=x onerror=alert(1)> {{ <b>x</b> }}")], language)

    assert not re.search(r"<(img|b|i|u|script)\b", html)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "订单 {{ order_ref }} 已发",
            '订单 <span class="slot" data-slot="order_ref" title="还没填：order_ref">订单号</span> 已发',
        ),
        ("{{other}}。", '<span class="slot" data-slot="other" title="还没填：other">other</span>。'),
        ("没有空", "没有空"),
        ("半个 {{ 括号", "半个 {{ 括号"),
        ("尾 }} 巴", "尾 }} 巴"),
    ],
)
def test_blanks_become_chips_and_the_rest_stays(text: str, shown: str) -> None:
    assert f'<p class="text">{shown}</p>' in cards_html([card(text)], "zh")


def test_an_internal_card_offers_no_way_to_the_customer() -> None:
    html = cards_html([card("只给客服看", internal=True)], "zh")

    assert "仅供内部参考" in html
    assert not re.search(r'data-action="(insert|copy|edit)"|<form', html)


def test_no_card_no_html() -> None:
    assert cards_html([], "zh").strip() == ""


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    chinese, english = words("zh"), words("en")

    assert chinese.keys() == english.keys()
    for key, text in chinese.items():
        blanks = re.findall(r"\{\w+\}", text)
        assert sorted(blanks) == sorted(re.findall(r"\{\w+\}", english[key])), key


def test_every_word_a_script_or_page_names_is_there_and_none_is_idle() -> None:
    sources = [path.read_text() for folder in ("static", "pages") for path in (WEB / folder).iterdir()]
    named = {key for text in sources for key in re.findall(r"\b(?:words|t)\.([a-z]+(?:_[a-z]+)+)\b", text)}
    families = {family for text in sources for family in re.findall(r"[\"`]([a-z]+(?:_[a-z]+)?_)(?:\"|\$\{)", text)}

    # Commands say some of the words too, and name them whole or by how they begin.
    programs = [path.read_text() for folder in ("web", "cli") for path in (WEB.parent / folder).rglob("*.py")]
    said = {key for text in programs for key in re.findall(r"[\"']([a-z]+(?:_[a-z0-9]+)+)[\"']", text)}
    families |= {family for text in programs for family in re.findall(r"f[\"']([a-z]+(?:_[a-z]+)*_)\{", text)}

    assert named <= words("zh").keys()
    idle = {key for key in words("zh") if key not in named | said and not key.startswith(tuple(families))}
    assert idle == set()


@pytest.mark.parametrize("script", sorted((WEB / "static").glob("*.js")), ids=lambda path: path.name)
def test_scripts_hold_no_words_and_pages_nothing_inline(script: Path) -> None:
    assert not re.search(r"[\u4e00-\u9fff]", script.read_text())


@pytest.mark.parametrize("page", sorted((WEB / "pages").glob("*.html")), ids=lambda path: path.name)
def test_pages_hold_nothing_inline_and_nothing_marked_safe(page: Path) -> None:
    text = page.read_text()

    assert not re.search(r"\sstyle=|\son\w+=|<style|\|\s*safe", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert "http" not in text.replace("http-equiv", "")
