"""Learned phrasings are content: read from files, checked, built into the library and written back."""

from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.content.export import export_entries
from assist.content.library import build_library
from assist.domain.library import Entry, Library, Phrasing
from assist.domain.policy import LearningPolicy

NAME = "learned/phrasings.toml"
LEARNED = """\
[[phrasings]]
id = "p1"
article_id = "storage-shrimp"
text = "虾搁几天不会坏"
times = 3

[[phrasings]]
id = "p2"
article_id = "storage-strawberry"
text = "虾搁几天不会坏"
right = false
times = 2

[[phrasings]]
id = "p3"
article_id = "storage-strawberry"
text = "莓果咋存"
rejected = true
"""


def _write(tree: Path, text: str, name: str = NAME) -> None:
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text(text, encoding="utf-8")


def _library(tree: Path) -> Library:
    checked = check_tree(tree)
    assert checked.findings == ()
    assert checked.library is not None
    return checked.library


def test_phrasings_that_count_and_rejected_ones_are_kept_apart(tree: Path) -> None:
    _write(tree, LEARNED)

    library = _library(tree)

    assert library.phrasings == (
        Phrasing(id="p1", article_id="storage-shrimp", text="虾搁几天不会坏", times=3),
        Phrasing(id="p2", article_id="storage-strawberry", text="虾搁几天不会坏", right=False, times=2),
    )
    assert [one.id for one in library.rejected] == ["p3"]


def test_learned_phrasings_survive_export(tree: Path, tmp_path: Path) -> None:
    _write(tree, LEARNED)
    entries = check_tree(tree).entries

    export_entries(entries, tmp_path / "once")
    again = check_tree(tmp_path / "once")
    export_entries(reversed(again.entries), tmp_path / "twice")

    assert again.findings == ()
    assert build_library("s1", 1, again.entries) == build_library("s1", 1, entries)
    assert (tmp_path / "once" / NAME).read_bytes() == (tmp_path / "twice" / NAME).read_bytes()


@pytest.mark.parametrize(
    ("was", "now", "line", "cure"),
    [
        pytest.param('"storage-shrimp"', '"storage-crab"', 2, "unknown article", id="an article that is not there"),
        pytest.param("虾搁几天不会坏", "草莓要洗了再放吗？", 2, "storage-strawberry", id="another article's ask"),
        pytest.param('"p2"', '"p1"', 8, "unique", id="an id used twice"),
        pytest.param("times = 3", "times = 0", 5, "times", id="never seen"),
        pytest.param('text = "虾', 'text = "\\n虾', 4, "text", id="two lines"),
        pytest.param("[[phrasings]]", "[[phrases]]", 1, "[[phrasings]]", id="another table"),
    ],
)
def test_a_spoilt_phrasing_is_refused(tree: Path, was: str, now: str, line: int, cure: str) -> None:
    _write(tree, LEARNED.replace(was, now, 1))

    findings = [(finding.path, finding.line, finding.message) for finding in check_tree(tree).findings]

    assert [(path, at) for path, at, _ in findings] == [(NAME, line)], findings
    assert cure in findings[0][2]


def test_a_counterexample_may_be_another_articles_ask(tree: Path) -> None:
    _write(tree, LEARNED.replace('text = "虾搁几天不会坏"\nright = false', 'text = "如何保存活虾"\nright = false'))

    assert check_tree(tree).findings == ()


def test_a_phrasing_waits_for_its_article(tree: Path) -> None:
    entries = check_tree(tree).entries
    orphan = Entry(kind="phrasing", entry_id="p1", body='{"id":"p1","article_id":"storage-crab","text":"蟹咋放"}')

    assert build_library("s1", 1, [*entries, orphan]).phrasings == ()


def test_a_library_from_before_there_was_learning_has_its_defaults(tree: Path) -> None:
    (tree / "policy" / "learning.toml").unlink()

    assert _library(tree).learning == LearningPolicy()


def test_the_shipped_policy_says_what_its_comments_promise(tree: Path) -> None:
    policy = _library(tree).learning

    # Automatic is off until somebody runs it, and then needs much: thirty-five clean adoptions reach 0.90.
    assert (policy.min_wrong, policy.min_share) == (2, 0.8)
    assert (policy.automatic_confidence, policy.automatic_conversations) == (0.9, 40)
    assert "那" in policy.pointing
