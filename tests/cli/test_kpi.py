"""`assist kpi`: whole days of the shop's zone, beside a running server, one document with --json."""

from pathlib import Path

import pytest

from assist.store.lock import writer_lock

from .conftest import URL, Run


def test_the_numbers_as_json_are_one_document(assist: Run, home: Path) -> None:
    ended = assist("kpi", "--from", "2026-11-20", "--to", "2026-11-21", "--json")

    told = ended.document
    assert ended.code == 0
    assert told["shop_id"] == "s1"
    # Two whole days in Shanghai: from 16:00 UTC of the 19th until 16:00 UTC of the 21st.
    assert (told["start"], told["end"]) == ("2026-11-19T16:00:00Z", "2026-11-21T16:00:00Z")
    assert [kpi["id"] for kpi in told["kpis"]] == ["K1", "K2", "K4"]
    assert {kpi["value"] for kpi in told["kpis"]} == {None}


def test_the_numbers_for_people_show_a_dash_where_nothing_counts(
    assist: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    ended = assist("kpi")

    assert ended.code == 0
    assert "知识库调用率" in ended.out
    assert "—" in ended.out
    assert "0.0%" not in ended.out


def test_the_numbers_are_read_while_a_server_writes(assist: Run, home: Path) -> None:
    with writer_lock(URL):
        ended = assist("kpi", "--json")

    assert ended.code == 0
    assert ended.document["shop_id"] == "s1"


@pytest.mark.parametrize("by", ["agent", "team", "level", "platform", "category"])
def test_every_grouping_is_understood(assist: Run, home: Path, by: str) -> None:
    assert assist("kpi", "--by", by, "--json").document["groups"] == {}


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        pytest.param(("--by", "mood"), 2, "agent, team", id="no such grouping"),
        pytest.param(("--from", "2026-11-22", "--to", "2026-11-21"), 2, "--from", id="the wrong way round"),
        pytest.param(("--shop", "s9"), 2, "there are: s1", id="no such shop"),
        pytest.param(("--database", "nonsense"), 1, "sqlite:///FILE", id="no database URL"),
        pytest.param(("--database", "mysql://x/y"), 1, "sqlite:///FILE", id="another kind of database"),
        pytest.param(("--database", "sqlite:///nowhere.sqlite3"), 1, "assist db upgrade", id="no such database"),
    ],
)
def test_what_cannot_be_asked_is_one_line(
    assist: Run, home: Path, arguments: tuple[str, ...], code: int, named: str
) -> None:
    ended = assist("kpi", *arguments)

    assert (ended.code, ended.out) == (code, "")
    assert named in ended.line
    assert not (home / "nowhere.sqlite3").exists()


def test_a_date_that_is_none_is_wrong_usage(assist: Run, home: Path) -> None:
    ended = assist("kpi", "--from", "2026-13-01")

    assert (ended.code, ended.out) == (2, "")
    assert "--from" in ended.err
