"""Imported texts become plain simplified Chinese, and what was lost in them is named, never guessed."""

import re

import pytest

from assist.content.clean import clean
from tests.content.cleaned_lines import LINES, LOST


@pytest.mark.parametrize(("came", "kept"), LINES)
def test_a_line_is_kept_simplified_and_without_glosses(came: str, kept: str) -> None:
    assert clean(came).text == kept


def test_twenty_lines_leave_no_residue() -> None:
    assert len(LINES) == 20
    for came, _ in LINES:
        kept = clean(came).text
        assert not re.search(r"[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùü\ufffd\u200b]", kept)
        assert clean(kept).text == kept
        assert clean(kept).done == ()


@pytest.mark.parametrize(("text", "places"), LOST)
def test_what_was_lost_is_named_and_left_for_a_person(text: str, places: int) -> None:
    cleaned = clean(text)

    assert len(cleaned.lost) == places
    assert cleaned.text == text
