"""Which articles are found, in which order, and how sure that is said to be."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.domain.library import Article, Category, Intent, Library, SmallTalk, Synonyms, Topics
from assist.domain.policy import AdoptionPolicy, AnswerPolicy, ServicePolicy
from assist.suggest.engine import Engine, Found, build
from assist.suggest.language import is_english
from assist.suggest.names import Names
from assist.suggest.text import normalise
from tests.suggest.finding import PLAIN, first_for, ids_of, make_article, owners_of, with_articles
from tests.suggest.lessons import SHRIMP, small_library


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


def _not_found_first(engine: Engine, asks: Mapping[str, set[str]]) -> dict[str, str]:
    first = {ask: first_for(engine, ask) for ask in asks}
    return {ask: found for ask, found in first.items() if found not in asks[ask]}


def test_every_chinese_ask_finds_its_own_article_first(library: Library, engine: Engine) -> None:
    asks = {ask: owners for ask, owners in owners_of(library).items() if not is_english(ask)}

    assert len(asks) > 2000
    assert _not_found_first(engine, asks) == {}


def test_every_english_ask_finds_its_own_article_first(library: Library, engine: Engine) -> None:
    asks = {ask: owners for ask, owners in owners_of(library).items() if is_english(ask)}

    assert len(asks) > 300
    assert _not_found_first(engine, asks) == {}


def test_few_asks_are_shared(library: Library) -> None:
    """Where two articles answer the same words, neither can be wrong; it must stay rare."""
    owners = owners_of(library)

    assert len([ask for ask, of in owners.items() if len(of) > 1]) <= len(owners) / 100


def test_every_title_finds_its_own_article_first(library: Library, engine: Engine) -> None:
    owners = owners_of(library)
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


@pytest.mark.parametrize("text", PLAIN)
def test_scores_fall_and_lie_within_0_and_1(engine: Engine, text: str) -> None:
    scores = [one.score for one in engine.find(text, limit=50)]

    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("text", PLAIN)
def test_no_article_is_found_twice(engine: Engine, text: str) -> None:
    found = ids_of(engine.find(text, limit=50))

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
    one, other = make_article("b-second", "纸箱能回收吗"), make_article("a-first", "纸箱能回收吗")

    for articles in ([one, other], [other, one]):
        found = build(with_articles(small_library(), articles)).find("纸箱能回收吗")
        assert ids_of(found) == ["a-first", "b-second"]
        assert found[0].score == found[1].score


def test_a_tie_is_broken_by_id_across_changes() -> None:
    """One of the two stands beside the base."""
    one, other = make_article("b-second", "纸箱能回收吗"), make_article("a-first", "纸箱能回收吗")
    engine = build(with_articles(small_library(), [one, other]))

    for changed in (one, other):
        assert ids_of(engine.with_changes([changed]).find("纸箱能回收吗")) == ["a-first", "b-second"]


def test_a_tie_is_cut_by_id() -> None:
    tied = [make_article(f"tie-{number}", "纸箱能回收吗") for number in (3, 1, 4, 2, 5)]

    assert ids_of(build(with_articles(small_library(), tied)).find("纸箱能回收吗", limit=2)) == ["tie-1", "tie-2"]


def test_the_same_library_builds_the_same_engine(library: Library) -> None:
    some = library.articles[::4]
    one, other = build(with_articles(library, some)), build(with_articles(library, reversed(some)))

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


@pytest.mark.parametrize("text", ["", "草莓怎么保存", "hello", "。。。"])
def test_an_empty_library_answers_nothing(text: str) -> None:
    engine = build(_empty())

    assert engine.find(text) == []
    assert engine.find(text, about=["shrimp"], limit=50) == []


def test_a_library_grows_from_nothing() -> None:
    engine = build(_empty()).with_changes([make_article("carton", "纸箱能回收吗")])

    assert ids_of(engine.find("纸箱能回收吗")) == ["carton"]
    assert ids_of(engine.with_changes([], ["carton"]).find("纸箱能回收吗")) == []


def test_a_library_of_one_article_finds_it() -> None:
    engine = build(with_articles(_empty(), [make_article("carton", "纸箱能回收吗", "箱子可以退给你们吗")]))

    found = engine.find("纸箱能回收吗")

    assert ids_of(found) == ["carton"]
    assert 0 <= found[0].score <= 1
    assert found[0].matched == "纸箱能回收吗"


@pytest.mark.parametrize("about", [(), ("shrimp",)], ids=["", "shrimp"])
@pytest.mark.parametrize("text", ["", "   ", "？？", "👍", "\u200b", "\x00", "\ud800", "ありがとう"], ids=ascii)
def test_a_text_without_words_finds_nothing(engine: Engine, text: str, about: tuple[str, ...]) -> None:
    assert engine.find(text, about=about) == []


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
            wrong[text] = ids_of(found)

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
    engine = build(with_articles(library, [one for one in library.articles if one.id == SHRIMP]))

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
