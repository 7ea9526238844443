"""Which wording is chosen for each of the four steps, and that there always is one."""

import json
from typing import Any

import pytest

from assist.domain.complaint import ALARMS, Ground
from assist.domain.library import Library
from assist.domain.remedy import (
    Claim,
    ClaimClock,
    Option,
    Question,
    Refusal,
    RefusalWhy,
    Remedy,
    ScriptLine,
    Slot,
    StepName,
)
from assist.domain.remedy_policy import RemedyKind, RemedyPolicy
from assist.suggest.script import NoFittingLine, compose

from .remedy_cases import Decide, claim_of

NAMES = [step.value for step in StepName]
PERISHABLES = ("berries", "leafy_greens", "live_seafood", "frozen_seafood", "chilled_meat", "eggs", "dairy")


def line(name: str, step: str = "empathy", **lists: list[str]) -> ScriptLine:
    document = {"id": name, "step": step, "text": f"{name} {{{{ amount }}}}", "text_en": f"{name} en", **lists}
    return ScriptLine.model_validate_json(json.dumps(document))


BASE = (
    line("any-empathy"),
    line("any-explanation", "explanation"),
    line("refund", "solution", kinds=["partial_refund"]),
    line("coupon", "solution", kinds=["coupon"]),
    line("asks-share", "solution", slots=["share"]),
    line("late", "solution", refusals=["late"]),
    line("any-prevention", "prevention"),
)


def remedy_of(*kinds: str) -> Remedy:
    options = tuple(Option(kind=RemedyKind(kind), amount_fen=100) for kind in kinds)
    return Remedy(
        rule="r", rung="r", line_ref="L1", options=options, ready=True, clock=ClaimClock(state="open"), trace=()
    )


def chosen(lines: tuple[ScriptLine, ...], claim: dict[str, Any] | None = None, **how: Any) -> dict[str, str]:
    steps = compose(how.pop("decision", remedy_of("partial_refund")), claim_of(claim or {}), lines, **how)
    return {step.step.value: step.line for step in steps}


def test_the_four_steps_come_in_order_with_their_slots_open() -> None:
    steps = compose(remedy_of("partial_refund"), claim_of({}), BASE)

    assert [step.step.value for step in steps] == NAMES
    assert steps[2].text == "refund {{ amount }}"


def test_an_option_has_the_solution_of_its_kind() -> None:
    both = remedy_of("partial_refund", "coupon")

    assert chosen(BASE, decision=both, option=0)["solution"] == "refund"
    assert chosen(BASE, decision=both, option=1)["solution"] == "coupon"
    with pytest.raises(IndexError, match="option 2 of a remedy with 2"):
        compose(both, claim_of({}), BASE, option=2)


def test_english_has_its_own_wording() -> None:
    assert compose(remedy_of("partial_refund"), claim_of({}), BASE, language="en")[0].text == "any-empathy en"


@pytest.mark.parametrize(
    ("more", "wins"),
    [
        pytest.param(line("one", grounds=["rotten"]), "one", id="one list before none"),
        pytest.param(line("two", grounds=["rotten"], categories=["berries"]), "two", id="two lists before one"),
        pytest.param(line("other", grounds=["dead"]), "any-empathy", id="another ground"),
        pytest.param(line("other", categories=["eggs"]), "any-empathy", id="other goods"),
        pytest.param(line("other", severities=["total_spoil"]), "any-empathy", id="another severity"),
        pytest.param(line("other", kinds=["coupon"]), "any-empathy", id="another kind"),
        pytest.param(line("other", refusals=["late"]), "any-empathy", id="a refusal"),
        pytest.param(line("other", slots=["share"]), "any-empathy", id="a question"),
        pytest.param(line("other", mood=["angry"]), "any-empathy", id="another mood"),
        pytest.param(line("other", needs=["cold_chain"]), "any-empathy", id="a fact nobody knows"),
    ],
)
def test_the_wording_that_names_most_of_the_case_wins(more: ScriptLine, wins: str) -> None:
    assert chosen((*BASE, more))["empathy"] == wins


def test_a_cause_is_told_only_where_it_is_known() -> None:
    lines = (*BASE, line("cold", "explanation", needs=["cold_chain"]))

    assert chosen(lines)["explanation"] == "any-explanation"
    assert chosen(lines, facts={"cold_chain", "storage_tip"})["explanation"] == "cold"


def test_moods_have_their_own_wording() -> None:
    assert chosen((*BASE, line("calm-down", mood=["angry"])), mood="angry")["empathy"] == "calm-down"


