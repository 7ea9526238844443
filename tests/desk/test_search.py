"""What does the agent's own search find, by Chinese, English, pinyin and initials?

The table says what an agent who types this wants to see among the first three: a product, an intent or an article.
"""

from collections import Counter

import pytest

from assist.desk.guard_cards import Moment
from assist.desk.libraries import Shelf
from assist.desk.search import Hit, search
from assist.domain.library import Library
from assist.suggest.words import word_table
from tests.conftest import NOW
from tests.shipped import shipped_shelf

# Said otherwise than the word table says their characters.
MOMENT = Moment(NOW, "Asia/Shanghai", None)

SAID_OTHERWISE = {
    "圣女果": "sheng nv guo",
    "海参": "hai shen",
    "番茄": "fan qie",
    "茄子": "qie zi",
    "蛤蜊": "ge li",
    "荸荠": "bi qi",
    "桑葚": "sang shen",
    "薄荷": "bo he",
    "芥蓝": "gai lan",
}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shipped_shelf()


def first_three(shelf: Shelf, query: str) -> list[Hit]:
    return search(shelf, query, 3, MOMENT)


@pytest.mark.parametrize(
    ("query", "product"),
    [
        ("xia", "shrimp"),
        ("caomei", "strawberry"),
        ("cm", "strawberry"),
        ("cao", "strawberry"),
        ("caom", "strawberry"),
        ("CAOMEI", "strawberry"),
        ("cǎo méi", "strawberry"),
        ("cao'mei", "strawberry"),
        ("xigua", "watermelon"),
        ("xg", "watermelon"),
        ("dazhaxie", "hairy_crab"),
        ("dzx", "hairy_crab"),
        ("huolongguo", "dragon_fruit"),
        ("hlg", "dragon_fruit"),
        ("fanqie", "tomato"),
        ("haishen", "sea_cucumber"),
        ("lvdouya", "bean_sprout"),
        ("lǜdòuyá", "bean_sprout"),
        ("jidan", "egg"),
        ("mang", "mango"),
        ("liulian", "durian"),
        ("chengzi", "orange"),
        ("chengzi", "razor_clam"),
        ("鲶鱼", "catfish"),
        ("milk", "milk"),
        ("strawberries", "strawberry"),
        ("straw", "strawberry"),
        ("strawbery", "strawberry"),
        ("how long does shrimp keep", "shrimp"),
    ],
)
def test_the_product_is_among_the_first_three(shelf: Shelf, query: str, product: str) -> None:
    assert product in {one for hit in first_three(shelf, query) for one in hit.article.products}


@pytest.mark.parametrize(
    ("query", "intent"),
    [
        ("fapiao", "invoice"),
        ("fp", "invoice"),
        ("fap", "invoice"),
        ("kai fapiao", "invoice"),
        ("tuikuan", "refund"),
        ("tuik", "refund"),
        ("TUIKUAN", "refund"),
        ("zenme tuikuan", "refund"),
        ("youhuiquan", "coupon"),
        ("yhq", "coupon"),
        ("peichang", "damage_claim"),
        ("jifen", "membership"),
        ("refund", "refund"),
        ("invoice", "invoice"),
        ("where are my coupons", "coupon"),
    ],
)
def test_the_intent_comes_first(shelf: Shelf, query: str, intent: str) -> None:
    assert first_three(shelf, query)[0].article.intent == intent


@pytest.mark.parametrize(
    ("query", "article_id"),
    [
        ("xia 保存", "storage-shrimp-live"),
        ("虾 baocun", "storage-shrimp-live"),
        ("xiabaocun", "storage-shrimp-live"),
        ("caomei lan le", "damage-claim-strawberry-soft"),
        ("caomei zenme xi", "washing-cooking-strawberry"),
        ("dazhaxie sile", "damage-claim-hairy-crab-dead"),
        ("milk baocun", "storage-milk"),
        ("can i freeze milk", "storage-milk"),
        ("tuikuan duojiu dao", "refund-arrival"),
        ("niunai guoqi", "refund-dairy-date"),
    ],
)
def test_the_article_is_among_the_first_three(shelf: Shelf, query: str, article_id: str) -> None:
    assert article_id in [hit.article.id for hit in first_three(shelf, query)]


@pytest.mark.parametrize("query", ["", "  ", "？", "qqqq", "asdf", "asdf hjkl"])
def test_nothing_is_found_for_what_means_nothing(shelf: Shelf, query: str) -> None:
    assert search(shelf, query, 8, MOMENT) == []


def test_english_is_answered_in_english_and_pinyin_in_chinese(shelf: Shelf) -> None:
    assert first_three(shelf, "can i freeze milk")[0].title.isascii()
    assert not first_three(shelf, "caomei zenme xi")[0].title.isascii()


@pytest.mark.parametrize("query", ["chengzi", "caomei", "鲶鱼", "退款"])
def test_no_article_is_found_twice_and_no_more_than_asked_for(shelf: Shelf, query: str) -> None:
    hits = search(shelf, query, 20, MOMENT)

    assert len(hits) <= 20
    assert len({hit.article.id for hit in hits}) == len(hits)
    assert [hit.article.id for hit in search(shelf, query, 1, MOMENT)] == [hits[0].article.id]


def syllables_of(name: str) -> list[str]:
    table = word_table()
    return (
        SAID_OTHERWISE.get(name) or " ".join(table.syllables[ord(table.sound(one)) - 0xE000] for one in name)
    ).split()


def spelled_products(library: Library) -> dict[str, list[str]]:
    """Product id -> its name's syllables, of those that an article is about."""
    told = {product for article in library.articles for product in article.products}
    return {product.id: syllables_of(product.name) for product in library.products if product.id in told}


def share_found(shelf: Shelf, queries: dict[str, str]) -> float:
    """Return the share of products that an article among the first three is about."""
    missed = [
        f"{query} ({product_id})"
        for product_id, query in queries.items()
        if not any(product_id in hit.article.products for hit in first_three(shelf, query))
    ]
    share = 1 - len(missed) / len(queries)
    print(f"{share:.3f} of {len(queries)}; not found: {', '.join(missed) or 'none'}")
    return share


def test_the_full_pinyin_of_a_product_finds_an_article_about_it(shelf: Shelf) -> None:
    queries = {product_id: "".join(said) for product_id, said in spelled_products(shelf.library).items()}

    assert share_found(shelf, queries) >= 0.95


def test_the_initials_of_a_product_find_an_article_about_it_where_no_other_has_them(shelf: Shelf) -> None:
    every = Counter("".join(one[0] for one in syllables_of(product.name)) for product in shelf.library.products)
    initials = {
        product_id: "".join(one[0] for one in said)
        for product_id, said in spelled_products(shelf.library).items()
        if len(said) > 1
    }
    unique = {product_id: short for product_id, short in initials.items() if every[short] == 1}

    assert len(unique) > 50
    assert share_found(shelf, unique) >= 0.6
