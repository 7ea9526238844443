"""`assist eval severity`: every reading in a file, shares with n on labelled texts, one clear line for a bad file."""

import json
from pathlib import Path

import pytest

from .conftest import Run

OPEN = Path(__file__).parent.parent / "open" / "b_severity_authored.jsonl"
LABELLED = [
    {"id": "1", "text": "10个苹果坏了3个", "issues": ["spoilage"], "severity": "partial_spoil", "damage_fraction": 0.3},
    {"id": "2", "text": "很好吃", "issues": [], "severity": "none", "damage_fraction": None},
    # A label that no reading of the words could give, so that something is wrong.
    {"id": "3", "text": "很好吃", "issues": ["late"], "severity": "no_damage", "damage_fraction": 0.5},
    {"id": "4", "text": "很好吃", "issues": ["price"], "severity": "packaging", "ambiguous": True},
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return tmp_path / "texts.jsonl"


def lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_every_text_is_read_and_labels_are_counted(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines(*LABELLED), encoding="utf-8")
    out = tmp_path / "out.jsonl"

    ended = assist("eval", "severity", "--texts", str(texts), "--out", str(out), "--json")

    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert ended.code == 0
    assert found[0] == {"id": "1", "issues": ["spoilage"], "severity": "partial_spoil", "damage_fraction": 0.3}
    assert [row["id"] for row in found] == ["1", "2", "3", "4"]
    report = ended.document
    assert (report["rows"], report["n"]) == (4, 3)
    assert (report["accuracy"]["n"], report["accuracy"]["hits"]) == (3, 2)
    assert report["accuracy"]["interval"][0] < 2 / 3 < report["accuracy"]["interval"][1]
    assert (report["fraction_exact"]["n"], report["fraction_exact"]["hits"]) == (2, 1)
    assert (report["false_fraction"]["n"], report["false_fraction"]["hits"]) == (1, 0)
    assert {score["label"]: score["recall"] for score in report["issues"]} == {"late": 0.0, "spoilage": 1.0}


def test_texts_without_labels_are_read_and_nothing_is_measured(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines({"id": "1", "text": "草莓烂了"}), encoding="utf-8")

    ended = assist("eval", "severity", "--texts", str(texts), "--out", str(tmp_path / "out.jsonl"))

    assert (ended.code, ended.out) == (0, "")
    assert "1 complaints" in ended.line


def test_people_are_shown_n_and_the_interval(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines(*LABELLED), encoding="utf-8")

    ended = assist("eval", "severity", "--texts", str(texts), "--out", str(tmp_path / "out.jsonl"))

    assert ended.code == 0
    assert "0.667 [" in ended.out
    assert "macro-F1" in ended.out


@pytest.mark.parametrize(
    ("text", "line", "cure"),
    [
        pytest.param(lines(LABELLED[0]) + "{", 2, "a line is", id="no JSON"),
        pytest.param(lines({"id": "1"}), 1, "text", id="no text"),
        pytest.param(lines({"id": "1", "text": "x", "severity": "none"}), 1, "both", id="one label of two"),
        pytest.param(
            lines({"id": "1", "text": "x", "severity": "bad", "issues": []}), 1, "total_spoil", id="unknown severity"
        ),
        pytest.param(
            lines({"id": "1", "text": "x", "severity": "none", "issues": ["rot"]}), 1, "spoilage", id="unknown issue"
        ),
    ],
)
def test_a_bad_file_is_named_with_line_and_cure(
    assist: Run, small_kb: str, texts: Path, tmp_path: Path, text: str, line: int, cure: str
) -> None:
    texts.write_text(text, encoding="utf-8")
    out = tmp_path / "out.jsonl"

    ended = assist("eval", "severity", "--texts", str(texts), "--out", str(out), "--dir", small_kb)

    assert ended.code == 1
    assert f"texts.jsonl:{line}:" in ended.line
    assert cure in ended.line
    assert not out.exists()


def test_the_open_complaints_are_read_as_well_as_is_asked_of_the_reader(assist: Run, tmp_path: Path) -> None:
    ended = assist("eval", "severity", "--texts", str(OPEN), "--out", str(tmp_path / "out.jsonl"), "--json")

    report = ended.document
    assert report["n"] == 50
    assert report["accuracy"]["share"] >= 0.90
    assert report["macro_f1"] >= 0.75
    assert report["false_total"]["share"] <= 0.015
    assert report["fraction_exact"]["share"] >= 0.80
    assert report["false_fraction"]["share"] <= 0.02
