"""Is why a card was proposed told in words, in both languages, with the largest pieces first?"""

from datetime import UTC, datetime

import pytest

from assist.domain.policy import AnswerPolicy
from assist.domain.suggestion import Reason
from assist.suggest.features import EVIDENCE
from assist.web.api_models import SuggestionOut
from assist.web.card_views import level_of
from assist.web.views import cards_html
from assist.web.why import KIND_OF, pieces
from assist.web.words import LANGUAGES, words

RULES = (*EVIDENCE, "wrong_product", "context")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_every_kind_of_evidence_has_words(rule: str, language: str) -> None:
    said = words(language)

    kind = KIND_OF[rule]

    assert said[f"reason_{rule}"]
    assert said[f"against_{kind}"]
    # That an answer was dismissed never speaks for it.
    assert kind == "dismissed" or said[f"because_{kind}"]


def test_no_words_are_kept_for_evidence_that_is_gone() -> None:
    told = {key.removeprefix("reason_") for key in words("zh") if key.startswith("reason_")}

    assert told - {"and"} == set(RULES)
    assert set(KIND_OF) == set(RULES)


def reasons(**scores: float) -> list[Reason]:
    return [Reason(rule=rule, score=score) for rule, score in scores.items()]


def test_the_four_largest_kinds_are_told_largest_first() -> None:
    found = pieces(reasons(sound=0.2, covered=1.0, meaning=3.0, filled=1.1, right_product=0.5, answer_words=2.0))

    assert [(piece.kind, piece.weight) for piece in found] == [
        ("meaning", "strong"),
        ("wording", "strong"),
        ("answer", "strong"),
        ("product", "slight"),
    ]
    assert found[1].rules == ("filled", "covered")
    assert [round(piece.share, 2) for piece in found] == [1.0, 0.7, 0.67, 0.17]


def test_what_speaks_against_a_card_comes_last_and_says_so() -> None:
    found = pieces(reasons(unasked_product=-4.0, meaning=2.0))

    assert [(piece.kind, piece.weight, piece.share) for piece in found] == [
        ("meaning", "some", 0.5),
        ("product", "against", 1.0),
    ]


def test_nothing_known_is_nothing_told() -> None:
    assert pieces([]) == []
    assert pieces(reasons(meaning=0.0)) == []


@pytest.mark.parametrize(
    ("score", "level"),
    [(0.79, "medium"), (0.8, "high"), (0.5, "medium"), (0.49, "low"), (0.0, "low"), (1.0, "high")],
)
def test_the_levels_are_the_librarys(score: float, level: str) -> None:
    policy = AnswerPolicy(min_score=0.1, max_cards=3, likely_score=0.5, sure_score=0.8)

    assert level_of(score, policy) == level


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ("问法：活虾怎么放", "意思相近", "商品没对上", "很强", "不利", "把握中", "61%")),
        (
            "en",
            ("Asked like: 活虾怎么放", "Close in meaning", "Not the product asked about", "strong", "against", "61%"),
        ),
    ],
)
def test_a_card_tells_its_phrasing_its_evidence_and_its_confidence(language: str, told: tuple[str, ...]) -> None:
    card = SuggestionOut(
        id="s1",
        kind="answer",
        rank=0,
        title="活虾",
        text="当天吃。",
        missing=[],
        score=0.61,
        level="medium",
        matched="活虾怎么放",
        reasons=reasons(meaning=2.0, unasked_product=-0.5),
        source="",
        article_id="a",
        library_number=1,
        internal=False,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )

    html = cards_html([card], language)

    for words_told in told:
        assert words_told in html
    assert 'class="level medium"' in html
    assert "unasked_product" not in html
