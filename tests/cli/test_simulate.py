"""`assist policy simulate`: cases of a file or kept ones, before and after, with every bad line named."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assist.content.files import shipped_directory
from assist.desk.publish import publish
from assist.domain.remedy_policy import RemedyPolicy
from assist.store.database import open_database
from assist.store.lock import writer_lock
from assist.store.queries import complaints
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.shipped import shipped_entries
from tests.store.claims import a_claim, complaint_row, keep_conversation, line_row
from tests.suggest.simulated_cases import made_cases

from .conftest import URL, Run

CASES = "cases.jsonl"


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A third of a box for 39.90 is mouldy: three of them, two with names."""
    monkeypatch.chdir(tmp_path)
    line = json.loads(a_claim().model_dump_json())
    path = tmp_path / CASES
    write(path, {**line, "id": "a"}, {**line, "id": "b"}, line)
    return path


def write(path: Path, *lines: dict[str, Any]) -> None:
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The shipped policy, but no refund is below 20 yuan."""
    folder = tmp_path / "draft"
    (folder / "policy").mkdir(parents=True)
    text = (shipped_directory() / "policy" / "remedy.toml").read_text(encoding="utf-8")
    changed = text.replace("minimum_refund_fen = 200", "minimum_refund_fen = 2000")
    assert changed != text
    (folder / "policy" / "remedy.toml").write_text(changed, encoding="utf-8")
    return folder


def test_a_file_of_cases_is_one_document_with_json(assist: Run, cases: Path) -> None:
    """A third of 39.90 is 13.30, three times; the document says what cannot be replayed, in both languages."""
    ended = assist("policy", "simulate", "--cases", CASES, "--json")

    told = ended.document
    assert (ended.code, ended.err) == (0, "")
    assert (told["cases"], told["policy"]["cost_fen"], told["against"], told["comparison"]) == (3, 3990, None, None)
    assert "接受" in told["caveat"]["zh"]
    assert "accepted" in told["caveat"]["en"]


def test_two_policies_are_compared_case_by_case(assist: Run, cases: Path, draft: Path) -> None:
    shipped = str(shipped_directory())

    told = assist(
        "policy", "simulate", "--cases", CASES, "--policy", str(draft), "--against", shipped, "--json"
    ).document

    assert (told["policy"]["cost_fen"], told["against"]["cost_fen"]) == (6000, 3990)
    comparison = told["comparison"]
    assert (comparison["better"], comparison["worse"], comparison["better_fen"]) == (3, 0, 2010)
    assert [one["id"] for one in comparison["most_better"]] == ["a", "b", "line-3"]


@pytest.mark.parametrize(("language", "words"), [("zh", "多拿的 3 件"), ("en", "3 get more")])
def test_tables_speak_both_languages(
    assist: Run, cases: Path, draft: Path, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shipped = str(shipped_directory())

    ended = assist(
        "policy", "simulate", "--cases", CASES, "--policy", str(draft), "--against", shipped, "--lang", language
    )

    assert ended.code == 0
    assert words in ended.out
    assert "¥60.00" in ended.out
    assert "2026-11-21" in ended.out


@pytest.mark.parametrize(
    ("line", "named"),
    [
        pytest.param("{", "cases.jsonl:2: ", id="not JSON"),
        pytest.param('{"grounds": []}', "severity", id="something is missing"),
        pytest.param('{"mood": "bad"}', "docs/claims.md", id="the cure is named"),
        pytest.param("SAME", "id 'a' is used in line 1 too", id="an id twice"),
    ],
)
def test_a_bad_line_is_named_with_its_cure(assist: Run, cases: Path, line: str, named: str) -> None:
    first = cases.read_text(encoding="utf-8").splitlines()[0]
    cases.write_text(f"{first}\n{first if line == 'SAME' else line}\n", encoding="utf-8")

    ended = assist("policy", "simulate", "--cases", CASES, "--json")

    assert (ended.code, ended.out) == (1, "")
    assert ended.line.startswith("cases.jsonl:2: ")
    assert named in ended.line


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        pytest.param((), 2, "--cases, --stored", id="nothing to simulate"),
        pytest.param(("--cases", CASES, "--stored"), 2, "one of the two", id="both"),
        pytest.param(("--cases", CASES, "--from", "2026-11-01"), 2, "--stored", id="days of a file"),
        pytest.param(("--cases", CASES, "--zone", "Mars/Base"), 2, "Asia/Shanghai", id="no such zone"),
        pytest.param(("--cases", "nothing.jsonl"), 1, "nothing.jsonl: ", id="no such file"),
        pytest.param(("--cases", "empty.jsonl"), 1, "empty.jsonl:1: no cases", id="an empty file"),
        pytest.param(("--cases", CASES, "--policy", "nowhere"), 1, "nowhere", id="no such policy"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    assist: Run, cases: Path, arguments: tuple[str, ...], code: int, named: str
) -> None:
    (cases.parent / "empty.jsonl").write_text("\n")

    ended = assist("policy", "simulate", *arguments)

    assert (ended.code, ended.out) == (code, "")
    assert named in ended.line


@pytest.fixture(scope="module")
def kept_home(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that published the shipped policy and has kept two claims, one of them long ago."""
    folder = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(ready, folder)
    database = open_database(f"sqlite:///{folder / 'assist.sqlite3'}")
    writer = Writer(database).start()
    writer.submit(publish("s1", shipped_entries(), author="files", reason="test", now=NOW)).result()
    for ref, at in (("c1", NOW), ("c2", NOW - timedelta(days=40))):
        row = complaint_row(ref, at=at)
        writer.submit(lambda session, ref=ref: keep_conversation(session, ref)).result()
        writer.submit(lambda session, row=row: complaints.save_complaint(session, row, [line_row(row)])).result()
    writer.close()
    database.close()
    return folder


def test_kept_claims_are_simulated_beside_a_running_server(
    assist: Run, kept_home: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kept_home)
    days = ("--from", "2026-11-21", "--to", "2026-11-21")

    with writer_lock(URL):
        alone = assist("policy", "simulate", "--stored", *days, "--json").document
        compared = assist("policy", "simulate", "--stored", *days, "--policy", str(draft), "--json").document

    assert (alone["cases"], alone["policy"]["cost_fen"], alone["against"]) == (1, 1330, None)
    assert (compared["policy"]["cost_fen"], compared["against"]["cost_fen"]) == (2000, 1330)
    assert compared["comparison"]["most_better"][0]["conversation_id"] == "c1"


def test_all_kept_claims_of_a_longer_time(assist: Run, kept_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kept_home)

    told = assist("policy", "simulate", "--stored", "--from", "2026-10-01", "--to", "2026-11-30", "--json").document

    assert (told["cases"], len(told["policy"]["days"])) == (2, 2)


def test_a_shop_without_a_policy_is_told_to_name_one(assist: Run, home: Path) -> None:
    ended = assist("policy", "simulate", "--stored")

    assert ended.code == 1
    assert "--policy" in ended.line


@pytest.mark.slow
def test_ten_thousand_cases_of_a_file_are_all_decided(assist: Run, tmp_path: Path) -> None:
    policy = RemedyPolicy.model_validate_json(next(one.body for one in shipped_entries() if one.entry_id == "remedy"))
    path = tmp_path / CASES
    path.write_text(
        "".join(f"{case.claim.model_dump_json()}\n" for case in made_cases(policy, 10_000)), encoding="utf-8"
    )

    ended = assist("policy", "simulate", "--cases", str(path), "--json")

    assert ended.document["cases"] == 10_000
