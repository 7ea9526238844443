"""`assist kpi`: whole days of the shop's zone, beside a running server, one document with --json."""

from pathlib import Path

import pytest

from assist.cli.numbers import print_report
from assist.kpi.definitions import Measured, Unit
from assist.kpi.measure import Report
from assist.store.lock import writer_lock
from tests.conftest import NOW

from .conftest import URL, Run


def test_the_numbers_as_json_are_one_document(assist: Run, home: Path) -> None:
    ended = assist("kpi", "--from", "2026-11-20", "--to", "2026-11-21", "--json")

    told = ended.document
    assert ended.code == 0
    assert told["shop_id"] == "s1"
    # Two whole days in Shanghai: from 16:00 UTC of the 19th until 16:00 UTC of the 21st.
    assert (told["start"], told["end"]) == ("2026-11-19T16:00:00Z", "2026-11-21T16:00:00Z")
    selling = ["K18", "K18b", "K19", "K20", "K20b", "K20c"]
    care = ["K1", "K2", "K4", "K14", "K14b", "K15"]
    assert [kpi["id"] for kpi in told["kpis"]] == [*care, *selling, "K23", "K23b", "K28", "T25"]
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


def test_each_unit_is_printed_as_what_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    told = {"num": 3, "den": 40, "n_excluded": 0, "reason_counts": {}}
    kpis = (
        Measured(id="K1", value=0.075, **told),
        Measured(id="K14", value=7.5, unit=Unit.per_100, **told),
        Measured(id="K23b", value=75.0, unit=Unit.per_1000, **told),
        Measured(id="K15", value=0.25, unit=Unit.score, spread={"p10": -0.5, "median": 0.2, "p90": 0.75}, **told),
    )

    print_report(Report(shop_id="s1", start=NOW, end=NOW, kpis=kpis), as_json=False)

    out = capsys.readouterr().out
    for shown in ("7.5%", "7.5 / 100", "75.0 / 1000", "+0.25", "p10 -0.50, median +0.20, p90 +0.75"):
        assert shown in out
