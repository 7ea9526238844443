"""What does an order, its payment or its refund say of the offers that its customer was sent?"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.contract import OrderPaid, OrderRefunded, OrderUpdated
from assist.domain.clock import moved
from assist.domain.event import Event as LogEvent
from assist.domain.library import Library
from assist.store.queries import events, offers, tasks, world
from assist.store.queries.inbox import ClaimedLane
from assist.store.queries.tasks import DueTask
from assist.store.writer import Change, Writer, tell

from .libraries import Libraries
from .offer_outcomes import Occasion, bring_up_to_date
from .offer_tasks import OFFER_DUE, OFFER_ENDS
from .readvise import READVISE


def settle_offers(
    lane: ClaimedLane,
    event: OrderUpdated | OrderPaid | OrderRefunded,
    logged: LogEvent | None,
    at: datetime,
    library: Library,
    now: datetime,
) -> Callable[[Session], None]:
    """Return what brings the customer's offers up to date, to be run once the event is noted.

    `logged` is the log's fact for it, which must be there when the log is read.
    """

    def write(session: Session) -> None:
        if logged is not None:
            events.append(session, [logged])
        order = world.order(session, lane.shop_id, event.order_ref)
        customer = event.customer_ref or (order.customer_ref if order else "")
        paid_at = order.paid_at if order and order.paid_at else at
        ids = offers_around(session, lane.shop_id, customer, min(paid_at, at), library)
        cause = f"{lane.adapter}:{lane.account}:{event.event_ref}"
        bring_up_to_date(session, ids, Occasion(lane.shop_id, library, now, cause))

    return write


def offers_around(session: Session, shop_id: str, customer_ref: str, at: datetime, library: Library) -> list[str]:
    """Return a customer's offers that something told of that time may concern, and those that compete with them."""
    policy = library.selling
    since = moved(at, -timedelta(hours=2 * policy.accept_hours, days=policy.return_days))
    return [row.suggestion_id for row in offers.of_customer(session, shop_id, customer_ref, since)]


def offer_handlers(
    writer: Writer, libraries: Libraries, clock: Callable[[], datetime]
) -> dict[str, Callable[[DueTask], None]]:
    """Return what runs the tasks about offers, by kind."""

    def due(task: DueTask) -> None:
        library = libraries.current(task.shop_id).library
        writer.submit(look_at_offer(task.shop_id, task.subject_id, library, clock())).result()

    def ends(task: DueTask) -> None:
        def keep(session: Session) -> None:
            tasks.plan(session, tasks.NewTask(task.shop_id, READVISE, task.subject_id, clock()))
            # Where nobody waits for an answer nothing is decided, and the card goes all the same.
            tell(session, "chat", task.shop_id, task.subject_id)

        writer.submit(keep).result()

    return {OFFER_DUE: due, OFFER_ENDS: ends}


def look_at_offer(shop_id: str, suggestion_id: str, library: Library, now: datetime) -> Change[str | None]:
    """Return the change that brings an offer up to date, lapsed once its time is over; it returns its state."""

    def keep(session: Session) -> str | None:
        row = offers.one(session, shop_id, suggestion_id)
        if row is None:
            return None
        around = offers_around(session, shop_id, row.customer_ref, row.sent_at or row.made_at, library)
        occasion = Occasion(shop_id, library, now, f"due:{now.isoformat()}")
        bring_up_to_date(session, {suggestion_id, *around}, occasion)
        after = offers.one(session, shop_id, suggestion_id)
        return after.state if after else None

    return keep
