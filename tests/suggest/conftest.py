"""The shipped library, read once, and what is built from it."""

import pytest

from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.desk.libraries import Shelf, shelf_of
from assist.domain.library import Library
from assist.suggest.engine import Engine
from assist.suggest.names import Names, names_of


@pytest.fixture(scope="session")
def library() -> Library:
    checked = check_tree(shipped_directory())
    assert checked.library is not None
    return checked.library


@pytest.fixture(scope="session")
def shelf(library: Library) -> Shelf:
    return shelf_of(library)


@pytest.fixture(scope="session")
def engine(shelf: Shelf) -> Engine:
    return shelf.engine


@pytest.fixture(scope="session")
def names(library: Library) -> Names:
    return names_of(library)
