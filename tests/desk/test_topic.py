"""What is a turn about, as it was read and as agents say? The topic is kept, logged, corrected, and stays corrected."""

import json
from datetime import timedelta

import pytest

from assist.desk.correct_topic import Correction, MovedTurn, UnknownLabel, UnknownTurn, correct_topic
from assist.desk.learn import newest_library
from assist.desk.learn_topics import consider_topics
from assist.desk.reply import UnknownConversation
from assist.desk.step import Recorded
from assist.domain.event import EventKind
from assist.domain.library import Entry
from assist.domain.topic import Topic
from assist.kpi.measure import turn_records
from assist.store.queries import chats
from assist.store.queries.chats import TurnRow
from assist.suggest.learn_topics import ConsideredTopics
from tests.conftest import NOW
from tests.desk.shop import (
    MILK,
    SHOP,
    SHRIMP,
    Desk,
    caller,
    conversation_of,
    edited,
    message_of,
    recalled,
    said,
    small_library,
)

SOON = NOW + timedelta(seconds=5)
LATER = NOW + timedelta(seconds=10)


def rows(desk: Desk, ref: str = "c1") -> list[TurnRow]:
    with desk.database.reader() as session:
        return chats.turns_from(session, conversation_of(ref), None)


def labels(desk: Desk, ref: str = "c1") -> list[tuple[str, str] | None]:
    return [row.topic and (row.topic.category, row.topic.intent) for row in rows(desk, ref)]


def correct(
    desk: Desk, category: str, intent: str, *, message: str = "m1", ref: str = "c1", step_id: str = "step-0001"
) -> Recorded:
    correction = Correction(step_id=step_id, turn_id=message_of(message, ref), category=category, intent=intent)
    topics = desk.libraries.current(SHOP).library.topics
    return desk.writer.submit(correct_topic(caller(), conversation_of(ref), correction, topics, desk.clock())).result()


def test_a_question_has_a_topic_with_the_words_that_say_so(either_desk: Desk) -> None:
    either_desk.hear(said("m1", SHRIMP, NOW))

    (row,) = rows(either_desk)
    assert row.topic is not None
    assert (row.topic.category, row.topic.intent) == ("live_seafood", "storage")
    assert {SHRIMP[word.start : word.end] for word in row.topic.words} == {"活虾", "保存"}
    assert 0.5 < row.topic.score <= 1
    assert row.topic_by is None


def test_the_topic_is_logged_as_labels_and_numbers(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))

    (turn,) = desk.log(EventKind.turn)
    (row,) = rows(desk)
    assert row.topic is not None
    assert turn.category == "live_seafood"
    assert turn.payload["topic"] == {
        "category": "live_seafood",
        "intent": "storage",
        "score": row.topic.score,
        "words": [[word.start, word.end] for word in row.topic.words],
        "corrected_by": None,
    }


def test_small_talk_has_no_topic(desk: Desk) -> None:
    desk.hear(said("m1", "你好", NOW))

    assert labels(desk) == [None]
    (turn,) = desk.log(EventKind.turn)
    assert turn.category is None
    assert "topic" not in turn.payload


def test_the_topic_is_read_again_as_the_turn_grows_and_changes(desk: Desk) -> None:
    desk.hear(said("m1", "你好", NOW))
    assert labels(desk) == [None]

    desk.hear(said("m2", MILK, SOON))
    assert labels(desk) == [("dairy", "storage")]

    desk.hear(edited("m2", SHRIMP, LATER))
    assert labels(desk) == [("live_seafood", "storage")]


def test_the_topic_is_of_the_words_in_their_order_whatever_came_first(desk: Desk) -> None:
    first, second = (
        said("m1", "活虾", NOW, conversation="in order"),
        said("m2", "怎么保存", SOON, conversation="in order"),
    )
    desk.hear(first, second)

    desk.receive(said("m2", "怎么保存", SOON, conversation="reversed"))
    desk.receive(said("m1", "活虾", NOW, conversation="reversed"))
    desk.work()

    (in_order,), (reverse,) = rows(desk, "in order"), rows(desk, "reversed")
    assert in_order.topic == reverse.topic
    assert in_order.topic is not None


@pytest.fixture
def stocked_desk(desk: Desk) -> Desk:
    """A shop whose library knows shrimp as a product, too."""
    body = {"id": "shrimp", "name": "活虾", "name_en": "live shrimp", "category": "live_seafood", "facts": {}}
    product = Entry(kind="product", entry_id="shrimp", body=json.dumps(body, ensure_ascii=False))
    desk.publish([*small_library(), product])
    return desk


