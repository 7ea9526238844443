"""What must a commerce port do? A shop in memory that does it, and that fails on request.

For tests, for demonstrations and for authors of adapters: `refunds`, `coupons` and `reships` are what really happened.
"""

import asyncio
import threading
from collections import Counter, deque
from dataclasses import dataclass
from enum import Enum, auto

from .commerce import (
    KEY_REUSED,
    Act,
    Coupon,
    GoodsItem,
    GoodsPage,
    Order,
    Outcome,
    Refund,
    Refundable,
    Reship,
)


class _Trouble(Enum):
    time_out_before_acting = auto()
    time_out_after_acting = auto()
    refuse = auto()
    pending = auto()


@dataclass
class _Kept:
    """What was asked under a key, and how it stands. `pending` answers are given before it is carried out."""

    act: Act
    outcome: Outcome
    pending: int = 0


class ReferenceShop:
    """Orders, refunds, coupons and goods of one account, behind one lock: any number of threads and loops may call."""

    settles_after_s = 0.0

    def __init__(self, *orders: Order) -> None:
        self._lock = threading.Lock()
        self._orders = {order.order_ref: order for order in orders}
        self._back: Counter[tuple[str, str]] = Counter()
        self._kept: dict[str, _Kept] = {}
        self._done: list[Act] = []
        self._troubles: deque[_Trouble] = deque()
        self._error_code = ""
        self._slow_seconds = 0.0
        self._goods: dict[str, GoodsItem] = {}
        self._lost_pages = 0
        self.goods_per_page = 100
        self.calls = 0
        """How often it was asked to do something, whatever came of it."""

    # What really happened.

    @property
    def refunds(self) -> tuple[Refund, ...]:
        return tuple(act for act in self._happened() if isinstance(act, Refund))

    @property
    def coupons(self) -> tuple[Coupon, ...]:
        return tuple(act for act in self._happened() if isinstance(act, Coupon))

    @property
    def reships(self) -> tuple[Reship, ...]:
        return tuple(act for act in self._happened() if isinstance(act, Reship))

    def _happened(self) -> list[Act]:
        with self._lock:
            return list(self._done)

    # What it is told.

    def put(self, order: Order) -> None:
        """Add an order, or change one; its `refunded_fen` is what was refunded elsewhere."""
        with self._lock:
            self._orders[order.order_ref] = order

    def stock_up(self, *items: GoodsItem) -> None:
        """Add goods, or change those that are there."""
        with self._lock:
            self._goods.update({item.sku: item for item in items})

    def lose_pages(self, times: int = 1) -> None:
        """Never answer the next questions for goods."""
        self._lost_pages = times

    def time_out_after_acting(self, times: int = 1) -> None:
        """Carry the next calls out and never answer them."""
        self._expect(_Trouble.time_out_after_acting, times)

    def time_out_before_acting(self, times: int = 1) -> None:
        """Lose the next calls."""
        self._expect(_Trouble.time_out_before_acting, times)

    def refuse(self, error_code: str = "refused", times: int = 1) -> None:
        """Refuse the next calls, for good."""
        self._error_code = error_code
        self._expect(_Trouble.refuse, times)

    def pending_first(self, times: int = 1) -> None:
        """Take the next calls on, answer them and the first question about each `pending`, then carry them out."""
        self._expect(_Trouble.pending, times)

    def slow(self, seconds: float) -> None:
        """From now on act at once, and answer so much later."""
        self._slow_seconds = seconds

    def _expect(self, trouble: _Trouble, times: int) -> None:
        with self._lock:
            self._troubles.extend([trouble] * times)

    # The port.

    async def orders(self, customer_ref: str) -> tuple[Order, ...]:
        await self._wait()
        with self._lock:
            found = [self._now(order) for order in self._orders.values() if order.customer_ref == customer_ref]
        return tuple(reversed(found))

    async def order(self, order_ref: str) -> Order | None:
        await self._wait()
        with self._lock:
            return self._now(self._orders[order_ref]) if order_ref in self._orders else None

    async def refundable(self, order_ref: str, line_ref: str) -> Refundable:
        await self._wait()
        with self._lock:
            if order_ref not in self._orders:
                raise LookupError("no such order")
            return Refundable(fen=self._left(order_ref, line_ref))

    async def refund(self, refund: Refund) -> Outcome:
        return await self._asked(refund)

    async def coupon(self, coupon: Coupon) -> Outcome:
        return await self._asked(coupon)

    async def reship(self, reship: Reship) -> Outcome:
        return await self._asked(reship)

    async def outcome(self, idempotency_key: str) -> Outcome:
        await self._wait()
        with self._lock:
            kept = self._kept.get(idempotency_key)
            return self._answer(kept) if kept else Outcome(status="not_found")

    async def goods(self, cursor: str | None) -> GoodsPage:
        """Raises TimeoutError where the answer never comes, LookupError for a cursor of nobody's."""
        await self._wait()
        with self._lock:
            if self._lost_pages:
                self._lost_pages -= 1
                raise TimeoutError("no answer")
            skus = sorted(self._goods)
            if cursor is not None and cursor not in self._goods:
                raise LookupError("no such cursor")
            start = skus.index(cursor) if cursor is not None else 0
            end = start + self.goods_per_page
            items = tuple(self._goods[sku] for sku in skus[start:end])
            return GoodsPage(items=items, cursor=skus[end] if end < len(skus) else None)

    async def _wait(self) -> None:
        if self._slow_seconds:
            await asyncio.sleep(self._slow_seconds)

    async def _asked(self, act: Act) -> Outcome:
        """Raises TimeoutError where the answer never comes."""
        with self._lock:
            self.calls += 1
            trouble = self._troubles.popleft() if self._troubles else None
            answer = None if trouble is _Trouble.time_out_before_acting else self._answer_to(act, trouble)
        await self._wait()
        if answer is None or trouble is _Trouble.time_out_after_acting:
            raise TimeoutError("no answer")
        return answer

    def _answer_to(self, act: Act, trouble: _Trouble | None) -> Outcome:
        kept = self._kept.get(act.idempotency_key)
        if kept is None:
            kept = self._kept[act.idempotency_key] = self._taken(act, trouble)
        elif kept.act != act:
            return Outcome(status="refused", error_code=KEY_REUSED)
        return self._answer(kept)

    def _taken(self, act: Act, trouble: _Trouble | None) -> _Kept:
        match trouble:
            case _Trouble.refuse:
                return _Kept(act, Outcome(status="refused", error_code=self._error_code))
            case _Trouble.pending:
                return _Kept(act, Outcome(status="pending"), pending=2)
            case _:
                return _Kept(act, self._carried_out(act))

    def _answer(self, kept: _Kept) -> Outcome:
        if kept.outcome.status == "pending":
            if kept.pending == 0:
                kept.outcome = self._carried_out(kept.act)
            kept.pending -= 1
        return kept.outcome

    def _carried_out(self, act: Act) -> Outcome:
        why_not = self._why_not(act)
        if why_not is not None:
            return Outcome(status="refused", error_code=why_not)
        if isinstance(act, Refund):
            self._back[(act.order_ref, act.line_ref)] += act.amount_fen
        self._done.append(act)
        return Outcome(status="done", ref=f"{type(act).__name__.lower()}-{len(self._done)}")

    def _why_not(self, act: Act) -> str | None:
        if isinstance(act, Coupon):
            return None
        order = self._orders.get(act.order_ref)
        if order is None:
            return "no_such_order"
        if act.line_ref and act.line_ref not in {line.line_ref for line in order.lines}:
            return "no_such_line"
        if isinstance(act, Refund) and act.amount_fen > self._left(act.order_ref, act.line_ref):
            return "more_than_refundable"
        return None

    def _left(self, order_ref: str, line_ref: str) -> int:
        """Return what is left of a line; never more than is left of its order."""
        order = self._now(self._orders[order_ref])
        whole = max(0, order.paid_fen - order.refunded_fen)
        if not line_ref:
            return whole
        paid = sum(line.paid_fen for line in order.lines if line.line_ref == line_ref)
        return max(0, min(whole, paid - self._back[(order_ref, line_ref)]))

    def _now(self, order: Order) -> Order:
        back = sum(fen for (order_ref, _), fen in self._back.items() if order_ref == order.order_ref)
        return order.model_copy(update={"refunded_fen": order.refunded_fen + back})
