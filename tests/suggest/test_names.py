"""Which products a text names: as written, by letters or by sound, and spelt as asks spell them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.domain.library import Library, Product, Synonyms
from assist.suggest.names import Named, Names, Words
from assist.suggest.text import normalise


def _named(names: Names, text: str) -> list[str]:
    return [one.what for one in names.find(normalise(text))]


@pytest.mark.parametrize(
    ("text", "products"),
    [
        pytest.param("草莓怎么保存", ["strawberry"], id="by its name"),
        pytest.param("西红柿坏了", ["tomato"], id="by another name"),
        pytest.param("基围虾能放几天", ["shrimp"], id="the longest: 基围虾, not 虾"),
        pytest.param("小龙虾到了", ["crayfish"], id="the longest: 小龙虾, not 龙虾 and not 虾"),
        pytest.param("樱桃萝卜怎么吃", ["radish"], id="the longest: no 樱桃 in 樱桃萝卜"),
        pytest.param("菠萝蜜怎么切", ["jackfruit"], id="the longest: no 菠萝 in 菠萝蜜"),
        pytest.param("番荔枝熟了吗", ["custard_apple"], id="the longest: no 荔枝 in 番荔枝"),
        pytest.param("牛奶草莓甜吗", ["strawberry"], id="a kind of strawberry"),
        pytest.param("草莓和蓝莓一起放", ["strawberry", "blueberry"], id="two, in order"),
        pytest.param("草莓草莓", ["strawberry", "strawberry"], id="twice"),
        pytest.param("雞蛋碎了", ["egg"], id="traditional"),
        pytest.param("草\u200b莓", ["strawberry"], id="disguised"),
        pytest.param("什么时候发货", [], id="none"),
        pytest.param("", [], id="empty"),
    ],
)
def test_products_are_named_as_written(names: Names, text: str, products: list[str]) -> None:
    assert _named(names, text) == products


@pytest.mark.parametrize(
    ("text", "products"),
    [
        pytest.param("how do i store an apple", ["apple"], id="whole"),
        pytest.param("are the apples washed", ["apple"], id="with s"),
        pytest.param("are the mangoes ripe", ["mango"], id="with es"),
        pytest.param("my peaches are soft", ["peach"], id="with es after ch"),
        pytest.param("two strawberries were bad", ["strawberry"], id="with ies"),
        pytest.param("Potatoes?", ["potato"], id="capitals"),
        pytest.param("the apple's skin", ["apple"], id="with its s"),
        pytest.param("my pineapple", ["pineapple"], id="no apple in pineapple"),
        pytest.param("custard apple", ["custard_apple"], id="the longest of two words"),
        pytest.param("eggplant or egg", ["eggplant", "egg"], id="no egg in eggplant"),
        pytest.param("enter the code", [], id="no cod in code"),
        pytest.param("limestone figment commint", [], id="no lime, fig or mint inside of words"),
        pytest.param("apple苹果", ["apple", "apple"], id="whole beside Chinese"),
        pytest.param("买了egg三个", ["egg"], id="whole inside Chinese"),
        pytest.param("egg2 2egg", [], id="part of a code"),
    ],
)
def test_english_names_count_only_whole(names: Names, text: str, products: list[str]) -> None:
    assert _named(names, text) == products


@pytest.mark.parametrize("text", ["西瓜视频怎么登录", "苹果手机能下单吗", "鱿鱼游戏好看", "草莓味的", "有没有蛋糕"])
def test_words_that_hold_a_name_and_are_no_goods_name_none(names: Names, text: str) -> None:
    assert _named(names, text) == []
    assert names.other_goods_in(normalise(text))


def test_every_word_for_other_goods_names_none(library: Library, names: Names) -> None:
    assert library.synonyms.not_goods
    assert not [word for word in library.synonyms.not_goods if names.products_in(normalise(word))]


@pytest.mark.parametrize("text", ["草莓怎么保存", "怎么退款", ""])
def test_where_no_other_goods_are_named_there_are_none(names: Names, text: str) -> None:
    assert not names.other_goods_in(normalise(text))


def test_goods_beside_a_word_that_is_none_are_named(names: Names) -> None:
    found = names.find("西瓜视频上的西瓜")

    assert found == [Named("watermelon", 6, 8)]


@pytest.mark.parametrize(
    ("text", "products"),
    [
        pytest.param("蓝梅怎么洗", ["blueberry"], id="one character wrong"),
        pytest.param("大闸写死了", ["hairy_crab"], id="tone aside"),
        pytest.param("草梅和蓝梅", ["strawberry", "blueberry"], id="both wrong"),
        pytest.param("溜莲没开口", ["durian"], id="durian"),
        pytest.param("举个例子", [], id="例子 is a word, no 李子"),
        pytest.param("这个句子", [], id="句子 is a word, no 橘子"),
        pytest.param("下雨了", [], id="one character is no name by its sound"),
    ],
)
def test_misspelt_names_are_heard_unless_they_are_words(names: Names, text: str, products: list[str]) -> None:
    assert _named(names, text) == products


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("东西没收到", id="西没 is no 西梅"),
        pytest.param("放冰箱里能放几天", id="箱里 is no 香梨"),
        pytest.param("现在拍今天能发吗", id="在拍 is no 仔排"),
        pytest.param("麻烦加急", id="烦加 is no 番茄"),
        pytest.param("会员价在哪看", id="员价 is no 圆茄"),
        pytest.param("再派一次", id="再派 is no 仔排"),
        pytest.param("剩菜能放几天", id="剩菜 is no 生菜"),
        pytest.param("缝里有泥", id="缝里 is no 凤梨"),
        pytest.param("少一个字", id="个字 is no 鸽子"),
        pytest.param("下锅前洗一下吗", id="前洗 is no 千禧"),
        pytest.param("卡密刮不开", id="密刮 is no 蜜瓜"),
        pytest.param("一盒写着十个", id="盒写 is no 河蟹"),
    ],
)
def test_words_side_by_side_that_sound_like_a_name_are_none(names: Names, text: str) -> None:
    assert _named(names, text) == []


def test_no_ask_of_the_library_is_misheard(library: Library, names: Names) -> None:
    """They are written right: where one is spelt anew, its article is about that product."""
    misheard: dict[str, str] = {}

    for article in library.articles:
        for ask in (*article.asks, article.title):
            plain = normalise(ask)
            spelt, named = names.spelt(plain)
            if spelt != plain and not {one.what for one in named} <= set(article.products):
                misheard[plain] = spelt

    assert misheard == {}


@pytest.mark.parametrize(
    ("text", "products"),
    [
        pytest.param("caomei zenme baocun", ["strawberry"], id="among other letters"),
        pytest.param("我的hamigua坏了", ["cantaloupe_hami"], id="among characters"),
        pytest.param("DAZHAXIE", ["hairy_crab"], id="capitals"),
        pytest.param("xia", [], id="one syllable may be anything"),
        pytest.param("caomeii", [], id="only whole"),
        pytest.param("mango", ["mango"], id="English keeps its meaning"),
    ],
)
def test_names_typed_in_letters_are_named(names: Names, text: str, products: list[str]) -> None:
    assert _named(names, text) == products


@pytest.mark.parametrize(
    ("said", "spelt", "named"),
    [
        pytest.param("蓝梅怎么洗", "蓝莓怎么洗", [Named("blueberry", 0, 2)], id="by its sound"),
        pytest.param("我的caomei呢", "我的草莓呢", [Named("strawberry", 2, 4)], id="by its letters"),
        pytest.param("strawberry怎么洗", "草莓怎么洗", [Named("strawberry", 0, 2)], id="English among Chinese"),
        pytest.param(
            "how to wash strawberries", "how to wash strawberries", [Named("strawberry", 12, 24)], id="English"
        ),
        pytest.param("西红柿和土豆", "西红柿和土豆", [Named("tomato", 0, 3), Named("potato", 4, 6)], id="as written"),
        pytest.param(
            "caomei和草莓和mango",
            "草莓和草莓和芒果",
            [Named("strawberry", 0, 2), Named("strawberry", 3, 5), Named("mango", 6, 8)],
            id="three ways, later ones moved",
        ),
        pytest.param("怎么退款", "怎么退款", [], id="none"),
        pytest.param("", "", [], id="empty"),
    ],
)
def test_products_are_spelt_as_asks_spell_them(names: Names, said: str, spelt: str, named: list[Named]) -> None:
    assert names.spelt(said) == (spelt, named)


PIECES = (
    "草莓 草梅 蓝梅 大闸写 虾 小 龙虾 西瓜 视频 苹果 平果 手机 红颜 例子 怎么放 番 荔枝 梨 牛奶 "
    "caomei hamigua apple apples pine eggs a 2 . -"
)
pieces = st.lists(
    st.sampled_from([*PIECES.split(), " "]) | st.text(max_size=3),
    max_size=8,
)


@settings(max_examples=250, deadline=None)
@given(pieces.map("".join).map(normalise))
def test_every_span_of_a_spelt_text_spells_its_product(names: Names, said: str) -> None:
    spelt, named = names.spelt(said)

    assert [one.what for one in named] == [one.what for one in names.find(said)]
    end = 0
    for one in named:
        assert end <= one.begin < one.end <= len(spelt)
        assert names.products_in(spelt[one.begin : one.end]) == {one.what}
        end = one.end
    assert names.without(spelt, named) == names.without(said, names.find(said))


@settings(max_examples=250, deadline=None)
@given(pieces.map("".join).map(normalise))
def test_what_is_spelt_stays_spelt(names: Names, said: str) -> None:
    spelt, _ = names.spelt(said)

    assert names.spelt(spelt)[0] == spelt


@settings(max_examples=150, deadline=None)
@given(pieces.map(" ".join).map(normalise))
def test_a_spelt_text_names_what_was_said(names: Names, said: str) -> None:
    """Of words apart: 红颜 and 草莓 put together are a longer name."""
    spelt, named = names.spelt(said)

    assert names.spelt(spelt) == (spelt, named)


def test_every_name_of_every_product_names_one(library: Library, names: Names) -> None:
    """A name that two products carry is the first one's: all name something, and it is called so."""
    for product in library.products:
        for name in (product.name, *product.aliases, product.name_en):
            found = names.products_in(normalise(name))
            assert len(found) == 1, name
        assert names.products_in(normalise(product.name)) == {product.id}
        assert names.name_of(product.id) == normalise(product.name)


