"""In which language is a card worded?"""

import json
from dataclasses import replace

import pytest

from assist.desk.guard_cards import Moment
from assist.desk.libraries import Shelf
from assist.desk.search import search
from assist.domain.library import Entry
from assist.suggest.engine import Found
from assist.suggest.language import is_english
from tests.conftest import NOW
from tests.desk.shop import MILK, SHRIMP, SHRIMP_ANSWER, Desk, article, replaced, said, small_library

MOMENT = Moment(NOW, "Asia/Shanghai", None)
QUESTION = "how do I keep live shrimp"
ANSWER = "Live shrimp are best eaten the same day; chilled they usually keep 1-3 days."


def bilingual() -> Entry:
    plain = article(
        "storage-shrimp",
        [SHRIMP, "活虾到家怎么养着", "虾买回来今天不吃放哪里"],
        SHRIMP_ANSWER.replace("1-3天", "{{ fridge }}"),
        fridge="1-3天",
    )
    english = {
        "title_en": "Storing live shrimp",
        "asks_en": [QUESTION, "live prawns overnight", "shrimp in tap water?", "are shrimp kept chilled"],
        "text_en": ANSWER.replace("1-3 days", "{{ fridge }}"),
    }
    body = {**json.loads(plain.body), **english}
    return Entry(kind="article", entry_id=plain.entry_id, body=json.dumps(body, ensure_ascii=False, sort_keys=True))


@pytest.fixture
def bilingual_desk(desk: Desk) -> Desk:
    desk.publish(replaced(small_library(), bilingual()))
    desk.work()
    return desk


def shelf_of_desk(desk: Desk) -> Shelf:
    return desk.libraries.current("s1")


def test_an_english_question_gets_an_english_card(bilingual_desk: Desk) -> None:
    bilingual_desk.hear(said("m1", QUESTION, NOW))

    card = bilingual_desk.live()[0]
    assert card.article_id == "storage-shrimp"
    assert card.title == "Storing live shrimp"
    assert card.text == ANSWER
    assert card.source == "Our shop's default service terms (our shop, 2026)" or card.source.endswith(
        "(our shop, 2026)"
    )


@pytest.mark.parametrize("question", [SHRIMP, f"{SHRIMP} fridge ok?"])
def test_a_question_with_chinese_in_it_gets_a_chinese_card(bilingual_desk: Desk, question: str) -> None:
    bilingual_desk.hear(said("m1", question, NOW))

    card = bilingual_desk.live()[0]
    assert (card.title, card.text) == (SHRIMP, SHRIMP_ANSWER)


def test_the_agents_own_search_answers_in_the_language_it_is_asked_in(bilingual_desk: Desk) -> None:
    bilingual_desk.hear(said("m1", "你好", NOW))
    shelf = shelf_of_desk(bilingual_desk)

    assert search(shelf, QUESTION, 1, MOMENT)[0].text == ANSWER
    assert search(shelf, QUESTION, 1, MOMENT)[0].title == "Storing live shrimp"
    assert search(shelf, SHRIMP, 1, MOMENT)[0].text == SHRIMP_ANSWER


class Pinyin:
    """A finder that found a Chinese phrasing by its letters."""

    def find(self, question: str, *, limit: int = 3, min_score: float = 0.0) -> list[Found]:
        return [Found(article_id="storage-shrimp", score=0.9, matched=SHRIMP, added=(), wrong_product=False)]


def test_letters_that_found_a_chinese_phrasing_are_pinyin_and_answered_in_chinese(bilingual_desk: Desk) -> None:
    bilingual_desk.hear(said("m1", "你好", NOW))
    shelf = shelf_of_desk(bilingual_desk)

    (hit,) = search(replace(shelf, engine=Pinyin()), "huoxia", 1, MOMENT)  # pyright: ignore[reportArgumentType]

    assert (hit.title, hit.text) == (SHRIMP, SHRIMP_ANSWER)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("how long do shrimps keep", True),
        ("refund??", True),
        ("Where is order 1234567890123 😡", True),
        ("ＷＨＥＲＥ　ＩＳ　ＩＴ", True),
        ("jalapeño or piñata", True),
        (MILK, False),
        ("这个 coupon 怎么用", False),
        ("my 大闸蟹 is dead", False),
        ("どこですか ok", False),
        ("где мой заказ ok", False),
        ("https://shop.example/item/abc", False),
        ("SF1234567890", False),
        ("12345", False),
        ("？！😀", False),
        ("", False),
    ],
)
def test_english_is_latin_letters_without_a_chinese_character(text: str, english: bool) -> None:
    assert is_english(text) is english
