"""Cards and what stands beside them, without a browser: offers, variables, pictures, ages, the order strip."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session

from assist.content.wording import word
from assist.domain.chat import Order, OrderLine
from assist.domain.figures import Fact, Source
from assist.domain.goods import EvidenceKind
from assist.domain.library import Article, Image, Library
from assist.domain.offer import Evidence, HoldWhy, Offer
from assist.domain.suggestion import Arm, Suggestion, SuggestionKind
from assist.store.queries import chats
from assist.store.queries.chats import ConversationRow
from assist.store.queries.suggestions import SuggestionRow
from assist.web.api_models import SuggestionOut
from assist.web.card_models import HeldOut
from assist.web.card_views import sketch_out, suggestion_out
from assist.web.order_strip import Strip, order_out
from assist.web.preview import answer_preview, held_preview, offer_preview
from assist.web.slots import filled_in, parts
from assist.web.views import cards_html, pages
from assist.web.words import LANGUAGES, words
from tests.conftest import NOW
from tests.shop import SHOP, RunningShop
from tests.suggest.lessons import small_library

from .conftest import eventually, opened_chat

HOSTILE = "<img src=x onerror=alert(1)>"
SOURCE = Source(title="检测报告", title_en="Test report", issuer="某检测", issuer_en="A lab", year=2026)


def an_offer(**more: object) -> Offer:
    given: dict[str, object] = {
        "id": "blueberry-box",
        "title": "加购蓝莓",
        "product": "云南蓝莓",
        "feature": "采后两小时预冷",
        "advantage": "硬果率 {{ proof }}",
        "benefit": "到家还能放一周",
        "evidence": Evidence(
            kind=EvidenceKind.inspection, text="检测硬果率 {{ proof }}", fact=Fact(value="97%", source=SOURCE)
        ),
        "say": "{{ customer_name }}，这批硬果率 {{ proof }}，要不要带一盒？",
        "reviewed": date(2026, 11, 1),
    }
    return Offer.model_validate(given | more)


def an_article(**more: object) -> Article:
    given: dict[str, object] = {
        "id": "a",
        "title": "草莓怎么放",
        "category": "berries",
        "intent": "storage",
        "asks": ("草莓怎么保存",),
        "reviewed": date(2026, 11, 1),
        "text": "{{ customer_name }}您好，冷藏{{ days }}。",
        "facts": {"days": Fact(value="3天", source=SOURCE)},
    }
    return Article.model_validate(given | more)


def a_library(article: Article) -> Library:
    return small_library().model_copy(update={"articles": (article,), "number": 7})


def texts(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def strip_html(strip: Strip, language: str = "zh") -> str:
    return pages().get_template("order_strip.html").render(strip=strip, t=words(language))


def test_an_offer_has_its_four_parts_the_sentence_and_one_green_button() -> None:
    html = offer_preview(an_offer(), "zh", today=date(2026, 11, 22))

    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
    assert list(told) == ["特征", "优势", "利益", "证据"]
    assert told["优势"] == "硬果率 97%"
    assert texts(told["证据"]).split() == ["检测硬果率", "97%", "检测"]
    said = re.search(r'<p class="text sayable">(.*?)</p>', html)
    assert said is not None
    assert "硬果率 97%，要不要带一盒" in said[1]
    assert 'class="slot"' in said[1]
    assert "21 天前核对" in html
    assert "这次不推" in html
    assert html.count('data-action="use"') == len(("insert", "send", "copy"))


def test_price_and_stock_are_told_only_where_somebody_told_us() -> None:
    unknown = offer_preview(an_offer(), "zh")
    offer = sketch_out(an_offer(), "zh").model_copy(update={"price_fen": 5900, "stock": 12})
    card = a_card(kind="offer", offer=offer)

    known = texts(cards_html([card], "zh"))

    assert "terms" not in unknown
    assert "¥59.00 库存 12" in known


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", list(HoldWhy))
def test_a_held_offer_says_why_and_offers_nothing(language: str, why: HoldWhy) -> None:
    html = held_preview(HeldOut(why=why), language)

    assert words(language)[f"offer_held_{why}"] in html
    assert "<button" not in html
    assert "data-rank" not in html


def test_a_preview_is_the_card_that_agents_see() -> None:
    article = an_article(images=(Image(url="https://img.example/a.png", alt="草莓盒"),))

    preview = answer_preview(article, a_library(article), "zh", today=NOW.date())

    assert 'data-rank="1"' in preview
    assert "冷藏3天" in preview
    assert '<img src="https://img.example/a.png" alt="草莓盒"' in preview
    assert 'title="复制图片链接：草莓盒"' in preview


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_any_field_of_any_card_stays_text(language: str) -> None:
    bad = HOSTILE
    offer = an_offer(title=bad, product=bad, feature=bad, advantage=bad, benefit=bad, say=bad)
    evil = offer.model_copy(
        update={"evidence": Evidence(kind=EvidenceKind.sales, text=bad, fact=Fact(value="1", source=SOURCE))}
    )
    order = an_order(bad, order_ref=bad, status=bad)

    html = (
        offer_preview(evil, language)
        + cards_html([a_card(title=bad, text=bad, matched=bad, source=bad, article_id=bad)], language)
        + strip_html(Strip(bad, order_out(order), bad), language)
    )

    assert not re.search(r"<(img|script)\b", html)
    assert HOSTILE in unescape(html)


def a_card(**more: object) -> SuggestionOut:
    given: dict[str, object] = {
        "id": "s1",
        "kind": "answer",
        "rank": 0,
        "title": "标题",
        "text": "文字",
        "missing": [],
        "score": 0.8,
        "level": "high",
        "matched": "问法",
        "reasons": [],
        "source": "来源",
        "article_id": "a",
        "library_number": 3,
        "internal": False,
        "created_at": NOW,
    }
    return SuggestionOut.model_validate(given | more)


@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        pytest.param("{{ customer_name }}您好", {"customer_name": "林"}, [("customer_name", "林")], id="one"),
        pytest.param(
            "{{ order_ref }}和{{ order_ref }}", {"order_ref": "o1"}, [("order_ref", "o1")] * 2, id="the same twice"
        ),
        pytest.param(
            "{{ customer_name }}您好",
            {"customer_name": "{{ x }}"},
            [("customer_name", "{{ x }}")],
            id="a nick like a blank",
        ),
        pytest.param("您好", {"customer_name": "您"}, [], id="the same word by chance"),
    ],
)
def test_filled_variables_are_found_where_they_were_filled(
    text: str, values: dict[str, str], found: list[tuple[str, str]]
) -> None:
    worded = word(text, values).text

    filled = filled_in(text, {}, values, worded)

    assert [(one.slot, worded[one.start : one.end]) for one in filled] == found
    assert "".join(part.text for part in parts(worded, filled)) == worded
    assert [(part.slot, part.text) for part in parts(worded, filled) if part.filled] == found


def test_a_text_that_was_changed_since_has_no_chips_in_the_wrong_places() -> None:
    assert filled_in("{{ customer_name }}您好", {}, {"customer_name": "林"}, "林先生，您好") == []


def an_order(title: str, **more: object) -> Order:
    given: dict[str, object] = {"order_ref": "o-1", "status": "signed", "paid_fen": 8900, "as_of": NOW}
    return Order.model_validate({**given, "lines": (OrderLine(line_ref="l1", title=title),), **more})


def test_what_nobody_told_of_an_order_is_called_unknown() -> None:
    unheard = texts(strip_html(Strip(None, None, None)))
    number_only = texts(strip_html(Strip("o-7", None, None)))
    known = texts(strip_html(Strip("o-1", order_out(an_order("草莓")), None)))

    assert unheard.count("未知") == len(("summary", "number", "goods", "paid", "status", "signed", "promised", "as of"))
    assert "o-7" in number_only
    assert re.search(r"¥89.00 已签收 .*签收 未知 承诺送达 未知", known)


def test_an_orders_times_are_for_the_browser_to_word() -> None:
    signed = NOW - timedelta(hours=3)
    html = strip_html(Strip("o-1", order_out(an_order("草莓", signed_at=signed)), NOW + timedelta(days=1)))

    assert f'<time datetime="{signed.isoformat(timespec="seconds")}">' in html
    assert html.count("<time") == len(("signed", "promised", "as of"))


def test_a_card_tells_how_old_it_is_and_which_variables_were_filled() -> None:
    article = an_article()
    row = SuggestionRow(
        id="s1",
        shop_id="s1",
        conversation_id="c1",
        turn_id="t1",
        arm=Arm.shown,
        state="live",
        rank=0,
        category="berries",
        created_at=NOW,
        suggestion=Suggestion(
            kind=SuggestionKind.answer,
            article_id="a",
            library_number=1,
            title="草莓",
            text="林您好，冷藏3天。",
            score=0.9,
            matched="",
        ),
    )
    conversation = ConversationRow(
        id="c1",
        shop_id="s1",
        adapter="generic",
        account="main",
        conversation_ref="r",
        customer_ref="k",
        customer_name="林",
        state="human",
        last_at=NOW,
        last_text="",
        open_turn_id="t1",
        waiting_since=None,
        order_ref=None,
    )

    card = suggestion_out(row, a_library(article), date(2026, 11, 22), conversation=conversation)

    assert (card.reviewed, card.age_days) == (date(2026, 11, 1), 21)
    assert [(one.slot, one.start, one.end) for one in card.filled] == [("customer_name", 0, 1)]
    assert '<span class="slot filled" title="已填：顾客称呼">林</span>' in cards_html([card], "zh")


@pytest.mark.anyio
async def test_the_sidebar_is_told_the_order_the_clock_and_the_strip(shop: RunningShop, chat: str) -> None:
    conversation = await opened_chat(shop, chat)
    path = f"/api/v1/conversations/{conversation['id']}/suggestions"

    told = (await shop.client.get(path, headers=shop.bearer("小林"))).json()

    assert told["wait"] == {"warn_seconds": 20, "alarm_seconds": 30}
    assert told["order"] is None
    assert "未知" in told["strip_html"]
    assert told["suggestions"][0]["reviewed"] == "2026-11-21"


@pytest.mark.anyio
async def test_the_promised_delivery_is_the_fact_that_was_told(shop: RunningShop, chat: str) -> None:
    ref = f"o-{chat}"
    fact = {"fact": "promised_delivery", "subject": ref, "value": "2026-11-23T18:00:00+08:00"}
    await shop.post("order.updated", {"order_ref": ref}, f"wh-order-{chat}")
    await shop.post("fact.updated", fact, f"wh-fact-{chat}")
    conversation = await opened_chat(shop, chat)

    def keep(session: Session) -> None:
        row = chats.conversation(session, SHOP, conversation["id"])
        assert row is not None
        chats.save_conversation(session, replace(row, order_ref=ref))

    shop.process.writer.submit(keep).result()
    path = f"/api/v1/conversations/{conversation['id']}/suggestions"

    told = await eventually(shop, path, shop.bearer("小林"), lambda one: "2026-11-23" in one["strip_html"])

    assert ref in told["strip_html"]
    assert (told["order"]["status"], told["order"]["paid_fen"]) == ("unknown", 0)
    assert texts(told["strip_html"]).count("未知") == len(("summary", "goods", "paid", "status", "signed"))
