"""Who must agree, what is asked for as evidence, and when it is paid before that."""

from typing import Any

import pytest

from assist.domain.remedy_policy import Execution, RemedyPolicy

from .remedy_cases import Decide, remedy

STEAK = {"category": "chilled_meat", "title": "进口牛排", "paid_fen": 16800}
"""Above the 100 yuan from which it may be paid first."""


@pytest.mark.parametrize(
    ("changes", "needs", "why"),
    [
        pytest.param({}, "agent", (), id="a third of a small order"),
        # A lead's limit: 50 percent of the order, which two lines make larger.
        pytest.param({"share": "6/10"}, "lead", ("over_percent",), id="the whole order"),
        pytest.param({"share": "6/10", "order_paid_fen": 12000}, "agent", (), id="half of a larger order"),
        pytest.param({"order_paid_fen": 20000, "order_refunded_fen": 9000}, "lead", ("over_percent",), id="in parts"),
        pytest.param({"line": {"paid_fen": 40000}}, "lead", ("over_amount",), id="120 yuan"),
        pytest.param(
            {"line": {"paid_fen": 110000}},
            "manager",
            ("over_amount", "refunded_in_window", "daily_customer"),
            id="330 yuan",
        ),
        pytest.param({"claimant": {"claims": 2}}, "lead", ("claims_in_window",), id="the third claim"),
        pytest.param({"claimant": {"claims": 1}}, "agent", (), id="the second claim"),
        pytest.param({"claimant": {"refunded_fen": 28207}}, "lead", ("refunded_in_window",), id="a fen above 300 yuan"),
        pytest.param({"claimant": {"refunded_fen": 28206}}, "agent", (), id="300 yuan in all"),
        pytest.param(
            {"claimant": {"refunded_today_fen": 18207}}, "lead", ("daily_customer",), id="a fen above 200 today"
        ),
        pytest.param({"claimant": {"photo_seen_before": True}}, "lead", ("photo_seen_before",), id="a known photo"),
        pytest.param({"delivered_hours_ago": 30}, "lead", ("lead_window",), id="after the window"),
        pytest.param({"after_storage": True}, "lead", ("after_storage",), id="kept at home"),
        pytest.param({"budget_left_fen": 1793}, "manager", ("budget",), id="a fen too little budget"),
        pytest.param({"budget_left_fen": 1794}, "agent", (), id="just enough budget"),
    ],
)
def test_limits_raise_who_must_agree_and_refuse_nothing(
    decided: Decide, changes: dict[str, Any], needs: str, why: tuple[str, ...]
) -> None:
    told = remedy(decided(**{"share": "3/10", "images": 1, **changes}))

    assert (told.options[0].needs, told.why_approval) == (needs, why)
    assert told.ready


def test_rot_that_shows_only_when_cut_is_not_held_against_storage(decided: Decide) -> None:
    mango = {"category": "tropical_fruit", "title": "芒果"}

    told = remedy(decided(grounds=["inner_rot"], share="2/10", line=mango, after_storage=True, delivered_hours_ago=60))

    assert (told.clock.state, told.why_approval) == ("open", ())


def test_an_agents_room_ends_where_a_leads_begins(decided: Decide) -> None:
    frozen = {"grounds": ["thawed"], "severity": "physical_damage", "asked": ["thaw"]}

    small = remedy(decided(**frozen, line={"category": "frozen_seafood", "paid_fen": 5001}))
    dear = remedy(decided(**frozen, line={"category": "frozen_seafood", "paid_fen": 30000}))

    # Half of 5001 is 2501 rounded up, but half of the order is 2500; of 300 yuan an agent's most is 100.
    assert (small.options[0].amount_fen, small.options[0].up_to_fen) == (1001, 2500)
    assert (dear.options[0].amount_fen, dear.options[0].up_to_fen) == (6000, 10000)


