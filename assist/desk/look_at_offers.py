"""What is known around one turn that decides whether something is offered, and what."""

import hashlib
import logging
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assist.domain.chat import Turn
from assist.domain.complaint import Severity
from assist.domain.goods import FactName, Stocked
from assist.domain.mood import MoodName
from assist.domain.suggestion import Situation
from assist.domain.tally import Tally
from assist.domain.topic import GENERAL, Topic
from assist.store.queries import alerts, complaints, goods, moods, offers, order_lines, pairs, visits, world
from assist.store.queries.chats import ConversationRow
from assist.store.queries.offers import EVERYWHERE, MadeRow
from assist.store.queries.order_lines import Bought
from assist.store.queries.visits import Visit
from assist.suggest.language import is_english
from assist.suggest.offers.find import Fitting, Shelves, kinds_of
from assist.suggest.offers.hold import Made
from assist.suggest.offers.segments import Purchase, segments_of
from assist.suggest.offers.situation import OfferSituation, Seen
from assist.suggest.text import normalise

from .libraries import Shelf
from .look_around import Shop
from .place import Place
from .subject import subject_key

_HISTORY = timedelta(days=365)
_MOST_SEEN = 6
_GOODS_ASKED_ABOUT = 3
"""So many of the best sold goods of what is asked about stand for it in order history."""

_GOODS_PER_KIND = 8
"""So many of the best sold goods of a kind are looked at: of those that are there and proved, `MOST_LEADS` lead."""

_CLAUSE_ENDS = re.compile(r"[,.!?;，。！？；\n]")
_GOODS_ASKED_FOR = 500
"""So many goods of the kind that is asked for are looked through for one that is left."""

Tallies = Mapping[tuple[str, str], Tally]


@dataclass(frozen=True)
class OfferWorld:
    """Everything that deciding an offer is told.

    `fitting` are the scripts that what is said calls for; () where there are scripts for the goods, and none for the
    question.
    """

    situation: OfferSituation
    topic: Topic
    fitting: tuple[Fitting, ...]
    asks_stock: bool
    shelves: Shelves
    context: str
    here: Tallies
    overall: Tallies
    harm: bool
    complaint: bool
    careful: bool
    moods: tuple[MoodName, ...]
    before: tuple[Made, ...]
    customer_ref: str
    adapter: str
    subject_key: str | None
    holdout: bool


logger = logging.getLogger(__name__)


def look_at_offers(
    session: Session,
    conversation: ConversationRow,
    turn: Turn,
    situation: Situation,
    shelf: Shelf,
    shop: Shop,
    place: Place,
    visit: Visit | None = None,
) -> OfferWorld | None:
    """Gather it; None where the shop has no script for the goods spoken of, whatever is asked about them.

    `visit` is what the customer looks at now; without it what was told of the conversation last.
    """
    try:
        return _looked(session, conversation, turn, situation, shelf, shop, place, visit)
    except Exception as error:  # noqa: BLE001 - a bug in selling must never cost the answer
        logger.error("looking for an offer to turn %s failed: %s", turn.id, type(error).__name__)
        return None


def _looked(
    session: Session,
    conversation: ConversationRow,
    turn: Turn,
    situation: Situation,
    shelf: Shelf,
    shop: Shop,
    place: Place,
    visit: Visit | None,
) -> OfferWorld | None:
    if not shelf.scripts or turn.small_talk:
        return None
    titles = [line.title for line in situation.order.lines] if situation.order else []
    asked = shelf.listener.understand(situation.text, situation.earlier, titles)
    about = asked.about if asked else ()
    products = about or tuple(sorted(shelf.listener.names.products_in(normalise(situation.text))))
    topic = shelf.topics.read(situation.text, about=about)
    visit = visit or visits.visit(session, conversation.id)
    told = _told(session, conversation, situation, shelf, place, shop.timezone, products, topic, visit)
    asks_stock = says_one_of(situation.text, shelf.scripts.policy.asks_stock)
    seasons = _seasons(session, place)
    fitting = shelf.scripts.fitting(told, seasons, asks_stock=asks_stock)
    if not fitting and not shelf.scripts.sells_with(told, seasons):
        return None
    key = subject_key(shop.subject_salt, conversation.customer_ref)
    context = f"{topic.category}|{told.segments[0].value if told.segments else ''}"
    made = [one.offer.id for one in fitting]
    return OfferWorld(
        situation=told,
        topic=topic,
        fitting=tuple(fitting),
        asks_stock=asks_stock,
        shelves=_shelves(session, place.shop_id, fitting, told, asks_stock=asks_stock),
        context=context,
        here=offers.tallies(session, place.shop_id, context, made),
        overall=offers.tallies(session, place.shop_id, EVERYWHERE, made),
        harm=_harm(session, conversation, turn, situation, shelf),
        complaint=_complained(session, conversation, situation, shelf, key, place),
        careful=any(says_one_of(text, shelf.scripts.policy.careful) for text in (*situation.earlier, situation.text)),
        moods=_moods(session, conversation, turn, situation, shelf),
        before=_before(session, conversation, turn, shelf, place),
        customer_ref=conversation.customer_ref,
        adapter=conversation.adapter,
        subject_key=key,
        holdout=in_holdout(shop.subject_salt, conversation.customer_ref, shelf.scripts.policy.holdout_percent),
    )


