"""What does the log say of offers: decided, sent, answered, paid for, taken back?"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.store.queries import events
from assist.store.queries.events import Logged

from .past import Past
from .read_orders import Orders, Paid
from .records import EpisodeRecord, OfferRecord, OfferState, TurnRecord

ACCEPT_WITHIN = timedelta(hours=24)
"""An order counts as an answer to an offer until so long after it was sent, that moment included."""
RETURN_WITHIN = timedelta(days=7)
"""What is taken back until so long after an order, that moment included, counts against it."""

_ABOUT_OFFERS = (EventKind.offer_sent, EventKind.offer_answered, EventKind.offer_reversed)

Episode = tuple[str, int | None]


@dataclass(frozen=True)
class _Line:
    """What was paid in an order for what was offered, and what of it went back in time."""

    fen: int
    back_fen: int
    whole: bool

    @property
    def net_fen(self) -> int:
        return 0 if self.gone else max(0, self.fen - self.back_fen)

    @property
    def gone(self) -> bool:
        return self.whole or 0 < self.fen <= self.back_fen


@dataclass
class _Offer:
    """One offer as the log tells it: `answer` in words, at `answered_at`; `lines` by the orders they are in."""

    sent: Logged
    episode: int | None
    last_sent: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    lines: dict[str, _Line] = field(default_factory=dict[str, _Line])

    @property
    def skus(self) -> tuple[str, ...]:
        return skus_of(self.sent)

    @property
    def goods(self) -> frozenset[str]:
        """Name what is offered: its SKUs, or the script where it names none."""
        return frozenset(self.skus) or frozenset({f"offer:{self.sent.payload.get('offer_id')}"})

    def take_in(self, again: "_Offer") -> None:
        """Let this stand for the same goods offered again: an order of both is one order."""
        self.last_sent = max(self.last_sent, again.last_sent)
        self.lines = {**again.lines, **self.lines}
        if again.answered_at and (self.answered_at is None or again.answered_at >= self.answered_at):
            self.answer, self.answered_at = again.answer, again.answered_at

    def state(self, now: datetime) -> OfferState:
        if self.lines:
            return OfferState.reversed if all(line.gone for line in self.lines.values()) else OfferState.by_order
        match self.answer:
            case "accepted":
                return OfferState.by_text
            case "declined":
                return OfferState.declined
            case "lapsed":
                return OfferState.lapsed
            case _:
                return OfferState.lapsed if now - self.last_sent >= ACCEPT_WITHIN else OfferState.not_due


def read_offers(
    session: Session,
    shop_id: str,
    start: datetime,
    end: datetime,
    past: Past,
    turns: Sequence[TurnRecord],
    now: datetime,
) -> list[OfferRecord]:
    """Return every offer sent in the conversations of `turns`, and of those with one sent in the window, in order.

    Each with what became of it at any time, as things stand at `now`. Of an offer's events of one kind the newest is
    true: those of an order or a refund too late for it are none.
    """
    sent_in = events.conversations_with(session, shop_id, EventKind.offer_sent, start, end)
    told: dict[str, list[Logged]] = defaultdict(list)
    for event in past.of(_ABOUT_OFFERS, sent_in):
        told[event.suggestion_id or ""].append(event)
    episodes = {turn.turn_id: turn.episode for turn in turns}
    offers = [offer for about in told.values() if (offer := _offer(about, episodes)) is not None]
    return sorted(_records(offers, now), key=lambda record: (record.at, record.suggestion_id))


def _offer(about: Sequence[Logged], episodes: Mapping[str, int | None]) -> _Offer | None:
    """Put together what is told of one suggestion; None where it was not sent after all."""
    sent = _newest(about, EventKind.offer_sent)
    if sent is None or sent.payload.get("taken_back") is True:
        return None
    offer = _Offer(sent, episodes.get(sent.turn_id or "", sent.episode), sent.at)
    in_time = [one for one in about if not _by_order(one) or one.at - sent.at <= ACCEPT_WITHIN]
    answered = _newest(in_time, EventKind.offer_answered)
    if answered is None:
        return offer
    if _by_order(answered):
        offer.lines[_order_of(answered)] = _line(answered, about)
    elif (answer := str(answered.payload.get("answer"))) != "none":
        offer.answer, offer.answered_at = answer, answered.at
    return offer


def _line(bought: Logged, about: Sequence[Logged]) -> _Line:
    """What went back is told as the sum so far."""
    its = [one for one in about if _order_of(one) == _order_of(bought) and one.at - bought.at <= RETURN_WITHIN]
    back = _newest(its, EventKind.offer_reversed)
    return _Line(bought.n, back.n if back else 0, whole=back is not None and back.payload.get("whole") is True)


def _newest(about: Sequence[Logged], kind: EventKind) -> Logged | None:
    return next((event for event in reversed(about) if event.kind is kind), None)


def _by_order(event: Logged) -> bool:
    told = event.payload
    return event.kind is EventKind.offer_answered and told.get("by") == "order" and told.get("answer") == "accepted"


def _order_of(event: Logged) -> str:
    return str(event.payload.get("order_ref") or "")


def skus_of(event: Logged) -> tuple[str, ...]:
    """Return the SKUs that an event names, the leading goods first."""
    told = event.payload.get("skus")
    return tuple(str(sku) for sku in told) if isinstance(told, list) else ()


def _records(offers: Sequence[_Offer], now: datetime) -> Iterator[OfferRecord]:
    of: dict[Episode, list[_Offer]] = defaultdict(list)
    for offer in sorted(offers, key=lambda one: (one.sent.at, one.sent.suggestion_id)):
        of[offer.sent.conversation_id or "", offer.episode].append(offer)
    for made in of.values():
        heads: list[_Offer] = []
        for offer in made:
            head = next((one for one in heads if offer.goods <= one.goods), None)
            if head is None:
                heads.append(offer)
            else:
                yield _record(offer, now, again=True)
                head.take_in(offer)
        yield from (_record(head, now, again=False) for head in heads)


def _record(offer: _Offer, now: datetime, *, again: bool) -> OfferRecord:
    sent = offer.sent
    return OfferRecord(
        suggestion_id=sent.suggestion_id or "",
        conversation_id=sent.conversation_id or "",
        episode=offer.episode,
        at=sent.at,
        agent_id=sent.agent_id,
        level=sent.level,
        team=sent.team,
        platform=sent.platform,
        category=sent.category,
        offer_id=str(sent.payload.get("offer_id") or ""),
        skus=offer.skus,
        again=again,
        state=offer.state(now),
        gross_fen=sum(line.fen for line in offer.lines.values()),
        net_fen=sum(line.net_fen for line in offer.lines.values()),
        order_refs=tuple(ref for ref in offer.lines if ref),
    )


def read_held(session: Session, shop_id: str, start: datetime, end: datetime) -> list[Logged]:
    """Return why nothing was offered in the window's turns, in order; the newest reason of a turn is the true one."""
    told = events.logged(session, shop_id, [EventKind.offer_held], start, end)
    newest = {event.turn_id or event.key: event for event in told}
    return sorted(newest.values(), key=lambda event: event.at)


