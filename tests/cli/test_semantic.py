"""Without the extra, what needs it says so in one line."""

from pathlib import Path

import pytest

from assist.app import sentence_model

from .conftest import Run

KB = Path(__file__).parents[1] / "open" / "a_zh_ecom_authored.kb.jsonl"


def test_a_model_that_is_not_installed_names_the_cure(
    assist: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentence_model, "find_spec", lambda name: None)
    queries = KB.with_name("a_zh_ecom_authored.queries.jsonl")
    out = tmp_path / "out.jsonl"

    ended = assist("eval", "retrieval", "--kb", str(KB), "--queries", str(queries), "--out", str(out), "--semantic")

    assert (ended.code, ended.out) == (2, "")
    assert ended.line == "semantic = true needs the extra: pip install 'fresh-assist[semantic]'"
    assert not out.exists()
