"""Note what the shop's other systems say about orders, facts and customers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy.orm import Session

from assist.contract import CustomerUpdated, Event, FactUpdated, MessageReceived, OrderPaid, OrderUpdated
from assist.domain.chat import Order, OrderLine
from assist.domain.event import Event as LogEvent
from assist.domain.event import EventKind
from assist.store.queries import chats, order_lines, tasks, visits, world
from assist.store.queries.inbox import ClaimedLane
from assist.store.queries.visits import Visit

from .goods_facts import state_facts
from .readvise import READVISE

Write = Callable[[Session], object]

_MOST_SEEN = 20
_LONGEST_SEEN = 200


def note(lane: ClaimedLane, event: Event, at: datetime, now: datetime) -> Write | None:
    """Return what is kept of an event that tells something about the world, or None."""
    match event:
        case OrderUpdated():
            return note_order(lane, event, at, now)
        case OrderPaid():
            return note_payment(lane, event, at)
        case FactUpdated():
            return note_fact(lane, event, at, now)
        case CustomerUpdated():
            return note_customer(lane, event, at)
        case MessageReceived():
            return note_visit(lane, event, at)
        case _:
            return None


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
        order_lines.save_lines(session, lane.shop_id, order)
        for conversation_id in chats.open_conversations(session, lane.shop_id, order_ref=event.order_ref):
            tasks.plan(session, tasks.NewTask(lane.shop_id, READVISE, conversation_id, now))

    return write


def note_payment(lane: ClaimedLane, event: OrderPaid, at: datetime) -> Write:
    """Keep when an order was paid, where the order itself does not say."""
    return lambda session: order_lines.mark_paid(session, lane.shop_id, event.order_ref, at)


def note_visit(lane: ClaimedLane, event: MessageReceived, at: datetime) -> Write | None:
    """Keep what the customer was looking at when this was written; None where the platform does not tell."""
    seen = seen_with(event.context)
    if seen is None:
        return None
    return lambda session: visits.save_visit(session, lane.shop_id, lane.lane_id, *seen, at)


def newest_visit(told: Sequence[tuple[Event, datetime]]) -> Visit | None:
    """Return what the customer was looking at when they wrote the newest of some messages."""
    newest: Visit | None = None
    for event, _ in told:
        seen = seen_with(event.context) if isinstance(event, MessageReceived) else None
        if seen is not None and (newest is None or newest.at <= event.sent_at):
            newest = Visit(*seen, event.sent_at)
    return newest


def seen_with(context: Mapping[str, JsonValue]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return what a message's context says of `browsing` and `cart`: SKUs, or titles where it names no SKU.

    None where it says neither. What cannot be read is left out, and so is whatever comes after twenty.
    """
    if not {"browsing", "cart"} & context.keys():
        return None
    return _named(context.get("browsing")), _named(context.get("cart"))


def _named(told: JsonValue | None) -> tuple[str, ...]:
    names = [_name(one) for one in told] if isinstance(told, list) else [_name(told)]
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_SEEN]


def _name(told: JsonValue | None) -> str:
    if isinstance(told, dict):
        told = next((name for name in (told.get("sku"), told.get("title")) if isinstance(name, str) and name), None)
    return told.strip()[:_LONGEST_SEEN] if isinstance(told, str) else ""


def note_fact(lane: ClaimedLane, event: FactUpdated, at: datetime, now: datetime) -> Write:
    """Keep a fact; offers that name goods of which something else is true now are withdrawn with it."""
    row = world.FactRow(
        shop_id=lane.shop_id,
        fact=event.fact,
        subject=event.subject,
        value=event.value,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        stated_at=at,
    )
    return lambda session: state_facts(session, lane.shop_id, [row], now)


def fact_set(lane: ClaimedLane, event: FactUpdated, received_at: datetime) -> LogEvent:
    """Return the log's fact that a fact was stated; its value stays out of the log."""
    return LogEvent(
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