def test_a_question_without_goods_is_about_what_was_spoken_of_before(stocked_desk: Desk) -> None:
    spoken = said("m1", SHRIMP, NOW), said("m2", "当天吃最好", SOON, role="agent"), said("m3", "那能放几天", LATER)
    stocked_desk.hear(*spoken)

    assert labels(stocked_desk) == [("live_seafood", "storage"), ("live_seafood", "storage")]


def test_what_was_spoken_of_before_counts_whenever_it_arrives(stocked_desk: Desk) -> None:
    stocked_desk.hear(said("m2", "当天吃最好", SOON, role="agent"), said("m3", "那能放几天", LATER))
    assert labels(stocked_desk) == [("general", "storage")]

    stocked_desk.hear(said("m1", SHRIMP, NOW))

    assert labels(stocked_desk) == [("live_seafood", "storage"), ("live_seafood", "storage")]


def test_an_answered_turn_keeps_its_topic(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW), said("m2", "当天吃最好", SOON, role="agent"))

    assert labels(desk) == [("live_seafood", "storage")]
    assert [event.category for event in desk.log(EventKind.turn)] == ["live_seafood", "live_seafood"]


def test_an_agents_correction_is_kept_and_logged_with_who_said_it(either_desk: Desk) -> None:
    either_desk.hear(said("m1", SHRIMP, NOW))
    (before,) = rows(either_desk)

    recorded = correct(either_desk, "frozen_seafood", "washing_cooking")

    assert recorded.new
    (row,) = rows(either_desk)
    assert row.topic == Topic(category="frozen_seafood", intent="washing_cooking", score=1.0)
    assert row.topic_by == caller().agent_id
    (event,) = either_desk.log(EventKind.topic_corrected)
    assert (event.turn_id, event.agent_id, event.level, event.team) == (
        message_of("m1"),
        caller().agent_id,
        "junior",
        "一组",
    )
    assert event.category == "frozen_seafood"
    assert before.topic is not None
    assert event.payload == {
        "from": {"category": "live_seafood", "intent": "storage", "score": before.topic.score},
        "to": {"category": "frozen_seafood", "intent": "washing_cooking"},
        "corrected_before": None,
        "role": "agent",
    }


def test_a_correction_told_twice_is_one_event(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))

    first = correct(desk, "frozen_seafood", "storage")
    again = correct(desk, "frozen_seafood", "storage")
    late = correct(desk, "eggs", "storage")

    assert (first.new, again.new, late.new) == (True, False, False)
    assert len(desk.log(EventKind.topic_corrected)) == 1
    assert labels(desk) == [("frozen_seafood", "storage")]


def test_the_later_correction_counts(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))

    correct(desk, "frozen_seafood", "storage", step_id="step-0001")
    correct(desk, "eggs", "storage", step_id="step-0002")

    assert labels(desk) == [("eggs", "storage")]
    assert [event.payload["corrected_before"] for event in desk.log(EventKind.topic_corrected)] == [
        None,
        caller().agent_id,
    ]


def test_saying_what_stands_is_no_correction(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))

    assert not correct(desk, "live_seafood", "storage").new
    assert desk.log(EventKind.topic_corrected) == []
    assert rows(desk)[0].topic_by is None


