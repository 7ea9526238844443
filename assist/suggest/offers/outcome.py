"""What became of offers: which were sent, what the customer said, what was bought, what went back.

All of it is worked out anew from what is known, so that it is the same in whatever order it was told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assist.domain.chat import Message, Order, Turn
from assist.domain.clock import moved
from assist.domain.offer import OfferPolicy
from assist.domain.policy import AdoptionPolicy
from assist.suggest.adoption import Offered, find_use

from .answered import Answer, read_answer

JOINED_WITHIN = timedelta(seconds=60)
"""Replies this close are read as one text where none matches alone, as for answers."""

_TURNS_READ = 3
"""So many of the customer's next turns may answer: "多少钱" comes between, but not half a conversation."""


@dataclass(frozen=True)
class Card:
    """An offer that may have been sent. `same` tells which cards of an episode offer the same."""

    id: str
    turn_id: str
    text: str
    names: tuple[str, ...]
    same: str


@dataclass(frozen=True)
class Sent:
    """The message that made an offer, and its turn. `repeated`: the same was offered in this episode before."""

    message: Message
    turn: Turn
    repeated: bool = False


@dataclass(frozen=True)
class Said:
    answer: Answer
    at: datetime


def sent_offers(
    cards: Sequence[Card],
    turns: Sequence[Turn],
    messages: Mapping[str, Message],
    ours: Mapping[str, str],
    clicked: Iterable[str],
    policy: AdoptionPolicy,
) -> dict[str, Sent]:
    """Return the cards that were sent, by id.

    A card may be sent until the customer asks something new; thanks end nothing. A message that was taken back sent
    nothing, whenever that was. `ours` names the message that was sent from a card (card id -> message id), `clicked`
    the cards that an agent said to have sent: their first reply counts, whatever is left of the text.
    """
    said_so = frozenset(clicked)
    found: dict[str, Sent] = {}
    for card in cards:
        usable = _usable(card, turns, messages)
        message = _sending(card, [reply for reply, _ in usable], ours.get(card.id), card.id in said_so, policy)
        if message is not None:
            found[card.id] = Sent(message, next(turn for reply, turn in usable if reply.id == message.id))
    return _mark_repeated(found, {card.id: card.same for card in cards})


def _usable(card: Card, turns: Sequence[Turn], messages: Mapping[str, Message]) -> list[tuple[Message, Turn]]:
    """Return the replies a card may have been used in, in order, each with its turn."""
    begun = next((at for at, turn in enumerate(turns) if card.turn_id in turn.message_ids), None)
    if begun is None:
        return []
    usable: list[tuple[Message, Turn]] = []
    for at, turn in enumerate(turns[begun:]):
        if at and (not turn.small_talk or turn.episode != turns[begun].episode):
            break
        usable += [(messages[id_], turn) for id_ in turn.reply_ids if id_ in messages and not messages[id_].recalled]
    return usable


def _sending(
    card: Card, replies: Sequence[Message], named: str | None, said_so: bool, policy: AdoptionPolicy
) -> Message | None:
    offered = [Offered(suggestion_id=card.id, text=card.text)]
    by_name = next((reply for reply in replies if reply.id == named), None)
    by_text = next((reply for reply in replies if find_use(reply.text, offered, policy)), None)
    if found := by_name or by_text:
        return found
    for first in replies:
        close = [one for one in replies if timedelta() <= one.occurred_at - first.occurred_at <= JOINED_WITHIN]
        if len(close) > 1 and find_use("\n".join(one.text for one in close), offered, policy):
            return first
    return replies[0] if said_so and replies else None


def _mark_repeated(found: Mapping[str, Sent], same: Mapping[str, str]) -> dict[str, Sent]:
    """Of several cards that offered the same in one episode the first counts."""
    marked: dict[str, Sent] = {}
    seen: set[tuple[int, str]] = set()
    for id_, sent in sorted(found.items(), key=lambda one: (_order(one[1].message), one[0])):
        key = (sent.turn.episode, same[id_])
        marked[id_] = Sent(sent.message, sent.turn, repeated=key in seen)
        seen.add(key)
    return marked


def said_to_offers(
    cards: Sequence[Card],
    sent: Mapping[str, Sent],
    turns: Sequence[Turn],
    messages: Mapping[str, Message],
    policy: OfferPolicy,
) -> dict[str, Said]:
    """Return what the customer said to each offer, by card id; those that are not answered yet are left out.

    The next turns are read until one answers, the episode or `accept_hours` end, or something else is offered. To what
    was repeated an answer is one to the first.
    """
    names = {card.id: card.names for card in cards}
    same = {card.id: card.same for card in cards}
    firsts = {(one.turn.episode, same[id_]): id_ for id_, one in sent.items() if not one.repeated}
    said: dict[str, Said] = {}
    for id_, one in sorted(sent.items(), key=lambda each: (_order(each[1].message), each[0])):
        first = firsts[one.turn.episode, same[id_]]
        found = None if first in said else _said_to(one, names[id_], sent.values(), turns, messages, policy)
        until = sent[first].message.occurred_at + timedelta(hours=policy.accept_hours)
        if found is not None and found.at <= until:
            said[first] = found
    return said


