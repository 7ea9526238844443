"""What was learned from agents counts: phrasings that were right, and answers that were wrong."""

import pytest

from assist.domain.library import Library, Phrasing
from assist.suggest.engine import Engine, Found, build
from assist.suggest.text import normalise
from tests.suggest.finding import first_for, make_article, owners_of
from tests.suggest.lessons import CUTOFF, MILK, SHRIMP, small_library

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
    wrong = [_phrasing(text, first_for(engine, text), number, right=False) for number, text in enumerate(WRONG, 100)]
    return build(library.model_copy(update={"phrasings": (*right, *wrong)}))


@pytest.mark.parametrize("text", SAID)
def test_a_phrasing_that_was_right_finds_its_article_first(
    engine: Engine, learned: Engine, used: dict[str, str], text: str
) -> None:
    assert first_for(engine, text) != used[text]

    found = learned.find(text)[0]

    assert (found.article_id, found.matched) == (used[text], text)


@pytest.mark.parametrize("text", WRONG)
def test_an_article_that_was_wrong_is_found_first_no_more(
    library: Library, engine: Engine, learned: Engine, text: str
) -> None:
    assert normalise(text) not in owners_of(library)

    assert first_for(learned, text) != first_for(engine, text)


def test_a_phrasing_outlives_a_change_of_its_article() -> None:
    small = small_library(_phrasing("箱子咋整", CUTOFF, 1, right=True))
    engine = build(small)
    assert first_for(engine, "箱子咋整") == CUTOFF

    changed = engine.with_changes([make_article(CUTOFF, "今天最晚几点下单")])

    assert first_for(changed, "箱子咋整") == CUTOFF


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

    assert first_for(build(wrong), "活虾怎么保存") == SHRIMP
    assert first_for(build(wrong), "鲜牛奶开封后能放几天") == MILK
