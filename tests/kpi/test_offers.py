"""Offers, inquiries and what they come to, counted by hand: the arithmetic stands in each row of the TOML files."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.event import Event, EventKind
from assist.kpi.intervals import newcombe, wilson
from assist.kpi.kpi import Measured
from assist.kpi.measure import By, Report, read_records, read_selling, report
from tests.conftest import NOW as NOON

from .offer_timeline import END, NOW, START, log_of, moment, rows
from .timeline import Book

ROWS = rows()


def measured(book: Book, row: dict[str, Any], by: By | None = None) -> Report:
    book.append(*log_of(row))
    with book.database.reader() as session:
        return report(session, book.shop_id, START, END, by, now=moment(row.get("now", NOW)))


def told(one: Measured, expected: dict[str, Any]) -> dict[str, Any]:
    """Return what was measured in the row's own form; the label only where the row names one."""
    return {
        "num": one.num,
        "den": one.den,
        "excluded": dict(one.reason_counts),
        "parts": {name: count for name, count in one.parts.items() if count},
        **({"label": one.label} if "label" in expected else {}),
    }


def fraction(text: str) -> Any:
    return pytest.approx(float(Fraction(text))) if text else None


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_offers_come_to_what_was_worked_out(book: Book, row: dict[str, Any]) -> None:
    found = {one.id: one for one in measured(book, row).kpis}

    for kpi_id, expected in row["expect"].items():
        wanted = {"excluded": {}, "parts": {}, **expected}
        value, interval = wanted.pop("value"), wanted.pop("interval", None)
        assert told(found[kpi_id], expected) == wanted, kpi_id
        assert found[kpi_id].value == fraction(value), kpi_id
        if interval is not None:
            assert found[kpi_id].interval == pytest.approx(tuple(interval), abs=6e-5)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS if "by_agent" in row])
def test_offers_count_for_who_made_them(book: Book, row: dict[str, Any]) -> None:
    groups = measured(book, row, By.agent).groups

    found = {
        agent: {one.id: [one.num, one.den] for one in groups[agent] if one.id in expected}
        for agent, expected in row["by_agent"].items()
    }
    assert found == row["by_agent"]


def test_what_offers_are_counted_in_is_the_same_without_the_rest(book: Book) -> None:
    """Replies are messages too: the page of offers does not read them as such."""
    reply = {"at": "11-21 10:00:30", "did": "reply", "c": "said", "agent": "a1"}
    book.append(*log_of({"log": [*(line for row in ROWS[:6] for line in row["log"]), reply]}))

    with book.database.reader() as session:
        every = read_records(session, book.shop_id, START, END, now=moment(NOW))
        selling = read_selling(session, book.shop_id, START, END, now=moment(NOW))

    assert every.messages
    assert every.offers
    assert selling == every.model_copy(update={"alerts": (), "messages": (), "promises": ()})


def test_there_are_golden_rows_enough() -> None:
    assert len(ROWS) >= 16
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="81/263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="15/148"),
        pytest.param(0, 20, 0.0, 0.1611, id="0/20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="1/29"),
    ],
)
def test_wilson_gives_the_published_intervals(found: int, of: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    assert wilson(found, of) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        pytest.param((56, 70), (48, 80), 0.0524, 0.3339, id="56/70 - 48/80"),
        pytest.param((9, 10), (3, 10), 0.1705, 0.8090, id="9/10 - 3/10"),
        pytest.param((10, 10), (0, 20), 0.6791, 1.0, id="10/10 - 0/20"),
    ],
)
def test_newcombe_gives_the_published_intervals(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10."""
    assert newcombe(*one, *other) == pytest.approx((low, high), abs=6e-5)


def test_nothing_counted_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert newcombe(1, 2, 0, 0) is None


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_the_share_and_stays_between_0_and_1(counted: tuple[int, int]) -> None:
    interval = wilson(*counted)

    assert interval is not None
    assert 0 <= interval[0] <= counted[0] / counted[1] <= interval[1] <= 1


def wrote(number: int, personal: int | None, *, role: str = "agent") -> Event:
    """A public message of ours that tells so many facts of the customer; None before they were counted."""
    payload = {"role": role, **({} if personal is None else {"personal": personal})}
    kind = EventKind.message_out
    at = NOON + timedelta(minutes=number)
    return Event(
        key=f"m{number}", shop_id="", kind=kind, at=at, conversation_id="c", message_id=f"m{number}", payload=payload
    )


def test_personal_replies_tell_two_facts_or_more(book: Book) -> None:
    """0, 1, 2 and 3 facts: 2 of 4; one from before facts were counted is left out, a bot's is none of ours."""
    book.append(wrote(1, 0), wrote(2, 1), wrote(3, 2), wrote(4, 3), wrote(5, None), wrote(6, 3, role="bot"))

    one = book.measured()["T25"]

    assert (one.num, one.den, one.value) == (2, 4, 0.5)
    assert one.reason_counts == {"personal_not_counted": 1}
    assert one.parts == {"none": 1, "one": 1}


def test_what_was_sent_and_never_answered_hangs_on_what_time_it_is(book: Book) -> None:
    """Sent 11-21 10:00: at 11-22 09:59:59 not due, a second later lapsed."""
    row = {"log": [{"at": "11-21 10:00:00", "did": "sent", "c": "c1", "id": "s1", "skus": ["a"]}]}
    book.append(*log_of(row))

    def at(now: datetime) -> tuple[int, int]:
        with book.database.reader() as session:
            found = report(session, book.shop_id, START, END, now=now)
        one = next(one for one in found.kpis if one.id == "K18b")
        return one.den, one.n_excluded

    assert at(moment("11-22 09:59:59")) == (0, 1)
    assert at(moment("11-22 10:00:00")) == (1, 0)


def test_the_same_log_in_any_order_of_telling_comes_to_the_same(book: Book) -> None:
    """What is told late is appended late: an order before its offer, a refund before its order."""
    row = next(row for row in ROWS if row["id"].startswith("all taken back"))
    book.append(*reversed(log_of(row)))

    with book.database.reader() as session:
        found = report(session, book.shop_id, START, END, now=moment(NOW))

    k20 = next(one for one in found.kpis if one.id == "K20")
    assert (k20.num, k20.den) == (5000, 1)
