"""Where harm is spoken of, only some answers may be suggested, whatever was said before or is in the order."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.desk.advise import suggest
from assist.desk.libraries import Shelf
from assist.domain.chat import Order, OrderLine
from assist.domain.suggestion import Situation, Suggestion
from assist.suggest.language import is_english
from tests.conftest import NOW

Decide = Callable[[str, Sequence[str], Sequence[str]], list[Suggestion]]

PLAIN = ("虾怎么保存", "怎么退款", "草莓坏了怎么赔", "how do i store eggs", "几天能到")
UNWELL = frozenset({"food_safety"})
NOT_OF_THE_DEAD = frozenset({"washing_cooking", "storage", "ripeness"})


def _situation(shelf: Shelf, text: str, earlier: tuple[str, ...] = (), order: tuple[str, ...] = ()) -> Situation:
    lines = tuple(OrderLine(line_ref=str(at), title=title) for at, title in enumerate(order, start=1))
    return Situation(
        turn_id="t1",
        text=text,
        earlier=earlier,
        order=Order(order_ref="o1", status="paid", lines=lines, as_of=NOW) if lines else None,
        library_number=shelf.library.number,
    )


def _intents(shelf: Shelf, text: str, earlier: tuple[str, ...] = (), order: tuple[str, ...] = ()) -> list[str]:
    return [shelf.articles[card.article_id].intent for card in suggest(_situation(shelf, text, earlier, order), shelf)]


@pytest.fixture(scope="module")
def intents(shelf: Shelf) -> Callable[[str], str]:
    """Return an article's intent."""
    return lambda article_id: shelf.articles[article_id].intent


@pytest.fixture(scope="module")
def decide(shelf: Shelf) -> Decide:
    """Decide as the desk does. A function, for a whole shelf is too much to print when a property fails."""

    def decided(text: str, earlier: Sequence[str], order: Sequence[str]) -> list[Suggestion]:
        return suggest(_situation(shelf, text, tuple(earlier), tuple(order)), shelf)

    return decided


def _words(shelf: Shelf, rule_id: str) -> tuple[str, ...]:
    return next(rule.words for rule in shelf.library.safety.rules if rule.id == rule_id)


CHINESE = ["{}", "{}怎么办", "虾怎么保存，吃了{}", "大闸蟹怎么蒸，{}", "草莓{}，还能放冰箱吗"]
ENGLISH = ["{}", "how do i store shrimp, {}", "how long do i steam the crab if {}", "strawberries {} can i freeze them"]


def _said_with(word: str) -> list[str]:
    return [said.format(word) for said in (ENGLISH if is_english(word) else CHINESE)]


def test_with_every_word_for_being_unwell_only_safety_is_suggested(shelf: Shelf) -> None:
    wrong = {
        text: intents
        for word in _words(shelf, "unwell")
        for text in _said_with(word)
        if not set(intents := _intents(shelf, text)) <= UNWELL
    }

    assert wrong == {}


def test_with_every_word_for_dead_or_spoilt_nothing_is_cooked_or_stored(shelf: Shelf) -> None:
    wrong = {
        text: intents
        for word in _words(shelf, "dead_or_spoilt")
        for text in _said_with(word)
        if set(intents := _intents(shelf, text)) & NOT_OF_THE_DEAD
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "earlier", "order"),
    [
        pytest.param("吃了拉肚子", ("大闸蟹怎么蒸",), (), id="after a question about cooking"),
        pytest.param("吃了拉肚子", (), ("阳澄湖大闸蟹 8只装",), id="with an order"),
        pytest.param("大闸蟹", ("吃了一直拉肚子怎么办",), (), id="a name answers who is unwell"),
        pytest.param("大闸蟹呢", ("吃完上吐下泻，还能放冰箱吗",), (), id="a name and a particle"),
        pytest.param("shrimp", ("how do i cook them, i keep vomiting",), (), id="English"),
    ],
)
def test_who_is_unwell_gets_safety_alone_whatever_the_talk_was_about(
    shelf: Shelf, text: str, earlier: tuple[str, ...], order: tuple[str, ...]
) -> None:
    assert set(_intents(shelf, text, earlier, order)) <= UNWELL


