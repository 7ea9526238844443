"""Note what the shop's other systems say about orders, facts and customers."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from assist.contract import CustomerUpdated, FactUpdated, OrderUpdated
from assist.domain.chat import Order, OrderLine
from assist.domain.event import Event, EventKind
from assist.store.queries import chats, tasks, world
from assist.store.queries.inbox import ClaimedLane

from .readvise import READVISE

Write = Callable[[Session], object]


def note_order(lane: ClaimedLane, event: OrderUpdated, at: datetime, now: datetime) -> Write:
    """Keep an order as it stood at `at`, and decide the open turns about it again.

    An older statement never replaces a newer one.
    """
    order = Order(
        order_ref=event.order_ref,
        status=event.status,
        customer_ref=event.customer_ref,
        paid_fen=event.paid_fen,
        refunded_fen=event.refunded_fen,
        lines=tuple(
            OrderLine(
                line_ref=line.line_ref,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                paid_fen=line.paid_fen,
                batch=line.batch,
                warehouse=line.warehouse,
            )
            for line in event.lines
        ),
        paid_at=event.paid_at,
        signed_at=event.signed_at,
        as_of=at,
    )

    def write(session: Session) -> None:
        world.save_order(session, lane.shop_id, order)
        for conversation_id in chats.open_conversations(session, lane.shop_id, order_ref=event.order_ref):
            tasks.plan(session, tasks.NewTask(lane.shop_id, READVISE, conversation_id, now))

    return write


def note_fact(lane: ClaimedLane, event: FactUpdated, at: datetime) -> Write:
    row = world.FactRow(
        shop_id=lane.shop_id,
        fact=event.fact,
        subject=event.subject,
        value=event.value,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        stated_at=at,
    )
    return lambda session: world.save_fact(session, row)


def fact_set(lane: ClaimedLane, event: FactUpdated, received_at: datetime) -> Event:
    """Return the log's fact that a fact was stated; its value stays out of the log."""
    return Event(
        key=f"fact:{lane.adapter}:{lane.account}:{event.event_ref}",
        shop_id=lane.shop_id,
        kind=EventKind.fact_set,
        at=received_at,
        platform=lane.adapter,
        payload={"fact": event.fact, "subject": event.subject},
    )


def note_customer(lane: ClaimedLane, event: CustomerUpdated, at: datetime) -> Write:
    row = world.CustomerRow(
        shop_id=lane.shop_id,
        adapter=lane.adapter,
        account=lane.account,
        customer_ref=event.customer_ref,
        name=event.name,
        facts=dict(event.facts),
        stated_at=at,
    )
    return lambda session: world.save_customer(session, row)
