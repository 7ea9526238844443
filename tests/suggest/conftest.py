"""The shipped library, read once, and what is built from it."""

from typing import Any

import pytest

from assist.desk.libraries import Shelf
from assist.domain.library import Library
from assist.domain.remedy import Question, Refusal, Remedy
from assist.domain.remedy_policy import RemedyPolicy
from assist.suggest.engine import Engine
from assist.suggest.names import Names, names_of
from assist.suggest.remedy import decide
from tests.shipped import shipped_library, shipped_shelf

from .remedy_cases import Decide, claim_of


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return shipped_shelf()


@pytest.fixture(scope="session")
def engine(shelf: Shelf) -> Engine:
    return shelf.engine


@pytest.fixture(scope="session")
def names(library: Library) -> Names:
    return names_of(library)


@pytest.fixture(scope="session")
def remedy_policy(library: Library) -> RemedyPolicy:
    assert library.remedy is not None
    return library.remedy


@pytest.fixture(scope="session")
def decided(remedy_policy: RemedyPolicy) -> Decide:
    """Decide the base claim with changes, under the shipped policy or another."""

    def under(rules: RemedyPolicy | None = None, /, **changes: Any) -> Remedy | Question | Refusal:
        return decide(claim_of(changes), rules or remedy_policy)

    return under
