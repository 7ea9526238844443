"""What is decided about a claim, in the order of thought: who is heard, what stops it, and until when it may be."""

from typing import Any

import pytest

from assist.domain.complaint import ALARMS, Ground
from assist.domain.people import AgentRole
from assist.domain.remedy import Refusal, RefusalWhy, Remedy, Slot
from assist.domain.remedy_policy import RemedyKind

from .remedy_cases import Decide, question, refusal, remedy


@pytest.mark.parametrize("alarm", sorted(ALARMS))
def test_an_alarm_goes_to_a_person_before_anything_else(decided: Decide, alarm: Ground) -> None:
    case = {"grounds": ["rotten", alarm], "share": "1/2", "wants": ["nothing"], "order_ref": "unknown"}

    told = refusal(decided(**case))

    assert (told.why, told.to_person) == (RefusalWhy.alarm, True)
    assert "_fen" not in told.model_dump_json()


def test_without_a_complaint_nobody_is_bothered(decided: Decide) -> None:
    told = refusal(decided(grounds=[], severity="none"))

    assert (told.why, told.to_person) == (RefusalWhy.no_complaint, False)


def test_a_complaint_nobody_understands_goes_to_a_person(decided: Decide) -> None:
    told = refusal(decided(grounds=[], severity="unspecified_spoil"))

    assert (told.why, told.to_person) == (RefusalWhy.unclear, True)


def test_somebody_elses_order_gets_nothing_and_tells_nothing(decided: Decide) -> None:
    told = refusal(decided(order_is_theirs=False, share="1/2"))

    assert (told.why, told.to_person, told.facts) == (RefusalWhy.not_their_order, True, {})


def test_who_wants_nothing_is_explained_to(decided: Decide) -> None:
    told = remedy(decided(wants=["nothing"], share="1/2"))

    assert [(one.kind, one.amount_fen) for one in told.options] == [(RemedyKind.explanation, 0)]
    assert told.ready


def test_a_demand_counts_more_than_declining_beside_it(decided: Decide) -> None:
    told = remedy(decided(wants=["nothing", "money"], share="3/10"))

    assert told.options[0].kind is RemedyKind.partial_refund


def test_the_order_is_asked_for_once(decided: Decide) -> None:
    assert question(decided(order_ref="unknown")).slot is Slot.order
    assert refusal(decided(order_ref="unknown", asked=["order"])).why is RefusalWhy.unclear


def test_which_goods_are_meant_is_asked_by_their_titles(decided: Decide) -> None:
    two = [{}, {"line_ref": "L2", "title": "蓝莓"}]

    asked = question(decided(line="unknown", lines=two))

    assert (asked.slot, asked.choices) == (Slot.goods, ("红颜草莓", "蓝莓"))
    assert refusal(decided(line="unknown", lines=two, asked=["goods"])).to_person


def test_a_late_parcel_is_not_asked_which_goods_were_late(decided: Decide) -> None:
    two = [{}, {"line_ref": "L2", "title": "蓝莓"}]

    told = remedy(decided(line="unknown", lines=two, grounds=["late"], severity="no_damage"))

    # 5 percent of both lines: 11960 / 20.
    assert (told.line_ref, told.options[0].kind, told.options[0].amount_fen) == ("", RemedyKind.coupon, 598)


def test_one_line_of_that_name_has_something_left(decided: Decide) -> None:
    two = [{"refunded_fen": 5980}, {"line_ref": "L2"}]

    assert remedy(decided(line="unknown", lines=two, share="1/2")).line_ref == "L2"


@pytest.mark.parametrize(("category", "to_person"), [("berries", False), ("general", True), ("unknown", True)])
def test_a_change_of_mind_is_explained_where_the_goods_are_fresh(
    decided: Decide, category: str, to_person: bool
) -> None:
    told = refusal(decided(grounds=["change_of_mind", "price"], severity="none", line={"category": category}))

    assert (told.why, told.to_person) == (RefusalWhy.change_of_mind, to_person)


def test_a_quality_ground_beside_a_change_of_mind_counts(decided: Decide) -> None:
    assert remedy(decided(grounds=["change_of_mind", "rotten"], share="3/10")).rule == "fruit_spoilt"


def test_a_complaint_without_a_rule_goes_to_a_person(decided: Decide) -> None:
    told = refusal(decided(grounds=["service"], severity="no_damage"))

    assert (told.why, told.to_person) == (RefusalWhy.no_rule, True)


