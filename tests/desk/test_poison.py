"""What becomes of the message nobody can handle, and of its neighbours?"""

from collections.abc import Sequence
from typing import Any

import pytest

from assist.desk import advise, thread
from assist.domain.chat import Message
from assist.domain.suggestion import Situation, Suggestion
from tests.conftest import NOW
from tests.desk.shop import MILK, SHRIMP, Desk, said

POISON = "这句话谁也处理不了"


@pytest.fixture
def poisonous_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that breaks the fold whenever it is in it."""
    fold = thread.fold_turns

    def breaks(messages: Sequence[Message], marks: Any = (), **more: Any) -> Any:
        if any(message.text == POISON for message in messages):
            raise ZeroDivisionError("a bug of ours")
        return fold(messages, marks, **more)

    monkeypatch.setattr(thread, "fold_turns", breaks)


@pytest.fixture
def poisonous_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that breaks the finding of an answer."""
    suggest = advise.suggest

    def breaks(situation: Situation, shelf: Any) -> list[Suggestion]:
        if POISON in situation.text:
            raise ZeroDivisionError("a bug of ours")
        return suggest(situation, shelf)

    monkeypatch.setattr(advise, "suggest", breaks)


@pytest.mark.usefixtures("poisonous_fold")
def test_a_poisonous_message_is_set_aside_and_its_neighbours_are_handled(either_desk: Desk) -> None:
    either_desk.receive(said("m1", SHRIMP, NOW))
    either_desk.receive(said("m2", POISON, NOW))
    either_desk.receive(said("m3", "活虾到家怎么养着", NOW))

    either_desk.work()

    assert either_desk.inbox_states() == {"said-c1-m1": "done", "said-c1-m2": "dead", "said-c1-m3": "done"}
    assert [message.ref for message in either_desk.messages()] == ["m1", "m3"]
    assert [card.article_id for card in either_desk.live()] == ["storage-shrimp"]


@pytest.mark.usefixtures("poisonous_fold")
def test_a_poisonous_conversation_holds_up_no_other(desk: Desk) -> None:
    desk.receive(said("m1", POISON, NOW, conversation="bad"))
    for name in ("good-1", "good-2"):
        desk.receive(said("m1", MILK, NOW, conversation=name))

    desk.lanes.work()

    # In the very batch in which the bad one fails.
    assert [card.article_id for card in desk.live("good-1") + desk.live("good-2")] == ["storage-milk"] * 2
    desk.work()
    assert desk.inbox_states()["said-bad-m1"] == "dead"


@pytest.mark.usefixtures("poisonous_fold")
def test_a_conversation_goes_on_after_its_poison(desk: Desk) -> None:
    desk.hear(said("m1", POISON, NOW))

    desk.hear(said("m2", SHRIMP, NOW))

    assert [card.article_id for card in desk.live()] == ["storage-shrimp"]


@pytest.mark.usefixtures("poisonous_fold")
def test_a_failure_is_logged_without_the_customers_words(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.hear(said("m1", POISON, NOW))

    assert "ZeroDivisionError" in caplog.text
    assert POISON not in caplog.text


@pytest.mark.usefixtures("poisonous_advice")
def test_a_question_that_breaks_the_advice_holds_up_nobody(desk: Desk) -> None:
    desk.receive(said("m1", SHRIMP, NOW))
    desk.receive(said("m2", POISON, NOW, conversation="bad"))

    desk.work()

    assert [card.article_id for card in desk.live()] == ["storage-shrimp"]
    assert "pending" not in desk.inbox_states().values()


@pytest.mark.usefixtures("poisonous_advice")
def test_a_message_is_kept_even_when_advising_on_it_fails(desk: Desk) -> None:
    desk.hear(said("m1", POISON, NOW))

    assert [message.text for message in desk.messages()] == [POISON]
    assert desk.conversation().open_turn_id is not None


@pytest.mark.usefixtures("poisonous_advice")
def test_a_reply_after_a_question_that_breaks_the_advice_is_kept_too(desk: Desk) -> None:
    desk.hear(said("m1", POISON, NOW), said("m2", "我帮您问问", NOW, role="agent"))

    assert "我帮您问问" in [message.text for message in desk.messages()]
