"""Which knowledge base or remedy policy does a command read? A folder's, or the shipped one."""

from pathlib import Path

from assist.content.check import check_tree
from assist.content.files import read_tree, shipped_directory
from assist.domain.library import Library
from assist.domain.remedy_policy import RemedyPolicy

from .output import fail

_POLICY = "policy/remedy.toml"


def library_of(directory: Path | None) -> Library:
    """Return the library of a folder, the shipped one when left out; stop at one that is not whole."""
    checked = check_tree(directory or shipped_directory())
    if checked.library is None:
        fail("; ".join(str(finding) for finding in checked.findings[:3]))
    return checked.library


def policy_of(directory: Path | None) -> RemedyPolicy:
    """Return the remedy policy of a folder, the shipped one when left out; stop at one that cannot be used.

    The folder is a knowledge base, or holds `policy/remedy.toml` alone. Whether a draft is fit to publish is for
    `kb check` to say.
    """
    root = directory or shipped_directory()
    entries, errors = read_tree(root)
    wrong = [str(error) for error in errors if error.path == _POLICY]
    entry = next((one for one in entries if (one.kind, one.entry_id) == ("policy", "remedy")), None)
    if wrong:
        fail("; ".join(wrong))
    if entry is None:
        fail(f"{root} holds no remedy policy; write {_POLICY} in it, or leave the folder out for the shipped one")
    policy = RemedyPolicy.model_validate_json(entry.body)
    if lost := _lost(policy):
        fail(f"{_POLICY}: nothing is called {', '.join(lost)}; run: assist kb check {root}")
    return policy


def _lost(policy: RemedyPolicy) -> list[str]:
    """Return the ladders and windows that rules name and nobody wrote."""
    there = {one.id for one in (*policy.ladders, *policy.windows)}
    return sorted({name for rule in policy.rules for name in (rule.ladder, rule.window)} - there)