@pytest.mark.parametrize(("hours", "stopped"), [(24, False), (25, True)])
def test_a_parcel_left_lying_is_a_persons_to_judge(decided: Decide, hours: int, stopped: bool) -> None:
    told = decided(share="3/10", uncollected_hours=hours)

    assert isinstance(told, Refusal) is stopped


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        pytest.param(24, "open", id="exactly 24 h is in time"),
        pytest.param(24.01, "lead", id="just after"),
        pytest.param(48, "lead", id="exactly 48 h is the lead's"),
        pytest.param(48.01, "late", id="beyond"),
    ],
)
def test_the_clock_of_fruit_runs_24_hours_and_48_with_a_lead(decided: Decide, hours: float, state: str) -> None:
    told = decided(share="3/10", delivered_hours_ago=hours)

    if state == "late":
        assert (refusal(told).why, refusal(told).to_person) == (RefusalWhy.late, True)
    else:
        assert remedy(told).clock.state == state
        assert remedy(told).options[0].needs == (AgentRole.agent if state == "open" else AgentRole.lead)


@pytest.mark.parametrize(
    ("said_after", "evidence", "later", "state"),
    [
        pytest.param(2, False, 0, "open", id="said within 2 h"),
        pytest.param(3, True, 0, "lead", id="said after 2 h"),
        pytest.param(1, False, 12, "lead", id="said in time, evidence overdue after 12 h"),
        pytest.param(1, True, 12, "open", id="said in time, evidence there"),
        pytest.param(1, False, 48, "lead", id="said in time is never late"),
        pytest.param(25, True, 0, "late", id="said after 24 h"),
    ],
)
def test_live_seafood_is_spoken_up_for_in_2_hours_and_shown_in_12(
    decided: Decide, said_after: int, evidence: bool, later: int, state: str
) -> None:
    shown = {"images": 1, "videos": 1} if evidence else {}
    crabs = {"category": "live_seafood", "paid_fen": 9000}

    told = decided(
        grounds=["dead"], share="1/6", line=crabs, delivered_hours_ago=said_after, now_hours_later=later, **shown
    )

    assert (told.clock.state if isinstance(told, Remedy) else refusal(told).why) == state


def test_an_unknown_delivery_time_needs_a_lead_and_refuses_nothing(decided: Decide) -> None:
    told = remedy(decided(share="3/10", delivered_hours_ago="unknown", images=1))

    assert (told.clock.state, told.options[0].needs) == ("unknown", AgentRole.lead)
    assert told.why_approval == ("delivery_unknown",)


def test_what_never_came_cannot_be_late_to_complain_of(decided: Decide) -> None:
    case = {"grounds": ["late"], "severity": "no_damage", "delivered_hours_ago": "unknown"}

    assert remedy(decided(**case)).clock.state == "open"


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param({"line": {"refunded_fen": 5980}}, id="the line"),
        pytest.param({"order_paid_fen": 10000, "order_refunded_fen": 10000}, id="the order"),
        pytest.param({"line": {"paid_fen": 0}}, id="a gift"),
    ],
)
def test_where_nothing_is_left_a_person_looks(decided: Decide, gone: dict[str, Any]) -> None:
    told = refusal(decided(share="1/2", **gone))

    assert (told.why, told.to_person) == (RefusalWhy.nothing_left, True)


def test_the_trace_tells_what_was_considered_in_order(decided: Decide) -> None:
    told = remedy(decided(share="3/10", images=1))

    names = list(dict.fromkeys(trace.rule for trace in told.trace))
    assert names[:7] == ["alarm", "complaint", "not_their_order", "declined", "order", "goods", "change_of_mind"]
    thought = [name for name in names if name in ("rule", "window", "uncollected", "left", "facts", "rung", "evidence")]
    assert thought == ["rule", "window", "uncollected", "left", "facts", "rung", "evidence"]
    (won,) = (trace for trace in told.trace if trace.rule == "rule" and trace.held)
    assert (won.facts["rule"], won.facts["ground"], won.leads_to) == ("fruit_spoilt", "rotten", "spoilage")
    (rung,) = (trace for trace in told.trace if trace.rule == "rung")
    assert (rung.facts["share"], rung.leads_to) == ("3/10", "spoilage-partial")
