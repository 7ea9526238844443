"""`assist eval alerts` counts the recorded chats that would have called a supervisor."""

import json
from pathlib import Path

import pytest

from .conftest import Run

ANGRY = {"session_id": "a", "turns": [{"role": "customer", "text": "吃完全家食物中毒送急诊了"}]}
CALM = {"session_id": "c", "turns": [{"role": "user", "text": "活虾怎么保存"}]}
AGENT = {"session_id": "s", "turns": [{"role": "agent", "text": "食物中毒请马上就医，也可以打12315"}]}


def sessions(folder: Path, *told: object) -> Path:
    path = folder / "sessions.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told), encoding="utf-8")
    return path


def test_sessions_that_call_somebody_are_counted_with_their_reasons(assist: Run, tmp_path: Path) -> None:
    path = sessions(tmp_path, ANGRY, CALM, AGENT)

    ran = assist("eval", "alerts", "--sessions", str(path), "--json")

    assert ran.code == 0, ran.err
    report = ran.document
    assert (report["sessions"], report["fired_ids"]) == (3, ["a"])
    assert (report["fired"]["hits"], report["fired"]["n"]) == (1, 3)
    assert report["red_flags"]["illness"]["hits"] == 1
    assert report["reasons"]["red_flag"]["hits"] == 1
    assert "食物中毒" not in ran.out


@pytest.mark.parametrize(
    ("text", "problem"), [pytest.param("", "no sessions", id="empty"), pytest.param("{}\n", ":1: not", id="no turns")]
)
def test_a_file_that_holds_no_sessions_is_refused_with_its_place(
    assist: Run, tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "sessions.jsonl"
    path.write_text(text, encoding="utf-8")

    ran = assist("eval", "alerts", "--sessions", str(path))

    assert ran.code == 1
    assert problem in ran.line
