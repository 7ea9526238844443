"""What an offer is decided by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pydantic import JsonValue

from assist.domain.goods import Stocked
from assist.domain.offer import Because, Offer, Segment

from .evidence import Proven


@dataclass(frozen=True)
class Seen:
    """Goods that the customer has in the cart, looked at, or bought before."""

    how: Literal["cart", "browsing", "history"]
    sku: str
    title: str
    kind: str | None = None


@dataclass(frozen=True)
class OfferSituation:
    """One turn as offers see it. `at` is aware, `today` the day in the shop's zone.

    `asked_products` and `asked_category` are what is spoken of; `order_skus` the goods of the order spoken of.
    `seen` is in order of weight: cart, browsing, history, the newest first. `recent_skus` were bought lately.
    """

    at: datetime
    today: date
    english: bool
    asked_products: tuple[str, ...]
    asked_category: str | None
    intent: str | None
    order_skus: tuple[str, ...] = ()
    recent_skus: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    segments: tuple[Segment, ...] = ()
    customer_name: str | None = None
    customer_facts: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


@dataclass(frozen=True)
class Candidate:
    """A script with the goods it would offer and what proves it. `goods[0]` leads; () for a script that names its own.

    `weight` is how much better than the prior the rules expect it to do (1: as any).
    """

    offer: Offer
    goods: tuple[Stocked, ...]
    proof: Proven
    price_fen: int | None
    margin_fen: int | None
    because: tuple[Because, ...]
    weight: float = 1.0

    @property
    def arm(self) -> str:
        return self.goods[0].goods.sku if self.goods else ""
