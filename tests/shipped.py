"""What is shipped, read and built once a process: immutable, so every test may have the same."""

from functools import cache

from assist.content.check import Checked, check_tree
from assist.content.files import read_tree, shipped_directory
from assist.desk.libraries import Shelf, shelf_of
from assist.domain.library import Entry, Library


@cache
def shipped_entries() -> tuple[Entry, ...]:
    entries, errors = read_tree(shipped_directory())
    assert not errors
    return tuple(entries)


@cache
def shipped_checked() -> Checked:
    return check_tree(shipped_directory())


def shipped_library() -> Library:
    library = shipped_checked().library
    assert library is not None
    return library


@cache
def shipped_shelf() -> Shelf:
    return shelf_of(shipped_library())
