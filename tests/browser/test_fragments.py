"""Cards and words without a browser: what a shop or customer writes is never markup, no word is missing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assist.domain.suggestion import Reason
from assist.web import words as words_module
from assist.web.api_models import SuggestionOut
from assist.web.views import cards_html
from assist.web.words import LANGUAGES

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
