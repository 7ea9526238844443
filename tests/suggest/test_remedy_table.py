"""The decision table: every row of `tests/cases/remedies` under the shipped policy."""

from collections import Counter
from typing import Any

import pytest

from assist.domain.remedy_policy import RemedyPolicy
from assist.suggest.remedy import decide

from .remedy_cases import claim_of, policy_of, rows, seen, unknown_keys

ROWS = rows()


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_a_claim_is_decided_as_the_rules_say(remedy_policy: RemedyPolicy, row: dict[str, Any]) -> None:
    assert not unknown_keys(row)
    assert row["why"].strip()
    assert row["expect"]

    decision = decide(claim_of(row["claim"]), policy_of(remedy_policy, row))

    assert seen(decision, {"outcome": row["expect"]["outcome"]}) == {"outcome": row["expect"]["outcome"]}, decision
    assert seen(decision, row["expect"]) == row["expect"], row["why"]


def test_every_row_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(row["id"] for row in ROWS).items() if times > 1] == []
