"""`assist bench guard`: a small run of the whole of it."""

from importlib import import_module

import pytest

from assist.cli.bench.guard import GuardFigures

from .conftest import Run

# The command of that name hides the module.
bench = import_module("assist.cli.bench.guard")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_MESSAGES", 20)
    monkeypatch.setattr(bench, "_ROUNDS", 1)
    monkeypatch.setattr(bench, "_LONG", (500, 1000))


def test_every_stage_and_peer_is_measured_and_only_the_guard_finds_what_is_hidden(assist: Run) -> None:
    ended = assist("bench", "guard", "--terms", "600", "--json")

    figures = GuardFigures.model_validate_json(ended.out)
    found = {one.what: one.found or 0 for one in figures.peers}
    assert ended.code == 0
    assert figures.terms == 600
    assert [one.what for one in figures.stages][:2] == ["fold", "match as written"]
    # Cut before a character that would not fit.
    assert [round(one.bytes, -1) for one in figures.long] == [500, 1000]
    assert found["fresh-assist, all disguises"] == 20
    assert found["plain `in` loop"] == found["compiled re"] < 20


@pytest.mark.slow
def test_tables_are_printed_and_peers_that_are_not_there_named(assist: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "find_spec", lambda name: None)

    ended = assist("bench", "guard", "--terms", "600")

    assert "not installed" in ended.out
    assert "matching alone" in ended.out
