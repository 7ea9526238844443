"""What has grown old is remarked on, on the day that is given, and never refused."""

from datetime import date
from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.content.check_reviews import check_reviews
from tests.trees import ARTICLE, NAME

TODAY = date(2026, 11, 21)


def due(tree: Path, article: str, today: date = TODAY) -> list[tuple[int, str]]:
    """Return what is remarked on in the article."""
    (tree / NAME).write_text(article, encoding="utf-8")
    checked = check_tree(tree)
    assert checked.library is not None
    assert checked.findings == ()
    return [(one.line, one.message) for one in check_reviews(checked.library, tree, today) if one.path == NAME]


def test_nothing_is_due_on_the_day_of_the_review(tree: Path) -> None:
    assert due(tree, ARTICLE) == []


@pytest.mark.parametrize(
    ("today", "is_due"),
    [
        pytest.param(date(2027, 11, 21), False, id="after as many days as the shop allows"),
        pytest.param(date(2027, 11, 22), True, id="a day later"),
    ],
)
def test_an_article_is_due_when_nobody_reviewed_it_for_longer_than_the_shop_allows(
    tree: Path, today: date, *, is_due: bool
) -> None:
    found = due(tree, ARTICLE, today)

    assert [line for line, _ in found] == ([13] if is_due else [])


def test_the_shop_says_how_long_a_review_holds(tree: Path) -> None:
    (tree / "policy" / "reviews.toml").write_text("review_after_days = 10\n", encoding="utf-8")

    assert [line for line, _ in due(tree, ARTICLE, date(2026, 12, 2))] == [13]


@pytest.mark.parametrize(
    ("year", "is_stale"), [pytest.param(2011, False, id="fifteen years"), pytest.param(2010, True, id="sixteen years")]
)
def test_a_figure_is_stale_when_its_source_is_older_than_the_shop_allows(
    tree: Path, year: int, *, is_stale: bool
) -> None:
    found = due(tree, ARTICLE.replace('year = "n.d."', f"year = {year}"))

    assert [(line, str(year) in message) for line, message in found] == ([(18, True)] if is_stale else [])


@pytest.mark.parametrize(
    ("until", "ended"),
    [pytest.param("2026-11-21", False, id="its last day"), pytest.param("2026-11-20", True, id="the day after")],
)
def test_a_figure_whose_validity_ended_is_remarked_on(tree: Path, until: str, *, ended: bool) -> None:
    found = due(tree, ARTICLE.replace('value = "4℃"', f'value = "4℃"\nvalid_until = "{until}"'))

    assert [(line, until in message) for line, message in found] == ([(18, True)] if ended else [])
