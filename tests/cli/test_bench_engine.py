"""`assist bench engine`: what it makes up, how it counts, and one small run of the whole of it."""

import json
from pathlib import Path

import pytest

from assist.cli.bench.engine import planned, run_engine
from assist.cli.bench.figures import EngineFigures, separation_of, share_of, times_of
from assist.cli.bench.part import load_case, measure_learning, save_case
from assist.cli.bench.peers import METHODS, missing, tokens
from assist.cli.bench.questions import KINDS, Asked, Case, Entry, given_case, made_case
from assist.cli.bench.report import write_markdown
from assist.suggest.engine import Engine
from tests.cli.conftest import Run

INSTALLED = [method for method in METHODS if not missing(method)]
SHOP = (
    Entry("活虾怎么保存", ("虾买多了怎么放",), "放冰箱冷藏，尽快吃。"),
    Entry("草莓压坏了怎么赔", (), "拍照给我们，按坏的部分赔。"),
    Entry("发票怎么开", ("可以开公司抬头吗",), "签收后在订单里申请。"),
    Entry("几天能送到北京", (), "看物流更新。"),
)


@pytest.fixture(scope="module")
def small_run() -> EngineFigures:
    plan = planned("200", [], [], "ours,wratio,fts5", questions=40, seed=7, learning=False, patience=60)
    return run_engine(plan)


@pytest.mark.slow
def test_a_run_has_every_figure_of_every_method(small_run: EngineFigures) -> None:
    (case,) = small_run.cases

    assert (case.entries, case.asked_in, case.asked_out, case.left) == (200, 40, 20, ())
    assert [one.method for one in case.methods] == ["fresh-assist", "rapidfuzz WRatio", "SQLite FTS5 trigram"]
    for one in case.methods:
        assert one.hit1.n == 40
        assert one.hit1.hits <= one.recall3.hits <= 40
        assert one.hit1.interval[0] <= one.hit1.share <= one.hit1.interval[1]
        assert sum(kind.n for kind in one.by_kind.values()) == 40
        assert one.separation is not None
        assert (one.separation.n_in, one.separation.n_out) == (40, 20)
        assert one.find.n == 60
        assert 0 < one.find.p50_ms <= one.find.p99_ms


@pytest.mark.slow
def test_only_ours_has_a_whole_path_and_an_edit_is_found_first(small_run: EngineFigures) -> None:
    ours, wratio, trigrams = small_run.cases[0].methods

    assert ours.whole_path is not None
    assert wratio.whole_path is None
    assert wratio.edits is None
    assert trigrams.edits is not None
    assert (ours.edits is not None) == hasattr(Engine, "with_changes")
    assert all(one.edits.visible.share == 1.0 for one in (ours, trigrams) if one.edits)


@pytest.mark.slow
def test_ours_finds_at_least_what_the_usual_choice_finds(small_run: EngineFigures) -> None:
    ours, wratio, _ = small_run.cases[0].methods

    assert ours.hit1.hits >= wratio.hit1.hits


@pytest.mark.slow
def test_the_document_says_when_and_where_and_holds_every_method(small_run: EngineFigures, tmp_path: Path) -> None:
    write_markdown(small_run, tmp_path / "engine.md")

    text = (tmp_path / "engine.md").read_text("utf-8")
    assert small_run.date in text
    assert f"{small_run.cores} cores, Python {small_run.python}" in text
    assert "| fresh-assist | " in text
    assert "| SQLite FTS5 trigram | " in text


def test_the_same_seed_makes_the_same_case_and_another_seed_another() -> None:
    assert made_case(50, 10, 1) == made_case(50, 10, 1)
    assert made_case(50, 10, 1) != made_case(50, 10, 2)


def test_made_up_entries_are_distinct_and_no_question_repeats_one() -> None:
    case = made_case(2000, 400, 3)

    asks = {entry.question for entry in case.entries}
    texts = {one.text for one in case.asked}
    assert len(asks) == 2000
    assert len(texts) == len(case.asked) == 600
    assert not asks & texts
    assert {one.kind for one in case.asked if one.gold} == set(KINDS)
    assert {one.kind for one in case.asked if not one.gold} == {"out: same products", "out: other trades"}


def test_a_case_comes_back_from_its_file(tmp_path: Path) -> None:
    case = made_case(20, 5, 1)

    save_case(case, tmp_path / "case.json")

    assert load_case(tmp_path / "case.json") == case


