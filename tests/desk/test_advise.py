"""Which cards does an agent see as a conversation goes on?"""

from datetime import timedelta

import pytest

from assist.desk.step import StaleSuggestion
from assist.domain.event import EventKind
from assist.domain.suggestion import Arm
from tests.conftest import NOW
from tests.desk.shop import CUTOFF, MILK, SHRIMP, Desk, edited, recalled, said

SOON = NOW + timedelta(seconds=1)


def test_a_question_gets_a_card_and_the_card_is_logged(either_desk: Desk) -> None:
    either_desk.hear(said("m1", SHRIMP, NOW))

    (card,) = either_desk.cards()
    assert (card.arm, card.state, card.rank) == (Arm.shown, "live", 0)
    assert card.suggestion.article_id == "storage-shrimp"
    assert card.suggestion.text == "活虾建议当天吃，吃不完沥干冷藏，一般1-3天内吃完。"
    assert card.suggestion.matched == SHRIMP
    assert card.suggestion.library_number == 1
    (computed,) = either_desk.log(EventKind.suggestion_computed)
    assert (computed.suggestion_id, computed.turn_id) == (card.id, card.turn_id)


@pytest.mark.parametrize("text", ["你好", "谢谢", "好的呢", "？？？"])
def test_small_talk_gets_no_card(desk: Desk, text: str) -> None:
    desk.hear(said("m1", text, NOW))

    assert desk.cards() == []


def test_a_slot_only_the_chat_can_fill_is_filled_or_asked_for(desk: Desk) -> None:
    desk.hear(said("m1", CUTOFF, NOW, conversation="c1"), said("m1", CUTOFF, NOW, conversation="c2", name="王女士"))

    (nameless,), (named,) = desk.live("c1"), desk.live("c2")
    assert nameless.missing == ("customer_name",)
    assert "{{ customer_name }}" in nameless.text
    assert named.missing == ()
    assert "王女士请留意短信" in named.text


def test_a_further_message_keeps_the_id_and_time_of_a_card_that_is_still_right(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    (before,) = desk.cards()

    desk.clock.move(seconds=5)
    desk.hear(said("m2", "活虾到家怎么养着", NOW + timedelta(seconds=5)))

    (after,) = [card for card in desk.cards() if card.state == "live"]
    assert (after.id, after.created_at) == (before.id, NOW)
    assert len(desk.log(EventKind.suggestion_computed)) == 1


def test_a_late_customer_message_updates_the_cards(desk: Desk) -> None:
    desk.hear(said("m2", "在吗", NOW))
    assert desk.live() == []

    desk.hear(said("m1", MILK, NOW - timedelta(seconds=30)))

    assert [card.article_id for card in desk.live()] == ["storage-milk"]


def test_a_card_that_is_right_no_longer_goes_stale(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    (shrimp,) = desk.cards()
    desk.hear(said("m1x", "发错了", NOW))

    desk.hear(edited("m1", MILK, NOW), edited("m1x", "开封的", NOW))

    states = {card.suggestion.article_id: card.state for card in desk.cards()}
    assert states == {"storage-shrimp": "stale", "storage-milk": "live"}
    with pytest.raises(StaleSuggestion):
        desk.step(EventKind.inserted, shrimp)


def test_the_cards_of_an_answered_turn_are_stale(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    (card,) = desk.cards()

    desk.hear(said("m2", "稍等", SOON, role="agent"))

    assert [one.state for one in desk.cards()] == ["stale"]
    assert desk.conversation().open_turn_id is None
    for kind in (EventKind.inserted, EventKind.copied, EventKind.edited):
        with pytest.raises(StaleSuggestion):
            desk.step(kind, card)


def test_that_a_stale_card_was_seen_or_put_away_can_still_be_told(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    (card,) = desk.cards()
    desk.hear(said("m2", "稍等", SOON, role="agent"))

    assert desk.step(EventKind.shown, card).new
    assert desk.step(EventKind.dismissed, card).new


def test_a_turn_whose_answer_was_recalled_is_open_again_with_the_same_card(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    (before,) = desk.cards()

    desk.hear(said("m2", "稍等", SOON, role="agent"), recalled("m2", SOON))

    (after,) = desk.cards()
    assert (after.id, after.state) == (before.id, "live")


def test_a_dismissed_card_stays_away_while_its_turn_is_open(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    (card,) = desk.cards()

    desk.step(EventKind.dismissed, card)
    desk.hear(said("m2", "活虾到家怎么养着", SOON))

    assert desk.live() == []
    assert [one.state for one in desk.cards()] == ["dismissed"]


def test_a_question_that_was_answered_when_it_came_is_decided_as_shadow(desk: Desk) -> None:
    desk.receive(said("m1", SHRIMP, NOW), said("m2", "当天吃最好", SOON, role="agent"))
    desk.work()

    (card,) = desk.cards()
    assert (card.arm, card.state) == (Arm.shadow, "stale")
    assert desk.live() == []
    (computed,) = desk.log(EventKind.suggestion_computed)
    assert computed.payload["arm"] == "shadow"


def test_a_step_told_twice_is_one_event(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW))
    (card,) = desk.cards()

    first, second = desk.step(EventKind.shown, card, "step-1"), desk.step(EventKind.shown, card, "step-1")

    assert (first.new, second.new) == (True, False)
    (event,) = desk.log(EventKind.shown)
    assert (event.suggestion_id, event.agent_id, event.level, event.team) == (
        card.id,
        event.agent_id,
        "junior",
        "一组",
    )


def test_a_turn_records_whether_a_sidebar_was_open_and_how_late_it_was_handled(desk: Desk) -> None:
    desk.presence.opened("s1")
    desk.hear(said("m1", SHRIMP, NOW, conversation="watched"))
    desk.presence.closed("s1")
    desk.hear(said("m1", SHRIMP, NOW, conversation="unwatched"))
    for name, seconds in (("slow", 30), ("down", 600)):
        desk.receive(said("m1", SHRIMP, NOW, conversation=name), at=desk.clock() - timedelta(seconds=seconds))
        desk.work()

    told = {name: desk.log(EventKind.turn, ref=name)[0].payload for name in ("watched", "unwatched", "slow", "down")}
    assert {name: (one["sidecar"], one["sidebar_open"]) for name, one in told.items()} == {
        "watched": ("ok", True),
        "unwatched": ("ok", False),
        "slow": ("degraded", False),
        "down": ("down", False),
    }
