"""Which knowledge base does a command read? A folder's, or the shipped one."""

from pathlib import Path

from assist.content.check import check_tree
from assist.content.files import shipped_directory
from assist.domain.library import Library

from .output import fail


def library_of(directory: Path | None) -> Library:
    """Return the library of a folder, the shipped one when left out; stop at one that is not whole."""
    checked = check_tree(directory or shipped_directory())
    if checked.library is None:
        fail("; ".join(str(finding) for finding in checked.findings[:3]))
    return checked.library
