"""What is kept of orders, facts, customers, ratings and states, and what of it is counted?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from assist.contract import (
    CustomerUpdated,
    FactUpdated,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    OrderUpdated,
    RatingReceived,
    Ref,
)
from assist.domain.event import Event, EventKind
from assist.store.queries import events, people, world
from tests.conftest import NOW
from tests.desk.shop import CUTOFF, SHOP, SHRIMP, Desk, State, became, conversation_of, said

A_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
CONVERSATION = Ref(conversation_ref="c1")


def _told(at: datetime = NOW, ref: str = "e1") -> dict[str, Any]:
    return {"event_ref": ref, "sent_at": at, "raw_type": "x"}


def _paid(fen: int, at: datetime = NOW, **more: Any) -> OrderPaid:
    return OrderPaid(**_told(at), order_ref="o1", paid_fen=fen, **more)


def _logged(desk: Desk, kind: EventKind) -> list[Event]:
    with desk.database.reader() as session:
        return events.in_window(session, SHOP, [kind], datetime(1900, 1, 1, tzinfo=UTC), NOW + 36_500 * A_DAY)


def test_a_payment_is_logged_in_fen_once(either_desk: Desk) -> None:
    for _ in range(2):
        either_desk.hear(_paid(5990, NOW - MINUTE, ref=CONVERSATION))

    (paid,) = _logged(either_desk, EventKind.order_paid)
    assert (paid.n, paid.at, paid.payload) == (5990, NOW - MINUTE, {"order_ref": "o1"})
    assert paid.conversation_id == conversation_of()


def test_a_refund_is_logged_in_fen(desk: Desk) -> None:
    desk.hear(OrderRefunded(**_told(), order_ref="o1", refunded_fen=1200))

    (refunded,) = _logged(desk, EventKind.order_refunded)
    assert (refunded.n, refunded.conversation_id) == (1200, None)


def test_a_rating_is_logged_with_its_scale(desk: Desk) -> None:
    desk.hear(RatingReceived(**_told(), ref=CONVERSATION, scale="csat_5", score=4))

    (rating,) = _logged(desk, EventKind.rating)
    assert (rating.n, rating.payload, rating.conversation_id) == (4, {"scale": "csat_5"}, conversation_of())


def test_a_customer_is_counted_under_one_keyed_hash_that_tells_nothing(desk: Desk) -> None:
    desk.hear(said("m1", SHRIMP, NOW, by="wx-0001"), _paid(5990, customer_ref="wx-0001"))

    (paid,), (asked,) = _logged(desk, EventKind.order_paid), _logged(desk, EventKind.message_in)
    assert paid.subject_key is not None
    assert paid.subject_key == asked.subject_key
    assert "wx-0001" not in paid.subject_key
    with desk.database.reader() as session:
        (shop,) = people.shops(session)
    assert shop.subject_salt not in paid.subject_key


def test_a_payment_by_nobody_known_is_counted_under_nobody(desk: Desk) -> None:
    desk.hear(_paid(5990))

    (paid,) = _logged(desk, EventKind.order_paid)
    assert paid.subject_key is None


@pytest.mark.parametrize("year", [1970, 2100])
def test_an_outcome_with_an_impossible_time_counts_when_it_was_received(desk: Desk, year: int) -> None:
    impossible = datetime(year, 1, 1, tzinfo=UTC)

    desk.hear(_paid(5990, impossible), became("resolved", impossible))

    assert [event.at for event in _logged(desk, EventKind.order_paid)] == [NOW]
    assert [event.at for event in _logged(desk, EventKind.resolved)] == [NOW]


def test_an_order_is_kept_as_it_stands_and_fills_the_next_card(desk: Desk) -> None:
    lines = (OrderLine(line_ref="l1", title="活虾500g", quantity=2, paid_fen=5990),)
    desk.hear(
        OrderUpdated(**_told(NOW), order_ref="o1", status="signed", paid_fen=5990, lines=lines),
        OrderUpdated(**_told(NOW - A_DAY, "e0"), order_ref="o1", status="paid", paid_fen=5990),
    )

    with desk.database.reader() as session:
        order = world.order(session, SHOP, "o1")
    assert order is not None
    assert (order.status, order.as_of, order.lines[0].title) == ("signed", NOW, "活虾500g")


def test_a_fact_is_kept_and_its_value_stays_out_of_the_log(desk: Desk) -> None:
    desk.hear(FactUpdated(**_told(), fact="stock", subject="shrimp", value="只剩三份"))

    with desk.database.reader() as session:
        fact = world.fact(session, SHOP, "stock", "shrimp")
    assert fact is not None
    assert fact.value == "只剩三份"
    (event,) = _logged(desk, EventKind.fact_set)
    assert event.payload == {"fact": "stock", "subject": "shrimp"}


def test_a_customer_is_kept_by_the_newest_statement(desk: Desk) -> None:
    desk.hear(
        CustomerUpdated(**_told(NOW), customer_ref="wx-1", name="王女士"),
        CustomerUpdated(**_told(NOW - A_DAY, "e0"), customer_ref="wx-1", name="旧名字"),
    )

    with desk.database.reader() as session:
        assert world.customer_name(session, SHOP, "generic", "main", "wx-1") == "王女士"


def _states(*states: State) -> list[Any]:
    begun = NOW - timedelta(hours=1)
    return [became(state, begun + number * MINUTE, name=f"{number}") for number, state in enumerate(states)]


FOLLOWED = [
    pytest.param(["bot", "human"], [EventKind.handoff], id="机器人转人工"),
    pytest.param(["bot", "queued", "human"], [EventKind.handoff], id="排队后接入"),
    pytest.param(["queued", "human"], [], id="一直是人工"),
    pytest.param(["human", "resolved"], [EventKind.resolved], id="解决"),
    pytest.param(["human", "resolved", "human"], [EventKind.resolved, EventKind.reopened], id="解决后重开"),
    pytest.param(
        ["bot", "human", "resolved", "human", "resolved"],
        [EventKind.handoff, EventKind.resolved, EventKind.reopened, EventKind.resolved],
        id="来回两次",
    ),
]


@pytest.mark.parametrize(("states", "logged"), FOLLOWED)
@pytest.mark.parametrize("at_once", [pytest.param(False, id="一条一条"), pytest.param(True, id="一批")])
def test_what_a_state_means_is_logged_however_it_is_delivered(
    desk: Desk, states: list[State], logged: list[EventKind], at_once: bool
) -> None:
    if at_once:
        desk.receive(*_states(*states))
        desk.work()
    else:
        desk.hear(*_states(*states))

    kinds = (EventKind.handoff, EventKind.resolved, EventKind.reopened)
    assert [event.kind for event in sorted(desk.log(*kinds), key=lambda event: event.at)] == logged
    assert desk.conversation().state == states[-1]


def test_an_order_told_with_a_message_is_the_conversations(desk: Desk) -> None:
    desk.hear(said("m1", "这个单", NOW, order="o1"), said("m2", CUTOFF, NOW))

    assert desk.conversation().order_ref == "o1"


def _order(status: str, ref: str, at: datetime = NOW) -> OrderUpdated:
    return OrderUpdated(**_told(at, ref), order_ref="o1", status=status)


def test_news_of_an_order_decides_the_open_turn_about_it_again(desk: Desk) -> None:
    desk.hear(said("m1", CUTOFF, NOW, order="o1"))
    desk.hear(said("m1", CUTOFF, NOW, conversation="other", order="o2"))

    desk.hear(_order("signed", "e1"))
    with desk.database.reader() as session:
        tasks = session.execute(text("SELECT kind, subject_id, state FROM task")).all()

    assert [tuple(task) for task in tasks] == [("readvise", conversation_of(), "waiting")]
    desk.tasks.work()
    with desk.database.reader() as session:
        assert session.execute(text("SELECT state FROM task")).scalar_one() == "done"


def test_an_order_of_the_year_2100_does_not_win_for_ever(desk: Desk) -> None:
    desk.hear(_order("lost", "e1", datetime(2100, 1, 1, tzinfo=UTC)))
    desk.clock.move(seconds=60)

    desk.hear(_order("signed", "e2", desk.clock()))

    with desk.database.reader() as session:
        kept = world.order(session, SHOP, "o1")
    assert kept is not None
    assert kept.status == "signed"
