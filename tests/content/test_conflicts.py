"""Two places that say different things about one matter are found, with both places and both figures."""

from pathlib import Path
from typing import Any

import pytest

from assist.content.errors import ContentError
from tests.content.conflict_cases import Base, cases, findings_of


@pytest.fixture(scope="module")
def base() -> Base:
    return Base()


def _params(*names: str, near: bool) -> list[Any]:
    return [
        pytest.param(case, id=case["id"], marks=() if name in ("planted", "near") else pytest.mark.slow)
        for name in names
        for case in cases(name)
        if ("places" not in case) is near
    ]


def _names_it(finding: ContentError, case: dict[str, Any]) -> bool:
    said = str(finding)
    return all(place in said for place in case["places"]) and all(figure in said for figure in case["figures"])


@pytest.mark.parametrize("case", _params("planted", "held_out", "blind", near=False))
def test_a_planted_contradiction_is_found_with_both_places_and_figures(
    case: dict[str, Any], base: Base, tmp_path: Path
) -> None:
    found = findings_of(case, base, tmp_path)

    assert [finding for finding in found if _names_it(finding, case)], [str(one) for one in found]


@pytest.mark.parametrize("case", _params("near", "held_out", "blind", near=True))
def test_a_near_miss_raises_nothing(case: dict[str, Any], base: Base, tmp_path: Path) -> None:
    found = findings_of(case, base, tmp_path)

    assert [str(one) for one in found] == []


def test_every_finding_says_how_to_mend_it(base: Base, tmp_path: Path) -> None:
    for number, case in enumerate(cases("planted")[:3]):
        assert all("make the two the same" in one.message for one in findings_of(case, base, tmp_path / str(number)))
