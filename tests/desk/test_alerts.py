"""A supervisor is called once for what was said, in whatever order it arrives; and moods are kept per turn."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assist.desk.judge_alert import JudgedOtherwise, UnknownAlert, judge_alert
from assist.domain.event import EventKind
from assist.domain.mood import AlertState
from assist.domain.people import AgentRole
from assist.store import tables
from assist.store.queries import alerts, moods, outbox
from assist.store.queries.alerts import AlertRow
from assist.store.tables import table_of
from tests.conftest import NOW

from .shop import SHOP, Desk, caller, conversation_of, edited, policy, recalled, replaced, said, small_library

_FLAGS = [
    {"id": "illness", "zh": "吃出了问题", "en": "somebody fell ill", "words": ["食物中毒"]},
    {"id": "authority", "zh": "找监管", "en": "authorities", "words": ["12315"]},
]
_ALERTS: dict[str, Any] = {
    "negative_share": 0.03,
    "least_tokens": 5,
    "negative_words": ["骗子", "垃圾", "气死"],
    "negations": ["不是"],
    "red_flags": _FLAGS,
    "cooldown_minutes": 10,
}
CROSS = "你们就是骗子，卖的都是垃圾，我真是服气得很"
CROSS_AGAIN = "还是骗子，还是一堆垃圾，真是没完没了的"
FLAG = "我要打12315"
ILL = "孩子食物中毒了"


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """A desk whose alert words are few and known."""
    desk.publish(replaced(small_library(), policy("alerts", _ALERTS)))
    return desk


@pytest.fixture
def watched_on_either(either_desk: Desk) -> Desk:
    either_desk.publish(replaced(small_library(), policy("alerts", _ALERTS)))
    return either_desk


def minute(number: float) -> datetime:
    return NOW - timedelta(hours=1) + timedelta(minutes=number)


def raised(desk: Desk, ref: str = "c1") -> list[AlertRow]:
    with desk.database.reader() as session:
        return alerts.alerts_of(session, SHOP, [conversation_of(ref)]).get(conversation_of(ref), [])[::-1]


def said_of(desk: Desk, row: AlertRow) -> set[str]:
    texts = {message.id: message.text for message in desk.messages()}
    return {texts[id_][start:end] for reason in row.reasons for id_, start, end in reason.words}


def test_cross_words_call_a_supervisor_with_the_words_that_did_it(watched: Desk) -> None:
    watched.hear(said("m1", "在吗", minute(0)), said("m2", CROSS, minute(1)))

    (row,) = raised(watched)
    assert (row.state, row.raised_at, row.red_flag) == (AlertState.open, minute(1), False)
    assert {"骗子", "垃圾"} <= said_of(watched, row)
    (event,) = watched.log(EventKind.alert_raised)
    assert event.payload["alert_id"] == row.id
    assert event.at == minute(1)
    assert "骗子" not in str(event.payload)


def test_delivered_twice_and_handled_again_it_is_one_alert(watched_on_either: Desk) -> None:
    for _ in range(2):
        watched_on_either.hear(said("m1", CROSS, minute(0)))
    watched_on_either.hear(said("a1", "抱歉", minute(1), role="agent"))

    assert len(raised(watched_on_either)) == 1
    assert len(watched_on_either.log(EventKind.alert_raised)) == 1


def test_within_the_cooldown_nobody_is_called_again_after_it_they_are(watched: Desk) -> None:
    watched.hear(
        said("m1", CROSS, minute(0)), said("m2", CROSS_AGAIN, minute(9.9)), said("m3", CROSS_AGAIN, minute(10))
    )

    assert [row.raised_at for row in raised(watched)] == [minute(0), minute(10)]


def test_the_same_words_call_nobody_again_after_the_cooldown(watched: Desk) -> None:
    watched.hear(said("m1", CROSS, minute(0)), said("m2", "好的知道了", minute(11)))

    assert len(raised(watched)) == 1


def test_a_late_message_raises_no_second_alert_within_the_window(watched: Desk) -> None:
    watched.hear(said("m2", CROSS_AGAIN, minute(5)), said("m1", CROSS, minute(0)), said("m3", CROSS, minute(8)))

    assert [row.raised_at for row in raised(watched)] == [minute(5)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_in_whatever_order_no_two_alerts_stand_within_the_cooldown(watched: Desk, order: tuple[int, ...]) -> None:
    told = [said(f"m{at}", CROSS, minute(at * 6)) for at in range(3)]

    watched.hear(*(told[at] for at in order))

    times = [row.raised_at for row in raised(watched)]
    assert times
    assert all(later - earlier >= timedelta(minutes=10) for earlier, later in itertools.pairwise(times))


def test_a_red_flag_is_not_held_back_by_a_call_without_one(watched: Desk) -> None:
    watched.hear(said("m1", CROSS, minute(0)), said("m2", FLAG, minute(1)), said("m3", FLAG + "了", minute(2)))

    assert [(row.raised_at, row.red_flag) for row in raised(watched)] == [(minute(0), False), (minute(1), True)]


def test_a_red_flag_is_not_held_back_by_one_that_was_judged_wrong(watched: Desk) -> None:
    watched.hear(said("m1", FLAG, minute(0)))
    (first,) = raised(watched)
    watched.writer.submit(judge_alert(_lead(), first.id, AlertState.wrong, watched.clock())).result()

    watched.hear(said("m2", ILL, minute(3)))

    assert [row.raised_at for row in raised(watched)] == [minute(0), minute(3)]


def test_every_message_of_a_burst_is_looked_at(watched: Desk) -> None:
    watched.receive(said("m1", ILL, minute(0)), said("m2", "怎么办呀", minute(0.1)), said("m3", "在吗", minute(0.2)))
    watched.work()

    (row,) = raised(watched)
    assert row.raised_at == minute(0)
    assert [reason.rule for reason in row.reasons] == ["illness"]


def test_what_an_agent_says_calls_nobody(watched: Desk) -> None:
    watched.hear(said("m1", "你好", minute(0)), said("a1", FLAG, minute(1), role="agent"))

    assert raised(watched) == []


def test_an_edit_is_read_again(watched: Desk) -> None:
    watched.hear(said("m1", "我要吃虾", minute(0)), edited("m1", FLAG, minute(1)))
    (row,) = raised(watched)
    assert said_of(watched, row) == {"12315"}

    watched.hear(edited("m1", "我还是要打那个12315", minute(2), version="2"))
    (row,) = raised(watched)
    assert said_of(watched, row) == {"12315"}


def test_a_message_taken_back_leaves_its_alert_without_words(watched_on_either: Desk) -> None:
    watched_on_either.hear(said("m1", FLAG, minute(0)), said("m2", "算了", minute(1)), recalled("m1", minute(2)))

    (row,) = raised(watched_on_either)
    assert row.state is AlertState.open
    assert [reason.rule for reason in row.reasons] == ["authority"]
    assert all(reason.words == () for reason in row.reasons)


def test_a_message_taken_back_before_it_came_calls_nobody(watched: Desk) -> None:
    watched.hear(recalled("m1", minute(1)), said("m1", FLAG, minute(0)), said("m2", "在吗", minute(2)))

    assert raised(watched) == []


def test_what_was_said_in_an_episode_before_is_not_in_the_window(watched: Desk) -> None:
    long_ago = NOW - timedelta(days=3)
    watched.receive(said("m1", "你们就是骗子我说真的", long_ago), at=long_ago)
    watched.work()
    watched.hear(said("m2", "再买一次看看，可别又当骗子哦哦", minute(0)))

    assert raised(watched) == []


def test_a_verdict_is_kept_once_and_told(watched_on_either: Desk) -> None:
    watched_on_either.hear(said("m1", FLAG, minute(0)))
    (row,) = raised(watched_on_either)

    first = watched_on_either.writer.submit(
        judge_alert(_lead(), row.id, AlertState.right, watched_on_either.clock())
    ).result()
    again = watched_on_either.writer.submit(
        judge_alert(_lead(), row.id, AlertState.right, watched_on_either.clock())
    ).result()

    assert first == again
    assert (first.state, first.judged_by) == (AlertState.right, caller().agent_id)
    (event,) = watched_on_either.log(EventKind.alert_judged)
    assert (event.payload["alert_id"], event.payload["verdict"]) == (row.id, "right")
    with pytest.raises(JudgedOtherwise):
        watched_on_either.writer.submit(
            judge_alert(_lead(), row.id, AlertState.wrong, watched_on_either.clock())
        ).result()
    with pytest.raises(UnknownAlert):
        watched_on_either.writer.submit(
            judge_alert(_lead(), "nothing", AlertState.wrong, watched_on_either.clock())
        ).result()
    assert len(watched_on_either.log(EventKind.alert_judged)) == 1


def test_a_mood_is_kept_for_every_turn_and_told_in_the_log(watched_on_either: Desk) -> None:
    watched_on_either.hear(
        said("m1", "在吗", minute(0)),
        said("a1", "在的", minute(1), role="agent"),
        said("m2", CROSS, minute(2)),
    )

    with watched_on_either.database.reader() as session:
        kept = moods.moods_of(session, SHOP, [conversation_of()])[conversation_of()]
    turns = watched_on_either.turns()
    assert [row.turn_id for row in kept] == [turn.id for turn in turns]
    newest = {event.turn_id: event for event in watched_on_either.log(EventKind.turn)}
    assert {turn_id: event.payload["mood"] for turn_id, event in newest.items()} == {
        row.turn_id: row.score for row in kept
    }


def test_the_mood_of_a_turn_that_is_no_more_is_forgotten(watched: Desk) -> None:
    watched.hear(said("m1", "在吗", minute(0)), recalled("m1", minute(1)))

    with watched.database.reader() as session:
        assert moods.moods_of(session, SHOP, [conversation_of()]) == {}


def test_a_webhook_hears_of_an_alert(watched: Desk) -> None:
    webhook = outbox.Webhook("w1", SHOP, "https://example.test/hook", "secret", ("alert_raised",))
    watched.writer.submit(lambda session: outbox.save_webhook(session, webhook)).result()

    watched.hear(said("m1", ILL, minute(0)))

    queued = table_of(tables.Outbox)
    with watched.database.reader() as session:
        (payload,) = session.execute(select(queued.c.payload)).scalars()
    assert "assist.alert_raised" in payload
    assert ILL not in payload


def _lead() -> Any:
    return caller().model_copy(update={"role": AgentRole.lead})
