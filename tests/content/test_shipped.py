"""What we ship is fit to publish, survives export, and is as its README says."""

import re
from pathlib import Path

import pytest

from assist.content.check import Checked, check_tree
from assist.content.export import ExportError, export_entries
from assist.content.files import shipped_directory
from assist.content.library import build_library
from assist.desk.publish import digest_of
from assist.domain.figures import Fact
from assist.domain.library import RUNTIME_SLOTS
from tests.shipped import shipped_checked
from tests.trees import NAME


@pytest.fixture(scope="module")
def shipped() -> Checked:
    return shipped_checked()


def test_every_shipped_file_loads_and_nothing_is_found_in_it(shipped: Checked) -> None:
    assert shipped.findings == ()
    assert shipped.library is not None
    files = [path for path in shipped_directory().rglob("*.md") if not path.name.startswith("README")]
    assert len(shipped.library.articles) == len(files)


def test_every_shipped_figure_has_a_source(shipped: Checked) -> None:
    library = shipped.library
    assert library is not None
    facts = [fact for holder in (*library.articles, *library.products) for fact in holder.facts.values()]

    assert all(isinstance(fact, Fact) and fact.source.issuer for fact in facts)
    assert RUNTIME_SLOTS.isdisjoint(name for article in library.articles for name in article.facts)


def test_export_then_check_then_export_gives_the_same_bytes_and_the_same_digest(
    shipped: Checked, tmp_path: Path
) -> None:
    export_entries(shipped.entries, tmp_path / "once")
    again = check_tree(tmp_path / "once")
    export_entries(reversed(again.entries), tmp_path / "twice")

    assert again.findings == ()
    assert digest_of(again.entries) == digest_of(shipped.entries)
    assert _bytes_below(tmp_path / "once") == _bytes_below(tmp_path / "twice")


def test_an_exported_library_is_the_same_library(shipped: Checked, tmp_path: Path) -> None:
    export_entries(shipped.entries, tmp_path / "out")

    entries = check_tree(tmp_path / "out").entries

    assert build_library("s1", 3, entries) == build_library("s1", 3, shipped.entries)


def test_nothing_is_exported_over_somebodys_files(shipped: Checked, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(ExportError, match="not empty"):
        export_entries(shipped.entries, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_readmes_example_can_be_published(tree: Path) -> None:
    readme = (shipped_directory() / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```\w*\n(\+\+\+\n.*?)^```", readme, re.MULTILINE | re.DOTALL)

    assert examples, "the README shows no article"
    for example in examples:
        (tree / NAME).write_text(example, encoding="utf-8")
        assert check_tree(tree).findings == ()


def _bytes_below(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
