"""Whose claim is it, and does anything about it want a second look?"""

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assist.desk.grant import NotTheirOrder
from assist.desk.step import UnknownSuggestion
from assist.domain.event import EventKind
from assist.domain.people import AgentRole
from assist.domain.remedy import RemedyState
from assist.domain.suggestion import Arm
from assist.store.database import Database
from assist.store.queries import people, suggestions
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.money import (
    ADMIN,
    AGENT,
    COUPON,
    EXECUTES,
    MANAGER,
    PAYS_FIRST,
    POLICY,
    Till,
    a_policy,
    a_remedy,
    an_order,
    later,
    option,
)

MANY_CLAIMS = a_policy(customers=POLICY.customers.model_copy(update={"claims": 99, "high_risk_claims": 99}))
"""For cases in which one customer complains often and it is about something else."""
AUTOMATIC = a_policy(execution=EXECUTES)


def test_the_program_may_carry_out_only_what_policy_and_card_both_allow(till: Till) -> None:
    executing = MANY_CLAIMS.model_copy(update={"execution": EXECUTES})
    automatic: list[tuple[bool, bool]] = []
    for card_allows, policy_allows in itertools.product((True, False), repeat=2):
        decision = a_remedy(option(COUPON, 100, automatic=card_allows))
        card = till.card(f"{card_allows}-{policy_allows}", decision)
        if till.asked(card, COUPON, policy=executing if policy_allows else MANY_CLAIMS).automatic:
            automatic.append((card_allows, policy_allows))

    assert automatic == [(True, True)]


@pytest.mark.parametrize(
    ("others", "flags", "needs", "automatic"),
    [
        pytest.param(1, [], AgentRole.agent, True, id="second-claim"),
        pytest.param(2, ["claims_in_window"], AgentRole.lead, False, id="third-claim"),
        pytest.param(4, ["claims_in_window"], AgentRole.lead, False, id="five-claims-in-seven-days"),
    ],
)
def test_m11_a_serial_claimants_claim_is_flagged_and_never_automatic(
    till: Till, others: int, flags: list[str], needs: AgentRole, automatic: bool
) -> None:
    for number in range(others):
        till.card(f"before-{number}", order=an_order(f"b{number}"), opened_at=NOW - timedelta(days=6))
    card = till.card(decision=a_remedy(option(COUPON, 100, automatic=True)))

    row = till.asked(card, COUPON, policy=AUTOMATIC)

    assert till.log(EventKind.remedy_requested)[0].payload["flags"] == flags
    assert (row.needs, row.automatic) == (needs, automatic)


def test_m11_granted_by_a_lead_it_is_still_not_carried_out_by_itself(till: Till) -> None:
    for number in range(4):
        till.card(f"before-{number}", order=an_order(f"b{number}"))
    row = till.asked(till.card(decision=a_remedy(option(COUPON, 100, automatic=True))), COUPON, policy=AUTOMATIC)

    granted = till.approve(row, policy=AUTOMATIC)

    assert (granted.state, granted.automatic) == (RemedyState.reserved, False)


def test_m11_claims_of_long_ago_and_of_others_are_nobodys_serial(till: Till) -> None:
    for number in range(4):
        till.card(f"old-{number}", order=an_order(f"b{number}"), opened_at=NOW - timedelta(days=8))
        till.card(f"theirs-{number}", order=an_order(f"t{number}", customer_ref="u2"), customer_ref="u2")

    assert till.asked(till.card()).state is RemedyState.reserved


def test_m11_a_photo_of_another_claim_is_flagged_and_never_automatic(till: Till) -> None:
    card = till.card(decision=a_remedy(option(COUPON, 100, automatic=True)), photo_seen_before=True)

    row = till.asked(card, COUPON, policy=AUTOMATIC)

    assert (row.state, row.automatic) == (RemedyState.pending_approval, False)
    assert till.log(EventKind.remedy_requested)[0].payload["flags"] == ["photo_seen_before"]


def test_m11_much_money_for_one_customer_takes_a_lead(till: Till) -> None:
    """400 yuan a day, 500 in seven days: counted over complaints, refunds only."""
    old = later(till, days=-3)
    old.ask(old.card("c1", a_remedy(option(amount_fen=15_000)), an_order("o1", 90_000)), by=MANAGER)
    till.ask(till.card("c2", a_remedy(option(amount_fen=36_000)), an_order("o2", 90_000)), by=MANAGER)

    of_the_day = till.asked(till.card("c3", a_remedy(option(amount_fen=4_001)), an_order("o3", 90_000)), by=AGENT)

    assert of_the_day.state is RemedyState.pending_approval
    flags = till.log(EventKind.remedy_requested)[-1].payload["flags"]
    assert {"refunded_in_window", "daily_customer"} <= set(flags)  # pyright: ignore


def test_m12_another_customers_order_gets_nothing_and_tells_nothing(till: Till) -> None:
    """Customer B quotes A's order."""
    card = till.card(order=an_order("o-of-a", customer_ref="customer-a"), customer_ref="customer-b")

    with pytest.raises(NotTheirOrder) as refused:
        till.ask(card, by=ADMIN)

    assert till.rows() == []
    assert not any(word in str(refused.value) for word in ("o-of-a", "customer-a", "100", "草莓"))