def test_a_product_that_is_not_there_is_called_nothing(names: Names) -> None:
    assert names.name_of("unicorn") == ""


def test_a_text_without_its_names_keeps_the_rest(names: Names) -> None:
    plain = "草莓和蓝莓能一起放吗"

    assert names.without(plain, names.find(plain)) == "和能一起放吗"
    assert names.without(plain, []) == plain


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_looked_through(names: Names, said: str) -> None:
    spelt, named = names.spelt(normalise(said))

    assert names.products_in(normalise(said)) == {one.what for one in named}
    assert isinstance(spelt, str)


def test_words_of_one_row_stand_for_the_first() -> None:
    rows = Synonyms(rows=(("坏了", "烂了", "Spoiled"),))

    found = Names([], rows).synonyms.find("烂了 spoiled unspoiled 坏了")

    assert [one.what for one in found] == ["坏了", "坏了", "坏了"]


def test_a_library_without_products_names_none() -> None:
    none = Names([], Synonyms(rows=()))

    assert none.spelt("草莓怎么保存") == ("草莓怎么保存", [])


def test_a_name_of_signs_alone_names_nothing() -> None:
    product = Product(id="odd", name="？！", name_en="!!", category="general")

    assert Names([product], Synonyms(rows=(), not_goods=("～",))).find(normalise("？！ 坏了")) == []


def test_the_longest_word_wins_wherever_it_begins() -> None:
    words = Words({"虾": "a", "龙虾": "b", "小龙虾": "c", "虾仁": "d"})

    assert words.find("小龙虾仁龙虾") == [Named("c", 0, 3), Named("b", 4, 6)]
