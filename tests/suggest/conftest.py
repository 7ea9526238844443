"""The shipped library, read once."""

import pytest

from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.domain.library import Library


@pytest.fixture(scope="session")
def library() -> Library:
    checked = check_tree(shipped_directory())
    assert checked.library is not None
    return checked.library
