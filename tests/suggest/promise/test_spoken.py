"""A pattern of two languages finds in each what it finds as a whole."""

import re

import pytest

from assist.suggest.promise.spoken import spoken

SOURCE = r"包邮|免(?:运|邮)费|\bfree (?:shipping|delivery)\b|[|(]|\d+%|券|coupon"


@pytest.mark.parametrize(
    "said",
    [
        "全店包邮",
        "免邮费哈",
        "free shipping today",
        "a|b",
        "打8%",
        "送coupon一张",
        "给您券",
        "全店free delivery",
        "没有",
        "none",
    ],
)
def test_each_language_finds_what_all_of_it_finds(said: str) -> None:
    found, whole = spoken(SOURCE).search(said), re.search(SOURCE, said)

    assert (found and found.span()) == (whole and whole.span())


def test_a_language_without_alternatives_matches_nothing() -> None:
    assert spoken("包邮").search("free shipping") is None
    assert spoken(r"\bfree\b").search("包邮") is None