@pytest.mark.parametrize(
    ("text", "earlier", "order"),
    [
        pytest.param("都死了怎么办", ("活虾怎么保存",), (), id="after a question about storage"),
        pytest.param("都死了怎么办", (), ("阳澄湖大闸蟹 8只装",), id="with an order"),
        pytest.param("大闸蟹", ("死了还能蒸吗",), (), id="a name answers what is dead"),
        pytest.param("hairy crabs", ("they arrived dead, how do i cook them",), (), id="English"),
    ],
)
def test_of_what_is_dead_nothing_is_cooked_whatever_the_talk_was_about(
    shelf: Shelf, text: str, earlier: tuple[str, ...], order: tuple[str, ...]
) -> None:
    assert not set(_intents(shelf, text, earlier, order)) & NOT_OF_THE_DEAD


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        pytest.param("那怎么蒸", ("大闸蟹到了死了三只",), id="how to steam"),
        pytest.param("那还能煮吗", ("大闸蟹死了",), id="may it be boiled"),
        pytest.param("那怎么保存", ("虾发臭了",), id="how to store"),
        pytest.param("how do i cook them", ("the hairy crabs arrived dead",), id="English"),
    ],
)
def test_what_is_dead_is_not_cooked_in_the_next_turn_either(shelf: Shelf, text: str, earlier: tuple[str, ...]) -> None:
    """The question names no product of its own: it is about the dead ones."""
    assert not set(_intents(shelf, text, earlier)) & NOT_OF_THE_DEAD


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("吃了你家的虾上吐下泻", "food_safety", id="unwell"),
        pytest.param("my kid threw up after eating your shrimp", "food_safety", id="unwell, English"),
        pytest.param("大闸蟹到了死了三只", "damage_claim", id="dead"),
        pytest.param("虾怎么保存", "storage", id="no harm"),
        pytest.param("大闸蟹怎么蒸", "washing_cooking", id="no harm, cooking"),
        pytest.param("how do i store shrimp", "storage", id="no harm, English"),
    ],
)
def test_there_is_an_answer_all_the_same(shelf: Shelf, text: str, first: str) -> None:
    assert _intents(shelf, text)[:1] == [first]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("吃了拉肚子怎么开发票", id="asks for an invoice"),
        pytest.param("我在医院住院，优惠券快过期了能延期吗", id="asks about a coupon"),
        pytest.param("会员积分怎么查，查得我想吐", id="asks about membership"),
        pytest.param("my kid is vomiting, where do i get an invoice", id="English, asks for an invoice"),
        pytest.param("vomit", id="one word"),
    ],
)
def test_a_rules_own_article_comes_first_unless_another_is_likely_right(shelf: Shelf, text: str) -> None:
    (rule,) = shelf.listener.limits(text)

    cards = suggest(_situation(shelf, text), shelf)

    _fit_to_show(cards, shelf)
    assert {shelf.articles[card.article_id].intent for card in cards} <= set(rule.intents)
    assert cards[0].article_id == rule.article or cards[0].score >= shelf.library.answers.likely_score


def test_every_rule_names_intents_and_an_article_that_are_there(shelf: Shelf) -> None:
    intents = {article.intent for article in shelf.library.articles}

    for rule in shelf.library.safety.rules:
        assert set(rule.intents) <= intents
        if rule.article:
            assert shelf.articles[rule.article].intent in rule.intents


@pytest.mark.parametrize("text", ["吃了拉肚子", "大闸蟹死了", "虾怎么保存"])
def test_no_more_cards_are_shown_than_the_policy_says(shelf: Shelf, text: str) -> None:
    cards = suggest(_situation(shelf, text), shelf)

    assert len(cards) <= shelf.library.answers.max_cards
    assert all(card.score >= shelf.library.answers.min_score for card in cards)


@pytest.mark.parametrize(
    "text", ["здравствуйте", "สวัสดี", "ありがとう", "é", "١٢٣"], ids=["Russian", "Thai", "Japanese", "accent", "digits"]
)
def test_words_nobody_here_can_read_get_no_card_about_the_order(shelf: Shelf, text: str) -> None:
    assert suggest(_situation(shelf, text, order=("红颜草莓 2斤",)), shelf) == []


anything = st.text(
    st.sampled_from("草莓虾那这个呢怎么保存拉肚子死了几天ab e19 ？\x00\ud800") | st.characters(categories=None),
    max_size=25,
)
titles = st.lists(st.sampled_from(["红颜草莓 2斤", "阳澄湖大闸蟹", "运费补差"]) | anything.filter(bool), max_size=3)


@settings(max_examples=120, deadline=None)
@given(anything, st.lists(anything, max_size=4), titles)
def test_whatever_is_said_is_decided_alike_twice(
    decide: Decide, text: str, earlier: list[str], order: list[str]
) -> None:
    assert decide(text, earlier, order) == decide(text, earlier, order)


SAID = ["虾", "怎么保存", "怎么蒸", "拉肚子", "死了", "大闸蟹", "那", "几天", "怎么退", "dead", " "]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(SAID), max_size=6),
    st.lists(st.sampled_from(["活虾怎么保存", "大闸蟹怎么蒸", "你好", "草莓"]), max_size=3),
)
def test_harm_is_heard_wherever_it_stands(
    intents: Callable[[str], str], decide: Decide, said: list[str], earlier: list[str]
) -> None:
    suggested = {intents(card.article_id) for card in decide("，".join(said), earlier, [])}

    if "拉肚子" in said:
        assert suggested <= UNWELL
    if "死了" in said or "dead" in said:
        assert not suggested & NOT_OF_THE_DEAD


@pytest.mark.parametrize("text", [*PLAIN, "吃了拉肚子", "大闸蟹死了", "吃了不舒服想吐怎么开发票", "crabs arrived dead"])
def test_cards_are_fit_to_show(shelf: Shelf, text: str) -> None:
    _fit_to_show(suggest(_situation(shelf, text), shelf), shelf)


def _fit_to_show(cards: list[Suggestion], shelf: Shelf) -> None:
    ids = [card.article_id for card in cards]
    scores = [card.score for card in cards]
    assert len(ids) == len(set(ids)) <= shelf.library.answers.max_cards
    if not {rule.article for rule in shelf.library.safety.rules}.intersection(ids[:1]):
        assert scores == sorted(scores, reverse=True)
    assert all(shelf.library.answers.min_score <= score <= 1 for score in scores)
