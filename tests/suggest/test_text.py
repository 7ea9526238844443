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


@pytest.mark.parametrize(
    ("said", "read"),
    [
        pytest.param("草莓\x00坏\x07了", "草莓 坏 了", id="control characters part words"),
        pytest.param("\x00\x01\x1b", "", id="nothing but control characters"),
        pytest.param("草莓\ud800坏了", "草莓 坏了", id="half a character"),
        pytest.param("\udc00", "", id="nothing but half a character"),
        pytest.param("sooooo sweet", "soo sweet", id="repeats of a letter"),
        pytest.param("电话13800001111", "电话 号码", id="phone number"),
        pytest.param("123456789", "123456789", id="nine digits are no phone number"),
        pytest.param("www.example.com/a坏了", "网址 坏了", id="link without a scheme"),
        pytest.param("https://a.cn https://b.cn", "网址 网址", id="two links"),
        pytest.param("HTTPS://EXAMPLE.COM", "网址", id="link in capitals"),
        pytest.param("草莓_坏了", "草莓 坏了", id="underscore"),
        pytest.param("草莓(红颜)", "草莓 红颜", id="brackets"),
        pytest.param("can't", "can t", id="apostrophe"),
        pytest.param("️️️", "", id="nothing but variation selectors"),
        pytest.param("👨\u200d👩\u200d👧草莓", "草莓", id="a family of emoji is one sign"),
    ],
)
def test_what_else_is_pasted_reads_alike(said: str, read: str) -> None:
    assert normalise(said) == read


PASTED = "https:// http:/ www. www w . / 网址 号码 1380000 1111 ٣٣٣٣ 蘋 好 _ % - + 👍 a A ﷺ"
pasted = st.lists(
    st.sampled_from([*PASTED.split(), " ", "\n", "\x00", "\ud83d", "\ude00", "\u200b"]),
    max_size=30,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(pasted)
def test_links_and_numbers_are_read_once_and_for_all(said: str) -> None:
    read = normalise(said)

    assert normalise(read) == read


@settings(max_examples=100, deadline=None)
@given(pasted | tricky)
def test_a_reading_is_clean(said: str) -> None:
    read = normalise(said)

    assert read == read.strip()
    assert "  " not in read
    assert read.isprintable()
    assert fold(read) == read
    read.encode()  # No half characters: it can be kept and hashed.


@pytest.mark.parametrize(
    "part",
    ["草", "草莓坏了", "a", "1", "\x00", "\ud800", "👍", "ﷺ", "https://a.cn ", "１３８００００１１１１ ", " \n", "!"],
    ids=lambda part: ascii(part.strip() or "blanks"),
)
def test_a_megabyte_is_read_on_its_beginning(part: str) -> None:
    read = normalise(part * (1_000_000 // len(part)))

    assert len(read) <= MAX_MATCHED_CHARACTERS


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("买了500克", "买了500g", id="克"),
        pytest.param("2 公斤装", "2kg装", id="公斤, apart"),
        pytest.param("1.5千克", "1.5kg", id="千克"),
        pytest.param("250ＭＬ牛奶", "250ml牛奶", id="full width"),
        pytest.param("5   g", "5g", id="far apart"),
        pytest.param("克数够吗", "克数够吗", id="no amount"),
        pytest.param("5 great apples", "5 great apples", id="a word, no unit"),
    ],
)
def test_an_amount_is_written_one_way(written: str, read: str) -> None:
    assert normalise(written) == read
    assert normalise(read) == read
