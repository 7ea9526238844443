"""Can more be spent than a day's budget, or more go back than was paid?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import RemedyKind
from assist.store import remedy_tables
from assist.store.database import Database, open_database
from assist.store.queries import money, remedies
from assist.store.queries.money import Refused, Reserve, Scope, day_of
from assist.store.tables import table_of
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.money import COUPON, SHOP, Till
from tests.store.rows import only_postgresql

DAY = "2026-11-21"


def ask(
    order_ref: str = "o1",
    *,
    back_fen: int = 0,
    spend_fen: int = 0,
    line_ref: str = "l1",
    paid_fen: int = 10_000,
    line_paid_fen: int = 10_000,
    told_fen: int = 0,
    scopes: tuple[Scope, ...] = (Scope("shop", DAY, 100_000),),
) -> Reserve:
    return Reserve(SHOP, order_ref, line_ref, paid_fen, told_fen, line_paid_fen, 0, back_fen, spend_fen, scopes)


def reserve(writer: Writer, wish: Reserve) -> Refused | None:
    return writer.submit(lambda session: money.reserve(session, wish)).result()


@pytest.fixture
def till(database: Database, writer: Writer) -> Till:
    return Till(database, writer).open()


def test_what_is_there_is_set_aside_everywhere_it_counts(till: Till) -> None:
    assert reserve(till.writer, ask(back_fen=4_000, spend_fen=4_000)) is None

    assert till.spent() == 4_000
    assert till.back() == {"": 4_000, "l1": 4_000}


def test_a_refusal_leaves_nothing_behind_wherever_it_comes(till: Till) -> None:
    """All or nothing: the budgets are taken before the line says no."""
    scopes = (Scope("pay_first", DAY, 9_000), Scope("shop", DAY, 100_000))
    refused = reserve(till.writer, ask(back_fen=4_000, spend_fen=4_000, line_paid_fen=3_000, scopes=scopes))

    assert refused == Refused("line", 3_000)
    assert (till.spent(), till.spent(scope="pay_first")) == (0, 0)
    assert not any(till.back().values())


def test_a_refusal_says_what_is_short_and_what_is_left(till: Till) -> None:
    reserve(till.writer, ask("o1", back_fen=7_000, spend_fen=7_000))
    cases = [
        ask("o2", spend_fen=93_001),
        ask("o3", spend_fen=1, scopes=(Scope("shop", DAY, 100_000), Scope("pay_first", DAY, 0))),
        ask("o1", back_fen=3_001),
        ask("o4", back_fen=5_001, told_fen=5_000),
    ]

    assert [reserve(till.writer, case) for case in cases] == [
        Refused("budget", 93_000),
        Refused("pay_first_budget", 0),
        Refused("order", 3_000),
        Refused("order", 5_000),
    ]


def test_a_cap_that_was_lowered_below_what_is_spent_refuses_and_one_that_was_raised_gives(till: Till) -> None:
    reserve(till.writer, ask(spend_fen=6_000, scopes=(Scope("shop", DAY, 10_000),)))

    lowered = reserve(till.writer, ask(spend_fen=1, scopes=(Scope("shop", DAY, 5_000),)))
    raised = reserve(till.writer, ask(spend_fen=6_000, scopes=(Scope("shop", DAY, 12_000),)))

    assert (lowered, raised) == (Refused("budget", 0), None)
    assert till.spent() == 12_000


def test_the_ledger_never_forgets_what_it_knows_and_learns_what_it_is_told(till: Till) -> None:
    reserve(till.writer, ask(back_fen=2_000))

    told_less = reserve(till.writer, ask(back_fen=1_000, told_fen=0))
    told_more = reserve(till.writer, ask(back_fen=1_000, told_fen=8_000))

    assert (told_less, told_more) == (None, None)
    assert till.back()[""] == 9_000
    assert reserve(till.writer, ask(back_fen=1_001)) == Refused("order", 1_000)


def test_a_refund_that_no_remedy_led_to_counts_against_the_order(till: Till) -> None:
    till.writer.submit(
        lambda session: money.note_refund(session, SHOP, "o1", paid_fen=10_000, told_fen=2_000, refunded_fen=5_000)
    ).result()

    assert till.back() == {"": 7_000}
    assert reserve(till.writer, ask(back_fen=3_001)) == Refused("order", 3_000)


def test_more_going_back_than_was_paid_leaves_nothing_and_is_no_error(till: Till) -> None:
    """Platforms refund freight and insurance too: the news must be kept all the same."""
    for _ in range(2):
        till.writer.submit(
            lambda session: money.note_refund(session, SHOP, "o1", paid_fen=10_000, told_fen=0, refunded_fen=7_000)
        ).result()
    till.writer.submit(
        lambda session: money.note_refund(session, SHOP, "o2", paid_fen=10_000, told_fen=12_000, refunded_fen=1)
    ).result()

    assert (till.back("o1"), till.back("o2")) == ({"": 10_000}, {"": 10_000})
    assert reserve(till.writer, ask("o1", back_fen=1)) == Refused("order", 0)


@pytest.mark.parametrize(
    "over",
    [
        pytest.param((remedy_tables.Budget, {"scope": "shop", "day": DAY, "cap_fen": 5, "used_fen": 6}), id="budget"),
        pytest.param((remedy_tables.Budget, {"scope": "shop", "day": DAY, "cap_fen": 5, "used_fen": -1}), id="given"),
        pytest.param(
            (remedy_tables.OrderLedger, {"order_ref": "o1", "line_ref": "", "paid_fen": 5, "back_fen": 6}), id="M05"
        ),
    ],
)
def test_i5_the_database_itself_refuses_more_than_there_is(till: Till, over: tuple[type, dict[str, object]]) -> None:
    table, values = over
    statement = insert(table_of(table)).values({"shop_id": SHOP, **values})

    with pytest.raises(IntegrityError):
        till.writer.submit(lambda session: session.execute(statement) and None).result()


def test_i4_the_database_itself_refuses_a_second_active_remedy_for_the_same_goods(till: Till) -> None:
    first = till.asked(till.card())
    table = table_of(remedy_tables.Remedy)

    def again(state: RemedyState) -> None:
        copy = f"INSERT INTO remedy SELECT {', '.join(_copied(state))} FROM remedy WHERE id = '{first.id}'"
        till.writer.submit(lambda session: session.execute(text(copy)) and None).result()

    def _copied(state: RemedyState) -> list[str]:
        literal = {"id": f"'{state.value}'", "state": f"'{state.value}'"}
        return [literal.get(column.name, column.name) for column in table.columns]

    for state in (RemedyState.reserved, RemedyState.executing, RemedyState.unknown, RemedyState.executed):
        with pytest.raises(IntegrityError):
            again(state)
    again(RemedyState.withdrawn)
    assert till.count(*RemedyState) == 2


def test_a_state_is_left_only_once(till: Till) -> None:
    row = till.asked(till.card())
    reserved = (RemedyState.reserved,)

    def move() -> bool:
        return till.writer.submit(
            lambda session: remedies.move(session, row.id, reserved, RemedyState.executed, ended_at=NOW)
        ).result()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lambda _: move(), range(20))) == 1
    assert till.row(row.id).ended_at == NOW


def test_a_released_remedy_gives_back_to_the_day_it_was_taken_from(till: Till) -> None:
    row = till.asked(till.card())
    assert till.spent() == 4_000

    till.writer.submit(lambda session: money.release(session, row)).result()

    assert till.spent() == 0
    assert till.back() == {"": 0, "l1": 0}


def test_giving_back_twice_is_refused_by_the_database(till: Till) -> None:
    row = till.asked(till.card())
    till.writer.submit(lambda session: money.release(session, row)).result()

    with pytest.raises(IntegrityError):
        till.writer.submit(lambda session: money.release(session, row)).result()


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        pytest.param("Asia/Shanghai", "2026-11-20T15:59:59+00:00", "2026-11-20", id="before-midnight"),
        pytest.param("Asia/Shanghai", "2026-11-20T16:00:00+00:00", "2026-11-21", id="midnight"),
        pytest.param("America/New_York", "2026-11-01T03:59:59+00:00", "2026-10-31", id="summer-time-before-midnight"),
        pytest.param("America/New_York", "2026-11-01T05:30:00+00:00", "2026-11-01", id="the-first-half-past-one"),
        pytest.param("America/New_York", "2026-11-01T06:30:00+00:00", "2026-11-01", id="the-second-half-past-one"),
        pytest.param("America/New_York", "2026-11-02T04:59:59+00:00", "2026-11-01", id="the-25th-hour"),
        pytest.param("America/New_York", "2026-11-02T05:00:00+00:00", "2026-11-02", id="after-25-hours"),
        pytest.param("America/New_York", "2026-03-09T03:59:59+00:00", "2026-03-08", id="a-day-of-23-hours"),
        pytest.param("America/New_York", "2026-03-09T04:00:00+00:00", "2026-03-09", id="after-23-hours"),
        pytest.param("Asia/Kathmandu", "2026-11-20T18:15:00+00:00", "2026-11-21", id="quarter-hours"),
        pytest.param("Pacific/Kiritimati", "2026-11-20T10:00:00+00:00", "2026-11-21", id="fourteen-ahead"),
        pytest.param("Asia/Shanghai", "2026-11-20T23:30:00+08:00", "2026-11-20", id="told-in-another-zone"),
    ],
)
def test_m08_a_day_is_the_shops_own(zone: str, moment: str, day: str) -> None:
    assert day_of(datetime.fromisoformat(moment), zone) == day


def test_a_naive_time_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        day_of(NOW.replace(tzinfo=None), "Asia/Shanghai")


def test_m08_no_local_day_gives_more_than_its_cap_whatever_the_clock_does(till: Till) -> None:
    """Two days over the end of summer time, half an hour at a time; then the clock is set back an hour and goes on."""
    start = datetime(2026, 10, 31, 4, 0, tzinfo=UTC)  # midnight in New York
    there = [start + timedelta(minutes=30 * step) for step in range(98)]  # 49 hours: two days, one of them of 25
    again = [moment - timedelta(hours=1) for moment in there]

    granted: dict[str, int] = {}
    for moment in sorted([*there, *there, *again], key=lambda one: one.minute):
        day = day_of(moment, "America/New_York")
        wish = ask(f"o-{moment}", spend_fen=100, scopes=(Scope("shop", day, 1_000),))
        if reserve(till.writer, wish) is None:
            granted[day] = granted.get(day, 0) + 100

    assert granted == {"2026-10-30": 200, "2026-10-31": 1_000, "2026-11-01": 1_000}


def test_m06_thirds_of_an_order_come_to_the_whole_and_not_a_fen_more(till: Till) -> None:
    exact = [reserve(till.writer, ask("o1", back_fen=999, paid_fen=2_997, line_ref=f"l{n}")) for n in (1, 2, 3)]
    rounded_up = [reserve(till.writer, ask("o2", back_fen=334, paid_fen=1_000, line_ref=f"l{n}")) for n in (1, 2, 3)]
    rest = reserve(till.writer, ask("o2", back_fen=332, paid_fen=1_000, line_ref="l3"))

    assert exact == [None, None, None]
    assert till.back("o1")[""] == 2_997
    assert rounded_up == [None, None, Refused("order", 332)]
    assert rest is None
    assert till.back("o2")[""] == 1_000


@only_postgresql
def test_two_writers_that_meet_the_same_money_crosswise_never_deadlock(till: Till, database: Database) -> None:
    """Changes of one batch share a transaction: without turns, the one waits for what the other has."""
    other = open_database(database.url)
    second = Writer(other).start()
    waits: list[object] = []
    for round_ in range(8):
        wishes = [ask(f"o{round_}-{n}", back_fen=10, spend_fen=10) for n in range(6)]
        waits += [till.writer.submit(lambda session, w=wish: money.reserve(session, w)) for wish in wishes]
        waits += [second.submit(lambda session, w=wish: money.reserve(session, w)) for wish in reversed(wishes)]

    results = [wait.result(10) for wait in waits]  # pyright: ignore

    second.close()
    assert results == [None] * 96
    assert till.spent() == 960
    with database.reader() as session:
        deadlocks = session.execute(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        assert deadlocks.scalar_one() == 0
    other.close()


def test_coupons_and_reshipments_are_no_part_of_what_was_paid() -> None:
    assert RemedyKind.coupon not in money.REFUNDS
    assert COUPON not in money.REFUNDS
    assert RemedyKind.reship not in money.REFUNDS
