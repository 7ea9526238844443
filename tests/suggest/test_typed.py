"""What is looked for when this stands in the search box?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.library import Library
from assist.suggest.typed import Typed, build_typed


@pytest.fixture(scope="module")
def typed(library: Library) -> Typed:
    return build_typed(library)


def texts(typed: Typed, query: str) -> list[str]:
    return [one.text for one in typed.looked_for(query)]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("xia 保存", "虾保存", id="letters before Chinese"),
        pytest.param("虾 baocun", "虾保存", id="letters behind Chinese"),
        pytest.param("草莓zenmexi", "草莓怎么洗", id="letters without a space"),
        pytest.param("CaoMei", "草莓", id="capitals"),
        pytest.param("ｃａｏｍｅｉ", "草莓", id="full width"),
        pytest.param("cǎo méi", "草莓", id="tone marks"),
        pytest.param("ca\u030come\u0301i", "草莓", id="tone marks typed apart"),
        pytest.param("cao'mei", "草莓", id="an apostrophe"),
        pytest.param("cao’mei", "草莓", id="a typographer's apostrophe"),
        pytest.param("lüdouya", "绿豆芽", id="ü"),
        pytest.param("lǜ dòuyá", "绿豆芽", id="ü with a tone"),
        pytest.param("LVDOUYA", "绿豆芽", id="v for ü"),
        pytest.param("milk baocun", "milk 保存", id="pinyin beside English"),
        pytest.param("you tao", "油桃", id="English in form, but part of a longer name"),
        pytest.param("straw", "strawberry", id="English begun"),
        pytest.param("refu", "refund", id="English begun that is no name"),
        pytest.param("草莓 asdf", "草莓 asdf", id="letters that mean nothing beside Chinese"),
    ],
)
def test_the_likeliest_comes_first(typed: Typed, query: str, text: str) -> None:
    assert texts(typed, query)[0] == text


@pytest.mark.parametrize(
    "query",
    [
        "milk",
        "refund",
        "can I return it",
        "how long do shrimps keep",
        "keep in pan overnight",
        "the women made me change it",
        "gai lan",
        "strawbery",
        "compare",
        "buy",
        "do you deliver to san jose",
        "arrives at 3 pm on the 7th",
        "2pm",
        "about 65 kg of it",
        "is the apr on my card",
        "草莓坏了",
        "sf1234",
        "SF1234567890",
        "12345",
        "https://shop.example/caomei",
    ],
)
def test_english_chinese_and_codes_stay_as_they_are(typed: Typed, query: str) -> None:
    assert texts(typed, query) == [query]


def test_every_english_ask_stays_english(typed: Typed, library: Library) -> None:
    asks = [ask for article in library.articles for ask in article.asks_en]

    assert asks
    assert [ask for ask in asks if texts(typed, ask) != [ask]] == []


@pytest.mark.parametrize("query", ["", "   ", "？？", "qqqq", "asdf", "hjkl", "zzzzzz", "asdf hjkl", "ASDF"])
def test_nothing_is_invented(typed: Typed, query: str) -> None:
    assert texts(typed, query) == []


def test_what_may_mean_two_products_is_looked_for_as_both(typed: Typed) -> None:
    both = typed.looked_for("chengzi")

    assert {one.product_id for one in both} == {"orange", "razor_clam"}
    assert both[0].share == 1.0 > both[1].share > 0


def test_only_a_name_alone_is_a_product(typed: Typed) -> None:
    assert [one.product_id for one in typed.looked_for("caomei")] == ["strawberry"]
    assert [one.product_id for one in typed.looked_for("草莓")] == ["strawberry"]
    assert [one.product_id for one in typed.looked_for("strawberry")] == ["strawberry"]
    assert [one.product_id for one in typed.looked_for("caomei baocun")] == [None]


@given(text=st.text(max_size=80) | st.text(alphabet="abceghijlmnoquxüǎ 'ZS5虾保", max_size=80))
def test_whatever_is_typed_is_read(typed: Typed, text: str) -> None:
    found = typed.looked_for(text)

    assert len(found) <= 2
    assert all(one.text for one in found)
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    assert not found or found[0].share == 1.0
