"""A stored conversation practised: as of then, by today's library, and nothing of it is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from assist.desk.correct_topic import UnknownTurn
from assist.desk.look_around import Shop
from assist.desk.practice import Faced, Replay, Review, check, face, hardest_first, replay, review
from assist.desk.reply import UnknownConversation
from assist.desk.request_remedy import Ask, request
from assist.desk.settle_remedy import done_by_hand
from assist.desk.step import PracticeCard, Step, UnknownSuggestion, record
from assist.domain.event import EventKind
from assist.domain.ids import practice_id_of
from assist.domain.mood import MoodName
from assist.domain.people import AgentRole
from assist.domain.remedy import StepName
from assist.domain.remedy_policy import RemedyKind
from assist.domain.suggestion import SuggestionKind
from assist.store.queries import chats, people, practice
from assist.store.queries.practice import PracticeRow, Wanted
from assist.store.writer import Change
from assist.suggest.adoption import Use
from tests.conftest import NOW
from tests.desk.shop import (
    MILK,
    SHOP,
    SHRIMP,
    SHRIMP_ANSWER,
    SHRIMP_REWORDED,
    Desk,
    caller,
    conversation_of,
    recalled,
    replaced,
    said,
    small_library,
)
from tests.every_row import every_row
from tests.money import POLICY
from tests.shipped import shipped_entries

from .test_complaints import STRAWBERRIES, asked_for, ordered, shown

ROT = "草莓打开一看，三分之一都长毛了"


def stand(desk: Desk, number: int = 1, ref: str = "c1") -> tuple[Replay, Faced]:
    """Return a conversation's replay and one of its turns as it is faced."""
    with desk.database.reader() as session:
        desk.libraries.refresh(session)
        row = people.shop(session, SHOP)
        told = replay(session, SHOP, conversation_of(ref))
        shop = Shop(row.timezone, row.subject_salt)
        return told, face(session, told, number, desk.libraries.current(SHOP), shop)


def answered(desk: Desk, text: str, number: int = 1) -> Review:
    told, faced = stand(desk, number)
    shelf = desk.libraries.current(SHOP)
    with desk.database.reader() as session:
        checked = check(session, told, faced, text, AgentRole.agent, shelf, "Asia/Shanghai")
    return review(faced, text, checked, shelf)


def listed(desk: Desk, **wanted: object) -> list[PracticeRow]:
    with desk.database.reader() as session:
        return hardest_first(practice.practisable(session, SHOP, Wanted(**wanted)))  # pyright: ignore[reportArgumentType]


def a_chat(desk: Desk) -> None:
    """Two questions, the first answered after 40 seconds in the card's words."""
    at = NOW - timedelta(hours=2)
    desk.hear(
        said("1", SHRIMP, at, name="虾兵蟹将"),
        said("2", SHRIMP_ANSWER, at + timedelta(seconds=40), role="agent", by="agent-1"),
        said("3", MILK, at + timedelta(seconds=70)),
    )


def test_a_turn_is_faced_as_it_stood_before_it_was_answered(desk: Desk) -> None:
    a_chat(desk)

    told, first = stand(desk)

    assert len(told.turns) == 2
    assert [one.text for one in first.said] == [SHRIMP]
    assert first.turn.answered_at is None
    assert [row.state for row in first.cards] == ["live"]
    assert first.cards[0].suggestion.text == SHRIMP_ANSWER
    assert first.waited_seconds == 40
    assert [one.text for one in first.replies] == [SHRIMP_ANSWER]


def test_what_is_suggested_is_what_the_newest_library_says(desk: Desk) -> None:
    a_chat(desk)
    desk.publish(replaced(small_library(), SHRIMP_REWORDED))

    _, first = stand(desk)

    assert first.cards[0].suggestion.text == "活虾请当天吃完，别泡自来水，也别放冷冻。"


def test_what_was_said_later_is_not_known_yet(desk: Desk) -> None:
    a_chat(desk)
    _, first = stand(desk)
    desk.hear(said("4", "要不要打12315投诉你们", NOW - timedelta(hours=1)))

    _, again = stand(desk)

    assert again == first


def test_practising_keeps_nothing(desk: Desk) -> None:
    a_chat(desk)
    before = every_row(desk.database)

    for number in (1, 2):
        answered(desk, SHRIMP_ANSWER, number)

    assert every_row(desk.database) == before


def test_a_card_of_practice_is_refused_by_the_live_desk(desk: Desk) -> None:
    a_chat(desk)
    _, second = stand(desk, 2)
    card = second.cards[0].id
    live = desk.cards()[-1].id
    before = every_row(desk.database)

    for kind in (EventKind.shown, EventKind.inserted, EventKind.copied, EventKind.dismissed):
        step = Step(step_id=f"practice-{kind}", suggestion_id=card, kind=kind)
        with pytest.raises(PracticeCard):
            desk.writer.submit(record(caller(), conversation_of(), step, NOW)).result()
    wish = Ask(suggestion_id=card, kind=RemedyKind.coupon, amount_fen=None, reason="", step_id="practice-1")
    with pytest.raises(UnknownSuggestion):
        desk.writer.submit(request(caller(), wish, POLICY, NOW)).result()

    assert card == practice_id_of(live)
    assert every_row(desk.database) == before


