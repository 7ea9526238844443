"""Does it matter in which order, how often and in which batches a conversation is delivered? It must not."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count, islice, pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.contract import Event
from tests.conftest import NOW
from tests.desk.shop import CUTOFF, MILK, SHRIMP, SHRIMP_ANSWER, Desk, became, edited, message_of, recalled, said

START = NOW - timedelta(days=3)
_numbers = count()

Delivery = tuple[Sequence[int], frozenset[int]]
"""Which event comes next, and after how many deliveries the desk works."""


def _at(seconds: float) -> Any:
    return START + timedelta(seconds=seconds)


def whole_chat(c: str) -> list[Event]:
    """Everything that can happen, in order: several things in one second, an edit, a recall, a day of silence."""
    return [
        became("bot", _at(0), conversation=c),
        said("m01", "你好", _at(0), conversation=c, name="王女士"),
        said("m02", "活虾怎么存", _at(1), conversation=c),
        edited("m02", "活虾怎么", _at(1.5), conversation=c, version="1"),
        edited("m02", SHRIMP, _at(2), conversation=c, version="2"),
        said("m03", "请稍等", _at(3), role="bot", conversation=c),
        said("m04", "发错了的一句", _at(3), conversation=c, order="o-wrong"),
        said("m05", "在吗", _at(3), conversation=c),
        became("human", _at(4), conversation=c),
        said("m06", "老顾客，好好说", _at(5), role="agent", private=True, conversation=c),
        said("m07", SHRIMP_ANSWER, _at(6), role="agent", conversation=c),
        edited("m07", "活虾当天吃最好", _at(7), conversation=c),
        recalled("m04", _at(8), conversation=c),
        said("m08", MILK, _at(60), conversation=c, order="o-2"),
        said("m09", "开封三天内喝完就好", _at(70), role="agent", by="agent-99", conversation=c),
        said("m10", "系统：客服已离开", _at(71), role="system", conversation=c),
        became("resolved", _at(80), conversation=c),
        said("m11", "谢谢", _at(90), conversation=c),
        said("m12", CUTOFF, _at(90 + 24 * 3600), conversation=c),
        said("m13", "今天能发吗", _at(91 + 24 * 3600), conversation=c),
    ]


def standing(desk: Desk, c: str) -> dict[str, Any]:
    """Return how a conversation stands, our ids replaced by the platform's, without when it arrived."""
    ref_of = {message_of(message.ref, c): message.ref for message in desk.messages(c)}
    conversation = desk.conversation(c)
    cards = [row for row in desk.cards(c) if row.state == "live"]
    cards.sort(key=lambda row: (ref_of[row.turn_id], row.rank))
    return {
        "messages": [m.model_dump(exclude={"id", "received_at"}) for m in desk.messages(c)],
        "turns": [
            turn.model_dump(exclude={"id", "message_ids", "reply_ids"})
            | {
                "id": ref_of[turn.id],
                "said": [ref_of[id_] for id_ in turn.message_ids],
                "replies": [ref_of[id_] for id_ in turn.reply_ids],
            }
            for turn in sorted(desk.turns(c), key=lambda turn: (turn.started_at, ref_of[turn.id]))
        ],
        "state": conversation.state,
        "last": (conversation.last_at, conversation.last_text),
        "open": (ref_of.get(conversation.open_turn_id or ""), conversation.waiting_since),
        "order": conversation.order_ref,
        "customer": (conversation.customer_ref, conversation.customer_name),
        "cards": [(ref_of[row.turn_id], row.suggestion.article_id, row.suggestion.text, row.rank) for row in cards],
    }


@st.composite
def deliveries(draw: st.DrawFn, events: int) -> Delivery:
    """Every event one to three times, in any order, cut into any batches."""
    copies = draw(st.lists(st.integers(1, 3), min_size=events, max_size=events))
    order = draw(st.permutations([number for number, times in enumerate(copies) for _ in range(times)]))
    cuts = draw(st.frozensets(st.integers(1, len(order)), max_size=6))
    return order, cuts


def _delivered(desk: Desk, chat: Callable[[str], list[Event]], delivery: Delivery) -> dict[str, Any]:
    """Deliver a chat in some order, handling each batch before the next, and return how it stands then."""
    order, cuts = delivery
    conversation = f"c{next(_numbers)}"
    events = chat(conversation)
    for start, end in pairwise(sorted({0, *cuts, len(order)})):
        desk.receive(*(events[number] for number in order[start:end]))
        desk.work()
    return standing(desk, conversation)


def _in_order(desk: Desk, chat: Callable[[str], list[Event]]) -> dict[str, Any]:
    """Deliver a chat in order and in one batch: nothing kept before has a say."""
    return _delivered(desk, chat, (range(len(chat("c"))), frozenset()))


def test_the_whole_chat_gives_what_a_reader_would_expect(either_desk: Desk) -> None:
    either_desk.hear(*whole_chat("c1"))

    found = standing(either_desk, "c1")
    assert [(turn["id"], turn["episode"], turn["said"], turn["replies"]) for turn in found["turns"]] == [
        ("m01", 1, ["m01", "m02"], ["m03"]),
        ("m05", 1, ["m05"], ["m07"]),
        ("m08", 1, ["m08"], ["m09"]),
        ("m11", 2, ["m11"], []),
        ("m12", 3, ["m12", "m13"], []),
    ]
    assert [turn["small_talk"] for turn in found["turns"]] == [False, True, False, True, False]
    assert found["state"] == "resolved"
    assert found["open"] == ("m12", START + timedelta(seconds=90, days=1))
    assert found["last"] == (START + timedelta(seconds=91, days=1), "今天能发吗")
    assert found["order"] == "o-2"
    assert [card[:2] for card in found["cards"]] == [("m12", "delivery-cutoff")]
    texts = {message["ref"]: message["text"] for message in found["messages"]}
    assert (texts["m02"], texts["m07"]) == (SHRIMP, "活虾当天吃最好")
    assert [message["ref"] for message in found["messages"] if message["recalled"]] == ["m04"]


