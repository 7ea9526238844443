"""Which words do letters spell?"""

from datetime import date

import pytest

from assist.domain.library import Article, Library, Product, Synonyms
from assist.suggest.pinyin import Pinyin, build_pinyin


def article(number: int, *asks: str, products: tuple[str, ...] = ()) -> Article:
    return Article(
        id=f"a{number}",
        title=asks[0],
        category="general",
        intent="other",
        products=products,
        asks=asks,
        reviewed=date(2026, 1, 1),
        text="好的",
    )


def reader_of(library: Library, *said: str, products: tuple[Product, ...] = ()) -> Pinyin:
    """Read by a library that says just this, an article a text."""
    articles = tuple(article(number, one) for number, one in enumerate(said))
    only = {"articles": articles, "products": products, "synonyms": Synonyms(rows=())}
    return build_pinyin(library.model_copy(update=only))


@pytest.fixture(scope="module")
def pinyin(library: Library) -> Pinyin:
    return build_pinyin(library)


def texts(pinyin: Pinyin, *tokens: str) -> list[str]:
    return [one.text for one in pinyin.read(tokens)]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        pytest.param("xia", "虾", id="one syllable"),
        pytest.param("caomei", "草莓", id="a product's name"),
        pytest.param("cao mei", "草莓", id="syllables apart, as an IME leaves them"),
        pytest.param("fapiao", "发票", id="a word of the asks"),
        pytest.param("tuikuan", "退款", id="a synonym's word"),
        pytest.param("xiabaocun", "虾保存", id="two words"),
        pytest.param("dazhaxie sile", "大闸蟹死了", id="words with single characters among them"),
        pytest.param("lvdouya", "绿豆芽", id="v for ü"),
        pytest.param("fanqie", "番茄", id="茄 is qie here, not jia"),
        pytest.param("haishen", "海参", id="参 is shen here, not can"),
        pytest.param("geli", "蛤蜊", id="蛤 is ge here, not ha"),
        pytest.param("cm", "草莓", id="initials of a product's name"),
        pytest.param("fp", "发票", id="initials of a word"),
        pytest.param("yhq", "优惠券", id="three initials"),
        pytest.param("dzx", "大闸蟹", id="an initial of a syllable with zh"),
        pytest.param("dzhx", "大闸蟹", id="the same with both letters"),
        pytest.param("caom", "草莓", id="the last syllable begun"),
        pytest.param("fap", "发票", id="the last syllable begun, of a word"),
        pytest.param("caomeib", "草莓", id="a letter of a word to come"),
        pytest.param("xia baoc", "虾保存", id="the last word begun"),
    ],
)
def test_letters_are_read_as_the_likeliest_words(pinyin: Pinyin, tokens: str, text: str) -> None:
    assert texts(pinyin, *tokens.split())[0] == text


@pytest.mark.parametrize("tokens", ["", "asdf", "hjkl", "milk", "xyz", "b", "caomei" * 12])
def test_what_is_no_pinyin_of_the_library_is_not_read(pinyin: Pinyin, tokens: str) -> None:
    assert texts(pinyin, *tokens.split()) == []


def test_a_syllable_does_not_go_across_the_end_of_a_token(library: Library) -> None:
    pinyin = reader_of(library, "西安", "鲜")

    assert set(texts(pinyin, "xian")) == {"西安", "鲜"}
    assert texts(pinyin, "xi", "an") == ["西安"]


def test_of_words_that_sound_alike_the_more_usual_comes_first(library: Library) -> None:
    pinyin = reader_of(library, "形式", "形势", "形势很好")

    assert texts(pinyin, "xingshi") == ["形势", "形式"]


def test_of_words_that_sound_alike_a_product_comes_first(library: Library) -> None:
    lychee = Product(id="lychee", name="荔枝", name_en="lychee", category="tropical_fruit")
    pinyin = reader_of(library, "励志", "励志故事", products=(lychee,))

    assert texts(pinyin, "lizhi") == ["荔枝", "励志"]


def test_full_syllables_come_before_initials_and_initials_before_beginnings(library: Library) -> None:
    pinyin = reader_of(library, "哥", "孤儿", "格外")

    assert texts(pinyin, "ge") == ["哥", "孤儿", "格外"]
    assert texts(pinyin, "gew") == ["格外"]


def test_a_character_and_the_beginning_of_a_word_are_no_reading(library: Library) -> None:
    pinyin = reader_of(library, "热", "付款", "怎么")

    assert texts(pinyin, "refu") == []
    assert texts(pinyin, "zenmefu") == ["怎么付款"]


def test_single_characters_side_by_side_are_no_word(library: Library) -> None:
    pinyin = reader_of(library, "把", "那", "吗")

    assert texts(pinyin, "ba") == ["把"]
    assert texts(pinyin, "bana") == []


def test_a_library_that_says_nothing_reads_nothing(library: Library) -> None:
    assert texts(reader_of(library), "caomei") == []
