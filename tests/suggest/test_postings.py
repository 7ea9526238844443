"""Postings against a reference that compares every row with every term."""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.suggest.postings import Postings, Sought, post, rarity_of, rows_of
from assist.suggest.reading import KIND_WEIGHT, KINDS, Reading
from assist.suggest.words import DIMENSIONS

NO_POINT = np.zeros(DIMENSIONS, dtype=np.float32)
UNORDERED = frozenset("psce")
"""Kinds that say what is spoken of: product, synonym group, character, Latin word."""
MOST_TERMS = 14


def _kind(term: int) -> str:
    return KINDS[term % len(KINDS)]


def _reading(terms: set[int]) -> Reading:
    numbers = sorted(terms)
    return Reading(
        plain="",
        terms=np.array(numbers, dtype=np.uint32),
        kinds=np.array([KINDS.index(_kind(term)) for term in numbers], dtype=np.int8),
        point=NO_POINT,
    )


@dataclass(frozen=True)
class Reference:
    """Rows as sets of terms, each row's article, and arithmetic from the docstrings."""

    rows: list[set[int]]
    owner: list[int]

    @property
    def articles(self) -> int:
        return len(set(self.owner))

    def posted(self) -> Postings:
        readings = [_reading(row) for row in self.rows]
        rows = rows_of(readings)
        return post(rows, rarity_of(rows, np.array(self.owner, dtype=np.int64), self.articles))

    def weight(self, term: int) -> float:
        holding = len({article for row, article in zip(self.rows, self.owner, strict=True) if term in row})
        rarity = log(1 + (self.articles - holding + 0.5) / (holding + 0.5))
        return rarity * KIND_WEIGHT[_kind(term)]

    def shared(self, row: int, question: set[int]) -> tuple[float, float, float]:
        """Return the shared weight of unordered terms, of ordered ones, and the sum of squares of all."""
        common = self.rows[row] & question
        unordered = sum(self.weight(term) for term in common if _kind(term) in UNORDERED)
        ordered = sum(self.weight(term) for term in common if _kind(term) not in UNORDERED)
        return unordered, ordered, sum(self.weight(term) ** 2 for term in common)

    def length(self, terms: set[int]) -> float:
        return sqrt(sum(self.weight(term) ** 2 for term in terms))

    def nearness(self, row: int, question: set[int]) -> float:
        return self.shared(row, question)[2] / self.length(self.rows[row])


terms = st.sets(st.integers(min_value=0, max_value=MOST_TERMS), min_size=1, max_size=8)


@st.composite
def references(draw: st.DrawFn) -> Reference:
    asks_of = draw(st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=5))
    owner = [article for article, asks in enumerate(asks_of) for _ in range(asks)]
    return Reference([draw(terms) for _ in owner], owner)


questions = st.sets(st.integers(min_value=0, max_value=MOST_TERMS + 6), max_size=12)


@settings(max_examples=50, deadline=None)
@given(references(), questions, st.data())
def test_shares_are_exact_for_any_rows_in_any_order(one: Reference, question: set[int], data: st.DataObject) -> None:
    postings = one.posted()
    rows = data.draw(st.lists(st.integers(min_value=0, max_value=len(one.rows) - 1), max_size=10))

    shares = postings.shares(postings.seek(_reading(question)), np.array(rows, dtype=np.int32))

    wanted = [one.shared(row, question) for row in rows]
    assert shares.unordered.tolist() == pytest.approx([row[0] for row in wanted], rel=1e-4)
    assert shares.ordered.tolist() == pytest.approx([row[1] for row in wanted], rel=1e-4)
    assert shares.squared.tolist() == pytest.approx([row[2] for row in wanted], rel=1e-4)


@settings(max_examples=50, deadline=None)
@given(references(), questions)
def test_strengths_are_cosines_with_every_row(one: Reference, question: set[int]) -> None:
    postings = one.posted()

    strengths = postings.strengths(postings.seek(_reading(question)))

    length = one.length(question) or 1.0
    wanted = [one.nearness(row, question) / length for row in range(len(one.rows))]
    assert strengths.tolist() == pytest.approx(wanted, rel=1e-3, abs=1e-6)
    assert all(0 <= strength <= 1.001 for strength in strengths.tolist())


@settings(max_examples=50, deadline=None)
@given(references(), questions, st.integers(min_value=1, max_value=20))
def test_the_nearest_rows_share_a_term_and_none_left_out_is_nearer(
    one: Reference, question: set[int], limit: int
) -> None:
    postings = one.posted()

    nearest = postings.nearest(postings.seek(_reading(question)), limit).tolist()

    sharing = [row for row, held in enumerate(one.rows) if held & question]
    assert len(nearest) == len(set(nearest)) == min(limit, len(sharing))
    assert set(nearest) <= set(sharing)
    left_out = [one.nearness(row, question) for row in sharing if row not in nearest]
    if left_out:
        assert min(one.nearness(row, question) for row in nearest) >= max(left_out) - 1e-4


@settings(max_examples=50, deadline=None)
@given(references(), questions)
def test_a_question_is_weighed_whole_and_looked_up_where_held(one: Reference, question: set[int]) -> None:
    postings = one.posted()

    sought = postings.seek(_reading(question))

    assert _held(postings, sought) == question & set[int]().union(*one.rows)
    unordered = [one.weight(term) for term in question if _kind(term) in UNORDERED]
    ordered = [one.weight(term) for term in question if _kind(term) not in UNORDERED]
    assert sought.all_unordered == pytest.approx(sum(unordered), rel=1e-4)
    assert sought.all_ordered == pytest.approx(sum(ordered), rel=1e-4, abs=1e-4)
    assert sought.length == pytest.approx(one.length(question) or 1.0, rel=1e-4)


