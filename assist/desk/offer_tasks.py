"""What becomes due about an offer: the time to answer it is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from assist.store.queries import tasks
from assist.store.queries.offers import MadeRow
from assist.store.queries.tasks import NewTask

OFFER_ENDS = "offer_ends"
"""Something that an offer's card says ends; the subject is its conversation."""
OFFER_DUE = "offer_due"


def plan_offer(session: Session, row: MadeRow, at: datetime) -> None:
    """Plan to look at an offer once its time is over."""
    tasks.plan(session, NewTask(row.shop_id, OFFER_DUE, row.suggestion_id, at))


def cancel_offer(session: Session, row: MadeRow) -> None:
    tasks.cancel(session, row.shop_id, OFFER_DUE, row.suggestion_id)