def test_variants_take_turns_by_the_seed() -> None:
    lines = (*BASE, *(line(f"v{number}", grounds=["rotten"]) for number in (2, 0, 1)))

    assert [chosen(lines, {"seed": seed})["empathy"] for seed in range(4)] == ["v0", "v1", "v2", "v0"]


def test_late_beside_rotten_is_no_topic() -> None:
    lines = (*BASE, line("rot", grounds=["rotten"]), line("a-late", grounds=["late"]))

    assert chosen(lines, {"grounds": ["late", "rotten"]})["empathy"] == "rot"


def test_a_missing_step_is_named_with_the_file_to_mend() -> None:
    with pytest.raises(NoFittingLine, match=r"prevention of partial_refund with rotten in berries.*prevention\.toml"):
        compose(remedy_of("partial_refund"), claim_of({}), BASE[:-1])


def test_a_solution_for_any_decision_is_none() -> None:
    with pytest.raises(NoFittingLine, match="solution of reship"):
        compose(remedy_of("reship"), claim_of({}), (*BASE, line("anything", "solution")))


def test_a_question_has_the_steps_that_are_written() -> None:
    asks = Question(slot=Slot.share, trace=())

    assert chosen((BASE[0], BASE[4]), decision=asks) == {"empathy": "any-empathy", "solution": "asks-share"}
    with pytest.raises(NoFittingLine, match="solution of goods"):
        compose(Question(slot=Slot.goods, trace=()), claim_of({}), BASE)


def test_beside_an_alarm_only_what_was_written_for_one_is_said() -> None:
    alarm = Refusal(why=RefusalWhy.alarm, to_person=True, trace=())
    written = tuple(line(f"alarm-{name}", name, refusals=["alarm"]) for name in NAMES)
    sorry = line("sorry", grounds=["illness", "rotten"], categories=["berries"])

    told = chosen((*BASE, *written, sorry), {"grounds": ["illness", "rotten"]}, decision=alarm)

    assert told == {name: f"alarm-{name}" for name in NAMES}
    with pytest.raises(NoFittingLine, match="empathy of alarm"):
        compose(alarm, claim_of({"grounds": ["illness"]}), (*BASE, *written[1:], sorry))


# What is shipped has a wording for whatever can be decided.


def has_four_steps(library: Library, decision: Remedy | Question | Refusal, claim: Claim, option: int = 0) -> None:
    steps = compose(decision, claim, library.scripts, option=option, facts={"storage_tip"}, language="en")

    assert [step.step.value for step in steps] == NAMES


@pytest.mark.parametrize("category", [*PERISHABLES, "unknown"])
@pytest.mark.parametrize("ground", sorted(set(Ground) - ALARMS))
def test_every_option_of_what_is_shipped_has_four_steps(
    library: Library, remedy_policy: RemedyPolicy, decided: Decide, category: str, ground: Ground
) -> None:
    goods = {"category": category, "net_g": 2500}
    for changes in (
        {},
        {"share": "0/10"},
        {"share": "1/10"},
        {"share": "4/10"},
        {"share": "9/10"},
        {"found": "2000 g"},
        {"found": "2499 g"},
        {"asked": ["thaw", "share", "weight"]},
        {"wants": ["nothing"]},
        {"delivered_hours_ago": 1000},
        {"uncollected_hours": 100},
    ):
        case = {
            "grounds": [ground],
            "severity": "unspecified_spoil",
            "line": goods,
            "delivered_hours_ago": 1,
            **changes,
        }
        decision = decided(**case)

        options = len(decision.options) if isinstance(decision, Remedy) else 1
        for option in range(options):
            has_four_steps(library, decision, claim_of(case), option)


@pytest.mark.parametrize("why", sorted(set(RefusalWhy)))
def test_every_refusal_of_what_is_shipped_has_four_steps(library: Library, why: RefusalWhy) -> None:
    if why is RefusalWhy.no_complaint:
        return
    grounds = sorted(ALARMS) if why is RefusalWhy.alarm else ["rotten", "service", "change_of_mind", "short_weight"]
    for ground in grounds:
        has_four_steps(library, Refusal(why=why, to_person=True, trace=()), claim_of({"grounds": [ground]}))


@pytest.mark.parametrize("slot", sorted(set(Slot)))
def test_every_question_of_what_is_shipped_can_be_asked(library: Library, slot: Slot) -> None:
    for ground in ("rotten", "dead", "thawed", "short_weight", "price"):
        steps = compose(Question(slot=slot, trace=()), claim_of({"grounds": [ground]}), library.scripts)

        assert StepName.solution in {step.step for step in steps}
