"""Text that every database holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.contract import clean_text

any_text = st.text(st.characters(categories=None), max_size=60)
storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param("a\x00b", "a\ufffdb", id="NUL in ASCII"),
        pytest.param("草\x00莓", "草\ufffd莓", id="NUL in Chinese"),
        pytest.param("\ud800", "\ufffd", id="lone high surrogate"),
        pytest.param("莓\udfff莓", "莓\ufffd莓", id="lone low surrogate"),
        pytest.param("\x00\ud83d\x00", "\ufffd\ufffd\ufffd", id="both"),
        pytest.param("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", id="emoji and joiners stay"),
        pytest.param("a\r\nb\t\u202e\u200b<b>", "a\r\nb\t\u202e\u200b<b>", id="control characters and markup stay"),
        pytest.param("", "", id="empty"),
    ],
)
def test_only_what_no_database_holds_is_replaced(said: str, kept: str) -> None:
    assert clean_text(said) == kept


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_cleaned_text_can_always_be_stored_and_keeps_its_length(said: str) -> None:
    kept = clean_text(said)

    kept.encode()
    assert "\x00" not in kept
    assert len(kept) == len(said)
    assert clean_text(kept) == kept


@settings(max_examples=200, deadline=None)
@given(storable)
def test_storable_text_is_never_changed(said: str) -> None:
    assert clean_text(said) == said