@pytest.mark.parametrize("order_ref", ["nosuch", "o-of-s2"])
def test_m12_an_order_nobody_knows_and_one_of_another_shop_are_the_same(till: Till, order_ref: str) -> None:
    till.writer.submit(_another_shop).result()
    till.card("c9", order=an_order("o-of-s2"), shop_id="s2")
    card = till.card(order_ref=order_ref)

    with pytest.raises(NotTheirOrder, match="no such order"):
        till.ask(card)
    assert till.rows() == []


def _another_shop(session: Any) -> None:
    people.save_shop(session, people.ShopRow("s2", "别家", "Asia/Shanghai", "salt"), NOW)


def test_m12_an_order_that_changed_hands_before_approval_gets_nothing(till: Till) -> None:
    row = till.asked(till.card(decision=a_remedy(option(amount_fen=6_000)), order=an_order("o1", 20_000)))
    till.card("c2", order=an_order("o1", 20_000, customer_ref="somebody-else", as_of=NOW))

    with pytest.raises(NotTheirOrder):
        till.approve(row)


def test_a_card_that_nobody_was_shown_is_no_card(till: Till) -> None:
    card_id = till.card()
    with till.database.reader() as session:
        card = suggestions.one(session, "s1", card_id)
    assert card is not None
    till.writer.submit(lambda session: suggestions.save(session, [replace(card, arm=Arm.shadow)])).result()

    with pytest.raises(UnknownSuggestion):
        till.ask(card_id)


def test_whose_order_it_is_unknown_it_is_never_automatic(till: Till) -> None:
    card = till.card(decision=a_remedy(option(COUPON, 100, automatic=True)), order=an_order(customer_ref=""))

    row = till.asked(card, COUPON, policy=AUTOMATIC)

    assert (row.state, row.automatic) == (RemedyState.reserved, False)


_UNLIMITED = tuple(one.model_copy(update={"at_most_fen": None, "percent_of_order": 100}) for one in POLICY.limits)
FIRST = a_policy(pay_first=PAYS_FIRST, limits=_UNLIMITED)


def test_paying_first_counts_in_its_own_budget_too_and_plans_the_look_afterwards(till: Till) -> None:
    card = till.card(decision=a_remedy(option(amount_fen=20_000), pay_first=True), order=an_order("o1", 30_000))

    row = till.asked(card, policy=FIRST)

    assert (row.state, row.pay_first) == (RemedyState.reserved, True)
    assert row.follow_up_at == NOW + timedelta(hours=24)
    assert (till.spent(), till.spent(scope="pay_first")) == (20_000, 20_000)


def test_when_the_money_for_paying_first_is_used_up_a_lead_decides_and_it_is_not_paid_first(till: Till) -> None:
    till.ask(till.card("c1", a_remedy(option(amount_fen=30_000), pay_first=True), an_order("o1", 30_000)), policy=FIRST)
    order = an_order("o2", 30_000, customer_ref="u2")
    second = till.card("c2", a_remedy(option(amount_fen=10_001), pay_first=True), order, customer_ref="u2")

    row = till.asked(second, policy=FIRST)

    assert (row.state, row.needs, row.pay_first) == (RemedyState.pending_approval, AgentRole.lead, False)
    assert till.approve(row, policy=FIRST).state is RemedyState.reserved
    assert (till.spent(), till.spent(scope="pay_first")) == (40_001, 30_000)


def test_i5_what_is_paid_first_at_once_never_exceeds_its_own_budget(till: Till) -> None:
    """400 yuan a day to pay first: four of a hundred, however many ask at the same moment."""
    cards = [
        till.card(
            f"c{n}",
            a_remedy(option(amount_fen=10_000), pay_first=True),
            an_order(f"o{n}", 30_000, customer_ref=f"u{n}"),
            customer_ref=f"u{n}",
        )
        for n in range(8)
    ]

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda card: till.asked(card, policy=FIRST), cards))

    assert Counter((row.state.value, row.pay_first) for row in asked) == {
        ("reserved", True): 4,
        ("pending_approval", False): 4,
    }
    assert till.spent(scope="pay_first") == 40_000


def test_a_high_risk_customer_is_never_paid_first(till: Till) -> None:
    for number in range(4):
        till.card(f"before-{number}", order=an_order(f"b{number}"))
    card = till.card(decision=a_remedy(option(amount_fen=20_000), pay_first=True), order=an_order("o1", 30_000))

    row = till.asked(card, policy=FIRST)

    assert (row.pay_first, row.follow_up_at, row.state) == (False, None, RemedyState.pending_approval)


def test_m08_what_is_asked_for_at_one_in_the_morning_is_the_shops_new_day(database: Database) -> None:
    writer = Writer(database).start()
    till = later(Till(database, writer).open("America/New_York"), hours=21)  # 06:00 UTC, 01:00 in New York

    row = till.asked(till.card())

    writer.close()
    assert row.budget_day == "2026-11-22"
