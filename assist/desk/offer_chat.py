"""What a conversation's messages say of the offers made in it: which were sent, and what the customer said to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from assist.domain.event import EventKind
from assist.domain.library import Library
from assist.store.queries import chats, events, offers, suggestions
from assist.store.queries.offers import MadeRow
from assist.store.queries.suggestions import SuggestionRow
from assist.suggest.offers.outcome import Card, Said, Sent, said_to_offers, sent_offers

from .thread import OLDEST_PLAUSIBLE


@dataclass(frozen=True)
class OfferChat:
    """By the id of the card: the card, how it was sent, what was said to it."""

    cards: Mapping[str, SuggestionRow] = field(default_factory=dict[str, SuggestionRow])
    sent: Mapping[str, Sent] = field(default_factory=dict[str, Sent])
    said: Mapping[str, Said] = field(default_factory=dict[str, Said])


def read_offer_chat(session: Session, conversation_id: str, rows: Sequence[MadeRow], library: Library) -> OfferChat:
    """Read what was said around some offers of one conversation."""
    since = min(row.made_at for row in rows) - OLDEST_PLAUSIBLE
    messages = {one.id: one for one in chats.messages_from(session, conversation_id, since)}
    turns = [row.turn for row in chats.turns_from(session, conversation_id, since)]
    turn_ids = sorted({row.turn_id for row in rows})
    wanted = {row.suggestion_id: row for row in rows}
    kept = {row.id: row for row in suggestions.for_turns(session, turn_ids) if row.id in wanted}
    cards = [_card(kept[id_], row, library) for id_, row in wanted.items() if id_ in kept]
    ours = offers.sent_from(session, conversation_id, sorted(wanted))
    clicked = [one.suggestion_id for one in events.steps_of_turns(session, turn_ids, [EventKind.sent])]
    sent = sent_offers(cards, turns, messages, ours, [id_ for id_ in clicked if id_], library.adoption)
    return OfferChat(kept, sent, said_to_offers(cards, sent, turns, messages, library.selling))


def _card(kept: SuggestionRow, row: MadeRow, library: Library) -> Card:
    return Card(
        id=kept.id,
        turn_id=row.turn_id,
        text=kept.suggestion.text,
        names=tuple(dict.fromkeys(_names(kept, row, library))),
        same=row.arm or row.offer_id,
    )


def _names(kept: SuggestionRow, row: MadeRow, library: Library) -> Iterable[str]:
    """Yield what the offered goods are called: on the card, and what a customer would call their kind."""
    if detail := kept.suggestion.offer:
        yield detail.product
        yield from (one.title for one in detail.goods)
    script = next((one for one in library.offers if one.id == row.offer_id), None)
    if script is not None:
        kinds = {script.kind, *script.bundle}
        yield from (name for kind in library.selling.kinds if kind.id in kinds for name in (kind.zh, kind.en))
