"""`assist eval banned`: a given list's terms, by the guard that reads every draft, with shares on labelled texts."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

OPEN = Path(__file__).parents[1] / "open"


def lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path, Path]:
    lexicon, texts, out = tmp_path / "lexicon.jsonl", tmp_path / "texts.jsonl", tmp_path / "out.jsonl"
    lexicon.write_text(lines({"term": "特等甜", "category": "absolute", "severity": "high"}), "utf-8")
    texts.write_text(
        lines(
            {"id": "1", "text": "这是特 等 甜的", "label": "violation", "term": "特等甜", "tier": 1},
            {"id": "2", "text": "最佳，国家级", "label": "clean", "neg_type": "other"},
        ),
        "utf-8",
    )
    return lexicon, texts, out


def run(assist: Run, given: tuple[Path, Path, Path], *more: str) -> Any:
    lexicon, texts, out = map(str, given)
    return assist("eval", "banned", "--lexicon", lexicon, "--texts", texts, "--out", out, *more)


def test_only_the_given_terms_are_looked_for(assist: Run, given: tuple[Path, Path, Path]) -> None:
    ended = run(assist, given, "--json")

    found = [json.loads(line) for line in given[2].read_text("utf-8").splitlines()]
    assert ended.code == 0
    assert found == [
        {
            "id": "1",
            "hits": [{"term": "特等甜", "disguise": "folded", "words": "特 等 甜", "start": 2, "end": 7}],
        },
        {"id": "2", "hits": []},
    ]
    assert [(one["over"], one["any"]["hits"]) for one in ended.document["found"]] == [("all", 1), ("tier 1", 1)]
    assert [one["any"]["hits"] for one in ended.document["false_alarms"]] == [0, 0]


@pytest.mark.slow
def test_a_table_is_printed_without_json(assist: Run, given: tuple[Path, Path, Path]) -> None:
    ended = run(assist, given)

    assert "tier 1" in ended.out
    assert "2 texts in" in ended.err


@pytest.mark.parametrize(
    ("at", "content", "said"),
    [
        pytest.param(0, '{"category": "x"}\n', "lexicon.jsonl:1", id="a line without its term"),
        pytest.param(0, lines({"term": "甲乙"}, {"term": "甲乙"}), "used in line 1", id="a term twice"),
        pytest.param(0, "", "no rows", id="no terms"),
        pytest.param(0, lines({"term": ""}), "lexicon.jsonl:1", id="an empty term"),
        pytest.param(1, '{"id": "1"}\n', "texts.jsonl:1", id="a text without text"),
    ],
)
def test_a_bad_file_is_named_with_its_line(
    assist: Run, given: tuple[Path, Path, Path], at: int, content: str, said: str
) -> None:
    given[at].write_text(content, "utf-8")

    ended = run(assist, given)

    assert ended.code == 1
    assert said in ended.line
    assert not given[2].exists()


def test_what_is_read_is_not_written_over(assist: Run, given: tuple[Path, Path, Path]) -> None:
    ended = run(assist, (given[0], given[1], given[0]))

    assert ended.code == 1
    assert "is read too" in ended.line


@pytest.mark.slow
def test_the_open_set_is_found_as_often_as_promised(assist: Run, tmp_path: Path) -> None:
    ended = run(assist, (OPEN / "c_banned_lexicon.jsonl", OPEN / "c_banned_cases.jsonl", tmp_path / "out"), "--json")

    labelled = {one["over"]: one["labelled"]["share"] for one in ended.document["found"]}
    assert labelled["tier 1"] == 1.0
    assert labelled["tier 2"] >= 0.93
    assert [one["any"]["hits"] for one in ended.document["false_alarms"]] == [0, 0]
