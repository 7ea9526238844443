"""Turns and episodes as the KPI definitions count them, in whatever order messages arrive."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.domain.chat import ConversationState, Mark, Message, Role, Turn
from assist.suggest.turns import fold_turns, turn_text
from tests.conftest import NOW

DAY = 86_400


def said(role: Role, at: float, *, ref: str = "", **more: Any) -> Message:
    ref = ref or f"{role.value}{at:g}"
    when = NOW + timedelta(seconds=at)
    values = {"id": ref, "ref": ref, "role": role, "text": ref, "occurred_at": when, "received_at": when}
    return Message.model_validate({**values, **more})


def c(at: float, **more: Any) -> Message:
    return said(Role.customer, at, **more)


def a(at: float, **more: Any) -> Message:
    return said(Role.agent, at, **more)


def b(at: float, **more: Any) -> Message:
    return said(Role.bot, at, **more)


def mark(at: float, state: ConversationState = ConversationState.resolved) -> Mark:
    return Mark(ref=f"mark{at:g}", state=state, occurred_at=NOW + timedelta(seconds=at))


def shape(turns: Sequence[Turn]) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    return [(turn.episode, turn.message_ids, turn.reply_ids) for turn in turns]


@pytest.mark.parametrize(
    ("chat", "turns"),
    [
        pytest.param([], [], id="nothing said"),
        pytest.param([a(0), b(1)], [], id="nobody asked"),
        pytest.param(
            [c(0), c(5), c(9), a(20)],
            [(1, ("customer0", "customer5", "customer9"), ("agent20",))],
            id="a burst is one turn",
        ),
        pytest.param([c(0), c(DAY - 1)], [(1, ("customer0", "customer86399"), ())], id="a slow burst is one turn too"),
        pytest.param(
            [c(0), b(2), c(10)],
            [(1, ("customer0",), ("bot2",)), (1, ("customer10",), ())],
            id="a bot's reply closes a turn",
        ),
        pytest.param(
            [c(0), b(2), a(10), a(11), c(12)],
            [(1, ("customer0",), ("bot2", "agent10", "agent11")), (1, ("customer12",), ())],
            id="all replies up to the next question belong to the turn",
        ),
        pytest.param(
            [c(0), a(5, private=True), c(10)],
            [(1, ("customer0", "customer10"), ())],
            id="a private note is no reply",
        ),
        pytest.param(
            [c(0), said(Role.system, 5), c(10)],
            [(1, ("customer0", "customer10"), ())],
            id="a system line is no reply",
        ),
        pytest.param(
            [c(0), a(5, recalled=True), c(10)],
            [(1, ("customer0", "customer10"), ())],
            id="a recalled reply is no reply",
        ),
        pytest.param(
            [c(0, recalled=True), c(10)], [(1, ("customer10",), ())], id="a recalled question was never asked"
        ),
        pytest.param(
            [c(0), a(5), c(10, recalled=True), a(20)],
            [(1, ("customer0",), ("agent5", "agent20"))],
            id="a recalled question opens no turn",
        ),
        pytest.param(
            [c(0), a(5), mark(10), c(20)],
            [(1, ("customer0",), ("agent5",)), (2, ("customer20",), ())],
            id="after resolved a new episode begins",
        ),
        pytest.param(
            [c(0), mark(5), c(10)],
            [(1, ("customer0",), ()), (2, ("customer10",), ())],
            id="resolved without an answer ends the turn too",
        ),
        pytest.param(
            [c(0), a(5), mark(10), a(15), c(20), a(25), c(30)],
            [(1, ("customer0",), ("agent5", "agent15")), (2, ("customer20",), ("agent25",)), (2, ("customer30",), ())],
            id="resolved counts once",
        ),
        pytest.param(
            [c(0), a(5), mark(10, ConversationState.human), mark(11, ConversationState.queued), c(20)],
            [(1, ("customer0",), ("agent5",)), (1, ("customer20",), ())],
            id="other states end nothing",
        ),
        pytest.param([mark(0), c(5)], [(1, ("customer5",), ())], id="resolved before anything was said"),
        pytest.param(
            [c(0), a(5), c(5 + DAY)],
            [(1, ("customer0",), ("agent5",)), (2, (f"customer{5 + DAY}",), ())],
            id="24 h of silence end an episode",
        ),
        pytest.param(
            [c(0), a(5), c(4 + DAY)],
            [(1, ("customer0",), ("agent5",)), (1, (f"customer{4 + DAY}",), ())],
            id="a second less does not",
        ),
        pytest.param(
            [c(0), c(DAY)], [(1, ("customer0",), ()), (2, (f"customer{DAY}",), ())], id="silence after no answer"
        ),
        pytest.param(
            [c(0), a(5), a(DAY, private=True), c(6 + DAY)],
            [(1, ("customer0",), ("agent5",)), (2, (f"customer{6 + DAY}",), ())],
            id="a private note does not break the silence",
        ),
        pytest.param(
            [c(0), a(5), a(DAY), c(6 + DAY)],
            [(1, ("customer0",), ("agent5", f"agent{DAY}")), (1, (f"customer{6 + DAY}",), ())],
            id="a public message does",
        ),
    ],
)
def test_the_chat_falls_into_turns_and_episodes(
    chat: list[Message | Mark], turns: list[tuple[int, tuple[str, ...], tuple[str, ...]]]
) -> None:
    messages = [item for item in chat if isinstance(item, Message)]
    marks = [item for item in chat if isinstance(item, Mark)]

    assert shape(fold_turns(messages, marks)) == turns


def test_a_turn_tells_when_it_began_and_who_answered_first() -> None:
    (turn,) = fold_turns([c(0), c(5), b(7), a(20, agent_id="p1"), a(30, agent_id="p2")])

    assert turn.id == "customer0"
    assert (turn.started_at, turn.last_at) == (NOW, NOW + timedelta(seconds=5))
    assert (turn.answered_by, turn.answered_at) == (Role.bot, NOW + timedelta(seconds=7))
    assert (turn.agent_id, turn.human_at) == ("p1", NOW + timedelta(seconds=20))


def test_a_bots_answer_is_no_persons_answer() -> None:
    (turn,) = fold_turns([c(0), b(7)])

    assert turn.answered_at is not None
    assert turn.human_at is None
    assert turn.agent_id is None


@pytest.mark.parametrize(
    ("talk", "flag"),
    [
        pytest.param([True, True], True, id="only greetings"),
        pytest.param([True, False], False, id="a greeting and a question"),
        pytest.param([False, True], False, id="a question and thanks"),
    ],
)
def test_a_turn_is_small_talk_when_all_of_it_is(talk: list[bool], flag: bool) -> None:
    (turn,) = fold_turns([c(at, small_talk=one) for at, one in enumerate(talk)])

    assert turn.small_talk is flag


def test_episodes_go_on_counting_from_where_the_fold_starts() -> None:
    turns = fold_turns([c(0), a(1), c(DAY + 1)], first_episode=7)

    assert [turn.episode for turn in turns] == [7, 8]


def test_the_question_is_asked_without_its_courtesies_unless_there_is_nothing_else() -> None:
    greeting, question, thanks = (
        c(0, text="你好", small_talk=True),
        c(1, text="虾怎么放"),
        c(2, text="谢谢", small_talk=True),
    )
    (turn,) = fold_turns([greeting, question, thanks])
    (polite,) = fold_turns([greeting, thanks])

    assert turn_text(turn, [greeting, question, thanks]) == "虾怎么放"
    assert turn_text(polite, [greeting, thanks]) == "你好\n谢谢"


chats = st.lists(
    st.tuples(
        st.sampled_from([*Role, "resolved", "human"]),
        st.integers(0, 3) | st.integers(DAY - 2, DAY + 2) | st.integers(2 * DAY, 2 * DAY + 2),
        st.booleans(),
        st.booleans(),
    ),
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(chats, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(rows: list[tuple[Role | str, int, bool, bool]], random: Random) -> None:
    messages: list[Message] = []
    marks: list[Mark] = []
    for number, (role, at, private, recalled) in enumerate(rows):
        if isinstance(role, Role):
            messages.append(said(role, at, ref=f"m{number}", private=private and recalled, recalled=recalled))
        else:
            when = NOW + timedelta(seconds=at)
            marks.append(Mark(ref=f"k{number}", state=ConversationState(role), occurred_at=when))
    in_order = fold_turns(messages, marks)

    shuffled_messages, shuffled_marks = messages.copy(), marks.copy()
    random.shuffle(shuffled_messages)
    random.shuffle(shuffled_marks)

    assert fold_turns(shuffled_messages, shuffled_marks) == in_order


@settings(max_examples=100, deadline=None)
@given(chats)
def test_every_public_customer_message_is_in_exactly_one_turn(rows: list[tuple[Role | str, int, bool, bool]]) -> None:
    messages = [
        said(role, at, ref=f"m{number}", private=private, recalled=recalled)
        for number, (role, at, private, recalled) in enumerate(rows)
        if isinstance(role, Role)
    ]

    turns = fold_turns(messages)

    asked = [id_ for turn in turns for id_ in turn.message_ids]
    public = [one.id for one in messages if one.role is Role.customer and not one.private and not one.recalled]
    assert sorted(asked) == sorted(public)
    assert [turn.started_at for turn in turns] == sorted(turn.started_at for turn in turns)
