"""The word table: where words lie among meanings, and how characters sound."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assist.suggest.words import DIMENSIONS, word_table

TABLE = word_table()


def _point(*words: str) -> np.ndarray:
    return TABLE.point(TABLE.rows(words))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("蓝梅", "蓝莓", id="second character"),
        pytest.param("大闸写", "大闸蟹", id="tone aside"),
        pytest.param("草莓", "草梅", id="strawberry"),
        pytest.param("例子", "李子", id="words that are both words"),
    ],
)
def test_homophones_sound_alike(one: str, other: str) -> None:
    assert TABLE.sound(one) == TABLE.sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("草莓", "蓝莓", id="another first syllable"),
        pytest.param("虾", "蟹", id="another consonant"),
        pytest.param("草莓", "莓草", id="another order"),
    ],
)
def test_other_syllables_sound_otherwise(one: str, other: str) -> None:
    assert TABLE.sound(one) != TABLE.sound(other)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("草莓蟹写 a1%") | st.characters(categories=None), max_size=30))
@example("\U00020000龥鿿㐀")  # the rarest and the first and last characters
def test_a_sound_stands_where_its_character_stood(said: str) -> None:
    assert len(TABLE.sound(said)) == len(said)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(max_codepoint=0x2FFF), max_size=30))
def test_what_is_not_chinese_sounds_as_it_is_written(said: str) -> None:
    assert TABLE.sound(said) == said


@pytest.mark.parametrize(
    ("said", "syllables"),
    [
        pytest.param("草莓", ["cao", "mei"], id="two characters"),
        pytest.param("虾", ["xia"], id="one"),
        pytest.param("大闸蟹", ["da", "zha", "xie"], id="three"),
        pytest.param("", [], id="nothing"),
        pytest.param("8424西瓜", [], id="digits among them"),
        pytest.param("草莓 好", [], id="a blank among them"),
        pytest.param("apple", [], id="no character at all"),
    ],
)
def test_pinyin_is_of_chinese_characters_alone(said: str, syllables: list[str]) -> None:
    assert TABLE.pinyin(said) == syllables


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=10))
def test_every_character_of_the_block_has_one_syllable(said: str) -> None:
    assert len(TABLE.pinyin(said)) in {0, len(said)}


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["草莓", "保存", "怎么", "apple", "store", "虾", "qqzz", "齉", ""]), max_size=8))
def test_a_point_has_the_length_one_or_none(said: list[str]) -> None:
    point = _point(*said)

    assert point.shape == (DIMENSIONS,)
    length = float(np.linalg.norm(point))
    assert length == pytest.approx(1.0, abs=1e-4) or length == 0.0


@pytest.mark.parametrize("said", [[], ["qqzzqq"], [""]], ids=["no words", "no word of the table", "an empty word"])
def test_unknown_words_lie_nowhere(said: list[str]) -> None:
    assert not _point(*said).any()


def test_the_order_of_words_does_not_move_a_point() -> None:
    assert _point("草莓", "怎么", "保存") == pytest.approx(_point("保存", "草莓", "怎么"), abs=1e-5)


def test_a_chinese_word_counts_by_itself_and_by_its_characters() -> None:
    rows = TABLE.rows(["草莓"])

    assert rows == [TABLE.row_of["草莓"], TABLE.row_of["草"], TABLE.row_of["莓"]]


def test_a_word_that_is_not_known_counts_by_the_characters_that_are() -> None:
    assert "草发票" not in TABLE.row_of

    assert TABLE.rows(["草发票"]) == [TABLE.row_of[one] for one in "草发票"]


def test_an_english_word_counts_whole_or_not_at_all() -> None:
    assert TABLE.rows(["apple", "qqapple"]) == [TABLE.row_of["apple"]]


@pytest.mark.parametrize(
    ("word", "like", "unlike"),
    [
        pytest.param("番茄", "西红柿", "发票", id="two names of one thing"),
        pytest.param("退款", "退钱", "草莓", id="two ways to say refund"),
        pytest.param("快递", "物流", "冰箱", id="who brings it"),
        pytest.param("refund", "money", "banana", id="English"),
    ],
)
def test_words_of_like_meaning_lie_closer(word: str, like: str, unlike: str) -> None:
    assert _point(word) @ _point(like) > _point(word) @ _point(unlike)


def test_every_direction_is_a_unit_vector_and_every_weight_tells_something() -> None:
    lengths = np.linalg.norm(TABLE.directions.astype(np.float32), axis=1) / 127

    assert len(TABLE.row_of) == len(TABLE.directions) == len(TABLE.weights)
    assert np.abs(lengths - 1).max() < 0.05
    assert np.isfinite(TABLE.weights).all()
    assert (TABLE.weights >= 0).all()


def test_the_table_is_read_once() -> None:
    assert word_table() is TABLE
