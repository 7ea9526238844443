"""Asked for many times at once, it is given once, and never more than there is."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from assist.desk.grant import MoneyRefused
from assist.desk.reply import KeyReused
from assist.desk.request_remedy import AlreadyAsked, request
from assist.domain.event import EventKind
from assist.domain.remedy import ACTIVE, RemedyState
from assist.domain.remedy_policy import Budget
from assist.store.database import Database, open_database
from assist.store.queries import suggestions
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.money import (
    COUPON,
    MANAGER,
    POLICY,
    Till,
    a_policy,
    a_remedy,
    an_order,
    later,
    option,
    person,
    wish,
)
from tests.store.rows import only_postgresql


def test_i4_m01_fifty_clicks_at_once_are_one_remedy(till: Till) -> None:
    """The same agent, the same card, fifty requests in flight: some with the same key, some with their own."""
    card = till.card()

    with ThreadPoolExecutor(50) as pool:
        asked = list(pool.map(lambda n: till.ask(card, step=f"click-{n % 25:04}"), range(50)))

    assert len({one.remedy_id for one in asked}) == 1
    assert sum(one.new for one in asked) == 1
    assert till.count(*ACTIVE) == 1
    assert till.spent() == 4_000
    assert len(till.log(EventKind.remedy_requested)) == 1


def test_m01_the_same_key_is_the_same_remedy_whatever_became_of_it(till: Till) -> None:
    card = till.card()
    row = till.asked(card, step="the-same-click")
    till.writer.submit(lambda session: suggestions.make_stale(session, [card])).result()

    again = till.ask(card, step="the-same-click")

    assert (again.remedy_id, again.new) == (row.id, False)


def test_m01_a_key_stands_for_one_wish(till: Till) -> None:
    card = till.card(decision=a_remedy(option(), option(COUPON, 500)))
    till.ask(card, step="the-same-click")

    with pytest.raises(KeyReused):
        till.ask(card, COUPON, step="the-same-click")


def test_i4_m02_of_two_agents_and_a_bot_at_once_one_gets_it_and_the_others_are_shown_it(till: Till) -> None:
    card = till.card()
    start = threading.Barrier(3)

    def ask(name: str) -> str:
        start.wait()
        try:
            return till.ask(card, by=person(name=name), step=f"step-of-{name}").remedy_id
        except AlreadyAsked as error:
            return f"409 {error.remedy_id}"

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(ask, ("小林", "小王", "bot")))

    [row] = till.rows()
    assert sorted(answers) == sorted([row.id, f"409 {row.id}", f"409 {row.id}"])
    assert till.spent() == 4_000


@only_postgresql
def test_i4_m02_two_writers_race_fifty_times_and_one_remedy_stands(till: Till, database: Database) -> None:
    other = open_database(database.url)
    second = Writer(other).start()
    card = till.card()

    asks = [
        writer.submit(request(person(name=f"a{n}"), wish(card, step=f"step-{n:04}"), POLICY, NOW))
        for n in range(25)
        for writer in (till.writer, second)
    ]
    ended = Counter(type(one.exception(10)).__name__ for one in asks)

    second.close()
    other.close()
    # Each person asks through both with one key: the winner's second request finds its own remedy.
    assert ended == {"NoneType": 2, "AlreadyAsked": 48}
    assert till.count(*ACTIVE) == 1
    assert (till.spent(), till.back()) == (4_000, {"": 4_000, "l1": 4_000})


@pytest.mark.slow
@only_postgresql
def test_two_writers_that_ask_crosswise_never_deadlock(till: Till, database: Database) -> None:
    """What waits for approval locks no budget: only turns keep it from waiting crosswise with what does."""
    other = open_database(database.url)
    second = Writer(other).start()
    small, large = a_remedy(option(COUPON, 100)), a_remedy(option(COUPON, 9_000))
    cards = [till.card(f"c{n}", large if n % 2 else small, an_order(f"o{n}")) for n in range(20)]

    waits: list[Any] = []
    for step in range(4):
        for writer, order in ((till.writer, cards), (second, cards[::-1])):
            for card in order:
                name = person(name=f"{id(writer)}-{step}")
                waits.append(writer.submit(request(name, wish(card, COUPON, f"{step}-{card}"), POLICY, NOW)))
    ended = Counter(type(one.exception(20)).__name__ for one in waits)

    second.close()
    other.close()
    assert ended == {"NoneType": 20, "AlreadyAsked": 140}
    with database.reader() as session:
        deadlocks = session.execute(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        assert deadlocks.scalar_one() == 0


def test_another_remedy_for_the_same_goods_is_refused_also_to_the_same_agent(till: Till) -> None:
    card = till.card(decision=a_remedy(option(), option(COUPON, 500)))
    row = till.asked(card)

    with pytest.raises(AlreadyAsked) as refused:
        till.ask(card, COUPON, step="another-click")

    assert refused.value.remedy_id == row.id


def test_i5_m05_the_third_of_three_partials_of_forty_percent_is_refused(till: Till) -> None:
    """Three complaints about one order, each for another of its lines."""
    order = an_order("o1", 4_000, 4_000, 2_000)
    cards = [till.card(f"c{n}", a_remedy(option(), line_ref=f"l{n}"), order) for n in (1, 2)]
    third = till.card("c3", a_remedy(option(amount_fen=2_001), line_ref=""), order)

    granted = [till.asked(card, by=MANAGER).state for card in cards]
    with pytest.raises(MoneyRefused) as refused:
        till.ask(third, by=MANAGER)

    assert granted == [RemedyState.reserved] * 2
    assert (refused.value.refused.why, refused.value.refused.left_fen) == ("order", 2_000)
    assert (till.back()[""], till.count(*ACTIVE)) == (8_000, 2)


def test_m05_three_complaints_about_one_line_never_get_more_than_was_paid_for_it(till: Till) -> None:
    cards = [till.card(f"c{n}", a_remedy(option()), an_order("o1", 10_000, 90_000)) for n in (1, 2, 3)]

    def ask(card: str) -> str:
        try:
            return till.asked(card, by=MANAGER).state.value
        except MoneyRefused as error:
            return error.refused.why

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(ask, cards)) == ["line", "reserved", "reserved"]
    assert till.back()["l1"] == 8_000


def test_what_the_platform_says_went_back_leaves_that_much_less(till: Till) -> None:
    card = till.card(order=an_order(refunded_fen=6_001))

    with pytest.raises(MoneyRefused) as refused:
        till.ask(card, by=MANAGER)

    assert refused.value.refused.left_fen == 3_999


def test_a_refund_told_of_while_ours_is_on_its_way_adds_to_it(till: Till) -> None:
    """The snapshot's 50 are another's; our 40 are not in it yet. Together 90 of 100 are gone."""
    till.ask(till.card("c1", order=an_order("o1", 10_000)), by=MANAGER)
    told = an_order("o1", 10_000, refunded_fen=5_000, as_of=NOW + timedelta(minutes=1))
    card = till.card("c2", a_remedy(option(amount_fen=1_001), line_ref=""), told)

    with pytest.raises(MoneyRefused) as refused:
        till.ask(card, by=MANAGER)

    assert refused.value.refused.left_fen == 1_000


def test_a_statement_from_before_ours_was_given_does_not_hold_it(till: Till) -> None:
    """It says that 50 went back, a minute before our 40 did: 90 of 100 are gone."""
    later(till, minutes=2).settled(till.asked(till.card("c1", order=an_order("o1", 10_000)), by=MANAGER))
    told = an_order("o1", 10_000, refunded_fen=5_000, as_of=NOW + timedelta(minutes=1))
    card = till.card("c2", a_remedy(option(amount_fen=1_001), line_ref=""), told)

    with pytest.raises(MoneyRefused) as refused:
        till.ask(card, by=MANAGER)

    assert refused.value.refused.left_fen == 1_000


def test_a_statement_from_after_ours_was_given_holds_it(till: Till) -> None:
    """Our 40 are among its 50: the other 50 are left."""
    till.settled(till.asked(till.card("c1", order=an_order("o1", 10_000)), by=MANAGER))
    told = an_order("o1", 10_000, refunded_fen=5_000, as_of=NOW + timedelta(minutes=1))

    row = till.asked(till.card("c2", a_remedy(option(amount_fen=5_000), line_ref=""), told), by=MANAGER)

    assert row.state is RemedyState.reserved


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_i5_m07_of_two_hundred_coupons_at_once_the_budget_gives_exactly_a_hundred(till: Till) -> None:
    """100 yuan a day, coupons of one yuan, fifty clients of one process; on SQLite and on PostgreSQL."""
    policy = a_policy(budget=Budget(daily_fen=10_000, basis="own"))
    cards = _many_cards(till, 200)

    with ThreadPoolExecutor(50) as pool:
        granted = Counter(pool.map(lambda card: _granted(till, card, policy), cards))

    assert granted == {"reserved": 100, "budget": 100}
    assert till.spent() == 10_000
    assert till.count(RemedyState.reserved) == 100


@pytest.mark.slow
@only_postgresql
def test_i5_m07_two_writers_together_give_exactly_a_hundred(till: Till, database: Database) -> None:
    policy = a_policy(budget=Budget(daily_fen=10_000, basis="own"))
    other = open_database(database.url)
    second = replace(till, database=other, writer=Writer(other).start())
    cards = _many_cards(till, 200)

    with ThreadPoolExecutor(50) as pool:
        tills = [till, second] * 100
        granted = Counter(pool.map(lambda one: _granted(one[0], one[1], policy), zip(tills, cards, strict=True)))

    second.writer.close()
    other.close()
    assert granted == {"reserved": 100, "budget": 100}
    assert till.spent() == 10_000


def _many_cards(till: Till, count: int) -> list[str]:
    def keep(n: int) -> str:
        order = an_order(f"o{n}", customer_ref=f"u{n}")
        return till.card(f"c{n}", a_remedy(option(COUPON, 100)), order, customer_ref=f"u{n}")

    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(keep, range(count)))


def _granted(till: Till, card: str, policy: Any) -> str:
    try:
        return till.asked(card, COUPON, policy=policy).state.value
    except MoneyRefused as error:
        return error.refused.why
