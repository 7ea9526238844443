"""Is every customer of a crowd counted as the words of K19 have it, whoever asks and buys how often and when?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from assist.domain.event import Event, EventKind
from assist.kpi.measure import read_records
from assist.kpi.records import InquiryRecord

from .offer_timeline import END, START, ZONE
from .timeline import Book

A_DAY = timedelta(hours=24)
LATE = END + timedelta(days=9)
Times = list[datetime]


def times_of(chance: Random, first: datetime, hours: int) -> Times:
    """Return up to 12 whole hours of Shanghai: midnights, and pairs just 24 hours apart, are among them often."""
    return sorted(first + timedelta(hours=chance.randrange(hours)) for _ in range(chance.randrange(12)))


def crowd() -> Iterator[tuple[str, Times, Times]]:
    """Yield customers with when they asked and when they paid: from a day before the window until two after it."""
    chance = Random(7)
    for number in range(300):
        yield f"k{number}", times_of(chance, START, 4 * 24), times_of(chance, START - A_DAY, 7 * 24)


def next_day_ends(asked: datetime) -> datetime:
    midnight = asked.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=2)).astimezone(UTC)


def by_the_words(asked: Times, paid: Times) -> tuple[datetime, str | None, bool, str]:
    """Inquiring: asked with no order paid in the 24 hours before. Converted: an order by the end of the next day."""
    inquiring = [one for one in asked if not any(timedelta(0) <= one - order < A_DAY for order in paid)]
    converted = any(one < order < next_day_ends(one) for one in inquiring for order in paid)
    first = (inquiring or asked)[0]
    # A log of orders that is younger than 90 days cannot tell who is new.
    known = "returning" if any(order < first for order in paid) else "unknown"
    return first, None if inquiring else "paid_before", converted, known


def told(one: InquiryRecord) -> tuple[datetime, str | None, bool, str]:
    return one.at, one.left_out, one.paid, one.known


def log_of(subject: str, asked: Times, paid: Times) -> Iterator[Event]:
    for number, at in enumerate(asked):
        key, payload = f"in:{subject}:{number}", {"role": "customer", "small_talk": False}
        more = {"message_id": key, "conversation_id": f"c-{subject}", "subject_key": subject, "payload": payload}
        yield Event(key=key, shop_id="", kind=EventKind.message_in, at=at, **more)
    for number, at in enumerate(paid):
        key = f"paid:{subject}:{number}"
        yield Event(
            key=key, shop_id="", kind=EventKind.order_paid, at=at, subject_key=subject, payload={"order_ref": key}
        )


def test_a_crowd_of_customers_is_counted_one_by_one_as_the_words_say(book: Book) -> None:
    customers = {subject: (asked, paid) for subject, asked, paid in crowd()}
    log = [event for subject, (asked, paid) in customers.items() for event in log_of(subject, asked, paid)]
    Random(8).shuffle(log)
    book.append(*log)

    with book.database.reader() as session:
        found = read_records(session, book.shop_id, START, END, now=LATE).inquiries

    wanted = {f"c-{subject}": by_the_words(asked, paid) for subject, (asked, paid) in customers.items() if asked}
    assert {one.conversation_id: told(one) for one in found} == wanted
    assert {one[1] for one in wanted.values()} == {None, "paid_before"}
    assert {one[2] for one in wanted.values()} == {True, False}
