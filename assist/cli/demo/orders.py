"""Orders of the demo shop's last two months, made up by a seed: enough to see what goes with what."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.desk.mine_pairs import keep_mined, mine_shop
from assist.domain.chat import Order, OrderLine
from assist.domain.offer import MiningPolicy
from assist.store.queries import order_lines, pairs
from assist.store.writer import Change

from .catalogue import Priced

_ORDERS = 1_200
_DAYS = 60
_SEED = 20_261_122
_TOGETHER = 0.45
_GO_TOGETHER = {
    "FISH-SALMON": "SAUCE-SASHIMI",
    "SEA-HAIRYCRAB": "SAUCE-CRAB",
    "SEA-SHRIMP": "SAUCE-SEAFOOD",
    "MEAT-ROLL": "HOTPOT-BEEF",
    "MEAT-STEAK": "SAUCE-PEPPER",
    "FRUIT-BLUEBERRY": "DAIRY-YOGURT",
    "FRUIT-STRAWBERRY": "HOME-DRAIN",
    "READY-TOFU": "VEG-SCALLION",
    "MEAT-RIBS": "ROOT-LOTUS",
    "EGG-FARM": "VEG-TOMATO",
}
"""Who buys the one buys the other in so many of a hundred orders as `_TOGETHER` says."""


def past_orders(shop_id: str, goods: Sequence[Priced], now: datetime) -> Change[None]:
    """Return the change that tells the shop its past orders and what they show, once."""

    def keep(session: Session) -> None:
        if any(pairs.sold(session, shop_id).values()):
            return
        for order in _orders(goods, now):
            order_lines.save_lines(session, shop_id, order)
        keep_mined(shop_id, mine_shop(session, shop_id, MiningPolicy(), now))(session)

    return keep


def _orders(goods: Sequence[Priced], now: datetime) -> Iterator[Order]:
    chance = random.Random(_SEED)  # noqa: S311 - made-up orders, the same in every demo
    by_sku = {one.sku: one for one in goods}
    leading = [by_sku[sku] for sku in _GO_TOGETHER]
    for number in range(_ORDERS):
        first = chance.choice(leading if chance.random() < 0.6 else goods)
        basket = {first.sku: first}
        if first.sku in _GO_TOGETHER and chance.random() < _TOGETHER:
            other = by_sku[_GO_TOGETHER[first.sku]]
            basket[other.sku] = other
        if chance.random() < 0.5:
            extra = chance.choice(goods)
            basket[extra.sku] = extra
        paid_at = now - timedelta(days=chance.uniform(1, _DAYS))
        yield Order(
            order_ref=f"B{number:06d}",
            status="finished",
            customer_ref=f"老顾客{number % 400}",
            paid_fen=sum(one.price_fen for one in basket.values()),
            lines=tuple(
                OrderLine(line_ref=str(at), sku=one.sku, title=one.title, paid_fen=one.price_fen)
                for at, one in enumerate(basket.values())
            ),
            paid_at=paid_at,
            as_of=paid_at,
        )
