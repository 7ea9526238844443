"""Does the ledger hold what agents promised, until when, and what became of it?"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from assist.contract import Event
from assist.desk.end_promise import PromiseEnded, UnknownPromise
from assist.domain.event import EventKind
from assist.domain.promise import PromiseState
from assist.store.queries import promises
from tests.conftest import NOW
from tests.desk.promised import PHRASES, SAID, Standing, follow_phrases, ledger, mark, promise, rows, run_tasks
from tests.desk.shop import SHOP, Desk, caller, edited, message_of, recalled, replaced, said, small_library
from tests.shipped import shipped_entries

OPEN, KEPT, MISSED, DISMISSED = PromiseState.open, PromiseState.kept, PromiseState.missed, PromiseState.dismissed
LEDGER = (
    EventKind.promise_opened,
    EventKind.promise_kept,
    EventKind.promise_missed,
    EventKind.promise_dismissed,
)
# 16:50 in Shanghai: midnight is 430 minutes away.
TONIGHT, TOMORROW, DAY_AFTER = 430.0, 430.0 + 1440, 430.0 + 2880


@pytest.fixture
def shop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return follow_phrases(monkeypatch, desk)


@pytest.fixture
def either_shop(either_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return follow_phrases(monkeypatch, either_desk)


def at(minutes: float):
    return SAID + timedelta(minutes=minutes)


def test_a_promise_is_kept_in_mind_with_its_words_and_its_time(either_shop: Desk) -> None:
    either_shop.hear(said("m1", "我的虾呢", SAID - timedelta(minutes=1), name="王女士"), promise("亲，两小时内回复您"))

    (row,) = rows(either_shop)
    (opened,) = either_shop.log(*LEDGER)
    assert (row.state, row.kind, row.episode, row.agent_id) == (OPEN, "reply", 1, caller().agent_id)
    assert (row.promised_at, row.due_at) == (SAID, at(120))
    assert (opened.kind, opened.at, opened.level, opened.team) == (EventKind.promise_opened, SAID, "junior", "一组")
    assert opened.payload == {
        "promise_id": row.id,
        "kind": "reply",
        "due_at": at(120).isoformat(),
        "late": False,
        "by": None,
    }
    with either_shop.database.reader() as session:
        (listed,) = promises.listed(session, SHOP, OPEN)
    assert (listed.words, listed.customer_name) == ("两小时内回复您", "王女士")


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        pytest.param([promise("保证新鲜")], [], id="nobody's to follow up"),
        pytest.param([promise("一年内给您补发")], [], id="too far off for anybody to follow up"),
        pytest.param([said("a1", "两小时内回复您", SAID)], [], id="a customer promises"),
        pytest.param([said("a1", "两小时内回复您", SAID, role="bot")], [], id="a bot promises"),
        pytest.param(
            [said("a1", "两小时内回复您", SAID, role="agent", private=True)], [], id="only colleagues were told"
        ),
        pytest.param([promise("两小时内回复您"), recalled("a1", at(1))], [], id="recalled"),
        pytest.param([promise("两小时内回复您"), edited("a1", "请稍等", at(1))], [], id="edited away"),
        pytest.param(
            [promise("请稍等"), edited("a1", "两小时内回复您", at(5))],
            [Standing("a1", "reply", 120)],
            id="edited in: it counts from when the message was sent",
        ),
        pytest.param(
            [promise("两小时内回复您"), edited("a1", "您好，两小时内回复您", at(1))],
            [Standing("a1", "reply", 120)],
            id="only moved within its message",
        ),
        pytest.param(
            [promise("两小时内回复您"), edited("a1", "一小时内回复您", at(1))],
            [Standing("a1", "reply", 60)],
            id="another time",
        ),
        pytest.param(
            [
                promise("两小时内回复您"),
                edited("a1", "请稍等", at(1), version="1"),
                edited("a1", "两小时内回复您", at(2), version="2"),
            ],
            [Standing("a1", "reply", 120)],
            id="edited away and back",
        ),
        pytest.param(
            [promise("两小时内回复您，明天给您补发")],
            [Standing("a1", "reply", 120), Standing("a1", "reship", TOMORROW)],
            id="two in one message",
        ),
        pytest.param(
            [promise("两小时内回复您"), promise("两小时内回复您", "a2", after=5)],
            [Standing("a1", "reply", 120)],
            id="said again: the first counts, and nobody gains time by repeating it",
        ),
        pytest.param(
            [promise("稍后回复您"), promise("稍后回复您", "a2", after=30)],
            [Standing("a1", "reply", 120)],
            id="said again without a time",
        ),
        pytest.param(
            [promise("两小时内回复您"), promise("一小时内回复您", "a2", after=5)],
            [Standing("a1", "reply", 65)],
            id="said again for sooner: the sooner time counts",
        ),
        pytest.param(
            [promise("一小时内回复您"), promise("两小时内回复您", "a2", after=5)],
            [Standing("a1", "reply", 60), Standing("a2", "reply", 125)],
            id="put off in other words: both stand",
        ),
        pytest.param(
            [promise("明天给您补发"), promise("后天给您补发", "a2", after=5)],
            [Standing("a1", "reship", TOMORROW), Standing("a2", "reship", DAY_AFTER)],
            id="put off by a day: both stand",
        ),
        pytest.param(
            [promise("明天给您补发"), promise("明天给您补发", "a2", after=5)],
            [Standing("a1", "reship", TOMORROW)],
            id="the same day named again",
        ),
        pytest.param(
            [promise("明天给您补发"), promise("明天给您补发", "a2", after=TONIGHT + 60)],
            [Standing("a1", "reship", TOMORROW), Standing("a2", "reship", TOMORROW + 1440)],
            id="tomorrow said tomorrow is another day",
        ),
        pytest.param(
            [promise("一小时内回复您"), promise("一小时内回复您", "a2", after=61)],
            [Standing("a1", "reply", 60), Standing("a2", "reply", 121)],
            id="said again after the time was over: another promise",
        ),
        pytest.param(
            [promise("一小时内回复您"), promise("一小时内回复您", "a2", after=60)],
            [Standing("a1", "reply", 60)],
            id="said again in its last moment",
        ),
        pytest.param(
            [promise("两小时内回复您"), promise("两小时内回复您", "a2", after=5), recalled("a1", at(6))],
            [Standing("a2", "reply", 125)],
            id="the first was recalled: the second stands",
        ),
        pytest.param(
            [promise("两小时内回复您"), promise("一小时内回复您", "a2", after=5), recalled("a2", at(6))],
            [Standing("a1", "reply", 120)],
            id="the sooner time was recalled: the first counts again",
        ),
        pytest.param(
            [
                promise("两小时内回复您"),
                promise("半小时后回复您", "a2", after=5),
                promise("两小时内回复您", "a3", after=40),
            ],
            [Standing("a1", "reply", 35), Standing("a3", "reply", 160)],
            id="the sooner time was over when it was said again",
        ),
        pytest.param(
            [
                promise("两小时内回复您"),
                promise("半小时后回复您", "a2", after=5),
                promise("两小时内回复您", "a3", after=40),
                recalled("a2", at(50)),
            ],
            [Standing("a1", "reply", 120)],
            id="without the sooner time it was never over",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_any_order_of_deliveries_gives_the_same_ledger(
    shop: Desk, told: Sequence[Event], standing: list[Standing]
) -> None:
    """Every order, one by one; then all at once, and all once more."""
    shop.clock.now = at(TONIGHT + 120)
    orders = list(itertools.permutations(told))
    for number, order in enumerate(orders):
        c = f"c{number}"
        for event in order:
            shop.hear(_in(event, c))
        assert ledger(shop, c) == standing, [event.event_ref for event in order]

    shop.receive(*(_in(event, "once") for event in told))
    shop.work()
    assert ledger(shop, "once") == standing
    shop.hear(*(_in(event, "once", "again") for event in reversed(told)))
    assert ledger(shop, "once") == standing


@pytest.mark.slow
def test_any_order_of_anything_gives_the_same_ledger(shop: Desk) -> None:
    """Up to four messages and three changes of them, some in one second, each in four orders."""
    chance = random.Random(5)
    for number in range(80):
        told = _anything(chance)
        shop.clock.now = max(SAID, *(event.sent_at for event in told))
        found: list[list[Standing]] = []
        for again in range(4):
            c = f"c{number}-{again}"
            for event in chance.sample(told, len(told)) if again else told:
                shop.hear(_in(event, c))
            found.append(ledger(shop, c))
        assert found == [found[0]] * 4, [event.event_ref for event in told]


def _anything(chance: random.Random) -> list[Event]:
    minutes = itertools.accumulate(chance.choice([0, 1, 25, 40, 70]) for _ in range(chance.randint(2, 4)))
    told: dict[str, Event] = {}
    for number, minute in enumerate(minutes, 1):
        told[f"a{number}"] = promise(chance.choice(list(PHRASES)), f"a{number}", after=minute)
    last = max(event.sent_at for event in told.values())
    for change in range(chance.randint(0, 3)):
        ref, when = chance.choice(["a1", "a2"]), last + timedelta(minutes=change + 1)
        text = chance.choice(["请稍等", *PHRASES])
        edit = edited(ref, text, when, version=f"{change}")
        told[f"{change}"] = edit if chance.random() < 0.6 else recalled(ref, when)
    # The same message recalled twice is one event.
    return list({event.event_ref: event for event in told.values()}.values())


def _in(event: Event, c: str, suffix: str = "") -> Event:
    """Return the event in another conversation; a suffix makes it a delivery of its own."""
    assert event.ref is not None
    ref = event.ref.model_copy(update={"conversation_ref": c})
    return event.model_copy(update={"ref": ref, "event_ref": f"{event.event_ref}-{c}{suffix}"})


def test_a_message_delivered_twice_changes_nothing(either_shop: Desk) -> None:
    told = promise("两小时内回复您")
    either_shop.hear(told)
    before, log = rows(either_shop), either_shop.log(*LEDGER)

    either_shop.hear(told, told.model_copy(update={"event_ref": "again"}))

    assert rows(either_shop) == before
    assert either_shop.log(*LEDGER) == log


def test_what_was_taken_back_is_dismissed_by_nobody(either_shop: Desk) -> None:
    either_shop.hear(promise("两小时内回复您"), recalled("a1", at(1)))

    (row,) = rows(either_shop)
    opened, dismissed = either_shop.log(*LEDGER)
    assert (row.state, row.ended_by) == (DISMISSED, None)
    assert (opened.kind, dismissed.kind) == (EventKind.promise_opened, EventKind.promise_dismissed)
    assert (dismissed.payload["by"], dismissed.payload["why"]) == (None, "taken_back")


def test_a_promise_moved_within_its_message_is_not_taken_back(shop: Desk) -> None:
    shop.hear(promise("两小时内回复您"), edited("a1", "您好，两小时内回复您", at(1)))

    assert [event.payload.get("why") for event in shop.log(EventKind.promise_dismissed)] == ["repeated"]


@pytest.mark.parametrize("state", [KEPT, DISMISSED])
def test_what_a_person_said_of_it_stays_whatever_becomes_of_the_message(shop: Desk, state: PromiseState) -> None:
    shop.hear(promise("两小时内回复您"))
    mark(shop, rows(shop)[0], state)

    shop.hear(edited("a1", "您好，两小时内回复您", at(1)), recalled("a1", at(2)))

    (row,) = rows(shop)
    assert (row.state, row.ended_by) == (state, caller().agent_id)


def test_a_missed_one_is_not_undone_by_editing_it_away(shop: Desk) -> None:
    shop.hear(promise("一小时内回复您"))
    shop.clock.now = at(60)
    run_tasks(shop)

    shop.hear(edited("a1", "请稍等", at(61)))

    assert ledger(shop) == [Standing("a1", "reply", 60, "missed")]
    with shop.database.reader() as session:
        (listed,) = promises.listed(session, SHOP, MISSED)
    assert listed.words == "", "the message says something else there now"


def test_after_it_was_kept_the_same_words_are_a_new_promise(shop: Desk) -> None:
    shop.hear(promise("两小时内回复您"))
    shop.clock.now = at(20)
    mark(shop, rows(shop)[0], KEPT)
    shop.clock.now = at(30)

    shop.hear(promise("两小时内回复您", "a2", after=25))

    assert ledger(shop) == [Standing("a1", "reply", 120, "kept"), Standing("a2", "reply", 145)]


def test_what_was_repeated_before_it_was_kept_is_kept_with_it(shop: Desk) -> None:
    shop.hear(promise("两小时内回复您"), promise("两小时内回复您", "a2", after=5))
    mark(shop, rows(shop)[0], KEPT)

    shop.hear(edited("a2", "两小时内回复您！", at(6)))

    assert ledger(shop) == [Standing("a1", "reply", 120, "kept")]


def test_when_its_time_comes_it_is_missed_and_before_that_it_is_reminded_of(either_shop: Desk) -> None:
    told: list[frozenset[tuple[str, ...]]] = []
    either_shop.hear(promise("一小时内回复您"))
    either_shop.writer.on_commit(told.append)
    clock = either_shop.clock

    clock.now = at(50) - timedelta(microseconds=1)
    assert (run_tasks(either_shop), told) == (0, [])
    clock.now = at(50)
    assert run_tasks(either_shop) == 1
    assert ("chat", SHOP, rows(either_shop)[0].conversation_id) in set().union(*told)
    assert rows(either_shop)[0].state is OPEN
    clock.now = at(60) - timedelta(microseconds=1)
    assert run_tasks(either_shop) == 0
    told.clear()
    clock.now = at(60)
    assert run_tasks(either_shop) == 1

    (row,) = rows(either_shop)
    (missed,) = either_shop.log(EventKind.promise_missed)
    assert (row.state, row.ended_by, row.ended_at) == (MISSED, None, at(60))
    assert (missed.at, missed.payload["due_at"]) == (at(60), at(60).isoformat())
    assert ("chat", SHOP, row.conversation_id) in set().union(*told)
    assert run_tasks(either_shop) == 0


def test_one_that_is_due_at_once_is_not_reminded_of(shop: Desk) -> None:
    shop.clock.now = at(25)
    shop.hear(promise("半小时后回复您"))

    assert run_tasks(shop) == 0


def test_one_that_came_too_late_is_missed_at_once(shop: Desk) -> None:
    shop.clock.now = at(600)
    shop.hear(promise("一小时内回复您"))

    run_tasks(shop)

    assert ledger(shop) == [Standing("a1", "reply", 60, "missed")]


def test_a_sooner_time_moves_the_alarm_too(shop: Desk) -> None:
    shop.hear(promise("两小时内回复您"), promise("一小时内回复您", "a2", after=5))

    shop.clock.now = at(65)
    run_tasks(shop)

    assert ledger(shop) == [Standing("a1", "reply", 65, "missed")]


def test_a_clock_set_back_misses_nothing_early(shop: Desk) -> None:
    shop.hear(promise("一小时内回复您"))
    shop.clock.now = at(55)
    run_tasks(shop)
    shop.clock.now = at(20)

    assert run_tasks(shop) == 0
    assert rows(shop)[0].state is OPEN


@pytest.mark.parametrize(
    ("minutes", "steps", "state", "late"),
    [
        pytest.param([30], [KEPT], KEPT, False, id="kept in time"),
        pytest.param([60], [KEPT], KEPT, False, id="kept in the last moment"),
        pytest.param([90], [KEPT], KEPT, True, id="kept after its time"),
        pytest.param([30, 31], [KEPT, KEPT], KEPT, False, id="kept twice is kept once"),
        pytest.param([30, 90], [KEPT, KEPT], KEPT, False, id="and stays in time"),
        pytest.param([30], [MISSED], MISSED, False, id="given up before its time"),
        pytest.param([30, 40], [MISSED, KEPT], KEPT, False, id="given up too early, kept in time after all"),
        pytest.param([30, 90], [MISSED, KEPT], KEPT, True, id="given up, then made good late"),
        pytest.param([30], [DISMISSED], DISMISSED, False, id="it was no promise"),
        pytest.param([30, 31], [DISMISSED, DISMISSED], DISMISSED, False, id="dismissed twice is dismissed once"),
        pytest.param([30, 31], [MISSED, DISMISSED], DISMISSED, False, id="a missed one was none"),
    ],
)
def test_a_person_says_what_became_of_it(
    shop: Desk, minutes: list[float], steps: list[PromiseState], state: PromiseState, late: bool
) -> None:
    shop.hear(promise("一小时内回复您"))

    for minute, step in zip(minutes, steps, strict=True):
        shop.clock.now = at(minute)
        mark(shop, rows(shop)[0], step)

    (row,) = rows(shop)
    assert (row.state, row.late, row.ended_by) == (state, late, caller().agent_id)
    distinct = [step for step, _ in itertools.groupby(steps)]
    ended = shop.log(*LEDGER[1:])
    assert [event.kind.value for event in ended] == [f"promise_{step}" for step in distinct]
    assert (ended[-1].payload["late"], ended[-1].payload["by"]) == (late, caller().agent_id)
    # Nothing is due about it any more.
    shop.clock.now = at(600)
    run_tasks(shop)
    assert rows(shop) == [row]


def test_one_missed_by_the_clock_may_be_kept_late(either_shop: Desk) -> None:
    either_shop.hear(promise("一小时内回复您"))
    either_shop.clock.now = at(60)
    run_tasks(either_shop)
    either_shop.clock.now = at(61)

    kept = mark(either_shop, rows(either_shop)[0], KEPT)

    assert (kept.state, kept.late) == (KEPT, True)
    assert either_shop.log(EventKind.promise_kept)[0].payload["late"] is True


@pytest.mark.parametrize(
    ("before", "after"),
    [(KEPT, MISSED), (KEPT, DISMISSED), (DISMISSED, KEPT), (DISMISSED, MISSED)],
)
def test_what_contradicts_what_was_said_is_refused(
    either_shop: Desk, before: PromiseState, after: PromiseState
) -> None:
    either_shop.hear(promise("一小时内回复您"))
    mark(either_shop, rows(either_shop)[0], before)
    kept, log = rows(either_shop), either_shop.log(*LEDGER)

    with pytest.raises(PromiseEnded, match=before.value):
        mark(either_shop, kept[0], after)

    assert rows(either_shop) == kept
    assert either_shop.log(*LEDGER) == log


def test_what_was_taken_back_cannot_be_kept(shop: Desk) -> None:
    shop.hear(promise("一小时内回复您"), recalled("a1", at(1)))

    with pytest.raises(PromiseEnded, match="taken back"):
        mark(shop, rows(shop)[0], KEPT)


def test_a_colleague_may_keep_it_and_the_promise_stays_whose_it_was(shop: Desk) -> None:
    shop.hear(promise("一小时内回复您"))
    colleague = caller().model_copy(update={"agent_id": "colleague"})

    kept = mark(shop, rows(shop)[0], KEPT, colleague)

    (event,) = shop.log(EventKind.promise_kept)
    assert (kept.ended_by, kept.agent_id) == ("colleague", caller().agent_id)
    assert (event.agent_id, event.payload["by"]) == (caller().agent_id, "colleague")


def test_nobody_finds_another_shops_promise(shop: Desk) -> None:
    shop.hear(promise("一小时内回复您"))
    stranger = caller().model_copy(update={"shop_id": "s2"})

    with pytest.raises(UnknownPromise):
        mark(shop, rows(shop)[0], KEPT, stranger)
    with pytest.raises(UnknownPromise):
        mark(shop, replace(rows(shop)[0], id="nosuch"), KEPT)


def test_a_failure_to_read_promises_costs_no_message(shop: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("customer's words")

    monkeypatch.setattr("assist.desk.follow_promises.read_commitments", fail)
    shop.hear(promise("两小时内回复您"))

    assert [message.id for message in shop.messages()] == [message_of("a1")]
    assert rows(shop) == []


def test_without_a_policy_nothing_is_followed(desk: Desk) -> None:
    desk.hear(promise("两小时内回复您"))

    assert rows(desk) == []


def test_the_tests_own_moment_is_before_the_promise_is_due() -> None:
    assert SAID < NOW < at(30)


@pytest.fixture
def reading_shop(desk: Desk) -> Desk:
    """A desk that reads texts as it does everywhere, by the shipped policy."""
    rules = [entry for entry in shipped_entries() if (entry.kind, entry.entry_id) == ("policy", "promises")]
    desk.publish(replaced(small_library(), *rules))
    return desk


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        pytest.param("2小时内回复您", [Standing("a1", "reply", 120)], id="two hours"),
        pytest.param("稍后给您回电", [Standing("a1", "call", 120)], id="a call without a time: two hours"),
        pytest.param("明天给您补发", [Standing("a1", "reship", TOMORROW)], id="by the end of tomorrow"),
        pytest.param("亲，我不能保证明天给您补发", [], id="no promise"),
        pytest.param("活虾建议当天吃完", [], id="advice"),
        pytest.param("I'll get back to you within 2 hours", [Standing("a1", "reply", 120)], id="in English"),
    ],
)
def test_what_agents_really_write_is_followed(reading_shop: Desk, text: str, standing: list[Standing]) -> None:
    reading_shop.hear(promise(text))

    assert ledger(reading_shop) == standing
