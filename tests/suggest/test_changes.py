"""An edited article is found at once: an engine with changes answers as one built anew."""

import random

import pytest

from assist.domain.library import Article, Library
from assist.suggest.engine import Engine, build
from tests.suggest.finding import PLAIN, first_for, ids_of, make_article, with_articles

CARTON = ("纸箱能回收吗", "箱子可以退给你们吗", "can you take the carton back")


def _changed(article: Article, *asks: str) -> Article:
    """The same article, asked for otherwise, about no product."""
    title = {"title": asks[0], "title_en": None, "asks_en": ()}
    text = {"text": "一句答案", "text_en": None, "products": (), "category": "general"}
    return article.model_copy(update={"asks": asks, **title, **text})


@pytest.fixture(scope="module")
def before(library: Library) -> Article:
    return next(article for article in library.articles if article.id == "storage-shrimp-live")


def test_a_changed_article_is_found_by_its_new_asks(library: Library, engine: Engine, before: Article) -> None:
    after = _changed(before, *CARTON)
    anew = build(with_articles(library, [after, *(one for one in library.articles[::3] if one.id != before.id)]))

    changed = engine.with_changes([after])

    for ask in CARTON:
        assert first_for(changed, ask) == first_for(anew, ask) == before.id


def test_a_changed_article_is_found_by_its_old_asks_no_more(engine: Engine, before: Article) -> None:
    changed = engine.with_changes([_changed(before, *CARTON)])

    for ask in before.asks:
        for found in changed.find(ask, limit=20):
            assert found.matched not in before.asks
            assert found.article_id != before.id or found.matched in CARTON
        assert first_for(changed, ask) != before.id


def test_an_article_changed_back_is_found_as_before(library: Library, engine: Engine, before: Article) -> None:
    back = engine.with_changes([_changed(before, *CARTON)]).with_changes([before])

    for ask in before.asks:
        assert first_for(back, ask) == before.id
    for text in (*PLAIN, *CARTON):
        assert ids_of(back.find(text, limit=1)) == ids_of(engine.find(text, limit=1))


def test_a_removed_article_is_never_found(engine: Engine, before: Article) -> None:
    without = engine.with_changes([], [before.id])

    for text in (*before.asks, *PLAIN):
        assert before.id not in ids_of(without.find(text, limit=50))


def test_a_removed_article_comes_back(engine: Engine, before: Article) -> None:
    back = engine.with_changes([], [before.id]).with_changes([before])

    assert first_for(back, before.asks[0]) == before.id


def test_changes_leave_the_engine_they_were_made_from(engine: Engine, before: Article) -> None:
    was = [engine.find(text) for text in (*before.asks, *PLAIN)]

    engine.with_changes([_changed(before, *CARTON)], ["storage-egg"])

    assert [engine.find(text) for text in (*before.asks, *PLAIN)] == was


def test_a_new_article_is_found_at_once(engine: Engine) -> None:
    new = engine.with_changes([make_article("carton", *CARTON)])

    for ask in CARTON:
        assert first_for(new, ask) == "carton"


def test_removing_what_is_not_there_changes_nothing(engine: Engine) -> None:
    same = engine.with_changes([], ["unicorn"])

    for text in PLAIN:
        assert same.find(text) == engine.find(text)


def test_with_everything_removed_nothing_is_found(library: Library, engine: Engine) -> None:
    emptied = engine.with_changes([], [article.id for article in library.articles])

    for text in PLAIN:
        assert emptied.find(text) == []


def test_changes_carry_the_number_they_are_given(engine: Engine, before: Article) -> None:
    assert engine.with_changes([before]).number == engine.number
    assert engine.with_changes([before], number=77).number == 77


def test_it_is_known_how_many_articles_are_answered_from_beside(engine: Engine, before: Article) -> None:
    assert engine.changed_articles == 0

    once = engine.with_changes([before])
    assert once.changed_articles == 1
    assert once.with_changes([before]).changed_articles == 1
    assert once.with_changes([make_article("carton", *CARTON)]).changed_articles == 2


NOUNS = [
    "纸箱",
    "吸管",
    "餐盒",
    "围裙",
    "抹布",
    "雨伞",
    "台灯",
    "书包",
    "键盘",
    "耳机",
    "茶杯",
    "毛巾",
    "拖鞋",
    "窗帘",
    "镜子",
]
VERBS = ["能回收吗", "多少钱一个", "掉颜色吗", "有几种尺寸", "怎么清洗", "送一个行不行", "还有没有现货"]


def test_three_hundred_changes_in_a_row_leave_every_article_found_once(library: Library) -> None:
    dice = random.Random(20261121)
    held = {article.id: article for article in library.articles[::4]}
    engine = build(with_articles(library, held.values()))
    removed: set[str] = set()
    pool = [*list(held)[:15], *(f"new-{number}" for number in range(15))]
    free = [noun + verb for noun in NOUNS for verb in VERBS]
    dice.shuffle(free)

    for number in range(300):
        chosen = dice.choice(pool)
        if chosen in held and dice.random() < 0.4:
            old = held.pop(chosen)
            free += [ask for ask in old.asks if ask[:2] in NOUNS]
            removed.add(chosen)
            engine = engine.with_changes([], [chosen], number)
        else:
            free += [ask for ask in held[chosen].asks if ask[:2] in NOUNS] if chosen in held else []
            held[chosen] = make_article(chosen, free.pop(0), free.pop(0))
            removed.discard(chosen)
            engine = engine.with_changes([held[chosen]], [], number)
        text = dice.choice([*free, *(ask for article in held.values() for ask in article.asks)])
        found = ids_of(engine.find(text, limit=10))
        assert len(found) == len(set(found))
        assert not removed.intersection(found)
        assert held.keys() >= set(found)
        assert engine.number == number
        one = held[dice.choice(sorted(held))]
        assert first_for(engine, one.asks[0]) == one.id
