"""Alerts, soothing, guards and promises, counted by hand: the arithmetic stands in each row."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from assist.domain.event import Event
from assist.kpi.definitions import Measured
from assist.kpi.measure import By

from .care_timeline import (
    alerted,
    complained,
    dismissed,
    drafted,
    felt,
    flagged,
    judged,
    kept,
    missed,
    promised,
    wrote,
)
from .timeline import END, START, Book

DAY = 24 * 60
"""The window is a day before and a day after now, in minutes."""

Log = list[Event]


def turns(*moods: float | None, c: str = "c1", episode: int = 1, minute: float = 0) -> Log:
    """An episode's turns a minute apart, the first at `minute`."""
    return [
        felt(f"e{episode}t{number}", mood, c=c, episode=episode, minute=minute + number)
        for number, mood in enumerate(moods)
    ]


def told(one: Measured) -> dict[str, Any]:
    parts = {name: count for name, count in one.parts.items() if count}
    return {"num": one.num, "den": one.den, "excluded": dict(one.reason_counts), "parts": parts}


def counts(num: int, den: int, excluded: Mapping[str, int] | None = None, **parts: int) -> dict[str, Any]:
    return {"num": num, "den": den, "excluded": dict(excluded or {}), "parts": parts}


K14_ROWS = [
    pytest.param([], None, counts(0, 0), id="nothing happened"),
    pytest.param([*turns(0.1), *turns(0.2, c="c2")], 0.0, counts(0, 2), id="2 episodes, no alert: 0 / 2"),
    pytest.param(
        [*turns(-0.9), alerted("a"), *turns(0.0, c="c2")],
        50.0,
        counts(1, 2, episodes_alerted=1),
        id="1 alert in 2 episodes: 100 * 1 / 2",
    ),
    pytest.param(
        [*turns(-0.9), alerted("a"), alerted("b", minute=11)],
        200.0,
        counts(2, 1, episodes_alerted=1),
        id="2 alerts ten minutes apart in 1 episode: 100 * 2 / 1",
    ),
    pytest.param(
        [*turns(-0.9), *turns(0.0, episode=2, minute=60), alerted("a", episode=2, minute=61)],
        50.0,
        counts(1, 2, episodes_alerted=1),
        id="1 conversation of 2 episodes: 100 * 1 / 2",
    ),
    pytest.param(
        [felt("old", 0.0, minute=-DAY - 1), felt("late", -0.9, minute=0), alerted("a", minute=1)],
        None,
        counts(0, 0),
        id="the episode began a minute before the window: neither it nor its alert counts",
    ),
    pytest.param(
        [felt("first", 0.0, minute=-DAY), alerted("a", minute=DAY + 5)],
        100.0,
        counts(1, 1, episodes_alerted=1),
        id="begun in the window's first moment, alert after its end: 100 * 1 / 1",
    ),
    pytest.param([felt("next", 0.0, minute=DAY)], None, counts(0, 0), id="begun in the moment the window ends"),
    pytest.param(
        [
            *turns(-0.9),
            alerted("a", turn_id="e1t0"),
            felt("e1t0", -0.9, episode=2, again=1),
            felt("early", 0.0, minute=-30),
        ],
        50.0,
        counts(1, 2, episodes_alerted=1),
        id="an earlier episode came late: the alert stays with its turn, 100 * 1 / 2",
    ),
    pytest.param(
        [*turns(-0.9), felt("e1t0", None, state="void", again=1)],
        None,
        counts(0, 0),
        id="its only turn became void: no episode",
    ),
]


@pytest.mark.parametrize(("log", "value", "expected"), K14_ROWS)
def test_k14_alerts_per_hundred_episodes(book: Book, log: Log, value: float | None, expected: dict[str, Any]) -> None:
    book.append(*log)

    one = book.measured()["K14"]

    assert told(one) == expected
    assert one.value == value


