"""Whatever is done in whatever order: money set aside is what stands, and the log says the same."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from assist.contract import OrderRefunded
from assist.desk.approve import AmountChanged, ApprovalExpired, NotYours, RemedyMoved, approve, reject, withdraw
from assist.desk.grant import MoneyRefused
from assist.desk.request_remedy import AlreadyAsked, KeyReused, NoSuchOption, request
from assist.desk.settle_remedy import done_by_hand, settle_refund
from assist.domain.event import EventKind
from assist.domain.remedy import RemedyState
from assist.domain.remedy_policy import Budget
from assist.store import remedy_tables
from assist.store.queries.money import REFUNDS, day_of
from assist.store.queries.remedies import RemedyRow
from assist.store.tables import table_of
from tests.money import (
    ADMIN,
    AGENT,
    COUPON,
    CUSTOMER,
    LEAD,
    MANAGER,
    PARTIAL,
    PAYS_FIRST,
    Till,
    a_policy,
    a_remedy,
    an_order,
    later,
    option,
    wish,
)

_EXPECTED = (
    AlreadyAsked,
    AmountChanged,
    ApprovalExpired,
    KeyReused,
    MoneyRefused,
    NoSuchOption,
    NotYours,
    RemedyMoved,
)
_SPENDS = (RemedyState.reserved, RemedyState.executing, RemedyState.unknown, RemedyState.executed)
_ENDS = {
    EventKind.remedy_requested: None,
    EventKind.remedy_approved: RemedyState.reserved,
    EventKind.remedy_rejected: RemedyState.rejected,
    EventKind.remedy_withdrawn: RemedyState.withdrawn,
    EventKind.remedy_expired: RemedyState.expired,
    EventKind.remedy_executed: RemedyState.executed,
}
POLICY = a_policy(budget=Budget(daily_fen=20_000, basis="own"), pay_first=PAYS_FIRST)
PEOPLE = (AGENT, LEAD, MANAGER, ADMIN)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 12))])
def test_i4_i5_i9_what_stands_is_what_is_set_aside_and_what_was_logged(till: Till, seed: int) -> None:
    chance = random.Random(seed)
    orders = {f"o{n}": an_order(f"o{n}", 4_000, 5_000) for n in range(3)}
    cards = [
        till.card(
            f"c{order_ref}-{line}-{claim}",
            a_remedy(option(PARTIAL, 1_900, up_to_fen=2_500), option(COUPON, 700), line_ref=line, pay_first=claim == 1),
            order,
        )
        for order_ref, order in orders.items()
        for line in ("l1", "l2")
        for claim in range(3)
    ]
    outcomes: Counter[str] = Counter()
    for step in range(50):
        till = later(till, minutes=chance.choice((1, 30, 500, -60)))
        outcomes[_do(till, chance, cards, step)] += 1
        _holds(till, orders)

    assert outcomes["kept"] >= 15
    assert {row.state for row in till.rows()} >= {RemedyState.executed, RemedyState.withdrawn}


def _do(till: Till, chance: random.Random, cards: list[str], step: int) -> str:
    try:
        till.writer.submit(chance.choice(_ACTS)(till, chance, cards, step)).result()
    except _EXPECTED as error:
        return type(error).__name__
    return "kept"


def _ask(till: Till, chance: random.Random, cards: list[str], step: int) -> Any:
    amount_fen = chance.choice((None, 1_900, 2_500, 3_100))
    kind = chance.choice((PARTIAL, PARTIAL, COUPON))
    ask = wish(chance.choice(cards), kind, f"step-{step // 2}", amount_fen, chance.choice(("", "因为")))
    return request(chance.choice(PEOPLE), ask, POLICY, till.now)


def _approve(till: Till, chance: random.Random, _cards: list[str], _step: int) -> Any:
    row = _any(till, chance, RemedyState.pending_approval)
    return approve(chance.choice(PEOPLE), row.id, row.amount_fen, "", POLICY, till.now) if row else _nothing


def _reject(till: Till, chance: random.Random, _cards: list[str], _step: int) -> Any:
    row = _any(till, chance, RemedyState.pending_approval)
    return reject(chance.choice(PEOPLE), row.id, "不", till.now) if row else _nothing


def _withdraw(till: Till, chance: random.Random, _cards: list[str], _step: int) -> Any:
    row = _any(till, chance, RemedyState.pending_approval, RemedyState.reserved)
    return withdraw(chance.choice(PEOPLE[1:]), row.id, till.now) if row else _nothing


def _settle(till: Till, chance: random.Random, _cards: list[str], _step: int) -> Any:
    row = _any(till, chance, RemedyState.reserved) or _any(till, chance)
    return done_by_hand(chance.choice(PEOPLE), row.id, "R", till.now) if row else _nothing


def _told(till: Till, chance: random.Random, _cards: list[str], step: int) -> Any:
    event = OrderRefunded(
        event_ref=f"r{step}",
        sent_at=till.now,
        raw_type="refund",
        order_ref=chance.choice(("o0", "o1", "o2")),
        customer_ref=CUSTOMER,
        refunded_fen=chance.choice((100, 1_900, 1_900, 2_500)),
    )
    return settle_refund("s1", event, till.now, till.now)


def _let_expire(till: Till, _chance: random.Random, _cards: list[str], _step: int) -> Any:
    till.run_tasks()
    return _nothing


_ACTS: tuple[Callable[[Till, random.Random, list[str], int], Any], ...] = (
    *(_ask,) * 6,
    *(_approve,) * 3,
    _reject,
    *(_withdraw,) * 2,
    *(_settle,) * 2,
    _told,
    _let_expire,
)


def _nothing(_session: Any) -> None:
    return None


def _any(till: Till, chance: random.Random, *states: RemedyState) -> RemedyRow | None:
    rows = sorted(till.rows(*states), key=lambda row: row.id)
    return chance.choice(rows) if rows else None


def _holds(till: Till, orders: dict[str, Any]) -> None:
    rows = till.rows()
    spends = [row for row in rows if row.state in _SPENDS]
    assert _used(till) == _summed(spends, POLICY.budget.daily_fen)
    for order_ref, order in orders.items():
        ours = [row for row in spends if row.order_ref == order_ref and row.kind in REFUNDS]
        back = till.back(order_ref)
        assert sum(row.amount_fen for row in ours) <= back.get("", 0) <= order.paid_fen
        for line in order.lines:
            of_line = sum(row.amount_fen for row in ours if row.line_ref == line.line_ref)
            assert back.get(line.line_ref, 0) == of_line <= line.paid_fen
    places = Counter((row.complaint_id, row.line_ref) for row in [*spends, *till.rows(RemedyState.pending_approval)])
    assert max(places.values(), default=0) <= 1
    assert _recounted(till) == {row.id: row.state for row in rows}


def _used(till: Till) -> dict[tuple[str, str], int]:
    table = table_of(remedy_tables.Budget)
    with till.database.reader() as session:
        rows = session.execute(select(table.c.scope, table.c.day, table.c.used_fen).where(table.c.used_fen > 0))
        return {(row.scope, row.day): int(row.used_fen) for row in rows}


def _summed(rows: list[RemedyRow], cap_fen: int) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        moment = row.approved_at or row.requested_at
        assert row.budget_day == day_of(moment, "Asia/Shanghai")
        found["shop", row.budget_day] += row.amount_fen
        if row.pay_first:
            found["pay_first", row.budget_day] += row.amount_fen
    assert all(fen <= cap_fen for fen in found.values())
    return dict(found)


def _recounted(till: Till) -> dict[str, RemedyState]:
    """Return each remedy's state as the log alone tells it."""
    found: dict[str, RemedyState] = {}
    for event in till.log(*_ENDS):
        state = _ENDS[event.kind] or RemedyState(str(event.payload["state"]))
        found[str(event.payload["remedy_id"])] = state
    return found
