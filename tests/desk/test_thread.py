"""When was it said, who said it, and what became of a message that was changed?"""

from datetime import UTC, datetime, timedelta

import pytest

from assist.desk.reply import reply
from assist.desk.setup import agent_id_of
from assist.domain.chat import Role
from assist.domain.guard import Checked
from assist.store.queries import outbox
from tests.conftest import NOW
from tests.desk.shop import (
    AGENT,
    SHOP,
    SHRIMP,
    Desk,
    agent,
    caller,
    conversation_of,
    edited,
    message_of,
    recalled,
    said,
)

WEEK = timedelta(days=7)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("sent_at", "believed"),
    [
        pytest.param(NOW, True, id="此刻"),
        pytest.param(NOW - WEEK, True, id="整七天前"),
        pytest.param(NOW - WEEK - MICROSECOND, False, id="七天多一点以前"),
        pytest.param(NOW + timedelta(seconds=2), True, id="快两秒"),
        pytest.param(NOW + timedelta(seconds=2) + MICROSECOND, False, id="快两秒多一点"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), False, id="1970年"),
        pytest.param(datetime(2100, 1, 1, tzinfo=UTC), False, id="2100年"),
    ],
)
def test_a_platforms_time_is_believed_from_a_week_ago_to_two_seconds_ahead(
    desk: Desk, sent_at: datetime, believed: bool
) -> None:
    desk.hear(said("m1", SHRIMP, sent_at))

    (message,) = desk.messages()
    assert message.occurred_at == (sent_at if believed else NOW)
    assert message.time_doubted is not believed


def test_a_known_ref_is_the_person_it_was_linked_to(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW), said("m2", "当天吃最好", NOW, role="agent", by="agent-1"))

    assert [message.agent_id for message in desk.messages()] == [None, agent_id_of(SHOP, AGENT)]


def test_an_unknown_ref_becomes_an_unlinked_agent_once(either_desk: Desk) -> None:
    either_desk.hear(
        said("m1", SHRIMP, NOW),
        said("m2", "当天吃最好", NOW, role="agent", by="kf-9", name="小周"),
        said("m3", "冷藏", NOW, role="agent", by="kf-9", conversation="c2"),
    )

    (first,) = (message.agent_id for message in either_desk.messages() if message.role is Role.agent)
    (second,) = (message.agent_id for message in either_desk.messages("c2"))
    assert first == second
    assert first is not None
    unknown = agent(either_desk, first)
    assert (unknown.name, unknown.linked, unknown.level) == ("小周", False, None)


def test_our_own_text_coming_back_is_by_the_agent_it_was_sent_for(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    change = reply(
        caller(), conversation_of(), "当天吃最好", client_key="k", suggestion_id=None, checked=Checked(), now=NOW
    )
    key = desk.writer.submit(change).result().key

    desk.hear(said("m2", "当天吃最好", NOW, role="agent", by="the shop's robot account", echo_of=key))

    assert [message.agent_id for message in desk.messages()][1] == agent_id_of(SHOP, AGENT)


def test_an_echo_named_by_its_message_ref_is_ours_too(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    change = reply(
        caller(), conversation_of(), "当天吃最好", client_key="k", suggestion_id=None, checked=Checked(), now=NOW
    )
    desk.writer.submit(change).result()
    desk.writer.submit(lambda session: outbox.settle(session, 1, "sent", message_ref="m2", error=None)).result()

    desk.hear(said("m2", "当天吃最好", NOW, role="agent", by="the shop's robot account", echo_of="m2"))

    assert [message.agent_id for message in desk.messages()][1] == agent_id_of(SHOP, AGENT)


def test_an_edited_question_is_answered_as_it_stands(desk: Desk) -> None:
    desk.hear(said("m1", "在吗", NOW), edited("m1", SHRIMP, NOW))

    assert [message.text for message in desk.messages()] == [SHRIMP]
    assert [card.article_id for card in desk.live()] == ["storage-shrimp"]


def test_a_recalled_question_is_no_turn_and_its_card_goes(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    assert desk.live()

    desk.hear(recalled("m1", NOW))

    assert desk.turns() == []
    assert desk.live() == []
    assert desk.conversation().open_turn_id is None


def test_what_was_recalled_is_not_shown_as_the_last_words(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    assert desk.conversation().last_text == SHRIMP

    desk.hear(recalled("m1", NOW))

    assert desk.conversation().last_text == ""


def test_a_private_note_answers_nothing(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW), said("m2", "这位是老顾客", NOW, role="agent", private=True))

    (turn,) = desk.turns()
    assert turn.answered_at is None
    assert desk.conversation().open_turn_id == message_of("m1")
    assert desk.conversation().last_text == SHRIMP


def test_a_late_message_that_came_first_takes_over_the_turn(desk: Desk) -> None:
    desk.hear(said("m2", "怎么保存", NOW))

    desk.hear(said("m1", "活虾", NOW - timedelta(seconds=5)))

    (turn,) = desk.turns()
    assert turn.message_ids == (message_of("m1"), message_of("m2"))
    assert desk.conversation().waiting_since == NOW - timedelta(seconds=5)
