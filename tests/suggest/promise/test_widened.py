"""Drafts in other words than the grammar was built by: everyday wordings by us, and drafts as agents type them."""

import pytest

from .reading import CASES, drafts_of, judged


@pytest.mark.parametrize("name", ["widened", "agents"])
def test_promises_in_other_words_are_found_and_right_ones_left_alone(name: str) -> None:
    written = drafts_of(CASES / f"{name}.jsonl")
    found = [(bool(draft.kinds), bool(judged(draft.text, draft.given))) for draft in written]

    said = [has for has, found in found if found]
    has = [found for has, found in found if has]
    assert len(written) >= 360
    assert len({draft.text for draft in written}) == len(written)
    assert sum(has) / len(has) >= 0.95
    assert sum(said) / len(said) >= 0.95
