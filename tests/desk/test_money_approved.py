"""Who decides on what waits, and what is given back when it does not happen?"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from assist.desk.approve import (
    AmountChanged,
    ApprovalExpired,
    NotYours,
    ReasonMissing,
    RemedyMoved,
    reject,
    withdraw,
)
from assist.desk.grant import MoneyRefused
from assist.desk.settle_remedy import TooEarly
from assist.domain.event import EventKind
from assist.domain.people import AgentRole
from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import Approval, ApprovalMode, Budget
from assist.store.queries.remedies import RemedyRow
from tests.conftest import NOW
from tests.money import (
    ADMIN,
    AGENT,
    EXECUTES,
    LARGE,
    LEAD,
    MANAGER,
    POLICY,
    Till,
    a_policy,
    a_remedy,
    an_order,
    later,
    option,
    person,
)

SOLE_OWNER = a_policy(approval=Approval(mode=ApprovalMode.self_confirm, delay_seconds=10, basis="own"))
AUTOMATIC = a_policy(execution=EXECUTES)


def test_a_lead_approves_and_only_then_the_money_is_set_aside(till: Till) -> None:
    row = till.waiting()
    assert till.spent() == 0

    granted = till.approve(row)

    assert (granted.state, granted.approved_by) == (RemedyState.reserved, LEAD.agent_id)
    assert till.row(row.id) == granted
    assert (till.spent(), till.back("o-c1")) == (6_000, {"": 6_000, "l1": 6_000})
    [event] = till.log(EventKind.remedy_approved)
    assert (event.agent_id, event.payload["self_confirmed"]) == (LEAD.agent_id, False)


def test_m10_who_asked_does_not_approve(till: Till) -> None:
    """A lead asks for more than a lead may give; and a manager for what takes a manager by the card."""
    large = a_remedy(option(amount_fen=30_001))
    by_lead = till.asked(till.card("c1", large, an_order("o1", 90_000)), by=LEAD)
    also_manager = person(AgentRole.manager, by_lead.requested_by)

    with pytest.raises(NotYours):
        till.approve(by_lead, LEAD)
    with pytest.raises(NotYours):
        till.approve(by_lead, also_manager)

    assert till.row(by_lead.id).state is RemedyState.pending_approval
    assert till.approve(by_lead, MANAGER).state is RemedyState.reserved


@pytest.mark.parametrize("role", [AgentRole.agent, AgentRole.lead])
def test_m10_too_low_a_role_does_not_approve(till: Till, role: AgentRole) -> None:
    card = till.card(decision=a_remedy(option(amount_fen=6_000, needs=AgentRole.manager)), order=an_order("o1", 20_000))
    row = till.asked(card)

    with pytest.raises(NotYours):
        till.approve(row, person(role, "somebody else"))
    assert till.spent() == 0


def test_m10_approved_twice_is_approved_once(till: Till) -> None:
    row = till.waiting()

    with ThreadPoolExecutor(20) as pool:
        granted = list(pool.map(lambda n: till.approve(row, person(AgentRole.lead, f"lead-{n % 4}")), range(20)))

    assert len({(one.approved_by, one.approved_at, one.state) for one in granted}) == 1
    assert till.spent() == 6_000
    assert len(till.log(EventKind.remedy_approved)) == 1


def test_m10_approved_again_after_it_was_given_is_the_same_record(till: Till) -> None:
    row = till.approve(till.waiting())
    given = till.settled(row)

    assert till.approve(row, MANAGER) == given


@pytest.mark.parametrize("seconds", [0, 1])
def test_m10_after_it_expired_nobody_approves(till: Till, seconds: int) -> None:
    """To the second, whether the task has run or not."""
    row = till.waiting()
    late = later(till, hours=24, seconds=seconds)

    with pytest.raises(ApprovalExpired):
        late.approve(row)
    late.run_tasks()
    with pytest.raises(ApprovalExpired):
        late.approve(row)
    assert (till.row(row.id).state, till.spent()) == (RemedyState.expired, 0)


def test_m10_another_amount_than_was_looked_at_is_not_approved(till: Till) -> None:
    row = till.waiting()

    with pytest.raises(AmountChanged):
        till.approve(row, seen_fen=5_999)
    assert till.row(row.id).state is RemedyState.pending_approval


def test_a_budget_used_up_meanwhile_leaves_it_waiting(till: Till) -> None:
    row = till.waiting()
    tight = a_policy(budget=Budget(daily_fen=5_999, basis="own"))

    with pytest.raises(MoneyRefused):
        till.approve(row, policy=tight)

    assert (till.row(row.id).state, till.spent()) == (RemedyState.pending_approval, 0)
    assert till.log(EventKind.remedy_approved) == []
    assert till.approve(row).state is RemedyState.reserved


def test_i5_approvals_at_once_never_exceed_the_budget(till: Till) -> None:
    policy = a_policy(budget=Budget(daily_fen=30_000, basis="own"))
    rows = [
        till.asked(till.card(f"c{n}", LARGE, an_order(f"o{n}", 20_000, customer_ref=f"u{n}"), customer_ref=f"u{n}"))
        for n in range(12)
    ]

    def grant(row: RemedyRow) -> str:
        try:
            return till.approve(row, policy=policy).state.value
        except MoneyRefused as error:
            return error.refused.why

    with ThreadPoolExecutor(12) as pool:
        assert Counter(pool.map(grant, rows)) == {"reserved": 5, "budget": 7}
    assert till.spent() == 30_000


def test_switched_off_since_it_was_asked_for_the_program_does_not_carry_it_out(till: Till) -> None:
    card = till.card(decision=a_remedy(option(amount_fen=6_000, automatic=True)), order=an_order("o1", 20_000))
    row = till.asked(card, policy=AUTOMATIC)
    assert row.automatic

    assert not till.approve(row, policy=POLICY).automatic


def test_a_sole_owner_confirms_with_a_reason_and_it_is_done_after_the_delay(till: Till) -> None:
    row = till.waiting(by=ADMIN, policy=SOLE_OWNER)
    assert row.state is RemedyState.pending_approval

    with pytest.raises(ReasonMissing):
        till.approve(row, ADMIN, policy=SOLE_OWNER)
    granted = till.approve(row, ADMIN, reason="看过照片了", policy=SOLE_OWNER)

    assert (granted.state, granted.not_before) == (RemedyState.reserved, NOW + timedelta(seconds=10))
    assert till.log(EventKind.remedy_approved)[0].payload["self_confirmed"] is True
    with pytest.raises(TooEarly):
        later(till, seconds=9).settled(granted)
    assert later(till, seconds=10).settled(granted).state is RemedyState.executed


@pytest.mark.parametrize("role", [AgentRole.lead, AgentRole.manager])
def test_where_a_sole_owner_confirms_nobody_else_confirms_their_own(till: Till, role: AgentRole) -> None:
    somebody = person(role, "somebody")
    row = till.asked(till.card(decision=a_remedy(option(needs=AgentRole.admin))), by=somebody, policy=SOLE_OWNER)

    with pytest.raises(NotYours):
        till.approve(row, somebody, reason="我同意", policy=SOLE_OWNER)


@pytest.mark.parametrize("role", [AgentRole.lead, AgentRole.manager])
def test_who_has_risen_since_does_not_confirm_what_they_asked_for_before(till: Till, role: AgentRole) -> None:
    row = till.waiting(policy=SOLE_OWNER)

    with pytest.raises(NotYours):
        till.approve(row, person(role, row.requested_by), reason="我同意", policy=SOLE_OWNER)


def test_where_a_second_person_approves_an_admin_does_not_confirm_their_own(till: Till) -> None:
    row = till.waiting(by=AGENT)
    admin_who_asked = person(AgentRole.admin, row.requested_by)

    with pytest.raises(NotYours):
        till.approve(row, admin_who_asked, reason="我同意")


def test_small_amounts_need_no_confirmation_of_a_sole_owner(till: Till) -> None:
    assert till.asked(till.card(), by=ADMIN, policy=SOLE_OWNER).state is RemedyState.reserved


def test_rejected_it_is_over_and_the_place_is_free(till: Till) -> None:
    row = till.waiting()

    with pytest.raises(NotYours):
        till.did(reject(AGENT, row.id, "不", till.now))
    ended = till.did(reject(LEAD, row.id, "照片看不清", till.now))

    assert (ended.state, ended.approved_by, ended.ended_at) == (RemedyState.rejected, LEAD.agent_id, NOW)
    assert till.log(EventKind.remedy_rejected)[0].agent_id == LEAD.agent_id
    with pytest.raises(RemedyMoved):
        till.approve(row)
    again = till.asked(row.suggestion_id or "", step="asked-again")
    assert (again.state, again.id != row.id) == (RemedyState.pending_approval, True)


def test_withdrawn_what_was_set_aside_is_free_again(till: Till) -> None:
    row = till.approve(till.waiting())
    assert till.spent() == 6_000

    with pytest.raises(NotYours):
        till.did(withdraw(person(name="somebody else"), row.id, till.now))
    ended = till.did(withdraw(AGENT, row.id, till.now))
    again = till.did(withdraw(AGENT, row.id, till.now))

    assert ended == again
    assert (ended.state, till.spent(), till.back("o-c1")) == (RemedyState.withdrawn, 0, {"": 0, "l1": 0})
    assert len(till.log(EventKind.remedy_withdrawn)) == 1


def test_withdrawn_while_it_waits_nothing_is_given_back(till: Till) -> None:
    """Nothing was set aside for it; what was for another claim about the same order stays."""
    order = an_order("o1", 20_000)
    till.approve(till.asked(till.card("c1", LARGE, order)))
    waits = till.asked(till.card("c2", LARGE, order))

    till.did(withdraw(AGENT, waits.id, till.now))

    assert (till.spent(), till.back()) == (6_000, {"": 6_000, "l1": 6_000})


def test_m08_what_is_withdrawn_tomorrow_is_given_back_to_today(till: Till) -> None:
    row = till.asked(till.card())
    tomorrow = later(till, days=1)
    tomorrow.ask(tomorrow.card("c2", order=an_order("o2")))

    tomorrow.did(withdraw(AGENT, row.id, tomorrow.now))

    assert (till.spent("2026-11-21"), till.spent("2026-11-22")) == (0, 4_000)


def test_withdrawn_twenty_times_at_once_is_given_back_once(till: Till) -> None:
    till.ask(till.card("c2", order=an_order("o2")))
    row = till.asked(till.card())

    with ThreadPoolExecutor(20) as pool:
        ended = list(pool.map(lambda _: till.did(withdraw(LEAD, row.id, till.now)), range(20)))

    assert {one.state for one in ended} == {RemedyState.withdrawn}
    assert till.spent() == 4_000
