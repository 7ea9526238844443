"""How long does deciding an offer take in the made-up shop of `bench offers`? Reading, deciding and ranking apart."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter, thread_time
from typing import TypeVar

from sqlalchemy.orm import Session

from assist.cli.content import library_of
from assist.desk.advise import suggest
from assist.desk.guard_cards import Moment
from assist.desk.libraries import Shelf, shelf_of
from assist.desk.look_around import Shop
from assist.desk.look_at_offers import OfferWorld, look_at_offers
from assist.desk.mine_pairs import keep_mined, mine_shop
from assist.desk.offer_beside import Beside, offer_beside
from assist.desk.place import Place
from assist.domain.chat import Order, OrderLine, Turn
from assist.domain.library import Library
from assist.domain.suggestion import Situation
from assist.domain.tally import Tally
from assist.domain.value import Value
from assist.store.database import Database, open_database
from assist.store.queries import goods, offers, visits
from assist.store.queries.chats import ConversationRow
from assist.store.writer import Writer
from assist.suggest.offers.find import candidates
from assist.suggest.offers.rank import Arm, choose

from .figures import Times, times_of
from .offers_shop import SHOP, MadeShop, sku_of
from .part import settle_garbage

_WARM = 100
_ZONE = "Asia/Shanghai"
_READ, _DECIDE, _RANK = "reads the database", "decides: goods, evidence, wording, guards, rank", "of which: ranks"
_BEST_SOLD, _CONTEXTS = 5, 10

R = TypeVar("R")


class RankFigures(Value):
    """Times of one situation after the other. `fitting` had a script, `offered` a card, `held` a reason against one.

    `arms` is how many there were to choose from where there were any: in the middle, and at most. Reading is timed
    where a script fits, deciding and ranking where there was something to choose from.
    """

    situations: int
    fitting: int
    offered: int
    held: int
    arms: tuple[int, int]
    readings: dict[str, Times]


@dataclass(frozen=True)
class _Asked:
    turn: Turn
    situation: Situation
    conversation: ConversationRow


def run_ranks(shop: MadeShop, situations: int, seed: int) -> RankFigures:
    """Mine the shop, give its offers a past, and decide so many turns, drawn by seed."""
    library = library_of(None)
    shelf = shelf_of(library)
    drawn = random.Random(seed)  # noqa: S311 - a reproducible draw
    database = open_database(shop.url)
    _prepare(database, library, shop.at, drawn)
    asked = _situations(database, library, shop, situations + _WARM, drawn)
    settle_garbage()
    figures = _measured(database, shelf, asked, shop.at)
    database.close()
    return figures


def _measured(database: Database, shelf: Shelf, asked: Sequence[_Asked], at: datetime) -> RankFigures:
    took: dict[str, list[tuple[float, float]]] = {_READ: [], _DECIDE: [], _RANK: []}
    worlds = 0
    arms: list[int] = []
    cards: list[Beside] = []
    with database.reader() as session:
        for number, one in enumerate(asked):
            counts = number >= _WARM
            reading, world = _timed(lambda one=one: _look(session, one, shelf, at))
            answers = suggest(one.situation, shelf)
            if world is None:
                continue
            moment = Moment(at, _ZONE, one.situation.order)
            deciding, beside = _timed(
                lambda one=one, world=world, answers=answers, moment=moment: offer_beside(
                    one.turn, answers, world, shelf, moment, shelf.library.number
                )
            )
            ranking, among = _timed(lambda world=world: _rank(world, shelf))
            if not counts:
                continue
            worlds += 1
            cards.append(beside)
            took[_READ].append(reading)
            if among:
                arms.append(among)
                took[_DECIDE].append(deciding)
                took[_RANK].append(ranking)
    arms.sort()
    times = {name: times_of([one[0] for one in each], [one[1] for one in each]) for name, each in took.items() if each}
    return RankFigures(
        situations=len(asked) - _WARM,
        fitting=worlds,
        offered=sum(one.card is not None for one in cards),
        held=sum(one.held is not None for one in cards),
        arms=(arms[len(arms) // 2], arms[-1]) if arms else (0, 0),
        readings=times,
    )


def _look(session: Session, one: _Asked, shelf: Shelf, at: datetime) -> OfferWorld | None:
    place = Place(SHOP, one.conversation.id, "bench", at, "bench")
    return look_at_offers(session, one.conversation, one.turn, one.situation, shelf, Shop(_ZONE, "salt"), place)


def _rank(world: OfferWorld, shelf: Shelf) -> int:
    """Choose among everything that may be offered, as deciding does; return how many there were."""
    policy = shelf.scripts.policy
    found = candidates(world.fitting, world.shelves, world.situation, policy)
    if found:
        arms = [Arm((one.offer.id, one.arm), one.price_fen or 0, one.weight) for one in found]
        choose(arms, world.here, world.overall, policy.ranking, seed=1)
    return len(found)


def _timed(do: Callable[[], R]) -> tuple[tuple[float, float], R]:
    begun, worked = perf_counter(), thread_time()
    result = do()
    return (perf_counter() - begun, thread_time() - worked), result


def _prepare(database: Database, library: Library, at: datetime, drawn: random.Random) -> None:
    """Keep the shop's pairs, and outcomes of every script with the best sold goods of its kind in some contexts."""
    writer = Writer(database).start()
    with database.reader() as session:
        mined = mine_shop(session, SHOP, library.selling.mining, at)
    writer.submit(keep_mined(SHOP, mined)).result()
    categories = sorted({product.category for product in library.products})
    with database.reader() as session:
        shelves = goods.of_kinds(session, SHOP, {one.kind for one in library.offers if one.kind}, per_kind=_BEST_SOLD)
    by_kind: dict[str, list[str]] = {}
    for one in shelves:
        by_kind.setdefault(one.goods.kind or "", []).append(one.goods.sku)

    def keep(session: Session) -> None:
        for offer in library.offers:
            for sku in by_kind.get(offer.kind or "", []):
                chosen = drawn.sample(categories, min(_CONTEXTS, len(categories)))
                for context in ("", *(f"{category}|{drawn.choice(('new', 'returning'))}" for category in chosen)):
                    made = drawn.randrange(5, 400)
                    tally = Tally(float(made), made * drawn.betavariate(2, 18))
                    offers.save_tally(session, SHOP, context, offer.id, sku, tally, at)

    writer.submit(keep).result()
    writer.close()


