"""`assist kb`: exit codes, one document with --json, and honest numbers."""

import random
from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.desk.publish import FILES, digest_of, publish
from assist.store.database import open_database
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.shipped import shipped_library
from tests.trees import ARTICLE, NAME, small_tree

from .conftest import URL, Run


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return small_tree(tmp_path / "kb")


def test_checking_what_we_ship_succeeds(assist: Run) -> None:
    ended = assist("kb", "check")

    assert ended.code == 0
    assert all(line.startswith("提醒 remark: ") for line in ended.out.splitlines())
    assert "nothing to mend" in ended.line


def test_a_finding_is_told_with_file_and_line_and_ends_with_1(assist: Run, tree: Path) -> None:
    (tree / NAME).write_text(ARTICLE.replace("当天", "3天"), encoding="utf-8")

    ended = assist("kb", "check", str(tree))

    assert ended.code == 1
    assert ended.out.startswith(f"{NAME}:22: ")
    assert "1 findings" in ended.line


def test_findings_as_json_are_one_document(assist: Run, tree: Path) -> None:
    (tree / NAME).write_text(ARTICLE.replace("live_seafood", "seafoods"), encoding="utf-8")

    ended = assist("kb", "check", str(tree), "--json")

    assert ended.code == 1
    assert ended.document["articles"] == 2
    (finding,) = ended.document["findings"]
    assert (finding["path"], finding["line"]) == (NAME, 4)


def test_nothing_found_as_json_is_an_empty_list_of_findings(assist: Run, tree: Path) -> None:
    ended = assist("kb", "check", str(tree), "--json")

    assert ended.code == 0
    assert (ended.document["articles"], ended.document["findings"]) == (2, [])


def test_what_is_overdue_is_remarked_on_apart_and_counts_only_when_told_to(assist: Run, tree: Path) -> None:
    (tree / NAME).write_text(ARTICLE.replace("2026-11-21", "2024-01-01"), encoding="utf-8")

    ended = assist("kb", "check", str(tree), "--json", "--today", "2026-11-21")
    strict = assist("kb", "check", str(tree), "--strict", "--today", "2026-11-21")

    assert (ended.code, ended.document["findings"]) == (0, [])
    assert [one["path"] for one in ended.document["warnings"] if "reviewed" in one["message"]] == [NAME]
    assert strict.code == 1
    assert "remark" in strict.line


def test_an_article_that_a_guard_would_stop_is_a_finding(assist: Run, tree: Path) -> None:
    (tree / NAME).write_text(ARTICLE.replace("活虾建议您当天吃", "加我微信，活虾建议您当天吃"), encoding="utf-8")

    ended = assist("kb", "check", str(tree))

    assert ended.code == 1
    assert f"{NAME}:22: " in ended.out
    assert "微信" in ended.out


def test_a_folder_that_is_not_there_is_a_finding(assist: Run, tmp_path: Path) -> None:
    ended = assist("kb", "check", str(tmp_path / "nowhere"))

    assert ended.code == 1
    assert "no such folder" in ended.out


def test_stats_count_what_is_there(assist: Run, tree: Path) -> None:
    ended = assist("kb", "stats", str(tree), "--json")

    stats = ended.document
    # Two articles with four asks each, of two categories and one intent; one figure by use, one of its own.
    assert ended.code == 0
    assert (stats["articles"], stats["asks"], stats["categories"], stats["intents"]) == (2, 8, 2, 1)
    assert stats["matrix"] == {"berries": {"storage": 1}, "live_seafood": {"storage": 1}}
    assert stats["held_out"]["n"] == 2
    assert stats["held_out"]["hit1_interval"][0] <= stats["held_out"]["hit1"] <= stats["held_out"]["hit1_interval"][1]


def test_stats_of_what_we_ship_add_up(assist: Run) -> None:
    stats = assist("kb", "stats", "--json").document

    library = shipped_library()
    assert stats["articles"] == len(library.articles) == stats["held_out"]["n"]
    assert sum(sum(row.values()) for row in stats["matrix"].values()) == stats["articles"]


def test_the_same_seed_draws_the_same_asks(assist: Run, tree: Path) -> None:
    first = assist("kb", "stats", str(tree), "--json", "--seed", "3").document
    random.seed(1)

    assert assist("kb", "stats", str(tree), "--json", "--seed", "3").document == first


def test_stats_for_people_name_the_numbers(assist: Run, tree: Path) -> None:
    ended = assist("kb", "stats", str(tree))

    assert ended.code == 0
    assert "2 articles, 8 asks" in ended.out


def test_a_question_finds_its_article(assist: Run, tree: Path) -> None:
    ended = assist("kb", "search", "如何保存活虾", "--dir", str(tree))

    assert ended.code == 0
    assert "storage-shrimp" in ended.out.splitlines()[0]
    assert "4℃" in ended.out


def test_found_articles_as_json_are_one_list_best_first(assist: Run, tree: Path) -> None:
    ended = assist("kb", "search", "草莓怎么保存", "--dir", str(tree), "--top", "2", "--json")

    found = ended.document
    assert found[0]["article"]["id"] == "storage-strawberry"
    assert len(found) <= 2
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)


def test_a_question_without_words_finds_nothing(assist: Run, tree: Path) -> None:
    assert assist("kb", "search", "👍", "--dir", str(tree)).code == 1
    assert assist("kb", "search", "👍", "--dir", str(tree), "--json").document == []


@pytest.mark.parametrize(
    "arguments", [("kb", "search"), ("kb", "search", "虾", "--top", "0"), ("kb", "nosuch"), ("nosuch",)]
)
def test_wrong_usage_ends_with_2(assist: Run, arguments: tuple[str, ...]) -> None:
    ended = assist(*arguments)

    assert (ended.code, ended.out) == (2, "")


@pytest.mark.parametrize("arguments", [("--help",), ("kb", "--help"), ("kb", "check", "--help"), ("kpi", "--help")])
def test_every_command_explains_itself(assist: Run, arguments: tuple[str, ...]) -> None:
    ended = assist(*arguments)

    assert ended.code == 0
    assert "Usage:" in ended.out
    assert ended.err == ""


def test_a_published_version_comes_back_as_files(assist: Run, home: Path, tree: Path) -> None:
    entries = check_tree(tree).entries
    database = open_database(URL)
    writer = Writer(database).start()
    writer.submit(publish("s1", entries, author=FILES, reason="test", now=NOW)).result()
    writer.close()
    database.close()

    ended = assist("kb", "export", "out")

    assert ended.code == 0
    assert "version 1" in ended.line
    assert digest_of(check_tree(home / "out").entries) == digest_of(entries)
    assert assist("kb", "export", "out").code == 1, "never over what is there"
    assert assist("kb", "export", "out2", "--number", "9").line.endswith("no library version 9")


def test_before_anything_is_published_there_is_nothing_to_export(assist: Run, home: Path) -> None:
    ended = assist("kb", "export", "out")

    assert ended.code == 1
    assert "no library version" in ended.line
    assert not (home / "out").exists()
