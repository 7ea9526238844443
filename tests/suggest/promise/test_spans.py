"""Where a promise stands: within the draft as written, on the characters meant, whatever their width or script."""

from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from .reading import drafts, judged, read

TEXTS = st.sampled_from([draft.text for draft in drafts()])
NOISE = st.text(st.characters(codec="utf-8"), max_size=12)
_FULL = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def test_offsets_point_at_what_was_said() -> None:
    for text, words in (
        ("亲，明天上午10点到哦", "明天上午10点到"),
        ("亲，明天上午１０點到哦", "明天上午１０點到"),
        ("㍿您好，給您全額退款", "全額退款"),
        ("您好\u200b，全\u200b额\u200b退款", "全\u200b额\u200b退款"),
        ("Ｗｅ ｇｕａｒａｎｔｅｅ it arrives ｆｒｅｓｈ", "ｇｕａｒａｎｔｅｅ it arrives ｆｒｅｓｈ"),
    ):
        (commitment,) = read(text)
        assert text[commitment.words.start : commitment.words.end] == words


@given(TEXTS, NOISE, NOISE)
@settings(max_examples=150, deadline=None)
def test_offsets_are_always_within_the_text(text: str, before: str, after: str) -> None:
    whole = before + text + after
    for one in read(whole):
        assert 0 <= one.words.start < one.words.end <= len(whole)
    for violation in judged(whole):
        words, of = violation.words, violation.commitment.words
        assert 0 <= words.start <= of.start < of.end <= words.end <= len(whole)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(text: str) -> None:
    for violation in judged(text):
        assert violation.words.end <= len(text)


@given(TEXTS)
@settings(max_examples=80, deadline=None)
def test_full_width_is_read_the_same(text: str) -> None:
    wide = text.translate(_FULL)
    plain, folded = read(text), read(wide)

    assert [one.kind for one in folded] == [one.kind for one in plain]
    for one, other in zip(plain, folded, strict=True):
        assert wide[other.words.start : other.words.end] == text[one.words.start : one.words.end].translate(_FULL)


def test_traditional_script_is_read_the_same() -> None:
    # Character by character, so that places stay.
    characters = {character for draft in drafts() for character in draft.text}
    turn = OpenCC("s2t").convert
    turned = {c: t for c in characters if len(t := str(turn(c))) == 1}
    table = str.maketrans(turned)

    for draft in drafts():
        old = draft.text.translate(table)
        assert [(one.kind, one.words) for one in read(old)] == [(one.kind, one.words) for one in read(draft.text)]