@pytest.mark.parametrize(
    ("text", "use"),
    [
        pytest.param(SHRIMP_ANSWER, Use.as_is, id="as it is"),
        pytest.param(SHRIMP_ANSWER.replace("1-3天", "5天"), Use.edited, id="another number"),
    ],
)
def test_a_review_tells_which_card_was_used_now_and_then(desk: Desk, text: str, use: Use) -> None:
    a_chat(desk)

    compared = answered(desk, text)

    assert compared.used is not None
    assert compared.used.use is use
    assert compared.used_then is not None
    assert compared.used_then.use is Use.as_is
    assert compared.steps is None


def test_own_words_use_no_card(desk: Desk) -> None:
    a_chat(desk)

    assert answered(desk, "我问一下同事再回您").used is None


def test_what_a_guard_finds_is_told_and_stops_nobody(desk: Desk) -> None:
    desk.publish(shipped_entries())
    a_chat(desk)

    assert answered(desk, "我们的虾是全国第一").checked.findings


def test_a_complaint_shows_which_of_the_four_steps_were_said(desk: Desk) -> None:
    desk.publish(shipped_entries())
    desk.hear(ordered(STRAWBERRIES), said("1", ROT, NOW - timedelta(minutes=20), order="D1"))
    _, faced = stand(desk)
    card = next(row.suggestion for row in faced.cards if row.suggestion.kind is SuggestionKind.remedy)
    assert card.detail is not None
    by_step = {step.step: step.text for step in card.detail.steps}

    everything = answered(desk, card.text)
    two = answered(desk, f"{by_step[StepName.empathy]}\n{by_step[StepName.solution]}")
    nothing = answered(desk, "知道了，等着吧")

    assert everything.steps == dict.fromkeys(StepName, True)
    assert two.steps is not None
    assert [step for step, said_it in two.steps.items() if said_it] == [StepName.empathy, StepName.solution]
    assert nothing.steps == dict.fromkeys(StepName, False)


def test_a_remedy_given_later_is_not_known_to_the_turn_it_was_given_for(desk: Desk) -> None:
    desk.publish(shipped_entries())
    asked = said("1", "草莓坏了两成", NOW - timedelta(minutes=20), order="D1")
    desk.hear(ordered(STRAWBERRIES), shown(asked, "image", "image"))
    _, before = stand(desk)
    live = next(row for row in desk.cards() if row.suggestion.kind is SuggestionKind.remedy)
    remedy_id = asked_for(desk, caller(), live, RemedyKind.partial_refund)
    desk.writer.submit(done_by_hand(caller(), remedy_id, "", desk.clock())).result()

    _, after = stand(desk)

    assert [row.suggestion.text for row in after.cards] == [row.suggestion.text for row in before.cards]
    assert after.cards[0].suggestion.kind is SuggestionKind.remedy


def test_names_and_contact_details_are_masked(desk: Desk) -> None:
    at = NOW - timedelta(hours=1)
    desk.hear(
        said("1", "我是虾兵蟹将，电话13812345678，几点之前下单今天发货", at, name="虾兵蟹将"),
        said("2", "撤回的话", at + timedelta(seconds=5)),
        recalled("2", at + timedelta(seconds=9)),
    )
    desk.writer.submit(named("虾兵蟹将")).result()

    told, first = stand(desk)

    assert told.conversation.customer_name == "虾**"
    assert [told.masked(one).text for one in first.said] == ["我是虾**，电话［手机］，几点之前下单今天发货"]
    assert "虾**请留意短信" in first.cards[0].suggestion.text


def test_what_is_not_there_is_unknown(desk: Desk) -> None:
    a_chat(desk)

    with pytest.raises(UnknownTurn, match="2 turns"):
        stand(desk, 3)
    with pytest.raises(UnknownConversation):
        stand(desk, ref="nobody")
    with desk.database.reader() as session, pytest.raises(UnknownConversation):
        replay(session, "another shop", conversation_of())


def test_the_hardest_stand_first_and_filters_find_the_others(desk: Desk) -> None:
    desk.publish(shipped_entries())
    at = NOW - timedelta(hours=1)
    desk.hear(
        said("1", SHRIMP, at + timedelta(minutes=9), conversation="calm"),
        said("1", "太差劲了，气死我了", at, conversation="angry"),
        said("1", ROT, at, conversation="complains"),
        said("1", "吃了拉肚子，我要打12315投诉你们！", at, conversation="called"),
    )

    def found(**wanted: object) -> list[str]:
        ids = {conversation_of(ref): ref for ref in ("calm", "angry", "complains", "called")}
        return [ids[row.id] for row in listed(desk, **wanted)]

    assert found()[0] == "called"
    assert found()[-1] == "calm"
    assert found().index("complains") < found().index("calm")
    assert found(words="保存 活虾") == ["calm"]
    assert found(words="100%") == []
    assert set(found(complaints=True)) >= {"complains", "called"}
    assert "calm" not in found(complaints=True)
    assert found(topic="storage") == ["calm"]
    assert "angry" in found(mood=MoodName.angry)


def named(name: str) -> Change[None]:
    """Return the change that tells what the customer of the chat is called."""

    def keep(session: Session) -> None:
        row = chats.conversation(session, SHOP, conversation_of())
        assert row is not None
        chats.save_conversation(session, replace(row, customer_name=name))

    return keep