def says_one_of(text: str, words: tuple[str, ...]) -> bool:
    """Is one of some words in a text? `…` in a word stands for a few characters of one clause: 还有…吗."""
    if not words:
        return False
    said = _any_of(words)
    return any(said.search(normalise(clause)) for clause in _CLAUSE_ENDS.split(text))


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all of a list: it is read in every turn."""
    return re.compile("|".join(map(_pattern, words)))


def _pattern(word: str) -> str:
    parts = (re.escape(normalise(part)) for part in word.split("…"))
    # Where letters make words, a few words are more characters.
    return (".{0,24}" if word.replace("…", "").isascii() else ".{0,8}").join(parts)


def in_holdout(salt: str, customer_ref: str, percent: float) -> bool:
    """Is a customer one of those who are offered nothing? The same one always, until the share changes."""
    if not customer_ref or percent <= 0:
        return False
    digest = hashlib.blake2b(customer_ref.encode(), key=salt.encode()[:64], person=b"offer-holdout", digest_size=8)
    return int.from_bytes(digest.digest()) / 2**64 * 100 < percent


def _told(
    session: Session,
    conversation: ConversationRow,
    situation: Situation,
    shelf: Shelf,
    place: Place,
    timezone: str,
    products: tuple[str, ...],
    topic: Topic,
    visit: Visit | None,
) -> OfferSituation:
    policy = shelf.scripts.policy
    customer = world.customer(
        session, conversation.shop_id, conversation.adapter, conversation.account, conversation.customer_ref
    )
    facts = customer.facts if customer else {}
    history = _history(session, conversation, place.now)
    known = {one.goods.sku: one for one in goods.of_skus(session, place.shop_id, {bought.sku for bought in history})}
    lately = place.now - timedelta(days=policy.again_after_days)
    purchases = [
        Purchase(one.sku, known[one.sku].goods.category if one.sku in known else None, one.paid_at)
        for one in history
        if one.paid_at is not None
    ]
    return OfferSituation(
        at=place.now,
        today=place.now.astimezone(ZoneInfo(timezone)).date(),
        english=is_english(situation.text),
        asked_products=products,
        asked_category=topic.category if topic.category != GENERAL else None,
        intent=topic.intent,
        order_skus=tuple(line.sku for line in situation.order.lines if line.sku) if situation.order else (),
        recent_skus=tuple({one.sku for one in history if one.paid_at is not None and one.paid_at > lately}),
        seen=_seen(session, conversation, visit, history, known, shelf),
        segments=segments_of(facts, purchases, policy, place.now),
        customer_name=conversation.customer_name,
        customer_facts=facts,
    )


def _history(session: Session, conversation: ConversationRow, now: datetime) -> list[Bought]:
    if not conversation.customer_ref:
        return []
    found = order_lines.history(session, conversation.shop_id, conversation.customer_ref, now - _HISTORY)
    return [one for one in found if not one.cancelled]


def _seen(
    session: Session,
    conversation: ConversationRow,
    visit: Visit | None,
    history: Sequence[Bought],
    known: Mapping[str, Stocked],
    shelf: Shelf,
) -> tuple[Seen, ...]:
    """Return what the customer has in the cart, looks at, or bought, as far as it is a thing we know.

    A platform may tell titles of anything, and of any page: what is none of our goods is not spoken of.
    """
    seen: list[Seen] = []
    if visit is not None:
        told = goods.of_skus(session, conversation.shop_id, {*visit.cart, *visit.browsing})
        named = {one.goods.sku: one for one in told}
        for one in visit.cart:
            seen += _seen_as("cart", one, named, shelf)
        for one in visit.browsing:
            seen += _seen_as("browsing", one, named, shelf)
    bought = dict.fromkeys(one.sku for one in history if one.sku in known)
    for sku in list(bought)[:_MOST_SEEN]:
        seen += _seen_as("history", sku, known, shelf)
    return tuple(seen)


def _seen_as(
    how: Literal["cart", "browsing", "history"], told: str, known: Mapping[str, Stocked], shelf: Shelf
) -> list[Seen]:
    """Return what was told, a SKU of ours or the title that the platform shows, where we know what it is."""
    if (stocked := known.get(told)) is not None:
        return [Seen(how, told, stocked.goods.title, stocked.goods.kind)]
    product = shelf.product_of(told)
    return [Seen(how, told, told, product.id)] if product else []


def _seasons(session: Session, place: Place) -> dict[str, bool]:
    """Return what facts say of seasons; one without a fact goes by its days."""
    return {
        fact.subject: fact.value
        for fact in world.facts_named(session, place.shop_id, FactName.season)
        if isinstance(fact.value, bool)
        and (fact.valid_from is None or fact.valid_from <= place.now)
        and (fact.valid_until is None or place.now < fact.valid_until)
    }


def _shelves(
    session: Session, shop_id: str, fitting: Sequence[Fitting], told: OfferSituation, *, asks_stock: bool
) -> Shelves:
    by_kind: dict[str, list[Stocked]] = defaultdict(list)
    found = goods.of_kinds(session, shop_id, kinds_of(fitting), per_kind=_GOODS_PER_KIND, sold_out=False)
    # All of what was asked for: whether anything of it is left is told to the customer.
    found += goods.of_kinds(
        session, shop_id, told.asked_products, per_kind=_GOODS_ASKED_FOR if asks_stock else _GOODS_ASKED_ABOUT
    )
    for one in {one.goods.sku: one for one in found}.values():
        if one.goods.kind is not None:
            by_kind[one.goods.kind].append(one)
    asked = [one.goods.sku for kind in told.asked_products for one in by_kind[kind][:_GOODS_ASKED_ABOUT]]
    spoken_of = [*told.order_skus, *asked]
    paired = pairs.with_skus(session, shop_id, spoken_of) if any(one.offer.pairs for one in fitting) else []
    named = {*(sku for one in fitting for sku in one.offer.skus), *(pair.with_sku for pair in paired)}
    by_sku = {one.goods.sku: one for one in goods.of_skus(session, shop_id, named)} if named else {}
    return Shelves(by_kind=by_kind, by_sku=by_sku, pairs=paired)


def _harm(session: Session, conversation: ConversationRow, turn: Turn, situation: Situation, shelf: Shelf) -> bool:
    """Was harm spoken of in this episode, or was a supervisor called for it?"""
    if any(shelf.listener.limits(text) for text in (*situation.earlier, situation.text)):
        return True
    called = alerts.alerts_of(session, conversation.shop_id, [conversation.id]).get(conversation.id, [])
    return any(alert.episode == turn.episode and alert.red_flag for alert in called)


def _complained(
    session: Session,
    conversation: ConversationRow,
    situation: Situation,
    shelf: Shelf,
    customer_key: str | None,
    place: Place,
) -> bool:
    """Is something complained of in this episode, or is a complaint of this customer still open?"""
    if shelf.signals.read((*situation.earlier, situation.text)).severity is not Severity.none:
        return True
    since = place.now - timedelta(days=shelf.scripts.policy.complaint_days)
    return complaints.open_since(session, place.shop_id, customer_key, conversation.id, since)


def _moods(
    session: Session, conversation: ConversationRow, turn: Turn, situation: Situation, shelf: Shelf
) -> tuple[MoodName, ...]:
    """Return how this turn sounds, and how the one before it in the episode did."""
    kept = moods.moods_of(session, conversation.shop_id, [conversation.id]).get(conversation.id, [])
    earlier = [row.name for row in kept if row.episode == turn.episode and row.at < turn.started_at]
    # One cross word is enough not to sell, though it makes no mood.
    now = MoodName.upset if shelf.alerts.is_cross(situation.text) else shelf.moods.of_turn([situation.text]).name
    return (now, *earlier[-1:])


def _before(
    session: Session, conversation: ConversationRow, turn: Turn, shelf: Shelf, place: Place
) -> tuple[Made, ...]:
    """Return the offers that were sent to this customer, here and elsewhere, as long as they matter."""
    policy = shelf.scripts.policy
    days = max(policy.again_after_days, policy.declined_again_after_days, 1)
    since = place.now - timedelta(days=days)
    rows = {row.suggestion_id: row for row in offers.of_conversation(session, conversation.id) if row.sent_at}
    if conversation.customer_ref:
        found = offers.of_customer(session, place.shop_id, conversation.customer_ref, since)
        rows |= {row.suggestion_id: row for row in found}
    return tuple(made for row in rows.values() if (made := _made(row, conversation, turn)) is not None)


def _made(row: MadeRow, conversation: ConversationRow, turn: Turn) -> Made | None:
    if row.sent_at is None:
        return None
    here = row.conversation_id == conversation.id and row.episode == turn.episode
    return Made(row.skus or (row.offer_id,), row.sent_at, row.state == "declined", here)
