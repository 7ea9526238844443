"""Which ways to say something do agents' corrections of topics teach?"""

import random
from collections.abc import Callable
from typing import Any

import pytest

from assist.content.library import build_library
from assist.domain.library import Library
from assist.suggest.learn_topics import ConsideredTopics, Corrected, propose_topics
from assist.suggest.learnable import LeftOut
from assist.suggest.topic import TopicReader, build_reader
from tests.desk.shop import SHOP, small_library

# Says nothing about storage by itself, and names shrimp.
WORDING = "大虾搁阳台可中"


@pytest.fixture(scope="module")
def library() -> Library:
    return build_library(SHOP, 1, small_library())


@pytest.fixture(scope="module")
def reader(library: Library) -> TopicReader:
    return build_reader(library)


def corrected(number: int, text: str = WORDING, topic: str = "live_seafood storage", **more: Any) -> Corrected:
    category, intent = topic.split()
    return Corrected(turn_id=f"t{number}", text=text, category=category, intent=intent, agent_id="a1", **more)


Proposed = Callable[..., ConsideredTopics]


@pytest.fixture
def proposed(library: Library, reader: TopicReader) -> Proposed:
    return lambda *told: propose_topics(told, library, reader)


def test_a_wording_corrected_twice_to_one_topic_is_proposed_with_what_it_is_read_as(
    proposed: Proposed, reader: TopicReader
) -> None:
    now = reader.read(WORDING)

    found = proposed(corrected(1, topic="eggs invoice"), corrected(2, f"{WORDING}？", topic="eggs invoice"))

    (one,) = found.proposals
    assert (one.text, one.category, one.intent) == (WORDING, "eggs", "invoice")
    assert (one.category_now, one.intent_now) == (now.category, now.intent)
    assert (one.turns, one.elsewhere, one.agents) == (2, 0, 1)
    assert found.left_out == {}


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        pytest.param([corrected(1, topic="eggs invoice")], LeftOut.weak, id="只有一次"),
        pytest.param(
            [corrected(n, topic="eggs invoice" if n < 3 else "eggs coupon") for n in range(1, 5)],
            LeftOut.conflict,
            id="各说各的",
        ),
        pytest.param([corrected(n, "活虾怎么保存") for n in (1, 2)], LeftOut.known, id="已经这样读"),
        pytest.param([corrected(n, "你好", "eggs invoice") for n in (1, 2)], LeftOut.small_talk, id="寒暄"),
        pytest.param([corrected(n, "大虾", "eggs invoice") for n in (1, 2)], LeftOut.fragment, id="半句话"),
        pytest.param(
            [corrected(n, "我的电话13812345678给开票", "eggs invoice") for n in (1, 2)], LeftOut.personal, id="电话"
        ),
        pytest.param(
            [corrected(n, "李晓明家的大虾呢", "eggs invoice", names=("李晓明",)) for n in (1, 2)],
            LeftOut.personal,
            id="顾客名字",
        ),
        pytest.param([corrected(n, "大虾" * 40, "eggs invoice") for n in (1, 2)], LeftOut.too_long, id="太长"),
    ],
)
def test_what_proves_nothing_or_is_personal_is_left_out_and_counted(
    proposed: Proposed, told: list[Corrected], reason: LeftOut
) -> None:
    found = proposed(*told)

    assert found.proposals == ()
    assert found.left_out == {reason: 1}


def test_most_agreeing_is_enough_and_who_said_otherwise_is_counted(proposed: Proposed) -> None:
    told = [corrected(n, topic="eggs invoice") for n in range(4)] + [corrected(9, topic="eggs coupon")]

    (one,) = proposed(*told).proposals

    assert (one.intent, one.turns, one.elsewhere) == ("invoice", 4, 1)


def test_the_order_of_corrections_is_no_matter(proposed: Proposed) -> None:
    told = [
        corrected(n, text, topic)
        for n, (text, topic) in enumerate(
            [
                (WORDING, "eggs invoice"),
                ("小龙虾咋弄", "eggs coupon"),
                (WORDING, "eggs invoice"),
                ("小龙虾咋弄", "eggs coupon"),
            ]
        )
    ]
    shuffled = random.Random(3).sample(told, len(told))

    assert proposed(*told) == proposed(*shuffled)
    assert len(proposed(*told).proposals) == 2