def test_a_corrected_turn_stays_corrected_as_it_grows_and_is_answered(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    correct(desk, "eggs", "coupon")

    desk.hear(said("m2", MILK, SOON), said("m3", "有的", LATER, role="agent"))

    assert labels(desk) == [("eggs", "coupon")]
    assert rows(desk)[0].topic_by == caller().agent_id
    assert desk.log(EventKind.turn)[-1].category == "eggs"


def test_a_correction_that_came_while_the_turn_was_decided_again_stays(either_desk: Desk) -> None:
    either_desk.hear(said("m1", SHRIMP, NOW))
    decided_before = rows(either_desk)
    correct(either_desk, "eggs", "coupon")

    either_desk.writer.submit(
        lambda session: chats.save_turns(session, SHOP, conversation_of(), decided_before, [])
    ).result()

    assert labels(either_desk) == [("eggs", "coupon")]
    assert rows(either_desk)[0].topic_by == caller().agent_id


def test_a_correction_follows_its_turn_into_another_and_the_old_one_is_moved(desk: Desk) -> None:
    desk.hear(said("m2", SHRIMP, SOON))
    correct(desk, "eggs", "coupon", message="m2")

    desk.hear(said("m1", "那个", NOW))

    (row,) = rows(desk)
    assert row.turn.id == message_of("m1")
    assert (labels(desk), row.topic_by) == ([("eggs", "coupon")], caller().agent_id)
    with pytest.raises(MovedTurn, match="correct the newest one"):
        correct(desk, "eggs", "storage", message="m2", step_id="step-0002")


def test_turns_joined_by_a_recall_keep_the_correction_of_either(desk: Desk) -> None:
    desk.hear(said("m1", MILK, NOW), said("m2", "稍等", SOON, role="agent"), said("m3", SHRIMP, LATER))
    correct(desk, "eggs", "coupon", message="m3")

    desk.hear(recalled("m2", SOON))

    assert labels(desk) == [("eggs", "coupon")]


@pytest.mark.parametrize(
    ("category", "intent", "named"),
    [
        pytest.param("nosuch", "storage", "no category 'nosuch'; there are: general, ", id="品类"),
        pytest.param("eggs", "nosuch", "no intent 'nosuch'; there are: delivery_time, ", id="意图"),
    ],
)
def test_an_unknown_label_is_refused_and_the_known_ones_are_named(
    desk: Desk, category: str, intent: str, named: str
) -> None:
    desk.hear(said("m1", SHRIMP, NOW))

    with pytest.raises(UnknownLabel, match=named):
        correct(desk, category, intent)

    assert desk.log(EventKind.topic_corrected) == []


def test_what_asks_nothing_or_is_not_there_cannot_be_corrected(desk: Desk) -> None:
    desk.hear(said("m1", "你好", NOW), said("m1", SHRIMP, NOW, conversation="c2"))

    with pytest.raises(MovedTurn):
        correct(desk, "eggs", "storage")
    with pytest.raises(UnknownTurn):
        correct(desk, "eggs", "storage", message="nosuch")
    with pytest.raises(UnknownConversation):
        correct(desk, "eggs", "storage", ref="nosuch")
    correction = Correction(step_id="step-0001", turn_id=message_of("m1", "c2"), category="eggs", intent="storage")
    topics = desk.libraries.current(SHOP).library.topics
    with pytest.raises(UnknownTurn):
        desk.writer.submit(correct_topic(caller(), conversation_of("c1"), correction, topics, NOW)).result()


def test_numbers_count_a_turn_under_what_it_is_about(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW, conversation="read"), said("m1", MILK, NOW, conversation="corrected"))
    correct(desk, "eggs", "storage", ref="corrected")

    with desk.database.reader() as session:
        found = turn_records(session, SHOP, NOW - timedelta(hours=1), NOW + timedelta(hours=1))

    categories = {record.conversation_id: record.category for record in found}
    assert categories == {conversation_of("read"): "live_seafood", conversation_of("corrected"): "eggs"}


def considered(desk: Desk) -> ConsideredTopics:
    with desk.database.reader() as session:
        library = newest_library(session, SHOP)
        assert library is not None
        return consider_topics(session, library, NOW - timedelta(days=1), NOW + timedelta(days=1))


def test_a_wording_that_was_corrected_twice_becomes_a_proposal(either_desk: Desk) -> None:
    text = "大虾搁阳台可中"
    for ref in ("c1", "c2"):
        either_desk.hear(said("m1", text, NOW, conversation=ref))
        correct(either_desk, "eggs", "storage", ref=ref, step_id=f"first-{ref}")
        correct(either_desk, "eggs", "invoice", ref=ref, step_id=f"last-{ref}")
        either_desk.clock.move(seconds=1)
        either_desk.hear(said("m2", "还有一件事", LATER, conversation=ref))

    (one,) = considered(either_desk).proposals

    assert (one.text, one.category, one.intent) == (text, "eggs", "invoice")
    assert (one.turns, one.elsewhere, one.agents) == (2, 0, 1)


def test_what_a_customer_took_back_is_not_learned_from(desk: Desk) -> None:
    for ref in ("c1", "c2"):
        desk.hear(said("m1", "大虾搁阳台可中", NOW, conversation=ref))
        correct(desk, "eggs", "invoice", ref=ref, step_id=f"step-{ref}")
    desk.hear(recalled("m1", SOON, conversation="c2"))

    assert considered(desk).proposals == ()
