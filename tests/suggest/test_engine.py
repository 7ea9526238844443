"""Which articles are found, in which order, and how sure that is said to be."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.domain.library import (
    AdoptionPolicy,
    AnswerPolicy,
    Article,
    Category,
    Intent,
    Library,
    Phrasing,
    ServicePolicy,
    SmallTalk,
    Synonyms,
    Topics,
)
from assist.suggest.engine import Engine, Found, build
from assist.suggest.language import is_english
from assist.suggest.names import Names
from assist.suggest.text import normalise
from tests.suggest.lessons import CUTOFF, MILK, SHRIMP, small_library

PLAIN = [
    "草莓怎么保存",
    "怎么退款",
    "虾死了怎么办",
    "how do i store eggs",
    "几天能到",
    "发票开错了",
    "那个好吃吗",
    "qwerty",
]
"""Everyday questions, and one that no article answers."""


def _article(article_id: str, *asks: str, products: tuple[str, ...] = (), text: str = "一句答案") -> Article:
    return Article(
        id=article_id,
        title=asks[0],
        category="general",
        intent="storage",
        products=products,
        asks=asks,
        reviewed=date(2026, 11, 21),
        text=text,
    )


def _with(library: Library, articles: Iterable[Article]) -> Library:
    return library.model_copy(update={"articles": tuple(articles)})


def _empty() -> Library:
    return Library(
        shop_id="s1",
        number=1,
        articles=(),
        products=(),
        topics=Topics(
            categories=(Category(id="general", zh="通用", en="General"),),
            intents=(Intent(id="storage", zh="保存", en="Storage"),),
        ),
        small_talk=SmallTalk(phrases=(), particles=()),
        synonyms=Synonyms(rows=()),
        answers=AnswerPolicy(min_score=0.5, max_cards=3),
        adoption=AdoptionPolicy(
            as_is_ratio=95, edited_ratio=80, partial_ratio=90, partial_min_length=10, boilerplate=()
        ),
        service=ServicePolicy(facts={}),
    )


def _ids(found: Sequence[Found]) -> list[str]:
    return [one.article_id for one in found]


def _first(engine: Engine, text: str) -> str:
    return engine.find(text, limit=1)[0].article_id


def _owners(library: Library) -> dict[str, set[str]]:
    """Return, for everything that is asked as somebody asks it, whose ask it is."""
    owners: dict[str, set[str]] = defaultdict(set)
    for article in library.articles:
        for ask in article.asks:
            owners[normalise(ask)].add(article.id)
    return owners


def _not_found_first(engine: Engine, asks: Mapping[str, set[str]]) -> dict[str, str]:
    first = {ask: _first(engine, ask) for ask in asks}
    return {ask: found for ask, found in first.items() if found not in asks[ask]}


# What is asked word for word


def test_every_chinese_ask_finds_its_own_article_first(library: Library, engine: Engine) -> None:
    asks = {ask: owners for ask, owners in _owners(library).items() if not is_english(ask)}

    assert len(asks) > 2000
    assert _not_found_first(engine, asks) == {}


def test_every_english_ask_finds_its_own_article_first(library: Library, engine: Engine) -> None:
    asks = {ask: owners for ask, owners in _owners(library).items() if is_english(ask)}

    assert len(asks) > 300
    assert _not_found_first(engine, asks) == {}


def test_few_asks_are_shared(library: Library) -> None:
    """Where two articles answer the same words, neither can be wrong; it must stay rare."""
    owners = _owners(library)

    assert len([ask for ask, of in owners.items() if len(of) > 1]) <= len(owners) / 100


def test_every_title_finds_its_own_article_first(library: Library, engine: Engine) -> None:
    owners = _owners(library)
    for article in library.articles:
        for title in filter(None, (article.title, article.title_en)):
            owners[normalise(title)].add(article.id)
    titles = {
        normalise(title): owners[normalise(title)]
        for article in library.articles
        for title in filter(None, (article.title, article.title_en))
    }

    assert _not_found_first(engine, titles) == {}


def test_what_was_matched_is_an_ask_as_it_is_written(library: Library, engine: Engine) -> None:
    written = {article.id: {*article.asks, article.title, article.title_en} for article in library.articles}

    for text in PLAIN:
        for found in engine.find(text):
            assert found.matched in written[found.article_id]


# Order, limits and scores


@pytest.mark.parametrize("text", PLAIN)
def test_scores_fall_and_lie_within_0_and_1(engine: Engine, text: str) -> None:
    scores = [one.score for one in engine.find(text, limit=50)]

    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("text", PLAIN)
def test_no_article_is_found_twice(engine: Engine, text: str) -> None:
    found = _ids(engine.find(text, limit=50))

    assert len(found) == len(set(found))


@pytest.mark.parametrize("text", PLAIN)
def test_a_lower_limit_cuts_the_same_list(engine: Engine, text: str) -> None:
    five = engine.find(text, limit=5)

    assert len(five) <= 5
    for limit in range(5):
        assert engine.find(text, limit=limit) == five[:limit]


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("min_score", [0.0, 0.1, 0.3, 0.7, 1.0])
def test_a_lowest_score_leaves_the_others_as_they_are(engine: Engine, text: str, min_score: float) -> None:
    everything = engine.find(text, limit=5)

    assert engine.find(text, limit=5, min_score=min_score) == [one for one in everything if one.score >= min_score]


def test_two_articles_with_the_same_ask_come_by_their_ids() -> None:
    one, other = _article("b-second", "纸箱能回收吗"), _article("a-first", "纸箱能回收吗")

    for articles in ([one, other], [other, one]):
        found = build(_with(small_library(), articles)).find("纸箱能回收吗")
        assert _ids(found) == ["a-first", "b-second"]
        assert found[0].score == found[1].score


def test_a_tie_is_broken_by_id_across_changes() -> None:
    """One of the two stands beside the base."""
    one, other = _article("b-second", "纸箱能回收吗"), _article("a-first", "纸箱能回收吗")
    engine = build(_with(small_library(), [one, other]))

    for changed in (one, other):
        assert _ids(engine.with_changes([changed]).find("纸箱能回收吗")) == ["a-first", "b-second"]


def test_a_tie_is_cut_by_id() -> None:
    tied = [_article(f"tie-{number}", "纸箱能回收吗") for number in (3, 1, 4, 2, 5)]

    assert _ids(build(_with(small_library(), tied)).find("纸箱能回收吗", limit=2)) == ["tie-1", "tie-2"]


def test_the_same_library_builds_the_same_engine(library: Library) -> None:
    some = library.articles[::4]
    one, other = build(_with(library, some)), build(_with(library, reversed(some)))

    for text in (*PLAIN, *(article.asks[0] for article in some)):
        assert one.find(text, limit=10) == other.find(text, limit=10)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        pytest.param("草莓怎麼保存", "草莓怎么保存", id="traditional"),
        pytest.param("草莓怎么保存？？？", "草莓怎么保存", id="signs"),
        pytest.param("草\u200b莓怎么保存👍", "草莓怎么保存", id="zero width and emoji"),
        pytest.param("HOW DO I STORE EGGS", "how do i store eggs", id="capitals"),
        pytest.param("蓝梅怎么洗", "蓝莓怎么洗", id="misspelt name"),
        pytest.param("caomei怎么保存", "草莓怎么保存", id="name in letters"),
    ],
)
def test_a_disguise_changes_nothing(engine: Engine, said: str, plain: str) -> None:
    assert engine.find(said) == engine.find(plain)


# Small libraries


@pytest.mark.parametrize("text", ["", "草莓怎么保存", "hello", "。。。"])
def test_an_empty_library_answers_nothing(text: str) -> None:
    engine = build(_empty())

    assert engine.find(text) == []
    assert engine.find(text, about=["shrimp"], limit=50) == []


def test_a_library_grows_from_nothing() -> None:
    engine = build(_empty()).with_changes([_article("carton", "纸箱能回收吗")])

    assert _ids(engine.find("纸箱能回收吗")) == ["carton"]
    assert _ids(engine.with_changes([], ["carton"]).find("纸箱能回收吗")) == []


def test_a_library_of_one_article_finds_it() -> None:
    engine = build(_with(_empty(), [_article("carton", "纸箱能回收吗", "箱子可以退给你们吗")]))

    found = engine.find("纸箱能回收吗")

    assert _ids(found) == ["carton"]
    assert 0 <= found[0].score <= 1
    assert found[0].matched == "纸箱能回收吗"


@pytest.mark.parametrize("about", [(), ("shrimp",)], ids=["", "shrimp"])
@pytest.mark.parametrize("text", ["", "   ", "？？", "👍", "\u200b", "\x00", "\ud800", "ありがとう"], ids=ascii)
def test_a_text_without_words_finds_nothing(engine: Engine, text: str, about: tuple[str, ...]) -> None:
    assert engine.find(text, about=about) == []


# Products


def _other_product(articles: Mapping[str, Article], names: Names, article_id: str, asked: frozenset[str]) -> bool:
    """Is it about a product, none of those asked about, and does no ask of it name one of them?"""
    article = articles[article_id]
    if not article.products or asked.intersection(article.products):
        return False
    return not any(asked & names.products_in(normalise(ask)) for ask in (*article.asks, article.title))


@pytest.mark.parametrize("question", ["{}怎么保存", "收到的{}坏了", "怎么挑{}"])
def test_advice_about_another_product_comes_last(library: Library, engine: Engine, names: Names, question: str) -> None:
    articles = {article.id: article for article in library.articles}
    wrong: dict[str, list[str]] = {}

    for product in library.products[::4]:
        text = question.format(product.name)
        asked = names.products_in(normalise(text))
        found = engine.find(text, limit=20)
        others = [_other_product(articles, names, one.article_id, asked) for one in found]
        # Advice about another kind of goods is advice about other products, too.
        last = [one.wrong_product for one in found]
        if last != sorted(last) or any(other and not it for other, it in zip(others, last, strict=True)):
            wrong[text] = _ids(found)

    assert wrong == {}


def test_advice_about_another_product_has_no_score(library: Library, engine: Engine, names: Names) -> None:
    articles = {article.id: article for article in library.articles}
    scored: dict[tuple[str, str], float] = {}

    for product in library.products[::8]:
        asked = names.products_in(normalise(product.name))
        for found in engine.find(f"{product.name}怎么保存", limit=20):
            if found.score and _other_product(articles, names, found.article_id, asked):
                scored[product.name, found.article_id] = found.score

    assert scored == {}


def test_where_only_another_products_advice_is_there_it_has_no_score() -> None:
    library = small_library()
    engine = build(_with(library, [one for one in library.articles if one.id == SHRIMP]))

    assert all(found.score == 0 for found in engine.find("鲜牛奶怎么保存", limit=3))


def test_a_product_spoken_of_before_counts_when_none_is_named(engine: Engine, library: Library) -> None:
    articles = {article.id: article for article in library.articles}

    found = engine.find("能放几天", about=["shrimp"], limit=1)

    assert "shrimp" in articles[found[0].article_id].products


@pytest.mark.parametrize("text", ["草莓怎么保存", "how do i store strawberries"])
def test_a_named_product_is_asked_about_whatever_was_spoken_of(engine: Engine, text: str) -> None:
    assert engine.find(text, about=["shrimp"]) == engine.find(text)


def test_an_unknown_product_spoken_of_counts_for_nothing(engine: Engine) -> None:
    assert engine.find("能放几天", about=["unicorn", ""]) == engine.find("能放几天")


# Changes

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
    anew = build(_with(library, [after, *(one for one in library.articles[::3] if one.id != before.id)]))

    changed = engine.with_changes([after])

    for ask in CARTON:
        assert _first(changed, ask) == _first(anew, ask) == before.id


def test_a_changed_article_is_found_by_its_old_asks_no_more(engine: Engine, before: Article) -> None:
    changed = engine.with_changes([_changed(before, *CARTON)])

    for ask in before.asks:
        for found in changed.find(ask, limit=20):
            assert found.matched not in before.asks
            assert found.article_id != before.id or found.matched in CARTON
        assert _first(changed, ask) != before.id


def test_an_article_changed_back_is_found_as_before(library: Library, engine: Engine, before: Article) -> None:
    back = engine.with_changes([_changed(before, *CARTON)]).with_changes([before])

    for ask in before.asks:
        assert _first(back, ask) == before.id
    for text in (*PLAIN, *CARTON):
        assert _ids(back.find(text, limit=1)) == _ids(engine.find(text, limit=1))


def test_a_removed_article_is_never_found(engine: Engine, before: Article) -> None:
    without = engine.with_changes([], [before.id])

    for text in (*before.asks, *PLAIN):
        assert before.id not in _ids(without.find(text, limit=50))


def test_a_removed_article_comes_back(engine: Engine, before: Article) -> None:
    back = engine.with_changes([], [before.id]).with_changes([before])

    assert _first(back, before.asks[0]) == before.id


def test_changes_leave_the_engine_they_were_made_from(engine: Engine, before: Article) -> None:
    was = [engine.find(text) for text in (*before.asks, *PLAIN)]

    engine.with_changes([_changed(before, *CARTON)], ["storage-egg"])

    assert [engine.find(text) for text in (*before.asks, *PLAIN)] == was


def test_a_new_article_is_found_at_once(engine: Engine) -> None:
    new = engine.with_changes([_article("carton", *CARTON)])

    for ask in CARTON:
        assert _first(new, ask) == "carton"


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
    assert once.with_changes([_article("carton", *CARTON)]).changed_articles == 2


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
    engine = build(_with(library, held.values()))
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
            held[chosen] = _article(chosen, free.pop(0), free.pop(0))
            removed.discard(chosen)
            engine = engine.with_changes([held[chosen]], [], number)
        text = dice.choice([*free, *(ask for article in held.values() for ask in article.asks)])
        found = _ids(engine.find(text, limit=10))
        assert len(found) == len(set(found))
        assert not removed.intersection(found)
        assert held.keys() >= set(found)
        assert engine.number == number
        one = held[dice.choice(sorted(held))]
        assert _first(engine, one.asks[0]) == one.id


# What was learned


SAID = ("搁哪儿才不会蔫", "东西咋还没影儿", "单位报销要那张纸", "would a courier ring my bell", "那玩意儿能带上火车吗")
"""What no ask says: agents used an answer for it that is not found for it yet."""
WRONG = ("草莓怎么放才不容易坏呢", "订单啥时候能寄出来呀", "我要开个票报销", "虾到手了全没气了", "会员卡怎么搞一张")
"""What no ask says: what is found first was dismissed as wrong."""


def _phrasing(text: str, article_id: str, number: int, *, right: bool) -> Phrasing:
    return Phrasing(id=f"learned-{number}", article_id=article_id, text=text, right=right)


@pytest.fixture(scope="module")
def used(library: Library) -> dict[str, str]:
    """The articles whose answers were used, whatever they are about."""
    return dict(zip(SAID, sorted(article.id for article in library.articles)[::60], strict=False))


@pytest.fixture(scope="module")
def learned(library: Library, engine: Engine, used: dict[str, str]) -> Engine:
    right = [_phrasing(*one, number, right=True) for number, one in enumerate(used.items())]
    wrong = [_phrasing(text, _first(engine, text), number, right=False) for number, text in enumerate(WRONG, 100)]
    return build(library.model_copy(update={"phrasings": (*right, *wrong)}))


@pytest.mark.parametrize("text", SAID)
def test_a_phrasing_that_was_right_finds_its_article_first(
    engine: Engine, learned: Engine, used: dict[str, str], text: str
) -> None:
    assert _first(engine, text) != used[text]

    found = learned.find(text)[0]

    assert (found.article_id, found.matched) == (used[text], text)


@pytest.mark.parametrize("text", WRONG)
def test_an_article_that_was_wrong_is_found_first_no_more(
    library: Library, engine: Engine, learned: Engine, text: str
) -> None:
    assert normalise(text) not in _owners(library)

    assert _first(learned, text) != _first(engine, text)


def test_a_phrasing_outlives_a_change_of_its_article() -> None:
    small = small_library(_phrasing("箱子咋整", CUTOFF, 1, right=True))
    engine = build(small)
    assert _first(engine, "箱子咋整") == CUTOFF

    changed = engine.with_changes([_article(CUTOFF, "今天最晚几点下单")])

    assert _first(changed, "箱子咋整") == CUTOFF


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("打开的niunai还能喝吗", id="a name in letters"),
        pytest.param("打开的milk还能喝吗", id="an English name"),
        pytest.param("打开的鲜妞奶还能喝吗", id="a misspelt name"),
    ],
)
def test_a_phrasing_counts_as_the_customer_spelt_it(text: str) -> None:
    """Questions are spelt anew before they are compared; what was learned from them must be, too."""
    right, wrong = (build(small_library(_phrasing(text, MILK, 1, right=one))) for one in (True, False))

    assert "same_ask" in _rules(right.find(text)[0])
    against = next(one for one in wrong.find(text) if one.article_id == MILK)
    assert "dismissed" in _rules(against)


def _rules(found: Found) -> set[str]:
    return {reason.rule for reason in found.reasons}


def test_a_wrong_phrasing_says_nothing_about_other_questions() -> None:
    wrong = small_library(_phrasing("牛奶打开了还能喝吗", MILK, 1, right=False))

    assert _first(build(wrong), "活虾怎么保存") == SHRIMP
    assert _first(build(wrong), "鲜牛奶开封后能放几天") == MILK


# Why, and how much of it is known


def test_reasons_say_what_speaks_against_another_product(engine: Engine) -> None:
    for found in engine.find("草莓怎么保存", limit=20):
        assert any(reason.rule == "wrong_product" for reason in found.reasons) == found.wrong_product
        assert all(reason.score for reason in found.reasons)


@pytest.mark.parametrize(
    ("text", "known"), [pytest.param("活虾怎么保存", 1.0, id="all of it"), pytest.param("zzqq", 0.0, id="nothing")]
)
def test_it_is_told_how_much_of_a_question_is_known(text: str, known: float) -> None:
    engine = build(small_library())

    question, _ = engine.measure(text)

    assert engine.known(question) == pytest.approx(known, abs=1e-5)


Find = Callable[[str, Sequence[str]], list[Found]]


@pytest.fixture(scope="module")
def find(engine: Engine) -> Find:
    """A function, for a whole engine is too much to print when a property fails."""
    return lambda text, about: engine.find(text, about=about, limit=4)


anything = st.text(
    st.sampled_from("草莓虾那这个呢怎么保存几天到ab e19 ？+%") | st.characters(categories=None), max_size=40
)


@settings(max_examples=150, deadline=None)
@given(anything, st.lists(st.sampled_from(["shrimp", "strawberry", "unicorn"]), max_size=2))
def test_any_question_is_answered_alike_twice(find: Find, text: str, about: list[str]) -> None:
    found = find(text, about)

    assert find(text, about) == found
    assert len(found) <= 4
    assert all(0 <= one.score <= 1 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.parametrize("part", ["草莓怎么保存", "a", "\x00", "\ud800", "how do i store eggs "])
def test_a_megabyte_is_a_question_like_any_other(engine: Engine, part: str) -> None:
    found = engine.find(part * (1_000_000 // len(part)))

    assert len(found) <= 3