def with_offers(
    episodes: Sequence[EpisodeRecord],
    offers: Iterable[OfferRecord],
    made: Mapping[Episode, Logged],
    orders: Orders,
) -> list[EpisodeRecord]:
    """Return episodes with what was offered in them and what their customers paid for then."""
    sent: dict[Episode, list[OfferRecord]] = defaultdict(list)
    for offer in offers:
        if not offer.again:
            sent[offer.conversation_id, offer.episode].append(offer)
    since: dict[str, datetime | None] = {}
    for one in episodes:
        key = one.conversation_id, one.episode
        since[one.id] = sent[key][0].at if key in sent else made[key].at if key in made else one.eligible_at
    paid = _orders_of(episodes, since, orders)
    found: list[EpisodeRecord] = []
    for one in episodes:
        key = one.conversation_id, one.episode
        found.append(_with(one, sent.get(key, ()), made.get(key), paid.get(one.id, ())))
    return found


def _with(
    one: EpisodeRecord, offers: Sequence[OfferRecord], made: Logged | None, paid: Sequence[Paid]
) -> EpisodeRecord:
    if not offers and made is None and not paid:
        return one
    update = {
        "offers": len(offers),
        "arm": str(made.payload.get("arm")) if made else None,
        "orders": len(paid),
        "paid_fen": sum(order.fen for order in paid),
    }
    return one.model_copy(update=update)


def _orders_of(
    episodes: Sequence[EpisodeRecord], since: Mapping[str, datetime | None], orders: Orders
) -> dict[str, list[Paid]]:
    """Return each episode's orders: an order belongs to the last of a customer's episodes that it follows in time."""
    of: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for one in episodes:
        begun = since[one.id]
        if one.subject_key is not None and begun is not None:
            of[one.subject_key].append((begun, one.id))
    found: dict[str, list[Paid]] = defaultdict(list)
    for subject, begun_at in of.items():
        begun_at.sort()
        times = [at for at, _ in begun_at]
        for order in orders.get(subject, ()):
            before = bisect_right(times, order.at)
            if before and order.at - times[before - 1] <= ACCEPT_WITHIN:
                found[begun_at[before - 1][1]].append(order)
    return found
