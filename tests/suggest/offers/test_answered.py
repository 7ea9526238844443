"""Does a customer take what was offered? Cases written from the rule, what holds for every text, and the exam."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.offer import OfferPolicy
from assist.suggest.offers.answered import read_answer
from tests.shipped import shipped_library

ROOT = Path(__file__).parents[2]
EXAMS = ROOT / "exam"
NAMES = ("刺身酱油", "酱油", "Soy sauce 150ml")

POLICY = OfferPolicy(
    yes=(
        *("来一份", "要一份", "要的", "要了", "买一份", "加一份", "加上", "带一份", "带上", "好的", "可以"),
        *("yes please", "add it", "add one", "i'll take one", "i'll have one"),
    ),
    no=(
        *("不要", "不要了", "不用", "不用了", "不需要", "算了", "下次吧", "家里有", "太贵了"),
        *("no thanks", "no thank you", "not now", "don't need it", "not this time"),
    ),
)


def cases() -> list[Any]:
    told = tomllib.loads((ROOT / "cases" / "offer_answers" / "answers.toml").read_text(encoding="utf-8"))
    return [
        pytest.param(text, None if label == "none" else label, id=f"{label}-{text}")
        for label, groups in told.items()
        for texts in groups.values()
        for text in texts
    ]


@pytest.mark.parametrize(("text", "answer"), cases())
def test_an_answer_is_read_as_it_is_meant(text: str, answer: str | None) -> None:
    assert read_answer(text, POLICY, NAMES) == answer


@pytest.mark.parametrize(
    ("names", "answer"),
    [
        pytest.param(["芥末酱", "芥末"], "yes", id="what is taken"),
        pytest.param(["刺身酱油"], "no", id="what is not, by the end of its name"),
        pytest.param(["海鲜蘸料"], None, id="neither was offered"),
        pytest.param(["日式芥末（43g）", "刺身酱油 150ml"], None, id="a set of both is in doubt"),
    ],
)
def test_the_offered_goods_decide_whose_answer_it_is(names: Sequence[str], answer: str | None) -> None:
    assert read_answer("酱油不要，芥末来一份", POLICY, names) == answer


def test_what_a_name_begins_with_may_be_other_goods() -> None:
    assert read_answer("三文鱼来一份", POLICY, ["三文鱼蘸料"]) is None
    assert read_answer("蘸料来一份", POLICY, ["三文鱼蘸料"]) == "yes"


def test_a_shop_without_words_for_it_reads_no_answer() -> None:
    for text in ("来一份", "不要", "yes please", "no thanks"):
        assert read_answer(text, OfferPolicy(), NAMES) is None


@given(text=st.text(alphabet="不要用来一份带酱油好的吗？，。 便宜就如果芥末三文鱼 yesnothak'add\n👍１", max_size=60))
def test_every_text_is_read_to_an_answer_or_none(text: str) -> None:
    assert read_answer(text, POLICY, NAMES) in ("yes", "no", None)


@given(
    parts=st.lists(
        st.sampled_from(
            ["那就", "刚", "刚刚", "我家", "家里", "我们", "11", "一二", "要", "不", "真的", "好的", "好", "也", "都"]
        ),
        min_size=1,
        max_size=3,
    ),
    end=st.sampled_from(["x", "有", "要", "不", "份", "，", ""]),
)
def test_what_is_said_over_and_over_is_read_as_well(parts: list[str], end: str) -> None:
    assert read_answer("".join(parts) * 150 + end, POLICY, NAMES) in ("yes", "no", None)


@given(text=st.text(alphabet="不要用来一份带酱油好的吗谢yes", max_size=20))
def test_a_question_mark_never_makes_a_no(text: str) -> None:
    assert read_answer(f"{text}？", POLICY, NAMES) != "no"


def exam(name: str) -> list[Mapping[str, Any]]:
    text = (EXAMS / name / "exam.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("offer_answers", id="its errors were seen"),
        pytest.param("offer_answers_second", id="nothing was tuned on it"),
    ],
)
def test_the_exam_is_passed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong answer costs more than a missed one: who takes it orders it all the same."""
    figures = measured(exam(name))
    with capsys.disabled():
        for label, (right, said, meant) in figures.items():
            print(f"\n{name}, {label}: precision {right}/{said}, recall {right}/{meant}", end="")

    for label, (right, said, _) in figures.items():
        assert right >= 0.97 * said, label


def measured(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int, int]]:
    """Return (right, said, meant) for yes and for no."""
    policy = shipped_library().selling
    read = [(read_answer(row["text"], policy, row["offered"]) or "none", row["label"]) for row in rows]
    return {
        label: (
            sum(found == meant == label for found, meant in read),
            sum(found == label for found, _ in read),
            sum(meant == label for _, meant in read),
        )
        for label in ("yes", "no")
    }
