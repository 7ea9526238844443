"""Does a simulation add up what each policy would have given, day by day, and say who is better or worse off?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assist.domain.complaint import Ground, Severity, Share
from assist.domain.remedy import Claim, ClaimLine
from assist.domain.remedy_policy import RemedyKind, RemedyPolicy
from assist.suggest.remedy import decide
from assist.suggest.simulate import MOST_SHOWN, Case, DayCost, Simulation, Tier, outcome_of, simulate
from tests.shipped import shipped_entries
from tests.suggest.simulated_cases import made_cases
from tests.suggest.small_policy import small_policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
POLICY = small_policy()
MANY = 10_000


def case(name: str, paid_fen: int, bad: int | None, *, at: datetime = NOON, **changes: Any) -> Case:
    """Return a box of ten of which some are rotten."""
    line = ClaimLine(line_ref="l1", title="草莓", category="berry", paid_fen=paid_fen)
    told: dict[str, Any] = {
        "grounds": (Ground.rotten,),
        "severity": Severity.partial_spoil,
        "share": Share(bad=bad, total=10) if bad is not None else None,
        "line": line,
        "lines": (line,),
        "order_ref": "o1",
        "order_paid_fen": paid_fen,
        "delivered_at": at - timedelta(hours=1),
        "complained_at": at,
        "now": at,
        **changes,
    }
    return Case(id=name, conversation_id=f"chat-{name}", claim=Claim(**told))


def late(name: str, paid_fen: int, *, at: datetime = NOON) -> Case:
    return case(name, paid_fen, None, at=at, grounds=(Ground.late,), severity=Severity.no_damage)


def run(*cases: Case, policy: RemedyPolicy = POLICY, against: RemedyPolicy | None = None) -> Simulation:
    return simulate(cases, policy, against, zone=SHANGHAI)


def test_cost_is_money_and_coupons_at_face_value_by_rung() -> None:
    """3/10 of 39.90, rounded up, is 11.97; 8 of 10 is all of 20.00; a tenth of 10.01 is a coupon of 1.01."""
    found = run(case("a", 3990, 3), case("b", 2000, 8), late("c", 1001))

    side = found.policy
    assert (found.cases, side.remedies) == (3, 3)
    assert (side.money_fen, side.coupon_fen, side.reship_fen, side.cost_fen) == (1197 + 2000, 101, 0, 3298)
    assert side.tiers == (
        Tier(rung="some", kind=RemedyKind.partial_refund, count=1, amount_fen=1197),
        Tier(rung="most", kind=RemedyKind.full_refund, count=1, amount_fen=2000),
        Tier(rung="late", kind=RemedyKind.coupon, count=1, amount_fen=101),
    )
    assert (found.against, found.comparison) == (None, None)


def test_what_is_not_decided_is_counted_by_its_question_and_by_why() -> None:
    """No share is known: one question. Two days late: a person. A foreign body: a person at once."""
    found = run(
        case("a", 3990, None),
        case("b", 3990, 3, delivered_at=NOON - timedelta(hours=48)),
        case("c", 3990, 3, grounds=(Ground.foreign_body,)),
    )

    assert found.policy.questions == {"share": 1}
    assert found.policy.refusals == {"late": 1, "alarm": 1}
    assert (found.policy.to_person, found.policy.remedies, found.policy.cost_fen) == (2, 0, 0)


def test_days_are_the_shops_own_and_cost_runs_against_the_days_budget() -> None:
    """15:59 UTC is Friday 23:59 in Shanghai, 16:00 is Saturday. Friday: 40 + 70 yuan of 100, so 10 above."""
    friday = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
    saturday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)

    found = run(case("a", 4000, 10, at=friday), case("b", 7000, 10, at=friday), case("c", 500, 10, at=saturday))

    assert found.policy.days == (
        DayCost(day=FRIDAY, cases=2, cost_fen=11_000, approvals=1, over_fen=1_000),
        DayCost(day=SATURDAY, cases=1, cost_fen=500, approvals=0, over_fen=0),
    )
    assert (found.policy.budget_daily_fen, found.policy.days_over) == (10_000, 1)


def test_what_an_agent_may_not_give_needs_an_approval() -> None:
    found = run(case("a", 4999, 10), case("b", 5001, 10))

    assert sum(found.policy.approvals.values()) == 1
    assert found.policy.approvals == {"lead": 1}
    assert "over_amount" in found.policy.why_approval


def test_a_case_of_an_exhausted_budget_needs_a_manager() -> None:
    """The stored claim says that nothing was spent yet; the simulated day has spent it all."""
    spent = [case(f"s{at}", 5000, 10) for at in range(2)]

    found = run(*spent, case("a", 100, 10, budget_left_fen=10_000))

    assert found.policy.why_approval == {"budget": 1}


def test_each_customer_is_better_worse_or_the_same() -> None:
    """The draft gives a fifth in place of a tenth for late parcels, and at most 3 yuan where part is bad."""
    draft = small_policy(late_percent=20, share_at_most_fen=300)

    found = run(
        late("better", 1000),
        case("worse", 2000, 4),
        case("much-worse", 4000, 4),
        case("same", 2000, 9),
        case("asked", 2000, None),
        policy=draft,
        against=POLICY,
    )

    told = found.comparison
    assert told is not None
    assert (told.better, told.worse, told.same, told.otherwise) == (1, 2, 2, 0)
    assert (told.better_fen, told.worse_fen) == (100, 500 + 1300)
    assert [(one.id, one.by_fen) for one in told.most_worse] == [("much-worse", -1300), ("worse", -500)]
    assert [(one.id, one.by_fen, one.conversation_id, one.day) for one in told.most_better] == [
        ("better", 100, "chat-better", FRIDAY)
    ]
    assert found.against is not None
    assert found.policy.cost_fen - found.against.cost_fen == told.better_fen - told.worse_fen


def test_who_gets_a_question_in_place_of_money_is_neither_better_nor_worse() -> None:
    draft = small_policy(windows=[{"id": "day", "hours": 1, "basis": "own"}])
    claim = case("a", 2000, 4, delivered_at=NOON - timedelta(hours=5))

    found = run(claim, policy=draft, against=POLICY).comparison

    assert found is not None
    assert (found.better, found.worse, found.same, found.otherwise) == (0, 0, 0, 1)
    (one,) = found.some_otherwise
    assert (one.policy.outcome, one.policy.settled, one.against.amount_fen) == ("refusal", False, 800)


def test_many_differences_are_counted_and_the_largest_named() -> None:
    draft = small_policy(minimum_refund_fen=1000)

    found = run(*(case(f"c{at}", 2000, 1) for at in range(50)), policy=draft, against=POLICY).comparison

    assert found is not None
    assert (found.better, found.better_fen, len(found.most_better)) == (50, 50 * 800, MOST_SHOWN)
    assert [one.id for one in found.most_better][:3] == ["c0", "c1", "c2"]


def test_a_policy_compared_with_itself_changes_nothing() -> None:
    found = run(*made_cases(POLICY, 500), policy=POLICY, against=POLICY)

    assert found.policy == found.against
    assert found.comparison is not None
    assert found.comparison.same == found.cases == 500


def test_no_cases_cost_nothing() -> None:
    found = run(against=POLICY)

    assert (found.cases, found.policy.cost_fen, found.policy.days, found.policy.tiers) == (0, 0, (), ())


@pytest.fixture(scope="module")
def shipped() -> RemedyPolicy:
    body = next(one.body for one in shipped_entries() if (one.kind, one.entry_id) == ("policy", "remedy"))
    return RemedyPolicy.model_validate_json(body)


def test_the_sums_are_those_of_the_decisions(shipped: RemedyPolicy) -> None:
    """Without budgets that run down, a simulation is nothing but its cases decided one by one."""
    free = shipped.model_copy(
        update={"budget": shipped.budget.model_copy(update={"daily_fen": 10**10}), "pay_first": None}
    )
    cases = list(made_cases(shipped, 300))

    found = simulate(cases, free, zone=SHANGHAI).policy

    alone = [outcome_of(decide(one.claim.model_copy(update={"budget_left_fen": 10**10}), free)) for one in cases]
    remedies = [one for one in alone if one.outcome == "remedy"]
    assert found.remedies == len(remedies)
    assert sum(tier.amount_fen for tier in found.tiers) == sum(one.amount_fen for one in remedies)
    assert found.cost_fen == sum(one.amount_fen for one in remedies if one.what != "reship")
    assert sum(day.cost_fen for day in found.days) == found.cost_fen
    assert sum(day.cases for day in found.days) == 300
    assert found.cost_fen + found.reship_fen == sum(one.amount_fen for one in alone)


@pytest.mark.slow
def test_ten_thousand_cases_under_two_policies_are_all_decided(shipped: RemedyPolicy) -> None:
    cases = list(made_cases(shipped, MANY))
    draft = shipped.model_copy(update={"minimum_refund_fen": 500})

    found = simulate(cases, draft, shipped, zone=SHANGHAI)

    assert found.cases == MANY