@pytest.mark.parametrize(
    ("log", "value", "expected"),
    [
        pytest.param([alerted("a")], None, counts(0, 0, {"not_judged": 1}), id="nobody has judged it: left out"),
        pytest.param(
            [
                alerted("a"),
                alerted("b", minute=11),
                alerted("d", minute=22),
                judged("a", "right"),
                judged("b", "wrong"),
            ],
            0.5,
            counts(1, 2, {"not_judged": 1}),
            id="1 right, 1 wrong, 1 unjudged: 1 / 2",
        ),
        pytest.param(
            [alerted("a"), judged("a", "wrong"), judged("a", "right", again=1)],
            1.0,
            counts(1, 1),
            id="the verdict was corrected: 1 / 1",
        ),
        pytest.param(
            [alerted("a", minute=-1), judged("a", "right", minute=2 * DAY)],
            1.0,
            counts(1, 1),
            id="judged after the window: it counts when it was raised",
        ),
        pytest.param(
            [alerted("a", minute=-DAY - 1), judged("a", "right", minute=0)],
            None,
            counts(0, 0),
            id="raised before the window: not counted in it",
        ),
    ],
)
def test_k14b_confirmed_alerts(book: Book, log: Log, value: float | None, expected: dict[str, Any]) -> None:
    book.append(*log)

    one = book.measured()["K14b"]

    assert told(one) == expected
    assert one.value == value


@pytest.mark.parametrize(
    ("log", "value", "expected"),
    [
        pytest.param(
            [*turns(-0.8, -0.6, 0.2, 0.4), complained()],
            # (0.2 + 0.4) / 2 - (-0.8 - 0.6) / 2 = 0.3 + 0.7
            1.0,
            counts(1, 1),
            id="four turns: 0.3 - (-0.7) = 1.0",
        ),
        pytest.param(
            [*turns(-0.5, -0.5, 1.0, 1.0, -0.7, -0.9), complained()],
            # (-0.7 - 0.9) / 2 - (-0.5 - 0.5) / 2 = -0.8 + 0.5; the middle does not count
            -0.3,
            counts(0, 1),
            id="six turns that end worse: -0.8 - (-0.5) = -0.3, not soothed",
        ),
        pytest.param(
            [*turns(-0.8, -0.6, 0.4), complained()], None, counts(0, 0, {"few_turns": 1}), id="three turns: left out"
        ),
        pytest.param([*turns(-0.8, -0.6, 0.2, 0.4)], None, counts(0, 0, {"no_complaint": 1}), id="no complaint"),
        pytest.param(
            [*turns(-0.8, None, 0.2, 0.4), complained()],
            None,
            counts(0, 0, {"mood_unknown": 1}),
            id="one of the four was not read",
        ),
        pytest.param(
            [*turns(-0.5, -0.5, None, 0.5, 0.5), complained()],
            1.0,
            counts(1, 1),
            id="one between was not read: 0.5 - (-0.5) = 1.0",
        ),
        pytest.param(
            [*turns(-0.8, -0.6, 0.2), felt("thanks", 1.0, minute=9, small_talk=True), complained()],
            None,
            counts(0, 0, {"few_turns": 1}),
            id="thanks are no turn: three are left",
        ),
        pytest.param(
            [*turns(-0.8, -0.6, 0.2, 0.4), complained(), felt("e1t3", 0.0, minute=3, again=1)],
            # (0.2 + 0.0) / 2 - (-0.7)
            0.8,
            counts(1, 1),
            id="the last turn was read anew: 0.1 - (-0.7) = 0.8",
        ),
        pytest.param(
            [*turns(-0.8, -0.6, 0.2, 0.4), complained(), felt("e1t3", None, minute=3, again=1)],
            1.0,
            counts(1, 1),
            id="a later record that tells no mood changes none",
        ),
        pytest.param(
            [
                *turns(-0.8, -0.6, 0.2, 0.4, 0.0),
                complained(),
                felt("e1t4", None, minute=4, state="void", again=1),
            ],
            1.0,
            counts(1, 1),
            id="a fifth turn became void: the four count",
        ),
        pytest.param(
            [*turns(-0.5, -0.5, -0.5, -0.5), complained()], 0.0, counts(0, 1), id="no better, no worse: 0, not soothed"
        ),
        pytest.param(
            [
                *(one for n in range(5) for one in turns(0.0, 0.0, n / 10, n / 10, c=f"s{n}")),
                *(complained(c=f"s{n}") for n in range(5)),
            ],
            # deltas 0.0 0.1 0.2 0.3 0.4: mean 1.0 / 5
            0.2,
            counts(4, 5),
            id="five deltas 0 to 0.4: mean 0.2, four soothed",
        ),
    ],
)
def test_k15_soothing(book: Book, log: Log, value: float | None, expected: dict[str, Any]) -> None:
    book.append(*log)

    one = book.measured()["K15"]

    assert told(one) == expected
    assert one.value == (None if value is None else pytest.approx(value))


