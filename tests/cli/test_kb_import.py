"""`assist kb import`: a table from the command line, seen first, then kept as drafts."""

import json
from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.desk.publish import FILES, publish
from assist.domain.draft import DraftState
from assist.store.database import open_database
from assist.store.queries import drafts
from assist.store.writer import Writer
from tests.cli.conftest import NOW, Run
from tests.trees import small_tree

URL = "sqlite:///assist.sqlite3"
TABLE = "问题,答案\n蟹绳要剪掉吗,蒸之前剪掉\n蟹壳有泥怎麼辦,刷乾淨再蒸\n"


@pytest.fixture
def published(home: Path, tmp_path: Path) -> Path:
    database = open_database(URL)
    writer = Writer(database).start()
    entries = check_tree(small_tree(tmp_path / "kb")).entries
    writer.submit(publish("s1", entries, author=FILES, reason="test", now=NOW)).result()
    writer.close()
    database.close()
    (home / "t.csv").write_text(TABLE, encoding="gb18030")
    return home


def waiting() -> list[str]:
    database = open_database(URL, read_only=True)
    with database.reader() as session:
        found = [one.note for one in drafts.listed(session, "s1") if one.state is DraftState.review]
    database.close()
    return sorted(found)


def test_a_dry_run_says_what_would_come_of_it_and_keeps_nothing(assist: Run, published: Path) -> None:
    ended = assist("kb", "import", "t.csv", "--dry-run", "--json")

    told = json.loads(ended.out)
    assert ended.code == 0
    assert told["counts"] == {"new": 2, "changed": 0, "same": 0, "skipped": 0}
    assert [row["title"] for row in told["rows"]] == ["蟹绳要剪掉吗", "蟹壳有泥怎么办"]
    assert waiting() == []


def test_rows_become_drafts_in_review_and_the_same_file_again_changes_nothing(assist: Run, published: Path) -> None:
    first = assist("kb", "import", "t.csv")
    again = assist("kb", "import", "t.csv")

    assert first.code == again.code == 0
    assert "2 drafts wait for review" in first.err
    assert "2 same" in again.err
    assert waiting() == ["t.csv:2", "t.csv:3"]


def test_a_map_says_which_column_is_what(assist: Run, published: Path) -> None:
    (published / "t.csv").write_text("甲,乙\n蟹绳要剪掉吗,蒸之前剪掉\n", encoding="utf-8")
    (published / "map.toml").write_text('"甲" = "question"\n"乙" = "text"\n', encoding="utf-8")

    unmapped = assist("kb", "import", "t.csv")
    mapped = assist("kb", "import", "t.csv", "--map", "map.toml")

    assert unmapped.code == 2
    assert "which columns hold the question" in unmapped.err
    assert mapped.code == 0
    assert waiting() == ["t.csv:2"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("none.csv", "cannot be read", id="no file"),
        pytest.param("bad.csv", "row 2: more cells", id="a bad row"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_one_line(
    assist: Run, published: Path, name: str, said: str
) -> None:
    (published / "bad.csv").write_text("q,a\n1,2,3\n", encoding="utf-8")

    ended = assist("kb", "import", name)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_whoever_imports_is_a_person_of_the_shop(assist: Run, published: Path) -> None:
    ended = assist("kb", "import", "t.csv", "--by", "nobody")

    assert ended.code == 2
    assert "nobody to import as" in ended.err
