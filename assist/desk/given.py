"""What may be promised in this conversation: what was granted, what this agent may give, and for which goods."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assist.content.quantities import quantities_in
from assist.domain.chat import Order
from assist.domain.library import Product
from assist.domain.matter import Measure
from assist.domain.people import AgentRole
from assist.domain.promise import Given
from assist.domain.remedy import ACTIVE, Option, Remedy, RemedyState
from assist.domain.remedy_policy import RemedyKind
from assist.domain.suggestion import Suggestion
from assist.domain.topic import GENERAL
from assist.store.queries import chats, remedies, suggestions, world
from assist.store.queries.chats import ConversationRow

from .libraries import Shelf

_GRANTED = ACTIVE - {RemedyState.pending_approval}
_MONEY = frozenset({RemedyKind.coupon, RemedyKind.partial_refund, RemedyKind.full_refund})
_RANKS = tuple(AgentRole)
_KEPT_AT_HOME = ("fridge", "room", "opened")
_MINUTES_A_DAY = 24 * 60


def given_in(
    session: Session, shelf: Shelf, conversation: ConversationRow, role: AgentRole, now: datetime, timezone: str
) -> Given:
    """Return what a draft of somebody of this role is compared with. What a live card proposes and this role may give
    alone counts as granted: sending the card's words is how it is offered."""
    order = None
    if conversation.order_ref:
        order = world.order_of_customer(
            session, conversation.shop_id, conversation.order_ref, conversation.customer_ref
        )
    options = [*granted(session, conversation), *_proposed(session, conversation, role)]
    return given_by(shelf, order, options, role, now, timezone, _spoken_of(session, conversation))


def given_by(
    shelf: Shelf,
    order: Order | None,
    granted: Sequence[tuple[RemedyKind, int]],
    role: AgentRole,
    now: datetime,
    timezone: str,
    spoken_of: str | None = None,
) -> Given:
    """Return what is given by an order and what was granted; `spoken_of` is the category where nothing is ordered."""
    sold = [product for line in (order.lines if order else ()) if (product := shelf.product_of(line.title))]
    categories = tuple(dict.fromkeys(product.category for product in sold))
    paid_fen = order.paid_fen if order else None
    return Given(
        now=now,
        timezone=timezone,
        agent_limit_fen=_limit_fen(shelf, role, paid_fen),
        granted_fen=max((fen for kind, fen in granted if kind in _MONEY), default=None),
        full_refund_granted=any(kind is RemedyKind.full_refund for kind, _ in granted),
        paid_fen=paid_fen,
        categories=categories or ((spoken_of,) if spoken_of else ()),
        products=tuple(dict.fromkeys(product.id for product in sold)),
        shelf_life_days={product.id: days for product in sold if (days := _home_days(product)) is not None},
    )


def proposed_by(suggestion: Suggestion) -> list[tuple[RemedyKind, int]]:
    """Return everything a card proposes: its own words may say so, whoever has to agree."""
    decision = suggestion.detail.decision if suggestion.detail else None
    return [(one.kind, _most(one)) for one in decision.options] if isinstance(decision, Remedy) else []


def _home_days(product: Product) -> float | None:
    """Return the most days a product keeps at home without being frozen, by its own figures."""
    told = [product.facts[name].value for name in _KEPT_AT_HOME if name in product.facts]
    minutes = (one.high for value in told for one in quantities_in(value) if one.measure is Measure.duration)
    longest = max(minutes, default=None)
    return None if longest is None else longest / _MINUTES_A_DAY


def _limit_fen(shelf: Shelf, role: AgentRole, paid_fen: int | None) -> int | None:
    policy = shelf.library.remedy
    limit = next((one for one in policy.limits if one.role is role), None) if policy else None
    if limit is None:
        return None
    ceilings = [limit.at_most_fen] if limit.at_most_fen is not None else []
    if paid_fen is not None:
        ceilings.append(paid_fen * limit.percent_of_order // 100)
    return min(ceilings, default=None)


def granted(
    session: Session, conversation: ConversationRow, asked_by: datetime | None = None
) -> Iterator[tuple[RemedyKind, int]]:
    """Yield what is granted; with a time, only what was asked for by then."""
    for row in remedies.of_conversation(session, conversation.shop_id, conversation.id):
        if row.state in _GRANTED and (asked_by is None or row.requested_at <= asked_by):
            yield row.kind, row.amount_fen


def offered_to(role: AgentRole, suggestion: Suggestion) -> Iterator[tuple[RemedyKind, int]]:
    """Yield what a card proposes and this role may give alone."""
    decision = suggestion.detail.decision if suggestion.detail else None
    for option in decision.options if isinstance(decision, Remedy) else ():
        if _RANKS.index(role) >= _RANKS.index(option.needs):
            yield option.kind, _most(option)


def _proposed(session: Session, conversation: ConversationRow, role: AgentRole) -> Iterator[tuple[RemedyKind, int]]:
    if conversation.open_turn_id is None:
        return
    for row in suggestions.live(session, conversation.shop_id, conversation.id, conversation.open_turn_id):
        yield from offered_to(role, row.suggestion)


def _most(option: Option) -> int:
    return max(option.amount_fen, option.up_to_fen or 0)


def _spoken_of(session: Session, conversation: ConversationRow) -> str | None:
    """Return the goods that the customer's newest turn is about."""
    row = chats.newest_turn(session, conversation.id)
    topic = row.topic if row else None
    return topic.category if topic and topic.category != GENERAL else None
