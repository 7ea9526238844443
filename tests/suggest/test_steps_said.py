"""Which of the four steps an answer takes."""

import pytest

from assist.domain.policy import AdoptionPolicy
from assist.domain.remedy import StepName
from assist.suggest.mask import mask_name
from assist.suggest.steps_said import steps_said

POLICY = AdoptionPolicy(
    as_is_ratio=95, edited_ratio=80, partial_ratio=90, partial_min_length=10, boilerplate=("您好", "好的")
)
WORDINGS = {
    StepName.empathy: ["{{ item }}有坏的，换成我也着急，真不好意思让您扫兴了。"],
    StepName.explanation: ["草莓皮薄，路上碰一碰就容易坏。"],
    StepName.solution: ["给您退{{ amount }}，您看可以吗？"],
    StepName.prevention: ["后面还有哪里不放心的，随时拍给我看。"],
}
E4 = StepName


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("换成我也着急，给您退30元，您看可以吗", {E4.empathy, E4.solution}, id="two of four"),
        pytest.param("随时拍给我看。草莓皮薄。路上碰一碰容易坏", {E4.prevention, E4.explanation}, id="any order"),
        pytest.param("您好，好的", set(), id="stock phrases say nothing"),
        pytest.param("这是正常损耗", set(), id="other words"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_a_step_is_said_where_a_part_of_its_wording_is(text: str, said: set[StepName]) -> None:
    assert steps_said(text, WORDINGS, POLICY) == said


@pytest.mark.parametrize(("name", "shown"), [("虾兵蟹将", "虾**"), (" 王 ", "王**"), ("", ""), ("  ", "")])
def test_a_name_is_masked_but_for_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown
