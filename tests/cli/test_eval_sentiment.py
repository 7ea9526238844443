"""`assist eval sentiment`, `assist bench mood`: every side in a file, shares with n, one clear line for a bad file."""

import json
from pathlib import Path

import pytest

from .conftest import Run

LABELLED = [
    {"id": "1", "text": "又大又甜，非常满意", "label": "positive", "domain": "fruit"},
    {"id": "2", "text": "烂了一半，太失望了", "label": "negative", "domain": "fruit"},
    # A label that no reading of the words could give, so that something is wrong.
    {"id": "3", "text": "汤全洒了，差评", "label": "positive", "domain": "takeout"},
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return tmp_path / "texts.jsonl"


def lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_every_text_gets_a_side_and_labels_are_counted(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines(*LABELLED), encoding="utf-8")
    out = tmp_path / "out.jsonl"

    ended = assist("eval", "sentiment", "--texts", str(texts), "--out", str(out), "--json")

    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert ended.code == 0
    assert found == [
        {"id": "1", "label": "positive"},
        {"id": "2", "label": "negative"},
        {"id": "3", "label": "negative"},
    ]
    report = ended.document
    assert (report["accuracy"]["n"], report["accuracy"]["hits"]) == (3, 2)
    assert {label: share["n"] for label, share in report["labels"].items()} == {"negative": 1, "positive": 2}
    assert {domain: share["share"] for domain, share in report["domains"].items()} == {"fruit": 1.0, "takeout": 0.0}


def test_texts_without_labels_are_read_and_nothing_is_measured(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines({"id": "1", "text": "在吗"}), encoding="utf-8")

    ended = assist("eval", "sentiment", "--texts", str(texts), "--out", str(tmp_path / "out.jsonl"))

    assert (ended.code, ended.out) == (0, "")
    assert "1 sides" in ended.line


def test_people_are_shown_n_and_the_interval(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines(*LABELLED), encoding="utf-8")

    ended = assist("eval", "sentiment", "--texts", str(texts), "--out", str(tmp_path / "out.jsonl"))

    assert "0.6667" in ended.out
    assert "takeout" in ended.out


def test_a_label_that_is_none_is_named_with_its_line(assist: Run, texts: Path, tmp_path: Path) -> None:
    texts.write_text(lines(LABELLED[0], {"id": "2", "text": "坏了", "label": "bad"}), encoding="utf-8")
    out = tmp_path / "out.jsonl"

    ended = assist("eval", "sentiment", "--texts", str(texts), "--out", str(out))

    assert ended.code != 0
    assert f"{texts}:2" in ended.line
    assert not out.exists()


def test_the_bench_says_how_long_a_message_takes(assist: Run, texts: Path) -> None:
    texts.write_text(lines(*LABELLED), encoding="utf-8")

    ended = assist("bench", "mood", "--texts", str(texts), "--json")

    first = ended.document["methods"][0]
    assert (first["method"], first["times"]["n"], first["right"]["hits"]) == ("fresh-assist", 3, 2)
