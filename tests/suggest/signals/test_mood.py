"""How does a text sound? Cases whose expectations were written from the words, and what holds for every text."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.mood import MoodName, MoodPolicy
from assist.suggest.signals.mood import MoodReader, build_moods
from tests.shipped import shipped_library

CASES = Path(__file__).parents[2] / "cases" / "moods"
KNOWN_MISSES = {
    "What if some of them are broken?": "a supposed case in English",
    "蓝莓长毛了": "fruit and 了 alone sound like a question",
    "个头比图片小很多": "a comparison without a word of blame",
    "看着挺好，结果切开都是黑的": "praise and blame weigh nearly the same",
    "快是快，就是太难吃了": "praise and blame weigh nearly the same",
    "个头不大，但是特别甜": "what follows 但是 is mostly blame",
}
"""Expectations that hold and are not met yet; docs/guards.md tells of them."""
CHARACTERS = "不没有是很太新鲜好吃坏了两个烂骗子退钱 ，。！!?？～Ａbad not fresh薴臭機\u200b\ufe0f\ud800😡❤ﬁ㍿é\n0１２"


def cases() -> list[object]:
    found: list[object] = []
    for path in sorted(CASES.glob("*.toml")):
        for mood, groups in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found += [_case(text, mood) for texts in groups.values() for text in texts]
    return found


def _case(text: str, mood: str) -> object:
    why = KNOWN_MISSES.get(text)
    return pytest.param(
        text, mood, id=f"{mood}-{text}", marks=pytest.mark.xfail(reason=why, strict=True) if why else ()
    )


@pytest.fixture(scope="module")
def reader() -> MoodReader:
    return build_moods(shipped_library().moods)


@pytest.mark.parametrize(("text", "mood"), cases())
def test_a_text_sounds_as_it_is_meant(reader: MoodReader, text: str, mood: str) -> None:
    assert reader.read(text).name == mood


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("苹果不是很新鲜，太失望了", "不是很新鲜", id="the negation is part of it"),
        pytest.param("真的不难吃", "不难吃", id="twice bad is good"),
        pytest.param("你们這些騙子！", "騙子", id="traditional script"),
        pytest.param("Ｂａｄ！ Ｔｅｒｒｉｂｌｅ", "Ｔｅｒｒｉｂｌｅ", id="full width"),
        pytest.param("骗\u200b子，还钱", "骗\u200b子", id="an invisible character inside"),
        pytest.param("坏了坏了！！！！！全烂了", "全烂", id="after a run that was shortened"),
    ],
)
def test_the_words_that_show_a_mood_are_the_customers_own(reader: MoodReader, text: str, shown: str) -> None:
    words = [text[word.start : word.end] for word in reader.read(text).words]

    assert any(shown in word for word in words), words


@pytest.mark.parametrize("text", ["", "   ", "。。。", "\u200b", "，，！？"])
def test_a_text_without_letters_is_neutral(reader: MoodReader, text: str) -> None:
    mood = reader.read(text)

    assert (mood.score, mood.name, mood.words) == (0.0, MoodName.neutral, ())


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(CHARACTERS)), max_size=80))
def test_spans_lie_inside_the_text_in_order_and_scores_between_the_ends(text: str) -> None:
    mood = build_moods(POLICY).read(text)

    assert -1 <= mood.score <= 1
    assert all(0 <= word.start < word.end <= len(text) for word in mood.words)
    assert list(mood.words) == sorted(mood.words, key=lambda word: word.start)


@given(
    st.text(alphabet=st.sampled_from("\u200b️‎ "), max_size=3),
    st.integers(0, 4),
    st.sampled_from(["，", "!!!!", "哈哈哈哈", ""]),
)
def test_a_word_is_found_where_it_stands_whatever_surrounds_it(invisible: str, at: int, before: str) -> None:
    word = "没法吃的"[:at] + invisible.replace(" ", "") + "没法吃的"[at:]
    text = f"{before}全烂了{invisible}，{word}，骗子"

    mood = build_moods(POLICY).read(text)

    assert mood.name is MoodName.angry
    assert text[mood.words[-1].start : mood.words[-1].end] == "骗子"


POLICY = shipped_library().moods


def test_a_mood_has_the_name_its_policy_gives_its_score() -> None:
    text = "坏了两个"

    strict = build_moods(MoodPolicy(upset_to=-0.01, angry_to=-0.02)).read(text)
    lenient = build_moods(MoodPolicy(upset_to=-0.99, angry_to=-1)).read(text)

    assert (strict.name, lenient.name) == (MoodName.angry, MoodName.neutral)


def test_a_shops_own_words_move_the_part_they_stand_in() -> None:
    plain = build_moods(MoodPolicy()).read("橙子嘎嘣的")
    taught = build_moods(MoodPolicy(happy_words=("嘎嘣",), word_weight=3)).read("橙子嘎嘣的")

    assert taught.score > plain.score
    assert taught.name is MoodName.happy


def test_the_darkest_message_of_a_turn_counts(reader: MoodReader) -> None:
    texts = ["快递很快，谢谢", "草莓烂了一半", "在吗"]

    mood = reader.of_turn(texts)

    joined = "\n".join(texts)
    assert mood.name is MoodName.upset
    assert all("\n" not in joined[word.start : word.end] for word in mood.words)
    assert mood.words
    assert mood.words[0].start > len(texts[0])


def test_praise_counts_where_nothing_blames(reader: MoodReader) -> None:
    assert reader.of_turn(["你好", "橙子很甜，非常满意"]).name is MoodName.happy


def test_a_turn_without_messages_is_neutral(reader: MoodReader) -> None:
    assert reader.of_turn([]).name is MoodName.neutral