@pytest.mark.slow
def test_any_order_any_batches_any_repeats_give_the_same_conversation(desk: Desk) -> None:
    in_order = _in_order(desk, whole_chat)

    @given(delivery=deliveries(len(whole_chat("c"))))
    @settings(max_examples=30, deadline=None)
    def agrees(delivery: Delivery) -> None:
        assert _delivered(desk, whole_chat, delivery) == in_order

    agrees()


@pytest.mark.parametrize(
    ("order", "cuts"),
    [
        pytest.param(range(19, -1, -1), (), id="倒着来一批"),
        pytest.param(range(19, -1, -1), range(1, 21), id="倒着来一条一批"),
        pytest.param([*range(10, 20), *range(10), *range(20)], (10, 20), id="后半先到再全部重来"),
        pytest.param(sorted(range(20), key=lambda n: (n % 3, -n)), (5, 11), id="三路交错"),
    ],
)
def test_some_orders_give_the_same_conversation_on_both_databases(
    either_desk: Desk, order: Sequence[int], cuts: Sequence[int]
) -> None:
    in_order = _in_order(either_desk, whole_chat)

    assert _delivered(either_desk, whole_chat, (order, frozenset(cuts))) == in_order


def within_one_second(c: str) -> list[Event]:
    """A platform that tells whole seconds: only refs say what came first."""
    return [
        said("a", "活虾", _at(-1), conversation=c),
        said("b", "怎么保存", _at(0), conversation=c),
        said("c", "您好，请稍等", _at(0), role="bot", conversation=c),
        said("d", MILK, _at(0), conversation=c),
        said("e", CUTOFF, _at(1), conversation=c),
    ]


def edits_before_and_after(c: str) -> list[Event]:
    return [
        said("a", "活虾", _at(0), conversation=c),
        edited("a", "活虾怎么", _at(1), conversation=c, version="1"),
        edited("a", SHRIMP, _at(2), conversation=c, version="2"),
        said("b", "好的", _at(3), role="agent", conversation=c),
    ]


def recalled_whole(c: str) -> list[Event]:
    """A customer who takes back all they said, an order with it."""
    return [
        said("a", SHRIMP, _at(0), conversation=c, order="o-1"),
        recalled("a", _at(1), conversation=c),
    ]


def recalled_order(c: str) -> list[Event]:
    """The one message that named an order is taken back."""
    return [
        said("a", SHRIMP, _at(0), conversation=c),
        said("b", "发错单号了", _at(1), conversation=c, order="o-1"),
        recalled("b", _at(2), conversation=c),
    ]


def states_between(c: str) -> list[Event]:
    return [
        said("a", SHRIMP, _at(0), conversation=c),
        became("human", _at(1), conversation=c),
        became("resolved", _at(2), conversation=c),
        said("b", MILK, _at(3), conversation=c),
    ]


def told_late(c: str) -> list[Event]:
    """The order and the name are told in a turn that was answered; the open turn's card speaks of them."""
    return [
        said("a", SHRIMP, _at(0), conversation=c, name="王女士", order="o-1"),
        said("b", "当天吃最好", _at(1), role="agent", conversation=c),
        said("c", CUTOFF, _at(2), conversation=c),
    ]


def renamed(c: str) -> list[Event]:
    """A customer who changes their name in the middle."""
    return [
        said("a", SHRIMP, _at(0), conversation=c, name="小王"),
        said("b", MILK, _at(1), conversation=c, name="王女士"),
        said("c", "好", _at(2), conversation=c),
    ]


def recalled_only_name(c: str) -> list[Event]:
    return [
        said("a", CUTOFF, _at(0), conversation=c),
        said("b", "发错号了", _at(1), conversation=c, name="别人的号"),
        recalled("b", _at(2), conversation=c),
    ]


def recalled_name(c: str) -> list[Event]:
    """The one message that named the customer anew is taken back."""
    return [
        said("a", CUTOFF, _at(0), conversation=c, name="小王"),
        said("b", "发错号了", _at(1), conversation=c, name="别人的号"),
        recalled("b", _at(2), conversation=c),
    ]


@pytest.mark.parametrize(
    "chat",
    [
        pytest.param(within_one_second, id="同一秒"),
        pytest.param(edits_before_and_after, id="改了两次"),
        pytest.param(recalled_whole, id="全部撤回"),
        pytest.param(recalled_order, id="撤回单号"),
        pytest.param(states_between, id="状态穿插"),
        pytest.param(told_late, id="先问后报单号"),
        pytest.param(renamed, id="中途改名"),
        pytest.param(recalled_name, id="撤回改名"),
        pytest.param(recalled_only_name, id="撤回唯一的名字"),
    ],
)
def test_any_order_of_a_short_chat_gives_the_same_end(desk: Desk, chat: Callable[[str], list[Event]]) -> None:
    size = len(chat("c"))
    in_order = _in_order(desk, chat)

    for order in islice(permutations(range(size)), 0, None, (1, 1, 1, 1, 2, 5)[size]):
        for cuts in (frozenset[int](), frozenset(range(size))):
            assert _delivered(desk, chat, (order, cuts)) == in_order
