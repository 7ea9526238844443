"""A rewrite may itself be sent: it keeps the rule, in the text's language, in the place of the words."""

import pytest

from assist.domain.promise import PromiseRule
from assist.suggest.language import is_english
from assist.suggest.promise.rewrite import rewritten as rewritten_by
from assist.suggest.promise.rewrite import written

from .reading import GIVEN, drafts, judged, read, rewritten, shipped


def test_no_rewritten_draft_breaks_the_rule_again() -> None:
    again: list[str] = []
    for draft in drafts():
        violations = judged(draft.text, draft.given)
        better = rewritten(draft.text, violations)
        left = {one.rule for one in judged(better, draft.given)}
        if left & {one.rule for one in violations}:
            again.append(f"{draft.id}: {better}")

    assert again == []


def test_every_rewrite_is_in_the_language_of_its_draft() -> None:
    for draft in drafts():
        for one in judged(draft.text, draft.given):
            assert one.rewrite
            assert is_english(one.rewrite) == is_english(draft.text), draft.id
            assert "{" not in one.rewrite


@pytest.mark.parametrize("rule", shipped().promises.rules, ids=lambda rule: rule.id)
def test_every_rule_offers_a_wording_that_promises_nothing_wrong(rule: PromiseRule) -> None:
    zh, en = read("明天上午10点到")[0], read("it arrives tomorrow at 10 am")[0]

    for text, commitment in (("明天上午10点到", zh), ("it arrives tomorrow at 10 am", en)):
        _, said = rewritten_by(written(text), commitment, rule, GIVEN, len(text))
        assert said
        assert judged(said) == ()


def test_every_rule_is_broken_by_some_draft() -> None:
    broken = {one.rule for draft in drafts() for one in judged(draft.text, draft.given)}

    # These two only make room: 72 hours where other goods have 24.
    assert {rule.id for rule in shipped().promises.rules} - broken <= {
        "return-window-ripening",
        "return-window-tropical",
    }


def test_the_words_are_replaced_where_they_stand() -> None:
    text = "亲亲非常抱歉，这边给您全额退款哦"
    (violation,) = judged(text)

    assert text[violation.words.start : violation.words.end] == "给您全额退款"
    assert rewritten(text, (violation,)) == "亲亲非常抱歉，这边核实后按规则给您处理退款哦"


def test_an_english_clause_is_replaced_whole_and_keeps_its_capital() -> None:
    text = "So sorry about that. I'll refund you in full, and it won't take long."
    (violation,) = judged(text)

    assert rewritten(text, (violation,)) == (
        "So sorry about that. Once it is checked we will handle your refund under our policy, and it won't take long."
    )