def _said_to(
    sent: Sent,
    names: Sequence[str],
    every: Iterable[Sent],
    turns: Sequence[Turn],
    messages: Mapping[str, Message],
    policy: OfferPolicy,
) -> Said | None:
    later = [one.turn for one in every if _order(one.message) > _order(sent.message) and one.turn.id != sent.turn.id]
    until = min((turn.last_at for turn in later), default=None)
    place = next(at for at, turn in enumerate(turns) if turn.id == sent.turn.id)
    for turn in turns[place + 1 : place + 1 + _TURNS_READ]:
        if turn.episode != sent.turn.episode or (until is not None and turn.last_at > until):
            return None
        said = [messages[id_] for id_ in turn.message_ids if id_ in messages and not messages[id_].recalled]
        answer = read_answer("\n".join(one.text for one in said), policy, names)
        if answer is not None:
            return Said(answer, said[0].occurred_at)
    return None


def _order(message: Message) -> tuple[datetime, str]:
    return message.occurred_at, message.ref


@dataclass(frozen=True)
class Paid:
    """An order that was paid: its lines as (SKU, fen), and every refund told since as (when, fen).

    `given_up` is what its newest statement says, made at `order.as_of`.
    """

    order: Order
    paid_at: datetime
    lines: tuple[tuple[str, int], ...]
    given_up: bool
    refunds: tuple[tuple[datetime, int], ...] = ()


@dataclass(frozen=True)
class Open:
    """An offer that waits for an order. `skus`: the leading goods first."""

    id: str
    sent_at: datetime
    skus: tuple[str, ...]


@dataclass(frozen=True)
class Bought:
    """What an order brought of an offer, and what of it went back within the days for that, told last at `back_at`."""

    order_ref: str
    at: datetime
    fen: int
    taken_back_fen: int = 0
    whole: bool = False
    back_at: datetime | None = None


def bought_after(offers: Sequence[Open], orders: Sequence[Paid], policy: OfferPolicy) -> dict[str, Bought]:
    """Return what was bought of each offer, by its id.

    An order accepts an offer when it holds the leading goods and was paid within `accept_hours` after it was sent. A
    line counts for one offer only: the last one sent before it was paid. Of several orders the first that was not
    given up counts.
    """
    found: dict[str, list[Bought]] = {}
    for order in sorted(orders, key=lambda one: (one.paid_at, one.order.order_ref)):
        here = {sku for sku, _ in order.lines}
        before = [one for one in offers if one.skus and one.skus[0] in here and _in_time(one, order, policy)]
        before.sort(key=lambda one: (one.sent_at, one.id))
        last = {sku: one.id for one in before for sku in one.skus}
        for one in before:
            if last[one.skus[0]] == one.id:
                fen = sum(paid for sku, paid in order.lines if last.get(sku) == one.id)
                found.setdefault(one.id, []).append(_bought(order, fen, policy))
    return {id_: next((one for one in several if not one.whole), several[0]) for id_, several in found.items()}


def _in_time(offer: Open, order: Paid, policy: OfferPolicy) -> bool:
    return offer.sent_at < order.paid_at <= offer.sent_at + timedelta(hours=policy.accept_hours)


def _bought(paid: Paid, fen: int, policy: OfferPolicy) -> Bought:
    """A refund of part of an order counts against the offered goods first: rather too little is claimed."""
    until = moved(paid.paid_at, timedelta(days=policy.return_days))
    told = paid.order.as_of <= until
    since = paid.order.as_of if told else None
    later = [(at, back) for at, back in paid.refunds if at <= until and (since is None or at > since)]
    back_fen = (paid.order.refunded_fen if told else 0) + sum(back for _, back in later)
    whole = (told and paid.given_up) or back_fen >= paid.order.paid_fen > 0
    back_at = max((at for at, _ in later), default=since)
    taken = fen if whole else min(back_fen, fen)
    return Bought(paid.order.order_ref, paid.paid_at, fen, taken, whole, back_at if taken or whole else None)


@dataclass(frozen=True)
class Outcome:
    """What an offer has come to: a state of `MadeRow`, when, and by what."""

    state: str
    at: datetime | None = None
    by: str | None = None


def outcome(sent_at: datetime, said: Said | None, bought: Bought | None, now: datetime, policy: OfferPolicy) -> Outcome:
    """Return what an offer has come to. Who said no and bought it within the hours has accepted it."""
    if bought is not None:
        back = bought.whole or 0 < bought.fen <= bought.taken_back_fen
        return Outcome("reversed" if back else "accepted", bought.at, "order")
    if said is not None:
        return Outcome("accepted" if said.answer == "yes" else "declined", said.at, "text")
    ends = sent_at + timedelta(hours=policy.accept_hours)
    return Outcome("lapsed", ends) if now >= ends else Outcome("sent")
