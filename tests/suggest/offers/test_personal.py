"""Which personal facts a sent reply holds: `tests/cases/offers/personal.toml`, and the share of replies with two."""

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.suggest.offers.personal import Personal, personal_in

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "offers" / "personal.toml").read_text(encoding="utf-8"))[
    "cases"
]
KNOWN: dict[str, Any] = {
    "name": "李敏",
    "order_ref": "20261118-0042",
    "titles": ["云南蓝莓（125克*4盒）", "三文鱼"],
    "last_agent": "小林",
    "member": True,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_reply_holds_the_personal_facts_it_says(case: dict[str, Any]) -> None:
    found = personal_in(case["text"], **{**KNOWN, **case.get("told", {})})

    assert found == frozenset(case["holds"]), case["words"]


def test_the_index_of_the_fixture_is_its_share_of_replies_with_two_facts() -> None:
    held = [personal_in(case["text"], **{**KNOWN, **case.get("told", {})}) for case in CASES]

    # 名字和东西, 英文名, 繁体, 全都有: 4 of 23.
    assert (sum(len(one) >= 2 for one in held), len(held)) == (4, 23)


@given(text=st.text(max_size=60))
def test_of_somebody_nothing_is_known_of_no_reply_holds_anything(text: str) -> None:
    assert personal_in(text) == frozenset()


@given(name=st.text(max_size=8), ref=st.text(max_size=12), text=st.text(max_size=40))
def test_whatever_a_platform_calls_people_and_orders_it_is_read(name: str, ref: str, text: str) -> None:
    assert personal_in(text, name=name, order_ref=ref, titles=[name, ref]) <= set(get_args(Personal))