def test_evidence_is_asked_for_only_where_it_is_missing(decided: Decide) -> None:
    crabs = {"category": "live_seafood", "paid_fen": 9000}
    case = {"grounds": ["dead"], "share": "1/6", "line": crabs, "delivered_hours_ago": 1}

    part = remedy(decided(**case, images=1))
    whole = remedy(decided(**case, images=1, videos=1))

    assert {state.item: state.met for state in part.evidence} == {"belly_up": True, "touch_video": False, "count": True}
    assert not part.ready
    assert whole.ready


def test_one_photo_is_not_counted_for_two_things(remedy_policy: RemedyPolicy, decided: Decide) -> None:
    rules = remedy_policy.model_copy(
        update={
            "rules": tuple(
                rule.model_copy(update={"evidence": ("bad_with_label", "cut_open")})
                if rule.id == "fruit_spoilt"
                else rule
                for rule in remedy_policy.rules
            )
        }
    )

    assert [state.there for state in remedy(decided(rules, share="3/10", images=1)).evidence] == [1, 0]
    assert remedy(decided(rules, share="3/10", images=2)).ready


def test_an_expensive_perishable_is_paid_first(decided: Decide) -> None:
    told = remedy(decided(grounds=["bad_smell"], line=STEAK))

    assert (told.pay_first, told.ready, told.follow_up_hours) == (True, True, 24)
    assert told.options[0].amount_fen == 16800


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"line": {**STEAK, "paid_fen": 9999}}, id="not dear enough"),
        pytest.param({"line": {**STEAK, "paid_fen": 30001}}, id="above the cap"),
        pytest.param({"line": {**STEAK, "category": "fresh_fish"}}, id="other goods"),
        pytest.param({"grounds": ["thawed"], "asked": ["thaw"]}, id="another complaint"),
        pytest.param({"claimant": {"claims": 4}}, id="high risk"),
        pytest.param({"claimant": {"photo_seen_before": True}}, id="a known photo"),
        pytest.param({"delivered_hours_ago": 25}, id="after the window"),
        pytest.param({"delivered_hours_ago": "unknown"}, id="nobody knows when it came"),
        pytest.param({"pay_first_left_fen": 16799}, id="the shop's day is used up"),
        pytest.param({"after_storage": True}, id="kept at home"),
    ],
)
def test_nothing_else_is_paid_first(decided: Decide, changes: dict[str, Any]) -> None:
    told = remedy(decided(**{"grounds": ["bad_smell"], "line": STEAK, **changes}))

    assert (told.pay_first, told.ready, told.follow_up_hours) == (False, False, None)


def test_with_its_evidence_it_is_paid_as_usual(decided: Decide) -> None:
    told = remedy(decided(grounds=["bad_smell"], line=STEAK, images=1))

    assert (told.pay_first, told.ready) == (False, True)


@pytest.mark.parametrize(
    ("changes", "automatic"),
    [
        pytest.param({"images": 1}, True, id="ready, an agent's, switched on"),
        pytest.param({}, False, id="without evidence"),
        pytest.param({"images": 1, "share": "9/10"}, False, id="a lead's"),
        pytest.param({"images": 1, "claimant": {"photo_seen_before": True}}, False, id="a known photo"),
        pytest.param({"images": 1, "claimant": {"claims": 4}}, False, id="M11: five claims"),
        pytest.param({"images": 1, "share": "1/10", "wants": ["coupon"]}, False, id="a kind that is off"),
    ],
)
def test_only_what_is_switched_on_and_beyond_doubt_is_automatic(
    remedy_policy: RemedyPolicy, decided: Decide, changes: dict[str, Any], automatic: bool
) -> None:
    on = remedy_policy.model_copy(update={"execution": Execution(partial_refund=True, full_refund=True)})

    assert remedy(decided(on, **{"share": "3/10", **changes})).options[0].automatic is automatic
    assert not remedy(decided(remedy_policy, **{"share": "3/10", **changes})).options[0].automatic
