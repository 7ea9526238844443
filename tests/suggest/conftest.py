"""The shipped library, read once, and what is built from it."""

import pytest

from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.domain.library import Library
from assist.suggest.engine import Engine, build
from assist.suggest.names import Names, names_of


@pytest.fixture(scope="session")
def library() -> Library:
    checked = check_tree(shipped_directory())
    assert checked.library is not None
    return checked.library


@pytest.fixture(scope="session")
def engine(library: Library) -> Engine:
    return build(library)


@pytest.fixture(scope="session")
def names(library: Library) -> Names:
    return names_of(library)
