"""Was what the agent sent what had been suggested?"""

from datetime import timedelta

import pytest

from assist.contract import MessageReceived
from assist.domain.event import Event, EventKind
from tests.conftest import NOW
from tests.desk.shop import SHRIMP, SHRIMP_ANSWER, Desk, edited, message_of, recalled, said

ASKED = NOW - timedelta(minutes=5)
ANSWERED = ASKED + timedelta(seconds=20)


def _reply(text: str, ref: str = "m2", after: float = 20) -> MessageReceived:
    return said(ref, text, ASKED + timedelta(seconds=after), role="agent")


def _matches(desk: Desk) -> list[tuple[str | None, object]]:
    """Return which message used what, as told last."""
    last: dict[str | None, Event] = {event.message_id: event for event in desk.log(EventKind.sent_match)}
    return [(message_id, event.payload["use"]) for message_id, event in last.items()]


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """A question with its card."""
    desk.hear(said("m1", SHRIMP, ASKED))
    return desk


@pytest.mark.parametrize(
    ("text", "use", "numbers_changed"),
    [
        pytest.param(SHRIMP_ANSWER, "as_is", False, id="原样"),
        pytest.param(f"亲，{SHRIMP_ANSWER}～", "as_is", False, id="加客套"),
        pytest.param(SHRIMP_ANSWER.replace("建议当天吃", "最好当天就吃"), "edited", False, id="改词"),
        pytest.param(SHRIMP_ANSWER.replace("1-3天", "1-2天"), "edited", True, id="改数字"),
    ],
)
def test_a_sent_text_is_matched_with_its_card(asked: Desk, text: str, use: str, numbers_changed: bool) -> None:
    (card,) = asked.cards()

    asked.hear(_reply(text))

    (match,) = asked.log(EventKind.sent_match)
    assert (match.message_id, match.suggestion_id, match.turn_id) == (message_of("m2"), card.id, card.turn_id)
    assert (match.at, match.level, match.team) == (ANSWERED, "junior", "一组")
    assert match.payload["use"] == use
    assert match.payload["numbers_changed"] is numbers_changed
    assert match.payload["explicit"] is False
    assert match.payload["arm"] == "shown"


def test_a_text_of_the_agents_own_is_no_adoption(asked: Desk) -> None:
    asked.hear(_reply("您拍张照片给我看看好吗"))

    assert asked.log(EventKind.sent_match) == []


def test_a_bots_reply_is_no_adoption(asked: Desk) -> None:
    asked.hear(said("m2", SHRIMP_ANSWER, ANSWERED, role="bot"))

    assert asked.log(EventKind.sent_match) == []


@pytest.mark.parametrize("kind", [EventKind.inserted, EventKind.copied])
def test_a_card_that_was_clicked_first_is_adopted_explicitly(asked: Desk, kind: EventKind) -> None:
    (card,) = asked.cards()

    asked.step(kind, card)
    asked.hear(_reply(SHRIMP_ANSWER))

    (match,) = asked.log(EventKind.sent_match)
    assert match.payload["explicit"] is True


def test_a_card_that_was_only_shown_is_adopted_implicitly(asked: Desk) -> None:
    (card,) = asked.cards()

    asked.step(EventKind.shown, card)
    asked.hear(_reply(SHRIMP_ANSWER))

    (match,) = asked.log(EventKind.sent_match)
    assert match.payload["explicit"] is False


PARTS = ("活虾建议当天吃", "吃不完沥干冷藏", "一般1-3天内吃完")


@pytest.mark.parametrize(
    ("seconds", "adopted"),
    [pytest.param(60, True, id="一分钟内"), pytest.param(60.001, False, id="一分钟后")],
)
def test_an_answer_sent_in_parts_within_a_minute_is_one_text(asked: Desk, seconds: float, adopted: bool) -> None:
    # Each part alone is a small piece of the card; only together are they it.
    asked.hear(
        _reply(PARTS[0], "m2", 20),
        _reply(PARTS[1], "m3", 20 + seconds / 2),
        _reply(PARTS[2], "m4", 20 + seconds),
    )

    uses = [(id_, use) for id_, use in _matches(asked) if use == "as_is"]
    assert uses == ([(message_of("m2"), "as_is")] if adopted else [])


def test_a_match_is_logged_once_however_often_the_turn_is_looked_at_again(asked: Desk) -> None:
    asked.hear(_reply(SHRIMP_ANSWER), _reply("还有什么可以帮您", "m3", 25), said("m4", "好的", ANSWERED))

    assert _matches(asked) == [(message_of("m2"), "as_is")]
    assert len(asked.log(EventKind.sent_match)) == 1


def test_a_reply_that_came_before_its_question_is_matched_with_the_shadow_card(desk: Desk) -> None:
    desk.hear(_reply(SHRIMP_ANSWER), said("m1", SHRIMP, ASKED))

    (match,) = desk.log(EventKind.sent_match)
    assert (match.payload["use"], match.payload["arm"]) == ("as_is", "shadow")


def test_a_reply_the_agent_edits_is_matched_again(asked: Desk) -> None:
    asked.hear(_reply(SHRIMP_ANSWER))

    asked.hear(edited("m2", "您拍张照片给我看看好吗", ANSWERED))

    assert _matches(asked) == [(message_of("m2"), "none")]


def test_a_reply_edited_into_the_card_is_adopted(asked: Desk) -> None:
    asked.hear(_reply("您稍等我看看"))

    asked.hear(edited("m2", SHRIMP_ANSWER, ANSWERED))

    assert _matches(asked) == [(message_of("m2"), "as_is")]


def test_a_reply_that_is_taken_back_used_nothing(asked: Desk) -> None:
    asked.hear(_reply(SHRIMP_ANSWER))

    asked.hear(recalled("m2", ANSWERED + timedelta(seconds=5)))

    assert _matches(asked) == [(message_of("m2"), "none")]