def _situations(database: Database, library: Library, shop: MadeShop, count: int, drawn: random.Random) -> list[_Asked]:
    """Ask what the shipped base is asked; every second customer has something in view, every third an order."""
    texts = sorted({ask for article in library.articles for ask in article.asks})
    made = [_asked(number, drawn.choice(texts), shop, drawn) for number in range(count)]
    writer = Writer(database).start()

    def keep(session: Session) -> None:
        for one in made[::2]:
            seen = [sku_of(drawn.randrange(shop.goods)) for _ in range(3)]
            visits.save_visit(session, SHOP, one.conversation.id, seen[:2], seen[2:], shop.at)

    writer.submit(keep).result()
    writer.close()
    return made


def _asked(number: int, text: str, shop: MadeShop, drawn: random.Random) -> _Asked:
    begun = shop.at - timedelta(seconds=30)
    customer = f"c{drawn.randrange(max(1, shop.orders // 5))}"
    turn = Turn(id=f"{number:032x}", episode=1, message_ids=(f"{number:032x}",), started_at=begun, last_at=begun)
    order = None
    if number % 3 == 0:
        lines = tuple(
            OrderLine(line_ref=str(at), sku=sku_of(drawn.randrange(min(shop.goods, 2000))), title="本店商品")
            for at in range(2)
        )
        order = Order(order_ref=f"N{number}", status="paid", customer_ref=customer, lines=lines, as_of=shop.at)
    conversation = ConversationRow(
        id=f"conversation-{number}",
        shop_id=SHOP,
        adapter="generic",
        account="main",
        conversation_ref=f"r{number}",
        customer_ref=customer,
        customer_name=None,
        state="human",
        last_at=begun,
        last_text=text,
        open_turn_id=turn.id,
        waiting_since=begun,
        order_ref=order.order_ref if order else None,
    )
    return _Asked(turn, Situation(turn_id=turn.id, text=text, order=order, library_number=0), conversation)
