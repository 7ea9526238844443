"""What the sidebar knows of the order that a conversation is about. What nobody told is unknown, never guessed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.chat import Order
from assist.store.queries import people, served, world
from assist.store.queries.chats import ConversationRow

from .api_models import OrderOut

PROMISED = "promised_delivery"
"""The fact, by order number, that tells when the goods were promised to be there: a time as ISO 8601, or words."""


@dataclass(frozen=True)
class Strip:
    """`order_ref` may be known while nothing else is; `promised` is a time where one was told, else the words.

    `served` is who wrote to the customer last before this episode, and when.
    """

    order_ref: str | None
    order: OrderOut | None
    promised: datetime | str | None
    served: tuple[str, datetime] | None = None


def strip_of(session: Session, conversation: ConversationRow) -> Strip:
    """Return what is known; an order of another customer is not known here."""
    ref = conversation.order_ref
    by = _served(session, conversation)
    if not ref:
        return Strip(None, None, None, by)
    order = world.order_of_customer(session, conversation.shop_id, ref, conversation.customer_ref)
    if order is None:
        return Strip(ref, None, None, by)
    told = world.fact(session, conversation.shop_id, PROMISED, ref)
    return Strip(ref, order_out(order), _promised(told.value) if told else None, by)


def _served(session: Session, conversation: ConversationRow) -> tuple[str, datetime] | None:
    began = served.episode_began(session, conversation.id)
    last = served.last_served(session, conversation, began) if began else None
    agent = people.agent(session, last[0]) if last else None
    return (agent.name, last[1]) if agent and last else None


def order_out(order: Order | None) -> OrderOut | None:
    if order is None:
        return None
    return OrderOut(
        order_ref=order.order_ref,
        status=order.status,
        paid_fen=order.paid_fen,
        titles=[line.title for line in order.lines],
        signed_at=order.signed_at,
        as_of=order.as_of,
    )


def _promised(value: object) -> datetime | str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return value[:80]
    return read if read.tzinfo else value
