"""The drafts that were written to build by: labelled from the shop's promises in words, before the code ran."""

from .reading import drafts, judged


def found() -> list[tuple[bool, bool]]:
    return [(bool(draft.kinds), bool(judged(draft.text, draft.given))) for draft in drafts()]


def test_the_drafts_are_many_and_each_says_why() -> None:
    written = drafts()

    assert len(written) >= 220
    assert len({draft.text for draft in written}) == len(written)
    assert all(draft.why for draft in written)
    assert 0.15 <= sum(draft.id.startswith("en") for draft in written) / len(written) <= 0.4
    assert 0.4 <= sum(bool(draft.kinds) for draft in written) / len(written) <= 0.6


def test_wrong_promises_are_found_and_right_ones_left_alone() -> None:
    rows = found()

    said = [has for has, found in rows if found]
    has = [found for has, found in rows if has]
    assert sum(has) / len(has) >= 0.95
    assert sum(said) / len(said) >= 0.92


def test_the_kind_found_is_the_kind_meant() -> None:
    wrong = [
        draft.id
        for draft in drafts()
        if (kinds := {one.commitment.kind.value for one in judged(draft.text, draft.given)}) and kinds != draft.kinds
    ]

    assert len(wrong) <= len(drafts()) // 50, wrong
