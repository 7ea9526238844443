"""How does what was granted end, and who may say so?"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from assist.desk.approve import (
    NotYours,
    RemedyMoved,
    UnknownRemedy,
    approve,
    reject,
    withdraw,
)
from assist.desk.request_remedy import AlreadyAsked, NoPolicy
from assist.desk.settle_remedy import NotExecutable, done_by_hand, execute_again, follow_up
from assist.domain.event import EventKind
from assist.domain.remedy import RemedyState
from assist.store.queries import remedies
from assist.store.queries.remedies import RemedyRow
from assist.store.writer import Change
from tests.conftest import NOW
from tests.money import (
    ADMIN,
    AGENT,
    EXECUTES,
    LEAD,
    POLICY,
    Till,
    a_policy,
    a_remedy,
    option,
)

AUTOMATIC = a_policy(execution=EXECUTES)


def test_done_by_hand_it_is_executed_with_the_platforms_number(till: Till) -> None:
    row = till.asked(till.card())

    done = till.did(done_by_hand(AGENT, row.id, "TB-778", till.now))
    again = till.did(done_by_hand(AGENT, row.id, "another", till.now))

    assert (done.state, done.outcome_ref, done.ended_at) == (RemedyState.executed, "TB-778", NOW)
    assert again == done
    assert till.spent() == 4_000
    [event] = till.log(EventKind.remedy_executed)
    assert (event.payload["by"], event.payload["amount_fen"]) == ("hand", 4_000)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda row: done_by_hand(AGENT, row.id, "", NOW), id="done"),
        pytest.param(lambda row: execute_again(AGENT, row.id, AUTOMATIC, NOW, by_hand=False), id="execute"),
        pytest.param(lambda row: follow_up(AGENT, row.id, "好的", NOW), id="follow-up"),
    ],
)
def test_what_waits_for_approval_is_not_carried_out(till: Till, act: Callable[[RemedyRow], Change[RemedyRow]]) -> None:
    row = till.waiting()

    with pytest.raises((RemedyMoved, NotExecutable)):
        till.did(act(row))
    assert till.row(row.id) == row


def test_what_was_given_is_not_taken_back_rejected_or_given_again(till: Till) -> None:
    row = till.settled(till.asked(till.card()))

    for act in (
        withdraw(LEAD, row.id, NOW),
        reject(LEAD, row.id, "不", NOW),
        approve(LEAD, row.id, row.amount_fen, "", POLICY, NOW),
        execute_again(LEAD, row.id, AUTOMATIC, NOW, by_hand=True),
    ):
        with pytest.raises(RemedyMoved):
            till.did(act)
    with pytest.raises(AlreadyAsked):
        till.ask(row.suggestion_id or "", step="asked-again", by=LEAD)
    assert till.row(row.id) == row


def automatic(till: Till) -> RemedyRow:
    card = till.card(decision=a_remedy(option(automatic=True)))
    return till.asked(card, policy=AUTOMATIC)


def test_what_the_program_carries_out_a_person_does_only_after_taking_it_over(till: Till) -> None:
    row = automatic(till)

    with pytest.raises(RemedyMoved):
        till.settled(row)
    till.did(execute_again(AGENT, row.id, AUTOMATIC, NOW, by_hand=True))

    assert till.settled(row).state is RemedyState.executed


def test_after_a_failed_try_it_is_handed_to_the_program_again(till: Till) -> None:
    row = automatic(till)
    reserved = (RemedyState.reserved,)
    tried = {"automatic": False, "error": "not_reached", "attempts": 8, "not_before": NOW + timedelta(hours=1)}
    till.writer.submit(lambda s: remedies.move(s, row.id, reserved, RemedyState.reserved, **tried)).result()

    again = till.did(execute_again(AGENT, row.id, AUTOMATIC, NOW, by_hand=False))

    assert (again.automatic, again.not_before) == (True, None)
    with pytest.raises(NotExecutable):
        till.did(execute_again(AGENT, row.id, POLICY, NOW, by_hand=False))


def test_what_was_never_the_programs_is_not_handed_to_it(till: Till) -> None:
    row = till.asked(till.card(), policy=AUTOMATIC)

    with pytest.raises(NotExecutable):
        till.did(execute_again(LEAD, row.id, AUTOMATIC, NOW, by_hand=False))


@pytest.mark.parametrize(
    ("happened", "state", "spent"),
    [
        pytest.param(True, RemedyState.executed, 4_000, id="it-happened"),
        pytest.param(False, RemedyState.failed, 0, id="it-did-not"),
    ],
)
def test_what_became_of_an_unknown_one_a_lead_may_say(
    till: Till, happened: bool, state: RemedyState, spent: int
) -> None:
    row = automatic(till)
    reserved = (RemedyState.reserved,)
    till.writer.submit(lambda session: remedies.move(session, row.id, reserved, RemedyState.unknown)).result()

    with pytest.raises(NotYours):
        till.did(done_by_hand(AGENT, row.id, "", NOW, happened=happened))
    ended = till.did(done_by_hand(LEAD, row.id, "", NOW, happened=happened))

    assert (ended.state, till.spent()) == (state, spent)


def test_what_is_reserved_is_withdrawn_not_failed_by_hand(till: Till) -> None:
    row = till.asked(till.card())

    with pytest.raises(RemedyMoved):
        till.did(done_by_hand(LEAD, row.id, "", NOW, happened=False))
    assert till.spent() == 4_000


def test_nobody_decides_on_another_shops_remedy(till: Till) -> None:
    row = till.waiting()
    outsider = ADMIN.model_copy(update={"shop_id": "s2"})

    for act in (
        approve(outsider, row.id, row.amount_fen, "", POLICY, NOW),
        reject(outsider, row.id, "不", NOW),
        withdraw(outsider, row.id, NOW),
        done_by_hand(outsider, row.id, "", NOW),
        execute_again(outsider, row.id, AUTOMATIC, NOW, by_hand=True),
        follow_up(outsider, row.id, "好的", NOW),
    ):
        with pytest.raises(UnknownRemedy):
            till.did(act)
    assert till.row(row.id) == row


def test_without_a_policy_nothing_is_approved(till: Till) -> None:
    row = till.waiting()

    with pytest.raises(NoPolicy):
        till.did(approve(LEAD, row.id, row.amount_fen, "", None, NOW))