@pytest.mark.parametrize("method", INSTALLED)
def test_every_method_finds_an_ask_said_again_names_an_entry_once_and_survives_no_words(method: str) -> None:
    finder = METHODS[method].make()
    finder.load(SHOP)
    finder.build()

    for place, entry in enumerate(SHOP):
        for ask in entry.asks:
            top = finder.top(ask, 3)
            assert top[0][0] == place
            assert len({found for found, _ in top}) == len(top) <= 3
            assert [score for _, score in top] == sorted((score for _, score in top), reverse=True)
    for text in ("", "？", "ab", '"'):
        assert len(finder.top(text, 3)) <= 3


def test_chinese_is_split_into_characters_and_pairs_and_the_rest_into_words() -> None:
    assert tokens("活虾 ok吗 500g") == ["活", "虾", "活虾", "ok", "吗", "500g"]


def test_separation_counts_pairs_and_half_of_ties() -> None:
    found = separation_of([3.0, 2.0, 2.0], [1.0, 2.0])

    assert found is not None
    assert found.auroc == pytest.approx(5 / 6, abs=1e-4)
    assert (found.n_in, found.n_out) == (3, 2)
    assert separation_of([1.0], []) is None


def test_times_are_percentiles_in_milliseconds() -> None:
    took = [at / 1000 for at in range(1, 101)]

    times = times_of(took, took)

    assert (times.n, times.p50_ms, times.p99_ms) == (100, 51.0, 100.0)
    assert times.per_second == pytest.approx(100 / 5.05, abs=0.1)


def test_a_share_of_nothing_is_anywhere() -> None:
    assert share_of([]).interval == (0.0, 1.0)


def test_adopted_phrasings_are_found_afterwards() -> None:
    asks = [("甲一", "乙二", "丙三"), ("丁四", "戊五", "己六")]
    entries = tuple(Entry(one[0], one[1:], "") for one in asks)
    lines = [(text, place) for place, one in enumerate(asks) for text in one]
    case = Case("tiny", entries, tuple(Asked(text, (place,), "same") for text, place in lines))

    figures = measure_learning("ratio", case, 1)

    assert (figures.adopted, figures.before.n) == (4, 6)
    assert figures.before.hits < 6
    assert figures.after.hits == 6


def test_a_given_set_is_read_and_a_gold_it_does_not_hold_is_refused(assist: Run, tmp_path: Path) -> None:
    kb = tmp_path / "shop.kb.jsonl"
    queries = tmp_path / "shop.queries.jsonl"
    kb.write_text(
        _lines({"id": "a", "question": "活虾怎么保存", "similar": ["虾怎么放"], "answer": "[standard answer a]"})
    )
    queries.write_text(
        _lines(
            {"id": "1", "text": "虾咋放", "gold": ["a"], "kind": "in_scope"},
            {"id": "2", "text": "订机票", "gold": [], "kind": "oos"},
        )
    )

    case = given_case(kb, queries)

    assert case.name == "shop"
    assert case.entries == (Entry("活虾怎么保存", ("虾怎么放",), ""),)
    assert [(one.text, one.gold) for one in case.asked] == [("虾咋放", (0,)), ("订机票", ())]
    queries.write_text(_lines({"id": "1", "text": "虾咋放", "gold": ["b"], "kind": "in_scope"}))
    ended = assist("bench", "engine", "--kb", str(kb), "--queries", str(queries), "--methods", "ratio")
    assert ended.code == 1
    assert "shop.kb.jsonl does not hold" in ended.line


def test_without_the_extra_a_peer_is_left_out_by_name(assist: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assist.cli.bench.peers.find_spec", lambda name: None)

    ended = assist("bench", "engine", "--sizes", "20", "--questions", "4", "--methods", "bm25s,tfidf", "--json")

    assert ended.code == 0
    assert ended.document["cases"][0]["methods"] == []
    assert ended.err.count("fresh-assist[bench]") == 2


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("--sizes", "many"), id="a size that is no number"),
        pytest.param(("--methods", "nosuch"), id="an unknown method"),
        pytest.param(("--kb", "nosuch.jsonl"), id="entries without queries"),
        pytest.param(("--kb", "nosuch.jsonl", "--queries", "nosuch.jsonl"), id="a file that is not there"),
        pytest.param(("--learning",), id="learning without a set"),
    ],
)
def test_wrong_usage_ends_with_2(assist: Run, options: tuple[str, ...]) -> None:
    ended = assist("bench", "engine", *options)

    assert (ended.code, ended.out) == (2, "")


def _lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
