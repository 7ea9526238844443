"""Are terms found in every disguise, and innocent lines left alone? The lines and what they hold were written first."""

import json
from pathlib import Path
from typing import Any

import pytest

from assist.domain.guard import Level

from .lexicons import shipped_guard, shipped_lexicon

CASES = Path(__file__).parents[2] / "cases" / "forbidden"
LEVELS = {group.id: group.level for group in shipped_lexicon().groups}
ACTED_ON = {Level.block, Level.block_unless_exempt, Level.policy_check}

KNOWN_FALSE_ALARMS = {"第一，品牌不同；第二，产地不同"}
"""An enumeration reads like 第一品牌 with a comma in it; docs/guards.md says why that stays."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]


DISGUISES = ("plain", "folded", "look_alike", "pinyin", "initials", "sound")
HIDDEN, HELD_OUT, INNOCENT = rows("hidden.jsonl"), rows("held_out.jsonl"), rows("innocent.jsonl")


@pytest.mark.parametrize("disguise", DISGUISES)
def test_hidden_terms_are_found_and_their_disguise_named(disguise: str) -> None:
    wrong: list[tuple[str, object]] = []
    for row in HIDDEN:
        found = {hit.term: hit.disguise.value for hit in shipped_guard().find(row["text"])}
        if row["disguise"] == disguise and found.get(row["term"]) != disguise:
            wrong.append((row["text"], found))

    assert wrong == []


def test_lines_written_after_the_guard_are_found_nearly_as_often() -> None:
    found = [row["term"] in {hit.term for hit in shipped_guard().find(row["text"])} for row in HELD_OUT]

    assert sum(found) / len(found) >= 0.93


def test_innocent_lines_raise_nothing() -> None:
    alarms = {
        row["text"]
        for row in INNOCENT
        if any(LEVELS[hit.group] in ACTED_ON for hit in shipped_guard().find(row["text"]))
    }

    assert alarms == KNOWN_FALSE_ALARMS


def test_there_are_enough_lines_of_every_kind() -> None:
    assert len(HIDDEN) + len(HELD_OUT) >= 300
    assert len(INNOCENT) >= 300
    assert {row["disguise"] for row in HIDDEN} == set(DISGUISES)
