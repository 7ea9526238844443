"""However a term is written and whatever is around it: what is found is what stands there, and takes time in step."""

import string
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assist.suggest.guard.sounds import usual_sound

from .lexicons import guard_of, shipped_guard

TERMS = ("国家级", "最佳", "独一无二", "加微信", "好评返现", "概不退换", "全网第一")
GUARD = guard_of(*TERMS)
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})

# Nothing of these can be part of a term, nor go on where one ends.
_AROUND = st.text(alphabet="，。！的了呢🍎𠮷㍿㎏½é\u0301\u200b \n0123", max_size=12)
_BETWEEN = st.text(alphabet="*.-_~|/· \u200b\u200d\ufeff\u0301🍎", max_size=3)
_ANYTHING = st.text(max_size=80)


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    """A term, and the same broken up by what says nothing."""
    term = draw(st.sampled_from(TERMS))
    return term, term[0] + "".join(draw(_BETWEEN) + one for one in term[1:])


@given(before=_AROUND, one=disguised(), after=_AROUND)
def test_a_broken_up_term_is_found_just_where_it_stands(before: str, one: tuple[str, str], after: str) -> None:
    term, written = one
    text = f"{before}，{written}，{after}"

    hits = [hit for hit in GUARD.find(text) if hit.term == term]

    assert [text[hit.words.start : hit.words.end] for hit in hits] == [written]


@given(before=_AROUND, term=st.sampled_from(TERMS), gap=st.sampled_from(["", " ", "-", "\u200b"]), after=_AROUND)
def test_a_spelled_term_is_found_just_where_it_stands(before: str, term: str, gap: str, after: str) -> None:
    written = gap.join(usual_sound(one) for one in term)
    text = f"{before}，{written}，{after}"

    assert [text[hit.words.start : hit.words.end] for hit in GUARD.find(text)] == [written]


@given(before=_AROUND, written=st.sampled_from(["QQ群", "加QQ", "VX"]), after=_AROUND)
def test_width_and_case_change_nothing(before: str, written: str, after: str) -> None:
    for one in (written, written.lower(), written.translate(WIDE)):
        text = f"{before}，{one}，{after}"
        assert [text[hit.words.start : hit.words.end] for hit in shipped_guard().find(text)] == [one]


@given(_ANYTHING)
@example("ﷺ最佳ﷺ")
@example("e\u0301" * 20 + "最佳")
def test_whatever_is_found_is_within_the_text_and_apart(text: str) -> None:
    hits = shipped_guard().find(text)

    assert all(0 <= hit.words.start < hit.words.end <= len(text) for hit in hits)
    assert all(one.words.end <= other.words.start for one, other in pairwise(hits))
    assert hits == shipped_guard().find(text)


@given(_ANYTHING)
def test_what_stands_there_is_found_alone_too(text: str) -> None:
    for hit in GUARD.find(text):
        alone = text[hit.words.start : hit.words.end]
        assert hit.term in {one.term for one in GUARD.find(alone)}


@given(st.text(alphabet=string.ascii_letters + "，。 最佳加微信国家级第一好评V+❤", max_size=60))
def test_ends_are_never_what_says_nothing(text: str) -> None:
    for hit in GUARD.find(text):
        for end in (text[hit.words.start], text[hit.words.end - 1]):
            assert unicodedata.category(end)[0] in "LNS"


GROWING = {
    "marks between letters": "a。" * 25_000,
    "only marks": "。" * 50_000,
    "hits": "最佳" * 8_000,
    "hits by sound": "罪佳，" * 6_000,
    "hits by letters": "zuijia " * 7_000,
    "initials": "qwdy " * 10_000,
    "spaced letters": "z u i j i a " * 4_000,
    "part of a term": "加微" * 8_000,
    "long pinyin": "jiaweixin" * 5_000,
    "repeats": "最最佳佳" * 4_000,
    "signs": "+%❤" * 10_000,
    "innocent words": "第一次" * 5_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING.keys())
def test_time_grows_with_the_text(text: str) -> None:
    def seconds(read: str) -> float:
        found: list[float] = []
        for _ in range(3):
            start = time.process_time()
            shipped_guard().find(read)
            found.append(time.process_time() - start)
        return min(found)

    whole, half = seconds(text), seconds(text[: len(text) // 2])

    assert whole <= 3 * half + 0.01
    assert whole <= 2.0
