"""What must be known before anything is proposed: shares, counts, weights, and one question at a time."""

from typing import Any

import pytest

from assist.domain.people import AgentRole
from assist.domain.remedy import RefusalWhy, Slot
from assist.domain.remedy_policy import RemedyKind

from .remedy_cases import Decide, question, refusal, remedy


def test_the_share_is_asked_once_then_a_person_judges(decided: Decide) -> None:
    asked = question(decided())

    assert asked.slot is Slot.share
    assert asked.choices == ("none", "tenth", "fifth", "third", "half", "most", "all")
    assert [state.item for state in asked.evidence] == ["bad_with_label", "count"]
    assert (refusal(decided(asked=["share"])).why, refusal(decided(asked=["share"])).to_person) == ("unclear", True)


def test_a_doubtful_everything_is_asked_about(decided: Decide) -> None:
    total = {"severity": "total_spoil"}

    assert remedy(decided(**total)).options[0].kind is RemedyKind.full_refund
    assert question(decided(**total, doubtful_total=True)).slot is Slot.share
    assert question(decided(**total, doubtful_total=True, share="1/1")).slot is Slot.share
    assert remedy(decided(**total, doubtful_total=True, share="3/10")).rung == "spoilage-partial"
    assert refusal(decided(**total, doubtful_total=True, asked=["share"])).why is RefusalWhy.unclear


def test_a_share_of_one_box_is_not_that_of_several(decided: Decide) -> None:
    boxes = {"quantity": 2, "paid_fen": 11960}

    assert remedy(decided(share="3/10 box")).options[0].amount_fen == 1794
    assert question(decided(share="3/10 box", line=boxes)).slot is Slot.share

    told = remedy(decided(share="3/10 box", line=boxes, asked=["share"], images=1))

    # At least 3/20 of 11960.
    assert (told.options[0].amount_fen, told.options[0].needs, told.ready) == (1794, AgentRole.lead, False)
    assert told.why_approval == ("provisional",)


@pytest.mark.parametrize(
    ("line", "bad", "fen"),
    [
        pytest.param({"pieces": 20}, "3 个", 897, id="3 of 20 pieces"),
        pytest.param({"net_g": 500}, "100 g", 1196, id="100 of 500 g"),
        pytest.param({"quantity": 3, "paid_fen": 9000}, "1 盒", 3000, id="1 of 3 boxes"),
        pytest.param({"pieces": 10}, "12 个", None, id="more than there are"),
        pytest.param({"quantity": 2, "pieces": 24, "paid_fen": 9000}, "2 盒", None, id="2 packs of 24, or both boxes"),
        pytest.param({"quantity": 6}, "2 个", None, id="2 of unknown many"),
        pytest.param({}, "3 个", None, id="3 of nobody knows"),
    ],
)
def test_a_number_is_a_share_where_it_can_be_read_one_way(
    decided: Decide, line: dict[str, Any], bad: str, fen: int | None
) -> None:
    told = decided(line=line, bad=bad)

    if fen is None:
        assert question(told).slot is Slot.share
    else:
        assert remedy(told).options[0].amount_fen == fen


def test_no_damage_at_all_is_explained(decided: Decide) -> None:
    told = remedy(decided(share="0/10"))

    assert (told.rung, told.options[0].kind, told.ready) == ("no_damage", RemedyKind.explanation, True)


def test_missing_pieces_are_counted(decided: Decide) -> None:
    dozen = {"category": "eggs", "pieces": 12, "paid_fen": 3600}

    told = remedy(decided(grounds=["missing_item"], severity="no_damage", line=dozen, expected="12 个", found="10 个"))

    # 2/12 of 3600; the parts missing can be sent instead.
    assert [(one.kind, one.amount_fen) for one in told.options] == [("partial_refund", 600), ("reship", 600)]


def test_missing_packs_are_counted_by_the_customers_word_where_the_order_has_none(decided: Decide) -> None:
    told = remedy(decided(grounds=["missing_item"], severity="no_damage", expected="12 盒", found="9 盒"))

    assert told.options[0].amount_fen == 1495


def test_a_weight_is_asked_for(decided: Decide) -> None:
    case = {"grounds": ["short_weight"], "severity": "no_damage", "line": {"net_g": 2500}}

    assert question(decided(**case)).slot is Slot.weight
    assert refusal(decided(**case, asked=["weight"])).why is RefusalWhy.unclear


@pytest.mark.parametrize(
    ("line", "said", "fen"),
    [
        # Prepacked, 1 to 10 kg: 1.5 percent of 2500 g is 37.5 g.
        pytest.param({"net_g": 2500}, {"found": "2463 g"}, None, id="37 g short is within tolerance"),
        pytest.param({"net_g": 2500}, {"found": "2462.5 g"}, None, id="37.5 g short still is"),
        pytest.param(
            {"net_g": 2500, "paid_fen": 50000}, {"found": "2462 g"}, 760, id="38 g short: 38/2500 of 500 yuan"
        ),
        pytest.param({"net_g": 2500}, {"found": "2500 g"}, None, id="nothing short"),
        pytest.param({"net_g": 2500}, {"found": "2000 g"}, 1196, id="a fifth short"),
        pytest.param(
            {}, {"expected": "2500 g", "found": "2000 g"}, 1196, id="only the customer says what it should be"
        ),
        pytest.param({"net_g": 5000, "quantity": 2}, {"found": "2000 g"}, 598, id="one of two boxes was weighed"),
        pytest.param({"net_g": 5000, "quantity": 2}, {"found": "4500 g"}, 598, id="both boxes were weighed"),
        pytest.param({"net_g": 2500}, {"expected": "3000 g", "found": "2000 g"}, 1196, id="the title's weight counts"),
    ],
)
def test_short_weight_beyond_tolerance_pays_the_missing_share(
    decided: Decide, line: dict[str, Any], said: dict[str, str], fen: int | None
) -> None:
    told = decided(grounds=["short_weight"], severity="no_damage", line=line, **said)

    if fen is None:
        assert (refusal(told).why, refusal(told).to_person) == (RefusalWhy.within_tolerance, False)
    else:
        assert remedy(told).options[0].amount_fen == fen


def test_tolerance_is_explained_with_its_figures(decided: Decide) -> None:
    told = refusal(decided(grounds=["short_weight"], line={"net_g": 2500}, found="2470 g"))

    assert told.facts == {
        "tolerance": "prepacked",
        "stated_g": 2500,
        "found_g": 2470,
        "short_g": 30,
        "allowed_g": "37.5",
    }


def test_what_else_is_wrong_counts_beside_a_weight_within_tolerance(decided: Decide) -> None:
    told = remedy(decided(grounds=["short_weight", "taste"], line={"net_g": 2500}, found="2490 g"))

    assert told.rule == "cosmetic"


def test_thawed_goods_are_cold_unless_the_customer_says_warm(decided: Decide) -> None:
    frozen = {"grounds": ["thawed"], "severity": "physical_damage", "line": {"category": "frozen_seafood"}}

    asked = question(decided(**frozen))
    cold = remedy(decided(**frozen, asked=["thaw"]))
    warm = remedy(decided(**{**frozen, "grounds": ["thawed", "thawed_warm"]}))

    assert (asked.slot, asked.choices) == (Slot.thaw, ("cold", "warm"))
    # A fifth of 5980, up to half of it: 2990 is what an agent may give.
    assert (cold.options[0].amount_fen, cold.options[0].up_to_fen) == (1196, 2990)
    assert (warm.options[0].kind, warm.options[0].amount_fen) == (RemedyKind.full_refund, 5980)
