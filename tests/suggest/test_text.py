"""One reading of a text, whatever width, script, case and noise it came in."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assist.suggest.text import MAX_MATCHED_CHARACTERS, fold, normalise

tricky = st.text(
    st.sampled_from("草莓蘋薴苧aAＡİßΣ1１٣①½㍿ﷺ가가é\u0301\u200b\u200d\ufeff\u00ad\ufe0f！？!?.。+%_- \n\u3000\t~👍")
    | st.characters(categories=None),
    max_size=40,
)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        pytest.param("ＡＢＣ１２３", "abc123", id="full width"),
        pytest.param("ｱｲｽ", "アイス", id="half width"),
        pytest.param("HELLO World", "hello world", id="case"),
        pytest.param("蘋果爛了怎麼辦", "苹果烂了怎么办", id="traditional"),
        pytest.param("草\u200b莓\u200d\ufeff坏\u00ad了", "草莓坏了", id="zero width"),
        pytest.param("\u202e草莓\u202c", "草莓", id="direction marks"),
        pytest.param("好好好好好吃", "好好吃", id="repeats of a character"),
        pytest.param("谢谢", "谢谢", id="two of a character stay"),
        pytest.param("坏了！！！？？～～", "坏了", id="punctuation"),
        pytest.param("草莓👍坏了😭😭", "草莓 坏了", id="emoji"),
        pytest.param("  草莓 \n\t\u3000 坏了 ", "草莓 坏了", id="blanks"),
        pytest.param("3.5斤 20% -18℃", "3.5斤 20% -18 c", id="numbers of use stay"),
        pytest.param("订单202611210001坏了", "订单 号码 坏了", id="long number"),
        pytest.param("看https://example.com/a?b=1这个", "看 网址 这个", id="link"),
        pytest.param("", "", id="empty"),
        pytest.param("👍👍👍", "", id="nothing but emoji"),
    ],
)
def test_disguises_read_alike(said: str, read: str) -> None:
    assert normalise(said) == read


@settings(max_examples=400, deadline=None)
@given(tricky)
@example("薴")  # t2s says 苧, and of that 苎
@example("ᄀ\u200dᅡ")  # without the joiner one syllable
@example("ﷺ" * MAX_MATCHED_CHARACTERS)  # eighteen characters each, once folded
def test_reading_twice_is_reading_once(said: str) -> None:
    read = normalise(said)

    assert normalise(read) == read


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("草莓蘋Ａa1"), min_size=1), st.sampled_from("\u200b\u200d\ufeff\u2060\u00ad\ufe0f"))
def test_invisible_characters_change_nothing_wherever_they_stand(said: str, invisible: str) -> None:
    assert fold(invisible.join(said)) == fold(said)


def test_only_the_first_two_thousand_characters_are_read() -> None:
    said = "草莓 " * 1000

    assert normalise(said) == normalise(said[:MAX_MATCHED_CHARACTERS])
