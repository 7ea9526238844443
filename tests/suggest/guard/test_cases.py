"""Are terms found in every disguise, and innocent lines left alone? The lines and what they hold were written first."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assist.domain.guard import Hit, Level
from assist.suggest.guard import Guard, build_guard

from .lexicons import group_of, shipped_guard, shipped_lexicon

OPEN_TERMS = Path(__file__).parents[2] / "open" / "c_banned_lexicon.jsonl"
CASES = Path(__file__).parents[2] / "cases" / "forbidden"
LEVELS = {group.id: group.level for group in shipped_lexicon().groups}
ACTED_ON = {Level.block, Level.block_unless_exempt, Level.policy_check}

KNOWN_FALSE_ALARMS = {"第一，品牌不同；第二，产地不同"}
"""An enumeration reads like 第一品牌 with a comma in it; docs/guards.md says why that stays."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]


@cache
def every_guard() -> Guard:
    """Return a guard of the shipped terms, and of those of the open list that are not among them."""
    shipped = shipped_lexicon()
    have = {term for group in shipped.groups for term in group.terms}
    listed = [json.loads(line)["term"] for line in OPEN_TERMS.read_text("utf-8").splitlines()]
    own = group_of(*(term for term in listed if term not in have))
    return build_guard(shipped.model_copy(update={"groups": (*shipped.groups, own)}))


def acted_on(hit: Hit) -> bool:
    return LEVELS.get(hit.group, Level.block) in ACTED_ON


DISGUISES = ("plain", "folded", "look_alike", "pinyin", "initials", "sound")
HIDDEN, HELD_OUT, INNOCENT = rows("hidden.jsonl"), rows("held_out.jsonl"), rows("innocent.jsonl")
SHAPES = rows("shapes.jsonl")

KNOWN_SHAPE_ALARMS = {
    "最新鲜果到货单发您了": "最新鲜 is as ordinary here as 鲜果",
    "请看有无条件退款的说明": "有无 and 无条件 are both words",
    "板品质量请看检测单": "板品 is nobody's words",
}


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


@pytest.mark.parametrize(("kind", "least"), [("look", 0.7), ("split", 0.7), ("between", 0.7)])
def test_terms_are_found_by_their_look(kind: str, least: float) -> None:
    found = [
        row["term"] in {hit.term for hit in every_guard().find(row["text"])} for row in SHAPES if row["kind"] == kind
    ]

    assert len(found) == 40
    assert sum(found) / len(found) >= least


def test_ordinary_neighbours_looks_parts_and_figures_raise_nothing() -> None:
    innocent = [row["text"] for row in SHAPES if "term" not in row]
    alarms = {text for text in innocent if any(acted_on(hit) for hit in every_guard().find(text))}

    assert len(innocent) == 120
    assert alarms <= set(KNOWN_SHAPE_ALARMS)


def test_there_are_enough_lines_of_every_kind() -> None:
    assert len(HIDDEN) + len(HELD_OUT) >= 300
    assert len(INNOCENT) >= 300
    assert {row["disguise"] for row in HIDDEN} == set(DISGUISES)
