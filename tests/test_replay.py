"""Recorded chats through the real hook: whatever the order and the repeats, the same state."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assist.cli.replaying import Replay, Result, read_sessions, run_replay
from tests.server import Server, serving
from tests.state import state_of

pytestmark = pytest.mark.slow

CHATS = Path(__file__).parent / "cases" / "chats.jsonl"


def _replay(server: Server, sessions: list[dict[str, Any]], *, times: int = 1, shuffle: int | None = None) -> Result:
    plan = Replay(server.url, server.told["account"], server.told["secret"], 0.0, times, shuffle, None)
    return asyncio.run(run_replay(plan, sessions))


def test_a_shuffled_double_replay_ends_as_an_ordered_one(tmp_path: Path) -> None:
    sessions = read_sessions(CHATS)
    spoken = sum(turn["role"] != "tool" for session in sessions for turn in session["turns"])

    with serving(tmp_path / "ordered") as server:
        ordered = _replay(server, sessions)
        database = server.database()
        expected = state_of(database)
        database.close()
    with serving(tmp_path / "shuffled") as server:
        shuffled = _replay(server, sessions, times=2, shuffle=5)
        database = server.database()
        found = state_of(database)
        with database.read.connect() as connection:
            states = dict(connection.execute(text("SELECT state, count(*) FROM inbox GROUP BY state")).all())
        database.close()

    assert ordered.errors == shuffled.errors == 0
    assert ordered.new_rows == shuffled.new_rows == shuffled.duplicates == spoken
    assert ordered.skipped == sum(turn["role"] == "tool" for session in sessions for turn in session["turns"])
    assert states == {"done": spoken}
    assert found == expected
    assert expected["messages"]["rows"] == spoken


def test_a_file_that_is_no_transcript_is_refused_by_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text(json.dumps({"session_id": "a", "turns": []}) + "\n{}\n", encoding="utf-8")

    with pytest.raises(Exception, match=r"broken\.jsonl:2: "):
        read_sessions(broken)