def test_k15_tells_the_distribution_and_not_only_the_mean(book: Book) -> None:
    """Deltas 0.0, 0.1, 0.2, 0.3, 0.4: p10 lies 0.4 of the way from the first to the second, p90 likewise at the end."""
    for number in range(5):
        c = f"s{number}"
        book.append(*turns(0.0, 0.0, number / 10, number / 10, c=c), complained(c=c))

    one = book.measured()["K15"]

    assert one.spread == {
        "p10": pytest.approx(0.04),
        "median": pytest.approx(0.2),
        "p90": pytest.approx(0.36),
    }
    assert (one.den, one.unit) == (5, "score")


@pytest.mark.parametrize(
    ("log", "words", "promises"),
    [
        pytest.param([wrote("m1", role="bot"), flagged("m1", "forbidden")], counts(0, 0), counts(0, 0), id="a bot's"),
        pytest.param([wrote("m1"), wrote("m2")], counts(0, 2), counts(0, 2), id="two clean ones: 0 / 2"),
        pytest.param(
            [wrote("m1"), wrote("m2"), flagged("m1", "forbidden")],
            counts(1, 2, slipped=1),
            counts(0, 2),
            id="1 forbidden word slipped: 1 / 2, and no promise",
        ),
        pytest.param(
            [wrote("m1"), wrote("m2"), flagged("m1", "promise", "forbidden"), flagged("m2", "promise")],
            counts(1, 2, slipped=1),
            counts(2, 2, slipped=2),
            id="both guards: 1 / 2 words, 1000 * 2 / 2 promises",
        ),
        pytest.param(
            [drafted("d1", "forbidden"), wrote("m1", minute=1), wrote("m2", minute=2)],
            counts(1, 2, caught=1),
            counts(0, 2),
            id="put right before sending: 1 / 2, caught",
        ),
        pytest.param(
            [drafted("d1", "promise"), wrote("m1", minute=1)],
            counts(0, 1),
            counts(0, 1, warned_and_fixed=1),
            id="a promise put right is no violation: 0 / 1, told apart",
        ),
        pytest.param(
            [drafted("d1", "forbidden"), drafted("d2", "forbidden", minute=0.5), wrote("m1", minute=1)],
            counts(1, 1, caught=1),
            counts(0, 1),
            id="put right twice in one draft: 1 / 1",
        ),
        pytest.param(
            [drafted("d1", "forbidden"), wrote("m1", minute=1), flagged("m1", "forbidden", minute=1)],
            counts(1, 1, slipped=1),
            counts(0, 1),
            id="put right and sent with another: it slipped, 1 / 1",
        ),
        pytest.param(
            [
                drafted("d1", "promise", action="overridden"),
                wrote("m1", minute=1),
                flagged("m1", "promise", action="overridden", minute=1),
            ],
            counts(0, 1),
            counts(1, 1, overridden=1),
            id="overridden, then sent: 1 / 1, once",
        ),
        pytest.param(
            [drafted("d1", "promise", action="overridden"), wrote("m1", minute=1)],
            counts(0, 1),
            counts(0, 1),
            id="overridden, and other words were sent: 0 / 1",
        ),
        pytest.param(
            [drafted("d1", "forbidden", minute=5), wrote("m1", minute=1)],
            counts(0, 1),
            counts(0, 1),
            id="put right and never sent: 0 / 1",
        ),
        pytest.param(
            [drafted("d1", "forbidden", c="c2"), wrote("m1", minute=1), wrote("m2", c="c2", minute=2)],
            counts(1, 2, caught=1),
            counts(0, 2),
            id="it belongs to its own conversation's next message: 1 / 2",
        ),
        pytest.param(
            [drafted("d1", "forbidden", minute=0.005), wrote("m1", minute=0)],
            counts(1, 1, caught=1),
            counts(0, 1),
            id="a platform that tells whole seconds: sent in the same second, 1 / 1",
        ),
        pytest.param(
            [drafted("d1", "forbidden", where="card", action="dropped"), wrote("m1", minute=1)],
            counts(0, 1),
            counts(0, 1),
            id="a card was dropped: no message of an agent's",
        ),
        pytest.param(
            [drafted("d1", "forbidden", where="reply", action="blocked"), wrote("m1", minute=1)],
            counts(1, 1, caught=1),
            counts(0, 1),
            id="stopped when it was sent through us: 1 / 1, caught",
        ),
        pytest.param(
            [wrote("m1"), flagged("m1", "forbidden"), flagged("m1", "forbidden", action="overridden", again=1)],
            counts(1, 1, overridden=1),
            counts(0, 1),
            id="edited, with a reason then: the newest counts, once",
        ),
        pytest.param(
            [wrote("m1"), flagged("m1", "forbidden"), flagged("m1", "promise", again=1)],
            counts(1, 1, slipped=1),
            counts(1, 1, slipped=1),
            id="edited from a word into a promise: it was sent with both",
        ),
        pytest.param(
            [
                wrote("m1", minute=-DAY),
                wrote("m2", minute=DAY),
                wrote("m3", minute=-DAY - 1),
                flagged("m1", "forbidden", minute=2 * DAY),
                flagged("m2", "forbidden"),
                flagged("m3", "forbidden"),
            ],
            counts(1, 1, slipped=1),
            counts(0, 1),
            id="only the window's first moment is in it, whenever it was found: 1 / 1",
        ),
        pytest.param(
            [drafted("d1", "forbidden", minute=-DAY - 1), wrote("m1", minute=-DAY)],
            counts(1, 1, caught=1),
            counts(0, 1),
            id="put right before the window began, sent in it: 1 / 1",
        ),
    ],
)
def test_k23_flagged_messages(book: Book, log: Log, words: dict[str, Any], promises: dict[str, Any]) -> None:
    book.append(*log)

    kpis = book.measured()

    assert told(kpis["K23"]) == words
    assert told(kpis["K23b"]) == promises
    assert kpis["K23"].value == (words["num"] / words["den"] if words["den"] else None)
    assert kpis["K23b"].value == (1000 * promises["num"] / promises["den"] if promises["den"] else None)


