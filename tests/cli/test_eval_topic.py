"""`assist eval topic`: every topic in a file, shares with n on labelled texts, one clear line for a bad file."""

import json
from pathlib import Path

import pytest

from .conftest import Run

LABELLED = [
    {"id": "1", "text": "草莓能放几天", "category": "berries", "intent": "storage"},
    {"id": "2", "text": "可以开发票吗", "category": "general", "intent": "invoice"},
    # A label that no reading of the words could give, so that something is wrong.
    {"id": "3", "text": "可以开发票吗", "category": "eggs", "intent": "ripeness"},
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return tmp_path / "texts.jsonl"


def lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_every_text_gets_a_topic_and_labels_are_counted(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines(*LABELLED), encoding="utf-8")
    out = tmp_path / "out.jsonl"

    ended = assist("eval", "topic", "--texts", str(texts), "--out", str(out), "--json")

    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert ended.code == 0
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert found[0].keys() == {"id", "category", "intent", "score", "words"}
    assert (found[0]["category"], found[0]["intent"]) == ("berries", "storage")
    assert all(word in LABELLED[0]["text"] for word in found[0]["words"])
    report = ended.document
    assert (report["rows"], report["labelled"]) == (3, 3)
    everything, frequent = report["top1"]
    assert (everything["both"]["n"], everything["both"]["hits"]) == (3, 2)
    assert everything["both"]["interval"][0] < 2 / 3 < everything["both"]["interval"][1]
    assert frequent["both"]["n"] == 3
    assert {"label": "ripeness", "read_as": "invoice", "times": 1} in report["confusions"]


def test_texts_without_labels_are_read_and_nothing_is_measured(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines({"id": "1", "text": "草莓能放几天"}), encoding="utf-8")

    ended = assist("eval", "topic", "--texts", str(texts), "--out", str(tmp_path / "out.jsonl"))

    assert (ended.code, ended.out) == (0, "")
    assert "1 topics" in ended.line


def test_people_are_shown_n_and_the_interval(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines(*LABELLED), encoding="utf-8")

    ended = assist("eval", "topic", "--texts", str(texts), "--out", str(tmp_path / "out.jsonl"))

    assert ended.code == 0
    assert "0.667" in ended.out
    assert "15 most" in ended.out


@pytest.mark.parametrize(
    ("text", "line", "cure"),
    [
        pytest.param(lines(LABELLED[0]) + "{", 2, "a line is", id="no JSON"),
        pytest.param("[]", 1, "a line is", id="no object"),
        pytest.param(lines({"id": "1"}), 1, "text", id="no text"),
        pytest.param(lines({"id": 1, "text": "x"}), 1, "id", id="an id that is a number"),
        pytest.param(lines(LABELLED[0], LABELLED[0]), 2, "unique", id="an id twice"),
        pytest.param(lines({"id": "1", "text": "x", "intent": "storage"}), 1, "both", id="one label of two"),
        pytest.param(
            lines({"id": "1", "text": "x", "intent": "storing", "category": "eggs"}), 1, "topics.toml", id="unknown"
        ),
        pytest.param("\n", 1, "no rows", id="an empty file"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    assist: Run, small_kb: str, texts: Path, tmp_path: Path, text: str, line: int, cure: str
) -> None:
    texts.write_text(text, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    out.write_text("kept", encoding="utf-8")

    ended = assist("eval", "topic", "--texts", str(texts), "--out", str(out), "--dir", small_kb)

    assert (ended.code, ended.out) == (1, "")
    assert ended.line.startswith(f"{texts}:{line}: ")
    assert cure in ended.line
    assert out.read_text(encoding="utf-8") == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "texts.jsonl"]


def test_files_that_are_not_there_or_no_text_are_named(assist: Run, small_kb: str, texts: Path, tmp_path: Path) -> None:
    command = ("eval", "topic", "--texts", str(texts), "--dir", small_kb, "--out")
    missing = assist(*command, str(tmp_path / "out.jsonl"))
    texts.write_bytes("草莓".encode("gbk"))
    encoded = assist(*command, str(tmp_path / "out.jsonl"))
    texts.write_text(lines(LABELLED[0]), encoding="utf-8")
    nowhere = assist(*command, str(tmp_path / "no" / "out.jsonl"))

    assert (missing.code, encoded.code, nowhere.code) == (1, 1, 1)
    assert str(texts) in missing.line
    assert "UTF-8" in encoded.line
    assert "folder" in nowhere.line
