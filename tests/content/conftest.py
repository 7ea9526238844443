"""A small tree for every test to spoil."""

from pathlib import Path

import pytest

from tests.trees import small_tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return small_tree(tmp_path / "kb")