@pytest.mark.parametrize(
    ("log", "value", "expected"),
    [
        pytest.param([promised("p")], None, counts(0, 0, {"open": 1}), id="not due yet: left out"),
        pytest.param([promised("p"), kept("p")], 1.0, counts(1, 1), id="kept: 1 / 1"),
        pytest.param([promised("p"), missed("p")], 0.0, counts(0, 1, missed=1), id="missed: 0 / 1"),
        pytest.param(
            [promised("p"), missed("p"), kept("p", late=True, minute=70)],
            0.0,
            counts(0, 1, late=1),
            id="made good late: 0 / 1",
        ),
        pytest.param(
            [promised("p"), dismissed("p")], None, counts(0, 0, {"dismissed": 1}), id="it was none: left out, counted"
        ),
        pytest.param(
            [promised("p"), missed("p"), dismissed("p", minute=90)],
            None,
            counts(0, 0, {"dismissed": 1}),
            id="dismissed after it was missed: left out",
        ),
        pytest.param(
            [promised("p"), dismissed("p", why="taken_back")],
            None,
            counts(0, 0, {"taken_back": 1}),
            id="its message was edited or recalled: left out, counted apart",
        ),
        pytest.param(
            [promised("p"), dismissed("p", why="repeated"), promised("q"), kept("q")],
            1.0,
            counts(1, 1),
            id="said twice: the other one counts, 1 / 1",
        ),
        pytest.param(
            [promised("p"), dismissed("p", why="taken_back"), promised("p", again=1), kept("p", minute=50)],
            1.0,
            counts(1, 1),
            id="edited away and back, then kept: 1 / 1",
        ),
        pytest.param(
            [promised("p"), kept("p"), promised("q"), missed("q"), promised("r"), kept("r"), promised("s")],
            2 / 3,
            counts(2, 3, {"open": 1}, missed=1),
            id="2 kept, 1 missed, 1 open: 2 / 3",
        ),
        pytest.param(
            [promised("p", due=DAY - 1), promised("p", due=DAY, again=1), kept("p")],
            None,
            counts(0, 0),
            id="moved to the moment the window ends: the next one's",
        ),
        pytest.param(
            [promised("p", due=DAY + 60), promised("p", due=60, again=1), missed("p")],
            0.0,
            counts(0, 1, missed=1),
            id="moved to a sooner time within the window: 0 / 1",
        ),
        pytest.param(
            [promised("p", minute=-40 * DAY, due=-DAY), kept("p", minute=-30 * DAY)],
            1.0,
            counts(1, 1),
            id="given forty days ago, due in the window's first moment: 1 / 1",
        ),
        pytest.param(
            [promised("p", minute=-2 * DAY, due=-DAY - 1), missed("p", minute=0)],
            None,
            counts(0, 0),
            id="due a minute before the window, found missed in it: not counted",
        ),
    ],
)
def test_k28_promises_kept_in_time(book: Book, log: Log, value: float | None, expected: dict[str, Any]) -> None:
    book.append(*log)

    one = book.measured()["K28"]

    assert told(one) == expected
    assert one.value == value


