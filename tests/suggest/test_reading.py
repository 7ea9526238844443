"""A text as terms: script decides, character by character."""

from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.suggest.names import Names
from assist.suggest.reading import KIND_WEIGHT, KINDS, Reading, read, read_answer, split
from assist.suggest.text import normalise
from assist.suggest.words import word_table

TABLE = word_table()

said = st.text(st.sampled_from("草莓虾怎么保存放几天aeiprlk19.% ") | st.characters(), max_size=60)


def _holds(reading: Reading, term: str) -> bool:
    """Does a reading hold this term, given with its kind before it?"""
    return bool(((reading.terms == crc32(term.encode())) & (reading.kinds == KINDS.index(term[0]))).any())


@pytest.mark.parametrize(
    ("plain", "terms"),
    [
        pytest.param("虾", {"c虾"}, id="one character: no pair, and no word beside it"),
        pytest.param("草莓", {"w草莓", "c草", "c莓", "b草莓"}, id="a word, its characters, its pair"),
        pytest.param("hi", {"ehi"}, id="a short word has no letter runs"),
        pytest.param("egg", {"eegg", "g^eg", "gegg", "ggg$"}, id="a word and its letter runs"),
        pytest.param("20%", {"e20%"}, id="a share"),
        pytest.param("3.5", {"e3.5"}, id="a number with its point"),
        pytest.param("2026", {"e2026"}, id="numbers have no letter runs"),
        pytest.param("虾 ok", {"c虾", "eok"}, id="both scripts"),
        pytest.param("虾ok虾", {"c虾", "eok"}, id="both scripts without a blank: no pair across"),
        pytest.param("5斤", {"e5", "c斤"}, id="number and measure"),
        pytest.param("", set(), id="empty"),
        pytest.param(" -+.% ", set(), id="nothing but signs"),
    ],
)
def test_a_text_is_split_by_its_script(plain: str, terms: set[str]) -> None:
    assert set(split(plain)[0]) == terms


def test_words_come_in_order_and_repeated() -> None:
    _, words = split("虾 and 虾 and egg")

    assert words == ["虾", "and", "虾", "and", "egg"]


def test_mixed_scripts_are_read_as_both(names: Names) -> None:
    reading = read("草莓 freeze 几天", names, TABLE)

    for term in ("w草莓", "c几", "c天", "efreeze", "g^fr", "gze$"):
        assert _holds(reading, term), term


def test_terms_are_distinct_however_often_they_are_said(names: Names) -> None:
    once, thrice = read("草莓 egg", names, TABLE), read("草莓 egg 草莓 egg 草莓 egg", names, TABLE)

    assert sorted(thrice.terms.tolist()) == sorted(once.terms.tolist())


@settings(max_examples=80, deadline=None)
@given(said)
def test_every_reading_is_whole(names: Names, said: str) -> None:
    reading = read(normalise(said), names, TABLE)

    assert reading.plain == normalise(said)
    assert len(reading.terms) == len(reading.kinds)
    assert len(set(zip(reading.terms.tolist(), reading.kinds.tolist(), strict=True))) == len(reading.terms)
    assert bool(len(reading.terms)) == any(
        (one.isascii() and one.isalnum()) or "㐀" <= one <= "鿿" for one in reading.plain
    )
    again = read(normalise(said), names, TABLE)
    assert reading.terms.tolist() == again.terms.tolist()
    assert reading.point.tolist() == again.point.tolist()


@settings(max_examples=40, deadline=None)
@given(said, said)
def test_a_longer_text_holds_the_terms_of_its_part(names: Names, one: str, other: str) -> None:
    whole = set(split(f"{normalise(one)} {normalise(other)}")[0])

    assert whole == {*split(normalise(one))[0], *split(normalise(other))[0]}


def test_an_empty_text_has_no_terms_and_lies_nowhere(names: Names) -> None:
    reading = read("", names, TABLE)

    assert not len(reading.terms)
    assert not reading.point.any()
    assert not read_answer("", TABLE).point.any()


def test_products_are_terms_of_their_own(names: Names) -> None:
    reading = read("基围虾怎么保存", names, TABLE)

    assert _holds(reading, "pshrimp")


def test_products_that_were_looked_for_are_not_looked_for_again(names: Names) -> None:
    reading = read("基围虾怎么保存", names, TABLE, [])

    assert not _holds(reading, "pshrimp")


def test_two_names_of_one_product_are_one_term(names: Names) -> None:
    chinese, english = read("土豆", names, TABLE), read("potatoes", names, TABLE)

    assert _holds(chinese, "ppotato")
    assert _holds(english, "ppotato")


def test_kinds_weigh_as_they_are_declared(names: Names) -> None:
    reading = read("虾 egg", names, TABLE)

    declared = [KIND_WEIGHT[KINDS[kind]] for kind in reading.kinds.tolist()]
    assert reading.kind_weights.tolist() == pytest.approx(declared)


def test_what_is_spoken_of_and_in_what_order_are_told_apart(names: Names) -> None:
    reading = read("草莓 egg", names, TABLE)

    for kind in ("p", "c", "e"):
        assert reading.unordered[reading.kinds == KINDS.index(kind)].all(), kind
    for kind in ("w", "b", "g"):
        assert not reading.unordered[reading.kinds == KINDS.index(kind)].any(), kind


def test_an_answer_is_read_by_its_words_alone() -> None:
    answer = read_answer("草莓 不要 洗 freeze", TABLE)

    assert answer.words.all()
    held = {KINDS[kind] for kind in answer.kinds.tolist()}
    assert held <= {"c", "e", "w"}
    for term in ("w草莓", "c洗", "efreeze"):
        assert _holds(answer, term), term
    assert not _holds(answer, "c草")


def test_an_answer_shares_its_words_with_a_question(names: Names) -> None:
    question, answer = read("草莓 能 freeze 吗", names, TABLE), read_answer("草莓 可以 freeze", TABLE)

    shared = np.intersect1d(question.terms[question.words], answer.terms)
    assert {crc32(b"efreeze"), crc32("w草莓".encode())} <= set(shared.tolist())
