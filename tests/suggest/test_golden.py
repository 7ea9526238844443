"""A few questions whose answer must not move, whatever the index becomes."""

import pytest

from assist.domain.library import Library
from assist.suggest.engine import Engine, build


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return build(library)


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        pytest.param("如何保存活虾", "storage-shrimp-live", id="活虾保存"),
        pytest.param("草莓怎么保存", "storage-strawberry", id="草莓保存"),
        pytest.param("牛油果怎么催熟", "ripeness-avocado", id="牛油果催熟"),
        pytest.param("发票怎么开", "invoice-how", id="开发票"),
        pytest.param("请问一下，蘋果上面的蠟能吃嗎？？", "food-safety-apple-wax", id="苹果打蜡"),
    ],
)
def test_a_plain_question_finds_its_article_first(engine: Engine, question: str, article_id: str) -> None:
    assert engine.find(question)[0].article_id == article_id


@pytest.mark.parametrize("question", ["", "   ", "？？？", "👍👍", "\u200b\u200d", "。。。！"])
def test_a_question_without_words_finds_nothing(engine: Engine, question: str) -> None:
    assert engine.find(question) == []


@pytest.mark.parametrize(
    "question",
    [
        "草莓怎么保存",
        "草莓放冰箱能放几天",
        "草莓要不要洗了再放冰箱",
        "买的草莓吃不完可以冷冻吗",
        "草莓常温能放多久",
        "奶油草莓怎么放不容易坏",
    ],
)
def test_a_question_about_strawberries_never_gets_another_products_storage_first(
    library: Library, engine: Engine, question: str
) -> None:
    articles = {article.id: article for article in library.articles}

    first = articles[engine.find(question)[0].article_id]

    assert first.intent != "storage" or not first.products or "strawberry" in first.products, first.id