def whole_log() -> Log:
    """A bit of everything: two conversations, three episodes."""
    return [
        *turns(-0.8, -0.6, 0.2, 0.4),
        complained(turn_id="e1t0"),
        alerted("a", turn_id="e1t1", minute=1),
        *turns(0.3, c="c2", minute=5),
        *turns(-0.9, c="c2", episode=2, minute=2000 - DAY),
        judged("a", "right", minute=30),
        drafted("d1", "forbidden", minute=1),
        wrote("m1", minute=2, agent_id="p1", team="一组"),
        wrote("m2", c="c2", minute=6, agent_id="p2", team="二组"),
        flagged("m2", "promise", c="c2", minute=6),
        promised("p", minute=2, agent_id="p1", team="一组"),
        promised("q", c="c2", minute=6, agent_id="p2", team="二组"),
        kept("p", minute=20),
        missed("q", c="c2"),
    ]


def test_the_order_in_which_unlike_facts_were_appended_changes_no_number(book: Book) -> None:
    """Facts of one thing are appended in their order; those of different things in any."""
    expected = {"K14": (1, 3), "K14b": (1, 1), "K15": (1, 1), "K23": (1, 2), "K23b": (1, 2), "K28": (1, 2)}
    log = whole_log()
    for seed in range(5):
        shuffled = sorted(log, key=lambda event: (_follows(event), random.Random(f"{seed}{event.key}").random()))
        other = Book(book.database, book.writer, f"{book.shop_id}-{seed}")
        other.append(*shuffled)

        measured = other.measured()

        assert {id_: (measured[id_].num, measured[id_].den) for id_ in expected} == expected


def _follows(event: Event) -> int:
    """What became of a promise is appended after it was given."""
    return event.kind.value in ("promise_kept", "promise_missed")


def test_recounting_the_log_gives_the_same(book: Book) -> None:
    book.append(*whole_log())

    assert book.measured() == book.measured()


@pytest.mark.parametrize("by", list(By))
def test_groups_of_everything_add_up_to_the_whole(book: Book, by: By) -> None:
    book.append(*whole_log())

    whole, groups = book.measured(), book.grouped(by)

    for id_, one in whole.items():
        assert sum(group[id_][0] for group in groups.values()) == one.num
        assert sum(group[id_][1] for group in groups.values()) == one.den


def test_messages_and_promises_are_whose_they_are(book: Book) -> None:
    book.append(*whole_log())

    groups = book.grouped(By.agent)

    assert (groups["p1"]["K23"], groups["p2"]["K23b"]) == ((1, 1), (1, 1))
    assert (groups["p1"]["K28"], groups["p2"]["K28"]) == ((1, 1), (0, 1))


def test_windows_that_meet_share_nothing(book: Book) -> None:
    book.append(*whole_log())
    middle = START + (END - START) / 2

    whole, first, second = book.measured(), book.measured(START, middle), book.measured(middle, END)

    for id_ in whole:
        assert first[id_].num + second[id_].num == whole[id_].num
        assert first[id_].den + second[id_].den == whole[id_].den
        assert first[id_].n_excluded + second[id_].n_excluded == whole[id_].n_excluded