def _held(postings: Postings, sought: Sought) -> set[int]:
    return set(postings.terms[sought.at].tolist())


@settings(max_examples=50, deadline=None)
@given(references(), questions)
def test_only_the_chosen_terms_are_looked_up(one: Reference, question: set[int]) -> None:
    reading = _reading(question)

    chosen = one.posted().seek(reading, reading.unordered)

    assert chosen.all_ordered == pytest.approx(0, abs=1e-5)
    assert chosen.unordered.all()


@settings(max_examples=50, deadline=None)
@given(references())
def test_every_row_knows_its_mass_and_its_length(one: Reference) -> None:
    postings = one.posted()

    own = [one.shared(row, held) for row, held in enumerate(one.rows)]
    assert postings.size == len(one.rows)
    assert postings.mass_unordered.tolist() == pytest.approx([row[0] for row in own], rel=1e-4)
    assert postings.mass_ordered.tolist() == pytest.approx([row[1] for row in own], rel=1e-4)
    assert postings.length.tolist() == pytest.approx([one.length(held) for held in one.rows], rel=1e-4)


@pytest.mark.parametrize(
    ("rows", "owner", "term", "rarity"),
    [
        pytest.param([{2}, {9}, {9}], [0, 1, 2], 2, 0.98083, id="in 1 of 3: ln(1 + 2.5 / 1.5)"),
        pytest.param([{2}, {2}, {9}], [0, 1, 2], 2, 0.47000, id="in 2 of 3: ln(1 + 1.5 / 2.5)"),
        pytest.param([{2}, {2}, {2}], [0, 1, 2], 2, 0.13353, id="in 3 of 3: ln(1 + 0.5 / 3.5)"),
        pytest.param([{9}, {9}, {9}], [0, 1, 2], 2, 2.07944, id="in none of 3: ln(1 + 3.5 / 0.5)"),
        pytest.param([{2}, {2}, {2}, {9}, {9}], [0, 0, 0, 1, 2], 2, 0.98083, id="in three asks of 1 of 3 articles"),
        pytest.param([{9}, {2}, {2}], [0, 1, 2], 9, 0.98083, id="another character"),
        pytest.param([{5}, {9}, {9}], [0, 1, 2], 5, 0.58850, id="a pair in 1 of 3: times 0.6"),
        pytest.param([{0}, {9}, {9}], [0, 1, 2], 0, 1.56933, id="a product in 1 of 3: times 1.6"),
        pytest.param([{9}, {9}, {9}], [0, 1, 2], 0, 3.32711, id="a product in none of 3: times 1.6"),
    ],
)
def test_rarity_is_counted_in_articles(rows: list[set[int]], owner: list[int], term: int, rarity: float) -> None:
    reading = _reading({term})
    counted = rarity_of(rows_of([_reading(row) for row in rows]), np.array(owner, dtype=np.int64), 3)

    weights, known = counted.of(reading.terms, reading.kind_weights)

    assert weights.tolist() == pytest.approx([rarity], rel=1e-4)
    assert known.tolist() == [any(term in row for row in rows)]


def test_rows_beside_others_are_as_rare_as_those() -> None:
    """A segment after edits is weighed by the rarity of the one it stands beside."""
    one = Reference([{2, 9}, {2}, {16}], [0, 1, 2])
    rarity = one.posted().rarity

    beside = post(rows_of([_reading({2}), _reading({20})]), rarity)

    assert beside.length.tolist() == pytest.approx([0.47000, 2.07944 * KIND_WEIGHT[_kind(20)]], rel=1e-4)


def test_no_rows_hold_nothing() -> None:
    empty = post(rows_of([]), rarity_of(rows_of([]), np.zeros(0, dtype=np.int64), 0))
    sought = empty.seek(_reading({1, 2, 3}))

    assert empty.size == 0
    assert empty.nearest(sought, 5).tolist() == []
    assert empty.strengths(sought).tolist() == []
    assert empty.shares(sought, np.zeros(0, dtype=np.int32)).unordered.tolist() == []


def test_a_row_without_terms_shares_nothing() -> None:
    postings = Reference([{2}, set(), {9}], [0, 1, 2]).posted()
    sought = postings.seek(_reading({2, 9}))

    shares = postings.shares(sought, np.array([0, 1, 2], dtype=np.int32))

    assert shares.unordered[1] == shares.ordered[1] == shares.squared[1] == 0
    assert shares.squared[0] > 0
    assert shares.squared[2] > 0
    assert postings.nearest(sought, 5).tolist() == [0, 2]


def test_a_question_without_terms_is_near_to_nothing() -> None:
    postings = Reference([{2}, {9}], [0, 1]).posted()
    sought = postings.seek(_reading(set()))

    assert postings.nearest(sought, 5).tolist() == []
    assert postings.strengths(sought).tolist() == [0, 0]
    assert postings.shares(sought, np.array([0, 1], dtype=np.int32)).squared.tolist() == [0, 0]


def test_of_a_very_long_question_a_part_is_compared() -> None:
    everything = set(range(2000))
    one = Reference([everything, {3}, set(range(100))], [0, 1, 2])
    postings = one.posted()
    sought = postings.seek(_reading(everything))

    shares = postings.shares(sought, np.arange(3, dtype=np.int32))

    assert 0 < shares.squared[0] <= one.shared(0, everything)[2] * 1.001
    assert 0 < shares.squared[2] <= shares.squared[0] * 1.001
    assert (postings.strengths(sought) <= 1.001).all()
