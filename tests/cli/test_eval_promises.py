"""`assist eval promises`: findings in a file, recall and precision with n, one clear line for a bad file."""

import json
from pathlib import Path

import pytest

from .conftest import Run

LABELLED = [
    {"id": "1", "text": "给您全额退款", "kinds": ["full_refund"]},
    {"id": "2", "text": "给您全额退款", "kinds": [], "given": {"full_refund_granted": True}},
    # A label that no reading of the words could give, so that something is missed, and one that says too little.
    {"id": "3", "text": "您好", "kinds": ["gift"]},
    {"id": "4", "text": "明天一定到", "kinds": []},
    {"id": "5", "text": "给您退120元", "kinds": ["partial_refund"]},
]


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    return tmp_path / "drafts.jsonl"


def lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_every_draft_is_judged_and_labels_are_counted(assist: Run, drafts: Path, tmp_path: Path) -> None:
    drafts.write_text(lines(*LABELLED), encoding="utf-8")
    out = tmp_path / "out.jsonl"

    ended = assist("eval", "promises", "--drafts", str(drafts), "--out", str(out), "--json")

    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert ended.code == 0
    assert [row["id"] for row in found] == ["1", "2", "3", "4", "5"]
    assert found[0]["kinds"] == ["full_refund"]
    assert found[0]["rules"] == ["full-refund-granted"]
    assert found[0]["rewrites"] == ["核实后按规则给您处理退款"]
    assert found[1] == {"id": "2", "kinds": [], "rules": [], "rewrites": []}
    # Without a limit of its own a row has the policy's: an agent gives 100 yuan alone.
    assert found[4]["rules"] == ["partial-refund-limit"]
    report = ended.document
    assert (report["rows"], report["n"]) == (5, 5)
    assert (report["drafts"]["recall"]["n"], report["drafts"]["recall"]["hits"]) == (3, 2)
    assert (report["drafts"]["precision"]["n"], report["drafts"]["precision"]["hits"]) == (3, 2)
    assert {one["over"] for one in report["kinds"]} == {"full_refund", "gift", "delivery_time", "partial_refund"}


def test_drafts_without_labels_are_judged_and_nothing_is_measured(assist: Run, drafts: Path, tmp_path: Path) -> None:
    drafts.write_text(lines({"id": "1", "text": "明天一定到"}), encoding="utf-8")

    ended = assist("eval", "promises", "--drafts", str(drafts), "--out", str(tmp_path / "out.jsonl"))

    assert (ended.code, ended.out) == (0, "")
    assert "1 drafts" in ended.line


def test_people_are_shown_n_and_the_interval(assist: Run, drafts: Path, tmp_path: Path) -> None:
    drafts.write_text(lines(*LABELLED), encoding="utf-8")

    ended = assist("eval", "promises", "--drafts", str(drafts), "--out", str(tmp_path / "out.jsonl"))

    assert "0.667 [" in ended.out


def test_an_unknown_kind_names_file_and_line(assist: Run, drafts: Path, tmp_path: Path) -> None:
    drafts.write_text(lines({"id": "1", "text": "您好", "kinds": ["weather"]}), encoding="utf-8")

    ended = assist("eval", "promises", "--drafts", str(drafts), "--out", str(tmp_path / "out.jsonl"))

    assert ended.code != 0
    assert "drafts.jsonl:1" in ended.line
